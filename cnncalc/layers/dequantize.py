"""The place where a quantised network ends."""

from cnncalc.layers.base.stub import QuantisationStub


class Dequantize(QuantisationStub):
    """Marks where integers of few bits become numbers again: a stub, which counts nothing.

    Output: the shape of the input.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    source = "DeQuantStub documentation of PyTorch; DequantizeLinear documentation of ONNX"
