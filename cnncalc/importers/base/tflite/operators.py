"""Which function reads an operator, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import elementwise
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import SMALL, Value
from cnncalc.importers.base.tflite import moving, products, resizing, variables, windows
from cnncalc.importers.base.tflite.walk import FP32

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]

FOLDS = {
    "ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div", "FLOOR_DIV": "Div", "FLOOR_MOD": "Mod", "POW": "Pow",
    "MAXIMUM": "Max", "MINIMUM": "Min", "EQUAL": "Equal", "GREATER": "Greater", "LESS": "Less",
    "GREATER_EQUAL": "GreaterOrEqual", "LESS_EQUAL": "LessOrEqual", "LOGICAL_AND": "And", "LOGICAL_OR": "Or",
    "SELECT": "Where", "SELECT_V2": "Where", "NEG": "Neg", "ABS": "Abs", "LOGICAL_NOT": "Not", "FLOOR": "Floor",
    "CEIL": "Ceil", "ROUND": "Round", "SQRT": "Sqrt", "EXP": "Exp", "LOG": "Log", "LOGISTIC": "Sigmoid",
    "RELU": "Relu", "TANH": "Tanh",
}  # fmt: skip
"""Operators that are computed where all that they read is constant, as ONNX calls them."""


def _shape(walk: MapWalk, node: Node, operands: Operands) -> Value:
    dims = tensor(node, operands).dims
    return Value((len(dims),), numbers=dims, source=node.outputs[0])


def _rank(walk: MapWalk, node: Node, operands: Operands) -> Value:
    return Value((), numbers=(len(tensor(node, operands).dims),), source=node.outputs[0])


def _range(walk: MapWalk, node: Node, operands: Operands) -> Value:
    bounds = [tensor(node, operands, index) for index in range(3)]
    start, stop, step = (whole(bound, f"a bound of {title(node)}")[0] for bound in bounds)
    found = range(start, stop, step or 1)
    numbers = tuple(found) if len(found) <= SMALL else None
    return Value((len(found),), numbers=numbers, source=node.outputs[0])


def _zeros_like(walk: MapWalk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    numbers = (0,) * x.elements if x.elements <= SMALL else None
    return Value(x.dims, numbers=numbers, source=node.outputs[0])


def _quantize(walk: MapWalk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    if x.is_constant:
        return x._replace(numbers=None, learnt=True)
    before = walk.dtypes.get(x.layer, FP32)
    if x.layer in walk.inputs and before != FP32:
        # An input has the type of what reads it first, unless that converts it.
        x = walk.add(node, "identity", {}, [x], x.dims, x.batch, name=f"{x.layer}.{before}")
        walk.entries[-1].keys["dtype"] = walk.dtypes[x.layer] = before
    return walk.add(node, node.op.lower(), {}, [x], x.dims, x.batch)


def _clip(low: float, high: float) -> Any:
    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        return walk.add(node, "hard_tanh", {"min": low, "max": high}, [x], x.dims, x.batch)

    return read


def _softmax(kind: str) -> Any:
    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        last = len(x.dims) - 1
        if last < 0 or last == x.batch:
            return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
        return walk.add(node, kind, {"axis": x.axis(last)}, [x], x.dims, x.batch)

    return read


def _l2_norm(walk: MapWalk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    keys = {"axes": [x.axis(len(x.dims) - 1)]}
    return walk.add(node, "l2_norm", keys, [x], x.dims, x.batch)


def _local_norm(walk: MapWalk, node: Node, operands: Operands) -> Value:
    x = windows.as_map(walk, node, tensor(node, operands), 2)
    size = 2 * node.attributes["radius"] + 1
    if size < 1:
        raise Unreadable(f"{title(node)} has a negative radius", node.line)
    return walk.add(node, "local_response_norm", {"size": size}, [x], x.dims, 0)


_act = elementwise.activation
_merge = elementwise.merge
_reduce = resizing.reduce

OPERATORS: dict[str, Any] = {
    "CONV_2D": windows.conv, "CONV_3D": windows.conv, "DEPTHWISE_CONV_2D": windows.depthwise,
    "TRANSPOSE_CONV": windows.conv_transpose, "CONV_3D_TRANSPOSE": windows.conv_transpose,
    "MAX_POOL_2D": windows.pool("max_pool"), "AVERAGE_POOL_2D": windows.pool("avg_pool"),
    "L2_POOL_2D": windows.pool("lp_pool"),
    "FULLY_CONNECTED": products.dense, "BATCH_MATMUL": products.batch_matmul,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": products.cell, "UNIDIRECTIONAL_SEQUENCE_RNN": products.cell,
    "BIDIRECTIONAL_SEQUENCE_LSTM": products.cell, "BIDIRECTIONAL_SEQUENCE_RNN": products.cell,
    "RNN": products.cell, "LSTM": products.cell, "SVDF": products.svdf,
    "SHAPE": _shape, "RANK": _rank, "RANGE": _range, "FILL": moving.fill, "ZEROS_LIKE": _zeros_like,
    "RESHAPE": moving.reshape, "SQUEEZE": moving.squeeze, "EXPAND_DIMS": moving.expand_dims,
    "TRANSPOSE": moving.transpose, "CONCATENATION": moving.concat, "SPLIT": moving.split,
    "SPLIT_V": moving.split, "SLICE": moving.slice_, "STRIDED_SLICE": moving.strided_slice,
    "PACK": moving.pack, "UNPACK": moving.unpack, "GATHER": moving.gather,
    "EMBEDDING_LOOKUP": moving.gather, "TILE": moving.tile, "BROADCAST_TO": moving.broadcast_to,
    "DEPTH_TO_SPACE": moving.depth_to_space("depth_to_space"),
    "SPACE_TO_DEPTH": moving.depth_to_space("space_to_depth"),
    "SPACE_TO_BATCH_ND": moving.batches, "BATCH_TO_SPACE_ND": moving.batches,
    "PAD": resizing.pad, "PADV2": resizing.pad, "MIRROR_PAD": resizing.pad,
    "RESIZE_BILINEAR": resizing.resize("linear"), "RESIZE_NEAREST_NEIGHBOR": resizing.resize("nearest"),
    "MEAN": _reduce("mean"), "SUM": _reduce("sum"), "REDUCE_MAX": _reduce("max"), "REDUCE_MIN": _reduce("min"),
    "REDUCE_PROD": _reduce(""), "REDUCE_ANY": _reduce(""), "REDUCE_ALL": _reduce(""),
    "QUANTIZE": _quantize, "DEQUANTIZE": _quantize, "CAST": elementwise.alias, "FAKE_QUANT": elementwise.alias,
    "DENSIFY": elementwise.alias,
    "VAR_HANDLE": variables.handle, "READ_VARIABLE": variables.read_variable,
    "RELU": _act("relu"), "RELU6": _act("relu6"), "RELU_N1_TO_1": _clip(-1, 1), "RELU_0_TO_1": _clip(0, 1),
    "LOGISTIC": _act("sigmoid"), "TANH": _act("tanh"), "ELU": _act("elu"), "GELU": _act("gelu"),
    "HARD_SWISH": _act("hard_swish"), "LEAKY_RELU": _act("leaky_relu", {"slope": "alpha"}),
    "EXP": _act("exponential"), "ABS": _act("abs"), "PRELU": elementwise.prelu,
    "SOFTMAX": _softmax("softmax"), "LOG_SOFTMAX": _softmax("log_softmax"),
    "L2_NORMALIZATION": _l2_norm, "LOCAL_RESPONSE_NORMALIZATION": _local_norm,
    "ADD": _merge("add"), "ADD_N": _merge("add"), "SUB": _merge("subtract"), "MUL": _merge("multiply"),
    "DIV": _merge("divide"), "NEG": elementwise.negate,
    "MAXIMUM": _merge("maximum"), "MINIMUM": _merge("minimum"),
}  # fmt: skip

OPERATORS["SQUARE"] = elementwise.square
OPERATORS["POW"] = elementwise.power

for _name in ("SQRT", "RSQRT", "LOG", "FLOOR", "CEIL", "ROUND", "SIN", "COS", "LOGICAL_NOT",
              "SIGN", "CUMSUM", "REVERSE_V2"):  # fmt: skip
    OPERATORS[_name] = elementwise.function

for _name in ("FLOOR_DIV", "FLOOR_MOD", "SQUARED_DIFFERENCE", "SELECT", "SELECT_V2", "GREATER",
              "GREATER_EQUAL", "LESS", "LESS_EQUAL", "EQUAL", "NOT_EQUAL", "LOGICAL_AND", "LOGICAL_OR",
              "ATAN2", "BITWISE_XOR", "RIGHT_SHIFT"):  # fmt: skip
    OPERATORS[_name] = _merge("")

READS_CONSTANTS = frozenset((
    "SHAPE", "RANK", "RANGE", "FILL", "ZEROS_LIKE", "RESHAPE", "SQUEEZE", "EXPAND_DIMS", "TRANSPOSE",
    "CONCATENATION", "SPLIT", "SPLIT_V", "SLICE", "STRIDED_SLICE", "PACK", "UNPACK", "GATHER", "TILE",
    "BROADCAST_TO", "PAD", "PADV2", "MIRROR_PAD", "MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD",
    "REDUCE_ANY", "REDUCE_ALL", "QUANTIZE", "DEQUANTIZE", "CAST", "FAKE_QUANT", "DENSIFY", "READ_VARIABLE",
))  # fmt: skip
"""Operators whose functions read constants as well as data."""

FREE = frozenset((
    "GATHER_ND", "SCATTER_ND", "TOPK_V2", "ARG_MAX", "ARG_MIN", "ONE_HOT", "UNIQUE", "WHERE", "REVERSE_SEQUENCE",
    "MATRIX_DIAG", "MATRIX_SET_DIAG", "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "SEGMENT_SUM",
    "SPARSE_TO_DENSE", "BUCKETIZE", "DYNAMIC_UPDATE_SLICE", "UNSORTED_SEGMENT_PROD", "UNSORTED_SEGMENT_MAX",
    "UNSORTED_SEGMENT_SUM", "UNSORTED_SEGMENT_MIN", "BITCAST", "RANDOM_STANDARD_NORMAL", "RANDOM_UNIFORM",
    "MULTINOMIAL",
))  # fmt: skip
"""Operators that are opaque, and have neither weights of their own nor products that are summed up."""
