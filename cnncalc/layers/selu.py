"""Scaled exponential linear unit."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Selu(Activation):
    """elu with the two constants that keep mean 0 and variance 1."""

    saves = ("either",)
    source = "Klambauer et al. 2017, arXiv:1706.02515"
    example = "- selu"
    cost: ClassVar = {"exp": 1}
