"""Concatenation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Stretch
from cnncalc.arithmetic.windows import Axis, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, place, window_of
from cnncalc.layers.base.named_axes import Axis as Along
from cnncalc.layers.base.shape import Shape, axes_of, names_of, not_tokens, with_axes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Concat(Layer):
    """Puts the operands one behind the other along the channels or another axis.

    Output: along `axis` the sum of the operands, which must be equal in all else.
    Weights: none.
    MACs: none.
    Window: elementwise along the channels. Along another axis one element of the operand that
    stands there.
    """

    periodic = "all"
    operands = (2, None)
    source = "Concatenate documentation of Keras; cat documentation of PyTorch"
    example = (
        "- conv: {filters: 8, kernel: 1, padding: same, name: a}\n"
        "- conv: {filters: 8, kernel: 3, padding: same}\n- concat: [a, prev]"
    )

    axis: Along = key(AXIS, "channels", help="the axis that grows: channels, or l, h, w or d")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; the windows are those of the first operand."""
        for x in inputs:
            not_tokens(x, "concat")
        first = inputs[0]
        at = place(first, self.axis, "axis", self.rules)
        for x in inputs[1:]:
            _fits(first, x, at)
        total = list(axes_of(first))
        total[at] = sum(axes_of(x)[at] for x in inputs)
        output = with_axes(first, total)
        return Facts(output, windows=self.reads(0, inputs) or ())

    def apply_often(self, shapes: Sequence[Shape], places: Sequence[int]) -> Facts:
        """Equal operands together are one that is as many times as long."""
        times = Counter(places)
        longer = []
        for number, x in enumerate(shapes):
            axes = list(axes_of(x))
            axes[place(x, self.axis, "axis", self.axis_rules)] *= times[number]
            longer.append(with_axes(x, axes))
        return self.apply(*longer)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless it is along them."""
        return place(x, self.axis, "axis", self.axis_rules) > 0

    def reads(
        self, operand: int, inputs: Sequence[Shape], facts: Facts | None = None
    ) -> tuple[Axis, ...]:
        """Its own stretch of the output along `axis`, one element along the others."""
        at = place(inputs[operand], self.axis, "axis", self.axis_rules)
        lengths = [axes_of(other)[at] for other in inputs]
        return _stretch(inputs[operand], at, sum(lengths[:operand]), sum(lengths))

    def reads_of_all(self, inputs: Sequence[Shape], facts: Facts) -> list[tuple[Axis, ...] | None]:
        """The stretches of all operands, their lengths added up once."""
        at = place(inputs[0], self.axis, "axis", self.axis_rules)
        total = sum(axes_of(x)[at] for x in inputs)
        found: list[tuple[Axis, ...] | None] = []
        before = 0
        for x in inputs:
            found.append(_stretch(x, at, before, total))
            before += axes_of(x)[at]
        return found


def _stretch(x: Shape, at: int, before: int, total: int) -> tuple[Axis, ...]:
    """What the output reads of an operand with `before` elements before it along axis `at`."""
    along = window_of(x, at)
    if along is None:
        return ()
    windows: list[Axis] = [Window(rule="explicit")] * x.rank
    windows[along] = Stretch(before, total - before - axes_of(x)[at])
    return tuple(windows)


def _fits(first: Shape, x: Shape, at: int) -> None:
    """Refuses an operand that differs from the first in more than the axis `at`."""
    where = f"cannot concatenate along {_word(names_of(first)[at])}"
    if x.form != first.form:
        raise Refusal("E305", f"{where}: one operand is a tensor, another one is not",
                      help="`reshape` one of them to the form of the other", operands=True)  # fmt: skip
    if x.rank != first.rank:
        raise Refusal("E305", f"{where}: the operands have different numbers of axes",
                      help="`flatten`, pool or `reshape` one of them", operands=True)  # fmt: skip
    if x.copies != first.copies:
        raise Refusal("E305", f"{where}: the numbers of regions of interest differ",
                      help="concatenate tensors of the same regions", operands=True)  # fmt: skip
    triples = zip(names_of(first), axes_of(first), axes_of(x), strict=True)
    differing = [(name, n, m) for i, (name, n, m) in enumerate(triples) if i != at and n != m]
    if differing:
        shown = " and ".join(f"{_word(name)} {n} ≠ {m}" for name, n, m in differing)
        raise Refusal("E305", f"{where}: {shown}", help=_remedy(first, differing[0][0]),
                      operands=True)  # fmt: skip


def _word(name: str) -> str:
    return "channels" if name == "c" else name


def _remedy(first: Shape, name: str) -> str:
    if name == "c":
        return f"give the other {first.channels} channels, by a conv of kernel 1"
    return "`crop`, `pad` or `resize` one of them to the size of the other"
