"""Which function reads a node, by its operator."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import (
    elementwise,
    folding,
    moving,
    norms,
    products,
    recurrent,
    reducing,
    resizing,
    sequences,
    windows,
)
from cnncalc.importers.base.onnx.einsum import einsum
from cnncalc.importers.base.onnx.model import Tensor
from cnncalc.importers.base.onnx.nodes import integer, title
from cnncalc.importers.base.onnx.values import SMALL, Value, load_constant

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]


def _constant(walk: Walk, node: Node, operands: Operands) -> Value:
    """Constant: the tensor, number or list that an attribute holds."""
    found: Any = next(iter(node.attributes.values()), None)
    if isinstance(found, Tensor):
        value = load_constant(walk.wire, found)
        # Filled with one number nothing is learnt: states begin as zeros, norms have no weights.
        learnt = value.learnt and not value.is_filled
        return value._replace(source=node.outputs[0], learnt=learnt)
    numbers = found if isinstance(found, list) else [found]
    if not all(isinstance(n, (int, float)) for n in numbers):
        return Value((len(numbers),), source=node.outputs[0])
    dims = (len(numbers),) if isinstance(found, list) else ()
    return Value(dims, numbers=tuple(numbers), source=node.outputs[0])


def _constant_of_shape(walk: Walk, node: Node, operands: Operands) -> Value:
    dims = tuple(folding.whole(elementwise.tensor(node, operands), f"the shape of {title(node)}"))
    found = node.attributes.get("value")
    value = load_constant(walk.wire, found) if isinstance(found, Tensor) else None
    number = value.numbers[0] if value is not None and value.numbers else 0.0
    numbers = (number,) * prod(dims) if 0 <= prod(dims) <= SMALL else None
    return Value(dims, numbers=numbers, source=node.outputs[0])


def _shape(walk: Walk, node: Node, operands: Operands) -> Value:
    x = elementwise.tensor(node, operands)
    rank = len(x.dims)
    start, end = integer(node, "start", 0), integer(node, "end", rank)
    dims = x.dims[start:end]
    return Value((len(dims),), numbers=dims, source=node.outputs[0])


def _size(walk: Walk, node: Node, operands: Operands) -> Value:
    x = elementwise.tensor(node, operands)
    return Value((), numbers=(x.elements,), source=node.outputs[0])


def _range(walk: Walk, node: Node, operands: Operands) -> Value:
    bounds = [elementwise.tensor(node, operands, index) for index in range(3)]
    start, stop, step = (folding.whole(bound, f"a bound of {title(node)}")[0] for bound in bounds)
    found = range(start, stop, step or 1)
    numbers = tuple(found) if len(found) <= SMALL else None
    return Value((len(found),), numbers=numbers, source=node.outputs[0])


def _without_scales(read: Any, places: tuple[int, ...]) -> Any:
    """A quantised operator, whose scales and zero points stand between its operands."""

    def inner(walk: Walk, node: Node, operands: Operands) -> Value:
        given = [operands[place] if place < len(operands) else None for place in places]
        found: Value = read(walk, node, given)
        return found

    return inner


def _dequantize(walk: Walk, node: Node, operands: Operands) -> Value:
    x = elementwise.tensor(node, operands)
    if x.is_constant:
        return x._replace(numbers=None, learnt=True)
    kind = "quantize" if node.op == "QuantizeLinear" else "dequantize"
    return walk.add(node, kind, {}, [x], x.dims, x.batch)


def _grid_sample(walk: Walk, node: Node, operands: Operands) -> Value:
    x, grid = elementwise.tensor(node, operands), elementwise.tensor(node, operands, 1)
    rank = len(x.dims) - 2
    if rank < 1 or len(grid.dims) != rank + 2 or grid.dims[-1] != rank or not x.layer:
        raise Unreadable(f"{title(node)} reads no grid for a map of {rank} axes", node.line)
    dims = (*x.dims[:2], *grid.dims[1:-1])
    if grid.is_constant or grid.batch != 0 or x.batch != 0:
        data = [value for value in (x, grid) if value.layer]
        return walk.opaque(node, data, dims, x.batch, params=walk.count([grid]), macs=0)
    grid = walk.permute(node, grid, (0, rank + 1, *range(1, rank + 1)))
    return walk.add(node, "grid_sample", {}, [x, grid], dims, 0)


def _affine_grid(walk: Walk, node: Node, operands: Operands) -> Value:
    theta = elementwise.tensor(node, operands)
    size = folding.whole(elementwise.tensor(node, operands, 1), f"the size of {title(node)}")[2:]
    if theta.batch != 0 or len(theta.dims) != 3 or theta.axes != (len(size), len(size) + 1):
        raise Unreadable(f"{title(node)} reads no matrix for a grid of {len(size)} axes", node.line)
    n = theta.dims[0]
    flat = walk.reshape(node, theta, (n, prod(theta.axes)), 0)
    made = walk.add(node, "affine_grid", {"size": size}, [flat], (n, len(size), *size), 0)
    return walk.permute(node, made, (0, *range(2, len(size) + 2), 1))


_act = elementwise.activation
_merge = elementwise.merge

_reduce = reducing.reduce

OPERATORS: dict[str, Any] = {
    "Constant": _constant, "ConstantOfShape": _constant_of_shape,
    "Shape": _shape, "Size": _size, "Range": _range,
    "Identity": elementwise.alias, "Cast": elementwise.alias, "CastLike": elementwise.alias,
    "Conv": windows.conv, "ConvTranspose": windows.conv_transpose,
    "DeformConv": windows.deform_conv,
    "QLinearConv": _without_scales(windows.conv, (0, 3, 8)),
    "ConvInteger": _without_scales(windows.conv, (0, 1)),
    "MaxPool": windows.pool("max_pool"), "AveragePool": windows.pool("avg_pool"),
    "LpPool": windows.pool("lp_pool"),
    "GlobalAveragePool": windows.global_pool("global_avg_pool"),
    "GlobalMaxPool": windows.global_pool("global_max_pool"),
    "GlobalLpPool": windows.global_pool("lp_pool"),
    "Gemm": products.gemm, "MatMul": products.matmul, "Einsum": einsum,
    "QLinearMatMul": _without_scales(products.matmul, (0, 3)),
    "MatMulInteger": _without_scales(products.matmul, (0, 1)),
    "BatchNormalization": norms.batch_norm, "InstanceNormalization": norms.instance_norm,
    "GroupNormalization": norms.group_norm, "LayerNormalization": norms.layer_norm("layer_norm"),
    "RMSNormalization": norms.layer_norm("rms_norm"),
    "LRN": norms.local_response_norm, "LpNormalization": norms.l2_norm,
    "MeanVarianceNormalization": norms.mean_variance,
    "Softmax": norms.softmax("softmax"), "LogSoftmax": norms.softmax("log_softmax"),
    "Dropout": elementwise.dropout,
    "Relu": _act("relu"), "Sigmoid": _act("sigmoid"), "Tanh": _act("tanh"),
    "Elu": _act("elu", {"alpha": "alpha"}), "Celu": _act("celu", {"alpha": "alpha"}),
    "Selu": _act("selu"), "Gelu": _act("gelu"), "Mish": _act("mish"), "Swish": _act("silu"),
    "Softplus": _act("softplus"), "Softsign": _act("softsign"), "HardSwish": _act("hard_swish"),
    "HardSigmoid": _act("hard_sigmoid"), "LeakyRelu": _act("leaky_relu", {"slope": "alpha"}),
    "ThresholdedRelu": _act("threshold", {"threshold": "alpha"}),
    "Exp": _act("exponential"), "Abs": _act("abs"), "Shrink": _act("soft_shrink", {"threshold": "lambd"}),
    "Clip": elementwise.clip, "PRelu": elementwise.prelu,
    "Add": _merge("add"), "Sub": _merge("subtract"), "Mul": _merge("multiply"),
    "Div": _merge("divide"), "Neg": elementwise.negate, "Sum": _merge("add"),
    "Max": _merge("maximum"), "Min": _merge("minimum"), "Mean": _merge("average"),
    "Reshape": moving.reshape, "Flatten": moving.flatten,
    "Squeeze": moving.squeeze, "Unsqueeze": moving.unsqueeze,
    "Transpose": moving.transpose, "Concat": moving.concat, "Split": moving.split,
    "Slice": moving.slice_, "Gather": moving.gather, "Expand": moving.expand, "Tile": moving.tile,
    "DepthToSpace": moving.depth_to_space, "SpaceToDepth": moving.depth_to_space,
    "Pad": resizing.pad, "Resize": resizing.resize, "Upsample": resizing.resize,
    "ReduceMean": _reduce("mean"), "ReduceMax": _reduce("max"),
    "ReduceMin": _reduce("min"), "ReduceSum": _reduce("sum"),
    "LSTM": recurrent.recurrent("lstm"), "GRU": recurrent.recurrent("gru"),
    "RNN": recurrent.recurrent("simple_rnn"),
    "QuantizeLinear": _dequantize, "DequantizeLinear": _dequantize,
    "GridSample": _grid_sample, "AffineGrid": _affine_grid,
    "SplitToSequence": sequences.split_to_sequence, "SequenceConstruct": sequences.construct,
    "SequenceAt": sequences.element, "SequenceLength": sequences.length,
    "ConcatFromSequence": sequences.concat_from_sequence,
}  # fmt: skip
"""The operators of the domain ai.onnx that are read; the others are opaque."""

for _name in (
    "ReduceL1",
    "ReduceL2",
    "ReduceLogSum",
    "ReduceLogSumExp",
    "ReduceProd",
    "ReduceSumSquare",
):
    OPERATORS[_name] = _reduce("")

OPERATORS["TopK"] = reducing.choose_largest
OPERATORS["ArgMax"] = OPERATORS["ArgMin"] = reducing.find_place

for _name in ("Sqrt", "Reciprocal", "Log", "Erf", "Floor", "Ceil", "Round", "Sign", "Sin", "Cos", "Tan",
              "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Not", "IsNaN", "IsInf",
              "Hardmax", "Trilu", "CumSum"):  # fmt: skip
    OPERATORS[_name] = elementwise.function

OPERATORS["Pow"] = elementwise.power

for _name in ("Mod", "Where", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Equal",
              "And", "Or", "Xor"):  # fmt: skip
    OPERATORS[_name] = _merge("")

PLAIN = ("Constant", "ConstantOfShape", "Shape", "Size", "Range")
"""Operators that need no data."""

MOVING = frozenset((
    "Identity", "CastLike", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split",
    "Slice", "Gather", "Expand", "Tile", "Pad", "Resize", "Upsample", "ReduceMean", "ReduceMax",
    "ReduceMin", "ReduceSum", "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceProd",
    "ReduceSumSquare", "QuantizeLinear", "DequantizeLinear",
    "SplitToSequence", "SequenceConstruct", "SequenceAt", "SequenceLength", "ConcatFromSequence",
))  # fmt: skip
"""Operators whose functions read constants as well as data."""

FREE = frozenset((
    "GatherND", "GatherElements", "Scatter", "ScatterND", "ScatterElements",
    "NonZero", "OneHot", "Compress", "Unique", "ReverseSequence", "CenterCropPad", "Col2Im", "BitShift",
    "Bernoulli", "RandomNormalLike", "RandomUniformLike", "NonMaxSuppression", "BitwiseAnd", "BitwiseNot",
    "BitwiseOr", "BitwiseXor", "MaxUnpool", "MaxRoiPool", "RoiAlign", "DFT", "STFT", "HannWindow",
    "HammingWindow", "BlackmanWindow", "MelWeightMatrix",
))  # fmt: skip
"""Operators that are opaque, and have neither weights of their own nor products that are summed up."""

AS_FIRST = frozenset((
    "Scatter", "ScatterND", "ScatterElements", "ReverseSequence", "Bernoulli", "RandomNormalLike",
    "RandomUniformLike", "BitwiseNot", "BitShift",
))  # fmt: skip
"""Opaque operators whose result is of the shape of their first operand, whatever the file says."""
