"""Rectified linear unit."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Relu(Activation):
    """max(0, x)."""

    saves = ("output",)
    source = "Nair & Hinton 2010"
    example = "- relu"

    max_value: float = key(NUMBER, None, help="changes no count")
    slope: float = key(NUMBER, None, help="changes no count")
    threshold: float = key(NUMBER, None, help="changes no count")
