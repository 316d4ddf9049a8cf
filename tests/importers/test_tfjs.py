"""Graph models of TensorFlow.js: as its converter writes them, and made by hand."""

import base64
import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import load, loads
from cnncalc.importers import tfjs

from .exported import FACTS, said, unpack
from .reading import axes, describe


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_network_is_what_its_framework_says(name, tmp_path):
    net, facts = cnncalc.load(unpack("tfjs", name, tmp_path)), FACTS[name]

    assert sorted(axes(net.nodes[i].output) for i in net.outputs.values()) == sorted(facts["outputs"])
    assert (net.dialect, net.macs.value) == ("tfjs", facts["macs"])
    assert net.params.value + net.buffers.value == said("tfjs")[name]["floats"] - CONSTANTS.get(name, 0)


# Floats that are no parameters: what is added to, multiplied by or compared with alone, one each.
CONSTANTS = {"attention": 2, "sequence": 1}


@pytest.mark.parametrize("name", ["plain", "decoder", "sequence", "two_inputs"])
def test_what_it_is_converted_to_has_the_same_numbers(name, tmp_path, cnncalc):
    path = unpack("tfjs", name, tmp_path)
    net, text = load(path), cnncalc("convert", str(path)).out

    other = loads(text)

    assert (other.macs.value, other.params.value) == (net.macs.value, net.params.value)
    assert [str(other.nodes[i].output) for i in other.outputs.values()] == [str(net.nodes[i].output) for i in net.outputs.values()]


def attr(value):
    """An attribute as JSON has it."""
    if isinstance(value, bool):
        return {"b": value}
    if isinstance(value, int):
        return {"i": str(value)}
    if isinstance(value, float):
        return {"f": value}
    if isinstance(value, str):
        return {"s": base64.b64encode(value.encode()).decode()}
    if isinstance(value, dict):
        return value
    kind = "s" if value and isinstance(value[0], str) else "i"
    return {"list": {kind: [attr(part)[kind] for part in value]}}


def node(op, name, *inputs, **attributes):
    return {"name": name, "op": op, "input": list(inputs), "attr": {key: attr(value) for key, value in attributes.items()}}


def dims(*lengths):
    return {"shape": {"dim": [{"size": str(n)} for n in lengths]}}


def const(name, shape, numbers=None):
    """A constant of 32 bits: whole numbers that stand in the file, or floats that do not."""
    tensor = {"dtype": "DT_FLOAT" if numbers is None else "DT_INT32", "tensorShape": dims(*shape)["shape"]}
    if numbers:
        tensor["intVal"] = numbers
    return {"name": name, "op": "Const", "attr": {"value": {"tensor": tensor}, "dtype": {"type": tensor["dtype"]}}}


def image(*shape):
    return {"name": "x", "op": "Placeholder", "attr": {"dtype": {"type": "DT_FLOAT"}, "shape": dims(*shape)}}


def model(*nodes, **more):
    return {"format": "graph-model", "modelTopology": {"node": list(nodes)}, "weightsManifest": [], **more}


def network(tmp_path, *nodes, **more):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model(*nodes, **more)))
    return cnncalc.load(path)


X = image(1, 8, 9, 4)
SPACE = {"strides": [1, 2, 2, 1], "data_format": "NHWC"}



def noted(*lengths):
    """What optimisers note of the shape that a node reads."""
    return {"_input_shapes": {"list": {"shape": [dims(*lengths)["shape"]]}}}


CASES = {
    "widened": ([const("a", (), [1]), node("ExpandDims", "y", "x", "a")], ["reshape 4×1×8×9"], 0, 0),
    "narrowed": ([const("s", (4,), [1, 1, 72, 4]), node("Reshape", "r", "x", "s"), node("Squeeze", "y", "r")],
                 ["reshape 4×1×72", "reshape 4×72"], 0, 0),
    "uneven parts": ([const("n", (2,), [3, -1]), const("a", (), [1]), node("SplitV", "s", "x", "n", "a", num_split=2), node("Relu", "r", "s"),
                      node("Tanh", "t", "s:1"), node("ConcatV2", "y", "r", "t", "a")],
                     ["slice 4×3×9", "slice 4×5×9", "relu 4×3×9", "tanh 4×5×9", "concat 4×8×9"], 0, 0),
    "a part": ([const("b", (4,), [0, 2, 0, 1]), const("s", (4,), [1, 3, -1, 2]), node("Slice", "y", "x", "b", "s")],
               ["slice 4×3×9", "slice 2×3×9"], 0, 0),
    "repeated": ([const("a", (1,), [1]), const("s", (4,), [1, 5, 9, 4]), node("Max", "m", "x", "a", keep_dims=True), node("BroadcastTo", "y", "m", "s")],
                 ["max 4×1×9", "tile 4×5×9"], 0, 0),
    "lost axes": ([const("a", (2,), []), const("c", (), []), node("Mean", "m", "x", "a", keep_dims=True), node("ConcatV2", "y", "m", "m", "c")],
                  ["global_avg_pool 4×1×1", "concat 8×1×1"], 0, 0),
    "turned": ([const("p", (4,), [0, 2, 1, 3]), node("Transpose", "y", "x", "p")], ["permute 4×9×8"], 0, 0),
    "one of many": ([const("i", (), [2]), const("a", (), [1]), node("GatherV2", "y", "x", "i", "a")],
                    ["slice 4×1×9", "reshape 4×9"], 0, 0),
    "constants": ([const("n", (1,), [3]), const("v", (), [2]), node("Fill", "f", "n", "v"), const("a", (1,), [0]), node("Prod", "p", "f", "a"),
                   node("Rank", "k", "x"), node("Size", "z", "x"), node("RealDiv", "d", "z", "p"), node("Pack", "s", "d", "p", axis=0),
                   node("Reshape", "y", "x", "s")], ["reshape 8×36"], 0, 0),
    "leaky": ([const("k", (1, 1, 4, 2)), const("b", (2,)), node("_FusedConv2D", "y", "x", "k", "b", padding="VALID", leakyrelu_alpha=0.1,
               fused_ops=["BiasAdd", "LeakyRelu"], **SPACE)], ["conv 2×4×5", "leaky_relu 2×4×5"], 10, 160),
    "fused norm": ([const("k", (1, 1, 4, 2)), *(const(n, (2,)) for n in "abcd"), node("_FusedConv2D", "y", "x", "k", "a", "b", "c", "d",
                    padding="VALID", fused_ops=["FusedBatchNorm", "Relu"], **SPACE)],
                   ["conv 2×4×5", "batch_norm 2×4×5", "relu 2×4×5"], 16, 160),
    "norm of channels first": ([*(const(name, (8,)) for name in "abcd"), node("FusedBatchNormV3", "y", "x", "a", "b", "c", "d",
                                data_format="NCHW")], ["permute 8×9×4", "batch_norm 8×9×4", "permute 4×8×9"], 32, 0),
    "bias of channels first": ([const("b", (8,)), node("BiasAdd", "y", "x", "b", data_format="NCHW")],
                               ["permute 8×9×4", "opaque 8×9×4", "permute 4×8×9"], 8, 0),
    "clipped": ([const("l", (), [0]), const("h", (), [6]), node("ClipByValue", "y", "x", "l", "h")], ["relu6 4×8×9"], 0, 0),
    "neighbours": ([node("LRN", "y", "x", depth_radius=2)], ["local_response_norm 4×8×9"], 0, 0),
    "slopes": ([const("p", (4,)), node("Prelu", "y", "x", "p")], ["prelu 4×8×9"], 4, 0),
    "backwards": ([const("a", (1,), [1]), node("ReverseV2", "y", "x", "a")], ["opaque 4×8×9"], 0, 0),
    "noted": ([node("Magic", "m", "x"), node("Relu", "y", "m", **noted(-1, 3, 4, 5))], ["opaque 5×3×4", "relu 5×3×4"], None, None),
    "noted of a reshape": ([const("s", (3,), []), node("Reshape", "r", "x", "s"), node("Relu", "y", "r", **noted(-7, 72, 4))],
                           ["reshape 4×72", "relu 4×72"], 0, 0),
    "conv": ([const("k", (3, 3, 4, 6)), node("Conv2D", "y", "x", "k", padding="SAME", **SPACE)],
             ["conv 6×4×5"], 216, 216 * 20),
    "explicit": ([const("k", (3, 3, 4, 6)), node("Conv2D", "y", "x", "k", padding="EXPLICIT",
                  explicit_paddings=[0, 0, 1, 0, 2, 1, 0, 0], **SPACE)], ["conv 6×4×5"], 216, 216 * 20),
    "groups": ([const("k", (1, 1, 2, 6)), node("Conv2D", "y", "x", "k", padding="VALID", **SPACE)],
               ["conv 6×4×5"], 12, 12 * 20),
    "depthwise": ([const("k", (3, 3, 4, 2)), node("DepthwiseConv2dNative", "y", "x", "k", padding="VALID", **SPACE)],
                  ["depthwise_conv 8×3×4"], 72, 72 * 12),
    "channels first": ([const("k", (3, 3, 8, 6)), node("Conv2D", "y", "x", "k", padding="SAME", data_format="NCHW",
                        strides=[1, 1, 2, 2])], ["permute 8×9×4", "conv 6×5×2", "permute 2×6×5"], 432, 4320),
    "transposed": ([const("s", (4,), [1, 16, 18, 5]), const("k", (3, 3, 5, 4)), node("Conv2DBackpropInput", "y", "s", "k", "x",
                    padding="SAME", **SPACE)], ["conv_transpose 5×16×18"], 180, 180 * 72),
    "transposed beyond": ([const("s", (4,), [1, 17, 20, 5]), const("k", (2, 2, 5, 4)), node("Conv2DBackpropInput", "y", "s",
                           "k", "x", padding="VALID", **SPACE)], ["conv_transpose 5×17×20"], 80, 80 * 72),
    "pool": ([node("MaxPool", "y", "x", ksize=[1, 3, 2, 1], padding="SAME", **SPACE)], ["max_pool 4×4×5"], 0, 0),
    "fused": ([const("k", (1, 1, 4, 2)), const("b", (2,)), node("_FusedConv2D", "y", "x", "k", "b", padding="VALID",
               fused_ops=["BiasAdd", "Relu6"], **SPACE)], ["conv 2×4×5", "relu6 2×4×5"], 10, 160),
    "prelu": ([const("k", (1, 1, 4, 2)), const("b", (2,)), const("p", (1, 1, 2)), node("_FusedConv2D", "y", "x", "k", "b", "p",
               padding="VALID", fused_ops=["BiasAdd", "Prelu"], **SPACE)], ["conv 2×4×5", "prelu 2×4×5"], 12, 160),
    "norm": ([*(const(name, (4,)) for name in "abcd"), node("FusedBatchNormV3", "y", "x", "a", "b", "c", "d")],
             ["batch_norm 4×8×9"], 16, 0),
    "bias": ([const("k", (1, 1, 4, 2)), const("b", (2,)), node("Conv2D", "c", "x", "k", padding="VALID", **SPACE),
              node("BiasAdd", "y", "c", "b")], ["conv 2×4×5"], 10, 160),
    "pool all": ([const("a", (2,), [1, 2]), node("Mean", "y", "x", "a", keep_dims=False)], ["global_avg_pool 4"], 0, 0),
    "mean of channels": ([const("a", (1,), [3]), node("Mean", "y", "x", "a", keep_dims=False)],
                         ["mean 1×8×9", "reshape 9×8"], 0, 0),
    "flatten": ([const("s", (2,), [-1, 288]), node("Reshape", "y", "x", "s")], ["flatten 288"], 0, 0),
    "dense": ([const("s", (2,), [1, -1]), const("w", (288, 3)), node("Reshape", "f", "x", "s"), node("MatMul", "y", "f", "w")],
              ["flatten 288", "dense 3"], 864, 864),
    "concat": ([const("a", (), [-1]), node("ConcatV2", "y", "x", "x", "a")], ["concat 8×8×9"], 0, 0),
    "split": ([const("a", (), [3]), node("Split", "s", "a", "x", num_split=2), node("Add", "y", "s", "s:1")],
              ["slice 2×8×9", "slice 2×8×9", "add 2×8×9"], 0, 0),
    "slice": ([const("b", (4,), [0, 1, 2, 0]), const("e", (4,), [0, -1, 0, 2]), const("s", (4,), [1, 1, 2, 1]),
               node("StridedSlice", "y", "x", "b", "e", "s", begin_mask=1, end_mask=5)],
              ["slice 4×6×9", "gather 4×6×4", "slice 2×6×4"], 0, 0),
    "one place": ([const("b", (4,), [0, 0, -1, 0]), const("e", (4,), [0, 0, 0, 0]), const("s", (4,), [1, 1, 1, 1]),
                   node("StridedSlice", "y", "x", "b", "e", "s", begin_mask=11, end_mask=11, shrink_axis_mask=4)],
                  ["slice 4×8×1", "reshape 4×8"], 0, 0),
    "pad": ([const("p", (4, 2), [0, 0, 1, 2, 3, 0, 0, 0]), node("Pad", "y", "x", "p")], ["pad 4×11×12"], 0, 0),
    "mirrored": ([const("p", (4, 2), [0, 0, 1, 1, 1, 1, 0, 0]), node("MirrorPad", "y", "x", "p", mode="REFLECT")],
                 ["pad 4×10×11"], 0, 0),
    "resize": ([const("s", (2,), [16, 27]), node("ResizeBilinear", "y", "x", "s", align_corners=True)],
               ["resize 4×16×27"], 0, 0),
    "blocks": ([node("SpaceToDepth", "y", "x", block_size=1)], ["space_to_depth 4×8×9"], 0, 0),
    "turn twice": ([const("p", (4,), [0, 3, 1, 2]), const("q", (4,), [0, 2, 3, 1]), node("Transpose", "a", "x", "p"),
                    node("Transpose", "b", "a", "q"), node("Relu", "y", "b")], ["relu 4×8×9"], 0, 0),
    "stack": ([const("b", (3,), [0, 0, 0]), node("Relu", "r", "x"), node("Pack", "y", "x", "r", axis=1)],
              ["relu 4×8×9", "reshape 4×1×8×9", "reshape 4×1×8×9", "concat 4×2×8×9"], 0, 0),
    "unstack": ([node("Unpack", "u", "x", num=4, axis=3), node("Add", "y", "u", "u:3")],
                ["slice 1×8×9", "reshape 9×8", "slice 1×8×9", "reshape 9×8", "slice 1×8×9", "reshape 9×8",
                 "slice 1×8×9", "reshape 9×8", "add 9×8"], 0, 0),
    "products": ([node("BatchMatMulV2", "y", "x", "x", adj_y=True)],
                 ["permute 9×8×4", "matmul 9×8×9"], 0, 8 * 9 * 9 * 4),
    "letters": ([const("w", (4, 5)), node("Einsum", "y", "x", "w", equation="nhwc,cd->nhwd")], ["opaque 5×8×9"], 20, 1440),
    "spread": ([const("s", (4,)), node("Mul", "m", "x", "s"), node("AddV2", "y", "m", "s")],
               ["scale 4×8×9", "opaque 4×8×9"], 4, 0),
    "softmax": ([node("Softmax", "y", "x")], ["softmax 4×8×9"], 0, 0),
    "places": ([const("i", (2,), [3, 0]), const("a", (), [3]), node("GatherV2", "y", "x", "i", "a")],
               ["gather 2×8×9"], 0, 0),
    "largest": ([const("a", (), [-1]), node("ArgMax", "y", "x", "a")], ["opaque 1×8×9", "reshape 9×8"], 0, 0),
    "tiles": ([const("t", (4,), [1, 2, 1, 3]), node("Tile", "y", "x", "t")], ["tile 4×16×9", "tile 12×16×9"], 0, 0),
    "boxes": ([const("b", (3, 4)), const("i", (3,), [0, 0, 0]), const("s", (2,), [5, 6]),
               node("CropAndResize", "y", "x", "b", "i", "s")], ["opaque 4×3×5×6"], 0, 0),
    "reordered": ([node("Relu", "y", "r"), node("Tanh", "r", "x")], ["tanh 4×8×9", "relu 4×8×9"], 0, 0),
    "of its shape": ([const("b", (1,), [1]), const("e", (1,), [3]), const("s", (1,), [1]), const("two", (), [2]),
                      node("Shape", "d", "x"), node("StridedSlice", "c", "d", "b", "e", "s"), node("Mul", "m", "c", "two"),
                      node("ResizeNearestNeighbor", "y", "x", "m", half_pixel_centers=True)], ["resize 4×16×18"], 0, 0),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_node_by_hand(name, tmp_path):
    nodes, layers, params, macs = CASES[name]
    net = network(tmp_path, X, *nodes)

    found = [f"{n.op} {n.output}" for n in net.nodes[1:]]
    held = net.params.value if net.params.value is None else net.params.value + net.buffers.value
    assert (found, held, net.macs.value) == (layers, params, macs)


KEYS = {
    "explicit": ("conv", {"padding": [[1, 0], [2, 1]]}),
    "pool": ("max_pool", {"padding": "same"}),
    "transposed beyond": ("conv_transpose", {"output_size": [17, 20]}),
    "split": ("split", {"sizes": [2, 2]}),
    "tiles": ("tile", {"axis": 1, "times": 2}),
    "slice": ("slice", {"axis": 1, "range": [1, 7]}),
    "turned": ("permute", {"axes": [2, 1, 3]}),
    "slopes": ("prelu", {"shared": [1, 2]}),
    "neighbours": ("local_response_norm", {"size": 5}),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_the_words_of_the_dialect(name):
    """Paddings are words or pairs, for one number sizes both axes by the first; axes are counted as stored."""
    kind, keys = KEYS[name]
    text = json.dumps(model(X, *CASES[name][0])).encode()

    found = next(entry for entry in describe(tfjs, text).layers if entry.kind == kind)

    assert {key: found.keys[key] for key in keys} == keys


REFUSED = {
    "no nodes": ({"format": "graph-model", "modelTopology": {}}, "the model has no nodes"),
    "unknown": (model(X, node("Magic", "y", "x")),
                "the node Magic `y` is not known here, and the file does not say what shape it gives"),
    "loop": (model(X, node("Merge", "y", "x")), "the node Merge `y` is part of a loop, which is not read"),
    "nothing above": (model(X, node("Relu", "r", "x"), node("Add", "y", "r", "z")), "the node Add `y` reads `z`, which nothing above it gives"),
    "weights elsewhere": (model(X, const("s", (3,), []), node("Reshape", "y", "x", "s")),
                          "the shape of the node Reshape `y` stands among the weights, which are not there"),
    "kernel": (model(X, const("k", (3, 3, 5, 6)), node("Conv2D", "y", "x", "k", padding="SAME")),
               "the node Conv `y` has a kernel for 0 channels, and gets 4"),
    "no attributes": ({"format": "graph-model", "modelTopology": {"node": [{"op": "Relu"}]}},
                      "this is no graph model: 'name'"),
    "many operands": (model(X, node("Add", "y", *["x"] * 10_001)), "the node `y` reads more than 10,000 values"),
    "negative": (model(X, {"name": "k", "op": "Const", "attr": {"value": {"tensor": {"tensorShape": dims(-3)["shape"]}}}}),
                 "a weight has an axis of the length -1"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said(name, tmp_path):
    data, message = REFUSED[name]
    path = tmp_path / "model.json"
    path.write_text(json.dumps(data))

    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(path)

    [found] = refused.value.diagnostics
    assert (found.code, found.message) == ("E701", message)


def test_a_path_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.bin").write_bytes(b"\x02\x00\x00\x00" * 2)
    folder = tmp_path / "model"
    folder.mkdir()
    shape = [{"paths": ["../secret.bin"], "weights": [{"name": "s", "shape": [3], "dtype": "int32"}]}]

    with pytest.raises(cnncalc.SpecError, match="stands among the weights, which are not there"):
        network(folder, X, const("s", (3,), []), node("Reshape", "y", "x", "s"), weightsManifest=shape)


def test_numbers_come_from_the_shards(tmp_path):
    (tmp_path / "a.bin").write_bytes(bytes(16) + b"\x01\x00\x00\x00\x48\x00")
    (tmp_path / "b.bin").write_bytes(b"\x00\x00\x04\x00\x00\x00")
    weights = [{"name": "w", "shape": [4], "dtype": "float32"}, {"name": "s", "shape": [3], "dtype": "int32"}]
    manifest = [{"paths": ["a.bin", "b.bin"], "weights": weights}]

    net = network(tmp_path, X, const("s", (3,), []), node("Reshape", "y", "x", "s"), weightsManifest=manifest)

    assert [f"{n.op} {n.output}" for n in net.nodes[1:]] == ["reshape 4×72"]


def test_without_its_weights_a_network_is_read_as_far_as_can_be(tmp_path):
    path = unpack("tfjs", "plain", tmp_path)
    whole = cnncalc.load(path)
    (tmp_path / "group1-shard1of1.bin").unlink()

    alone = cnncalc.load(path)

    assert (alone.macs.value, alone.params.value) == (whole.macs.value, whole.params.value)
    assert alone.description.endswith("without group1-shard1of1.bin; parameters are those that the file holds")


def test_a_layers_model_goes_through_keras(tmp_path):
    layers = [{"class_name": "Dense", "config": {"name": "d", "units": 3, "batch_input_shape": [None, 4]}}]
    topology = {"model_config": {"class_name": "Sequential", "config": {"layers": layers}}, "keras_version": "2"}
    path = tmp_path / "model.json"
    path.write_text(json.dumps({"format": "layers-model", "modelTopology": topology}))

    net = cnncalc.load(path)

    assert (net.dialect, net.params.value) == ("keras", 15)


def test_an_open_size_is_asked_for(tmp_path):
    path = tmp_path / "model.json"
    path.write_text(json.dumps(model(image(-1, -1, 9, 4), node("Relu", "y", "x"))))
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(path)
    [found] = refused.value.diagnostics
    assert (found.code, found.message, found.help) == ("E703", "the file leaves the size of `input` (?×9) open", "--size 224,9")

    assert str(cnncalc.load(path, size=(5, 9)).nodes[-1].output) == "4×5×9"


def _bytes():
    return json.dumps(model(X, *CASES["fused"][0], *CASES["reordered"][0])).encode()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_a_damaged_file_ends_in_an_error(seed):
    damage(random.Random(seed))  # noqa: S311 - not for secrets


@pytest.mark.slow
def test_ten_thousand_damaged_files():
    for seed in range(10_000):
        damage(random.Random(seed))  # noqa: S311 - not for secrets


def damage(chance):
    """Read a file with bytes cut off, changed, doubled or exchanged."""
    data = bytearray(_bytes())
    for _ in range(chance.randint(1, 3)):
        a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        way = chance.randrange(5)
        if way == 0:
            del data[a:]
        elif way == 1:
            data[a:b] = b""
        elif way == 2:
            data[a:a] = data[a : min(b, a + 200)]
        elif way == 3 and a < len(data):
            data[a] ^= 1 << chance.randrange(8)
        else:
            data[a : a + 1] = chance.choice((b"0", b"-1", b"9", b'"', b"{", b"[", b"null", b"1e99", b"99999999999"))
        data = data or bytearray(b"{")
    start = time.process_time()
    describe(tfjs, bytes(data))
    assert time.process_time() - start < 2
