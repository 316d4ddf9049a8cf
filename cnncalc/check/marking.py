"""Whether a file in a folder is a spec: whether `cnncalc` is a key of the mapping that it holds.

Nearly always it is a line of its own, and that is looked for first. What YAML allows besides (braces,
quotes, indentation, other line ends) is found by reading the events of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from cnncalc.language.compose import PARSER
from cnncalc.language.source import Origin, model_beside
from cnncalc.language.tree import BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

KEY = "cnncalc"

_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?cnncalc[ \t]*:", re.MULTILINE)
_SOMEWHERE = re.compile(rb"""(?<![\w.-])(?:cnncalc|"cnncalc"|'cnncalc')[ \t\r\n]*:""")
_CLAIM = re.compile(rb"^(?:expect|budget|targets)[ \t]*:", re.MULTILINE)
_MOST = 4 * BYTES
"""What has more bytes has too many characters to be a spec that is sound."""
_PIECE = 1 << 20
_STARTS = (MappingStartEvent, SequenceStartEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)


def is_spec_file(path: str) -> bool:
    """Whether a file says that it is a spec; raises OSError if it cannot be read."""
    with open(path, "rb") as file:
        data = file.read(_MOST)
        return is_spec(data) or (len(data) == _MOST and _is_marked_behind(file, data[-64:]))


def is_claim_about(path: str) -> bool:
    """Whether a file stands beside the model file that it is called after, and claims something of its network.

    `net.onnx.yaml` has a budget for `net.onnx`, though it may lack `cnncalc: 1`: nobody wants it unjudged.
    Raises OSError if it cannot be read.
    """
    model = model_beside(Origin(path))
    if model is None:
        return False
    from cnncalc.language.importing import importer_for

    if importer_for(model.path) is None:
        return False
    with open(path, "rb") as file:
        return bool(_CLAIM.search(file.read(_MOST)))


def _is_marked_behind(file: BinaryIO, piece: bytes) -> bool:
    """Whether the mark stands further down, in what is too long for a spec."""
    while piece:
        if _SOMEWHERE.search(piece):
            return True
        more = file.read(_PIECE)
        piece = piece[-64:] + more if more else b""
    return False


def is_spec(data: bytes) -> bool:
    """Whether what is in a file says that it is a spec."""
    if _LINE.search(data):
        return True
    # A backslash may write any letter of a key in double quotes.
    if KEY.encode() not in data and b"\\" not in data:
        return False
    try:
        return any(key == KEY for key in _keys(data.decode("utf-8-sig")))
    except (yaml.YAMLError, UnicodeError):
        # A damaged text says nothing for certain. If it looks like a spec, it is a bad one.
        return _SOMEWHERE.search(data) is not None


def _keys(text: str) -> Iterator[str]:
    """The keys of the mappings that the documents of a text are."""
    parser = PARSER(text)
    try:
        yield from _top(parser.get_event)
    finally:
        parser.dispose()


def _top(next_event: Any) -> Iterator[str]:
    anchors: dict[str, str] = {}
    depth, is_mapping, is_key = 0, False, True
    while True:
        event = next_event()
        kind = type(event)
        if kind is StreamEndEvent:
            return
        if kind in _STARTS:
            if depth == 0:
                is_mapping, is_key = kind is MappingStartEvent, True
            depth += 1
            continue
        if kind in _ENDS:
            depth -= 1
        elif kind is ScalarEvent:
            anchors[event.anchor] = event.value
        if depth == 1 and is_mapping:
            if is_key and kind not in _ENDS:
                yield event.value if kind is ScalarEvent else anchors.get(event.anchor, "")
            is_key = not is_key
