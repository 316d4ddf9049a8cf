"""Which function reads a node of TensorFlow's graph, by its operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import elementwise, folding, norms, operators, products
from cnncalc.importers.base.onnx.einsum import einsum
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import integer, title
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.tfjs import shapes, windows
from cnncalc.importers.base.tfjs.layout import by_space, widen

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]
    Read = Callable[[Walk, Node, Operands], Any]

_MATRIX = 2


def level(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    """Operands that are spread over each other, with as many axes each."""
    given = [value for value in operands if value is not None]
    rank = max((len(value.dims) for value in given), default=0)
    found = []
    for value in given:
        if value.is_constant:
            found.append(widen(value, rank) if rank > _MATRIX else value)
            continue
        lead = rank - len(value.dims)
        batch = None if value.batch is None else value.batch + lead
        if lead and value.batch is not None:
            # Without a batch of its own, an operand lies over the last axes of the other.
            batch = batch if value.dims[value.batch] > 1 else 0
        found.append(
            shapes.to_dims(walk, node, value, (1,) * lead + value.dims, batch) if lead else value
        )
    return found


def merge(kind: str) -> Read:
    """An operator of several operands."""
    inner = elementwise.merge(kind)

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        return inner(walk, node, [*level(walk, node, operands)])

    return read


def _pass(walk: Walk, node: Node, operands: Operands) -> Value:
    return tensor(node, operands)


def _bias(walk: Walk, node: Node, operands: Operands) -> Value:
    if windows.has_channels_first(node):
        return windows.channels_first(_bias)(walk, node, operands)
    found: Value = merge("add")(walk, node, operands)
    return found


def _batch_norm(walk: Walk, node: Node, operands: Operands) -> list[Value]:
    inner: Read = by_space(norms.batch_norm)
    if windows.has_channels_first(node):
        inner = windows.channels_first(inner)
    found = inner(walk, node, operands[:5])
    scale = tensor(node, operands, 1)
    return [found, *[scale] * (len(node.outputs) - 1)]


def _matmul(walk: Walk, node: Node, operands: Operands) -> Value:
    """MatMul and _FusedMatMul, of matrices."""
    a, b = tensor(node, operands), tensor(node, operands, 1)
    keys = {"transA": int(bool(node.attributes.get("transpose_a"))),
            "transB": int(bool(node.attributes.get("transpose_b")))}  # fmt: skip
    ops = node.attributes.get("fused_ops") or []
    rest = list(operands[2:])
    bias = rest.pop(0) if rest and "BiasAdd" in ops else None
    made = products.gemm(walk, node._replace(op="Gemm", attributes=keys), [a, b, bias])
    return windows.finish(walk, node, made, [value for value in rest if value is not None],
                          [op for op in ops if op != "BiasAdd"])  # fmt: skip


def _batch_matmul(walk: Walk, node: Node, operands: Operands) -> Value:
    """BatchMatMul, of the last two stored axes."""
    turns = [bool(node.attributes.get(key)) for key in ("adj_x", "adj_y")]
    given = []
    for index, swaps in enumerate(turns):
        x = tensor(node, operands, index)
        rank = len(x.dims)
        axes = [*range(rank)]
        if swaps:
            axes[-2:] = axes[-1], axes[-2]
        if x.is_constant:
            given.append(folding.transpose_constant(x, axes, x.source) if swaps else x)
            continue
        given.append(walk.permute(node, x, axes))
    return products.matmul(walk, node, [*given])


def _softmax(kind: str) -> Read:
    inner: Any = norms.softmax(kind)

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        found: Value = inner(walk, node._replace(attributes={"axis": -1}), [x])
        return found

    return read


def _prelu(walk: Walk, node: Node, operands: Operands) -> Value:
    x, slope = tensor(node, operands), tensor(node, operands, 1)
    return elementwise.prelu(
        walk, node, [x, widen(slope, len(x.dims)) if slope.is_constant else slope]
    )


def _clip(walk: Walk, node: Node, operands: Operands) -> Value:
    return elementwise.clip(walk, node._replace(attributes={}), operands)


def _respond(walk: Walk, node: Node, operands: Operands) -> Value:
    keys = {"size": 2 * integer(node, "depth_radius", 5) + 1}
    named = node._replace(attributes=keys)
    found: Value = by_space(norms.local_response_norm)(walk, named, operands)
    return found


def _fill(walk: Walk, node: Node, operands: Operands) -> Value:
    dims = tuple(shapes.constants(node, operands, 0, "shape"))
    value = tensor(node, operands, 1)
    count = 1
    for n in dims:
        count *= n
    known = value.numbers is not None and 0 <= count <= SMALL
    return Value(
        dims, numbers=(value.numbers or ()) * count if known else None, source=node.outputs[0]
    )


def _like(walk: Walk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    return Value(x.dims, source=node.outputs[0])


def _size(walk: Walk, node: Node, operands: Operands) -> Value:
    return Value((), numbers=(tensor(node, operands).elements,), source=node.outputs[0])


def _rank(walk: Walk, node: Node, operands: Operands) -> Value:
    return Value((), numbers=(len(tensor(node, operands).dims),), source=node.outputs[0])


def _shapeless(walk: Walk, node: Node, operands: Operands) -> Value:
    """What works place by place, or along an axis, and keeps the shape."""
    x = tensor(node, operands)
    return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)


def _crop_and_resize(walk: Walk, node: Node, operands: Operands) -> Value:
    """CropAndResize: a map for every box."""
    x, boxes = tensor(node, operands), tensor(node, operands, 1)
    size = shapes.constants(node, operands, 3, "size")
    if len(size) != _MATRIX or len(x.dims) != 4 or not boxes.dims:
        raise Unreadable(f"{title(node)} needs a map, boxes and a size", node.line)
    data = [value for value in (x, boxes) if not value.is_constant]
    dims = (boxes.dims[0], *size, x.dims[-1])
    return walk.opaque(node, data, dims, None if dims[0] > 1 else 0, params=0, macs=0)


_act = elementwise.activation

OPERATORS: dict[str, Any] = {
    "Conv2D": windows.conv(), "_FusedConv2D": windows.conv(), "Conv3D": windows.conv(),
    "FusedConv2D": windows.conv(), "FusedDepthwiseConv2D": windows.conv(depthwise=True),
    "DepthwiseConv2d": windows.conv(depthwise=True),
    "DepthwiseConv2dNative": windows.conv(depthwise=True),
    "FusedDepthwiseConv2dNative": windows.conv(depthwise=True),
    "_FusedDepthwiseConv2dNative": windows.conv(depthwise=True),
    "Conv2DBackpropInput": windows.conv_transpose,
    "MaxPool": windows.pool("max_pool"), "AvgPool": windows.pool("avg_pool"),
    "MaxPool3D": windows.pool("max_pool"), "AvgPool3D": windows.pool("avg_pool"),
    "MaxPoolWithArgmax": windows.pool("max_pool"),
    "MatMul": _matmul, "_FusedMatMul": _matmul, "FusedMatMul": _matmul,
    "BatchMatMul": _batch_matmul, "BatchMatMulV2": _batch_matmul, "BatchMatMulV3": _batch_matmul,
    "Einsum": einsum,
    "BiasAdd": _bias, "BiasAddV1": _bias,
    "FusedBatchNorm": _batch_norm, "FusedBatchNormV2": _batch_norm, "FusedBatchNormV3": _batch_norm,
    "LRN": _respond, "Softmax": _softmax("softmax"), "LogSoftmax": _softmax("log_softmax"),
    "Relu": _act("relu"), "Relu6": _act("relu6"), "Sigmoid": _act("sigmoid"), "Tanh": _act("tanh"),
    "Elu": _act("elu"), "Selu": _act("selu"), "Softplus": _act("softplus"), "Exp": _act("exponential"),
    "Softsign": _act("softsign"), "Abs": _act("abs"), "LeakyRelu": _act("leaky_relu", {"slope": "alpha"}),
    "Prelu": _prelu, "ClipByValue": _clip,
    "Reshape": shapes.reshape, "Squeeze": shapes.squeeze, "ExpandDims": shapes.expand,
    "Transpose": shapes.transpose, "ConcatV2": shapes.concat, "Concat": shapes.concat,
    "Split": shapes.split, "SplitV": shapes.split, "Pack": shapes.pack, "Unpack": shapes.unpack,
    "StridedSlice": shapes.strided_slice, "Slice": shapes.slice_, "Gather": shapes.gather,
    "GatherV2": shapes.gather, "Tile": shapes.tile, "BroadcastTo": shapes.broadcast_to,
    "Pad": shapes.pad("constant"), "PadV2": shapes.pad("constant"), "MirrorPad": shapes.pad(""),
    "Mean": shapes.reduce("mean"), "Max": shapes.reduce("max"), "Min": shapes.reduce("min"),
    "Sum": shapes.reduce("sum"), "ArgMax": shapes.arg, "ArgMin": shapes.arg,
    "ResizeBilinear": shapes.resize("linear"), "ResizeBicubic": shapes.resize("cubic"),
    "ResizeNearestNeighbor": shapes.resize("nearest"),
    "DepthToSpace": shapes.depth_to_space, "SpaceToDepth": shapes.depth_to_space,
    "Shape": shapes.shape, "ShapeN": shapes.shape, "Size": _size, "Rank": _rank,
    "Range": operators.OPERATORS["Range"], "Fill": _fill, "ZerosLike": _like, "OnesLike": _like,
    "CropAndResize": _crop_and_resize,
    "Add": merge("add"), "AddV2": merge("add"), "AddN": merge("add"), "Sub": merge("subtract"),
    "Mul": merge("multiply"), "Neg": elementwise.negate,
    "Maximum": merge("maximum"), "Minimum": merge("minimum"),
}  # fmt: skip
"""The operators that are read; the others are opaque."""

for _name in ("Identity", "IdentityN", "Snapshot", "StopGradient", "PreventGradient", "Cast", "CheckNumerics",
              "PlaceholderWithDefault", "FakeQuantWithMinMaxVars", "EnsureShape", "Dropout"):  # fmt: skip
    OPERATORS[_name] = _pass

for _name in ("Rsqrt", "Sqrt", "Reciprocal", "Inv", "Log", "Log1p", "Expm1", "Erf", "Erfc",
              "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh",
              "Asinh", "Acosh", "Atanh", "LogicalNot", "IsNan", "IsInf", "IsFinite", "Step"):  # fmt: skip
    OPERATORS[_name] = elementwise.function

OPERATORS["Square"] = elementwise.square
OPERATORS["Pow"] = elementwise.power

for _name in ("RealDiv", "Div", "DivNoNan"):
    OPERATORS[_name] = merge("divide")

for _name in ("FloorDiv", "FloorMod", "Mod", "SquaredDifference", "Atan2",
              "Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr",
              "Select", "SelectV2"):  # fmt: skip
    OPERATORS[_name] = merge("")

for _name in ("Cumsum", "Cumprod", "Reverse", "ReverseV2", "Roll", "ReverseSequence"):
    OPERATORS[_name] = _shapeless

for _name in ("Prod", "All", "Any", "EuclideanNorm", "LogSumExp"):
    OPERATORS[_name] = shapes.reduce("")

PLAIN = ("Shape", "ShapeN", "Size", "Rank", "Range", "Fill", "ZerosLike", "OnesLike")

MOVING = frozenset((
    "Identity", "IdentityN", "Snapshot", "StopGradient", "PlaceholderWithDefault", "Reshape", "Squeeze",
    "ExpandDims", "Transpose", "ConcatV2", "Concat", "Split", "SplitV", "Pack", "Unpack", "StridedSlice",
    "Slice", "Gather", "GatherV2", "Tile", "BroadcastTo", "Pad", "PadV2", "Mean", "Max", "Min", "Sum", "Prod",
    "ResizeBilinear", "ResizeNearestNeighbor", "EnsureShape",
))  # fmt: skip

FREE = frozenset((
    "GatherNd", "ScatterNd", "TensorScatterUpdate", "TopK", "TopKV2", "OneHot", "Where", "Unique",
    "NonMaxSuppressionV2", "NonMaxSuppressionV3", "NonMaxSuppressionV4", "NonMaxSuppressionV5",
    "RandomUniform", "RandomStandardNormal", "Multinomial", "LinSpace", "Bincount", "MatrixBandPart",
))  # fmt: skip

ARITHMETIC = {
    "AddV2": "Add", "AddN": "Add", "RealDiv": "Div", "FloorMod": "Mod", "Maximum": "Max", "Minimum": "Min",
    "GreaterEqual": "GreaterOrEqual", "LessEqual": "LessOrEqual", "LogicalAnd": "And", "LogicalOr": "Or",
    "LogicalNot": "Not", "SelectV2": "Where", "Select": "Where", "Inv": "Reciprocal",
}  # fmt: skip
