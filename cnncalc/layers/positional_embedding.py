"""Positional embedding."""

from __future__ import annotations

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import FLAG, PER_AXIS, PerAxis
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts, Layer
from cnncalc.layers.base.shape import Shape, a_map, per_axis


class PositionalEmbedding(Layer):
    """Adds a vector to every position, learnt or fixed.

    Output: the shape of the input.
    Weights: one per channel and position, of as many positions as `positions` says. Fixed ones, as
    sines and cosines are, are buffers.
    MACs: none; an addition per element.
    Window: elementwise.
    """

    source = "Gehring et al. 2017, arXiv:1705.03122; Dosovitskiy et al. 2020, arXiv:2010.11929"
    example = "- positional_embedding"

    positions: PerAxis | None = key(
        PER_AXIS, None, help="how many are there; those of the input unless stated"
    )
    learnt: bool = key(FLAG, True, help="whether they are weights, or buffers")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal if there are more positions than vectors."""
        x = a_map(inputs[0], "positional_embedding")
        each = x.size if self.positions is None else per_axis(self.positions, x.rank, "positions")
        for n, most in zip(x.size, each, strict=True):
            if n > most:
                raise Refusal("E311", f"there are vectors for {most} positions, not for {n}",
                              key="positions", help=f"at least {n}", operands=True)  # fmt: skip
        tensors = {"position": (x.channels, *each)}
        return Facts(
            x,
            weights=tensors if self.learnt else {},
            buffers={} if self.learnt else tensors,
            work={"add": x.elements},
        )
