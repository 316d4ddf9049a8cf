"""Squareplus."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Squareplus(Activation):
    """(x + sqrt(x² + b)) / 2."""

    source = "Barron 2021, arXiv:2112.11687"
    example = "- squareplus"
    cost: ClassVar = {"sqrt": 1}

    b: float = key(NUMBER, None, help="changes no count")
