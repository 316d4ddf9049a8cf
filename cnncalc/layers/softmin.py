"""Softmin."""

from cnncalc.layers.base.exponentials import Exponentials
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape


class Softmin(Exponentials):
    """exp(−x) divided by the sum of all exp(−x) along `axis`.

    Output: the shape of the input.
    Weights: none.
    MACs: none; for each vector of n elements n exponentials, n − 1 additions, n divisions.
    Window: elementwise over channels; all of `axis` if it is spatial.
    """

    source = "Softmin documentation of PyTorch"
    example = "- softmin"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        vectors, n, windows = self.vectors(x, "softmin")
        work = {"exp": vectors * n, "add": vectors * (n - 1), "divide": vectors * n}
        return Facts(x, windows=windows, work=work)
