"""A layer as the value of a key."""

from __future__ import annotations

from typing import Any

from cnncalc.keys import Kind
from cnncalc.layer import Layer


class LayerKind(Kind):
    """One layer, written as in a layer list; the spec builds it and hands it over."""

    noun = "one layer, such as {conv: {filters: 8, kernel: 3}}"
    takes_layer = True
    """Tells the spec to build the value."""

    def parse(self, value: Any) -> Layer:
        """Takes what is built, and nothing else."""
        if not isinstance(value, Layer):
            raise self._wrong(value)
        return value


LAYER = LayerKind()
