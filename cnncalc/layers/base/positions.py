"""Operands that hold numbers for every position of the output: offsets, masks, kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import a_map

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


def weight_sets(groups: int, taps: int) -> str:
    """How many weights a position has, in words: a set of `taps` for each group.

    >>> weight_sets(4, 49)
    '4 groups × 49 taps'
    """
    return f"{groups} {'group' if groups == 1 else 'groups'} × {taps} taps"


def at_every_position(given: Shape, output: Shape, channels: int, what: str, made: str) -> None:
    """Refuse an operand that has not `channels` at each position of `output`.

    Raises Refusal. `what` is the operand in words, `made` says how the number of channels comes about.
    """
    a_map(given, what)
    if given.channels != channels:
        raise Refusal("E311", f"the {what} must have {made} = {channels} channels, not "
                      f"{given.channels}", operands=True,
                      help=f"give the layer that computes them `filters: {channels}`")  # fmt: skip
    if given.size != output.size or given.copies != output.copies:
        wanted = "×".join(map(str, output.size))
        raise Refusal("E311", f"the {what} must have the size of the output, {wanted}, not "
                      f"{'×'.join(map(str, given.size))}", operands=True,
                      help="compute them with the same kernel, stride and padding")  # fmt: skip
