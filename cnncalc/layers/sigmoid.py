"""Logistic sigmoid."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Sigmoid(Activation):
    """1 / (1 + exp(−x))."""

    saves = ("output",)
    source = "activation documentation of Keras and PyTorch"
    example = "- sigmoid"
    cost: ClassVar = {"exp": 1}
