"""A description of a network, as importers yield it and Python programs give it, as the tree of a spec.

Each item knows the line of the file that it was made of, so that findings point there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.single import shortest
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from cnncalc.errors import Source
    from cnncalc.importers.base.description import Description


class _Mark(NamedTuple):
    """A place in the file, from 0, as the events of YAML have it; `source` is another file that it is in."""

    line: int
    column: int
    source: Source | None = None


BESIDE = ("cnncalc", "description", "input", "inputs", "expect", "budget", "targets", "model")
"""What a spec beside a model file may say of it."""


def tree(description: Description, beside: Mapping | None = None) -> Mapping:
    """The root of a spec that says the same; what the spec `beside` the file says goes before."""
    top = description.line
    lines = _find_lines(description.text, {top, *(entry.line for entry in description.layers)})
    head: dict[str, Any] = {}
    if description.name:
        head["name"] = description.name
    if description.description:
        head["description"] = description.description
    if description.variables:
        head["vars"] = dict(description.variables)
    if description.dialect:
        head["dialect"] = description.dialect
    one = list(description.inputs) == ["input"]
    head |= {"input": description.inputs["input"]} if one else {"inputs": dict(description.inputs)}
    own = beside.pairs if beside is not None else []
    given = {key.text for key, _ in own}
    if given & {"input", "inputs"}:
        head = {key: value for key, value in head.items() if key not in ("input", "inputs")}
    root = _node({key: value for key, value in head.items() if key not in given}, top, lines)
    items: list[Node] = [
        _node({entry.kind: entry.keys}, entry.line, lines) for entry in description.layers
    ]
    start, end = _marks(top, lines)
    pairs = [*own, *root.pairs, (_word("layers", start, end), Sequence(items, start, end))]
    if description.outputs:
        pairs.append((_word("outputs", start, end), _node(list(description.outputs), top, lines)))
    return Mapping(pairs, start, end)


def place_in(node: Node, source: Source) -> None:
    """Let a node, and all in it, know that they stand in another file."""
    waiting: list[Node] = [node]
    while waiting:
        found = waiting.pop()
        found.start = _Mark(found.start.line, found.start.column, source)
        found.end = _Mark(found.end.line, found.end.column, source)
        if isinstance(found, Mapping):
            waiting += [part for pair in found.pairs for part in pair]
        elif isinstance(found, Sequence):
            waiting += found.items


def _find_lines(text: str, wanted: set[int]) -> dict[int, str]:
    """The lines of these numbers, as far as there are such: a file has many times more."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: dict[int, str] = {}
    start, last = 0, max(wanted)
    for number in range(1, last + 1):
        end = text.find("\n", start)
        if number in wanted:
            found[number] = text[start : end if end >= 0 else None]
        if end < 0:
            break
        start = end + 1
    return found


def _marks(line: int, lines: dict[int, str]) -> tuple[_Mark, _Mark]:
    """Where a line begins and ends, without the spaces around what it says."""
    text = lines.get(line, "")
    first = len(text) - len(text.lstrip())
    return _Mark(line - 1, first), _Mark(line - 1, max(len(text.rstrip()), first + 1))


def _word(text: str, start: _Mark, end: _Mark) -> Scalar:
    return Scalar(text, text, start, end)


def _node(data: Any, line: int, lines: dict[int, str]) -> Any:
    """Plain data as nodes that all stand in one line."""
    return _build(data, *_marks(line, lines))


def _build(value: Any, start: _Mark, end: _Mark) -> Node:
    if isinstance(value, dict):
        pairs: list[tuple[Scalar, Node]] = []
        size = 1
        for key, part in value.items():
            node = _build(part, start, end)
            pairs.append((Scalar(key, key, start, end), node))
            size += 1 + node.size
        mapping = Mapping(pairs, start, end)
        mapping.size = size
        return mapping
    if isinstance(value, list):
        items = [_build(item, start, end) for item in value]
        sequence = Sequence(items, start, end)
        sequence.size = 1 + sum([item.size for item in items])
        return sequence
    if isinstance(value, float):
        # Binary files hold 0.2 as 0.20000000298.
        value = shortest(value)
    return Scalar(value, "" if value is None else str(value), start, end)
