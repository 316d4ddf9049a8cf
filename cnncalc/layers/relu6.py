"""Rectified linear unit with a ceiling."""

from cnncalc.layers.base.layer import Activation


class Relu6(Activation):
    """min(max(0, x), 6)."""

    source = "Howard et al. 2017, arXiv:1704.04861"
    example = "- relu6"
