"""The numbers of the fields of ONNX's messages, for the importer and the exporter.

Source: onnx.proto of ONNX, IR version 13.
"""

from __future__ import annotations


class MODEL:
    """ModelProto."""

    ir_version, producer, producer_version, graph, opset, metadata = 1, 2, 3, 7, 8, 14


class OPSET:
    """OperatorSetIdProto."""

    domain, version = 1, 2


class GRAPH:
    """GraphProto."""

    node, name, weight, doc, input, output, value = 1, 2, 5, 10, 11, 12, 13


class NODE:
    """NodeProto."""

    input, output, name, op, attribute, domain = 1, 2, 3, 4, 5, 7


class ATTRIBUTE:
    """AttributeProto."""

    name, float, int, text, tensor, graph, floats, ints, texts = 1, 2, 3, 4, 5, 6, 7, 8, 9
    type = 20


class TENSOR:
    """TensorProto; `raw` are its numbers in little-endian order."""

    dims, type, floats, int32s, int64s, name, raw = 1, 2, 4, 5, 7, 8, 9
    doubles, uint64s, external, location = 10, 11, 13, 14


class ENTRY:
    """StringStringEntryProto."""

    key, value = 1, 2


class VALUE:
    """ValueInfoProto, and what lies in it: TypeProto, its Tensor, TensorShapeProto, its Dimension."""

    name, type = 1, 2
    tensor = 1
    element, shape = 1, 2
    dim = 1
    length, symbol = 1, 2


FLOAT, INT64, BOOL = 1, 7, 9
"""Types of elements."""

DATA_INPUTS = "cnncalc.data_inputs"
"""Among what is said of a model beside its graph, how many of its inputs are data, where those behind them
are weights that the file does not hold."""
