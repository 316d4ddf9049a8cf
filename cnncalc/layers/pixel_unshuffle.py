"""Positions into channels, the inverse of a pixel shuffle."""

from cnncalc.layers.base.shuffling import ToDepth


class PixelUnshuffle(ToDepth):
    """Stacks cells of factor × factor positions as channels; another name of space_to_depth.

    Output: channels × factor^axes; per axis n / factor.
    Weights: none.
    MACs: none.
    Window: kernel and stride `factor`.
    """

    example = "- resize: 8\n- pixel_unshuffle: 2"
