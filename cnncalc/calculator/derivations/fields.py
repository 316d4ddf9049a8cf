"""How the receptive field of a layer comes about, by the recurrence that computes it."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.arithmetic.intervals import slide
from cnncalc.arithmetic.windows import TransposedWindow
from cnncalc.calculator.derivations.tracing import AXES
from cnncalc.receptive_field import describe, recurrence
from cnncalc.working.notation import show_number
from cnncalc.working.traced import rename

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.arithmetic.intervals import Field
    from cnncalc.arithmetic.windows import Window
    from cnncalc.receptive_field.survey import Survey
    from cnncalc.working.steps import Plain


def derive_stack(
    w: Plain, layers: Iterable[tuple[str, Window]], place: str = ""
) -> tuple[Any, Any, Any]:
    """Size, jump and start behind windows one after the other, a step for each; `place` is an axis.

    Numbering starts at 1: `R_0 = 1` and `j_0 = 1` are those of the input, whose start is 0.
    """
    tail = f"_{place}" if place else ""
    start: Any = w.add_given(f"start_0{tail}", 0, "where it starts")
    size: Any = w.add_given(f"R_0{tail}", 1, "an element of the input sees itself")
    jump: Any = w.add_given(f"j_0{tail}", 1, "and the next one is beside it")
    for number, (name, window) in enumerate(layers, 1):
        end = f"_{number}{tail}"
        seen = recurrence.symbols(window, end) if w.wanted else window
        start, size, jump = slide(start, size, jump, seen)
        size = w.let(
            f"R{end}",
            size,
            note=f"{name}: {_list_numbers(window, end)}" if w.wanted else "",
            kept=True,
        )
        jump = w.let(f"j{end}", jump, kept=True)
        start = w.let(f"start{end}", start, kept=True)
    return size, jump, start


def _list_numbers(window: Window, end: str) -> str:
    """The numbers of a window under their symbols: `F_1 = 7, S_1 = 2, P_1 = 3`."""
    numbers = {"F": window.kernel, "S": window.stride, "D": window.dilation, "P": window.padding[0]}
    return ", ".join(
        f"{name}{end} = {show_number(n)}" for name, n in numbers.items() if name != "D" or n != 1
    )


def derive_centre(w: Plain, size: Any, start: Any, place: str = "") -> Any:
    """The centre of what the first unit sees; 0 is the middle of the first element."""
    return w.let(f"centre_{place}" if place else "centre", start + (size - 1) / 2)


def derive_field(w: Plain, survey: Survey, index: int) -> None:
    """The field of a node over every input, from the input on; axes that are alike once."""
    for name, seen in survey.views[index].items():
        known: dict[str, str] = {}
        told = describe.axes({name: seen})[name]
        several = len({str(one) for one in told}) > 1
        for axis in range(len(seen)):
            made = recurrence.steps(survey.network, survey.views, index, name, axis)
            row = Row(survey, index, name, axis, AXES[len(seen)][axis] if several else "")
            same = known.setdefault(str((made, told[axis])), row.letter)
            if same == row.letter and (several or not axis):
                row.derive(w, made)
            elif several:
                w.remark(f"along {row.letter} all is as along {same}")
        if seen:
            _derive_share(w, survey, index, name)
    if not survey.views[index]:
        w.say("field", "", "", 0, unit="px", note="it sees no map")


class Row:
    """The numbers of the row of a layer along one axis of an input."""

    def __init__(self, survey: Survey, index: int, source: str, axis: int, letter: str) -> None:
        """`letter` tells the axis from others; it is empty where all are alike."""
        self.survey = survey
        self.place = index, source, axis
        self.node = survey.network.nodes[index]
        self.view = survey.views[index][source][axis]
        self.letter = letter
        self.tail = f"_{letter}" if letter else ""

    def derive(self, w: Plain, made: Sequence[recurrence.Step]) -> None:
        """Field, jump, centre, the field by the shortest path and the effective one."""
        _, source, axis = self.place
        view, tail = self.view, self.tail
        one = describe.axis(view)
        if view.whole:
            n = self.survey.inputs[source].output.size[axis]
            w.say(
                f"field{tail}",
                f"all {n} of {source}, through {view.whole}",
                "",
                describe.show_size(one),
            )
        elif view.field is None:
            w.say(f"field{tail}", "", "", "?", note="too many units that do not see alike")
        if view.field is None:
            return
        size, start = self._stack(w, made)
        if not view.whole:
            self._size(w, size, made)
        w.say(
            f"jump{tail}", "", "", one["stride"] or "", unit="px", note="to what the next unit sees"
        )
        if start is not None and size == view.field.size:
            derive_centre(w, size, start, self.letter)
        else:
            w.say(f"centre{tail}", "", "", one["offset"] or "", note="of what the first unit sees")
        self._shortest(w)
        self._effective(w)

    def _stack(self, w: Plain, made: Sequence[recurrence.Step]) -> tuple[Any, Any]:
        """Size and start, worked as long as windows slide, told where units do not see alike.

        Both are None behind such units.
        """
        plain = list(takewhile(_is_plain, made))
        windows = [(step.node.name, step.window) for step in plain if step.window is not None]
        size, _, start = derive_stack(w, windows, self.letter)
        for number, step in enumerate(made[len(plain) :], len(plain) + 1):
            _tell_step(w, step, number, self.tail)
        return (size, start) if len(plain) == len(made) else (None, None)

    def _size(self, w: Plain, size: Any, made: Sequence[recurrence.Step]) -> None:
        field = self.view.field
        note = self._why(made)
        if size is not None and field is not None and size == field.size:
            w.let(f"field{self.tail}", size, unit="px", note=note, kept=True, named=False)
        else:
            shown = describe.show_size(describe.axis(self.view))
            w.say(f"field{self.tail}", "", "", int(shown) if shown.isdecimal() else shown, unit="px",
                  note=note or _paths(made, field))  # fmt: skip

    def _why(self, made: Sequence[recurrence.Step]) -> str:
        """Why a layer changes nothing, if it does not."""
        node = self.node
        if made and made[-1].node is node:
            return ""
        if len(node.inputs) > 1:
            through = made[-1].node.name if made else "the input"
            return f"{node.name} adds nothing: its widest operand sees so much, through {through}"
        reads = (
            "one element for each of its own" if node.facts.windows else "each element by itself"
        )
        return f"unchanged: {node.name} reads {reads}"

    def _shortest(self, w: Plain) -> None:
        """What is seen along the path that sees least."""
        index, source, axis = self.place
        least = self.survey.shortest[index][source][axis].field
        if least is None:
            return
        if self.view.field is not None and least.size == self.view.field.size:
            w.say(f"shortest{self.tail}", "", "", least.size, unit="px", note="no path sees less")
            return
        made = recurrence.steps(
            self.survey.network, self.survey.shortest, index, source, axis, least=True
        )
        if all(map(_is_plain, made)):
            formula, text = "1 + Σ (F − 1)·D·j", " + ".join(recurrence.terms(made))
            adds = [step for step in made if step.window and step.window.kernel > 1]
        else:
            adds = [step for step in made if step.after.size != step.before.size]
            more = (str(step.after.size - step.before.size) for step in adds)
            formula, text = "1 + what each layer on the path adds", " + ".join(["1", *more])
        names = [step.node.name for step in adds]
        others = f" and {len(names) - 4} more" if len(names) > 4 else ""
        note = f"the path through {', '.join(names[:4])}{others}"
        w.say(f"shortest{self.tail}", formula, text, least.size, unit="px",
              note=note if adds else "a path has no window")  # fmt: skip

    def _effective(self, w: Plain) -> None:
        """The width that holds most of the influence where all weights are equal."""
        index, source, axis = self.place
        spread = self.survey.spreads[index][source][axis]
        if spread is None or self.view.field is None:
            return
        variance = w.add_given(f"Var{self.tail}", spread.variance,
                           "variance of the place that influences a unit, all weights equal")  # fmt: skip
        width = spread._replace(variance=variance).width(
            rename(f"field{self.tail}", float(self.view.field.size))
        )
        w.let(f"effective{self.tail}", width, unit="px", kept=True,
              note="4σ hold about 95 %")  # fmt: skip


def _paths(made: Sequence[recurrence.Step], field: Field | None) -> str:
    alone = made[-1].after if made else None
    return (
        "" if alone == field else "through all paths together, from the first element to the last"
    )


def _is_plain(step: recurrence.Step) -> bool:
    return step.window is not None and step.before.period == step.after.period == 1


def _tell_step(w: Plain, step: recurrence.Step, number: int, tail: str) -> None:
    """A layer whose units do not all see alike, or that comes behind such a one."""
    low, high = step.after.sizes
    shown = high if low == high else f"{low} to {high}"
    formula, substituted = "the taps of every output together", ""
    note = f"{step.node.name}; {recurrence.repeats(step.after)}, jump {step.after.stride}"
    before = f"_{number - 1}{tail}"
    if spread := _spread(step.axis, step.before, high, before):
        formula, substituted, told = spread
        note += told
    w.say(f"R_{number}{tail}", formula, substituted, shown, note=note)


def _spread(axis: Any, before: Field, size: int, tail: str) -> tuple[str, str, str] | None:
    """Formula, the same with its numbers, and a note of a field behind a transposed convolution.

    None where its units do not see as many inputs as strides fit into the kernel.
    """
    jump = before.shift
    if not isinstance(axis, TransposedWindow) or before.period > 1 or not jump or axis.dilation > 1:
        return None
    if before.size + (-(-axis.kernel // axis.stride) - 1) * jump != size:
        return None
    return (
        f"R{tail} + (⌈F / S⌉ − 1)·j{tail}",
        f"{before.size} + (⌈{axis.kernel} / {axis.stride}⌉ − 1)·{jump}",
        f" = j{tail} / S; F = {axis.kernel}, S = {axis.stride}; some units are reached by fewer",
    )


def _derive_share(w: Plain, survey: Survey, index: int, name: str) -> None:
    """How much of its field a unit reads."""
    share = survey.shares[index].get(name)
    if share is None:
        return
    shown = quantity.share(share.numerator, share.denominator)
    if share == 1:
        w.say("seen %", "", "", shown, unit="%", note="the field has no holes")
        return
    text = f"{show_number(share.numerator)} / {show_number(share.denominator)}"
    w.say("seen %", "elements read / elements of the field", text, shown, unit="%",
          note="in lowest terms; the others are holes")  # fmt: skip


def derive_field_step(w: Plain, survey: Survey, index: int) -> None:
    """What this layer alone makes of the field before it, along each axis that differs."""
    node = survey.read.nodes[index]
    for name, seen in survey.views[index].items():
        before = survey.views[node.inputs[0]].get(name, ()) if len(node.inputs) == 1 else ()
        old = [before[axis] if axis < len(before) else None for axis in range(len(seen))]
        # Axes that come to the same field from different ones are different, too.
        ways = [
            (one and one.field, view.field, view.whole) for one, view in zip(old, seen, strict=True)
        ]
        several = len(set(ways)) > 1
        for axis, view in enumerate(seen):
            if ways[axis] not in ways[:axis]:
                letter = AXES[len(seen)][axis] if several else ""
                _derive_step(w, node.facts.windows, old[axis], view, letter)


_BEFORE = "what a unit of its input sees"
_BESIDE = "from one unit of its input to the next"


def _derive_step(w: Plain, windows: Sequence[Any], old: Any, view: Any, letter: str) -> None:
    tail = f"_{letter}" if letter else ""
    if view.whole:
        w.say(f"R{tail}", f"all of it, through {view.whole}", "", "all")
        return
    if view.field is None:
        w.say(f"R{tail}", f"not computed: {view.gap}", "", "?")
        return
    along = old.along if old is not None else None
    window = windows[along] if isinstance(along, int) and along < len(windows) else None
    is_plain = (
        old is not None and old.field is not None and old.field.period == view.field.period == 1
    )
    slid = recurrence.sliding(window)
    if is_plain and slid is not None and old.field.shift:
        size = w.add_given(f"R_in{tail}", old.field.size, _BEFORE)
        jump = w.add_given(f"j_in{tail}", old.field.shift, _BESIDE)
        _, size, jump = slide(0, size, jump, recurrence.symbols(slid, tail))
        w.let(f"R{tail}", size, unit="px", kept=True, note=_list_numbers(slid, tail))
        w.let(f"j{tail}", jump, unit="px", kept=True)
        return
    low, high = view.field.sizes
    formula, substituted, told = "", "", ""
    if old is not None and old.field is not None:
        spread = _spread(window, old.field, high, f"_in{tail}")
        formula, substituted, told = spread or ("", "", "")
        w.add_given(f"R_in{tail}", old.field.size, _BEFORE)
        w.add_given(f"j_in{tail}", old.field.shift, _BESIDE)
    w.say(f"R{tail}", formula, substituted, high if low == high else f"{low} to {high}",
          unit="px", note=f"jump {view.field.stride}{told}")  # fmt: skip
