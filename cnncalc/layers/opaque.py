"""A layer that the language cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Everything, TransposedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import AMOUNT, PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, per_axis
from cnncalc.layers.base.shape_key import SHAPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.layers.base.kernels import Kernel


class Opaque(Layer):
    """Stands for any layer, known only by what is stated; what is not stated is unknown.

    Output: the shape stated.
    Weights: `params` in all, and `buffers`; unknown unless stated.
    MACs: as stated, else unknown; other arithmetic is always unknown.
    Window: `receptive_field` elements of the input per axis, spread evenly over it; everything
    unless stated.
    """

    operands = (1, None)
    saves = None
    kernels = ("params",)
    example = "- opaque: {output: {features: 10}, params: 5130, macs: 5120}"

    output: Shape = key(SHAPE, help="its shape")
    params: int | None = key(AMOUNT, None, help="learnable weights; unknown unless stated")
    buffers: int | None = key(AMOUNT, None, help="stored but not learnt; unknown unless stated")
    macs: int | None = key(AMOUNT, None, help="multiply-accumulates; unknown unless stated")
    receptive_field: PerAxis | None = key(
        PER_AXIS, None, help="how many inputs an output reads along each axis"
    )

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        return Facts(
            self.output._replace(copies=x.copies),
            windows=self._windows(x),
            weights=None if self.params is None else {"params": (self.params,)},
            buffers=None if self.buffers is None else {"buffers": (self.buffers,)},
            macs=self.macs,
            work=None,
        )

    def matrices(self, weights: Mapping[str, tuple[int, ...]]) -> dict[str, Kernel]:
        """Raises Refusal: nobody knows what the weights are."""
        raise Refusal("E303", "nothing is known of the weights of `opaque`: they cannot be normalised",
                      help="count in its `params` and `buffers` what the normalisation adds",
                      key="layer")  # fmt: skip

    def reads(self, operand: int, inputs: Sequence[Shape], facts: Facts) -> tuple[Axis, ...] | None:
        """As `receptive_field` says of each operand that has as many axes as the output; all of any other."""
        x = inputs[operand]
        if self.receptive_field is not None and x.rank != len(self.output.size):
            return tuple(map(Everything, (1,) * x.rank))
        return self._windows(x)

    def _windows(self, x: Shape) -> tuple[Axis, ...]:
        size = self.output.size
        if self.receptive_field is None:
            targets = size if len(size) == x.rank else (1,) * x.rank
            return tuple(map(Everything, targets))
        if len(size) != x.rank:
            raise Refusal("E302", f"`receptive_field` needs as many axes before as after: the input "
                          f"has {x.rank}, the output {len(size)}", key="receptive_field")  # fmt: skip
        reach = per_axis(self.receptive_field, x.rank, "receptive_field")
        return tuple(map(_window_between, reach, x.size, size))


def _window_between(k: int, n: int, m: int) -> Window | TransposedWindow:
    """A window over `k` of `n` inputs that gives `m` outputs, centred, with the nearest whole step."""
    if m <= n:
        stride = (2 * n + m) // (2 * m)
        total = (m - 1) * stride + k - n
        return Window(k, stride, padding=(total // 2, total - total // 2), rule="stated")
    stride = (2 * m + n) // (2 * n)
    cut = (n - 1) * stride + k * stride - m
    return TransposedWindow(k * stride, stride, padding=(cut // 2, cut - cut // 2), rule="stated")
