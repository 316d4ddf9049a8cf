"""Piecewise linear tanh."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class HardTanh(Activation):
    """min(max(−1, x), 1)."""

    source = "activation documentation of Keras and PyTorch"
    example = "- hard_tanh"

    min: float = key(NUMBER, None, help="changes no count")
    max: float = key(NUMBER, None, help="changes no count")
