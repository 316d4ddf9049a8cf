"""Padding as a layer of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import Refusal
from cnncalc.layers.base.bordering import BORDER, border_axis
from cnncalc.layers.base.key_types import AMOUNT, PER_AXIS, TEXT, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.margins import SIDE, SIGNED, Margins
from cnncalc.layers.base.shape import Shape, a_map, per_axis, with_channels
from cnncalc.layers.base.sliding import output_sizes, sides

if TYPE_CHECKING:
    from cnncalc.arithmetic.resampling import Border
    from cnncalc.arithmetic.windows import Window


class Pad(Layer):
    """Adds zeros, or the map's own values again, around a map; or channels of zeros.

    Output: per axis n + before + after, or the size asked for; a negative amount cuts off. The
    channels are the input's, and what `channels` adds before and after them.
    Weights: none.
    MACs: none.
    Window: one element, shifted by what is added before: the amount, `offset`, or half of what
    is missing, of an odd number the smaller part. What is not zero is read again.
    """

    periodic = "space"
    references = ("like",)
    source = "ZeroPadding documentation of Keras, pad documentation of PyTorch"
    example = "- pad: [[0, 1], [0, 1]]"

    amount: Any = key(Margins(SIGNED), None, symbol="P", help="how much is added to each side")
    mode: str = key(BORDER, "zeros", help="what the added elements hold")
    channels: Any = key(
        SIDE, None, help="channels of zeros that are added: [before, after], or a number for each"
    )
    size: PerAxis | None = key(PER_AXIS, None, help="the size that is reached")
    like: str | None = key(TEXT, None, help="the name of a map whose size is reached")
    offset: PerAxis | None = key(
        Axes(AMOUNT), None, help="what is added before, where `size` or `like` says the size"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; a second input gives its size only."""
        amount = self._amount(inputs[0], inputs[1:])
        x = inputs[0]
        windows: tuple[Window | Border, ...] = ()
        if amount is not None:
            a_map(x, "pad")
            windows = tuple(
                border_axis(n, axis, self.mode, self._key)
                for n, axis in zip(x.size, amount, strict=True)
            )
            x = x._replace(size=output_sizes(windows, x.size))
        if self.channels is not None:
            x = self._wider(with_channels(x, "pad.channels"))
        return Facts(x, windows=windows)

    def _amount(self, x: Shape, like: tuple[Shape, ...]) -> list[tuple[int, int]] | None:
        """What is added (before, after) along each axis; None if nothing is said of that."""
        ways = sum(given is not None for given in (self.amount, self.size, *like))
        if ways > 1 or (not ways and self.channels is None):
            raise Refusal("E106", "`pad` needs one of `amount`, `size` and `like`, or `channels`",
                          help="pad: 1, pad: {like: name} or pad: {channels: [8, 8]}")  # fmt: skip
        if self.offset is not None and (not ways or self.amount is not None):
            raise Refusal("E106", "`offset` goes with `size` or `like`", key="offset")
        if not ways:
            return None
        a_map(x, "pad")
        if self.amount is not None:
            self.check(x)
            given = (sides(self.amount, axis, x.rank, "amount") for axis in range(x.rank))
            return [side if isinstance(side, tuple) else (0, 0) for side in given]
        target = (
            a_map(like[0], "pad.like").size if like else per_axis(self.size or 1, x.rank, "size")
        )
        if len(target) != x.rank:
            raise Refusal("E302", f"`like` has {len(target)} axes, the input has {x.rank}", key="like",
                          operands=True)  # fmt: skip
        rest = [m - n for n, m in zip(x.size, target, strict=True)]
        if self.offset is None:
            return [(r // 2, r - r // 2) for r in rest]
        before = per_axis(self.offset, x.rank, "offset")
        return [(b, r - b) for b, r in zip(before, rest, strict=True)]

    def _wider(self, x: Shape) -> Shape:
        """With channels of zeros around its own."""
        if self.mode != "zeros":
            raise Refusal("E106", f"`mode: {self.mode}` is for sizes: new channels are zeros",
                          key="mode", help="`concat` repeats channels")  # fmt: skip
        before, after = (
            self.channels if isinstance(self.channels, tuple) else (self.channels, self.channels)
        )
        if x.channels + min(before, 0) + min(after, 0) < 0 or x.channels + before + after < 1:
            raise Refusal("E311", f"nothing is left of {x.channels} channels with {[before, after]}",
                          key="channels", operands=True)  # fmt: skip
        return x._replace(channels=x.channels + before + after)

    @property
    def _key(self) -> str:
        """The key that says how much is added."""
        return "amount" if self.amount is not None else "like" if self.size is None else "size"
