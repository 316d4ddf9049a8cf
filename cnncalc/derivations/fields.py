"""How the receptive field of a layer comes about, by the recurrence that computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.fields import slide
from cnncalc.arithmetic.windows import Window
from cnncalc.derivations.tracing import AXES
from cnncalc.fields import working
from cnncalc.working.traced import rename

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.fields.survey import Survey
    from cnncalc.working.steps import Plain


def derive_stack(
    w: Plain, layers: Iterable[tuple[str, Window]], place: str = ""
) -> tuple[Any, Any, Any]:
    """Size, jump and start behind windows one after the other, a step for each; `place` is an axis.

    Numbering starts at 1: `R_0 = 1` and `j_0 = 1` are those of the input, whose start is 0.
    """
    tail = f"_{place}" if place else ""
    start: Any = rename(f"start_0{tail}", 0) if w.wanted else 0
    size: Any = rename(f"R_0{tail}", 1) if w.wanted else 1
    jump: Any = rename(f"j_0{tail}", 1) if w.wanted else 1
    for number, (name, window) in enumerate(layers, 1):
        seen = working.symbols(window, f"_{number}{tail}") if w.wanted else window
        start, size, jump = slide(start, size, jump, seen)
        size = w.let(f"R_{number}{tail}", size, note=name)
        jump = w.let(f"j_{number}{tail}", jump)
        start = w.let(f"start_{number}{tail}", start)
    return size, jump, start


def derive_centre(w: Plain, size: Any, start: Any, place: str = "") -> Any:
    """The centre of what the first unit sees; 0 is the middle of the first element."""
    return w.let(f"centre_{place}" if place else "centre", start + (size - 1) / 2)


def derive_field(w: Plain, survey: Survey, index: int) -> None:
    """The field of a node over every input, from the input on; axes that are alike once."""
    for name, seen in survey.views[index].items():
        known: list[Any] = []
        for axis, view in enumerate(seen):
            made = working.steps(survey.network, survey.views, index, name, axis)
            if (made, view.whole) in known:
                continue
            known.append((made, view.whole))
            several = len({(v.field, v.whole) for v in seen}) > 1
            letter = AXES[len(seen)][axis] if several else ""
            _derive_axis(w, made, letter)
            if view.whole:
                tail = f"_{letter}" if letter else ""
                w.say(f"R{tail}", f"all of {name}, through {view.whole}", "",
                      survey.inputs[name].output.size[axis])  # fmt: skip
    if not survey.views[index]:
        w.say("R", "it sees no map", "", 0)


def _derive_axis(w: Plain, made: Sequence[working.Step], letter: str) -> None:
    """Along one axis: worked where every window slides, told where units do not all see alike."""
    if all(
        step.window is not None and step.before.period == step.after.period == 1 for step in made
    ):
        windows = [(step.node.name, step.window) for step in made if step.window is not None]
        size, _, start = derive_stack(w, windows, letter)
        derive_centre(w, size, start, letter)
        return
    tail = f"_{letter}" if letter else ""
    for number, step in enumerate(made, 1):
        low, high = step.after.sizes
        shown = high if low == high else f"{low} to {high}"
        w.say(f"R_{number}{tail}", "the taps of every output together", "", shown,
              note=f"{step.node.name}; {working.repeats(step.after)}, jump {step.after.stride}")  # fmt: skip


def derive_field_step(w: Plain, survey: Survey, index: int) -> None:
    """What this layer alone makes of the field before it, along each axis that differs."""
    node = survey.network.nodes[index]
    for name, seen in survey.views[index].items():
        before = survey.views[node.inputs[0]].get(name, ()) if len(node.inputs) == 1 else ()
        told: list[Any] = []
        for axis, view in enumerate(seen):
            old = before[axis] if axis < len(before) else None
            same = (old and old.field, view.field, view.whole)
            if same in told:
                continue
            told.append(same)
            several = len({(v.field, v.whole) for v in seen}) > 1
            letter = AXES[len(seen)][axis] if several else ""
            _derive_step(w, node.facts.windows, old, view, letter)


def _derive_step(w: Plain, windows: Sequence[Any], old: Any, view: Any, letter: str) -> None:
    tail = f"_{letter}" if letter else ""
    if view.whole:
        w.say(f"R{tail}", f"all of it, through {view.whole}", "", "all")
        return
    if view.field is None:
        w.say(f"R{tail}", f"not computed: {view.gap}", "", "?")
        return
    along = old.along if old is not None else None
    window = windows[along] if along is not None and along < len(windows) else None
    is_plain = (
        old is not None and old.field is not None and old.field.period == view.field.period == 1
    )
    if is_plain and isinstance(window, Window) and old.field.shift:
        size = w.given(f"R_in{tail}", old.field.size, "what a unit of its input sees")
        jump = w.given(f"j_in{tail}", old.field.shift, "from one unit of its input to the next")
        _, size, jump = slide(0, size, jump, working.symbols(window, tail))
        w.let(f"R{tail}", size, unit="px", kept=True)
        w.let(f"j{tail}", jump, unit="px", kept=True)
        return
    low, high = view.field.sizes
    w.say(f"R{tail}", "", "", high if low == high else f"{low} to {high}",
          unit="px", note=f"jump {view.field.stride}")  # fmt: skip
