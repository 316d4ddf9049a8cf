"""Exponential."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Exponential(Activation):
    """exp(x)."""

    saves = ("output",)
    source = "activation documentation of Keras"
    example = "- exponential"
    cost: ClassVar = {"exp": 1}
