"""The largest along some axes."""

from cnncalc.layers.base.reducing import Extreme


class Max(Extreme):
    """Takes the largest along `axis`: over the channels for spatial attention.

    Output: the input's shape with `axis` of length 1; without `axis`, if `keep` is false. A map
    without its channels is a tensor of the axes that remain.
    Weights: none.
    MACs: none; a comparison for each element but one per output.
    Window: everything along `axis`, one element along the others.
    """

    example = "- max: {axis: channels}"
