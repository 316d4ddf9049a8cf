"""Leaky rectified linear unit."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class LeakyRelu(Activation):
    """x where x is positive, slope·x elsewhere."""

    saves = ("either",)
    source = "Maas et al. 2013"
    example = "- leaky_relu: 0.1"

    slope: float = key(NUMBER, None, help="changes no count")
