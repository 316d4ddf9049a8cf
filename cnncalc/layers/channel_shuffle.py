"""Channel shuffle."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.dividing import divide_by
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, with_channels


class ChannelShuffle(Layer):
    """Reorders the channels so that every group gets some of each other group.

    Output: the shape of the input.
    Weights: none.
    MACs: none.
    Window: elementwise.
    """

    periodic = "space"
    source = "Zhang et al. 2017, arXiv:1707.01083 (ShuffleNet)"
    example = "- conv: {filters: 6, kernel: 1}\n- channel_shuffle: 3"

    groups: int = key(COUNT, symbol="G", help="how many groups the channels are in")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if the channels do not divide into the groups."""
        x = with_channels(inputs[0], "channel_shuffle")
        if x.channels % self.groups:
            raise Refusal("E304", f"{x.channels} channels do not divide into {self.groups} groups",
                          help=divide_by("groups", x.channels, near=self.groups),
                          key="groups", operands=True)  # fmt: skip
        return Facts(x)
