"""Tensors that read nothing, as nodes of ONNX: one for all examples, repeated for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from cnncalc.exporters.base.onnx.spot import Spot


def parameter(spot: Spot) -> str:
    """A learnt tensor, or one that is kept beside the weights: an initializer."""
    return _for_each(spot, spot.weight("parameter", (1, *axes_of(spot.output)), "bias"))


def constant(spot: Spot) -> str:
    """A tensor of one number, which is no part of what is stored; raises Refusal if that is not known."""
    return _for_each(spot, spot.number(spot.constant_value()))


def _for_each(spot: Spot, name: str) -> str:
    """As often as the first input of the network has examples."""
    like = next(iter(spot.graph.inputs))
    return spot.spread(name, like, 1, axes_of(spot.output))
