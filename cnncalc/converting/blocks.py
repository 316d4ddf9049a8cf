"""What recurs in a network: runs of steps that differ in numbers alone become uses of a block.

The run that saves most is taken first, and the search goes on among what is left, uses of blocks
included; so blocks come to stand in blocks. A run has one input, what stands before it, and one output,
its last step: then it can stand anywhere.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from cnncalc.converting.repeats import fold_repeats
from cnncalc.converting.steps import Step
from cnncalc.language.grammar import COMMON
from cnncalc.language.kinds import find_layer
from cnncalc.language.write import Written

LONGEST = 64
"""A block has at most so many items."""
MOST_STEPS = 1500
"""In a network of more steps nothing is looked for."""
MOST_ARGUMENTS = 5
_SCALARS = (int, float, str, bool)


class Block(NamedTuple):
    """A block of the spec: its arguments, and its steps, which refer to each other; -1 is its input."""

    name: str
    args: list[str]
    steps: list[Step]


class _Run(NamedTuple):
    """Runs of `length` steps that begin at `starts` and are alike."""

    length: int
    starts: list[int]
    saves: float


def find_blocks(
    steps: list[Step], kept: set[int]
) -> tuple[list[Step], list[Block], dict[int, int]]:
    """Steps with uses of blocks among them, the blocks, and where the old steps have gone.

    `kept` are steps that something else needs by their name: they stand in no block.
    """
    blocks: list[Block] = []
    moved = {place: place for place in range(len(steps))}
    while len(steps) <= MOST_STEPS:
        steps, now = fold_repeats(steps, kept)
        moved, kept = (
            {old: now[place] for old, place in moved.items()},
            {now[place] for place in kept},
        )
        fill(steps)
        run = _find_best(steps, kept)
        if run is None:
            break
        steps, now = _replace(steps, run, blocks)
        moved, kept = (
            {old: now[place] for old, place in moved.items()},
            {now[place] for place in kept},
        )
    return steps, blocks, moved


def fill(steps: list[Step]) -> None:
    """Give steps of a kind the same keys, so that they can differ in values alone."""
    known: dict[str, dict[str, None]] = {}
    for step in steps:
        known.setdefault(step.kind, {}).update(dict.fromkeys(step.keys))
    for step in steps:
        layer, _ = find_layer(step.kind)
        defaults = {} if layer is None else {n: key.default for n, key in layer.keys.items()}
        for name in known[step.kind]:
            default = 1 if name == "repeat" else defaults.get(name)
            if name not in step.keys and name != "bias" and isinstance(default, _SCALARS):
                step.keys[name] = default


def _find_best(steps: list[Step], kept: set[int]) -> _Run | None:
    """The runs that save most; None if none saves anything."""
    shapes: dict[Any, int] = {}
    alike = [shapes.setdefault(_shape(step, at), len(shapes)) for at, step in enumerate(steps)]
    lowest = [min((*step.refs, *step.extra.values()), default=at) for at, step in enumerate(steps)]
    last = list(range(len(steps)))
    for at, step in enumerate(steps):
        for ref in (*step.refs, *step.extra.values()):
            if ref >= 0:
                last[ref] = max(last[ref], at)
    best: _Run | None = None
    for length in range(1, min(LONGEST, len(steps) // 2) + 1):
        found: dict[tuple[int, ...], list[int]] = {}
        for start in range(len(steps) - length + 1):
            found.setdefault(tuple(alike[start : start + length]), []).append(start)
        for starts in found.values():
            # No more can be saved than if all of them were one use.
            if (len(starts) - 1) * length - 3 <= (best.saves if best else 0):
                continue
            fitting = _apart(
                [s for s in starts if _stands_alone(s, length, lowest, last, kept)], length
            )
            if (len(fitting) - 1) * length - 3 <= (best.saves if best else 0):
                continue
            run = _weigh(steps, length, fitting)
            if run is not None and (best is None or run.saves > best.saves):
                best = run
    return best


def _shape(step: Step, at: int) -> Any:
    """What steps have in common that may be one item of a block: all but numbers and words."""
    fixed = tuple(
        (
            name,
            ""
            if isinstance(value, _SCALARS) and name not in ("norm", "activation")
            else repr(value),
        )
        for name, value in sorted(step.keys.items())
    )
    offsets = (tuple(at - ref for ref in step.refs), *((n, at - r) for n, r in step.extra.items()))
    return step.kind, fixed, offsets


def _stands_alone(
    start: int, length: int, lowest: list[int], last: list[int], kept: set[int]
) -> bool:
    """Whether a run reads what stands before it alone, and nothing but its last step is read elsewhere."""
    end = start + length - 1
    inside = range(start, end)
    return (
        all(low >= start - 1 for low in lowest[start : end + 1])
        and all(last[place] <= end for place in inside)
        and kept.isdisjoint(inside)
    )


def _apart(starts: list[int], length: int) -> list[int]:
    """As many of the runs, from the first on, as do not overlap."""
    found: list[int] = []
    for start in starts:
        if not found or start >= found[-1] + length:
            found.append(start)
    return found


def _weigh(steps: list[Step], length: int, starts: list[int]) -> _Run | None:
    """Runs that save lines if they become a block; None if they do not."""
    if len(starts) < 2 or length == 1:
        return None
    slots = _differences(steps, length, starts)
    groups = _arguments(slots)
    if len(groups) > MOST_ARGUMENTS:
        return None
    uses = len(starts) - sum(
        two == one + length and all(row[at] == row[at + 1] for row in slots.values())
        for at, (one, two) in enumerate(pairwise(starts))
    )
    saves = len(starts) * length - length - uses - 2 - len(groups)
    # What stands behind a layer stands behind it in the block, too.
    layer, _ = find_layer(steps[starts[0]].kind)
    return _Run(length, starts, saves - 0.5 * bool(layer and layer.role)) if saves > 0 else None


_ARGUMENTS = {name: f"{name}_of_it" for name in COMMON} | {"repeat": "n"}
"""What arguments are called that stand for keys which every layer has."""

Slot = tuple[int, str]
"""A key of a step of a block."""


def _differences(steps: list[Step], length: int, starts: list[int]) -> dict[Slot, tuple[Any, ...]]:
    """The keys in which the runs differ, and their values."""
    found: dict[Slot, tuple[Any, ...]] = {}
    for offset in range(length):
        for name in steps[starts[0] + offset].keys:
            values = tuple(steps[start + offset].keys[name] for start in starts)
            if any(value != values[0] or type(value) is not type(values[0]) for value in values):
                found[offset, name] = values
    return found


def _arguments(slots: dict[Slot, tuple[Any, ...]]) -> dict[tuple[Any, ...], str]:
    """An argument for each row of values that is not the multiple of another."""
    found: dict[tuple[Any, ...], str] = {}
    used: set[str] = set()
    for (_, name), values in sorted(slots.items(), key=lambda slot: _rank(slot[1])):
        if values in found or _factor(values, found) is not None:
            continue
        plain = _ARGUMENTS.get(name, name)
        word, number = plain, 1
        while word in used:
            number += 1
            word = f"{plain}{number}"
        used.add(word)
        found[values] = word
    return found


def _rank(values: tuple[Any, ...]) -> tuple[int, int]:
    """Small numbers first, for others may be their multiples."""
    whole = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    return (0, sum(values)) if whole else (1, 0)


def _factor(values: tuple[Any, ...], known: dict[tuple[Any, ...], str]) -> tuple[int, str] | None:
    """How many times the values of an argument these are."""
    if _rank(values)[0]:
        return None
    for row, word in known.items():
        if not _rank(row)[0] and row[0] > 1 and values[0] % row[0] == 0:
            times = values[0] // row[0]
            if times > 1 and all(
                value == times * base for value, base in zip(values, row, strict=True)
            ):
                return times, word
    return None


def _replace(
    steps: list[Step], run: _Run, blocks: list[Block]
) -> tuple[list[Step], dict[int, int]]:
    """The steps with uses of a new block in the place of the runs, and where each step has gone."""
    length, starts = run.length, run.starts
    slots = _differences(steps, length, starts)
    groups = _arguments(slots)
    body = []
    for offset in range(length):
        step = steps[starts[0] + offset]
        keys = dict(step.keys)
        for name in keys:
            if (offset, name) in slots:
                keys[name] = _expression(slots[offset, name], groups)
        inner = Step(step.kind, keys, [ref - starts[0] for ref in step.refs], step.names)
        inner.extra = {name: ref - starts[0] for name, ref in step.extra.items()}
        body.append(inner)
    name = f"Block{len(blocks) + 1}"
    blocks.append(Block(name, list(groups.values()), body))
    made: list[Step] = []
    now: dict[int, int] = {}
    for at, step in enumerate(steps):
        start = next((s for s in starts if s <= at < s + length), None)
        if start is None:
            now[at] = len(made)
            made.append(step)
        elif at == start + length - 1:
            number = starts.index(start)
            keys = {word: values[number] for values, word in groups.items()}
            names = [n for inside in steps[start : at + 1] for n in inside.names]
            now.update(dict.fromkeys(range(start, at + 1), len(made)))
            made.append(Step(name, keys, [start - 1], names))
    for step in made:
        step.refs = [now.get(ref, ref) for ref in step.refs]
        step.extra = {name: now.get(ref, ref) for name, ref in step.extra.items()}
    return made, now


class Expression(Written):
    """A value that is computed: `$filters`, `$(4*filters)`."""

    __slots__ = ()


def _expression(values: tuple[Any, ...], groups: dict[tuple[Any, ...], str]) -> Expression:
    if values in groups:
        return Expression(f"${groups[values]}")
    factor = _factor(values, groups)
    if factor is None:
        raise AssertionError(values)
    return Expression(f"$({factor[0]}*{factor[1]})")
