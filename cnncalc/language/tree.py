"""The tree of a spec: nodes that know where they stand, made of a text or of a model file."""

from __future__ import annotations

from typing import Any

from cnncalc.errors import Span, SpanBeside
from cnncalc.work import LIMITS

DEPTH = LIMITS["levels"].most
NODES = LIMITS["values"].most
BYTES = LIMITS["text"].most

MOST = 200
"""After so many findings the search ends: nobody reads more, and each costs time."""

BROKEN = object()
"""The value of a scalar that is at fault, where that is reported already."""


class Node:
    """A value in the file: `start` and `end` are PyYAML marks, `size` counts nodes below."""

    __slots__ = ("end", "size", "start")
    start: Any
    end: Any
    size: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return span_of(self.start, self.end)


class Scalar(Node):
    """A single value: `value` as Python data, `text` as it is written, quotes removed."""

    __slots__ = ("text", "value")

    def __init__(self, value: Any, text: str, start: Any, end: Any) -> None:
        """See the class."""
        self.value = value
        self.text = text
        self.start = start
        self.end = end
        self.size = 1


class Sequence(Node):
    """A list of nodes."""

    __slots__ = ("items",)

    def __init__(self, items: list[Node], start: Any, end: Any) -> None:
        """See the class."""
        self.items = items
        self.start = start
        self.end = end
        self.size = 1


class Mapping(Node):
    """Pairs of key and value in the order of the file; keys are scalars and differ in text."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[Scalar, Node]], start: Any, end: Any) -> None:
        """See the class."""
        self.pairs = pairs
        self.start = start
        self.end = end
        self.size = 1

    def get(self, key: str) -> Node | None:
        """The value under `key`."""
        return next((value for name, value in self.pairs if name.text == key), None)


def span_of(start: Any, end: Any) -> Span:
    """The stretch between two marks."""
    source = getattr(start, "source", None)
    if source is None:
        return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    span = SpanBeside(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    span.source = source
    return span
