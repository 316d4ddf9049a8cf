"""From PyTorch's modules to our words: a table for each family, merged here."""

from __future__ import annotations

from . import axes, built, convolutions, norms, ops, plain, pooling, sequences, shapes, wrappers

TABLE = {
    **axes.TABLE,
    **built.TABLE,
    **convolutions.TABLE,
    **ops.TABLE,
    **pooling.TABLE,
    **shapes.TABLE,
    **norms.TABLE,
    **plain.TABLE,
    **sequences.TABLE,
    **wrappers.TABLE,
}
