"""The recurrence with its numbers: how the field of a layer grows, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.intervals import slide
from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import SLIDING, Window
from cnncalc.receptive_field.size_free import Reach, operands
from cnncalc.working.traced import expression, rename
from cnncalc.working.writing import write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from cnncalc.arithmetic.intervals import Field
    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.size_free import View, Views
    from cnncalc.working.expressions import Expression


class Step(NamedTuple):
    """One layer on the way: the field before and after it, along one axis, and the jumps of both."""

    node: Node
    before: Field
    after: Field
    axis: Axis | None
    jump: Fraction | None
    further: Fraction | None

    @property
    def window(self) -> Window | None:
        """How it reads the axis, if by a window that slides."""
        return sliding(self.axis)


def sliding(axis: Axis | None) -> Window | None:
    """The window that slides along an axis, if one does, whatever is beyond its borders."""
    if isinstance(axis, Moved):
        axis = axis.window
    return Window(*axis[:6]) if isinstance(axis, SLIDING) else None


class Stop(NamedTuple):
    """One layer on the way to another: its node, what its operand sees, and what it sees."""

    node: int
    before: View
    after: View


def way(
    network: Network,
    found: Sequence[Views],
    index: int,
    source: str,
    axis: int,
    *,
    least: bool = False,
) -> list[Stop]:
    """All layers on the way to node `index`, from the input on.

    At a merge the way goes through the operand that sees most, or that sees `least`.
    """
    made: list[Stop] = []
    reach = Reach(network)
    network = reach.network
    while network.nodes[index].layer is not None:
        node = network.nodes[index]
        # With one operand, the operand's view is the node's.
        seen = operands(reach, node, found) if len(node.inputs) > 1 else [found[index]]
        sizes = [
            view.field.size if source in views and (view := views[source][axis]).field else -1
            for views in seen
        ]
        best = sizes.index(min((n for n in sizes if n >= 0), default=-1) if least else max(sizes))
        before = found[node.inputs[best]].get(source)
        after = seen[best].get(source)
        if before is None or after is None:
            break
        made.append(Stop(index, before[axis], after[axis]))
        index = node.inputs[best]
    return made[::-1]


def steps(
    network: Network,
    found: Sequence[Views],
    index: int,
    source: str,
    axis: int,
    *,
    least: bool = False,
) -> list[Step]:
    """The layers that make the field of node `index`, from the input on; see `way`."""
    made: list[Step] = []
    for at, before, after in way(network, found, index, source, axis, least=least):
        node, old, new = network.nodes[at], before.field, after.field
        if old is not None and new is not None and old is not new and old != new:
            along, windows = before.along, node.facts.windows
            window = windows[along] if isinstance(along, int) and windows else None
            if isinstance(window, Regrouped):
                window = None
            made.append(Step(node, old, new, window, before.stride, after.stride))
    return made


def lines(made: Sequence[Step], source: str) -> list[str]:
    """R = 1 + Σ (F − 1) · ∏ S with the numbers in it, a line for each layer, and the sum."""
    if not made:
        return ["R = 1: the input itself"]
    width = max(len(source), *(len(step.node.name) for step in made))
    text = [f"{source.ljust(width)}  R = 1, jump 1"]
    text += [f"{step.node.name.ljust(width)}  {_line(step)}" for step in made]
    if all(step.window is not None and step.after.period == 1 for step in made):
        text.append(f"{' ' * width}  R = {' + '.join(terms(made))} = {made[-1].after.size}")
    return text


def terms(made: Sequence[Step]) -> list[str]:
    """The 1 of the input and what each window adds to it, equal terms as a multiple."""
    windows = [step for step in made if step.window is not None and step.window.kernel > 1]
    return _group_equal(
        ["1", *(write(derive_step(step)[0].parts[1], values=True) for step in windows)]
    )


def derive_step(step: Step) -> tuple[Expression, Expression]:
    """Size and jump behind a window, as `slide` computes them of those before it."""
    jump = rename("j", int(step.jump or 0))
    found = slide(0, rename("R", step.before.size), jump, symbols(step.window or Window()))
    return expression(found[1]), expression(found[2])


def symbols(window: Window, number: str = "") -> Window:
    """A window with symbols for its numbers; a dilation of 1 has none."""
    return Window(
        kernel=rename(f"F{number}", window.kernel),
        stride=rename(f"S{number}", window.stride),
        dilation=window.dilation if window.dilation == 1 else rename(f"D{number}", window.dilation),
        padding=(rename(f"P{number}", window.padding[0]), window.padding[1]),
    )


def _line(step: Step) -> str:
    jump, new = step.jump, step.further
    before, after = _sizes(step.before), _sizes(step.after)
    window = step.window
    if window is None:
        return f"R = {after}{_jump_text(new)} (the taps of every output, {repeats(step.after)})"
    if step.before.period > 1 or jump is None:
        moved = (
            f", jump {jump}·{window.stride} = {new}"
            if window.stride > 1 and jump
            else _jump_text(new)
        )
        taps = f" ({window.kernel} taps of {before})" if window.kernel > 1 else ""
        return f"R = {after}{moved}{taps}"
    size, further = (write(part, values=True) for part in derive_step(step))
    moved = f", jump {further} = {new}" if window.stride > 1 else f", jump {new}"
    return f"R = {size} = {after}{moved}" if window.kernel > 1 else f"R = {after}{moved}"


def _jump_text(jump: Fraction | None) -> str:
    """How far the next unit is, where that can be said."""
    return "" if jump is None else f", jump {jump}"


def _sizes(field: Field) -> str:
    low, high = field.sizes
    return str(high) if low == high else f"{low}–{high}"


def repeats(field: Field) -> str:
    """Whether all units see alike, or after how many of them the field repeats itself."""
    return "alike" if field.period == 1 else f"repeating after {field.period}"


def _group_equal(terms: Sequence[str]) -> list[str]:
    """Equal terms one after the other as a multiple."""
    found: list[tuple[str, int]] = []
    for term in terms:
        if found and found[-1][0] == term:
            found[-1] = (term, found[-1][1] + 1)
        else:
            found.append((term, 1))
    return [term if times == 1 else f"{times}·{term}" for term, times in found]
