"""Threshold."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class Threshold(Activation):
    """x where x is above the threshold, `value` elsewhere."""

    source = "activation documentation of Keras and PyTorch"
    example = "- threshold"

    threshold: float = key(NUMBER, None, help="changes no count")
    value: float = key(NUMBER, None, help="changes no count")
