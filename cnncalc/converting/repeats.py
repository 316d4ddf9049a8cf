"""Steps that stand behind each other and are the same become one with `repeat`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncalc.converting.steps import Step


def _once(step: Step) -> dict[str, Any]:
    """The keys of one repetition."""
    return {name: value for name, value in step.keys.items() if name != "repeat"}


def _times(step: Step) -> int:
    """How often a step stands behind itself."""
    times: int = step.keys.get("repeat", 1)
    return times


def find_reused(steps: list[Step]) -> set[int]:
    """The steps whose weights others use: what is used again is one layer, and no block or repetition."""
    return {step.extra["layer"] for step in steps if step.kind == "reuse"}


def fold_repeats(steps: list[Step], kept: set[int]) -> tuple[list[Step], dict[int, int]]:
    """The steps with repetitions folded, and where each has gone.

    What is `kept`, or read by others than the next step, ends a repetition.
    """
    readers: dict[int, set[int]] = {}
    for at, step in enumerate(steps):
        for ref in (*step.refs, *step.extra.values()):
            readers.setdefault(ref, set()).add(at)
    reused = find_reused(steps)
    made: list[Step] = []
    now: dict[int, int] = {}
    for at, step in enumerate(steps):
        before = made[-1] if made else None
        again = (
            before is not None
            and step.kind == before.kind != "reuse"
            and _once(step) == _once(before)
            and step.refs == [at - 1]
            and len(before.refs) == 1
            and not (step.extra or before.extra)
            and readers.get(at - 1) == {at}
            and at - 1 not in kept
            and reused.isdisjoint((at - 1, at))
        )
        if again and before is not None:
            before.keys["repeat"] = _times(before) + _times(step)
            before.names = [*before.names, *step.names]
            before.frames = [*before.frames, *step.frames]
        else:
            made.append(step)
        now[at] = len(made) - 1
    for step in made:
        step.refs = [now.get(ref, ref) for ref in step.refs]
        step.extra = {name: now.get(ref, ref) for name, ref in step.extra.items()}
    return made, now
