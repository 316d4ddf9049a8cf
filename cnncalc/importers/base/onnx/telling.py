"""Whether bytes are the beginning of a model of ONNX, which has no magic number.

A file of protobuf is a row of fields, so what tells it is which fields stand there, and what is in them.
Those of Core ML and of TensorFlow begin alike, but with other messages where here are texts.
"""

from __future__ import annotations

_TEXTS = (2, 3, 4, 6)
"""Of a model: who wrote it and with what, the domain, a note."""
_NUMBERS = (1, 5)
"""The version of the format, and that of the model."""
_GRAPH, _OPSET = 7, 8
_MESSAGES = (_GRAPH, _OPSET, 14, 20, 25, 26)
_IN_GRAPH = (1, 2, 5, 10, 11, 12, 13, 14, 15, 16)
_IN_NODE = (1, 2, 3, 4, 5, 6, 7, 8, 9)
_VARINT, _BYTES = 0, 2


def is_model(head: bytes) -> bool:
    """Whether a file that begins so holds a model of ONNX."""
    at, told = 0, 0
    while at < len(head):
        field = _field(head, at)
        if field is None:
            break
        number, form, start, stop = field
        if form == _VARINT:
            fits = number in _NUMBERS
            told += fits
        elif number in _TEXTS:
            fits = form == _BYTES and _is_text(head[start:stop])
        elif number == _GRAPH:
            return form == _BYTES and _is_graph(head[start:stop])
        else:
            fits = form == _BYTES and number in _MESSAGES
            told += number == _OPSET
        if not fits:
            return False
        at = stop
    # All of the beginning are fields of a model, and a text too long for it is none.
    return told > 1


def _is_graph(head: bytes) -> bool:
    """Whether a graph begins so: with a node, or whatever else graphs hold."""
    field = _field(head, 0)
    if field is None or field[0] not in _IN_GRAPH or field[1] != _BYTES:
        return False
    number, _, start, stop = field
    inner = _field(head[start:stop], 0)
    return number != 1 or (inner is not None and inner[0] in _IN_NODE and inner[1] == _BYTES)


def _field(data: bytes, at: int) -> tuple[int, int, int, int] | None:
    """The number and form of a field, and where what is in it begins and ends; None if it is none."""
    key = _varint(data, at)
    if key is None or not key[0] >> 3:
        return None
    number, form, start = key[0] >> 3, key[0] & 7, key[1]
    found = _varint(data, start) if form in (_VARINT, _BYTES) else None
    if found is None:
        return None
    if form == _VARINT:
        return number, form, start, found[1]
    return number, form, found[1], found[1] + found[0]


def _varint(data: bytes, at: int) -> tuple[int, int] | None:
    value = 0
    for shift in range(0, 64, 7):
        if at >= len(data):
            return None
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
    return None


def _is_text(data: bytes) -> bool:
    """Whether it is the text of a field, not a message."""
    try:
        return data.decode().isprintable() or b"\n" in data[1:]
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
