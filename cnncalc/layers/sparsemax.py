"""Sparsemax."""

from cnncalc.layers.base.exponentials import Exponentials
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape


class Sparsemax(Exponentials):
    """max(0, x − τ), with τ such that the outputs along `axis` add up to 1.

    Output: the shape of the input.
    Weights: none.
    MACs: none; for each vector of n elements n·⌈log₂ n⌉ comparisons to sort it and n for the
    maximum, n − 1 additions, n subtractions.
    Window: elementwise over channels; all of `axis` if it is spatial.
    """

    source = "Martins & Astudillo 2016, arXiv:1602.02068"
    example = "- sparsemax"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        vectors, n, windows = self.vectors(x, "sparsemax")
        each = vectors * n
        rounds = (n - 1).bit_length()
        work = {"compare": each * (rounds + 1), "add": each - vectors, "subtract": each}
        return Facts(x, windows=windows, work=work)
