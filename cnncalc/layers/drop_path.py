"""Stochastic depth."""

from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.noise import Noise
from cnncalc.layers.base.shape import Shape, not_tokens


class DropPath(Noise):
    """Drops a whole branch with probability `rate` while training; the identity at inference."""

    saves = ()
    source = "Huang et al. 2016, arXiv:1603.09382"
    example = "- drop_path: 0.1"

    def facts(self, *inputs: Shape) -> Facts:
        """The input's shape; no work at inference. Training keeps one number for each example."""
        x = not_tokens(inputs[0], "drop_path")
        return Facts(x, saved=x.copies)
