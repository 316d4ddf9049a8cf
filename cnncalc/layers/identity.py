"""Identity."""

from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape


class Identity(Layer):
    """Changes nothing: a placeholder.

    Output: the input as it is; it may be token ids too.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    periodic = "all"
    role = "activation"
    storage = "view"
    source = "Identity documentation of Keras and PyTorch"
    example = "- identity"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return Facts(inputs[0])

    def tells_channels_apart(self, x: Shape) -> bool:
        """Always: each element by itself."""
        return True
