"""Absolute value."""

from __future__ import annotations

from cnncalc.layers.base.layer import Activation


class Abs(Activation):
    """The value without its sign; of a difference, its size.

    Output: the input's shape.
    Weights: none.
    MACs: none; a comparison per element.
    Window: elementwise.
    """

    source = (
        "Koch et al. 2015, Siamese Neural Networks for One-shot Image Recognition (L1 distance)"
    )
    example = "- abs"
