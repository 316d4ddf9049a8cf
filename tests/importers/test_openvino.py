"""OpenVINO IR: as OpenVINO writes it, and made by hand."""

import json
import random
import time
import zipfile
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import load, loads
from cnncalc.importers import openvino
from cnncalc.language.source import open_spec

from .exported import DATA, FACTS, said, unpack
from .reading import axes, complaint, describe

LAYERS = zipfile.ZipFile(DATA / "openvino" / "layers.zip")
TRUTH = json.loads(LAYERS.read("truth.json"))["layers"]

# Floats that are no parameters: exponents and factors, states that recurrent layers begin in, bounds of levels.
CONSTANTS = {"resize_scales": 2, "resize_fraction": 2, "more_acts": 1, "prelu": 1, "selu": 2, "quantised": 8, "pads": 2, "lstm": 5,
             "lstm_both": 10, "gru": 5, "gru_after": 5}  # fmt: skip
IN_NETWORKS = {"attention": 4, "residual": 2, "sequence": 4, "two_inputs": 2}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_network_is_what_its_framework_says(name, tmp_path):
    net, facts = cnncalc.load(unpack("openvino", name, tmp_path)), FACTS[name]

    # Some files put the channels last at their end.
    assert sorted(sorted(axes(net.nodes[i].output)) for i in net.outputs.values()) == sorted(map(sorted, facts["outputs"]))
    assert net.macs.value == facts["macs"]
    assert net.params.value + net.buffers.value == said("openvino")[name]["floats"] - IN_NETWORKS.get(name, 0)


@pytest.mark.parametrize("name", ["plain", "decoder", "sequence", "two_inputs"])
def test_what_it_is_converted_to_has_the_same_numbers(name, tmp_path, cnncalc):
    path = unpack("openvino", name, tmp_path)
    net, text = load(path), cnncalc("convert", str(path)).out

    other = loads(text)

    assert (other.macs.value, other.params.value) == (net.macs.value, net.params.value)
    assert [str(other.nodes[i].output) for i in other.outputs.values()] == [str(net.nodes[i].output) for i in net.outputs.values()]


@pytest.mark.parametrize("name", sorted(set(FACTS) - {"sequence"}))
def test_without_its_weights_the_arithmetic_is_the_same(name, tmp_path):
    path = unpack("openvino", name, tmp_path)
    whole = cnncalc.load(path)
    path.with_suffix(".bin").unlink()

    alone = cnncalc.load(path)

    assert [axes(alone.nodes[i].output) for i in alone.outputs.values()] == [
        axes(whole.nodes[i].output) for i in whole.outputs.values()
    ]
    assert alone.macs.value == whole.macs.value
    assert "without model.bin" in alone.description


@pytest.mark.parametrize("name", TRUTH)
def test_a_layer_is_what_openvino_says(name, tmp_path):
    for ending in ("xml", "bin"):
        (tmp_path / f"x.{ending}").write_bytes(LAYERS.read(f"{name}.{ending}"))
    # A shape that the ports of the file say otherwise would be an error.
    net = cnncalc.load(tmp_path / "x.xml")

    [output] = [net.nodes[i].output for i in net.outputs.values()]
    truth = TRUTH[name]["output"]
    assert axes(output) == (truth[1:] if truth[0] == 1 else truth)
    assert net.macs.value is not None
    assert net.params.value + net.buffers.value == TRUTH[name]["floats"] - CONSTANTS.get(name, 0)


@pytest.mark.parametrize(("name", "counts"), [("avg_ceil_torch", True), ("avg_same", True), ("avg_excluded", None),
                                              ("avg_ceil", None)])  # fmt: skip
def test_averages_count_the_padding_where_they_are_said_to(name, counts, tmp_path):
    (tmp_path / "x.xml").write_bytes(LAYERS.read(f"{name}.xml"))
    found = [node.layer for node in cnncalc.load(tmp_path / "x.xml").nodes if node.op == "avg_pool"]

    assert [layer.count_padding for layer in found] == [counts]


MACS = {
    "conv": 4 * 9 * 144, "groups": 90 * 108, "deconv": 90 * 216, "dense": 60, "product": 3 * 4 * 4 * 5, "attention": 2 * 6 * 6 * 16,
    "lstm": 9 * (20 * 6 + 20 * 5), "gru_after": 9 * (15 * 6 + 15 * 5), "max_floor": 0, "resize_sizes": 0,
}  # fmt: skip


@pytest.mark.parametrize("name", MACS)
def test_macs_of_layers(name, tmp_path):
    for ending in ("xml", "bin"):
        (tmp_path / f"x.{ending}").write_bytes(LAYERS.read(f"{name}.{ending}"))

    assert cnncalc.load(tmp_path / "x.xml").macs.value == MACS[name]


def port(number, dims):
    return f'<port id="{number}" precision="FP32">{"".join(f"<dim>{n}</dim>" for n in dims)}</port>'


def layer(number, kind, dims, version="opset1", body="", **data):
    """A layer with one output port; `_` in the names of attributes of `data` is kept."""
    said = " ".join(f'{key}="{value}"' for key, value in data.items())
    output = f"<output>{port(9, dims)}</output>" if dims is not None else ""
    return (f'<layer id="{number}" name="{kind}_{number}" type="{kind}" version="{version}"><data {said}/>{body}{output}</layer>')


def document(layers, edges, version=11):
    """A network: the input is layer 0 of the shape 1×6×8×8, edges are `from>to`, or `from>to.port`."""
    parts = [layer(0, "Parameter", (1, 6, 8, 8), shape="1,6,8,8", element_type="f32"), *layers]
    ends = [(*edge.split(">")[:1], *(edge.split(">")[1] + ".0").split(".")[:2]) for edge in edges]
    said = "".join(f'<edge from-layer="{a}" from-port="9" to-layer="{b}" to-port="{p}"/>' for a, b, p in ends)
    lines = "\n".join(parts)
    return f'<?xml version="1.0"?>\n<net name="made" version="{version}">\n<layers>\n{lines}\n</layers>\n<edges>{said}</edges>\n</net>\n'


def network(tmp_path, layers, edges):
    path = tmp_path / "x.xml"
    path.write_text(document(layers, edges))
    return cnncalc.load(path)


WHOLE = layer(7, "Const", (2,), element_type="i64", shape="2", offset=0, size=16)


def const(number, *dims):
    return layer(number, "Const", dims, element_type="f32", shape=",".join(map(str, dims)), offset=0, size=4)


BY_HAND = {
    "unknown": ([layer(1, "Magic", (1, 4, 8, 8), "mine")], ["0>1"], ["opaque 4×8×8"], None),
    "a loop": ([layer(1, "TensorIterator", (1, 5, 7), body="<body><layers><layer id='0' type='X'/></layers></body>")],
               ["0>1"], ["opaque 5×7"], None),
    "region": ([layer(1, "RegionYolo", (1, 6, 8, 8), do_softmax="0")], ["0>1"], ["opaque 6×8×8"], 0),
    "region with softmax": ([layer(1, "RegionYolo", (1, 384), axis=1, end_axis=3, do_softmax="1")], ["0>1"],
                            ["opaque 384"], 0),
    "reordered": ([layer(2, "ReLU", (1, 6, 8, 8)), layer(1, "Tanh", (1, 6, 8, 8))], ["0>1", "1>2"],
                  ["tanh 6×8×8", "relu 6×8×8"], 0),
    "first norm": ([const(1, 6), const(2, 6), const(3, 6), const(4, 6), layer(5, "BatchNormInference", (1, 6, 8, 8))],
                   ["1>5.0", "2>5.1", "0>5.2", "3>5.3", "4>5.4"], ["batch_norm 6×8×8"], 12),
    "old mvn": ([layer(1, "MVN", (1, 6, 8, 8), "opset2", across_channels="false")], ["0>1"], ["instance_norm 6×8×8"], 0),
    "cell": ([layer(1, "Const", (1, 4), element_type="f32", shape="1,4", offset=0, size=16), const(2, 1, 4),
              const(3, 16, 384), const(4, 16, 4), const(5, 16), WHOLE,
              layer(8, "Reshape", (1, 384), special_zero="true"), layer(6, "LSTMCell", (1, 4), "opset4", hidden_size=4)],
             ["0>8.0", "7>8.1", "8>6.0", "1>6.1", "2>6.2", "3>6.3", "4>6.4", "5>6.5"],
             ["opaque 384", "opaque 4"], 16 * 384 + 64 + 16),
    "one filter": ([const(1, 1, 6, 1, 1), layer(2, "Convolution", (1, 1, 8, 8), strides="1,1"), const(3, 1, 1, 1, 1),
                    layer(4, "Add", (1, 1, 8, 8))], ["0>2.0", "1>2.1", "2>4.0", "3>4.1"], ["conv 1×8×8"], 6 + 1),
    "a constant of boxes": ([layer(1, "ShapeOf", (4,)), layer(2, "PriorBox", (1, 2, 9)), layer(3, "Concat", (1, 2, 18), axis=2),
                             layer(4, "Magic", (1, 2, 9), "mine")], ["0>1", "1>2", "0>4", "2>3.0", "4>3.1"],
                            ["opaque 2×9", "opaque 2×18"], None),
}  # fmt: skip


@pytest.mark.parametrize("name", BY_HAND)
def test_a_network_by_hand(name, tmp_path):
    layers, edges, found, params = BY_HAND[name]
    net = network(tmp_path, layers, edges)

    assert ([f"{n.op} {n.output}" for n in net.nodes[1:]], net.params.value) == (found, params)


def test_a_turn_behind_a_reshape_that_changes_no_shape_is_a_turn_of_its_own(tmp_path):
    # 1×6×8×8 without its batch is turned, gets a batch, and is turned again: as heads of an attention are.
    wanted = [(6, 8, 8), (1, 0, 2), (1, 8, 6, 8), (0, 1, 3, 2)]
    (tmp_path / "x.bin").write_bytes(b"".join(pack(f"<{len(numbers)}q", *numbers) for numbers in wanted))
    layers, start = [], 0
    for number, numbers in enumerate(wanted, 1):
        size = 8 * len(numbers)
        layers.append(layer(number, "Const", (len(numbers),), element_type="i64", shape=len(numbers), offset=start, size=size))
        start += size
    layers += [layer(5, "Reshape", (6, 8, 8), special_zero="true"), layer(6, "Transpose", (8, 6, 8)),
               layer(7, "Reshape", (1, 8, 6, 8), special_zero="true"), layer(8, "Transpose", (1, 8, 8, 6))]  # fmt: skip
    edges = ["0>5.0", "1>5.1", "5>6.0", "2>6.1", "6>7.0", "3>7.1", "7>8.0", "4>8.1"]

    assert [f"{n.op} {n.output}" for n in network(tmp_path, layers, edges).nodes[1:]] == ["permute 8×6×8", "permute 8×8×6"]


@pytest.mark.parametrize("bias", [[1.0, 2, 3, 4, 5, 6], [0.0] * 6])
def test_constants_at_one_place_are_one_tensor(bias, tmp_path):
    # Two maps go through one convolution: its kernel stands at 0, its bias at 144.
    (tmp_path / "x.bin").write_bytes(pack("<42f", *range(36), *bias))
    kernels = [layer(n, "Const", (6, 6, 1, 1), element_type="f32", shape="6,6,1,1", offset=0, size=144) for n in (1, 5)]
    biases = [layer(n, "Const", (1, 6, 1, 1), element_type="f32", shape="1,6,1,1", offset=144, size=24) for n in (2, 6)]
    convs = [layer(n, "Convolution", (1, 6, 8, 8), strides="1,1") for n in (3, 7)]
    adds = [layer(n, "Add", (1, 6, 8, 8)) for n in (4, 8)]
    edges = ["0>3.0", "1>3.1", "3>4.0", "2>4.1", "4>7.0", "5>7.1", "7>8.0", "6>8.1"]

    net = network(tmp_path, [*kernels, *biases, *convs, *adds], edges)

    assert ([n.op for n in net.nodes[1:]], net.params.value) == (["conv", "conv"], 36 + 6)


def test_vectors_of_zeros_are_no_shared_weights(tmp_path):
    (tmp_path / "x.bin").write_bytes(pack("<78f", *range(72), *[0] * 6))
    kernels = [layer(n, "Const", (6, 6, 1, 1), element_type="f32", shape="6,6,1,1", offset=at, size=144) for n, at in ((1, 0), (5, 144))]
    biases = [layer(n, "Const", (1, 6, 1, 1), element_type="f32", shape="1,6,1,1", offset=288, size=24) for n in (2, 6)]
    convs = [layer(n, "Convolution", (1, 6, 8, 8), strides="1,1") for n in (3, 7)]
    adds = [layer(n, "Add", (1, 6, 8, 8)) for n in (4, 8)]
    edges = ["0>3.0", "1>3.1", "3>4.0", "2>4.1", "4>7.0", "5>7.1", "7>8.0", "6>8.1"]

    net = network(tmp_path, [*kernels, *biases, *convs, *adds], edges)

    assert ([n.op for n in net.nodes[1:]], net.params.value) == (["conv", "conv"], 2 * (36 + 6))


DOCTYPE = '<!DOCTYPE net [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'

REFUSED = {
    "entities": (document([], []).replace("<net", f"{DOCTYPE}<net", 1),
                 "the file declares a document type, which no file of OpenVINO does"),
    "old": (document([], [], version=7), "this is version 7 of the format; the oldest that is read is 10"),
    "no xml": ("<net><layers>", "the file is no XML: no element found in line 1"),
    "no layers": ("<net><layers/></net>", "the file has no layers"),
    "twice": (document([layer(0, "Relu", (1,))], []), "there are two layers of the id 0"),
    "no type": ("<net><layers><layer id='1'/></layers></net>", "a layer has no id, or no type"),
    "edge": (document([], ["0>7"]), "an edge begins or ends at a layer that is not there"),
    "length": (document([layer(1, "Relu", ("x",))], []), "`x` is no length of an axis"),
    "deep": ("<net>" + "<a>" * 300, "the elements are nested too deeply"),
    "an element without an end": ("<net><layers><layer " + "a='1' " * 200_000, "an element is longer than 1,000,000 bytes"),
    "axes": (document([layer(1, "Relu", [1] * 65)], []), "a port has more than 64 axes"),
    "constant": (document([layer(1, "Const", (1,), shape="-1", element_type="f32")], []),
                 "a constant has a shape or a place that is none"),
    "attribute": (document([const(1, 6, 6, 1, 1), layer(2, "Convolution", (1, 6, 8, 8), strides="1,x")], ["0>2.0", "1>2.1"]),
                  "`strides` of the node Convolution `Convolution_2` must be a list of whole numbers"),
    "number": (document([layer(1, "Elu", (1, 6, 8, 8), alpha="much")], ["0>1"]),
               "`alpha` of the node Elu `Elu_1` is `much`, no number"),
    "kernel": (document([layer(1, "MaxPool", (1, 6, 8, 8))], ["0>1"]), "the node MaxPool `MaxPool_1` has no kernel"),
    "unknown without shape": (document([layer(1, "Magic", (1, -1, 8), "mine")], ["0>1"]),
                              "the node Magic `Magic_1` is not known here, and the file does not say what shape it gives"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said(name, tmp_path):
    text, message = REFUSED[name]

    assert complaint(tmp_path, "x.xml", text)[:2] == ("E701", message)


def test_elements_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("cnncalc.importers.base.openvino.xml._ELEMENTS", 50)

    assert complaint(tmp_path, "x.xml", "<net>" + "<a/>" * 50)[:2] == ("E701", "the elements are more than 50")


def test_an_error_stands_at_the_line_of_its_layer(tmp_path):
    text = document([layer(1, "Relu", (1, 6, 8, 8)), layer(2, "MaxPool", (1, 6, 8, 8))], ["0>1", "1>2"])

    assert complaint(tmp_path, "x.xml", text)[2] == 6


def test_a_shape_of_the_file_that_differs_is_a_finding(tmp_path):
    text = document([layer(1, "Relu", (1, 6, 8, 9))], ["0>1"])

    assert complaint(tmp_path, "x.xml", text)[:2] == ("E702", "the file says that `Relu_1` gives 6×8×9, and it gives 6×8×8 here")


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_lines_of_layers_are_kept_and_no_others(ending, tmp_path):
    path = tmp_path / "x.xml"
    text = document([layer(1, "Relu", (1, 6, 8, 8)).replace("<output>", "\n<output>")], ["0>1"])
    path.write_bytes(text.replace("\n", ending).encode())
    source = open_spec(str(path)).source

    assert source.text.count("\n") == text.count("\n")
    assert [line.strip()[:22] for line in source.text.splitlines() if line] == ['<?xml version="1.0"?>', '<layer id="1" name="Re']
    assert len(source.text) < len(text) / 3


def test_open_lengths_of_a_port_are_no_shape(tmp_path):
    net = network(tmp_path, [layer(1, "Relu", (-1, 6, -1, 8))], ["0>1"])

    assert str(net.nodes[-1].output) == "6×8×8"


def _bytes():
    layers, edges, *_ = BY_HAND["first norm"]
    more = [layer(10, "MaxPool", (1, 6, 4, 4), kernel="2,2", strides="2,2"), const(11, 6, 6, 1, 1),
            layer(12, "Convolution", (1, 6, 4, 4), strides="1,1")]  # fmt: skip
    return document([*layers, *more], [*edges, "5>10", "10>12.0", "11>12.1"]).encode()


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
            data[a : a + 1] = chance.choice((b"0", b"-1", b"9", b'"', b"<", b"</", b"&", b"1e99", b"99999999999"))
        data = data or bytearray(b"<")
    start = time.process_time()
    describe(openvino, bytes(data))
    assert time.process_time() - start < 2
