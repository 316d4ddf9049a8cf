"""Softplus."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Activation


class Softplus(Activation):
    """log(1 + exp(x)), a smooth relu."""

    source = "Dugas et al. 2001"
    example = "- softplus"
    cost: ClassVar = {"exp": 1}

    beta: float = key(NUMBER, None, help="changes no count")
    threshold: float = key(NUMBER, None, help="changes no count")
