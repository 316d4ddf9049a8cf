"""Mish."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Mish(Activation):
    """x · tanh(softplus(x))."""

    source = "Misra 2019, arXiv:1908.08681"
    example = "- mish"
    cost: ClassVar = {"exp": 1}
