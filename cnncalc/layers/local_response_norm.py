"""Local response normalisation."""

from __future__ import annotations

from cnncalc.layers.base.key_types import COUNT, NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, with_channels


class LocalResponseNorm(Layer):
    """Divides by a power of the mean square over `size` neighbouring channels.

    Output: the shape of the input.
    Weights: none.
    MACs: none; per element a square, a scaling, `size` additions, a power and a division.
    Window: elementwise: neighbours are channels, not positions.
    """

    periodic = "space"
    saves = ("inputs",)
    source = "Krizhevsky et al. 2012"
    example = "- local_response_norm: 5"

    size: int = key(COUNT, symbol="F", help="how many channels share one sum")
    alpha: float = key(NUMBER, None, help="changes no count")
    beta: float = key(NUMBER, None, help="changes no count")
    k: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = with_channels(inputs[0], "local_response_norm")
        self.check(x)
        n = x.elements
        work = {"multiply": 2 * n, "add": self.size * n, "power": n, "divide": n}
        # PyTorch keeps the squares, padded along the channels, their average and its power.
        padded = n + (self.size - 1) * (n // x.channels)
        return Facts(x, work=work, saved=padded + 2 * n)
