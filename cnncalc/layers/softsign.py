"""Softsign."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Softsign(Activation):
    """x / (1 + |x|)."""

    source = "activation documentation of Keras and PyTorch"
    example = "- softsign"
    cost: ClassVar = {"divide": 1}
