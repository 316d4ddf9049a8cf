"""A description of a network, as importers yield it and Python programs give it, as the tree of a spec.

Each item knows the line of the file that it was made of, so that findings point there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.language.compose import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Description


class _Mark(NamedTuple):
    """A place in the file, from 0, as the events of YAML have it."""

    line: int
    column: int


def tree(description: Description) -> Mapping:
    """The root of a spec that says the same."""
    lines = description.text.splitlines()
    top = description.line
    head: dict[str, Any] = {}
    if description.name:
        head["name"] = description.name
    if description.description:
        head["description"] = description.description
    if description.dialect:
        head["dialect"] = description.dialect
    one = list(description.inputs) == ["input"]
    head |= {"input": description.inputs["input"]} if one else {"inputs": dict(description.inputs)}
    root = _node(head, top, lines)
    items: list[Node] = [
        _node({entry.kind: entry.keys}, entry.line, lines) for entry in description.layers
    ]
    start, end = _marks(top, lines)
    pairs = [*root.pairs, (_word("layers", start, end), Sequence(items, start, end))]
    if description.outputs:
        pairs.append((_word("outputs", start, end), _node(list(description.outputs), top, lines)))
    return Mapping(pairs, start, end)


def _marks(line: int, lines: list[str]) -> tuple[_Mark, _Mark]:
    """Where a line begins and ends, without the spaces around what it says."""
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    first = len(text) - len(text.lstrip())
    return _Mark(line - 1, first), _Mark(line - 1, max(len(text.rstrip()), first + 1))


def _word(text: str, start: _Mark, end: _Mark) -> Scalar:
    return Scalar(text, text, start, end)


def _node(data: Any, line: int, lines: list[str]) -> Any:
    """Plain data as nodes that all stand in one line."""
    start, end = _marks(line, lines)

    def build(value: Any) -> Node:
        found: Node
        if isinstance(value, dict):
            found = Mapping(
                [(_word(str(k), start, end), build(v)) for k, v in value.items()], start, end
            )
            found.size = 1 + sum(1 + part.size for _, part in found.pairs)
        elif isinstance(value, list):
            found = Sequence([build(item) for item in value], start, end)
            found.size = 1 + sum(part.size for part in found.items)
        else:
            found = Scalar(value, "" if value is None else str(value), start, end)
        return found

    return build(data)
