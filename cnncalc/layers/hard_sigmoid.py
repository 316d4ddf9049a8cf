"""Piecewise linear sigmoid."""

from cnncalc.layers.base.layer import Activation


class HardSigmoid(Activation):
    """min(max(0, x / 6 + 1/2), 1)."""

    source = "activation documentation of Keras and PyTorch"
    example = "- hard_sigmoid"
