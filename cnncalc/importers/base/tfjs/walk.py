"""The way through a graph of TensorFlow: maps with their channels last, paddings in pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.onnx.entries import without_usual_axis
from cnncalc.importers.base.onnx.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value

_WINDOWED = ("conv", "depthwise_conv", "conv_transpose", "max_pool", "avg_pool")


class MapWalk(Walk):
    """What has been found so far of a graph."""

    channels_last = True

    def add(
        self,
        node: Node,
        kind: str,
        keys: Data,
        operands: Sequence[Value],
        dims: Dims,
        batch: int | None,
        **more: Any,
    ) -> Value:
        """A layer of the spec. One number as padding means something else in TensorFlow.js."""
        padding = keys.get("padding")
        if kind in _WINDOWED and padding is not None:
            axes = len(dims) - 2
            said = [padding] * axes if isinstance(padding, int) else padding
            pairs = [[n, n] if isinstance(n, int) else n for n in said]
            keys = {**keys, "padding": "same" if isinstance(padding, str) else pairs}
        keys = without_usual_axis(kind, keys, len(dims) - (batch is not None))
        return super().add(node, kind, keys, operands, dims, batch, **more)
