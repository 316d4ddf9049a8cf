"""The place where a network is quantised."""

from cnncalc.layers.base.stub import QuantisationStub


class Quantize(QuantisationStub):
    """Marks where numbers become integers of few bits: a stub, which counts nothing.

    `dtype:` of this layer and of those behind it says what the tensors take in memory.
    Output: the shape of the input.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    source = "QuantStub documentation of PyTorch; QuantizeLinear documentation of ONNX"
