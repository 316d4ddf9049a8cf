"""From Keras' layers to our words: a table for each family, merged here."""

from __future__ import annotations

from . import (
    attention,
    axes,
    convolutions,
    merging,
    norms,
    plain,
    pooling,
    recurrent,
    shapes,
    signals,
)

TABLE = {
    **axes.TABLE,
    **convolutions.TABLE,
    **pooling.TABLE,
    **shapes.TABLE,
    **norms.TABLE,
    **plain.TABLE,
    **merging.TABLE,
    **recurrent.TABLE,
    **attention.TABLE,
    **signals.TABLE,
}
