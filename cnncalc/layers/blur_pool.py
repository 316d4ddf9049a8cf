"""Pooling by a fixed blur."""

from __future__ import annotations

from math import prod

from cnncalc.arithmetic.windows import Window
from cnncalc.layers.base.bordering import BORDER, continue_windows
from cnncalc.layers.base.key_types import AMOUNT, COUNT, PER_AXIS, Axes, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import pool_shape
from cnncalc.layers.base.shape import Shape, a_map, per_axis
from cnncalc.layers.base.sliding import too_large


class BlurPool(Layer):
    """Subsamples a map behind a fixed low-pass filter, against aliasing.

    The filter is a row of Pascal's triangle along each axis: 1 2 1 for 3, 1 4 6 4 1 for 5. Behind
    `max_pool: {size: 2, stride: 1}` it makes an anti-aliased max pool.
    Output: the input's channels; per axis ⌊(n + size − 1 − size) / stride⌋ + 1 = ⌈n / stride⌉,
    as ⌊(size − 1) / 2⌋ elements are added before and ⌈(size − 1) / 2⌉ after, unless `padding`
    says how many on each side.
    Weights: none. Buffers: the filter, once for each channel.
    MACs: output elements × ∏ size; positions in the padding count.
    Window: size, stride and padding of each axis.
    """

    periodic = "space"
    source = "Zhang 2019, arXiv:1904.11486; BlurPool2d of timm, BlurPool2D of kornia"
    example = "- blur_pool: {size: 3}"

    size: int = key(
        COUNT,
        3,
        symbol="F",
        also="kernel, kernel_size",
        help="length of the filter, mostly 3, 5 or 7",
    )
    stride: PerAxis = key(PER_AXIS, 2, symbol="S", help="step of the filter")
    padding: PerAxis | None = key(Axes(AMOUNT), None, symbol="P", help="what is added on each side")
    mode: str = key(BORDER, "reflect", help="what is added around the input")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal."""
        x = a_map(inputs[0], "blur_pool")
        less = (self.size - 1) // 2
        sides = [(less, self.size - 1 - less)] * x.rank
        if self.padding is not None:
            sides = [(p, p) for p in per_axis(self.padding, x.rank, "padding")]
        strides = per_axis(self.stride, x.rank, "stride")
        plain = tuple(
            Window(self.size, s, 1, side, rule="explicit")
            for s, side in zip(strides, sides, strict=True)
        )
        for axis, (window, n) in enumerate(zip(plain, x.size, strict=True)):
            if window.positions(n) < 1:
                raise too_large(window, n, axis, x.rank, "size")
        windows = continue_windows(
            plain, x.size, self.mode, "size" if self.padding is None else "padding"
        )
        output = pool_shape(x, windows)
        filters = {"filter": (x.channels, *(self.size for _ in x.size))}
        macs = output.elements * prod(filters["filter"][1:])
        return Facts(output, windows=windows, buffers=filters, macs=macs)
