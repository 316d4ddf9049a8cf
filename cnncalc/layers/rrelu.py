"""Randomised leaky rectified linear unit."""

from __future__ import annotations

from cnncalc.keys import NUMBER, key
from cnncalc.layer import Activation


class Rrelu(Activation):
    """leaky_relu with a slope drawn while training, and the mean of its range at inference."""

    source = "Xu et al. 2015, arXiv:1505.00853"
    example = "- rrelu"

    lower: float = key(NUMBER, None, help="changes no count")
    upper: float = key(NUMBER, None, help="changes no count")
