"""From PyTorch's modules to our words: a table for each family, merged here."""

from __future__ import annotations

from . import convolutions, norms, ops, plain, pooling, sequences, shapes, wrappers

TABLE = {
    **convolutions.TABLE,
    **ops.TABLE,
    **pooling.TABLE,
    **shapes.TABLE,
    **norms.TABLE,
    **plain.TABLE,
    **sequences.TABLE,
    **wrappers.TABLE,
}
