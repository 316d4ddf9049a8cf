"""Channels into positions, as sub-pixel convolution needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.bases.shuffling import ToSpace

if TYPE_CHECKING:
    from cnncalc.layer import Facts, Shape


class PixelShuffle(ToSpace):
    """Lays channels out as cells of factor × factor positions; another name of depth_to_space.

    Output: channels / factor^axes; per axis n·factor.
    Weights: none.
    MACs: none.
    Window: output u reads input ⌊u/factor⌋, as a transposed window of that kernel and stride.
    """

    example = "- conv: {filters: 12, kernel: 1}\n- pixel_shuffle: 2"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return self.to_space(self.checked(inputs[0], "pixel_shuffle"))
