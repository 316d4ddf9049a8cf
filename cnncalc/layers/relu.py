"""Rectified linear unit."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class Relu(Activation):
    """max(0, x)."""

    saves = ("output",)
    source = "Nair & Hinton 2010"
    example = "- relu"

    max_value: float = key(NUMBER, None, help="changes no count")
    slope: float = key(NUMBER, None, help="changes no count")
    threshold: float = key(NUMBER, None, help="changes no count")
