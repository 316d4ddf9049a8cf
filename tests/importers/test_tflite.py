"""TFLite: files of TensorFlow's converter with what LiteRT says of them, and files written by hand."""

import io
import json
import zipfile
from math import prod
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.cli.main import main
from cnncalc.converting.convert import convert
from cnncalc.importers import tflite
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.flatbuffer import Buffer
from cnncalc.importers.base.heads import signature
from cnncalc.importers.base.model_file import ModelFile

from .flatbuffers import BOOL, INT8, INT32, File, network, unary, write
from .onnx_files import layers

DATA = Path(__file__).parent / "data" / "tflite"
FILES, KERAS = (zipfile.ZipFile(DATA / f"{name}.zip") for name in ("files", "keras"))
NAMES = sorted(name.removesuffix(".tflite") for name in FILES.namelist() if name.endswith(".tflite"))
FACTS = json.loads(KERAS.read("facts.json"))
KERNELS = ("conv", "depthwise_conv", "conv_transpose", "dense")


def facts(name):
    return json.loads(FILES.read(f"{name}.json"))


def axes(shape):
    """The lengths of a shape as TFLite has them."""
    return list(shape.size) if shape.form == "tensor" else [*shape.size, shape.channels]


def outputs(net):
    return [axes(net.nodes[index].output) for index in net.outputs.values()]


def macs(weights):
    """The products of the operators with kernels: where one puts its kernel, times its elements."""
    found = 0
    for op, kernel, read, result in weights:
        places = result[:-1] if op == "FULLY_CONNECTED" else (read if "TRANSPOSE" in op else result)[1:-1]
        found += prod(places) * prod(kernel)
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("custom", "signatures", "recurrent", "dilated.open")])
def test_files_of_the_converter(name):
    said, net = facts(name), network(FILES.read(f"{name}.tflite"), name)
    learnt = sum(count for kind, (_, count) in said["constants"].items() if kind in ("FLOAT32", "FLOAT16", "INT8"))
    shapes = [axes(node.output) for node in net.nodes]

    assert net.macs.value == macs(said["weights"])
    assert sorted(outputs(net)) == sorted(shape[1:] for shape in said["outputs"])
    # Numbers alone are no parameters, and biases are INT32 or INT64.
    biases = sum(node.facts.weights["bias"][0] for node in net.nodes if "bias" in (node.facts.weights or {}))
    assert net.params.value in (learnt, learnt - 1, learnt + biases)
    for op, *_, result in said["weights"]:
        assert result[1:] in shapes, op


def test_a_dilated_convolution_with_an_open_batch_is_one_layer_again():
    closed, opened = (network(FILES.read(f"{name}.tflite")) for name in ("dilated", "dilated.open"))

    assert layers(opened) == layers(closed)
    assert [node.facts.windows for node in opened.nodes] == [node.facts.windows for node in closed.nodes]
    assert opened.params == closed.params


def bytes_of(name, *kinds):
    return sum(size for kind, (size, _) in facts(name)["constants"].items() if kind in kinds)


# Sizes of the weights as the file has them; its lists of INT32 that are no biases are shapes and axes.
@pytest.mark.parametrize(("name", "weights", "types"), [
    ("cnn.fp32", bytes_of("cnn.fp32", "FLOAT32"), "fp32"),
    ("cnn.fp16", bytes_of("cnn.fp16", "FLOAT16"), "fp32 · weights fp16"),
    ("cnn.hybrid", bytes_of("cnn.hybrid", "FLOAT32", "INT8"), "fp32 · weights int8 · biases fp32"),
    ("cnn.int8", bytes_of("cnn.int8", "INT8", "INT32") - 44, "int8 · biases int32"),
    ("cnn.uint8", bytes_of("cnn.uint8", "INT8", "INT32") - 44, "uint8, int8 · biases int32"),
    ("cnn.float_io", bytes_of("cnn.float_io", "INT8", "INT32") - 44, "fp32, int8 · biases int32"),
    ("cnn.int16", bytes_of("cnn.int16", "INT8", "INT64"), "int16 · weights int8 · biases int64"),
])  # fmt: skip
def test_memory_is_that_of_the_types_of_the_file(name, weights, types):
    table = cnncalc.analyze(network(FILES.read(f"{name}.tflite"), name), "memory")

    assert table.sums["weight_bytes"].value == weights
    assert f" · dialect tflite · batch 1 · {types}\n" in table.caption


def test_a_file_fits_by_its_types(tmp_path, cnncalc):
    path = tmp_path / "person.tflite"
    path.write_bytes(FILES.read("cnn.int8.tflite"))

    assert cnncalc("memory", str(path), "--fits", "7KiB").code == 0
    path.write_bytes(FILES.read("cnn.fp32.tflite"))
    assert cnncalc("memory", str(path), "--fits", "7KiB").code == 1


@pytest.mark.parametrize("name", sorted(FACTS))
def test_networks_of_keras(name):
    said, net = FACTS[name], network(KERAS.read(f"{name}.tflite"), name)
    kernels = [node for node in net.nodes if node.layer is not None and node.layer.kind in KERNELS]
    called = [{name for name in found if "/" not in name} for op, _, found in said["ops"] if op in tflite.HOSTS]

    assert sorted(outputs(net)) == sorted(shape[1:] for shape in said["outputs"])
    assert net.macs.value == said["macs"]
    if not name.startswith(("convlstm", "text")):
        names = {node.name.split(".")[0].removesuffix("_2") for node in kernels}
        # Of the layers that have become one, the convolution gives the name.
        assert all(found & names for found in called if found)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_spec_of_a_file_gives_the_same_numbers(name):
    net = network(KERAS.read(f"{name}.tflite"), name)
    again = cnncalc.loads(convert(net))

    assert (again.params, again.macs) == (net.params, net.macs)
    assert [str(node.output) for node in again.nodes] == [str(node.output) for node in net.nodes]
    assert [cnncalc.analyze(each, "memory").totals["peak"] for each in (net, again)] == [
        cnncalc.analyze(net, "memory").totals["peak"]
    ] * 2


def test_what_the_file_is_and_holds_is_told():
    said = [network(KERAS.read(f"{name}.tflite"), name).description for name in ("mobilenet_v3_block.b1", "convlstm.b1")]

    assert said == [
        "TFLite; parameters are those that the file holds; 3 batch norms are folded into the layer before",
        "TFLite; parameters are those that the file holds",
    ]


@pytest.fixture
def several(tmp_path):
    """A file with two signatures, and where it is."""
    path = tmp_path / "net.tflite"
    path.write_bytes(FILES.read("signatures.tflite"))
    return path


SEVERAL = {"decode": [("input", "4×4×4"), ("relu", "4×4×4")], "encode": [("input", "3×8×8"), ("conv", "4×4×4")]}


@pytest.mark.parametrize("name", SEVERAL)
def test_a_signature_is_a_model_of_the_file(name, several):
    net = cnncalc.load(f"{several}::{name}")

    assert (net.name, layers(net)) == (name, SEVERAL[name])


def test_a_graph_has_a_name_as_well(tmp_path):
    path = tmp_path / "net.tflite"
    other = File().tensor("x", (1, 2)).tensor("y", (1, 2)).node("TANH", "x", "y")
    more = dict(enumerate([list(other.tensors.values()), [0], [1], [{0: ("I", 0), 1: [0], 2: [1]}], "other"]))
    path.write_bytes(unary("RELU", (1, 3), (1, 3)).data(graphs=[more]))

    assert layers(cnncalc.load(path)) == layers(cnncalc.load(f"{path}::main")) == [("input", "3"), ("relu", "3")]
    assert layers(cnncalc.load(f"{path}::other")) == [("input", "2"), ("relu", "2")]


@pytest.mark.parametrize(("named", "message", "help"), [
    ("", "{} holds several models", "name one of decode, encode: {}::decode"),
    ("::decod", "{} has no model or variant `decod`", "did you mean `decode`?"),
    ("::x", "{} has no model or variant `x`", "there are: decode, encode"),
])  # fmt: skip
def test_signatures_are_listed_where_none_is_meant(named, message, help, several):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(f"{several}{named}")

    [found] = refused.value.diagnostics
    assert (found.message, found.help) == (message.format(several), help.format(several, several))


def test_a_spec_takes_signatures_as_networks(several):
    spec = several.with_name("both.yaml")
    spec.write_text("cnncalc: 1\ndialect: tflite\ninput: {channels: 3, size: [8, 8]}\nlayers:\n"
                    "  - net: {of: net.tflite::encode}\n  - net: {of: net.tflite::decode}\n  - net: {of: net.tflite::decode}\n")  # fmt: skip
    assert [str(node.layer.kind) for node in cnncalc.load(spec).nodes[1:]] == ["conv", "relu", "relu"]


@pytest.mark.parametrize(("model", "output", "status"), [
    ("encode", "output: {channels: 4, size: [4, 4]}, params: 112", 0),
    ("decode", "params: 1", 1),
])  # fmt: skip
def test_a_spec_beside_it_is_about_one(model, output, status, several):
    several.with_name("net.tflite.yaml").write_text(f"cnncalc: 1\nmodel: {model}\nexpect: {{{output}}}\n")

    assert check(several.parent) == status
    assert layers(cnncalc.load(several)) == SEVERAL[model]
    # Of another network it says nothing.
    assert check(f"{several}::{'decode' if model == 'encode' else 'encode'}") == 0


@pytest.mark.parametrize(("model", "message"), [
    ("[encode]", "`model` must be the name of a network of the file"),
    ("3", "`model` must be the name of a network of the file"),
    ("encod", "{} has no model or variant `encod`"),
])  # fmt: skip
def test_a_spec_beside_it_is_about_a_network_that_is_there(model, message, several):
    several.with_name("net.tflite.yaml").write_text(f"cnncalc: 1\nmodel: {model}\n")
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(several)

    assert [found.message for found in refused.value.diagnostics] == [message.format(several)]


def test_a_file_of_one_network_has_no_other(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(unary("RELU", (1, 3), (1, 3)).data())
    path.with_name("net.tflite.yaml").write_text("cnncalc: 1\nmodel: other\n")
    with pytest.raises(cnncalc.SpecError, match="has no model or variant `other`"):
        cnncalc.load(path)


def check(path):
    """The exit code of `cnncalc check`."""
    with pytest.raises(SystemExit) as ended:
        main(["check", str(path)])
    return ended.value.code


def test_an_operator_with_code_of_its_own_is_opaque():
    net = network(FILES.read("custom.tflite"))

    assert layers(net)[1:] == [("conv", "4×6×8"), ("opaque", "4×3×4"), ("relu", "4×3×4")]
    assert (net.params.value, net.params.known) == (None, 3 * 3 * 3 * 4 + 4)
    assert "of unknown counts: MaxPoolWithArgmax ×1" in net.description


def test_a_recurrent_operator():
    net = network(FILES.read("recurrent.tflite"))

    # Four gates of 3 inputs, 4 states and a bias, in each of 6 steps.
    assert layers(net)[1:] == [("lstm", "4×6")]
    assert (net.params.value, net.macs.value) == (4 * 4 * (3 + 4 + 1), 6 * 4 * 4 * (3 + 4))


def opaque_end(shape):
    file = File().tensor("x", (1, 8, 4)).tensor("w", (8, 4), held=True).tensor("s", (1, 8, 8)).tensor("y", shape)
    return file.node("FULLY_CONNECTED", "x w", "s", keep_num_dims=True).node("Detect", "s", "y")


def test_what_stands_at_the_end_and_says_no_shape_is_left_out():
    net = network(opaque_end(()))

    assert layers(net)[1:] == [("dense", "8×8")]
    assert net.description.endswith("left out at the end, for the file does not say what it gives: Detect")
    assert layers(network(opaque_end((1, 3, 7))))[-1] == ("opaque", "7×3")


MAP = (1, 6, 8, 3)
ONE = [
    (unary("RELU", MAP, MAP), ["relu 3×6×8"]),
    (unary("RELU_N1_TO_1", MAP, MAP), ["hard_tanh 3×6×8"]),
    (unary("RELU_0_TO_1", MAP, MAP), ["hard_tanh 3×6×8"]),
    (unary("SQRT", MAP, MAP), ["opaque 3×6×8"]),
    (unary("SOFTMAX", (1, 5), (1, 5)), ["softmax 5"]),
    (unary("SOFTMAX", (5,), (5,)), ["softmax 5"]),
    (unary("L2_NORMALIZATION", MAP, MAP), ["l2_norm 3×6×8"]),
    (unary("L2_POOL_2D", MAP, (1, 3, 4, 3), padding=1, stride_w=2, stride_h=2, filter_width=2, filter_height=2), ["lp_pool 3×3×4"]),
    (unary("L2_POOL_2D", MAP, (1, 3, 4, 3), stride_w=2, stride_h=2, filter_width=2, filter_height=2), ["opaque 3×3×4"]),
    (unary("MAX_POOL_2D", MAP, (1, 2, 3, 3), stride_w=3, stride_h=3, filter_width=3, filter_height=2, activation=3),
     ["max_pool 3×2×3", "relu6 3×2×3"]),
    # SAME gives ⌈6 / 3⌉ and ⌈8 / 3⌉, VALID (6 − 2) // 3 + 1 and (8 − 3) // 3 + 1.
    (unary("AVERAGE_POOL_2D", MAP, (1, 2, 2, 3), padding=1, stride_w=3, stride_h=3, filter_width=3, filter_height=2),
     ["avg_pool 3×2×2"]),
    (unary("RESHAPE", MAP, (1, 144), (1, 144)), ["flatten 144"]),
    (unary("RESHAPE", MAP, (1, 48, 3), (-1, 48, 3)), ["reshape 3×48"]),
    (unary("RESHAPE", MAP, (1, 12, 12), shape=[1, 12, 12]), ["reshape 12×12"]),
    (unary("RESHAPE", (1, 1), (), ()), ["identity 1"]),
    (unary("SQUEEZE", (1, 1, 8, 3), (1, 8, 3), axes=[1]), ["reshape 3×8"]),
    (unary("SQUEEZE", (1, 1, 8, 3), (8, 3)), ["reshape 3×8"]),
    (unary("EXPAND_DIMS", (1, 8, 3), (1, 1, 8, 3), (1,)), ["reshape 3×1×8"]),
    (unary("TRANSPOSE", MAP, (1, 3, 8, 6), (0, 3, 2, 1)), ["permute 6×3×8"]),
    (unary("PAD", MAP, (1, 7, 9, 3), (0, 0, 0, 1, 1, 0, 0, 0)), ["pad 3×7×9"]),
    (unary("PAD", MAP, (1, 5, 8, 3), (0, 0, -1, 0, 0, 0, 0, 0)), ["slice 3×5×8"]),
    (unary("PAD", MAP, MAP, (0,) * 8), ["identity 3×6×8"]),
    (unary("MIRROR_PAD", MAP, (1, 6, 8, 5), (0, 0, 0, 0, 0, 0, 1, 1)), ["opaque 5×6×8"]),
    (unary("MEAN", MAP, (1, 3), (1, 2)), ["global_avg_pool 3"]),
    (unary("MEAN", MAP, (1, 1, 1, 3), (1, 2), keep_dims=True), ["global_avg_pool 3×1×1"]),
    (unary("MEAN", MAP, (1, 6, 3), (2,)), ["mean 3×6×1", "reshape 3×6"]),
    (unary("MEAN", MAP, (6, 8, 3), (0,)), ["identity 3×6×8"]),
    (unary("REDUCE_ANY", MAP, (1, 3), (1, 2)), ["opaque 3"]),
    (unary("RESIZE_BILINEAR", MAP, (1, 12, 16, 3), (12, 16)), ["upsample 3×12×16"]),
    (unary("RESIZE_NEAREST_NEIGHBOR", MAP, (1, 12, 24, 3), (12, 24)), ["upsample 3×12×24"]),
    (unary("RESIZE_BILINEAR", MAP, (1, 7, 16, 3), (7, 16), align_corners=True), ["resize 3×7×16"]),
    (unary("TILE", (1, 4, 3), (1, 8, 3), (1, 2, 1)), ["tile 3×8"]),
    (unary("BROADCAST_TO", (1, 1, 3), (1, 4, 3), (1, 4, 3)), ["tile 3×4"]),
    (unary("GATHER", (1, 4, 3), (1, 2, 3), (3, 0), axis=1), ["gather 3×2"]),
    (unary("GATHER", (1, 4, 3), (1, 2, 3), (3, 0), axis=1, batch_dims=1), ["opaque 3×2"]),
    (unary("SPACE_TO_DEPTH", (1, 4, 6, 3), (1, 2, 3, 12), block_size=2), ["space_to_depth 12×2×3"]),
    (unary("SPACE_TO_BATCH_ND", (1, 4, 6, 3), (4, 2, 3, 3), (2, 2), (0, 0, 0, 0)), ["opaque 3×2×3"]),
    (unary("STRIDED_SLICE", MAP, (1, 4, 8, 3), (0, 1, 0, 0), (0, 5, 0, 0), (1, 1, 1, 1), begin_mask=13, end_mask=13),
     ["slice 3×4×8"]),
    (unary("STRIDED_SLICE", MAP, (1, 2, 8, 3), (0, 1), (1, 2), (1, 1), begin_mask=1, end_mask=1, offset=True), ["slice 3×2×8"]),
    (unary("STRIDED_SLICE", MAP, (1, 6, 8), (0, 2), (0, 3), (1, 1), ellipsis_mask=1, shrink_axis_mask=2),
     ["slice 1×6×8", "reshape 8×6"]),
    (unary("STRIDED_SLICE", MAP, (1, 1, 6, 8, 3), (0, 0), (1, 0), (1, 1), begin_mask=1, end_mask=1, new_axis_mask=2),
     ["reshape 3×1×6×8"]),
    (unary("SLICE", MAP, (1, 2, 8, 3), (0, 4, 0, 0), (1, -1, -1, 3)), ["slice 3×2×8"]),
    (unary("CAST", MAP, MAP), ["identity 3×6×8"]),
    (unary("CUMSUM", MAP, MAP, (1,)), ["opaque 3×6×8"]),
    (unary("TOPK_V2", (1, 5), (1, 2), (2,)), ["opaque 2"]),
    (unary("LOCAL_RESPONSE_NORMALIZATION", MAP, MAP, radius=2), ["local_response_norm 3×6×8"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "wanted"), ONE, ids=lambda x: None if isinstance(x, list) else x.tensors["y"][0])
def test_single_operators(file, wanted):
    assert [f"{kind} {shape}" for kind, shape in layers(network(file))[1:]] == wanted


def with_weights(op, shape, kernel, result, bias=None, **options):
    file = File().tensor("x", shape).tensor("scope/layer/weights", kernel, held=True)
    if bias:
        file.tensor("scope/layer/bias", (bias,), held=True)
    file.tensor("y", result)
    return file.node(op, "x scope/layer/weights" + (" scope/layer/bias" if bias else ""), "y", **options)


@pytest.mark.parametrize(("file", "kind", "output", "params", "products"), [
    (with_weights("CONV_2D", MAP, (4, 3, 3, 3), (1, 3, 4, 4), 4, stride_w=2, stride_h=2), "conv", "4×3×4", 112, 12 * 108),
    (with_weights("CONV_2D", MAP, (4, 3, 3, 3), (1, 4, 6, 4), padding=1, stride_w=1, stride_h=1), "conv", "4×4×6", 108, 24 * 108),
    (with_weights("CONV_2D", MAP, (6, 1, 1, 1), (1, 6, 8, 6), stride_w=1, stride_h=1), "conv", "6×6×8", 6, 48 * 6),
    (with_weights("CONV_2D", MAP, (4, 3, 3, 3), (1, 2, 4, 4), padding=1, stride_w=1, stride_h=1, dilation_w=2, dilation_h=2),
     "conv", "4×2×4", 108, 8 * 108),
    (with_weights("DEPTHWISE_CONV_2D", MAP, (1, 3, 3, 6), (1, 6, 8, 6), 6, stride_w=1, stride_h=1), "depthwise_conv", "6×6×8", 60, 48 * 54),
    (with_weights("FULLY_CONNECTED", (1, 2, 6), (4, 12), (1, 4), 4), "dense", "4", 52, 48),
    (with_weights("FULLY_CONNECTED", (1, 2, 6), (4, 6), (1, 2, 4), keep_num_dims=True), "dense", "4×2", 24, 48),
    (with_weights("FULLY_CONNECTED", (1, 2, 6), (4, 6), (2, 4)), "dense", "4×2", 24, 48),
])  # fmt: skip
def test_layers_with_weights(file, kind, output, params, products):
    net = network(file)
    last = net.nodes[-1]

    assert (last.layer.kind, str(last.output), net.params.value, net.macs.value) == (kind, output, params, products)
    assert last.name == "layer"


def test_products_of_results():
    file = File().tensor("x", (1, 2, 6, 4)).tensor("z", (1, 2, 8, 4)).tensor("y", (1, 2, 6, 8))
    net = network(file.node("BATCH_MATMUL", "x z", "y", adj_y=True).data("x z"))

    assert [kind for kind, _ in layers(net)[2:]] == ["permute", "matmul"]
    assert net.macs.value == 2 * 6 * 8 * 4


def test_ids_for_a_table():
    file = File().tensor("x", (1, 9), type=INT32).tensor("table", (50, 4), held=True).tensor("y", (1, 9, 4))
    net = network(file.node("GATHER", "table x", "y"))

    assert layers(net) == [("input", "9 tokens"), ("embedding", "4×9")]
    assert net.params.value == 200


def test_joins_and_parts():
    file = File().tensor("x", MAP).tensor("z", MAP).ints("axis", 3, shape=()).ints("sizes", 1, -1)
    for name, channels in (("s", 6), ("a", 4), ("b", 2)):
        file.tensor(name, (1, 6, 8, channels))
    file.tensor("p", (1, 6, 8, 2, 2)).tensor("y", (1, 6, 8, 2)).tensor("c", (1, 6, 8, 1)).tensor("d", (1, 6, 8, 5))
    file.node("CONCATENATION", "x z", "s", axis=-1).node("SPLIT_V", "s sizes axis", "c d")
    file.node("STRIDED_SLICE", "s sizes sizes sizes", "b").nodes.pop()
    net = network(file.data("x z", "c d"))

    assert layers(net)[2:] == [("concat", "6×6×8"), ("slice", "1×6×8"), ("slice", "5×6×8")]


def chain(shape, *steps, constants=(), outputs="y"):
    """Operators behind each other by the tensors that they give; all of one shape unless they say another."""
    file = File().tensor("x", shape)
    for name, numbers, *rest in constants:
        file.tensor(name, rest[0] if rest else (), numbers)
    for _, _, gives, *rest in steps:
        file.tensor(gives, rest[0] if rest and isinstance(rest[0], tuple) else shape)
    for op, reads, gives, *rest in steps:
        file.node(op, reads, gives, **(rest[-1] if rest and isinstance(rest[-1], dict) else {}))
    return file


HALF = [("three", [3.0]), ("sixth", [1 / 6])]
PATTERNS = [
    ("silu", chain(MAP, ("LOGISTIC", "x", "a"), ("MUL", "a x", "y"))),
    ("hard_swish", chain(MAP, ("ADD", "x three", "a", {"activation": 3}), ("MUL", "a sixth", "b"), ("MUL", "x b", "y"), constants=HALF)),
    ("hard_swish", chain(MAP, ("ADD", "x three", "a", {"activation": 3}), ("MUL", "x a", "b"), ("MUL", "b sixth", "y"), constants=HALF)),
    ("hard_sigmoid", chain(MAP, ("ADD", "x three", "a", {"activation": 3}), ("MUL", "a sixth", "y"), constants=HALF)),
    ("scale", chain(MAP, ("MUL", "x w", "a"), ("ADD", "a v", "y"), constants=[("w", [1.0] * 3, (3,)), ("v", [1.0] * 3, (3,))])),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "file"), PATTERNS, ids=[row[0] for row in PATTERNS])
def test_what_converters_write_out_is_one_layer(kind, file):
    assert layers(network(file))[1:] == [(kind, "3×6×8")]


def test_what_is_read_elsewhere_as_well_is_not_hidden():
    file = chain(MAP, ("LOGISTIC", "x", "a"), ("MUL", "x a", "b"), ("ADD", "a b", "y"))

    assert [kind for kind, _ in layers(network(file))[1:]] == ["sigmoid", "multiply", "add"]


def open_file(*more):
    """A convolution of a map of any size, and what is behind it."""
    file = File().tensor("x", (1, 1, 1, 3), open=(-1, -1, -1, 3)).tensor("w", (4, 3, 3, 3), held=True).ints("space", 1, 2)
    file.tensor("a", (1, 1, 1, 4), open=(-1, -1, -1, 4)).tensor("y", (1, 4), open=(-1, 4))
    file.node("CONV_2D", "x w", "a", stride_w=2, stride_h=2)
    return file.node(*(more or ("MEAN", "a space", "y")))


def test_a_size_that_the_file_leaves_open_is_asked_for(tmp_path):
    path = tmp_path / "net.tflite"
    path.write_bytes(open_file().data())

    net = cnncalc.load(path, size=(17, 33))

    assert layers(net) == [("input", "3×17×33"), ("conv", "4×9×17"), ("global_avg_pool", "4")]
    assert bad(open_file())[0] == "E703"


def test_layers_that_depend_on_an_open_size_are_not_read():
    file = open_file()
    file.nodes.pop()
    file.tensor("s", (4,), type=INT32).ints("two", 1, 2).tensor("z", (2,), type=INT32)
    file.node("SHAPE", "a", "s").node("GATHER", "s two", "z").node("RESIZE_BILINEAR", "x z", "y")

    assert bad(file)[1] == "the size of what goes in is open, and layers depend on it"


def test_channels_are_never_open():
    file = File().tensor("x", (1, 8, 8, 1), open=(-1, 8, 8, -1)).tensor("y", (1, 8, 8, 1)).node("RELU", "x", "y")

    assert bad(file)[1] == "the input `x` has open sizes: ?, 8, 8, ?"


def test_a_fused_activation_stands_with_its_layer():
    net = network(with_weights("CONV_2D", MAP, (4, 3, 3, 3), (1, 6, 8, 4), stride_w=1, stride_h=1, activation=1))

    assert [(node.name, node.layer.kind) for node in net.nodes[1:]] == [("layer", "conv"), ("layer.act", "relu")]


def bad(file, **more):
    with pytest.raises(cnncalc.SpecError) as refused:
        network(file if isinstance(file, bytes) else file.data(**more))
    [found] = refused.value.diagnostics
    return found.code, found.message, found.span.line if found.span else None


@pytest.mark.parametrize(("file", "message", "line"), [
    (unary("RELU", (1, 0, 0, 3), (1, 0, 0, 3)), "the input `x` has open sizes: 1, ?, ?, 3", None),
    (chain((1, 4), ("WHERE", "x", "a", (0, 2)), ("RELU", "a", "y", (0, 2))), "the node WHERE `a` is not known here, and the file does not say what shape it gives", 1),
    (unary("RESHAPE", MAP, (1, 100), (1, 100)), "the node RESHAPE `y` makes [1, 100] of [1, 6, 8, 3]", 1),
    (unary("MAX_POOL_2D", MAP, MAP, stride_w=0, stride_h=1, filter_width=1, filter_height=1),
     "the node MAX_POOL_2D `y` has a window of 1 with stride 0 and dilation 1", 1),
    (unary("SLICE", MAP, MAP, (0, 4, 0, 0), (1, 9, 8, 3)), "the node SLICE `y` cuts 4 to 13 of 6", 1),
    (unary("PAD", MAP, MAP, (1, 2)), "the node PAD `y` pads 1 of 4 axes", 1),
    (unary("MEAN", MAP, MAP, (7,)), "the node MEAN `y` names axis 7 of 4", 1),
    (unary("UNPACK", MAP, MAP, axis=1), "the node UNPACK `y` makes 1 of 6", 1),
    (with_weights("CONV_2D", MAP, (4, 3, 3, 2), MAP, stride_w=1, stride_h=1), "the node CONV_2D `layer` has a kernel for 2 channels, and gets 3", 1),
    (with_weights("FULLY_CONNECTED", MAP, (4, 7), (1, 4)), "the node FULLY_CONNECTED `layer` multiplies [1, 6, 8, 3] by [4, 7]", 1),
    (chain(MAP, ("ADD", "x a", "y"), ("RELU", "x", "a")), "the node ADD `y` reads `a`, which nothing above it gives", 1),
], ids=lambda x: None if not isinstance(x, str) else x[:30])  # fmt: skip
def test_files_that_cannot_be_read(file, message, line):
    assert bad(file) == ("E701", message, line)


def arithmetic(*steps, constants=()):
    """A reshape of (1, 6, 8, 3) to what operators on lists give, the last of which is called `to`."""
    file = File().tensor("x", MAP)
    for name, numbers in constants:
        file.ints(name, *numbers) if isinstance(numbers, tuple) else file.ints(name, numbers, shape=())
    for _, _, gives, *_ in steps:
        for name in gives.split():
            file.tensor(name, (3,), type=INT32)
    file.tensor("y", (1, 48, 3))
    for op, reads, gives, *rest in steps:
        file.node(op, reads, gives, **(rest[0] if rest else {}))
    return file.node("RESHAPE", "x to", "y")


# All of them say [1, 48, 3].
SHAPES = [
    arithmetic(("SHAPE", "x", "s"), ("STRIDED_SLICE", "s b e one", "n", {"shrink_axis_mask": 1}), ("PACK", "n m c", "to"),
               constants=[("b", (0,)), ("e", (1,)), ("one", (1,)), ("m", 48), ("c", 3)]),
    arithmetic(("SHAPE", "x", "s"), ("GATHER", "s at", "p"), ("REDUCE_PROD", "p axis", "n"), ("PACK", "one n c", "to"),
               constants=[("at", (1, 2)), ("axis", (0,)), ("one", 1), ("c", 3)]),
    arithmetic(("FILL", "three one", "f"), ("MUL", "f by", "to"), constants=[("three", (3,)), ("one", 1), ("by", (1, 48, 3))]),
    arithmetic(("RANGE", "start stop step", "r"), ("ZEROS_LIKE", "r", "z"), ("ADD", "z by", "to"),
               constants=[("start", 0), ("stop", 3), ("step", 1), ("by", (1, 48, 3))]),
    arithmetic(("RANK", "x", "r"), ("SUB", "r one", "c"), ("PACK", "one m c", "to"), constants=[("one", 1), ("m", 48)]),
    arithmetic(("SPLIT", "axis all", "to r"), constants=[("axis", 0), ("all", (1, 48, 3, 9, 9, 9)), ("r", (0, 0, 0))]),
    arithmetic(("SHAPE", "x", "s"), ("UNPACK", "s", "n h w c"), ("MUL", "h w", "m"), ("PACK", "n m c", "to"),
               constants=[("n", 0), ("h", 0), ("w", 0), ("c", 0)]),
    arithmetic(("SUM", "all axis", "m"), ("MAXIMUM", "m one", "k"), ("PACK", "one k c", "to"),
               constants=[("all", (40, 8)), ("axis", (0,)), ("one", 1), ("c", 3)]),
]  # fmt: skip


@pytest.mark.parametrize("file", SHAPES, ids=range(len(SHAPES)))
def test_the_arithmetic_of_shapes_is_computed(file):
    assert layers(network(file))[1:] == [("reshape", "3×48")]


def test_a_shape_that_is_not_followed_is_that_of_the_file():
    file = File().tensor("x", MAP).tensor("s", (3,), type=INT32).tensor("y", (1, 48, 3))
    file.node("WHERE", "x", "s").node("RESHAPE", "x s", "y")

    # What computes it is not known, and a layer all the same.
    assert layers(network(file))[1:] == [("opaque", "3"), ("reshape", "3×48")]


LSTM = "x " + " ".join(["i"] * 4 + ["r"] * 4) + " - - - b b b b - - h h"


def cells(op, reads, shape=(1, 6, 3), result=(1, 6, 4), **options):
    file = File().tensor("x", shape).tensor("i", (4, 3), held=True).tensor("r", (4, 4), held=True).tensor("b", (4,), held=True)
    file.buffers.append({})
    file.tensor("h", (1, 4)).tensors["h"][2] = ("I", len(file.buffers) - 1)
    return file.tensor("p", (4,), held=True).tensor("y", result).node(op, reads, "y", **options)


@pytest.mark.parametrize(("file", "kind", "params", "products"), [
    (cells("UNIDIRECTIONAL_SEQUENCE_RNN", "x i r b h"), "simple_rnn", 12 + 16 + 4, 6 * 28),
    (cells("UNIDIRECTIONAL_SEQUENCE_RNN", "x i r b h", (6, 1, 3), (6, 1, 4), time_major=True), "opaque", 32, 6 * 28),
    (cells("UNIDIRECTIONAL_SEQUENCE_LSTM", LSTM.replace("- - -", "p p p")), "opaque", 12 + 16 + 4 + 4, 6 * 4 * 28),
    (cells("SVDF", "x i r b h", (1, 3), (1, 4)), "opaque", 32, 28),
])  # fmt: skip
def test_cells(file, kind, params, products):
    net = network(file)

    assert net.nodes[-1].layer.kind == kind
    assert (net.params.value, net.macs.value) == (params, products)


def test_a_kernel_that_is_a_result():
    file = File().tensor("x", MAP).tensor("w", (4, 1, 1, 3)).tensor("y", (1, 6, 8, 4))
    file.node("CONV_2D", "x w", "y", stride_w=1, stride_h=1, activation=1)
    net = network(file.data("x w"))

    assert [kind for kind, _ in layers(net)[2:]] == ["opaque", "relu"]
    assert (net.params.value, net.macs.value) == (0, 48 * 12)


@pytest.mark.parametrize(("steps", "kinds"), [
    # A scale of more axes than are normalised, means that are flat, and factors that are results.
    ([("MEAN", "x axes", "m", (1, 6, 8, 1), {"keep_dims": True}), ("SQUARED_DIFFERENCE", "x m", "d"),
      ("MEAN", "d axes", "v", (1, 6, 8, 1), {"keep_dims": True}), ("ADD", "v eps", "e", (1, 6, 8, 1)), ("RSQRT", "e", "r", (1, 6, 8, 1)),
      ("MUL", "r gamma", "g"), ("MUL", "x g", "a"), ("NEG", "m", "n", (1, 6, 8, 1)), ("MUL", "n g", "b"), ("ADD", "b beta", "c"),
      ("ADD", "a c", "y")], ["layer_norm"]),
    ([("SQUARE", "x", "a"), ("SUM", "a axes", "b", (1, 6, 8, 1), {"keep_dims": True}), ("MAXIMUM", "b eps", "c", (1, 6, 8, 1)),
      ("RSQRT", "c", "d", (1, 6, 8, 1)), ("MUL", "x d", "y")], ["l2_norm"]),
    ([("SQUARE", "x", "a"), ("SUM", "a all", "b", (1, 1, 1, 1), {"keep_dims": True}), ("RSQRT", "b", "d", (1, 1, 1, 1)),
      ("MUL", "x d", "y")], ["multiply", "sum", "opaque", "multiply"]),
    ([("MUL", "x eps", "a"), ("ADD", "a eps", "y")], ["rescaling", "rescaling"]),
])  # fmt: skip
def test_norms_that_are_written_out(steps, kinds):
    file = File().tensor("x", MAP).ints("axes", 3).ints("all", 0, 1, 2, 3).tensor("eps", (), [1e-3])
    file.tensor("gamma", (3,), held=True).tensor("beta", (3,), held=True)
    for _, _, gives, *rest in steps:
        file.tensor(gives, rest[0] if rest and isinstance(rest[0], tuple) else MAP)
    for op, reads, gives, *rest in steps:
        file.node(op, reads, gives, **(rest[-1] if rest and isinstance(rest[-1], dict) else {}))

    assert [kind for kind, _ in layers(network(file))[1:]] == kinds


def in_batches(blocks=(2, 2), crops=(0, 0, 0, 0), padding=1, kernel=(4, 3, 3, 3)):
    """Space to batch, a convolution, and back: of 8×8 with a margin of 2 there are 4 parts of 6×6, and 4×4 places in each."""
    file = File().tensor("x", (1, 8, 8, 3)).ints("blocks", *blocks).ints("again", 2, 2).ints("crops", *crops)
    file.ints("margins", 2, 2, 2, 2, shape=(2, 2)).tensor("w", kernel, held=True)
    n, size = (6, 4) if padding else (6, 6)
    file.tensor("a", (4, n, n, 3)).tensor("b", (4, size, size, 4)).tensor("y", (1, 2 * size - sum(crops[:2]), 2 * size - sum(crops[2:]), 4))
    file.node("SPACE_TO_BATCH_ND", "x blocks margins", "a").node("CONV_2D", "a w", "b", padding=padding, stride_w=1, stride_h=1)
    return file.node("BATCH_TO_SPACE_ND", "b again crops", "y")


@pytest.mark.parametrize(("file", "kinds"), [
    (in_batches(), ["conv"]),
    (in_batches(crops=(1, 0, 0, 0)), ["opaque", "conv", "opaque"]),
    (in_batches(padding=0), ["opaque", "conv", "opaque"]),
])  # fmt: skip
def test_what_goes_through_batches_is_dilated_or_stays(file, kinds):
    assert [kind for kind, _ in layers(network(file))[1:]] == kinds


def repeated(times, shape=(1, 6, 1, 8, 3), result=(1, 12, 8, 3)):
    tiled = tuple(n * m for n, m in zip(shape, times, strict=True))
    file = File().tensor("x", MAP).ints("high", *shape).ints("times", *times).ints("flat", *result)
    file.tensor("a", shape).tensor("b", tiled).tensor("y", result)
    return file.node("RESHAPE", "x high", "a").node("TILE", "a times", "b").node("RESHAPE", "b flat", "y")


def test_elements_that_are_repeated():
    assert layers(network(repeated((1, 1, 2, 1, 1))))[1:] == [("upsample", "3×12×8")]
    # The map beside itself is no larger map.
    kinds = [kind for kind, _ in layers(network(repeated((1, 2, 1, 1, 1))))[1:]]
    assert kinds == ["reshape", "tile", "reshape"]


def test_a_transposed_convolution_that_cannot_be():
    file = File().ints("size", 1, 12, 12, 2).tensor("w", (2, 2, 2, 3), held=True).tensor("x", (1, 5, 5, 3)).tensor("y", (1, 12, 12, 2))
    file.node("TRANSPOSE_CONV", "size w x", "y", stride_w=2, stride_h=2)

    assert bad(file) == ("E701", "the node TRANSPOSE_CONV `y` cannot give [1, 12, 12, 2] of [1, 5, 5, 3]", 1)


@pytest.mark.parametrize(("file", "message"), [
    (unary("STRIDED_SLICE", MAP, MAP, (9,), (10,), (1,), shrink_axis_mask=1), "the node STRIDED_SLICE `y` reads place 9 of 1"),
    (unary("STRIDED_SLICE", MAP, MAP, (0,), (1,), (0,)), "the node STRIDED_SLICE `y` has lists of unequal lengths"),
    (unary("STRIDED_SLICE", (1, 4), (1, 4), (0,) * 3, (1,) * 3, (1,) * 3), "the node STRIDED_SLICE `y` cuts more axes than it reads"),
    (unary("SLICE", MAP, MAP, (0,), (1,)), "the node SLICE `y` cuts 1 of 4 axes"),
    (unary("DEPTH_TO_SPACE", MAP, MAP), "the node DEPTH_TO_SPACE `y` needs a map of two axes"),
    (unary("SPACE_TO_BATCH_ND", MAP, MAP, (0, 2), (0, 0, 0, 0)), "the node SPACE_TO_BATCH_ND `y` moves 2 axes of [1, 6, 8, 3]"),
    (unary("RESIZE_BILINEAR", MAP, MAP, (0, 2)), "the node RESIZE_BILINEAR `y` resizes [1, 6, 8, 3] to [0, 2]"),
    (unary("PAD", MAP, MAP, (1, 0, 0, 0, 0, 0, 0, 0)), "the node PAD `y` pads the batch"),
    (unary("LOCAL_RESPONSE_NORMALIZATION", MAP, MAP, radius=-4), "the node LOCAL_RESPONSE_NORMALIZATION `y` has a negative radius"),
    (unary("MAX_POOL_2D", (1, 4), (1, 4), stride_w=1, stride_h=1, filter_width=1, filter_height=1),
     "the node MAX_POOL_2D `y` needs a map of 2 axes"),
    (with_weights("CONV_2D", MAP, (4, 3), MAP, stride_w=1, stride_h=1), "the node CONV_2D `layer` has a kernel of 2 axes"),
    (with_weights("DEPTHWISE_CONV_2D", MAP, (1, 3, 3, 4), MAP, stride_w=1, stride_h=1),
     "the node DEPTHWISE_CONV_2D `layer` has a kernel of [1, 3, 3, 4] for 3 channels"),
    (File().tensor("x", MAP).tensor("z", (1, 5)).tensor("y", MAP).node("BATCH_MATMUL", "x z", "y").data("x z"),
     "the node BATCH_MATMUL `y` multiplies [1, 6, 8, 3] by [1, 5]"),
    (File().tensor("x", MAP).tensor("y", MAP).data(outputs="x"), "no node makes anything of what goes in"),
    (File().ints("c", 3).tensor("y", (1,), type=INT32).node("NEG", "c", "y").data(inputs=""), "nothing goes in: no input of the graph is read"),
], ids=lambda x: x[:40] if isinstance(x, str) else None)  # fmt: skip
def test_nodes_that_cannot_be_read(file, message):
    assert bad(file)[1] == message


@pytest.mark.parametrize(("data", "message"), [
    (write({0: 3}), "there is no graph in the file"),
    (b"\x08\0\0\0TFL3" + b"\xff" * 8, "the file breaks off, or is damaged, at byte 9"),
    (b"\x08\0\0\0TFL3", "the file breaks off, or is damaged, at byte 8"),
    (unary("RELU", MAP, MAP).data(f7=[{4: ("I", 3)}]), "a signature names graph 3 of 1"),
    (b"PK\x03\x04....", "this is no file of TFLite, whatever it is called: it is a zip archive, as Keras writes .keras"),
    (b"", "this is no file of TFLite, whatever it is called: it is empty"),
    (b"a text\n", "this is no file of TFLite, whatever it is called: it is a text"),
    (b"\0\1\2\3\4\5\6\7\x80", "this is no file of TFLite, whatever it is called: its first bytes are of no known format"),
    (b"version https://git-lfs.github.com/spec/v1\n", "this is a pointer of Git LFS, not the file itself"),
])  # fmt: skip
def test_what_is_no_file_of_tflite(data, message):
    assert bad(data) == ("E701", message, None)


def test_first_bytes():
    assert signature(b"\x1c\0\0\0TFL3") == "it is TFLite"


def test_a_shape_that_the_file_says_otherwise_is_a_finding():
    assert bad(unary("RELU", MAP, (1, 6, 8, 4)))[0] == "E702"


def test_weights_are_stepped_over():
    # A matrix of 16 MB behind the tables: a few pages are read.
    file = File().tensor("x", (1, 2000)).tensor("w", (2000, 2000), held=True).tensor("y", (1, 2000)).node("FULLY_CONNECTED", "x w", "y")
    stream = Counting(file.data())
    found = tflite.describe(ModelFile("big", stream))

    assert found.layers[0].keys["units"] == 2000
    assert stream.count < 100_000


class Counting(io.BytesIO):
    """Counts the bytes that are read."""

    count = 0

    def read(self, *sizes):
        found = super().read(*sizes)
        self.count += len(found)
        return found


def test_looking_at_the_same_bytes_again_and_again_ends():
    buffer = Buffer(ModelFile("f", io.BytesIO(bytes(100_000))))

    for _ in range(57):
        buffer.read(0, 100_000)
    with pytest.raises(Unreadable, match="the file points to the same bytes too often"):
        buffer.read(0, 100_000)


SMALL = ("cnn.int8", "transposed", "pads", "arithmetic", "dilated.open", "moved", "recurrent", "custom", "signatures", "volume")


def damage(data):
    """A file with bytes changed, exchanged, doubled or cut off."""
    found = bytearray(FILES.read(f"{data.draw(st.sampled_from(SMALL))}.tflite"))
    place = st.integers(0, len(found) - 8)
    for _ in range(data.draw(st.integers(0, 5))):
        at, other = data.draw(place), data.draw(place)
        way = data.draw(st.integers(0, 3))
        if way == 0:
            found[at] = data.draw(st.integers(0, 255))
        elif way == 1:
            found[at] ^= 1 << data.draw(st.integers(0, 7))
        elif way == 2:
            found[at : at + 8], found[other : other + 8] = found[other : other + 8], found[at : at + 8]
        else:
            found[at : at + 4] = found[other : other + 4]
    return bytes(found[: data.draw(st.one_of(st.none(), st.integers(0, len(found))))])


def is_read_or_refused(data):
    try:
        network(data)
    except cnncalc.SpecError as error:
        several = [found.message for found in error.diagnostics] == ["net.tflite holds several models"]
        assert several or all(found.code[0] == "E" for found in error.diagnostics)


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_file_is_a_finding(data):
    is_read_or_refused(damage(data))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=10_000, deadline=None)
def test_many_damaged_files_are_findings(data):
    is_read_or_refused(damage(data))


@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_any_bytes_are_a_finding(data):
    with pytest.raises(cnncalc.SpecError):
        network(b"\x10\0\0\0TFL3" + data)


def test_a_bool_and_numbers_of_eight_bits_are_constants():
    file = File().tensor("x", MAP).tensor("flag", (1,), [1], type=BOOL).tensor("q", (1,), [3], type=INT8, scale=0.5)
    file.tensor("a", MAP).tensor("y", MAP)
    net = network(file.node("MUL", "x q", "a").node("SELECT", "flag x a", "y"))

    assert net.params.value == 0
