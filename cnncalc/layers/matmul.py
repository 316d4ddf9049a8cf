"""Matrix product of two tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.windows import Axis, Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Listing
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, place
from cnncalc.layers.base.named_axes import Axis as Along
from cnncalc.layers.base.regrouping import shape_with
from cnncalc.layers.base.shape import Shape, a_map, axes_of, not_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence


class Matmul(Layer):
    """Multiplies two tensors and sums over one axis of each, as for attention by hand.

    `axes` names the two that are summed over and vanish: [c, c] compares all positions with all.
    Output: with `axes`, the axes that remain, those of the first operand before those of the
    second. Channels that remain are the channels, those of the second if both do; else the last
    axis is. Without `axes`, a matrix product of the last two axes, side by side for all before
    them: channels come first in PyTorch, c×l by l×m giving c×m, and last in Keras.
    Weights: none.
    MACs: output elements × the length of the axis that is summed over.
    Window: everything; without `axes`, one element along the axes before the last two.
    """

    operands = (2, 2)
    differs = True
    saves = ("inputs",)
    source = "Dot documentation of Keras; matmul documentation of PyTorch and keras.ops"
    example = (
        "- conv: {filters: 8, kernel: 1}\n- reshape: {to: {channels: 8, size: [-1]}, name: a}\n"
        "- matmul: {from: [a, a], axes: [c, c]}"
    )

    axes: tuple[Along, Along] | None = key(
        Listing(AXIS, length=2), None, help="the axis of each operand that is summed over: [c, l]"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; the windows are those of the first operand.

        Raises Refusal if the operands are of different regions.
        """
        x, y = (not_tokens(operand, "matmul") for operand in inputs)
        if x.copies != y.copies:
            raise Refusal("E306", "cannot multiply tensors of different regions of interest",
                          help="use tensors of the same regions", operands=True)  # fmt: skip
        if x.form != y.form:
            raise Refusal("E306", "cannot multiply a tensor and a map", operands=True,
                          help="`reshape` one of them to the form of the other")  # fmt: skip
        windows: tuple[Axis, ...]
        if x.form:
            return self._of_tensors(x, y)
        if self.axes is not None:
            at = place(x, self.axes[0], "axes", self.rules)
            to = place(y, self.axes[1], "axes", self.rules)
            summed = _equal(axes_of(x)[at], axes_of(y)[to], "axes")
            output = _remaining(x, y, at, to)
            windows = (Everything(),) * x.rank
            if output.rank == x.rank:
                windows = tuple(map(Everything, output.size))
        else:
            last = self.rules.channels_last
            output, summed = _side_by_side(a_map(x, _BARE), a_map(y, _BARE), channels_last=last)
            windows = _beside(x, output, x.rank - 1 if last else x.rank - 2)
        return Facts(output, windows=windows, macs=output.elements * summed)

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """Of the second operand all, but for the axes before the last two, if there are such."""
        if not operand:
            return facts.windows
        y, output = inputs[1], facts.output
        if self.axes is not None:
            return _beside(y, output, 0)
        last = self.rules.channels_last and not y.form
        return _beside(y, output, y.rank - 1 if last else y.rank - 2)

    def _of_tensors(self, x: Shape, y: Shape) -> Facts:
        """Of general tensors: the last two axes, for all before them, unless `axes` says otherwise."""
        if self.axes is not None:
            at = place(x, self.axes[0], "axes", self.rules)
            to = place(y, self.axes[1], "axes", self.rules)
            summed = _equal(x.size[at], y.size[to], "axes")
            size = [*x.size[:at], *x.size[at + 1 :], *y.size[:to], *y.size[to + 1 :]]
            output = shape_with(x, size, None)
            read = [Everything() if i == at else Moved(i - (i > at)) for i in range(x.rank)]
            return Facts(output, windows=tuple(read), macs=output.elements * summed)
        if min(x.rank, y.rank) < 2:
            raise Refusal("E302", "matmul without `axes` multiplies the last two axes of each",
                          help="`unsqueeze` adds an axis of length 1", operands=True)  # fmt: skip
        size, summed = _product(x.size, y.size)
        output = shape_with(x, size, None)
        return Facts(output, windows=_beside(x, output, x.rank - 1), macs=output.elements * summed)


_BARE = "matmul without `axes`"


def _equal(n: int, m: int, key: str = "") -> int:
    if n != m:
        raise Refusal("E311", f"the axes that are summed over differ: {n} ≠ {m}", key=key,
                      operands=True, help="`axes: [l, c]` names the axis of each operand")  # fmt: skip
    return n


def _remaining(x: Shape, y: Shape, at: int, to: int) -> Shape:
    """What is left of `x` without axis `at` and of `y` without axis `to`."""
    size = [n for i, n in enumerate(x.size, start=1) if i != at]
    if at and to:
        size.append(x.channels)
    size += [n for i, n in enumerate(y.size, start=1) if i != to]
    if to:
        channels = y.channels
    elif at:
        channels = x.channels
    else:
        channels = size.pop() if size else 1
    if len(size) > 3:
        raise Refusal("E302", f"the product would have {len(size)} axes besides the channels",
                      operands=True, help="`reshape` the operands: a map has at most three")  # fmt: skip
    return x._replace(channels=channels, size=tuple(size))


def _side_by_side(x: Shape, y: Shape, *, channels_last: bool) -> tuple[Shape, int]:
    """The product of the last two axes for each of those before, and the length summed over."""
    axes, summed = _product(
        *((*z.size, z.channels) if channels_last else axes_of(z) for z in (x, y))
    )
    channels = axes.pop(-1 if channels_last else 0)
    return x._replace(channels=channels, size=tuple(axes)), summed


def _product(x: Sequence[int], y: Sequence[int]) -> tuple[list[int], int]:
    """The axes of the product of two tensors of these axes, and the length summed over."""
    (*before, rows, summed), (*beside, others, columns) = x, y
    _equal(summed, others)
    rank = max(len(before), len(beside))
    pairs = zip(_widen(before, rank), _widen(beside, rank), strict=True)
    return [*(_broadcast_length(n, m) for n, m in pairs), rows, columns], summed


def _widen(axes: list[int], rank: int) -> list[int]:
    return [1] * (rank - len(axes)) + axes


def _broadcast_length(n: int, m: int) -> int:
    """The length of an axis that both have, or that one has and the other only once."""
    if n != m and 1 not in {n, m}:
        raise Refusal("E311", f"the axes before the last two differ: {n} ≠ {m}", operands=True,
                      help="they must be equal, or 1")  # fmt: skip
    return max(n, m)


def _beside(x: Shape, output: Shape, kept: int) -> tuple[Axis, ...]:
    """Windows of an operand whose first `kept` axes stay apart, if the output has as many axes."""
    if output.rank != x.rank:
        return (Everything(),) * x.rank
    return tuple(
        Window() if i < kept and n == m else Everything(m)
        for i, (n, m) in enumerate(zip(x.size, output.size, strict=True))
    )
