"""The place where a quantised network ends."""

from __future__ import annotations

from cnncalc.layers.base.key_types import NUMBER
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, numbers


class Dequantize(Layer):
    """Marks where integers of few bits become numbers again: a stub, which counts nothing.

    Output: the shape of the input.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    periodic = "all"
    storage = "view"
    source = "DeQuantStub documentation of PyTorch; DequantizeLinear documentation of ONNX"
    example = "- quantize\n- conv: {filters: 8, kernel: 3}\n- dequantize"

    scale: float = key(NUMBER, None, help="changes no count")
    zero_point: float = key(NUMBER, None, help="changes no count")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return Facts(numbers(inputs[0], "dequantize"))
