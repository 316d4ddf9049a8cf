"""Soft shrinkage."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class SoftShrink(Activation):
    """x moved towards 0 by the threshold, 0 where that crosses it."""

    source = "activation documentation of Keras and PyTorch"
    example = "- soft_shrink"

    threshold: float = key(NUMBER, None, help="changes no count")
