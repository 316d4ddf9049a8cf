"""Logarithm of the sigmoid."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class LogSigmoid(Activation):
    """log(1 / (1 + exp(−x)))."""

    source = "activation documentation of Keras and PyTorch"
    example = "- log_sigmoid"
    cost: ClassVar = {"exp": 1}
