"""OpenVINO's ScaledDotProductAttention, made by hand."""

from struct import pack

import pytest

from .test_openvino import const, layer, network

# Six heads of 8 positions and 8 features: each of both products is 6 · 8 · 8 · 8.
MACS = 2 * 6 * 8 * 8 * 8
PLAIN = ["permute", "matmul", "rescaling", "softmax", "matmul"]


def attention(number=9, dims=(1, 6, 8, 8), **data):
    return layer(number, "ScaledDotProductAttention", dims, "opset13", **data)


READ = ["0>9.0", "0>9.1", "0>9.2"]
CASES = {
    "plain": ([attention()], READ, PLAIN, 0),
    "causal": ([attention(causal="true")], READ, ["permute", "matmul", "rescaling", "opaque", "softmax", "matmul"], 0),
    "a learnt mask": ([const(1, 6, 8, 8), attention()], [*READ, "1>9.3"],
                      ["permute", "matmul", "rescaling", "parameter", "add", "softmax", "matmul"], 6 * 8 * 8),
    # Its 0 is in the file.
    "no mask": ([const(1), attention()], [*READ, "1>9.3"], PLAIN, 0),
    "a mask of data": ([attention()], [*READ, "0>9.3"], ["permute", "matmul", "rescaling", "add", "softmax", "matmul"], 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_attention_is_written_out(name, tmp_path):
    (tmp_path / "x.bin").write_bytes(bytes(16))
    layers, edges, ops, params = CASES[name]

    net = network(tmp_path, layers, edges)

    assert ([node.op for node in net.nodes[1:]], net.params.value, net.macs.value) == (ops, params, MACS)


def test_a_scale_is_that_of_the_file(tmp_path):
    (tmp_path / "x.bin").write_bytes(pack("<2f", 0, 0.5))
    scale = layer(2, "Const", (), element_type="f32", shape="", offset=4, size=4)

    net = network(tmp_path, [const(1), scale, attention()], [*READ, "1>9.3", "2>9.4"])

    assert [node.layer.scale for node in net.nodes if node.op == "rescaling"] == [0.5]


@pytest.mark.parametrize(
    ("keys", "macs"),
    [
        ((2, 6, 8, 8), MACS),
        # Three heads have a key and a value of their own, two each read one.
        ((2, 3, 8, 8), MACS),
    ],
)
def test_several_examples_count_as_one(keys, macs, tmp_path):
    inputs = [layer(1, "Parameter", (2, 6, 8, 8), shape="2,6,8,8", element_type="f32"),
              layer(2, "Parameter", keys, shape=",".join(map(str, keys)), element_type="f32")]  # fmt: skip

    net = network(tmp_path, [*inputs, attention(dims=(2, 6, 8, 8))], ["1>9.0", "2>9.1", "2>9.2"])

    assert (str(net.nodes[-1].output), net.params.value, net.macs.value) == ("6×8×8", 0, macs)


def test_between_fully_connected_layers_it_is_one_layer(tmp_path):
    # 8 positions of 8 channels, in two heads of 4 features: three products of the input, and one of what is mixed.
    numbers = [(1, 8, 2, 4), (0, 2, 1, 3), (1, 8, 8)]
    (tmp_path / "x.bin").write_bytes(b"".join(pack(f"<{len(n)}q", *n) for n in numbers) + pack("<256f", *range(256)))
    x = layer(1, "Parameter", (1, 8, 8), shape="1,8,8", element_type="f32")
    cut, order, whole = (layer(n, "Const", (len(v),), element_type="i64", shape=len(v), offset=at, size=8 * len(v))
                         for n, at, v in zip((2, 3, 4), (0, 32, 64), numbers, strict=True))  # fmt: skip
    weights = [layer(20 + n, "Const", (8, 8), element_type="f32", shape="8,8", offset=88 + 256 * n, size=256) for n in range(4)]
    layers, edges = [x, cut, order, whole, *weights], []
    for n in range(3):
        layers += [layer(30 + n, "MatMul", (1, 8, 8)), layer(40 + n, "Reshape", (1, 8, 2, 4)), layer(50 + n, "Transpose", (1, 2, 8, 4))]
        edges += [f"1>{30 + n}.0", f"{20 + n}>{30 + n}.1", f"{30 + n}>{40 + n}.0", f"2>{40 + n}.1",
                  f"{40 + n}>{50 + n}.0", f"3>{50 + n}.1", f"{50 + n}>9.{n}"]  # fmt: skip
    layers += [attention(dims=(1, 2, 8, 4)), layer(60, "Transpose", (1, 8, 2, 4)), layer(61, "Reshape", (1, 8, 8)),
               layer(62, "MatMul", (1, 8, 8))]  # fmt: skip
    edges += ["9>60.0", "3>60.1", "60>61.0", "4>61.1", "61>62.0", "23>62.1"]

    net = network(tmp_path, layers, edges)

    assert [node.op for node in net.nodes[1:]] == ["permute", "multi_head_attention", "permute"]
    assert (net.params.value, net.macs.value) == (4 * 64, 4 * 8 * 64 + 2 * 2 * 8 * 8 * 4)
