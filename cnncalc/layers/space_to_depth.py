"""Positions into channels."""

from cnncalc.layers.base.shuffling import ToDepth


class SpaceToDepth(ToDepth):
    """Stacks cells of factor × factor positions as channels; another name of pixel_unshuffle.

    Output: channels × factor^axes; per axis n / factor.
    Weights: none.
    MACs: none.
    Window: kernel and stride `factor`.
    """

    example = "- resize: 8\n- space_to_depth: 2"
