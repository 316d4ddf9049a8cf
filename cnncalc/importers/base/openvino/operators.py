"""Which function reads a layer of OpenVINO, by its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.onnx import elementwise, operators
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.openvino import shapes, windows
from cnncalc.importers.base.openvino.attention import attend
from cnncalc.importers.base.openvino.attributes import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]
    Read = Callable[[Walk, Node, Operands], Any]


def _act(kind: str, key: str = "", name: str = "") -> Read:
    """What works element by element; `key` is what a spec calls the number `name`."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        keys = {key: number(node, name, 1.0)} if key else {}
        return walk.add(node, kind, keys, [x], x.dims, x.batch)

    return read


def _prelu(walk: Walk, node: Node, operands: Operands) -> Value:
    """PRelu, whose one slope may be for all: then it is no weight."""
    x, slope = tensor(node, operands), tensor(node, operands, 1)
    if slope.is_constant and slope.elements == 1:
        keys = {"slope": float(slope.numbers[0])} if slope.numbers else {}
        return walk.add(node, "leaky_relu", keys, [x], x.dims, x.batch)
    if (
        slope.is_constant
        and len(slope.dims) == 1
        and len(x.dims) > 1
        and slope.dims[0] == x.dims[1]
    ):
        # One slope for each channel stands along the second axis.
        slope = slope._replace(dims=(*slope.dims, *[1] * (len(x.dims) - 2)))
    return elementwise.prelu(walk, node, [x, slope])


def _quantise(walk: Walk, node: Node, operands: Operands) -> Value:
    """FakeQuantize: weights stay what they are, data is rounded to levels."""
    x = tensor(node, operands)
    if x.is_constant:
        return x
    return walk.add(node, "quantize", {}, [x], x.dims, x.batch)


def _convert(walk: Walk, node: Node, operands: Operands) -> Value:
    """Convert: the same numbers, whole ones where integers are asked for."""
    x = tensor(node, operands)
    kind = str(node.attributes.get("destination_type", ""))
    if not x.is_constant or x.numbers is None or not kind.startswith(("i", "u")):
        return x
    return x._replace(numbers=tuple(int(n) if abs(n) < 2**62 else n for n in x.numbers))


def _keep(walk: Walk, node: Node, operands: Operands) -> Value:
    """What gives a shape like its own, and neither holds weights nor sums products up."""
    x = tensor(node, operands)
    return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)


_merge = elementwise.merge


def _merge_into_norm(kind: str, part: str) -> Read:
    """A sum or a product; with weights right behind MVN, its `part`."""
    inner = _merge(kind)

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        data = [value for value in operands if value is not None and not value.is_constant]
        held = [value for value in operands if value is not None and value.is_constant]
        above = walk.entries[-1] if walk.entries else None
        if above is not None and above.kind == "layer_norm" and len(data) == len(held) == 1:
            x, [weight] = data[0], held
            name = next(name for name in node.inputs if not walk.values[name].is_constant)
            own = (1,) * (len(x.dims) - len(weight.dims)) + weight.dims
            axes = {x.axis(axis) for axis, n in enumerate(own) if n > 1}
            fits = (
                weight.learnt
                and axes == set(above.keys["axes"])
                and all(n in (1, m) for n, m in zip(own, x.dims, strict=True))
            )
            if (
                above.keys["name"] == x.layer
                and above.keys.get(part) is False
                and fits
                and walk.reads.get(name) == 1
            ):
                del above.keys[part]
                walk.count([weight])
                return x
        return inner(walk, node, operands)

    return read


OPERATORS: dict[str, Any] = {
    "Convolution": windows.conv(), "GroupConvolution": windows.conv(grouped=True),
    "ConvolutionBackpropData": windows.conv_transpose(),
    "GroupConvolutionBackpropData": windows.conv_transpose(grouped=True),
    "MaxPool": windows.pool("max_pool"), "AvgPool": windows.pool("avg_pool"),
    "Interpolate": windows.interpolate, "Pad": windows.padding, "RegionYolo": windows.region,
    "ScaledDotProductAttention": attend, "MatMul": shapes.matmul, "Einsum": operators.OPERATORS["Einsum"],
    "BatchNormInference": shapes.normalise_batch, "MVN": shapes.normalise,
    "GroupNormalization": shapes.normalise_group, "NormalizeL2": shapes.normalise_length, "LRN": shapes.respond,
    "Softmax": shapes.softmax("softmax"), "SoftMax": shapes.softmax("softmax"),
    "LogSoftmax": shapes.softmax("log_softmax"),
    "Relu": _act("relu"), "ReLU": _act("relu"), "Sigmoid": _act("sigmoid"), "Tanh": _act("tanh"),
    "Elu": _act("elu", "alpha", "alpha"), "Selu": _act("selu"), "Gelu": _act("gelu"), "Mish": _act("mish"),
    "HSwish": _act("hard_swish"), "HSigmoid": _act("hard_sigmoid"), "HardSigmoid": _act("hard_sigmoid"),
    "Swish": _act("silu"), "SoftPlus": _act("softplus"), "SoftSign": _act("softsign"),
    "Exp": _act("exponential"), "Abs": _act("abs"), "Clamp": shapes.threshold,
    "PRelu": _prelu, "PReLU": _prelu, "FakeQuantize": _quantise, "Convert": _convert, "ConvertLike": _convert,
    "Add": _merge_into_norm("add", "center"), "Subtract": _merge("subtract"),
    "Multiply": _merge_into_norm("multiply", "scale"),
    "Divide": _merge("divide"), "Negative": elementwise.negate,
    "Maximum": _merge("maximum"), "Minimum": _merge("minimum"),
    "Reshape": shapes.reshape, "Squeeze": shapes.plain(operators.OPERATORS["Squeeze"]),
    "Unsqueeze": shapes.plain(operators.OPERATORS["Unsqueeze"]), "Transpose": shapes.transpose,
    "Concat": shapes.concat, "Split": shapes.split, "VariadicSplit": shapes.split, "Gather": shapes.gather,
    "Slice": shapes.slice_, "StridedSlice": shapes.strided_slice,
    "Tile": shapes.plain(operators.OPERATORS["Tile"]),
    "Broadcast": shapes.broadcast, "DepthToSpace": shapes.depth_to_space,
    "SpaceToDepth": shapes.depth_to_space, "ShuffleChannels": shapes.shuffle,
    "ReduceMean": shapes.reduce("mean"), "ReduceMax": shapes.reduce("max"), "ReduceMin": shapes.reduce("min"),
    "ReduceSum": shapes.reduce("sum"), "ShapeOf": shapes.shape, "Range": operators.OPERATORS["Range"],
    "LSTMSequence": shapes.recur("lstm"), "GRUSequence": shapes.recur("gru"),
    "RNNSequence": shapes.recur("simple_rnn"),
    "LSTMCell": shapes.step, "GRUCell": shapes.step, "RNNCell": shapes.step,
}  # fmt: skip
"""The types that are read; the others are opaque."""

for _name in ("Identity", "ReadValue", "Assign"):
    OPERATORS[_name] = elementwise.alias

for _name in ("ReduceL1", "ReduceL2", "ReduceProd", "ReduceLogicalAnd", "ReduceLogicalOr"):
    OPERATORS[_name] = shapes.reduce("")

for _name in ("Sqrt", "Log", "Erf", "Floor", "Ceiling", "Round", "Sign", "Sin", "Cos", "Tan",
              "Asin", "Acos",
              "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "LogicalNot", "IsNaN", "IsInf",
              "IsFinite"):  # fmt: skip
    OPERATORS[_name] = elementwise.function

OPERATORS["Power"] = elementwise.power

for _name in ("Mod", "FloorMod", "SquaredDifference", "Select", "Greater", "GreaterEqual",
              "Less",
              "LessEqual", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "LogicalXor"):  # fmt: skip
    OPERATORS[_name] = _merge("")

for _name in ("CumSum", "ReverseSequence", "Reverse", "Roll", "GRN"):
    OPERATORS[_name] = _keep

PLAIN = ("ShapeOf", "Range")

MOVING = frozenset((
    "Identity", "Convert", "ConvertLike", "FakeQuantize", "Reshape", "Squeeze", "Unsqueeze", "Transpose",
    "Concat",
    "Split", "VariadicSplit", "Gather", "Slice", "StridedSlice", "Tile", "Broadcast", "Pad", "Interpolate",
    "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSum", "ReduceProd", "ReduceL1", "ReduceL2",
))  # fmt: skip

FREE = frozenset((
    "PriorBox", "PriorBoxClustered", "DetectionOutput", "Proposal", "ReorgYolo", "ROIPooling", "PSROIPooling",
    "ROIAlign", "ROIAlignRotated", "NonMaxSuppression", "MulticlassNms", "MatrixNms", "NMSRotated", "TopK",
    "NonZero",
    "CTCGreedyDecoder", "CTCGreedyDecoderSeqLen", "GatherND", "GatherElements", "GatherTree", "ScatterUpdate",
    "ScatterElementsUpdate", "ScatterNDUpdate", "OneHot", "Bucketize", "EmbeddingBagOffsetsSum", "RandomUniform",
    "ExtractImagePatches", "BatchToSpace", "SpaceToBatch", "GridSample", "Eye", "Unique", "Col2Im",
    "ExperimentalDetectronDetectionOutput", "ExperimentalDetectronPriorGridGenerator", "AdaptiveAvgPool",
    "ExperimentalDetectronGenerateProposalsSingleImage", "ExperimentalDetectronROIFeatureExtractor",
    "ExperimentalDetectronTopKROIs", "AdaptiveMaxPool", "NV12toRGB", "NV12toBGR", "I420toRGB", "I420toBGR",
))  # fmt: skip
"""Types that are opaque, and have neither weights of their own nor products that are summed up."""

ARITHMETIC = {
    "Add": "Add", "Subtract": "Sub", "Multiply": "Mul", "Divide": "Div", "Maximum": "Max", "Minimum": "Min",
    "Power": "Pow", "Mod": "Mod", "FloorMod": "Mod", "SquaredDifference": "SquaredDifference", "Equal": "Equal",
    "Greater": "Greater", "GreaterEqual": "GreaterOrEqual", "Less": "Less", "LessEqual": "LessOrEqual",
    "LogicalAnd": "And", "LogicalOr": "Or", "LogicalNot": "Not", "Negative": "Neg", "Select": "Where",
    "Abs": "Abs",
    "Sqrt": "Sqrt", "Exp": "Exp", "Log": "Log", "Floor": "Floor", "Ceiling": "Ceil", "Round": "Round",
    "Sigmoid": "Sigmoid", "Tanh": "Tanh", "Relu": "Relu", "ReLU": "Relu", "Erf": "Erf",
}  # fmt: skip
"""What constants are computed with, as ONNX calls it."""
