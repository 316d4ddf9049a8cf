"""What a framework is asked about one axis of a window: the question that its rules answer."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.arithmetic.windows import Window


class Asked(NamedTuple):
    """A convolution, a pool or a transposed convolution along one axis, as somebody wrote it.

    `kind` is a kind of layer, `n` the length of the input, `k`, `s`, `d` are kernel, stride and
    dilation. The padding is a word, `mode`, or without one the `sides` before and after; `single`
    says that one number was written for both. `rounding` is that of the count of windows: `floor`,
    `ceil`, `round`, or empty where nothing was said. `counted` is whether averages count what is
    padded, None where nothing was said. `extra` is the output padding of a transposed convolution,
    `target` the size asked of it. `way` is the operator that was asked, where a framework has
    several for one kind.
    """

    kind: str
    n: int
    k: int = 1
    s: int = 1
    d: int = 1
    mode: str = ""
    sides: tuple[int, int] = (0, 0)
    single: bool = False
    rounding: str = ""
    counted: bool | None = None
    extra: int | None = None
    target: int | None = None
    way: str = ""

    @property
    def extent(self) -> int:
        """The elements from the first tap of the window to its last.

        >>> Asked("conv", 9, 3, d=2).extent
        5
        """
        return (self.k - 1) * self.d + 1

    @property
    def padded(self) -> int:
        """The length with its sides.

        >>> Asked("conv", 9, 3, sides=(1, 2)).padded
        12
        """
        return self.n + self.sides[0] + self.sides[1]

    @property
    def is_pool(self) -> bool:
        """Whether it is a pool."""
        return self.kind in ("max_pool", "avg_pool", "lp_pool")

    def window(self, count: int, before: int) -> Window:
        """The window that stops `count` times and starts `before` elements outside."""
        after = (count - 1) * self.s + self.extent - self.n - before
        return Window(self.k, self.s, self.d, (before, after), rule=self.mode or "explicit")


class Resizing(NamedTuple):
    """A resizing of the axes of a map, `n`: by a factor each, or to a size each.

    `coordinates` is how places are transformed, in the words of ONNX; `part` the stretch that is
    resized where that is said, of 1; `policy` whether proportions are kept: `stretch` if they are
    not, else `not_larger` or `not_smaller` than the sizes. `some` says that the axes were named.
    """

    n: tuple[int, ...]
    scales: tuple[float, ...] | None = None
    sizes: tuple[int, ...] | None = None
    coordinates: str = "half_pixel"
    part: tuple[float, float] = (0, 1)
    policy: str = "stretch"
    some: bool = False
