"""Sparse plus."""

from cnncalc.layers.base.layer import Activation


class SparsePlus(Activation):
    """0 up to −1, (x + 1)² / 4 up to 1, then x."""

    source = "activation documentation of Keras"
    example = "- sparse_plus"
