"""Leaky rectified linear unit."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class LeakyRelu(Activation):
    """x where x is positive, slope·x elsewhere."""

    saves = ("either",)
    source = "Maas et al. 2013"
    example = "- leaky_relu: 0.1"

    slope: float = key(NUMBER, None, help="changes no count")
