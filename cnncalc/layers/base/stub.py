"""Stubs: places that are marked, where nothing is computed."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, not_tokens


class QuantisationStub(Layer):
    """Base of quantize and dequantize."""

    periodic = "all"
    storage = "view"
    example = "- quantize\n- conv: {filters: 8, kernel: 3}\n- dequantize"

    scale: float = key(NUMBER, None, help="changes no count")
    zero_point: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """The shape of the input, and nothing else."""
        return Facts(not_tokens(inputs[0], self.kind))
