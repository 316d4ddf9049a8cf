"""Whole files of ONNX: what is recognised, folded, shared, named and refused, and what is never read."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.importers import onnx
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.model_file import ModelFile
from cnncalc.importers.base.wire import Wire
from cnncalc.language.build import build
from cnncalc.language.document import Document

from .onnx_files import field, layers, message, model, network, node, source, tensor, value, varint

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "onnx" / "exports.zip")
MAP = (1, 4, 8, 6)


def net(nodes, dims=MAP, weights=(), **options):
    """The network of nodes that read `x` and give `y`."""
    return network(model(nodes, [value("x", dims)], [value("y", ("N",))], weights, **options))


def kinds(nodes, dims=MAP, weights=()):
    """The kinds of the layers."""
    return [kind for kind, _ in layers(net(nodes, dims, weights))[1:]]


def number(name, *numbers):
    """A constant of the file."""
    return tensor(name, (len(numbers),) if len(numbers) > 1 else (), list(numbers))


HALF, ONE, TWO, THREE, SIX = (number(name, n) for name, n in zip("htuvs", (0.5, 1.0, 2.0, 3.0, 6.0), strict=True))
ROOT = number("r", 1.41421356)
LOW, HIGH = number("lo", 0.0), number("hi", 6.0)
EPS = number("e", 1e-5)

WRITTEN_OUT = [
    ("silu", [node("Sigmoid", "x", "a"), node("Mul", "x a", "y")], []),
    ("silu", [node("Sigmoid", "x", "a"), node("Mul", "a x", "y")], []),
    ("mish", [node("Softplus", "x", "a"), node("Tanh", "a", "b"), node("Mul", "x b", "y")], []),
    ("hard_swish", [node("HardSigmoid", "x", "a"), node("Mul", "x a", "y")], []),
    ("hard_swish", [node("Add", "x v", "a"), node("Clip", "a lo hi", "b"), node("Mul", "x b", "c"), node("Div", "c s", "y")],
     [THREE, SIX, LOW, HIGH]),
    ("hard_sigmoid", [node("Add", "v x", "a"), node("Clip", "a lo hi", "b"), node("Div", "b s", "y")], [THREE, SIX, LOW, HIGH]),
    ("gelu", [node("Div", "x r", "a"), node("Erf", "a", "b"), node("Add", "b t", "c"), node("Mul", "x c", "d"),
              node("Mul", "d h", "y")], [ROOT, ONE, HALF]),
    ("gelu", [node("Div", "x r", "a"), node("Erf", "a", "b"), node("Add", "t b", "c"), node("Mul", "x h", "d"),
              node("Mul", "d c", "y")], [ROOT, ONE, HALF]),
    ("layer_norm", [node("ReduceMean", "x", "m", axes=[-1]), node("Sub", "x m", "d"), node("Pow", "d u", "p"),
                    node("ReduceMean", "p", "q", axes=[-1]), node("Add", "q e", "f"), node("Sqrt", "f", "g"),
                    node("Div", "d g", "i"), node("Mul", "i w", "j"), node("Add", "j b", "y")],
     [TWO, EPS, tensor("w", (6,)), tensor("b", (6,))]),
    ("rms_norm", [node("Pow", "x u", "p"), node("ReduceMean", "p", "q", axes=[-1]), node("Add", "q e", "f"),
                  node("Sqrt", "f", "g"), node("Div", "x g", "i"), node("Mul", "w i", "y")], [TWO, EPS, tensor("w", (6,))]),
    ("global_response_norm", [node("ReduceL2", "x", "g", axes=[2, 3]), node("ReduceMean", "g", "m", axes=[1]), node("Add", "m e", "f"),
                              node("Div", "g f", "n"), node("Mul", "x n", "p"), node("Mul", "w p", "q"), node("Add", "q b", "i"),
                              node("Add", "x i", "y")], [EPS, tensor("w", (1, 4, 1, 1)), tensor("b", (1, 4, 1, 1))]),
    ("group_norm", [node("Reshape", "x k", "a"), node("InstanceNormalization", "a o z", "c"), node("Shape", "x", "l"),
                    node("Reshape", "c l", "d"), node("Mul", "d w", "j"), node("Add", "j b", "y")],
     [number("k", 0, 2, -1), number("o", 1.0, 1.0), number("z", 0.0, 0.0), tensor("w", (4, 1, 1)), tensor("b", (4, 1, 1))]),
    ("l2_norm", [node("ReduceL2", "x", "a", axes=[1], keepdims=1), node("Div", "x a", "y")], []),
    ("channel_shuffle", [node("Reshape", "x k", "a"), node("Transpose", "a", "b", perm=[0, 2, 1, 3, 4]),
                         node("Reshape", "b l", "y")], [number("k", 1, 2, 2, 8, 6), number("l", 1, -1, 8, 6)]),
    ("pixel_unshuffle", [node("Reshape", "x k", "a"), node("Transpose", "a", "b", perm=[0, 1, 3, 5, 2, 4]),
                         node("Reshape", "b l", "y")], [number("k", 1, 4, 4, 2, 3, 2), number("l", 1, 16, 4, 3)]),
    ("pixel_shuffle", [node("Reshape", "x k", "a"), node("Transpose", "a", "b", perm=[0, 1, 4, 2, 5, 3]),
                       node("Reshape", "b l", "y")], [number("k", 1, 1, 2, 2, 8, 6), number("l", 1, 1, 16, 12)]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "nodes", "weights"), WRITTEN_OUT, ids=[f"{i}-{row[0]}" for i, row in enumerate(WRITTEN_OUT)])
def test_what_exporters_write_out_is_one_layer(kind, nodes, weights):
    assert kinds(nodes, weights=weights) == [kind]


def test_what_is_read_elsewhere_as_well_is_not_hidden():
    nodes = [node("Sigmoid", "x", "a"), node("Mul", "x a", "b"), node("Add", "a b", "y")]

    assert kinds(nodes) == ["sigmoid", "multiply", "add"]


def test_what_only_looks_like_a_shuffle_stays_as_it_is():
    nodes = [node("Reshape", "x k", "a"), node("Transpose", "a", "b", perm=[0, 2, 1, 3]), node("Reshape", "b l", "y")]

    assert kinds(nodes, weights=[number("k", 1, 2, 2, 48), number("l", 1, 4, 8, 6)]) == ["reshape", "permute", "reshape"]


def test_the_arithmetic_of_shapes_is_computed():
    # (1, 4, 8, 6) -> Shape -> [1, 4·8, 6]
    nodes = [
        node("Shape", "x", "s"), node("Gather", "s one", "c"), node("Gather", "s two", "h"), node("Mul", "c h", "n"),
        node("Unsqueeze", "n zero", "n1"), node("Slice", "s three big", "w"), node("Range", "two three4 one", "rng"),
        node("Cast", "n1", "n2", to=7), node("Concat", "minus n2 w", "to", axis=0), node("Reshape", "x to", "y"),
    ]  # fmt: skip
    weights = [number(name, n) for name, n in (("one", 1), ("two", 2), ("three4", 4))]
    weights += [tensor(name, (1,), [n]) for name, n in (("zero", 0), ("three", 3), ("big", 99), ("minus", -1))]

    assert layers(net(nodes, weights=weights))[1:] == [("reshape", "32×6")]


def test_the_amounts_of_a_pad_as_scripts_compute_them():
    name = "padding_modes.script.onnx"

    assert [kind for kind, _ in layers(network(FILES.read(name), name))].count("pad") == 5


def test_weights_of_two_nodes_are_counted_once():
    nodes = [node("Conv", "x w b", "a", pads=[1, 1, 1, 1]), node("Conv", "a w b", "y", pads=[1, 1, 1, 1])]
    found = net(nodes, weights=[tensor("w", (4, 4, 3, 3)), tensor("b", (4,))])

    assert found.params.value == 4 * 4 * 9 + 4
    assert found.macs.value == 2 * 4 * 48 * 36
    assert [node.layer.kind for node in found.nodes[1:]] == ["conv", "conv"]


def test_weights_that_another_kind_uses_are_counted_once():
    nodes = [node("Conv", "x w", "a"), node("ConvTranspose", "a w", "y")]
    found = net(nodes, weights=[tensor("w", (4, 4, 3, 3))])

    assert (found.params.value, found.macs.value) == (144, 4 * 24 * 36 + 4 * 24 * 36)
    assert kinds(nodes, weights=[tensor("w", (4, 4, 3, 3))]) == ["conv", "opaque"]


@pytest.mark.parametrize(("product", "weights"), [
    (node("MatMul", "table w", "t"), tensor("w", (2, 3))), (node("Gemm", "table w", "t", transB=1), tensor("w", (3, 2))),
])  # fmt: skip
def test_a_table_that_weights_are_multiplied_by_is_a_layer(product, weights):
    found = net([product, node("Add", "x t", "y")], (1, 4, 3), [tensor("table", (4, 2)), weights])

    assert layers(found)[1:] == [("parameter", "4×2"), ("dense", "4×3"), ("add", "4×3")]
    assert (found.params.value, found.macs.value) == (4 * 2 + 2 * 3, 4 * 2 * 3)


def test_a_state_that_begins_as_zeros_is_a_layer_without_weights():
    # An LSTM whose first step multiplies its state of zeros: as often as in the other steps.
    zeros = node("Constant", "", "h", value=tensor("", (1, 5), [0.0] * 5))
    step = [node("MatMul", "x w", "a"), node("MatMul", "h u", "b"), node("Add", "a b", "c"), node("Tanh", "c", "y")]
    found = net([zeros, *step], (1, 3), [tensor("w", (3, 5)), tensor("u", (5, 5))])

    assert [kind for kind, _ in layers(found)[1:]] == ["dense", "constant", "dense", "add", "tanh"]
    assert (found.params.value, found.macs.value) == (15 + 25, 15 + 25)


def test_several_maps_of_an_example():
    # Two pictures, one behind the other, and each of them seen by the same layers: twice the arithmetic.
    nodes = [
        node("Concat", "x x", "both", axis=0), node("Conv", "both w b", "c", pads=[1] * 4),
        node("BatchNormalization", "c s t m v", "d"), node("MaxPool", "d", "e", kernel_shape=[2, 2], strides=[2, 2]),
        node("Split", "e", "f g", axis=0), node("Add", "f g", "y"),
    ]  # fmt: skip
    found = net(nodes, weights=[tensor("w", (5, 4, 3, 3)), tensor("b", (5,)), *(tensor(n, (5,)) for n in "stmv")])

    # They are one map of an axis more, along which windows are of length 1.
    assert [(kind, shape) for kind, shape in layers(found) if kind not in ("slice", "reshape")] == [
        ("input", "4×8×6"), ("concat", "2×4×8×6"), ("permute", "4×2×8×6"), ("conv", "5×2×8×6"), ("batch_norm", "5×2×8×6"),
        ("max_pool", "5×2×4×3"), ("permute", "2×5×4×3"), ("add", "1×5×4×3"),
    ]  # fmt: skip
    assert [node.layer.kernel for node in found.nodes if node.layer and node.layer.kind == "conv"] == [(1, 3, 3)]
    assert layers(found)[-1] == ("add", "1×5×4×3")
    assert (found.params.value, found.macs.value) == (5 * 36 + 5 + 10, 2 * 48 * 5 * 36)


def test_more_axes_than_a_spec_knows_are_a_vector():
    # Windows of 2·2·2 out of a map of 4·4·4: eight axes with the batch.
    cut = [tensor("cut", (8,), [1, 3, 2, 2, 2, 2, 2, 2]), tensor("rows", (3,), [8, 3, 8])]
    nodes = [node("Reshape", "x cut", "a"), node("Transpose", "a", "b", perm=[0, 2, 4, 6, 1, 3, 5, 7]),
             node("Reshape", "b rows", "y")]  # fmt: skip

    assert layers(net(nodes, (1, 3, 4, 4, 4), cut))[1:] == [("flatten", "192"), ("opaque", "192"), ("reshape", "8×3×8")]


@pytest.mark.parametrize("stated", [(1, 8, 24), ("batch", 8, 24)])
def test_a_shape_that_data_says_is_that_of_the_file(stated):
    # The numbers of a map as a shape: only the file knows how that ends, and it must say all lengths.
    nodes = [node("Reshape", "x x", "z"), node("Relu", "z", "y")]
    if "batch" in stated:
        with pytest.raises(cnncalc.SpecError, match="the shape of the node Reshape is computed from data"):
            net(nodes, stated=[value("z", stated)])
        return
    found = net(nodes, stated=[value("z", stated)])

    assert layers(found)[1:] == [("opaque", "8×24"), ("relu", "8×24")]
    assert (found.params.value, found.macs.value) == (0, 0)


def test_a_slice_of_nothing_adds_nothing():
    nodes = [node("Slice", "x zero zero two", "none"), node("Concat", "x none", "z", axis=2), node("Relu", "z", "y")]
    numbers = [tensor(name, (1,), [n]) for name, n in (("zero", 0), ("two", 2))]

    assert layers(net(nodes, weights=numbers))[1:] == [("relu", "4×8×6")]


@pytest.mark.parametrize(("nodes", "weights"), [
    # One of 14 of which 4 are read; one whose rows are written over.
    ([node("Slice", "table one four", "t"), node("Add", "x t", "y")],
     [tensor("table", (14, 1)), tensor("one", (1,), [1]), tensor("four", (1,), [5])]),
    ([node("ScatterND", "table at rows", "t"), node("Add", "x t", "y")],
     [tensor("table", (4, 3)), tensor("at", (1, 1), [2]), tensor("rows", (1, 2))]),
])  # fmt: skip
def test_what_is_computed_of_weights_alone_has_their_numbers(nodes, weights):
    found = net(nodes, (1, 4, 3), weights)

    assert found.params.value == 14
    assert layers(found)[1:] == [("opaque", "4×3")]


def test_a_tensor_that_a_node_fills_with_one_number_is_not_learnt():
    filled = node("Constant", "", "state", value=tensor("", (4, 8, 6), [0.5] * 192))

    assert net([filled, node("Add", "x state", "y")]).params.value == 0
    assert net([node("Add", "x state", "y")], weights=[tensor("state", (4, 8, 6))]).params.value == 192


@pytest.mark.parametrize(("name", "many"), [("head.scale", 1), ("val_3", 0), ("onnx::Mul_12", 0), ("net/mul/y:0", 0)])
def test_one_number_is_a_parameter_if_it_is_called_so(name, many):
    assert net([node("Mul", f"x {name}", "y")], weights=[tensor(name, ())]).params.value == many


def test_a_deformable_convolution():
    nodes = [node("Conv", "x o", "offset", pads=[1] * 4), node("DeformConv", "x w offset b", "y", pads=[1] * 4)]
    found = net(nodes, weights=[tensor("o", (18, 4, 3, 3)), tensor("w", (8, 4, 3, 3)), tensor("b", (8,))])

    assert layers(found)[1:] == [("conv", "18×8×6"), ("deform_conv", "8×8×6")]
    assert found.params.value == 18 * 36 + 8 * 36 + 8
    assert found.macs.value == 48 * (18 + 8) * 36


def test_an_instance_norm_of_constants_has_no_weights():
    fill = [node("Constant", "", name, value=tensor("", (4,), [n] * 4)) for name, n in (("one", 1.0), ("zero", 0.0))]

    assert net([*fill, node("InstanceNormalization", "x one zero", "y")]).params.value == 0


@pytest.mark.parametrize("length", [1, 127, 128, 20_000])
def test_a_name_may_be_of_any_length(length):
    name = "n" * length
    found = net([node("Relu", "x", name), node("Neg", name, "y")])

    assert layers(found)[1:] == [("relu", "4×8×6"), ("rescaling", "4×8×6")]


def test_a_bias_that_is_stored_once_for_two_layers_is_counted_once():
    nodes = [node("Conv", "x w b", "a"), node("Conv", "a v b", "y")]
    weights = [tensor("w", (4, 4, 1, 1)), tensor("v", (4, 4, 1, 1)), tensor("b", (4,))]

    assert net(nodes, weights=weights).params.value == 16 + 16 + 4
    assert kinds(nodes, weights=weights) == ["conv", "conv"]


def test_what_no_output_needs_is_left_out():
    nodes = [node("Relu", "x", "y"), node("Conv", "x nothing", "z")]

    assert kinds(nodes) == ["relu"]


NAMES = [
    ("/layer1/layer1.0/conv1/Conv", "layer1.0.conv1.weight", "layer1.0.conv1"),
    ("/layer1/layer1.0/conv1/Conv", "onnx::Conv_12", "layer1.0.conv1"),
    ("/features/features.3/Conv", "w", "features.3"),
    ("node_Conv_79", "1.weight", "n1"),
    ("", "w", "conv"),
    ("$x; rm", "w", "x_rm"),
    ("input", "w", "input_2"),
]


@pytest.mark.parametrize(("called", "weight", "name"), NAMES)
def test_a_layer_is_called_as_its_module(called, weight, name):
    found = net([node("Conv", f"x {weight}", "y", called)], weights=[tensor(weight, (2, 4, 1, 1))])

    assert found.nodes[-1].name == name


def test_an_unknown_operator_is_opaque_with_the_shape_of_the_file():
    made = node("Wobble", "x", "a", domain="of.mine")
    found = net([made, node("Relu", "a", "y")], stated=[value("a", ("N", 3, 5))])

    assert layers(found)[1] == ("opaque", "3×5")
    assert found.params.value is None
    assert found.macs.value is None
    assert "of unknown counts: Wobble ×1" in source(
        model([made, node("Relu", "a", "y")], [value("x", MAP)], [value("y", ("N",))], stated=[value("a", ("N", 3, 5))])
    ).tree.get("description").value


def refuse(data, name="net.onnx"):
    """The finding in which a file ends."""
    with pytest.raises(cnncalc.SpecError) as refused:
        network(data, name)
    return refused.value.diagnostics[0]


REFUSED = [
    ([node("Wobble", "x", "a", "w"), node("Relu", "a", "y")], [value("x", MAP)],
     "the node Wobble `w` is not known here, and the file does not say what shape it gives"),
    ([node("Relu", "z", "y")], [value("x", MAP), value("z", ("N", "", 2))], "the input `z` has open lengths: N, ?, 2"),
    ([node("Conv", "x z", "y", "c")], [value("x", MAP)], "the node Conv `c` reads `z`, which nothing above it gives"),
    ([node("Conv", "x w", "y", "c")], [value("x", (1, 5, 8, 6))], "the node Conv `c` has a kernel for 4 channels, and gets 5"),
    ([node("Conv", "x w", "y", pads=[1, 1])], [value("x", MAP)], "`pads` of the node Conv must be 4 numbers, got [1, 1]"),
    ([node("Conv", "x w", "y", strides=[0, 1])], [value("x", MAP)],
     "`strides` of the node Conv must be 2 numbers of at least 1, got [0, 1]"),
    ([node("Conv", "x w", "y")], [value("x", (1, 4, 2, 2))], "the node Conv gives 1×4×0×0, which has no elements"),
    ([node("MaxPool", "x", "y")], [value("x", MAP)], "the node MaxPool has no kernel_shape"),
    ([node("Transpose", "x", "y", perm=[0, 0])], [value("x", MAP)], "`perm` of the node Transpose is [0, 0]"),
    ([node("Reshape", "x k", "y")], [value("x", MAP)], "the node Reshape makes [5, 7] of [1, 4, 8, 6]"),
    ([node("Reshape", "x x", "y")], [value("x", MAP)], "the shape of the node Reshape is computed from data"),
    ([node("Reshape", "x k2", "y")], [value("x", (2, 4))],
     "the node Reshape merges the batch of 2 with another axis"),
    ([node("Softmax", "x", "y", axis=9)], [value("x", MAP)], "the node Softmax names axis 9 of 4"),
    ([node("Softmax", "x", "y", axis="one")], [value("x", MAP)], "`axis` of the node Softmax must be a whole number"),
    ([node("Relu", "w", "y")], [value("x", MAP)], "nothing goes in: no input of the graph is read"),
    ([node("Relu", "-", "y")], [value("x", MAP)], "nothing goes in: no input of the graph is read"),
    ([node("Gemm", "x w", "y")], [value("x", MAP)], "the node Gemm needs two matrices"),
    ([node("MatMul", "x k3", "y")], [value("x", MAP)], "the node MatMul multiplies 6 features by 5"),
    ([node("Add", "x k3", "y")], [value("x", MAP)], "operands of (1, 4, 8, 6) and (5, 5) do not fit together"),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "inputs", "said"), REFUSED, ids=range(len(REFUSED)))
def test_the_message_names_the_node(nodes, inputs, said):
    weights = [tensor("w", (4, 4, 3, 3)), number("k", 5, 7), tensor("k2", (1,), [8]), tensor("k3", (5, 5))]
    found = refuse(model(nodes, inputs, [value("y", ("N",))], weights))

    assert (found.code, found.message) == ("E701", said)


NO_FILES = [
    (b"", "the file is empty"),
    (b"hello, this is a text and no model", "this is a text that does not begin as files of ONNX do"),
    (model([node("Relu", "x", "y")], [value("x", MAP)], [value("y", ("N",))])[:-30], "the file breaks off, or is damaged, at byte 10"),
    (model([node("Relu", "x", "y")], [value("x", MAP)], [value("y", ("N",))], opset=6),
     "the operators are of version 6; the oldest that is read is 7"),
    (field(7, field(1, b"\x0a\xff")), "the file breaks off, or is damaged, at byte 6"),
    (message((7, message((1, message((4, b"\xff\xfe")))))), "the text at byte 6 of the file is not UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), NO_FILES, ids=range(len(NO_FILES)))
def test_a_file_that_is_none(data, said):
    assert refuse(data).message == said


def test_a_pickle_is_not_run():
    assert refuse(b"\x80\x04cos\nsystem\n").message == "this is a pickle, which is a program: it is not run"


def test_a_shape_that_differs_is_a_finding_at_its_node():
    nodes = [node("Relu", "x", "a"), node("MaxPool", "a", "y", "p", kernel_shape=[2, 2], strides=[2, 2])]
    found = refuse(model(nodes, [value("x", MAP)], [value("y", ("N", 4, 4, 4))]))

    assert (found.code, found.span.line) == ("E702", 2)
    assert found.message == "the file says that `p` gives 4×4×4, and it gives 4×4×3 here"


def test_the_last_window_of_a_ceil_pool_is_the_rules_to_say():
    # A third window would start in the padding behind the input, where the package's inference has one.
    nodes = [node("MaxPool", "x", "y", kernel_shape=[2], strides=[2], pads=[1, 1], ceil_mode=1)]
    data = model(nodes, [value("x", (1, 1, 4))], [value("y", (1, 1, 4))])

    assert str(network(data).nodes[-1].output) == "1×3"


class Counted(BytesIO):
    """A file that counts what is read of it."""

    seen = 0

    def read(self, length=-1):
        found = super().read(length)
        self.seen += len(found)
        return found


def test_weights_are_stepped_over():
    weights = [tensor(f"w{i}", (256, 256, 3, 3), raw=bytes(2_359_296)) for i in range(8)]
    nodes = [node("Conv", f"{'x' if i == 0 else f'a{i}'} w{i}", f"a{i + 1}", pads=[1, 1, 1, 1]) for i in range(8)]
    data = model(nodes, [value("x", (1, 256, 8, 8))], [value("a8", ("N",))], weights)
    file = Counted(data)
    found = onnx.describe(ModelFile("net.onnx", file))

    assert len(found.layers) == 8
    assert len(data) > 18_000_000
    assert file.seen < 400_000


def test_numbers_of_any_form_are_read():
    wire = Wire(ModelFile("x", BytesIO(varint(300) + b"")))
    assert list(wire.fields(0, 0)) == []
    fields = field(1, 300) + field(2, "ab") + field(3, 1.5) + varint(4 << 3 | 1) + bytes(8) + field(1000, -1)
    wire = Wire(ModelFile("x", BytesIO(fields)))
    found = list(wire.fields(0, wire.size))

    assert [(each.number, each.form) for each in found] == [(1, 0), (2, 2), (3, 5), (4, 1), (1000, 0)]
    assert wire.integer(found[0]) == 300
    assert wire.text(found[1]) == "ab"
    assert wire.unpack(found[2], "f", 1) == [1.5]
    assert wire.integers(found[4], 1) == [-1]
    assert wire.integers(found[0]._replace(form=2, start=4, stop=4), 1) == []


MISREAD = [
    (lambda wire, found: wire.text(found), "no text at byte 300 of the file, where one must be"),
    (lambda wire, found: wire.message(found), "no message at byte 300 of the file, where one must be"),
    (lambda wire, found: wire.unpack(found, "f", 1), "no list of numbers at byte 300 of the file"),
    (lambda wire, found: wire.integer(found._replace(form=2)), "no number at byte 300 of the file, where one must be"),
    (lambda wire, found: wire.integers(found._replace(form=5), 1), "no list of numbers at byte 300 of the file"),
    (lambda wire, found: wire.integers(found._replace(form=2, start=0, stop=3), 1), "more than 1 numbers at byte 0 of the file"),
    (lambda wire, found: wire.bytes(1, 9), "the file breaks off at byte 3"),
]  # fmt: skip


@pytest.mark.parametrize(("read", "said"), MISREAD, ids=range(len(MISREAD)))
def test_a_field_of_another_form_is_no_number(read, said):
    wire = Wire(ModelFile("x", BytesIO(field(1, 300))))
    [found] = wire.fields(0, wire.size)

    with pytest.raises(Unreadable, match=said):
        read(wire, found)


def test_no_field_is_longer_than_what_it_stands_in():
    wire = Wire(ModelFile("x", BytesIO(b"\x08" + b"\xff" * 12)))
    with pytest.raises(Unreadable, match="the file breaks off, or is damaged, at byte 11"):
        list(wire.fields(0, wire.size))


SMALL = [name for name in FILES.namelist() if FILES.getinfo(name).file_size < 14_000]


@given(st.data())
def test_a_damaged_file_is_a_finding(data):
    found = bytearray(FILES.read(data.draw(st.sampled_from(SMALL))))
    for _ in range(data.draw(st.integers(0, 4))):
        found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(0, len(found))))
    try:
        network(bytes(found[:cut]))
    except cnncalc.SpecError as error:
        assert error.diagnostics[0].message


@given(st.binary(max_size=300))
def test_any_bytes_are_a_finding(data):
    with pytest.raises(cnncalc.SpecError):
        network(data)


STEPS = model([node("Shape", "x", "s"), node("Gather", "s two", "t"), node("Unsqueeze", "t zero", "u"), node("Concat", "one four u", "k", axis=0),
               node("Reshape", "x k", "f"), node("Relu", "f", "y")],
              [value("x", ("batch", "features", 2, "steps"))], [value("y", (1,))],
              [tensor("two", (), [3]), tensor("zero", (1,), [0]), tensor("one", (1,), [1]), tensor("four", (1,), [8])])  # fmt: skip


def open_finding(data, **given):
    """The finding in which a file of open lengths ends with what is given."""
    with pytest.raises(cnncalc.SpecError) as refused:
        build(Document(source(data)), **given)
    [found] = refused.value.diagnostics
    return found.code, found.message, found.help


def test_a_length_that_is_no_size_is_asked_for_by_its_symbol():
    assert open_finding(STEPS) == ("E703", "the file leaves the size of `input` (features=?) open", "--set features=128")
    assert open_finding(STEPS, settings={"features": 4}) == (
        "E703", "the file leaves the size of `input` (2×?) open", "--size 2,224",
    )  # fmt: skip
    assert open_finding(STEPS, size=(2, 9)) == (
        "E701", "the input `x` has open lengths: batch, features, 2, steps", "--set features=128",
    )  # fmt: skip


def test_the_arithmetic_of_shapes_is_that_of_the_lengths_that_are_given():
    net = build(Document(source(STEPS)), settings={"features": 4, "steps": 9})

    assert layers(net) == [("input", "4×2×9"), ("reshape", "8×9"), ("relu", "8×9")]
    again = build(Document(net.source), settings={"features": 4, "steps": 5})
    assert layers(again) == [("input", "4×2×5"), ("reshape", "8×5"), ("relu", "8×5")]


def test_a_spec_beside_a_file_says_its_open_size(tmp_path, cnncalc):
    data = model([node("Relu", "x", "y")], [value("x", ("n", 3, "h", "w"))], [value("y", ("n", 3, "h", "w"))])
    (tmp_path / "net.onnx").write_bytes(data)
    assert "--size 224,224" in cnncalc("shapes", str(tmp_path / "net.onnx")).err
    assert "3×5×6" in cnncalc("shapes", str(tmp_path / "net.onnx"), "--size", "5,6").out

    (tmp_path / "net.onnx.yaml").write_text("cnncalc: 1\ninput: {channels: 3, size: [5, 7]}\n")

    assert "3×5×7" in cnncalc("shapes", str(tmp_path / "net.onnx")).out


def test_a_file_of_open_size_is_no_part_of_another_network(tmp_path, cnncalc):
    data = model([node("Relu", "x", "y")], [value("x", ("n", 3, "h", "w"))], [value("y", ("n", 3, "h", "w"))])
    (tmp_path / "net.onnx").write_bytes(data)
    (tmp_path / "whole.yaml").write_text("input: {channels: 3, size: [8, 8]}\nlayers:\n  - net: {of: net.onnx}\n")

    found = cnncalc("shapes", str(tmp_path / "whole.yaml"))

    assert "`net.onnx` leaves the size of its input open" in found.err
    assert "say it in `net.onnx.yaml` beside it" in found.err


@pytest.mark.parametrize(("alpha", "slope"), [(0.2, "0.2"), (0.01, "0.01"), (0.125, "0.125"), (1 / 3, "0.33333334"), (1e-5, "0.00001")])
def test_numbers_of_32_bits_are_those_that_people_write(alpha, slope, tmp_path, cnncalc):
    data = model([node("LeakyRelu", "x", "y", alpha=alpha)], [value("x", (1, 3, 4, 4))], [value("y", (1, 3, 4, 4))])
    (tmp_path / "net.onnx").write_bytes(data)

    assert f"slope: {slope}}}" in cnncalc("convert", str(tmp_path / "net.onnx")).out.replace("1.0e-05", "0.00001").replace("1e-05", "0.00001")
