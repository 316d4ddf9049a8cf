"""Weights as matrices, which is how they are normalised."""

from __future__ import annotations

from typing import NamedTuple


class Kernel(NamedTuple):
    """A weight that a normalisation of weights takes, in the layout of PyTorch.

    `rows` is the axis of the outputs. `last` is the length of the last axis in the layout of Keras,
    which has the channels last. `copies` are the axes along which there are several matrices, such
    as the directions of a recurrent layer.
    """

    shape: tuple[int, ...]
    last: int
    rows: int = 0
    copies: tuple[int, ...] = ()
