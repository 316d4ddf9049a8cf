"""Multiplicative noise."""

from cnncalc.layers.base.noise import Noise


class GaussianDropout(Noise):
    """Multiplies by noise around 1 while training; the identity at inference."""

    source = "Srivastava et al. 2014, JMLR 15"
    example = "- gaussian_dropout: 0.1"
