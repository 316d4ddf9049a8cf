"""Channels into positions."""

from cnncalc.layers.base.shuffling import ToSpace


class DepthToSpace(ToSpace):
    """Lays channels out as cells of factor × factor positions; another name of pixel_shuffle.

    Output: channels / factor^axes; per axis n·factor.
    Weights: none.
    MACs: none.
    Window: output u reads input ⌊u/factor⌋, as a transposed window of that kernel and stride.
    """

    example = "- conv: {filters: 12, kernel: 1}\n- depth_to_space: 2"
