"""Piecewise swish."""

from cnncalc.layers.base.layer import Activation


class HardSwish(Activation):
    """x · hard_sigmoid(x)."""

    source = "Howard et al. 2019, arXiv:1905.02244"
    example = "- hard_swish"
