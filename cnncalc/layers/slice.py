"""Slicing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.cutting import cut
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.named_axes import AXIS, Axis, place
from cnncalc.layers.base.ranges import RANGE, RANGES, within
from cnncalc.layers.base.shape import Shape, a_map, not_tokens, per_axis, with_channels
from cnncalc.layers.base.sliding import output_sizes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Slice(Layer):
    """Keeps a range of the channels, of the positions, or of both; or one of any axis.

    Output: stop − start channels, and stop − start positions per axis, or along `axis`. Indices count from 0,
    negative ones from the end; null is the start or the end.
    Weights: none.
    MACs: none.
    Window: one element, shifted by the start; elementwise if only channels are chosen.
    """

    periodic = "space"
    source = "indexing in NumPy and PyTorch"
    example = "- slice: {channels: [0, 1]}"

    channels: Any = key(RANGE, None, help="[start, stop] of the channels")
    size: Any = key(RANGES, None, help="[start, stop] of all axes, or one each; null keeps an axis")
    axis: Axis | None = key(AXIS, None, help="the axis that `range` is of, by name or number")
    range: Any = key(RANGE, None, help="[start, stop] along `axis`")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal without `channels` and `size`."""
        x = not_tokens(inputs[0], "slice")
        if (self.axis is None) != (self.range is None):
            raise Refusal("E106", "`axis` and `range` belong together",
                          help="- slice: {axis: h, range: [0, 32]}")  # fmt: skip
        if self.axis is not None:
            return cut(x, self.axis, self.range, self.rules)
        if self.channels is None and self.size is None:
            raise Refusal("E106", "`slice` needs `channels` or `size`, or `axis` and `range`",
                          help="- slice: {channels: [0, 32]}")  # fmt: skip
        with_channels(x, "slice by channels or size")
        windows: tuple[Window, ...] = ()
        output = x
        if self.channels is not None:
            start, stop = within(x.channels, self.channels, "channels")
            output = output._replace(channels=stop - start)
        if self.size is not None:
            windows = self._windows(a_map(x, "slice.size"))
            output = output._replace(size=output_sizes(windows, x.size))
        return Facts(output, windows=windows)

    def tells_channels_apart(self, x: Shape) -> bool:
        """Unless some of them are left out."""
        if self.axis is not None:
            return place(x, self.axis, "axis", self.axis_rules) > 0
        return self.channels is None

    def _windows(self, x: Shape) -> tuple[Window, ...]:
        each = self.size if isinstance(self.size[0], tuple) else (self.size,) * x.rank
        ranges: Sequence[Any] = per_axis(each, x.rank, "size")
        places = [within(n, given, "size") for n, given in zip(x.size, ranges, strict=True)]
        return tuple(
            Window(padding=(-start, stop - n), rule="explicit")
            for n, (start, stop) in zip(x.size, places, strict=True)
        )
