"""What tanh takes away."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class TanhShrink(Activation):
    """x − tanh(x)."""

    source = "activation documentation of Keras and PyTorch"
    example = "- tanh_shrink"
    cost: ClassVar = {"exp": 1}
