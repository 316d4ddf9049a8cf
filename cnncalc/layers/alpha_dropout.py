"""Dropout that keeps mean and variance."""

from cnncalc.layers.base.noise import Noise


class AlphaDropout(Noise):
    """Sets elements to the least value of selu while training; the identity at inference."""

    source = "Klambauer et al. 2017, arXiv:1706.02515"
    example = "- alpha_dropout: 0.1"
