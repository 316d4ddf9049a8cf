"""Power-average pooling."""

from __future__ import annotations

from cnncalc.layers.base.key_types import FLAG, NUMBER, PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.pooling import pool_shape, reads, stride_of
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import sliding


class LpPool(Layer):
    """The p-norm of each window: p = 1 is a sum, p towards infinity the maximum.

    Output: the input's channels; per axis ⌊(n − size) / stride⌋ + 1. With `ceil`, ⌈…⌉ + 1, less
    a last window that would start beyond the input.
    Weights: none.
    MACs: none; ∏ size operations per output.
    Window: size and stride of each axis.
    """

    periodic = "space"
    saves = ("inputs",)
    source = "LPPool documentation of PyTorch"
    example = "- lp_pool: 2"

    size: PerAxis = key(PER_AXIS, symbol="F", help="window size")
    stride: PerAxis | None = key(
        PER_AXIS, None, symbol="S", help="step of the window; `size` unless given"
    )
    ceil: bool = key(FLAG, False, help="whether a last window that sticks out counts")
    p: float = key(NUMBER, 2, help="the power; changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = a_map(inputs[0], "lp_pool")
        windows = sliding(x, self.size, stride_of(self.size, self.stride), "valid",
                          rules=self.rules, kind="lp_pool", ceil=self.ceil,
                          names=("size", "stride"))  # fmt: skip
        self.check(x.size, windows)
        output = pool_shape(x, windows)
        work = {"power": reads(output, windows)}
        # PyTorch makes it of a power, an average and a root, and keeps what is in between.
        return Facts(output, windows=windows, work=work, saved=x.elements + 4 * output.elements)
