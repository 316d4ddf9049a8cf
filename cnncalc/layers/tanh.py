"""Hyperbolic tangent."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Tanh(Activation):
    """(exp(x) − exp(−x)) / (exp(x) + exp(−x))."""

    saves = ("output",)
    source = "activation documentation of Keras and PyTorch"
    example = "- tanh"
    cost: ClassVar = {"exp": 1}
