"""Threshold."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Threshold(Activation):
    """x where x is above the threshold, `value` elsewhere."""

    source = "activation documentation of Keras and PyTorch"
    example = "- threshold"

    threshold: float = key(NUMBER, None, help="changes no count")
    value: float = key(NUMBER, None, help="changes no count")
