"""Positions into channels and back: the two pairs of names are the same two operations."""

from __future__ import annotations

from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.keys import COUNT, key
from cnncalc.layer import Facts, Layer, Shape, a_map, spread


class Shuffle(Layer):
    """Base of the four: the key, and the number of axes PyTorch takes."""

    source = "Shi et al. 2016, arXiv:1609.05158; PixelShuffle documentation of PyTorch"

    def checked(self, x: Shape, what: str) -> Shape:
        """`x` if it is a map of as many axes as the framework takes."""
        self.check(a_map(x, what))
        return x


class ToSpace(Shuffle):
    """Base of pixel_shuffle and depth_to_space."""

    factor: int = key(COUNT, symbol="r", help="how many times larger each axis becomes")

    def to_space(self, x: Shape) -> Facts:
        """Channels become positions."""
        factor, cells = self.factor, self.factor**x.rank
        if x.channels % cells:
            raise Refusal("E304", f"{x.channels} channels do not divide into the {cells} of a "
                          f"{'×'.join([str(factor)] * x.rank)} cell",
                          key="factor", operands=True)  # fmt: skip
        windows = (TransposedWindow(factor, factor),) * x.rank
        return Facts(
            x._replace(channels=x.channels // cells, size=spread(windows, x.size)), windows=windows
        )


class ToDepth(Shuffle):
    """Base of pixel_unshuffle and space_to_depth."""

    factor: int = key(COUNT, symbol="r", help="how many times smaller each axis becomes")

    def to_depth(self, x: Shape) -> Facts:
        """Positions become channels."""
        for n in x.size:
            if n % self.factor:
                raise Refusal("E311", f"{n} positions do not divide into cells of {self.factor}",
                              key="factor", operands=True)  # fmt: skip
        windows = (Window(self.factor, self.factor),) * x.rank
        channels = x.channels * self.factor**x.rank
        return Facts(x._replace(channels=channels, size=spread(windows, x.size)), windows=windows)
