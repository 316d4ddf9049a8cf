"""Stochastic depth."""

from cnncalc.bases.noise import Noise


class DropPath(Noise):
    """Drops a whole branch with probability `rate` while training; the identity at inference."""

    torch = "torchvision StochasticDepth"
    source = "Huang et al. 2016, arXiv:1603.09382"
    example = "- drop_path: 0.1"
