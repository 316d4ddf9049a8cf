"""Arithmetic with a number in files of each format: x + 1, 1 - x, x * 2, x / 2, -x."""

import math
from fractions import Fraction
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import load
from cnncalc.importers.base.numbers import rescaling, rescaling_by, the_number

from . import flatbuffers, test_openvino, test_tfjs
from .flatbuffers import INT8
from .onnx_files import message, model, network, node, tensor, value
from .reading import load_text
from .test_coreml import file as coreml_file
from .test_coreml import layer as coreml_layer
from .test_keras import OPS, functional, layer, read, start, stated
from .test_onnx_nodes import ints
from .torch_files import call, program, saved
from .torch_files import tensor as sizes

MAP = (1, 4, 8, 6)


def arithmetic(net):
    """What stands behind the input: the numbers of a `rescaling`, the kinds of other layers."""
    found = []
    for made in (one.layer for one in net.nodes if one.layer is not None):
        found.append((made.scale, made.offset) if made.kind == "rescaling" else made.kind)
    return found


@pytest.mark.parametrize(("op", "number", "first", "keys"), [
    ("add", 3, False, {"offset": 3}),
    ("add", 3, True, {"offset": 3}),
    ("subtract", 3, False, {"offset": -3}),
    ("subtract", 3, True, {"scale": -1, "offset": 3}),
    ("subtract", 0, True, {"scale": -1}),
    ("multiply", 0.25, False, {"scale": 0.25}),
    ("multiply", 0.0, False, {"scale": 0}),
    ("divide", 4, False, {"scale": 0.25}),
    ("divide", 0.5, False, {"scale": 2}),
    # What changes nothing has no keys.
    ("add", 0, False, {}), ("subtract", 0.0, False, {}), ("multiply", 1.0, False, {}), ("divide", 1, False, {}),
    # A reciprocal, a division by zero, another operator, and what a spec cannot say.
    ("divide", 4, True, None), ("divide", 0, False, None), ("divide", 5e-324, False, None), ("maximum", 4, False, None),
    ("add", math.inf, False, None), ("multiply", math.nan, False, None), ("add", -1e30, False, None), ("add", 10**400, False, None),
    ("multiply", None, False, None), ("multiply", True, False, None), ("multiply", "2", False, None),
])  # fmt: skip
def test_keys_of_arithmetic(op, number, first, keys):
    assert rescaling(op, number, is_first=first) == keys


@given(
    st.fractions(-9, 9),
    st.fractions(-9, 9, max_denominator=99),
    st.sampled_from(["add", "subtract", "multiply", "divide"]),
    st.booleans(),
)
def test_the_keys_compute_what_the_operator_computes(x, number, op, first):
    keys = rescaling(op, number.numerator / number.denominator, is_first=first)
    if keys is None:
        assert op == "divide"
        assert first or number == 0
        return
    a, b = (number, x) if first else (x, number)
    wanted = (
        {"add": a + b, "subtract": a - b, "multiply": a * b}.get(op) if op != "divide" else a / b
    )

    found = Fraction(keys.get("scale", 1)) * x + Fraction(keys.get("offset", 0))
    assert abs(found - wanted) < Fraction(1, 10**9)


def test_numbers_that_are_all_the_same_are_one():
    assert the_number((2.0, 2.0)) == 2
    assert the_number((2.0, 3.0)) is the_number(()) is the_number(None) is None
    assert rescaling_by(1, 0) == {}


def of_onnx(op, reads, *held, inputs=(("x", MAP),), code=1):
    """The layers of one node, before an activation."""
    ends = [value(name, dims, code) for name, dims in inputs]
    return network(
        model([node(op, reads, "y"), node("Relu", "y", "z")], ends, [value("z", ("N",))], held)
    )


TWO, SAME = tensor("w", (), [2.0]), tensor("w", (1, 1, 1, 1), [2.0])


@pytest.mark.parametrize(("op", "reads", "held", "wanted"), [
    ("Mul", "x w", TWO, (2, 0)),
    ("Mul", "w x", SAME, (2, 0)),
    ("Add", "x w", TWO, (1, 2)),
    ("Sub", "x w", TWO, (1, -2)),
    ("Sub", "w x", TWO, (-1, 2)),
    ("Div", "x w", TWO, (0.5, 0)),
    ("Div", "w x", TWO, "opaque"),
    ("Neg", "x", TWO, (-1, 0)),
    ("Pow", "x w", TWO, "multiply"),
    ("Max", "x w", TWO, "opaque"),
    # The nearest decimal of what 32 bits hold, as people write it.
    ("Mul", "x w", tensor("w", (1,), [0.1]), (0.1, 0)),
    # Named as a parameter it is learnt, and several always are.
    ("Mul", "x w.gamma", tensor("w.gamma", (1,), [2.0]), "opaque"),
    ("Mul", "x w", tensor("w", (4, 1, 1), [2.0] * 4), "scale"),
    # Without a number, or with none that a spec can say, it stays what it was.
    ("Add", "x w", tensor("w", (), [-math.inf]), "opaque"),
    ("Add", "x w", tensor("w", (), raw=b""), "opaque"),
])  # fmt: skip
def test_a_node_of_onnx(op, reads, held, wanted):
    net = of_onnx(op, reads, held)

    assert arithmetic(net) == [wanted, "relu"]
    assert [str(node.output) for node in net.nodes] == ["4×8×6"] * 3


@pytest.mark.parametrize(("op", "number"), [("Mul", 1.0), ("Div", 1.0), ("Add", 0.0), ("Sub", 0.0)])
def test_what_changes_nothing_is_no_layer(op, number):
    assert arithmetic(of_onnx(op, "x w", tensor("w", (), [number]))) == ["relu"]


def test_whole_numbers_are_divided_without_a_rest():
    # 7 / 2 is 3 there.
    assert arithmetic(of_onnx("Div", "x w", ints("w", 2), code=7)) == ["opaque", "relu"]
    assert arithmetic(of_onnx("Mul", "x w", ints("w", 2), code=7)) == [(2, 0), "relu"]


def test_a_number_that_has_more_axes_than_what_it_is_multiplied_by():
    net = of_onnx("Mul", "x w", tensor("w", (1, 1, 1, 1), [2.0]), inputs=[("x", (8, 6))])

    assert arithmetic(net)[-2:] == [(2, 0), "relu"]
    # The first of the two is the batch.
    assert str(net.nodes[-1].output) == "1×1×6"


def test_a_constant_that_spreads_what_it_is_added_to_is_no_number():
    fill = node("ConstantOfShape", "s", "w")
    nodes = [fill, node("Add", "x w", "y")]
    ends = [value("x", (1, 4, 1, 1))], [value("y", ("N",))], [ints("s", 1, 4, 8, 6)]

    assert arithmetic(network(model(nodes, *ends))) == ["opaque"]
    ends[0][0] = value("x", MAP)
    # Zeros of its own size change nothing.
    assert arithmetic(
        network(model([*nodes, node("Neg", "y", "z")], ends[0], [value("z", ("N",))], ends[2]))
    ) == [(-1, 0)]


def test_a_chain_counts_each_product_and_each_sum():
    # 2·x − 1 of 192 elements, from ImageNet's bytes to −1…1.
    nodes = [node("Mul", "x a", "p"), node("Sub", "p b", "q"), node("Neg", "q", "y")]
    net = network(
        model(
            nodes,
            [value("x", MAP)],
            [value("y", ("N",))],
            [tensor("a", (), [2.0]), tensor("b", (), [1.0])],
        )
    )

    assert arithmetic(net) == [(2, 0), (1, -1), (-1, 0)]
    assert (net.params.value, net.macs.value, net.flops.value) == (0, 0, 3 * 192)


def of_torch(op, **inputs):
    """The layers of one call, before an activation."""
    calls = [call(op, "y", **inputs), call("aten.relu.default", "out", self="y")]
    tensors = {name: sizes(*MAP) for name in ("x", "y", "out")}
    return network(saved(program(calls, tensors)), "net.pt2")


# The calls are those that torch.export of PyTorch 2.13 writes of x * 0.25, 1 - x, 2 - x and so on.
@pytest.mark.parametrize(("op", "inputs", "wanted"), [
    ("mul.Tensor", {"self": "x", "other": 0.25}, [(0.25, 0)]),
    ("mul_.Tensor", {"self": "x", "other": 2}, [(2, 0)]),
    ("multiply.Tensor", {"self": "x", "other": 2}, [(2, 0)]),
    ("div.Tensor", {"self": "x", "other": 4}, [(0.25, 0)]),
    ("divide.Tensor", {"self": "x", "other": 4}, [(0.25, 0)]),
    ("true_divide.Tensor", {"self": "x", "other": 4}, [(0.25, 0)]),
    ("div.Tensor_mode", {"self": "x", "other": 4, "rounding_mode": {"as_string": "floor"}}, ["opaque"]),
    ("add.Tensor", {"self": "x", "other": 1e-6}, [(1, 1e-6)]),
    ("add.Tensor", {"self": "x", "other": 2, "alpha": 3}, [(1, 6)]),
    ("add.Tensor", {"self": 2, "other": "x", "alpha": 3}, [(3, 2)]),
    ("sub.Tensor", {"self": "x", "other": 2}, [(1, -2)]),
    ("subtract.Tensor", {"self": "x", "other": 2}, [(1, -2)]),
    ("sub.Tensor", {"self": 2, "other": "x"}, [(-1, 2)]),
    ("rsub.Scalar", {"self": "x", "other": 1}, [(-1, 1)]),
    ("rsub.Scalar", {"self": "x", "other": 1, "alpha": 2}, [(-2, 1)]),
    ("neg.default", {"self": "x"}, [(-1, 0)]),
    ("negative.default", {"self": "x"}, [(-1, 0)]),
    ("add.Tensor", {"self": "x", "other": 0}, []),
    ("pow.Tensor_Scalar", {"self": "x", "exponent": 1}, []),
    ("pow.Tensor_Scalar", {"self": "x", "exponent": 0.5}, ["opaque"]),
    ("reciprocal.default", {"self": "x"}, ["opaque"]),
])  # fmt: skip
def test_a_call_of_pytorch(op, inputs, wanted):
    assert arithmetic(of_torch(f"aten.{op}", **inputs)) == [*wanted, "relu"]


# As Keras 3.15 writes them.
@pytest.mark.parametrize(("cls", "arguments", "wanted"), [
    ("Multiply", [2.0], (2, 0)), ("Add", [3], (1, 3)), ("Subtract", [1.5], (1, -1.5)), ("TrueDivide", [8], (0.125, 0)),
    ("Divide", [{"class_name": "__numpy__", "config": {"value": [[4.0]], "dtype": "float32"}}], (0.25, 0)),
    ("Subtract", [{"class_name": "__numpy__", "config": {"value": [0.1, 0.2, 0.3], "dtype": "float32"}}], "identity"),
    ("Negative", [], (-1, 0)), ("Add", [0], "identity"), ("FloorDivide", [2], "identity"),
])  # fmt: skip
def test_an_operation_of_keras(cls, arguments, wanted):
    assert arithmetic(read(stated(cls, (4, 5, 3), (4, 5, 3), more=arguments, **OPS))) == [
        wanted,
        "identity",
    ]


def test_the_first_operand_of_an_operation_may_be_the_number():
    config = stated("Subtract", (4, 6), (4, 6), **OPS)
    arguments = config["config"]["layers"][1]["inbound_nodes"][0]["args"]
    arguments.insert(0, 1)

    assert arithmetic(read(config)) == [(-1, 1), "identity"]


@pytest.mark.parametrize(("scale", "offset", "wanted"), [
    (1 / 255, 0.0, (1 / 255, 0)), (2, -1, (2, -1)), (1, 0, "identity"),
    # One for each channel is of no kind.
    ([0.1, 0.2, 0.3], -1, "identity"), ({"class_name": "__numpy__", "config": {"value": 2.0}}, 0, "identity"),
])  # fmt: skip
def test_a_rescaling_of_keras(scale, offset, wanted):
    assert arithmetic(
        read(stated("Rescaling", (4, 5, 3), (4, 5, 3), scale=scale, offset=offset))
    ) == [wanted, "identity"]


def of_keras_2(cls, *entry, **config):
    """An operation between an input and an activation."""
    called = {
        "class_name": cls,
        "name": "y",
        "config": {"name": "y", **config},
        "inbound_nodes": [list(entry)],
    }
    return read(functional(start("x", 4, 5, 3), called, layer("ReLU", "out", ["y"]), inputs=["x"]))


@pytest.mark.parametrize(("function", "entry", "wanted"), [
    ("math.multiply", ["x", 0, 0, {"y": 0.5, "name": None}], (0.5, 0)),
    ("__operators__.add", ["x", 0, 0, {"y": 3, "name": None}], (1, 3)),
    ("math.truediv", ["x", 0, 0, {"y": 2.0, "name": None}], (0.5, 0)),
    ("math.subtract", ["_CONSTANT_VALUE", -1, 1.0, {"y": ["x", 0, 0], "name": None}], (-1, 1)),
    ("math.negative", ["x", 0, 0, {}], (-1, 0)),
])  # fmt: skip
def test_a_function_of_tensorflow_in_a_file_of_keras_2(function, entry, wanted):
    assert arithmetic(of_keras_2("TFOpLambda", entry, function=function)) == [wanted, "relu"]


@pytest.mark.parametrize(("op", "constants", "wanted"), [
    ("Mul", {"1": 127.5}, (127.5, 0)), ("Sub", {"0": 1.0}, (-1, 1)), ("RealDiv", {"1": 127.5}, (1 / 127.5, 0)),
])  # fmt: skip
def test_a_node_of_tensorflow_in_a_file_of_keras_2(op, constants, wanted):
    net = of_keras_2("TensorFlowOpLayer", ["x", 0, 0, {}], node_def={"op": op}, constants=constants)

    assert arithmetic(net) == [wanted, "relu"]


def test_ids_that_a_number_is_added_to_stay_ids():
    moved = {"class_name": "TFOpLambda", "name": "y", "config": {"function": "__operators__.add"},
             "inbound_nodes": [[["x", 0, 0, {"y": 2}]]]}  # fmt: skip
    net = read(
        functional(
            start("x", 7),
            moved,
            layer("Embedding", "out", ["y"], input_dim=9, output_dim=3),
            inputs=["x"],
        )
    )

    assert arithmetic(net) == ["identity", "embedding"]


@pytest.mark.parametrize(("text", "wanted"), [
    ("BinaryOp y 1 1 x y 0=0 1=1 2=3", (1, 3)), ("BinaryOp y 1 1 x y 0=1 1=1 2=3", (1, -3)),
    ("BinaryOp y 1 1 x y 0=2 1=1 2=0.25", (0.25, 0)), ("BinaryOp y 1 1 x y 0=3 1=1 2=4.0", (0.25, 0)),
    ("BinaryOp y 1 1 x y 0=7 1=1 2=1.0", (-1, 1)), ("BinaryOp y 1 1 x y 0=8 1=1 2=1.0", "opaque"),
    ("BinaryOp y 1 1 x y 0=4 1=1 2=1.0", "opaque"), ("UnaryOp y 1 1 x y 0=1", (-1, 0)), ("UnaryOp y 1 1 x y 0=5", "opaque"),
    ("Power y 1 1 x y 0=1 1=2 2=-1", (2, -1)), ("Power y 1 1 x y 0=2 1=2 2=-1", "opaque"),
])  # fmt: skip
def test_a_layer_of_ncnn(text, wanted, tmp_path):
    net = load_text(
        tmp_path, "net.param", f"7767517\n3 3\nInput x 0 1 x 0=6 1=8 2=4\n{text}\nReLU z 1 1 y z\n"
    )

    assert arithmetic(net) == [wanted, "relu"]


@pytest.mark.parametrize(("options", "wanted"), [
    ("scale: 0.5 shift: 3", (0.5, 3)), ("power: 1 scale: -1", (-1, 0)), ("power: 2 scale: 3", "opaque"),
])  # fmt: skip
def test_a_power_of_caffe(options, wanted, tmp_path):
    head = 'input: "x" input_shape { dim: 1 dim: 4 dim: 8 dim: 6 }'
    power = f'layer {{ name: "y" type: "Power" bottom: "x" top: "y" power_param {{ {options} }} }}'
    relu = 'layer { name: "z" type: "ReLU" bottom: "y" top: "z" }'

    assert arithmetic(load_text(tmp_path, "net.prototxt", f"{head}\n{power}\n{relu}")) == [
        wanted,
        "relu",
    ]


@pytest.mark.parametrize(("number", "params", "wanted"), [
    (230, [(1, 3.0)], (1, 3)), (231, [(1, 0.5)], (0.5, 0)), (231, [], (0, 0)),
    (130, [(5, [(1, 2.0), (2, -1.0)])], (2, -1)), (130, [(5, [(1, math.nan)])], "opaque"),
])  # fmt: skip
def test_a_layer_of_core_ml(number, params, wanted):
    fields = [(key, message(*inner) if isinstance(inner, list) else inner) for key, inner in params]
    data = coreml_file(
        coreml_layer(number, "y", "x", "y", *fields),
        coreml_layer(130, "z", "y", "z", (10, b"")),
        outputs="z",
    )

    assert arithmetic(network(data, "net.mlmodel")) == [wanted, "relu"]


@pytest.mark.parametrize(("op", "reads", "wanted"), [
    ("MUL", "x w", (2.5, 0)), ("ADD", "w x", (1, 2.5)), ("SUB", "w x", (-1, 2.5)), ("DIV", "x w", (0.4, 0)), ("NEG", "x", (-1, 0)),
    ("POW", "x w", "opaque"),
])  # fmt: skip
def test_an_operator_of_tflite(op, reads, wanted):
    file = flatbuffers.File().tensor("x", (1, 8, 6, 4)).tensor("w", (), [2.5])
    for name in "yz":
        file.tensor(name, (1, 8, 6, 4))

    assert arithmetic(
        flatbuffers.network(file.node(op, reads, "y").node("RELU", "y", "z").data(outputs="z"))
    ) == [wanted, "relu"]


@pytest.mark.parametrize(("stored", "zero", "scale", "number"), [
    # As the converter of TensorFlow 2.21 stores 0.25, 1 and 3 in 8 bits: the scale is the number, or a 255th of it.
    (127, -128, 0.25 / 255, 0.25), (127, -128, 3 / 255, 3), (1, 0, 1.0, 1),
])  # fmt: skip
def test_a_quantised_number_is_what_it_stands_for(stored, zero, scale, number):
    file = (
        flatbuffers.File()
        .tensor("x", (1, 8, 6, 4))
        .tensor("w", (), [stored], type=INT8, scale=scale, zero=zero)
    )
    file.tensor("y", (1, 8, 6, 4)).node("ADD", "x w", "y")

    assert arithmetic(flatbuffers.network(file.data())) == [(1, number)]


def test_a_quantised_number_is_known_where_a_layer_is_written_out():
    file = flatbuffers.File()
    for name in "xaby":
        file.tensor(name, (1, 8, 6, 4), type=INT8, scale=0.1)
    file.tensor("three", (), [127], type=INT8, scale=3 / 255, zero=-128)
    file.tensor("sixth", (), [127], type=INT8, scale=1 / 6 / 255, zero=-128)
    file.node("ADD", "x three", "a").node("RELU6", "a", "b").node("MUL", "b sixth", "y")

    assert arithmetic(flatbuffers.network(file.data())) == ["hard_sigmoid"]


@pytest.mark.parametrize(("op", "reads", "wanted"), [
    ("Mul", "x w", (2.5, 0)), ("AddV2", "w x", (1, 2.5)), ("Sub", "w x", (-1, 2.5)), ("RealDiv", "x w", (0.4, 0)), ("Neg", "x", (-1, 0)),
    ("FloorDiv", "x w", "opaque"),
])  # fmt: skip
def test_a_node_of_tensorflow(op, reads, wanted, tmp_path):
    number = {"dtype": "DT_FLOAT", "tensorShape": {"dim": []}, "floatVal": [2.5]}
    held = {
        "name": "w",
        "op": "Const",
        "attr": {"value": {"tensor": number}, "dtype": {"type": "DT_FLOAT"}},
    }
    nodes = [
        test_tfjs.image(1, 8, 6, 4),
        held,
        test_tfjs.node(op, "y", *reads.split()),
        test_tfjs.node("Relu", "z", "y"),
    ]

    assert arithmetic(test_tfjs.network(tmp_path, *nodes)) == [wanted, "relu"]


@pytest.mark.parametrize(("op", "reads", "wanted"), [
    ("Multiply", "01", (2.5, 0)), ("Add", "10", (1, 2.5)), ("Subtract", "10", (-1, 2.5)), ("Divide", "01", (0.4, 0)), ("Negative", "0", (-1, 0)),
    ("Power", "01", "opaque"),
])  # fmt: skip
def test_a_layer_of_openvino(op, reads, wanted, tmp_path):
    (tmp_path / "x.bin").write_bytes(pack("<f", 2.5))
    parts = [
        test_openvino.const(1, 1),
        test_openvino.layer(2, op, (1, 6, 8, 8)),
        test_openvino.layer(3, "ReLU", (1, 6, 8, 8)),
    ]
    edges = [*(f"{read}>2.{place}" for place, read in enumerate(reads)), "2>3.0"]

    assert arithmetic(test_openvino.network(tmp_path, parts, edges)) == [wanted, "relu"]


def test_the_export_of_a_rescaling_is_read_as_one(tmp_path, cnncalc):
    layers = [(2, 0), (1, -0.5), (-1, 1)]
    spec = tmp_path / "net.yaml"
    spec.write_text(
        "input: {channels: 3, size: [4, 4]}\nlayers:\n"
        + "".join(f"  - rescaling: {{scale: {s}, offset: {o}}}\n" for s, o in layers)
    )
    cnncalc("export", spec, "--to", "onnx", "-o", tmp_path / "net.onnx")

    # A product and a sum are two nodes there.
    assert arithmetic(load(tmp_path / "net.onnx")) == [(2, 0), (1, -0.5), (-1, 0), (1, 1)]


def test_attention_whose_query_is_multiplied_by_a_number_is_attention():
    # 4 · (8·8 + 8) weights, and 7 tokens through them and through 2 heads of 4 channels.
    dims = {"x": (1, 7, 8), "out": (1, 7, 8), "scores": (1, 2, 7, 7), "shares": (1, 2, 7, 7), "mixed": (1, 2, 7, 4),
            "turned": (1, 7, 2, 4), "flat": (1, 7, 8), "kt": (1, 2, 4, 7), "scaled": (1, 2, 7, 4)}  # fmt: skip
    params = [f"{part}_{which}" for part in "qkvo" for which in "wb"]
    calls = []
    for part in "qkv":
        dims |= {part: (1, 7, 8), f"{part}s": (1, 7, 2, 4), f"{part}h": (1, 2, 7, 4)}
        calls += [
            call("aten.linear.default", part, input="x", weight=f"p_{part}_w", bias=f"p_{part}_b"),
            call("aten.view.default", f"{part}s", self=part, size=[1, 7, 2, 4]),
            call("aten.transpose.int", f"{part}h", self=f"{part}s", dim0=1, dim1=2),
        ]
    calls += [
        call("aten.mul.Tensor", "scaled", self="qh", other=0.5),
        call("aten.transpose.int", "kt", self="kh", dim0=2, dim1=3),
        call("aten.matmul.default", "scores", self="scaled", other="kt"),
        call("aten.softmax.int", "shares", self="scores", dim=-1),
        call("aten.matmul.default", "mixed", self="shares", other="vh"),
        call("aten.transpose.int", "turned", self="mixed", dim0=1, dim1=2),
        call("aten.view.default", "flat", self="turned", size=[1, 7, 8]),
        call("aten.linear.default", "out", input="flat", weight="p_o_w", bias="p_o_b"),
    ]
    dims |= {f"p_{name}": (8, 8) if name.endswith("w") else (8,) for name in params}
    tensors = {name: sizes(*lengths) for name, lengths in dims.items()}
    net = network(saved(program(calls, tensors, params=params)), "net.pt2")

    assert arithmetic(net) == ["permute", "multi_head_attention", "permute"]
    assert (net.params.value, net.macs.value) == (4 * (8 * 8 + 8), 4 * 7 * 64 + 2 * 2 * 7 * 7 * 4)


@pytest.mark.parametrize(
    ("op", "reads", "held"), [("Add", "x w", [ints("w", 2)]), ("Neg", "x", [])]
)
def test_arithmetic_of_ids_is_what_it_was(op, reads, held):
    nodes = [node(op, reads, "y"), node("Gather", "t x", "z"), node("Relu", "y", "q")]
    ends = [value("z", ("N",)), value("q", ("N",))]
    net = network(model(nodes, [value("x", (1, 7), 7)], ends, [*held, tensor("t", (9, 3))]))

    assert [layer for layer in arithmetic(net) if layer != "permute"] == [
        "opaque",
        "embedding",
        "relu",
    ]
