"""What recurs in a network: runs of steps that differ in numbers alone become uses of a block.

The run that saves most is taken first, and the search goes on among what is left, uses of blocks
included; so blocks come to stand in blocks. A run has one input, what stands before it, and one output,
its last step: then it can stand anywhere.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.converting.arguments import ROLES, Slot, find_arguments, parts_of
from cnncalc.converting.naming import count_layers, count_shared, name_block
from cnncalc.converting.repeats import find_reused, fold_repeats
from cnncalc.converting.steps import Step
from cnncalc.language.kinds import find_layer

if TYPE_CHECKING:
    from cnncalc.converting.arguments import Arguments, Row
    from cnncalc.converting.naming import Place

LONGEST = 64
"""A block has at most so many items."""
MOST_STEPS = 1500
"""In a network of more steps nothing is looked for."""
MOST_ARGUMENTS = 7
_SCALARS = (int, float, str, bool)


class Block(NamedTuple):
    """A block of the spec: its arguments with their defaults, and its steps, which refer to each other.

    A default is None where each use must say. -1 is its input.
    """

    name: str
    args: dict[str, Any]
    steps: list[Step]


class _Run(NamedTuple):
    """Runs of `length` steps that begin at `starts` and are alike."""

    length: int
    starts: list[int]
    saves: float


def find_blocks(
    steps: list[Step], kept: set[int], channels: int = 0
) -> tuple[list[Step], list[Block], dict[int, int]]:
    """Steps with uses of blocks among them, the blocks, and where the old steps have gone.

    `kept` are steps that something else needs by their name: they stand in no block. `channels` enter the
    network.
    """
    sizes = count_layers(steps)
    blocks: list[Block] = []
    moved = {place: place for place in range(len(steps))}
    while len(steps) <= MOST_STEPS:
        steps, now = fold_repeats(steps, kept)
        moved, kept = (
            {old: now[place] for old, place in moved.items()},
            {now[place] for place in kept},
        )
        fill(steps)
        run = _find_best(steps, kept, channels)
        if run is None:
            break
        steps, now = _replace(steps, run, blocks, sizes, channels)
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
            # Behind a norm no bias is meant, and it is not said.
            meant = name != "bias" or "norm" not in step.keys
            if name not in step.keys and meant and isinstance(default, _SCALARS):
                step.keys[name] = default


def _find_best(steps: list[Step], kept: set[int], channels: int) -> _Run | None:
    """The runs that save most; None if none saves anything."""
    shapes: dict[Any, int] = {}
    alike = [shapes.setdefault(_shape(step, at), len(shapes)) for at, step in enumerate(steps)]
    lowest = [min((*step.refs, *step.extra.values()), default=at) for at, step in enumerate(steps)]
    last = list(range(len(steps)))
    for at, step in enumerate(steps):
        for ref in (*step.refs, *step.extra.values()):
            if ref >= 0:
                last[ref] = max(last[ref], at)
    shared, reused = _count_shared(steps), find_reused(steps)
    best: _Run | None = None
    for length in range(1, min(LONGEST, len(steps) // 2) + 1):
        found: dict[tuple[int, ...], list[int]] = {}
        for start in range(len(steps) - length + 1):
            found.setdefault(tuple(alike[start : start + length]), []).append(start)
        for starts in found.values():
            # No more can be saved than if all of them were one use.
            if (len(starts) - 1) * length - 3 <= (best.saves if best else 0):
                continue
            alone = [
                s for s in starts
                if _stands_alone(s, length, lowest, last, kept) and s + length - 1 not in reused
            ]  # fmt: skip
            whole = [s for s in alone if _is_whole(s, length, shared)]
            for chosen, worth in (
                ((whole, 1.0), (alone, _CUT)) if whole != alone else ((alone, 1.0),)
            ):
                fitting = _apart(chosen, length)
                if ((len(fitting) - 1) * length - 3) * worth <= (best.saves if best else 0):
                    continue
                run = _weigh_best(steps, length, fitting, channels)
                if run is not None and (best is None or run.saves * worth > best.saves):
                    best = run._replace(saves=run.saves * worth)
    return best


_CUT = 0.4
"""What runs are worth that cut modules of the file in two."""


def _count_shared(steps: list[Step]) -> list[int]:
    """For every step, with how many parts its name begins as that of the step before it does."""
    return [
        count_shared(steps[at - 1].names[-1], step.names[0]) if at else 0
        for at, step in enumerate(steps)
    ]


def _is_whole(start: int, length: int, shared: list[int]) -> bool:
    """Whether a run begins and ends where modules of the file do, as far as names tell."""
    inside = min(shared[start + 1 : start + length], default=0)
    behind = shared[start + length] if start + length < len(shared) else 0
    return max(shared[start], behind) <= inside


def _shape(step: Step, at: int) -> Any:
    """What steps have in common that may be one item of a block: all but numbers and words."""
    fixed = tuple((name, _form(name, value)) for name, value in sorted(step.keys.items()))
    offsets = (tuple(at - ref for ref in step.refs), *((n, at - r) for n, r in step.extra.items()))
    return step.kind, fixed, offsets


def _form(name: str, value: Any) -> Any:
    """What of a value stays the same where it is an argument."""
    if name in ROLES:
        return repr(value)
    if isinstance(value, (dict, list)):
        return tuple((at, _form("", inner)) for at, inner in parts_of(value))
    return "" if isinstance(value, _SCALARS) else repr(value)


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


_ARGUMENT = 0.1
"""An argument of a use is so much of a line."""


def _weigh_best(steps: list[Step], length: int, starts: list[int], channels: int) -> _Run | None:
    """The same without the one or two runs but for which there would be fewer arguments."""
    best = _weigh(steps, length, starts, channels)
    for _ in range(2):
        if best is None or not 2 < len(best.starts) <= _TRIED:
            break
        fewer = (
            _weigh(steps, length, [s for s in best.starts if s != left], channels)
            for left in best.starts
        )
        found = max((run for run in fewer if run), key=lambda run: run.saves, default=None)
        if found is None or found.saves <= best.saves:
            break
        best = found
    return best


_TRIED = 32


def _entering(steps: list[Step], starts: list[int], channels: int) -> tuple[int, ...]:
    """How many channels enter each of the runs; `channels` enter the network."""
    return tuple(steps[start - 1].channels if start else channels for start in starts)


def _weigh(steps: list[Step], length: int, starts: list[int], channels: int) -> _Run | None:
    """Runs that save lines if they become a block; None if they do not."""
    if len(starts) < 2 or length == 1:
        return None
    runs = [steps[start : start + length] for start in starts]
    arguments = find_arguments(runs, _entering(steps, starts, channels))
    given = len(arguments.values)
    if given > MOST_ARGUMENTS:
        return None
    slots = [[slot.value(run) for run in runs] for slot in arguments.keys]
    uses = len(starts) - sum(
        two == one + length and all(row[at] == row[at + 1] for row in slots)
        for at, (one, two) in enumerate(pairwise(starts))
    )
    saves = len(starts) * length - length - uses - 2 - given * (1 + uses * _ARGUMENT)
    # What stands behind a layer stands behind it in the block, too.
    layer, _ = find_layer(steps[starts[0]].kind)
    return _Run(length, starts, saves - 0.5 * bool(layer and layer.role)) if saves > 0 else None


def _usual(row: Row) -> Any:
    """The value that most uses of a block have; None if most differ, or it is a width."""
    value, many = Counter(row).most_common(1)[0]
    is_width = isinstance(value, int) and value >= _WIDE
    return value if many * 2 > len(row) and not is_width else None


_WIDE = 8
"""Numbers from here on are widths, which every use says."""


def _put_in(arguments: Arguments, slot: Slot, value: Any) -> Any:
    """A value, or its parts, in terms of the arguments."""
    if slot in arguments.keys:
        return arguments.keys[slot]
    made = {at: _put_in(arguments, slot.part(at), inner) for at, inner in parts_of(value)}
    return list(made.values()) if isinstance(value, list) else made or value


def _replace(
    steps: list[Step], run: _Run, blocks: list[Block], sizes: Counter[Place], channels: int
) -> tuple[list[Step], dict[int, int]]:
    """The steps with uses of a new block in the place of the runs, and where each step has gone."""
    length, starts = run.length, run.starts
    runs = [steps[start : start + length] for start in starts]
    arguments = find_arguments(runs, _entering(steps, starts, channels))
    body = []
    for offset in range(length):
        step = steps[starts[0] + offset]
        keys = dict(step.keys)
        for name, value in step.keys.items():
            keys[name] = _put_in(arguments, Slot(offset, name), value)
        inner = Step(step.kind, keys, [ref - starts[0] for ref in step.refs], step.names)
        inner.extra = {name: ref - starts[0] for name, ref in step.extra.items()}
        body.append(inner)
    name = name_block(runs, sizes, {block.name for block in blocks})
    usual = {word: _usual(row) for word, row in arguments.values.items()}
    blocks.append(Block(name, usual, body))
    made: list[Step] = []
    now: dict[int, int] = {}
    for at, step in enumerate(steps):
        start = next((s for s in starts if s <= at < s + length), None)
        if start is None:
            now[at] = len(made)
            made.append(step)
        elif at == start + length - 1:
            number = starts.index(start)
            keys = {word: values[number] for word, values in arguments.values.items()}
            names = [n for inside in runs[number] for n in inside.names]
            now.update(dict.fromkeys(range(start, at + 1), len(made)))
            use = Step(name, keys, [start - 1], names)
            use.channels = step.channels
            use.frames = [path for inside in runs[number] for path in inside.frames]
            made.append(use)
    for step in made:
        step.refs = [now.get(ref, ref) for ref in step.refs]
        step.extra = {name: now.get(ref, ref) for name, ref in step.extra.items()}
    return made, now
