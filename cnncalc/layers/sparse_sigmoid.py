"""Sparse sigmoid."""

from cnncalc.layers.base.layer import Activation


class SparseSigmoid(Activation):
    """0 up to −1, (x + 1) / 2 up to 1, then 1."""

    source = "activation documentation of Keras"
    example = "- sparse_sigmoid"
