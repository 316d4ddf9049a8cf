"""Positions into channels and back: the two pairs of names are the same two operations."""

from __future__ import annotations

from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.errors import UNSOLVED, Refusal
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import output_sizes


class Shuffle(Layer):
    """Base of the four; each direction has two names, by which frameworks know it."""

    periodic = "space"
    source = "Shi et al. 2016, arXiv:1609.05158; PixelShuffle documentation of PyTorch"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        self.check(a_map(inputs[0], self.kind))
        return self.shuffle(inputs[0])

    def shuffle(self, x: Shape) -> Facts:
        """The facts for a map of as many axes as the framework takes."""
        raise NotImplementedError


class ToSpace(Shuffle):
    """Base of pixel_shuffle and depth_to_space."""

    factor: int = key(COUNT, symbol="r", help="how many times larger each axis becomes")

    def shuffle(self, x: Shape) -> Facts:
        """Channels become positions; raises Refusal if the channels do not divide into cells."""
        factor, cells = self.factor, self.factor**x.rank
        if x.channels % cells:
            raise Refusal("E304", f"{x.channels} channels do not divide into the {cells} of a "
                          f"{'×'.join([str(factor)] * x.rank)} cell",
                          key="factor", operands=True,
                          help=f"give the layer before it a multiple of {cells} channels")  # fmt: skip
        windows = (TransposedWindow(factor, factor),) * x.rank
        return Facts(
            x._replace(channels=x.channels // cells, size=output_sizes(windows, x.size)),
            windows=windows,
        )


class ToDepth(Shuffle):
    """Base of pixel_unshuffle and space_to_depth."""

    factor: int = key(COUNT, symbol="r", help="how many times smaller each axis becomes")

    def shuffle(self, x: Shape) -> Facts:
        """Positions become channels; raises Refusal if the positions do not divide into cells."""
        for n in x.size:
            if n % self.factor:
                help = f"{UNSOLVED}; to keep any size, `pad` it to a multiple of {self.factor}"
                raise Refusal("E311", f"{n} positions do not divide into cells of {self.factor}",
                              key="factor", operands=True, help=help)  # fmt: skip
        windows = (Window(self.factor, self.factor),) * x.rank
        channels = x.channels * self.factor**x.rank
        return Facts(
            x._replace(channels=channels, size=output_sizes(windows, x.size)), windows=windows
        )
