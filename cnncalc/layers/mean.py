"""The mean along some axes."""

from cnncalc.layers.base.reducing import Reduction


class Mean(Reduction):
    """Averages along `axis`: over the channels for spatial attention, over space as a global pool.

    Output: the input's shape with `axis` of length 1; without `axis`, if `keep` is false. A map
    without its channels is a tensor of the axes that remain.
    Weights: none.
    MACs: none; an addition for each element but one, and a division, per output.
    Window: everything along `axis`, one element along the others.
    """

    example = "- mean: {axis: channels}"

    def work(self, read: int, made: int) -> dict[str, int]:
        """See the class."""
        return {"add": read - made, "divide": made}
