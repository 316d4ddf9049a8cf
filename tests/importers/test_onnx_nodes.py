"""Single nodes of ONNX, and what layers they are."""

import gzip
import json
from pathlib import Path

import pytest

import cnncalc

from .onnx_files import (
    INT64,
    attribute,
    field,
    layers,
    message,
    model,
    network,
    node,
    source,
    tensor,
    value,
)

DATA = Path(__file__).parent / "data" / "onnx"
WINDOWS = json.loads(gzip.decompress((DATA / "windows.json.gz").read_bytes()))


def one(made, dims, weights=(), *, out=("N",), opset=17, code=1, stated=()):
    """The network of one node that reads `x`, or of several."""
    nodes = made if isinstance(made, list) else [made]
    return network(model(nodes, [value("x", dims, code)], [value("y", out)], weights, stated, opset))


def ints(name, *numbers):
    """A list of whole numbers as a tensor."""
    return tensor(name, (len(numbers),), numbers)


def floats(name, *numbers):
    """A list of numbers as a tensor."""
    return tensor(name, (len(numbers),), [float(n) for n in numbers])


MAP = (1, 4, 8, 6)
W = tensor("c.weight", (6, 4, 3, 3))
B = tensor("c.bias", (6,))

NODES = [
    # Windows.
    (node("Conv", "x c.weight c.bias", "y"), [W, B], "conv", "6×6×4", 222, 5184),
    (node("Conv", "x c.weight", "y", pads=[1, 1, 1, 1], strides=[2, 1]), [W], "conv", "6×4×6", 216, 5184),
    (node("Conv", "x c.weight", "y", auto_pad="SAME_UPPER", strides=[3, 3]), [W], "conv", "6×3×2", 216, 1296),
    (node("Conv", "x w", "y", group=4), [tensor("w", (8, 1, 3, 3))], "depthwise_conv", "8×6×4", 72, 1728),
    (node("Conv", "x w", "y", group=2), [tensor("w", (6, 2, 1, 1))], "conv", "6×8×6", 12, 576),
    (node("ConvTranspose", "x w", "y", strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]),
     [tensor("w", (4, 5, 3, 3))], "conv_transpose", "5×16×12", 180, 8640),
    (node("ConvTranspose", "x w", "y", strides=[2, 2], output_shape=[18, 14]), [tensor("w", (4, 5, 2, 2))],
     "pad", "5×18×14", 80, 3840),
    (node("MaxPool", "x", "y", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1), [], "max_pool", "4×4×3", 0, 0),
    (node("AveragePool", "x", "y", kernel_shape=[2, 2]), [], "avg_pool", "4×7×5", 0, 0),
    (node("LpPool", "x", "y", kernel_shape=[2, 2], strides=[2, 2]), [], "lp_pool", "4×4×3", 0, 0),
    (node("LpPool", "x", "y", kernel_shape=[2, 2], pads=[1, 1, 1, 1]), [], "opaque", "4×9×7", 0, 0),
    (node("GlobalAveragePool", "x", "y"), [], "global_avg_pool", "4×1×1", 0, 0),
    (node("GlobalLpPool", "x", "y"), [], "lp_pool", "4×1×1", 0, 0),
    # Norms: (scale, shift, mean, variance); mean and variance are buffers.
    (node("BatchNormalization", "x a b c d", "y"), [tensor(n, (4,)) for n in "abcd"], "batch_norm", "4×8×6", 8, 0),
    (node("InstanceNormalization", "x a b", "y"), [tensor(n, (4,)) for n in "ab"], "instance_norm", "4×8×6", 8, 0),
    (node("GroupNormalization", "x a b", "y", num_groups=2), [tensor(n, (4,)) for n in "ab"], "group_norm", "4×8×6", 8, 0),
    (node("GroupNormalization", "x a b", "y", num_groups=2), [tensor(n, (2,)) for n in "ab"], "opaque", "4×8×6", 4, 0),
    (node("LayerNormalization", "x a b", "y"), [tensor(n, (6,)) for n in "ab"], "layer_norm", "4×8×6", 12, 0),
    (node("LayerNormalization", "x a", "y", axis=2), [tensor("a", (8, 6))], "layer_norm", "4×8×6", 48, 0),
    (node("RMSNormalization", "x a", "y"), [tensor("a", (6,))], "rms_norm", "4×8×6", 6, 0),
    (node("LRN", "x", "y", size=3), [], "local_response_norm", "4×8×6", 0, 0),
    (node("LpNormalization", "x", "y", axis=1), [], "l2_norm", "4×8×6", 0, 0),
    (node("LpNormalization", "x", "y", axis=1, p=1), [], "opaque", "4×8×6", 0, 0),
    (node("MeanVarianceNormalization", "x", "y"), [], "instance_norm", "4×8×6", 0, 0),
    (node("MeanVarianceNormalization", "x", "y", axes=[0, 1]), [], "opaque", "4×8×6", 0, 0),
    # Products.
    (node("MatMul", "x w", "y"), [tensor("w", (6, 5))], "dense", "4×8×5", 30, 960),
    (node("MatMul", "w x", "y"), [tensor("w", (3, 8))], "opaque", "4×3×6", 24, 576),
    (node("Einsum", "x w", "y", equation="nchw,cd->ndhw"), [tensor("w", (4, 5))], "opaque", "5×8×6", 20, 960),
    # Activations.
    (node("Clip", "x lo hi", "y"), [tensor("lo", (), [0.0]), tensor("hi", (), [6.0])], "relu6", "4×8×6", 0, 0),
    (node("Clip", "x lo", "y"), [tensor("lo", (), [0.0])], "relu", "4×8×6", 0, 0),
    (node("Clip", "x lo hi", "y"), [tensor("lo", (), [-1.0]), tensor("hi", (), [1.0])], "hard_tanh", "4×8×6", 0, 0),
    (node("PRelu", "x s", "y"), [tensor("s", (4, 1, 1))], "prelu", "4×8×6", 4, 0),
    (node("PRelu", "x s", "y"), [tensor("s", (1,), [0.1])], "prelu", "4×8×6", 1, 0),
    (node("LeakyRelu", "x", "y", alpha=0.2), [], "leaky_relu", "4×8×6", 0, 0),
    (node("Sqrt", "x", "y"), [], "opaque", "4×8×6", 0, 0),
    (node("Softmax", "x", "y", axis=1), [], "softmax", "4×8×6", 0, 0),
    # Arithmetic with numbers of the file: several are learnt, one alone is not.
    (node("Mul", "x w", "y"), [tensor("w", (4, 1, 1))], "scale", "4×8×6", 4, 0),
    (node("Mul", "x w", "y"), [tensor("w", (), [2.0])], "rescaling", "4×8×6", 0, 0),
    # A table is a layer of its own, unless it is what a part of another tensor is repeated to.
    (node("Add", "w x", "y"), [tensor("w", (8, 6))], "add", "4×8×6", 48, 0),
    (node("Sub", "w x", "y"), [tensor("w", (4, 8, 6))], "subtract", "4×8×6", 192, 0),
    (node("Concat", "w x", "y", axis=1), [tensor("w", (1, 2, 8, 6))], "concat", "6×8×6", 96, 0),
    # What moves.
    (node("Reshape", "x s", "y"), [ints("s", 0, -1)], "flatten", "192", 0, 0),
    (node("Reshape", "x s", "y"), [ints("s", 1, 2, 2, 48)], "reshape", "2×2×48", 0, 0),
    (node("Flatten", "x", "y"), [], "flatten", "192", 0, 0),
    (node("Transpose", "x", "y", perm=[0, 2, 3, 1]), [], "permute", "8×6×4", 0, 0),
    (node("Unsqueeze", "x a", "y"), [ints("a", 2)], "reshape", "4×1×8×6", 0, 0),
    (node("Slice", "x a b c d", "y"), [ints("a", 1), ints("b", 2**62), ints("c", 2), ints("d", 1)], "slice", "4×7×6", 0, 0),
    (node("Slice", "x a b c d", "y"), [ints("a", 0), ints("b", 8), ints("c", 2), ints("d", 3)], "gather", "4×3×6", 0, 0),
    (node("Gather", "x i", "y", axis=1), [ints("i", 3, 0)], "gather", "2×8×6", 0, 0),
    (node("Expand", "x s", "y"), [ints("s", 1, 4, 8, 6)], "identity", "4×8×6", 0, 0),
    (node("Tile", "x s", "y"), [ints("s", 1, 1, 2, 1)], "tile", "4×16×6", 0, 0),
    (node("Pad", "x p", "y"), [ints("p", 0, 0, 1, 2, 0, 0, 3, 4)], "pad", "4×12×12", 0, 0),
    (node("Pad", "x p", "y"), [ints("p", 0, 1, 0, 0, 0, 2, 0, 0)], "pad", "7×8×6", 0, 0),
    (node("Pad", "x p", "y", mode="edge"), [ints("p", 0, 0, -1, 0, 0, 0, 0, 0)], "slice", "4×7×6", 0, 0),
    (node("Resize", "x - s", "y"), [floats("s", 1, 1, 2, 2)], "upsample", "4×16×12", 0, 0),
    (node("Resize", "x - - s", "y", mode="linear"), [ints("s", 1, 4, 5, 7)], "resize", "4×5×7", 0, 0),
    (node("DepthToSpace", "x", "y", blocksize=2), [], "depth_to_space", "1×16×12", 0, 0),
    (node("DepthToSpace", "x", "y", blocksize=2, mode="CRD"), [], "pixel_shuffle", "1×16×12", 0, 0),
    (node("SpaceToDepth", "x", "y", blocksize=2), [], "space_to_depth", "16×4×3", 0, 0),
    # What reduces.
    (node("ReduceMean", "x", "y", axes=[2, 3]), [], "global_avg_pool", "4×1×1", 0, 0),
    (node("ReduceMean", "x", "y", axes=[2, 3], keepdims=0), [], "global_avg_pool", "4", 0, 0),
    (node("ReduceMax", "x", "y", axes=[-3]), [], "max", "1×8×6", 0, 0),
    (node("ReduceSum", "x a", "y"), [ints("a", 3)], "sum", "4×8×1", 0, 0),
    (node("ReduceL2", "x", "y", axes=[1]), [], "opaque", "1×8×6", 0, 0),
    (node("QuantizeLinear", "x s z", "y"), [tensor("s", (), [0.1]), tensor("z", (), [0])], "quantize", "4×8×6", 0, 0),
    (node("Dropout", "x", "y"), [], "dropout", "4×8×6", 0, 0),
]  # fmt: skip


@pytest.mark.parametrize(("made", "weights", "kind", "output", "params", "macs"), NODES,
                         ids=[f"{i}-{row[2]}" for i, row in enumerate(NODES)])  # fmt: skip
def test_a_node_is_this_layer(made, weights, kind, output, params, macs):
    behind = node("Identity", "y", "z")
    data = model([made, behind, node("Neg", "z", "end")], [value("x", MAP)], [value("end", ("N",))], weights, opset=18)
    net = network(data)

    found = net.nodes[-2]
    assert (found.layer.kind if found.layer else "identity", str(found.output)) == (kind, output)
    assert (net.params.value, net.macs.value) == (params, macs)


def test_axes_are_an_attribute_or_an_operand_as_the_version_has_it():
    [*_, old] = layers(one(node("Squeeze", "x", "y", axes=[2]), (1, 4, 1, 6), opset=11))
    [*_, new] = layers(one(node("Squeeze", "x a", "y"), (1, 4, 1, 6), [ints("a", 2)]))

    assert old == new == ("reshape", "4×6")


def test_softmax_reaches_from_its_axis_on_before_version_13():
    old = one(node("Softmax", "x", "y"), MAP, opset=11).nodes[-1].layer
    new = one(node("Softmax", "x", "y"), MAP, opset=13).nodes[-1].layer

    assert (old.axis, new.axis) == ((1, 2, 3), 3)


def test_a_split_has_its_outputs_one_by_one():
    nodes = [node("Split", "x s", "a b", axis=1), node("Relu", "a", "c"), node("Concat", "b c", "y", axis=1)]

    found = layers(one(nodes, MAP, [ints("s", 1, 3)]))

    assert [output for _, output in found] == ["4×8×6", "1×8×6", "3×8×6", "1×8×6", "4×8×6"]


def test_a_product_of_two_tensors_is_side_by_side_for_the_axes_before():
    nodes = [node("Transpose", "x", "t", perm=[0, 1, 3, 2]), node("MatMul", "x t", "y")]

    net = one(nodes, (1, 2, 5, 3))

    assert layers(net)[-1] == ("matmul", "2×5×5")
    assert net.macs.value == 2 * 5 * 5 * 3


def test_a_bias_may_stand_in_a_node_of_its_own():
    net = one([node("MatMul", "x w", "a"), node("Add", "b a", "y")], (1, 7, 6),
              [tensor("w", (6, 5)), tensor("b", (5,))])  # fmt: skip

    assert layers(net)[1:] == [("dense", "7×5")]
    assert net.params.value == 6 * 5 + 5


def test_ids_are_looked_up_in_a_table():
    net = one(node("Gather", "t x", "y"), (1, 9), [tensor("t", (100, 16))], code=INT64)

    assert [str(n.output) for n in net.nodes] == ["9 tokens", "16×9", "9×16"]
    assert net.params.value == 1600


CELLS = [
    # Gates × units × (channels + units), and two biases for each gate and unit.
    ("LSTM", 4, "lstm"), ("GRU", 3, "gru"), ("RNN", 1, "simple_rnn"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "gates", "kind"), CELLS)
@pytest.mark.parametrize("directions", [1, 2])
def test_a_recurrent_layer(op, gates, kind, directions):
    rows = gates * 5
    weights = [tensor("w", (directions, rows, 3)), tensor("r", (directions, rows, 5)), tensor("b", (directions, 2 * rows))]
    way = "bidirectional" if directions == 2 else "forward"
    net = one(node(op, "x w r b", "y", hidden_size=5, direction=way, linear_before_reset=1), (7, 1, 3), weights)

    assert kind in [name for name, _ in layers(net)]
    assert str(net.nodes[-1].output) == f"7×{directions}×5"
    assert net.params.value == directions * rows * (3 + 5 + 2)
    assert net.macs.value == 7 * directions * rows * (3 + 5)


def test_the_last_state_is_all_that_is_read():
    weights = [tensor("w", (1, 20, 3)), tensor("r", (1, 20, 5))]
    net = one(node("LSTM", "x w r", "- y", hidden_size=5), (7, 1, 3), weights)

    assert str(net.nodes[-1].output) == "1×5"
    assert net.params.value == 20 * 8


def test_a_state_from_elsewhere_is_read_too():
    weights = [tensor("w", (1, 20, 3)), tensor("r", (1, 20, 5))]
    nodes = [node("ReduceMean", "x", "h", axes=[0], keepdims=1), node("MatMul", "h k", "s"),
             node("LSTM", "x w r - - s", "y", hidden_size=5)]  # fmt: skip
    net = one(nodes, (7, 1, 3), [*weights, tensor("k", (3, 5))])

    assert layers(net)[-1] == ("opaque", "7×1×5")
    assert net.params.value == 20 * 8 + 15
    assert net.macs.value == 7 * 20 * 8 + 15


def test_a_row_of_sequences_of_an_example():
    # The six rows of a map of 4 channels, each read by itself: as much arithmetic for each of them.
    weights = [tensor("w", (1, 20, 4)), tensor("r", (1, 20, 5)), tensor("rows", (3,), [6, 7, 4])]
    nodes = [node("Transpose", "x", "t", perm=[0, 2, 3, 1]), node("Reshape", "t rows", "a"), node("Transpose", "a", "b", perm=[1, 0, 2]),
             node("LSTM", "b w r", "y", hidden_size=5)]  # fmt: skip
    net = one(nodes, (1, 4, 6, 7), weights)

    assert layers(net)[-1] == ("opaque", "7×1×6×5")
    assert net.params.value == 20 * 9
    assert net.macs.value == 6 * 7 * 20 * 9


def test_what_is_scattered_into_data_has_the_shape_of_that():
    # Exporters do not always say it.
    net = one([node("Relu", "x", "a"), node("ScatterND", "a at x", "b"), node("Relu", "b", "y")], (1, 4, 6), [tensor("at", (1, 1), [0])])

    assert layers(net)[1:] == [("relu", "4×6"), ("opaque", "4×6"), ("relu", "4×6")]
    assert (net.params.value, net.macs.value) == (0, 0)


def stated_resize(said):
    """A row of Resize as a file."""
    if said["coord"] == "tf_crop_and_resize":
        return None
    if said["sizes"]:
        weights, inputs = [ints("s", 1, 1, said["sizes"])], "x - - s"
    else:
        weights, inputs = [floats("s", 1, 1, said["scales"])], "x - s"
    keys = {"mode": said["mode"], "coordinate_transformation_mode": said["coord"] or "half_pixel"}
    made = node("Resize", inputs, "y", **keys)
    return model([made], [value("x", (1, 1, said["L"]))], [value("y", ("N",))], weights)


def stated(op, columns, row):
    """A row as a file; None for what is no window of one axis, or where the runtime leaves the text."""
    said = dict(zip(columns, row, strict=False))
    length, keys = said["L"], {}
    if said.get("sizes2") or said.get("policy"):
        return None
    if op == "Resize":
        return stated_resize(said)
    auto = said["auto_pad"]
    for name, key in (("s", "strides"), ("d", "dilations")):
        keys[key] = [said[name]]
    if said.get("pads"):
        keys["pads"] = said["pads"]
    if auto:
        keys["auto_pad"] = auto
    if auto in ("SAME_UPPER", "SAME_LOWER") and said["d"] > 1 and op != "ConvTranspose":
        return None
    if "Pool" in op and length + sum(said["pads"] or ()) < (said["k"] - 1) * said["d"] + 1:
        # A window that does not fit: this runtime has one all the same, others refuse it, as is done here.
        return None
    for name in ("output_padding", "output_shape"):
        if said.get(name) is not None:
            keys[name] = [said[name]]
    if said.get("ceil"):
        keys["ceil_mode"] = 1
    weights = [tensor("w", (1, 1, said["k"]))] if "Conv" in op else []
    if not weights:
        keys["kernel_shape"] = [said["k"]]
    made = node(op, "x w" if weights else "x", "y", **keys)
    return model([made], [value("x", (1, 1, length))], [value("y", ("N",))], weights, opset=22)


@pytest.mark.slow
@pytest.mark.parametrize("op", WINDOWS)
def test_windows_are_as_many_as_the_runtime_has(op):
    wrong, seen = [], 0
    for row in WINDOWS[op]["rows"]:
        data = stated(op, WINDOWS[op]["columns"], row) if row[-1] else None
        if data is None:
            continue
        try:
            found = network(data).nodes[-1].output.size[-1]
        except cnncalc.SpecError as error:
            found = error.diagnostics[0].message
        seen += 1
        if found != row[-1]:
            wrong.append((row, found))

    assert wrong == []
    assert seen > 200


def test_a_constant_may_be_the_attribute_of_a_node():
    shape = message((1, "value"), (5, ints("", 0, -1)))
    constant = node("Constant", "", "s") + field(5, shape)

    assert layers(one([constant, node("Reshape", "x s", "y")], MAP))[-1] == ("flatten", "192")


def test_an_attribute_is_as_it_is_written():
    assert attribute("k", [1, 2]) == b"\x0a\x01k\x40\x01\x40\x02"


def test_the_listing_has_a_line_for_each_node():
    found = source(model([node("Relu", "x", "y", name="r")], [value("x", MAP)], [value("y", ("N",))]))

    assert found.text == "Relu r: x → y"


def test_a_table_that_is_read_twice_counts_once_and_one_that_is_repeated_as_it_is_stored():
    nodes = [node("Add", "x w", "a"), node("Concat", "w a", "b", axis=1), node("Expand", "c s", "d"), node("Concat", "d b", "y", axis=1)]
    weights = [tensor("w", (1, 4, 8, 6)), tensor("c", (1, 1, 1, 6)), ints("s", 1, 2, 8, 6)]
    net = network(model(nodes, [value("x", MAP)], [value("y", ("N",))], weights, opset=18))

    assert [(node.layer.kind, str(node.output)) for node in net.nodes if node.layer] == [
        ("parameter", "4×8×6"), ("add", "4×8×6"), ("concat", "8×8×6"), ("opaque", "10×8×6"),
    ]  # fmt: skip
    assert net.params.value == 4 * 8 * 6 + 6


def test_a_bias_that_a_node_adds_to_several_products_counts_once():
    nodes = [node("MatMul", "x a", "p"), node("Add", "p bias", "q"), node("MatMul", "q b", "r"), node("Add", "r bias", "y")]
    net = one(nodes, (1, 4), [tensor("a", (4, 4)), tensor("b", (4, 4)), tensor("bias", (4,))])
    assert [node.facts.params for node in net.nodes[1:]] == [20, 16]
    assert net.params.known == 36


@pytest.mark.parametrize(("made", "dims", "weights", "expected", "params", "macs"), [
    (node("ConvTranspose", "maps w", "y", strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1]), (3, 4, 5, 6),
     [tensor("w", (4, 2, 3, 3))], "3×2×10×12", 72, 3 * 5 * 6 * 72),
    (node("DepthToSpace", "maps", "y", blocksize=2), (3, 4, 5, 6), [], "3×1×10×12", 0, 0),
    (node("SpaceToDepth", "maps", "y", blocksize=2), (3, 4, 6, 8), [], "3×16×3×4", 0, 0),
])
def test_several_maps_of_one_example_are_each_read_alike(made, dims, weights, expected, params, macs):
    maps = node("Reshape", "x to", "maps")
    net = one([maps, made], (1, dims[0] * dims[1], *dims[2:]), [*weights, ints("to", *dims)])
    assert (str(net.nodes[-1].output), net.params.known, net.macs.known) == (expected, params, macs)
