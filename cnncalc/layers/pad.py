"""Padding as a layer of its own."""

from __future__ import annotations

from typing import Any

from cnncalc.arithmetic.resampling import Border
from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.margins import SIGNED, Margins
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes, sides


class Pad(Layer):
    """Adds zeros, or the map's own values again, around a map.

    Output: the input's channels; per axis n + before + after; a negative amount cuts off.
    Weights: none.
    MACs: none.
    Window: one element, shifted by what is added before; what is not zero is read again.
    """

    source = "ZeroPadding documentation of Keras, pad documentation of PyTorch"
    example = "- pad: [[0, 1], [0, 1]]"

    amount: Any = key(
        Margins(SIGNED),
        symbol="P",
        help="how much is added to each side",
    )
    mode: str = key(
        Choice("zeros", "reflect", "replicate", "circular"),
        "zeros",
        help="what the added elements hold",
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "pad")
        self.check(x)
        windows = tuple(self._window(n, axis, x.rank) for axis, n in enumerate(x.size))
        return Facts(x._replace(size=output_sizes(windows, x.size)), windows=windows)

    def _window(self, n: int, axis: int, rank: int) -> Window | Border:
        side = sides(self.amount, axis, rank, "amount")
        amount = side if isinstance(side, tuple) else (0, 0)
        most = max(amount)
        left = n + min(amount[0], 0) + min(amount[1], 0)
        # Mirrored and repeated elements may be cut off themselves; zeros and circles need a rest.
        least = {"zeros": 0, "circular": 1}.get(self.mode, left)
        if left < least or n + sum(amount) < 1:
            raise self._impossible(f"nothing is left of an axis of {n} with {list(amount)}")
        if self.mode == "reflect" and most >= n:
            raise self._impossible(f"an axis of {n} reflects at most {n - 1} elements, not {most}")
        if self.mode == "circular" and most > n:
            raise self._impossible(f"an axis of {n} goes round once, {most} are more")
        if self.mode == "zeros":
            return Window(padding=amount, rule="explicit")
        return Border(amount, self.mode)

    def _impossible(self, why: str) -> Refusal:
        return Refusal("E311", f"this padding is not possible: {why}", key="amount", operands=True)
