"""What differs between the uses of a block, as arguments: few, and called as a person would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.converting.naming import DEPTHWISE, POOLED
from cnncalc.language.grammar import COMMON
from cnncalc.language.write import Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.converting.steps import Step

Row = tuple[Any, ...]
"""The values that a key has in each of the uses."""


class Slot(NamedTuple):
    """A key of a step of a block, or a part of one that is a mapping or a list: the `path` to it."""

    offset: int
    key: str
    path: tuple[str | int, ...] = ()

    def value(self, run: Sequence[Step]) -> Any:
        """What a run has there."""
        found = run[self.offset].keys[self.key]
        for part in self.path:
            found = found[part]
        return found

    def part(self, at: str | int) -> Slot:
        """A part of what is there."""
        return self._replace(path=(*self.path, at))


class Expression(Written):
    """A value that is computed: `$filters`, `$(4*filters)`."""

    __slots__ = ()


class Arguments(NamedTuple):
    """The arguments of a block with their values in each use, and what its keys are in terms of them."""

    values: dict[str, Row]
    keys: dict[Slot, Expression]


def find_arguments(runs: Sequence[Sequence[Step]], channels: Row) -> Arguments:
    """What differs between runs of steps that are otherwise alike; `channels` enter each of them."""
    slots = _differences(runs)
    groups: dict[Row, str] = {}
    keys: dict[Slot, Expression] = {}
    squeezed = _find_squeezed(runs[0])
    for slot, row in sorted(slots.items(), key=lambda pair: _rank(pair[0], pair[1], squeezed)):
        is_part = slot.offset in squeezed or slot.key == _SQUEEZE
        expands = _kind_behind(slot, runs) == DEPTHWISE
        # Where an item is repeated, `cin` is what enters the repetition, and not the block.
        again = any(run[slot.offset].keys.get("repeat", 1) != 1 for run in runs)
        entering = () if again else channels
        text = _in_terms(row, groups, entering, expands=expands, is_part=is_part)
        if text is None:
            groups[row] = _name(slot, runs, set(groups.values()), squeezed)
            text = f"${groups[row]}"
        keys[slot] = Expression(text)
    names = sorted(groups.items(), key=lambda pair: _place(pair[1]))
    return Arguments({name: row for row, name in names}, keys)


def _place(name: str) -> tuple[int, str]:
    plain = name.rstrip("0123456789")
    known = _ORDER.index(plain) if plain in _ORDER else len(_ORDER)
    return known + (plain == "n"), name


def _differences(runs: Sequence[Sequence[Step]]) -> dict[Slot, Row]:
    """The keys in which the runs differ, and their values."""
    found: dict[Slot, Row] = {}
    for offset, step in enumerate(runs[0]):
        for key, value in step.keys.items():
            for slot in (Slot(offset, key, path) for path in _paths(key, value)):
                row = tuple(slot.value(run) for run in runs)
                if any(value != row[0] or type(value) is not type(row[0]) for value in row):
                    found[slot] = row
    return found


def _paths(key: str, value: Any) -> Iterable[tuple[str | int, ...]]:
    """The ways to all of a value that may be an argument by itself."""
    parts = parts_of(value) if key not in ROLES else ()
    if not parts:
        yield ()
    for at, inner in parts:
        yield from ((at, *path) for path in _paths("", inner))


def parts_of(value: Any) -> Iterable[tuple[str | int, Any]]:
    """The parts of a mapping or a list, and where they are in it; none of anything else."""
    if isinstance(value, dict):
        return value.items()
    return list(enumerate(value)) if isinstance(value, list) else ()


ROLES = ("norm", "activation")
"""The keys whose values are layers."""


def _find_squeezed(run: Sequence[Step]) -> set[int]:
    """The steps that read no map but what is left of one behind a global pooling."""
    found: set[int] = set()
    first = run[0].refs[0] if run[0].refs else -1
    for offset, step in enumerate(run):
        reads = [ref - first - 1 for ref in step.refs]
        if step.kind in POOLED or (reads and all(ref in found for ref in reads)):
            found.add(offset)
    return found


def _rank(slot: Slot, row: Row, squeezed: set[int]) -> tuple[bool, int, int, bool]:
    """Small numbers first, for others may be their multiples; what is squeezed last, which may be a part.

    Of equal numbers the first gives the name: a dilation, and not the padding that follows it.
    """
    whole = _is_whole(row)
    return (
        slot.offset in squeezed or slot.key == _SQUEEZE,
        0 if whole else 1,
        sum(row) if whole else 0,
        slot.key not in _ORDER,
    )


def _is_whole(row: Row) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) for value in row)


def _in_terms(
    row: Row, known: dict[Row, str], channels: Row, *, expands: bool, is_part: bool
) -> str | None:
    """A row of values in terms of others that are known; None if it must be an argument itself."""
    if row in known:
        return f"${known[row]}"
    if not _is_whole(row):
        return None
    entering = _factor(row, channels)
    if entering is not None and ((entering > 1 and expands) or is_part):
        return f"$({entering}*cin)" if entering > 1 else "$cin"
    for base, name in known.items():
        times = _factor(row, base) if _is_whole(base) else None
        if times is not None and base[0] > 1:
            return f"$({times}*{name})"
    if is_part:
        for base, name in ((channels, "cin"), *known.items()):
            parts = _factor(base, row) if base and _is_whole(base) else None
            if parts is not None:
                return f"$({name}//{parts})"
    return None


def _factor(row: Row, base: Row) -> int | None:
    """How many times the values of another row these are; None if they are no multiples."""
    if not base or not isinstance(base[0], int) or base[0] < 1 or row[0] % base[0]:
        return None
    times: int = row[0] // base[0]
    same = all(value == times * other for value, other in zip(row, base, strict=True))
    return times if same and times > 0 else None


_NAMES = {name: f"{name}_of_it" for name in COMMON} | {"repeat": "n"}
"""What arguments are called that stand for keys which every layer has."""
_LEGAL = re.compile(r"[a-z][a-z_]*\d?[a-z]?(?:_[a-z]+)?").fullmatch
_SAYS_NOTHING = re.compile(
    r"(?:conv|dense|linear|fc|layer|block|features|bn|norm|relu|act|depthwise|depthwise_conv|weight|n|x)?"
    r"(?:[123]d)?_?\d*"
).fullmatch
_WIDTHS = ("filters", "units")
_SQUEEZE = "squeeze"
_ORDER = ("filters", "units", "expand", _SQUEEZE, "kernel", "size", "stride", "dilation")
"""In which order arguments stand; how often something is repeated comes last."""


def _name(slot: Slot, runs: Sequence[Sequence[Step]], used: set[str], squeezed: set[int]) -> str:
    words = [part for part in slot.path if isinstance(part, str)]
    plain = _NAMES.get(slot.key, words[-1] if words else slot.key)
    if slot.key in _WIDTHS and slot.offset in squeezed:
        plain = _SQUEEZE
    elif slot.key in _WIDTHS and _kind_behind(slot, runs) == DEPTHWISE:
        plain = "expand"
    elif slot.key in _WIDTHS and runs[0][-1].kind == "concat":
        # Branches have widths of their own, and none is that of the block.
        behind = _word_for(slot.offset + 1, runs) if slot.offset + 1 < len(runs[0]) else ""
        plain = _word_for(slot.offset, runs) or (f"{behind}_reduce" if behind else plain)
    elif plain in used:
        plain = _word_for(slot.offset, runs) or plain
    name, number = plain, 1
    while name in used or name in ("cin", "i"):
        number += 1
        name = f"{plain}{number}"
    return name


def _kind_behind(slot: Slot, runs: Sequence[Sequence[Step]]) -> str:
    """The kind of the next step of a block; "" of the last."""
    return runs[0][slot.offset + 1].kind if slot.offset + 1 < len(runs[0]) else ""


def _word_for(offset: int, runs: Sequence[Sequence[Step]]) -> str:
    """What the layer is called in all of the runs, if that says something; "" if not."""
    names: Iterable[str] = {run[offset].names[0].rpartition(".")[2] for run in runs}
    [first, *others] = names
    return first if not others and says_something(first) else ""


def says_something(word: str) -> bool:
    """Whether a word of the file is a name that says more than the kind of a layer."""
    return bool(_LEGAL(word)) and not _SAYS_NOTHING(word)
