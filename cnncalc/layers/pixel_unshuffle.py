"""Positions into channels, the inverse of a pixel shuffle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.bases.shuffling import ToDepth

if TYPE_CHECKING:
    from cnncalc.layer import Facts, Shape


class PixelUnshuffle(ToDepth):
    """Stacks cells of factor × factor positions as channels; another name of space_to_depth.

    Output: channels × factor^axes; per axis n / factor.
    Weights: none.
    MACs: none.
    Window: kernel and stride `factor`.
    """

    example = "- resize: 8\n- pixel_unshuffle: 2"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return self.to_depth(self.checked(inputs[0], "pixel_unshuffle"))
