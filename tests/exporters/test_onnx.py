"""`export --to onnx`: what is written, that ONNX takes it, and that it is read back as the same network."""

import hashlib
import json
import sys
from array import array
from math import floor, prod
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import SpecError, load, loads
from cnncalc.errors import UsageError
from cnncalc.exporters.base.onnx.fills import fill
from cnncalc.exporters.base.onnx.graph import Weight
from cnncalc.exporters.onnx import export, make_graph
from cnncalc.importers.base.onnx.model import read_model
from cnncalc.importers.base.onnx.values import load_constant
from cnncalc.importers.base.wire import Wire
from cnncalc.protobuf.onnx import FLOAT, INT64
from cnncalc.protobuf.writing import Message, encode_varint
from cnncalc.receptive_field.survey import Survey
from tests.zoo.models import names

ANSWERS = json.loads((Path(__file__).parent / "data" / "onnx.json").read_text(encoding="utf-8"))
"""What ONNX's checker, its inference of shapes and its runtime made of each network: `python -m tools.truth exports`."""
NUMBERS = json.loads((Path(__file__).parent / "data" / "onnx_numbers.json").read_text(encoding="utf-8"))
"""How far the results of onnxruntime are from those of PyTorch's code, for each line of `layers.txt`."""
HEAD = "dialect: torch\ninput: {channels: 6, size: [11, 13]}\nlayers:\n"


class Bytes:
    """A file in memory."""

    def __init__(self, data):
        self.data, self.size = data, len(data)

    def read(self, start, length):
        return self.data[start : start + length]


def network(*items, head=HEAD):
    return loads(head + "".join(f"  - {item}\n" for item in items), name="net.yaml")


def nodes(*items, head=HEAD):
    """The nodes of what is exported: operators and what they say of themselves."""
    return [(node.op, node.attributes) for node in make_graph(network(*items, head=head)).nodes]


def ops(*items, head=HEAD):
    return " ".join(op for op, _ in nodes(*items, head=head))


def back(network, folder, **options):
    """What is exported, and read again."""
    path = folder / "back.onnx"
    path.write_bytes(export(network, **options))
    return load(path)


def test_every_network_of_the_zoo_was_checked():
    assert sorted(ANSWERS) == sorted({name.partition(" ")[0] for name in names()})
    assert sum("ran" in answer for answer in ANSWERS.values()) >= 38


FEW = ("efficientdet_d0", "imdb_cnn_lstm", "mobilenet_v2", "neural_style", "pix2pix::discriminator", "raft_small", "resnet20",
       "shufflenet_v2_x1_0", "swin_t")  # fmt: skip
"""Those that are looked at each time; the others take a while."""
EACH = [name if name in FEW else pytest.param(name, marks=pytest.mark.slow) for name in sorted(ANSWERS)]


def indices(network):
    """The elements of buffers that are constants of operators."""
    return sum(prod(shape) for node in network.nodes for name, shape in (node.facts.buffers or {}).items() if name == "relative_index")


@pytest.mark.parametrize("name", EACH)
def test_onnx_makes_of_the_file_what_cnncalc_says(name):
    network, answer = load(f"zoo:{name}"), ANSWERS[name]
    if "refused" in answer:
        with pytest.raises(SpecError) as caught:
            export(network)
        assert [finding.message for finding in caught.value.diagnostics] == answer["refused"]
        return
    again = "the file is not the one that was checked: `make truth` checks it"
    assert hashlib.sha256(export(network)).hexdigest()[:16] == answer["code"], again
    assert answer["weights"] == network.params.value + network.buffers.value - indices(network)
    outputs = [network.nodes[index].output for index in dict.fromkeys(network.outputs.values())]
    assert answer["outputs"] == [[x.channels, *x.size] if not x.form else list(x.size) for x in outputs]


UNREAD = {"rcnn": "needs its batch in front"}
"""Regions of interest stand where examples do: the importer takes no convolution of them."""
READ_OTHERWISE = {
    "imdb_cnn_lstm": "the LSTM of ONNX has two biases a gate, of which one is zero here",
    "swin_t": "which distance a pair has is no buffer, but a constant",
    "wavenet": "what no output depends on is not read",
}


@pytest.mark.parametrize("name", [name for name in EACH if name != "raft_small"])
def test_what_is_read_again_is_the_same_network(name, tmp_path):
    network = load(f"zoo:{name}")
    if name in UNREAD:
        with pytest.raises(SpecError, match=UNREAD[name]):
            back(network, tmp_path)
        return
    again = back(network, tmp_path)
    numbers, others = [(n.params, n.macs, n.buffers) for n in (network, again)]
    assert (numbers == others) == (name not in READ_OTHERWISE)
    assert numbers[1] == others[1] or name == "wavenet"
    outputs, reread = [[n.nodes[i].output.elements for i in dict.fromkeys(n.outputs.values())] for n in (network, again)]
    assert outputs == reread
    there = {node.name: node for node in again.nodes}
    same = [node for node in network.nodes if node.name in there]
    assert [node.output.elements for node in same] == [there[node.name].output.elements for node in same]
    # What uses weights again has another name.
    assert len(same) > 0.6 * sum(node.op not in ("identity", "drop_path") for node in network.nodes)


OTHER_FIELDS = {
    "deepface": "a locally connected layer is many convolutions",
    "fast_rcnn": "regions are an input", "faster_rcnn": "regions are an input", "faster_rcnn_vgg16": "regions are an input",
    "mask_rcnn": "regions are an input",
    "segnet": "an unpooling puts numbers to places that the data say",
    "swin_t": "windows of attention are products and a softmax",
}  # fmt: skip


def fields(network):
    """What the outputs see of each input, by windows and through layers that see all, and what the last map sees."""
    survey = Survey(network)
    outputs = [survey.views[index].values() for index in dict.fromkeys(network.outputs.values())]
    told = [[[(view.field and view.field.sizes, bool(view.whole), bool(view.gap)) for view in seen] for seen in of] for of in outputs]
    last = survey.of_network()
    return told, last and survey.sizes(last[0])


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in sorted(ANSWERS) if name not in ("raft_small", *UNREAD)])
def test_what_is_read_again_sees_as_much(name, tmp_path):
    network = load(f"zoo:{name}")

    assert (fields(network) == fields(back(network, tmp_path))) == (name not in OTHER_FIELDS)


def test_single_layers_give_the_numbers_of_pytorch():
    assert len(NUMBERS) > 240
    assert max(answer["error"] for answer in NUMBERS.values()) <= 2e-6


@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_the_files_of_single_layers_are_those_that_were_run(every):
    for name in list(NUMBERS)[::every]:
        head, _, line = name.partition(" | ")
        dialect, _, shape = head.partition(" ")
        net = network(*(item.strip() for item in line.split(";;")), head=f"dialect: {dialect}\ninput: {shape}\nlayers:\n")
        data = export(net, weights="random", batch=2)
        assert hashlib.sha256(data).hexdigest()[:16] == NUMBERS[name]["code"], name


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(name for name in ANSWERS if "refused" not in ANSWERS[name]))
def test_the_checker_and_strict_inference_take_the_file(name):
    onnx = pytest.importorskip("onnx")
    model = onnx.load_from_string(export(load(f"zoo:{name}")))
    onnx.checker.check_model(model, full_check=True)
    onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("relu", "Relu"),
        ("relu6", "Clip"),
        ("gelu", "Gelu"),
        ("silu", "Sigmoid Mul"),
        ("log_sigmoid", "Neg Softplus Neg"),
        ("dropout: 0.3", "Dropout"),
        ("drop_path: 0.1", "Identity"),
        ("conv: {filters: 8, kernel: 3}", "Conv"),
        ("conv: {filters: 6, kernel: 3, padding: 2, padding_mode: reflect}", "Pad Conv"),
        ("separable_conv: {filters: 5, kernel: 3}", "Conv Conv"),
        ("max_pool: {size: 3, stride: 2, padding: 1, ceil: true}", "MaxPool"),
        ("avg_pool: {size: 3, stride: 2, padding: 1}", "AveragePool"),
        # 13 + 2·1 elements have 5 windows of 4 with stride 3 if rounded up: the last sticks out by one.
        ("avg_pool: {size: 4, stride: 3, padding: 1, ceil: true}", "Pad AveragePool"),
        ("adaptive_avg_pool: [1, 1]", "GlobalAveragePool"),
        ("adaptive_avg_pool: [10, 12]", "AveragePool"),
        # 13 into 3 parts are 0–4, 4–8 and 8–12, into 5 they are 3, 4, 3, 4 and 3 long.
        ("adaptive_max_pool: [11, 3]", "MaxPool"),
        ("adaptive_max_pool: [11, 5]", "Slice ReduceMax " * 5 + "Concat"),
        ("global_avg_pool", "GlobalAveragePool Flatten"),
        ("lp_pool: {size: 2, p: 2}", "LpPool"),
        ("lp_pool: {size: 2, p: 1}", "AveragePool Mul"),
        ("batch_norm", "BatchNormalization"),
        ("batch_norm: {scale: false}", "Constant BatchNormalization"),
        ("group_norm: 3", "Reshape Constant Constant InstanceNormalization Reshape Mul Add"),
        ("instance_norm", "ReduceMean Sub Mul ReduceMean Add Sqrt Div"),
        ("layer_norm", "Transpose LayerNormalization Transpose"),
        ("layer_norm: {axes: all}", "LayerNormalization"),
        ("rms_norm", "Pow ReduceMean Add Sqrt Div Mul"),
        ("local_response_norm: {size: 5}", "LRN"),
        ("local_response_norm: {size: 4}", "Mul Reshape AveragePool Reshape Mul Add Pow Div"),
        ("dense: 7", "MatMul Add"),
        ("flatten", "Flatten"),
        ("upsample: 2", "Resize"),
        ("crop: [[1, 2], [0, 3]]", "Slice Slice"),
        ("slice: {channels: [0, 6]}", "Slice"),
        ("unfold: {kernel: [1, 2]}", "Slice Unsqueeze Slice Unsqueeze Concat Reshape"),
    ],
)
def test_a_layer_is_these_nodes(item, expected):
    assert ops(item) == expected


@pytest.mark.parametrize(
    ("dialect", "item", "pads"),
    [
        # 11: (6 − 1)·2 + 3 − 11 = 2; 13: (7 − 1)·2 + 3 − 13 = 2, one on each side.
        ("keras", "conv: {filters: 8, kernel: 3, padding: same, stride: 2}", (1, 1, 1, 1)),
        # 4 windows from 11: (4 − 1)·3 + 4 − 11 = 2; 5 from 13: (5 − 1)·3 + 4 − 13 = 3, the larger half behind.
        ("keras", "conv: {filters: 8, kernel: 4, padding: same, stride: 3}", (1, 1, 1, 2)),
        # Rounded up, 6 windows of 2 from 11 need one element more, 7 from 13 as well.
        ("torch", "max_pool: {size: 2, ceil: true}", (0, 0, 1, 1)),
        # 4 windows of 3 side by side reach all of 1 + 11: the padding behind is not read.
        ("torch", "max_pool: {size: 3, stride: 3, padding: 1}", (1, 1, 0, 1)),
    ],
)
def test_padding_is_written_as_numbers(dialect, item, pads):
    [(_, attributes)] = nodes(item, head=HEAD.replace("torch", dialect))
    assert attributes["pads"] == pads
    assert "ceil_mode" not in attributes
    assert "auto_pad" not in attributes


@pytest.mark.parametrize(
    ("dialect", "item", "attributes"),
    [
        ("torch", "leaky_relu", {"alpha": 0.01}),
        ("keras", "leaky_relu", {"alpha": 0.3}),
        ("torch", "gelu: {approximate: tanh}", {"approximate": "tanh"}),
        ("onnx", "upsample: 1.2", {"axes": (2, 3), "mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}),
        ("torch", "resize: {size: [5, 7], mode: nearest}", {"axes": (2, 3), "mode": "nearest", "nearest_mode": "floor", "coordinate_transformation_mode": "asymmetric"}),
        ("keras", "resize: {size: [5, 7], mode: nearest}", {"axes": (2, 3), "mode": "nearest", "nearest_mode": "round_prefer_ceil", "coordinate_transformation_mode": "half_pixel"}),
        ("torch", "batch_norm", {"epsilon": 1e-5}),
        ("keras", "batch_norm", {"epsilon": 1e-3}),
        ("torch", "avg_pool: {size: 3, stride: 2, padding: 1}", {"kernel_shape": (3, 3), "strides": (2, 2), "dilations": (1, 1), "pads": (1, 1, 1, 1), "count_include_pad": 1}),
        ("keras", "avg_pool: {size: 3, stride: 2, padding: same}", {"kernel_shape": (3, 3), "strides": (2, 2), "dilations": (1, 1), "pads": (1, 1, 1, 1)}),
    ],
)
def test_what_frameworks_do_in_their_own_ways_is_said(dialect, item, attributes):
    assert nodes(item, head=HEAD.replace("torch", dialect))[-1][1] == attributes


@pytest.mark.parametrize(
    ("size", "item", "expected"),
    [
        # 0.7 is 0.699999988 in 32 bits: by the next number, 0.700000048, ten elements become seven and not six.
        ([7, 10], "upsample: {scale: 0.7, mode: linear}", "Resize"),
        ([7, 10], "upsample: {scale: 2.3, mode: cubic}", "Resize"),
        ([7, 10], "upsample: {scale: [2, 0.7], mode: nearest_exact}", "Resize"),
        # Output 18 copies input 18 / 1.2 = 15, and 1.2 is 1.20000005 in 32 bits: 18 of these are short of 15.
        ([20], "upsample: 1.2", "Gather"),
        ([4, 20], "upsample: [2, 1.2]", "Gather Gather"),
        ([20, 9], "resize: {size: [24, 9], mode: nearest}", "Gather"),
        ([20], "upsample: 1.5", "Resize"),
    ],
)
def test_factors_of_32_bits_make_the_size_and_copy_the_elements_of_the_spec(size, item, expected, tmp_path):
    net = network(item, head=HEAD.replace("[11, 13]", str(size)))
    graph = make_graph(net)
    assert " ".join(node.op for node in graph.nodes) == expected
    for constant in graph.constants.values():
        if constant.type == FLOAT:
            assert [floor(n * factor) for n, factor in zip(size, constant.numbers, strict=True)] == list(net.nodes[-1].output.size)
    assert back(net, tmp_path).nodes[-1].output == net.nodes[-1].output
    places = [list(constant.numbers) for constant in graph.constants.values() if constant.type == INT64 and "Gather" in expected]
    windows = [window for window, n, m in zip(net.nodes[-1].facts.windows, size, net.nodes[-1].output.size, strict=True) if n != m]
    assert places == [[window.taps(u, window.source)[0] for u in range(window.target)] for window in windows if places]


@pytest.mark.parametrize(
    ("dialect", "item", "reason"),
    [
        ("torch", "opaque: {output: {features: 2}}", "`opaque1` (opaque): what it computes is not known"),
        ("keras", "upsample: {scale: 2, mode: lanczos3}", "`upsample1` (upsample): ONNX has no `lanczos3` in 2 axes"),
        ("torch", "sparsemax", "is not among the layers that are written for ONNX"),
        ("torch", "max_unpool: 2", "`max_unpool1` (max_unpool): where the values were largest is known of what the pool read"),
    ],
)
def test_what_cannot_be_said_is_refused_with_its_reason(dialect, item, reason):
    with pytest.raises(SpecError) as caught:
        export(network(item, head=HEAD.replace("torch", dialect)))
    [finding] = caught.value.diagnostics
    assert (finding.code, reason in finding.message) == ("E801", True)


def read(data):
    wire = Wire(Bytes(data))
    return read_model(wire), wire


def test_the_graph_has_the_names_and_shapes_of_the_spec():
    model, _ = read(export(network("conv: {filters: 8, kernel: 3, name: stem, norm: batch_norm, activation: relu}", "global_avg_pool", "dense: {units: 2, name: head}"), batch=4))
    graph = model.graph

    assert (model.producer, model.opset) == ("cnncalc", 20)
    assert graph.stated == {
        "stem": (4, 8, 9, 11), "stem.norm": (4, 8, 9, 11), "stem.act": (4, 8, 9, 11), "global_avg_pool1": (4, 8),
        "head": (4, 2), "input": (4, 6, 11, 13),
        "stem/kernel": (8, 6, 3, 3), "stem.norm/scale": (8,), "stem.norm/center": (8,), "stem.norm/mean": (8,), "stem.norm/variance": (8,),
        "head/kernel": (2, 8), "head/bias": (2,),
    }  # fmt: skip
    assert graph.outputs == ["head"]
    assert [node.outputs[0] for node in graph.nodes if "/" not in node.outputs[0]] == ["stem", "stem.norm", "stem.act", "global_avg_pool1", "head"]
    assert {name for name in graph.weights if not name.startswith("/")} == {name for name in graph.stated if "/" in name}


def test_the_number_of_examples_may_be_open():
    data = export(network("class_token", "flatten", head=HEAD.replace("[11, 13]", "[5]")), batch="n")
    assert read(data)[0].graph.stated["class_token1"] == ("n", 6, 6)


def numbers(data, name):
    model, wire = read(data)
    return load_constant(wire, model.graph.weights[name]).numbers


def test_weights_are_none_zeros_or_drawn():
    net = network("conv: {filters: 8, kernel: 3, name: a}", "batch_norm: {name: b}")
    none, zeros, drawn = (export(net, weights=word, seed=3) for word in ("none", "zeros", "random"))

    assert len(none) < 1500 < 4 * 8 * 54 < len(zeros) == len(drawn)
    assert numbers(none, "a/bias") is None
    assert numbers(zeros, "a/bias") == (0.0,) * 8
    assert export(net, weights="random", seed=3) == drawn != export(net, weights="random", seed=4)
    # Evenly spread with a variance of 1/54: up to √(3/54) = 0.236.
    kernel = numbers(drawn, "a/kernel")
    assert 0.22 < max(kernel) < 0.236
    assert -0.236 <= min(kernel) < -0.22
    assert abs(sum(kernel) / 432) < 0.02
    assert all(0.5 <= n <= 1.5 for n in numbers(drawn, "b/variance"))


def test_numbers_are_the_same_on_every_machine(monkeypatch):
    weight = Weight("a/kernel", (2, 3), "kernel", 3)
    little = fill("random", 0)(weight)
    monkeypatch.setattr(sys, "byteorder", "big" if sys.byteorder == "little" else "little")
    swapped = array("f", little)
    swapped.byteswap()
    assert fill("random", 0)(weight) == swapped.tobytes()


def test_a_file_of_two_gigabytes_is_refused():
    net = network("dense: 1000000", head="dialect: torch\ninput: {features: 1000}\nlayers:\n")
    with pytest.raises(UsageError, match=r"the weights of net are 4,004,000,000 bytes, and a file of ONNX has less than 2 GiB"):
        export(net, weights="zeros")
    assert len(export(net)) < 1000


def test_weights_used_again_are_held_once(tmp_path):
    net = network("conv: {filters: 6, kernel: 3, padding: 1, name: a}", "relu", "reuse: {layer: a, from: prev}")
    assert list(make_graph(net).weights) == ["a/kernel", "a/bias"]
    assert back(net, tmp_path).params == net.params


def test_names_are_data(tmp_path):
    net = loads('name: "\\"; import os #\\u2028"\ndescription: "a\\0b {0}"\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 2, kernel: 1, name: ../../x}\n'
                .replace("../../x", "日本"))  # fmt: skip
    assert back(net, tmp_path).params == net.params


@given(st.lists(st.tuples(st.integers(1, 2**20), st.one_of(st.integers(-(2**63), 2**63 - 1), st.binary(), st.text(max_size=20)))))
def test_what_is_written_is_read(fields):
    message = Message()
    for number, value in fields:
        if isinstance(value, int):
            message.add_integer(number, value)
        else:
            (message.add_text if isinstance(value, str) else message.add_bytes)(number, value)
    whole = Message().add(1, message).to_bytes()
    wire = Wire(Bytes(whole))
    [outer] = wire.fields(0, wire.size)
    found = []
    for field in wire.message(outer):
        found.append((field.number, field.start if field.form == 0 else wire.bytes(field.start, field.stop)))
    assert found == [(number, value % 2**64 if isinstance(value, int) else value.encode() if isinstance(value, str) else value) for number, value in fields]


@pytest.mark.parametrize(("number", "text"), [(0, "00"), (127, "7f"), (128, "8001"), (300, "ac02"), (-1, "ffffffffffffffffff01")])
def test_a_number_takes_seven_bits_a_byte(number, text):
    assert encode_varint(number).hex() == text
