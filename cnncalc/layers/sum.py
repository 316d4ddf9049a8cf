"""The sum along some axes."""

from cnncalc.layers.base.reducing import Reduction


class Sum(Reduction):
    """Adds up along `axis`.

    Output: the input's shape with `axis` of length 1; without `axis`, if `keep` is false. A map
    without its channels is a tensor of the axes that remain.
    Weights: none.
    MACs: none; an addition for each element but one per output.
    Window: everything along `axis`, one element along the others.
    """

    example = "- sum: {axis: channels}"

    def work(self, read: int, made: int) -> dict[str, int]:
        """See the class."""
        return {"add": read - made}
