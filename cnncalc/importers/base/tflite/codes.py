"""The numbers of TFLite's schema: operators with their options, types of tensors, activations.

Source: schema.fbs of TensorFlow Lite, version 3c.
"""

from __future__ import annotations

from typing import NamedTuple

_TEXT = """
ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE EMBEDDING_LOOKUP FLOOR
FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC
LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX
SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD
UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE
UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE
BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL
SELECT SLICE SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW
ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN
FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU
SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS WHERE RANK ELU
REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE NON_MAX_SUPPRESSION_V4
NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM BATCH_MATMUL PLACEHOLDER CUMSUM CALL_ONCE
BROADCAST_TO RFFT2D CONV_3D IMAG REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE
REDUCE_ALL CONV_3D_TRANSPOSE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL
BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD
UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2 UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR RIGHT_SHIFT
"""
_NAMES = _TEXT.split()

CUSTOM = 32
"""The operator that its own code names."""

_STABLE_HLO = 162
_LATER = {203: "DILATE", 205: "REDUCE_WINDOW"}


def operator_name(code: int) -> str:
    """What an operator is called; those of later versions by their number."""
    if 0 <= code < len(_NAMES):
        return _NAMES[code]
    known = _LATER.get(code)
    return known or (f"STABLEHLO_{code}" if code >= _STABLE_HLO else f"operator {code}")


class Option(NamedTuple):
    """A field of an operator's options: its name, number, letter in `struct` and default.

    The letter `v` stands for a list of 32-bit integers, `s` for a text.
    """

    name: str
    field: int
    letter: str = "i"
    default: int = 0


def _window(*fields: Option) -> tuple[Option, ...]:
    return (Option("padding", 0, "b"), Option("stride_w", 1), Option("stride_h", 2), *fields)


_DILATED = (Option("dilation_w", 4, "i", 1), Option("dilation_h", 5, "i", 1))
_VOLUME = (
    Option("padding", 0, "b"),
    Option("stride_d", 1),
    Option("stride_w", 2),
    Option("stride_h", 3),
    Option("activation", 4, "b"),
    Option("dilation_d", 5, "i", 1),
    Option("dilation_w", 6, "i", 1),
    Option("dilation_h", 7, "i", 1),
)
_POOL = _window(Option("filter_width", 3), Option("filter_height", 4), Option("activation", 5, "b"))
_ACTS = (Option("activation", 0, "b"),)
_KEEPS = (Option("keep_dims", 0, "?"),)
_LSTM = (Option("activation", 0, "b"), Option("time_major", 3, "?"))

OPTIONS: dict[str, tuple[Option, ...]] = {
    "CONV_2D": _window(Option("activation", 3, "b"), *_DILATED),
    "DEPTHWISE_CONV_2D": _window(Option("activation", 4, "b"), Option("dilation_w", 5, "i", 1),
                                 Option("dilation_h", 6, "i", 1)),
    "CONV_3D": _VOLUME, "CONV_3D_TRANSPOSE": _VOLUME,
    "TRANSPOSE_CONV": _window(Option("activation", 3, "b")),
    "AVERAGE_POOL_2D": _POOL, "MAX_POOL_2D": _POOL, "L2_POOL_2D": _POOL,
    "FULLY_CONNECTED": (*_ACTS, Option("keep_num_dims", 2, "?")),
    "ADD": _ACTS, "SUB": _ACTS, "MUL": _ACTS, "DIV": _ACTS, "L2_NORMALIZATION": _ACTS,
    "CONCATENATION": (Option("axis", 0), Option("activation", 1, "b")),
    "LOCAL_RESPONSE_NORMALIZATION": (Option("radius", 0),),
    "RESHAPE": (Option("shape", 0, "v"),),
    "RESIZE_BILINEAR": (Option("align_corners", 2, "?"), Option("half_pixel_centers", 3, "?")),
    "RESIZE_NEAREST_NEIGHBOR": (Option("align_corners", 0, "?"), Option("half_pixel_centers", 1, "?")),
    "SPACE_TO_DEPTH": (Option("block_size", 0),), "DEPTH_TO_SPACE": (Option("block_size", 0),),
    "GATHER": (Option("axis", 0), Option("batch_dims", 1)),
    "MEAN": _KEEPS, "SUM": _KEEPS, "REDUCE_MAX": _KEEPS, "REDUCE_MIN": _KEEPS, "REDUCE_PROD": _KEEPS,
    "REDUCE_ANY": _KEEPS, "REDUCE_ALL": _KEEPS,
    "SQUEEZE": (Option("axes", 0, "v"),),
    "STRIDED_SLICE": (Option("begin_mask", 0), Option("end_mask", 1), Option("ellipsis_mask", 2),
                      Option("new_axis_mask", 3), Option("shrink_axis_mask", 4), Option("offset", 5, "?")),
    "PACK": (Option("axis", 1),), "UNPACK": (Option("axis", 1),),
    "LEAKY_RELU": (Option("alpha", 0, "f"),),
    "MIRROR_PAD": (Option("mode", 0, "b"),),
    "BATCH_MATMUL": (Option("adj_x", 0, "?"), Option("adj_y", 1, "?")),
    "GELU": (Option("approximate", 0, "?"),),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": _LSTM,
    "UNIDIRECTIONAL_SEQUENCE_RNN": (Option("time_major", 0, "?"), Option("activation", 1, "b")),
    "BIDIRECTIONAL_SEQUENCE_LSTM": (Option("activation", 0, "b"), Option("merge_outputs", 3, "?"),
                                    Option("time_major", 4, "?", 1)),
    "BIDIRECTIONAL_SEQUENCE_RNN": (Option("time_major", 0, "?"), Option("activation", 1, "b"),
                                   Option("merge_outputs", 2, "?")),
    "SVDF": (Option("rank", 0), Option("activation", 1, "b")),
    "WHILE": (Option("cond", 0), Option("body", 1)),
    "VAR_HANDLE": (Option("container", 0, "s"), Option("name", 1, "s")),
}  # fmt: skip
"""What of the options of an operator is read."""

ACTIVATIONS = ("", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN")
"""What an operator may apply to its result, as the operator that does it."""

HOSTS = (
    "CONV_2D",
    "DEPTHWISE_CONV_2D",
    "CONV_3D",
    "TRANSPOSE_CONV",
    "CONV_3D_TRANSPOSE",
    "FULLY_CONNECTED",
)
"""Operators whose activation is a key of their layer."""

CELLS = ("UNIDIRECTIONAL_SEQUENCE_LSTM", "UNIDIRECTIONAL_SEQUENCE_RNN", "BIDIRECTIONAL_SEQUENCE_LSTM",
         "BIDIRECTIONAL_SEQUENCE_RNN", "LSTM", "RNN", "SVDF")  # fmt: skip
"""Operators whose activation is inside."""


class Type(NamedTuple):
    """A type of tensors: its name, its type for memory if there is one, bits, letter in `struct`."""

    name: str
    dtype: str | None
    bits: int
    letter: str = ""


TYPES = (
    Type("FLOAT32", "fp32", 32, "f"), Type("FLOAT16", "fp16", 16, "e"), Type("INT32", "int32", 32, "i"),
    Type("UINT8", "uint8", 8, "B"), Type("INT64", "int64", 64, "q"), Type("STRING", None, 0),
    Type("BOOL", "bool", 8, "?"), Type("INT16", "int16", 16, "h"), Type("COMPLEX64", None, 64),
    Type("INT8", "int8", 8, "b"), Type("FLOAT64", "fp64", 64, "d"), Type("COMPLEX128", None, 128),
    Type("UINT64", "int64", 64, "Q"), Type("RESOURCE", None, 0), Type("VARIANT", None, 0),
    Type("UINT32", "int32", 32, "I"), Type("UINT16", "int16", 16, "H"), Type("INT4", "int4", 4),
    Type("BFLOAT16", "bf16", 16), Type("INT2", None, 2), Type("UINT4", "int4", 4),
)  # fmt: skip

UNKNOWN = Type("unknown", None, 0)
FLOATS = ("FLOAT32", "FLOAT16", "BFLOAT16", "FLOAT64")
IDS = ("INT32", "INT64", "UINT32")
"""Types of which indices are."""
