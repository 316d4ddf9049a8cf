"""Positions into channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.bases.shuffling import ToDepth

if TYPE_CHECKING:
    from cnncalc.layer import Facts, Shape


class SpaceToDepth(ToDepth):
    """Stacks cells of factor × factor positions as channels; another name of pixel_unshuffle.

    Output: channels × factor^axes; per axis n / factor.
    Weights: none.
    MACs: none.
    Window: kernel and stride `factor`.
    """

    example = "- resize: 8\n- space_to_depth: 2"

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        return self.to_depth(self.checked(inputs[0], "space_to_depth"))
