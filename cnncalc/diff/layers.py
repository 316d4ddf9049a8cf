"""What the alignment of two networks means for their layers: each change, and what follows from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.diff.align import align
from cnncalc.diff.snapshot import GEOMETRY
from cnncalc.diff.tree import grow_trees

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.diff.align import Alignment
    from cnncalc.diff.snapshot import Row, Snapshot

ADDED, REMOVED, CHANGED, MOVED, RENAMED, AFFECTED = (
    "added", "removed", "changed", "moved", "renamed", "affected",
)  # fmt: skip


class Change(NamedTuple):
    """A layer, `row`, then and now; one of the two is None where it was added or removed.

    `keys` are those that differ, with their values then and now (None where there was no such
    key); `group` is the path of what was added, removed or moved as a whole.
    """

    status: str
    old: Row | None
    new: Row | None
    row: Row
    keys: dict[str, tuple[Any, Any]]
    group: str = ""

    def difference(self, number: str) -> int | None:
        """How much a number has grown; None if it is unknown."""
        then, now = (0 if row is None else row.numbers[number] for row in (self.old, self.new))
        return None if then is None or now is None else now - then


class Layers(NamedTuple):
    """All layers of two networks; those that are equal in everything are only counted.

    `renamed` are paths then and now, `repeated` (path then, path now, times then, times now).
    `labels` are blocks by the paths of their uses, `known` the numbers that both sides have.
    """

    changes: tuple[Change, ...]
    renamed: tuple[tuple[str, str], ...]
    repeated: tuple[tuple[str, str, int, int], ...]
    labels: dict[str, str]
    same: int
    known: frozenset[str]

    @property
    def told(self) -> int:
        """How many layers somebody has changed, names aside."""
        return sum(change.status != AFFECTED for change in self.changes)

    @property
    def differs(self) -> bool:
        """Whether anything is not the same."""
        return bool(self.changes or self.renamed or self.repeated)


def compare(old: Snapshot, new: Snapshot, found: Alignment | None = None) -> Layers:
    """Every layer of two networks; `found` says which is which, if that is known."""
    before, after = old.rows or (), new.rows or ()
    found = found or align(
        grow_trees(before, old.labels, old.given), grow_trees(after, new.labels, new.given)
    )
    wiring = _Wiring(before, after, found)
    changes, same = [], 0
    for one, other in found.pairs:
        change = _compare_pair(one, other, wiring)
        if change is None:
            same += 1
        else:
            changes.append(change)
    changes += [
        Change(ADDED, None, row, row, {}, item.path) for item in found.added for row in item.rows()
    ]
    changes += [
        Change(REMOVED, row, None, row, {}, item.path)
        for item in found.removed
        for row in item.rows()
    ]
    order = _order(before, after, wiring)
    return Layers(
        tuple(sorted(changes, key=lambda change: order[id(change.row)])),
        tuple(found.renamed),
        tuple(found.repeated),
        {**old.labels, **new.labels},
        same,
        frozenset(old.totals.keys() & new.totals.keys()),
    )


def _order(
    before: Sequence[Row], after: Sequence[Row], wiring: _Wiring
) -> dict[int, tuple[int, int]]:
    """The places of all rows in the new network; what was removed is behind what it was behind."""
    places = {row.name: place for place, row in enumerate(after)}
    order = {id(row): (place, -1) for place, row in enumerate(after)}
    last = -1
    for place, row in enumerate(before):
        now = wiring.now.get(row.name)
        if now is not None:
            last = places[now]
        order.setdefault(id(row), (last, place))
    return order


def _compare_pair(one: Row, other: Row, wiring: _Wiring) -> Change | None:
    """What is different of a layer; None if nothing is."""
    keys = _keys(one, other, wiring)
    group = wiring.group(other.name)
    if group and keys.keys() == {"from"}:
        return Change(MOVED, one, other, other, keys, group)
    if keys:
        return Change(CHANGED, one, other, other, keys)
    pairs: list[tuple[Any, Any]] = [
        (one.output, other.output),
        (one.field or None, other.field or None),
    ]
    pairs += [(one.numbers[name], other.numbers[name]) for name in one.numbers]
    if any(then != now and then is not None and now is not None for then, now in pairs):
        return Change(AFFECTED, one, other, other, {})
    return None


def _keys(one: Row, other: Row, wiring: _Wiring) -> dict[str, tuple[Any, Any]]:
    found: dict[str, tuple[Any, Any]] = {}
    if one.op != other.op:
        found["type"] = (one.op, other.op)
    for key in dict.fromkeys((*one.keys, *other.keys)):
        then, now = one.keys.get(key), other.keys.get(key)
        known = one.op == other.op or (key in one.keys and key in other.keys)
        if then != now and (known or key in ("norm", "activation")):
            found[key] = (then, now)
    if one.windows and one.windows == other.windows:
        # Said in other words: `same` and 1, or a stride that is the size anyway.
        found = {key: values for key, values in found.items() if key not in GEOMETRY}
    if (
        "norm" in found
        and None in found["norm"]
        and found.get("bias") in ((True, False), (False, True))
    ):
        # A norm switches the bias off: that goes without saying.
        del found["bias"]
    if one.padding != other.padding and wiring.has_same_input(one, other):
        found["padding"] = (one.padding, other.padding)
    if one.shares and other.shares and wiring.now.get(one.shares) != other.shares:
        found["layer"] = (one.shares, other.shares)
    reads = wiring.reads(one, other)
    if reads is not None:
        found["from"] = reads
    return found


class _Wiring:
    """What reads what, then and now."""

    def __init__(self, old: Sequence[Row], new: Sequence[Row], found: Alignment) -> None:
        self.then = {row.name: row for row in old}
        self.after = {row.name: row for row in new}
        self.now = {one.name: other.name for one, other in found.pairs}
        self._kept = {name: name for name in self.now.values()}
        before = {other.name: one for one, other in found.pairs}
        # What reads the same as before is only written elsewhere.
        self._moved = {
            row.name: item.path
            for _, item in found.moved
            if any(self._reads_otherwise(before.get(row.name), row) for row in item.rows())
            for row in item.rows()
        }

    def group(self, name: str) -> str:
        """The path of what was moved with a layer; empty if it was not."""
        return self._moved.get(name, "")

    def reads(self, one: Row, other: Row) -> tuple[list[str], list[str]] | None:
        """What a layer read and what it reads, if these are not the same or in the same way.

        What was put between two layers, taken away from there or moved changes the wiring of
        neither.
        """
        group = self.group(other.name)
        mine = [self._known_sources(name, self.then, self.now, group) for name in one.inputs]
        theirs = [self._known_sources(name, self.after, self._kept, group) for name in other.inputs]
        if one.in_any_order or other.in_any_order:
            theirs = _in_order_of(mine, theirs)
        if (
            len(mine) == len(theirs)
            and all(a & b for a, b in zip(mine, theirs, strict=True))
            and not (group and self._reads_otherwise(one, other))
        ):
            return None
        return list(one.inputs), list(other.inputs)

    def _reads_otherwise(self, one: Row | None, other: Row) -> bool:
        """Whether what a layer reads is not what it read, or in another order."""
        if one is None:
            return True
        then = [self.now.get(name, name) for name in one.inputs]
        now = list(other.inputs)
        if one.in_any_order:
            then, now = sorted(then), sorted(now)
        return then != now

    def _known_sources(
        self, name: str, rows: Mapping[str, Row], names: Mapping[str, str], group: str
    ) -> frozenset[str]:
        """The layers from which a tensor comes and that are there then and now, in their places.

        `names` are the new ones; of what was moved, only those of the same `group` count.
        """
        found, waiting, seen = set(), [name], {name}
        while waiting:
            here = waiting.pop()
            kept = names.get(here)
            if here not in rows or (kept is not None and self.group(kept) in ("", group)):
                found.add(kept or here)
                continue
            more = [source for source in rows[here].inputs if source not in seen]
            seen.update(more)
            waiting += more
        return frozenset(found)

    def has_same_input(self, one: Row, other: Row) -> bool:
        """Whether a layer is given the same shapes as before."""
        shapes = [[rows[name].output for name in row.inputs if name in rows]
                  for rows, row in ((self.then, one), (self.after, other))]  # fmt: skip
        return shapes[0] == shapes[1]


def _in_order_of(
    mine: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]
) -> list[frozenset[str]]:
    """The second list with each item in the place of one of the first with which it has something in common."""
    left, found = list(theirs), []
    for item in mine:
        at = next((place for place, other in enumerate(left) if item & other), 0)
        found += left[at : at + 1]
        del left[at : at + 1]
    return found + left


def sum_changes(changes: Iterable[Change], number: str) -> int | None:
    """How much a number has grown in several layers together; None if it is unknown of one."""
    total = 0
    for change in changes:
        difference = change.difference(number)
        if difference is None:
            return None
        total += difference
    return total
