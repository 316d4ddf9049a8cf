"""The changes of layers as lines for people: blocks as one, repetitions folded, the rest counted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.diff import words
from cnncalc.diff.layers import ADDED, AFFECTED, CHANGED, MOVED, REMOVED, RENAMED, sum_changes
from cnncalc.tables.columns import show_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.diff.layers import Change, Layers

MARKS = {ADDED: "+", REMOVED: "−", CHANGED: "~", RENAMED: "→", MOVED: "↕", AFFECTED: "·"}


class Line(NamedTuple):
    """A change as it is shown; numbers are differences, None where they are unknown."""

    status: str
    name: str
    what: str
    output: str
    params: int | None
    macs: int | None
    field: str


def lines(found: Layers, depth: int | None = None) -> list[Line]:
    """A line for each change that somebody made, in the order of the new network.

    What follows from a change and is none itself is left out: `affected_layers` tells of it.
    """
    moves: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for then, now in found.renamed:
        moves.setdefault((_NUMBER.sub("*", then), _NUMBER.sub("*", now)), []).append((then, now))
    told = [Line(RENAMED, *_rename(*move), "", 0, 0, "") for move in moves.items()]
    if len(told) > _RENAMES:
        # Of a model file and a spec hardly a name is the same; what has changed is looked for.
        more = Line(
            RENAMED, _layers(len(found.renamed)), f"renamed, such as {told[0].name}", "", 0, 0, ""
        )
        told = [more]
    made = [change for change in found.changes if change.status != AFFECTED]
    groups: dict[tuple[str, str, str], list[Change]] = {}
    # Where nobody changed a layer (but the dialect), what came of it is all there is to tell.
    for change in made if made or told else found.changes:
        groups.setdefault(_heading(change, found, depth), []).append(change)
    for (status, name, what), changes in groups.items():
        told.append(_line(status, name, what, changes, found))
    return told


_RENAMES = 20
"""So many names that are others are told one by one."""


def affected_layers(found: Layers) -> list[Change]:
    """The changes that nobody made: shapes and numbers that follow from others."""
    return [change for change in found.changes if change.status == AFFECTED]


def _rename(pattern: tuple[str, str], moves: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """One rename, or several that are alike but for the numbers of repetitions."""
    then, now = moves[0] if len(moves) == 1 else pattern
    times = f" ×{len(moves)}" if len(moves) > 1 else ""
    if not then:
        return f"{now}{times}", "layers put into a group"
    if not now:
        return f"{then}{times}", "layers taken out of the group"
    return f"{then} → {now}{times}", "renamed"


_NUMBER = re.compile(r"(?<=\.)\d+(?=\.|$)")


def _heading(change: Change, found: Layers, depth: int | None) -> tuple[str, str, str]:
    """What a change is shown under; those with the same heading share a line."""
    name = change.row.name
    if depth is not None and name.count(".") >= depth:
        above = ".".join(name.split(".")[:depth])
        return CHANGED, above, ""
    if change.status in (ADDED, REMOVED):
        for then, now, before, after in found.repeated:
            path = now if change.status == ADDED else then
            if change.group.startswith(f"{path}.") and change.group[len(path) + 1 :].isdigit():
                return CHANGED, now, f"repeat {before} → {after}"
        return change.status, _NUMBER.sub("*", change.group), ""
    if change.status == MOVED:
        return MOVED, change.group, ""
    what = ", ".join(words.setting(key, *values) for key, values in change.keys.items())
    return change.status, _NUMBER.sub("*", name), what


def _line(status: str, name: str, what: str, changes: Sequence[Change], found: Layers) -> Line:
    last = changes[-1]
    if status in (ADDED, REMOVED):
        paths = list(dict.fromkeys(change.group for change in changes))
        name = _join_names(name, paths)
        single = len(paths) == len(changes)
        label = last.row.op if single else found.labels.get(paths[0], "")
        what = label if single else f"{label} ({_layers(len(changes))})".strip()
    elif status == MOVED:
        what = f"moved: {words.setting('from', *changes[0].keys['from'])}"
    elif not what:
        what = f"{_layers(len(changes))} {_verb(changes)}"
    else:
        name = _join_names(name, list(dict.fromkeys(change.row.name for change in changes)))
    return Line(
        status,
        name,
        what,
        _output(last),
        sum_changes(changes, "params"),
        sum_changes(changes, "macs"),
        _field(last),
    )


def _verb(changes: Iterable[Change]) -> str:
    """`added`, or `changed` where not all are one of it."""
    kinds = {change.status for change in changes if change.status != AFFECTED} or {AFFECTED}
    return kinds.pop() if len(kinds) == 1 else CHANGED


def _layers(count: int) -> str:
    return "1 layer" if count == 1 else f"{count} layers"


def _join_names(pattern: str, names: Sequence[str]) -> str:
    """One name as it is, several with a star for what is different."""
    if len(names) == 1:
        return names[0]
    return f"{pattern} ×{len(names)}" if "*" in pattern else pattern


def _output(change: Change) -> str:
    """`24×112×112`, then and now if it is another."""
    shapes = [show_shape(row.output) for row in (change.old, change.new) if row is not None]
    return " → ".join(dict.fromkeys(shapes))


def _field(change: Change) -> str:
    """The receptive field over the first input, then and now if it is another."""
    shown = []
    for row in (change.old, change.new):
        sizes = next(iter(row.field.values()), []) if row is not None else []
        if sizes and None not in sizes:
            shown.append(str(sizes[0]) if len(set(sizes)) == 1 else "×".join(map(str, sizes)))
    return " → ".join(dict.fromkeys(shown))
