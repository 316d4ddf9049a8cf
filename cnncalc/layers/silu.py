"""Sigmoid linear unit, also called swish."""

from typing import ClassVar

from cnncalc.layers.base.layer import Activation


class Silu(Activation):
    """x · sigmoid(x)."""

    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415; Ramachandran et al. 2017, arXiv:1710.05941"
    example = "- silu"
    cost: ClassVar = {"exp": 1}
