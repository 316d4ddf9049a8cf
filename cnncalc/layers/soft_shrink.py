"""Soft shrinkage."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class SoftShrink(Activation):
    """x moved towards 0 by the threshold, 0 where that crosses it."""

    source = "activation documentation of Keras and PyTorch"
    example = "- soft_shrink"

    threshold: float = key(NUMBER, None, help="changes no count")
