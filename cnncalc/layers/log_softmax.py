"""Logarithm of the softmax."""

from cnncalc.layers.base.exponentials import Exponentials
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape


class LogSoftmax(Exponentials):
    """x minus the logarithm of the sum of all exp(x) along `axis`.

    Output: the shape of the input.
    Weights: none.
    MACs: none; for each vector of n elements n exponentials, n − 1 additions, a logarithm,
    n subtractions.
    Window: elementwise over channels; all of `axis` if it is spatial.
    """

    source = "activation documentation of Keras and PyTorch"
    example = "- log_softmax"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        vectors, n, windows = self.vectors(x, "log_softmax")
        each = vectors * n
        work = {"exp": each, "add": each - vectors, "log": vectors, "subtract": each}
        return Facts(x, windows=windows, work=work)
