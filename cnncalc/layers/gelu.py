"""Gaussian error linear unit."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.keys import FLAG, Choice, key
from cnncalc.layer import Activation


class Gelu(Activation):
    """x · Φ(x), Φ being the normal distribution function."""

    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    example = "- gelu"
    cost: ClassVar = {"erf": 1}

    approximate: str | bool = key(Choice("none", "tanh", other=FLAG), None, help="changes no count")
