"""Gaussian error linear unit."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import FLAG, Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Gelu(Activation):
    """x · Φ(x), Φ being the normal distribution function."""

    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    example = "- gelu"
    cost: ClassVar = {"erf": 1}

    approximate: str | bool = key(Choice("none", "tanh", other=FLAG), None, help="changes no count")
