"""Randomised leaky rectified linear unit."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Rrelu(Activation):
    """leaky_relu with a slope drawn while training, and the mean of its range at inference."""

    source = "Xu et al. 2015, arXiv:1505.00853"
    example = "- rrelu"

    lower: float = key(NUMBER, None, help="changes no count")
    upper: float = key(NUMBER, None, help="changes no count")
