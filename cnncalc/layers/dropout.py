"""Dropout."""

from cnncalc.layers.base.noise import Noise


class Dropout(Noise):
    """Sets elements to zero with probability `rate` while training; the identity at inference."""

    source = "Srivastava et al. 2014, JMLR 15"
    example = "- dropout: 0.1"
