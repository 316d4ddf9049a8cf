"""Continuously differentiable exponential linear unit."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Celu(Activation):
    """max(0, x) + min(0, alpha·(exp(x / alpha) − 1))."""

    saves = ("either",)
    source = "Barron 2017, arXiv:1704.07483"
    example = "- celu"
    cost: ClassVar = {"exp": 1}

    alpha: float = key(NUMBER, None, help="changes no count")
