"""Exponential linear unit."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Elu(Activation):
    """x where x is positive, alpha·(exp(x) − 1) elsewhere."""

    saves = ("either",)
    source = "Clevert et al. 2015, arXiv:1511.07289"
    example = "- elu"
    cost: ClassVar = {"exp": 1}

    alpha: float = key(NUMBER, None, help="changes no count")
