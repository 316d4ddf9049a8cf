"""Layers of several operands as sections of Darknet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.darknet.spot import is_vector

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.exporters.base.darknet.spot import Spot
    from cnncalc.layers.base.shape import Shape

_NORMALISED = {"none": "", "fast": "relu", "softmax": "softmax"}
"""What Darknet calls the ways to normalise the weights of a shortcut."""


def concat(spot: Spot) -> Section:
    """Channels of one operand behind those of another; raises Refusal along other axes."""
    if not spot.is_along_channels(spot.layer.axis):
        raise spot.refuse("Darknet joins channels alone")
    return spot.route({"layers": spot.read})


def _last(spot: Spot, among: Sequence[int] = ()) -> int:
    """The operand that the section above gives, if any does: nothing has to be brought up then."""
    last = spot.cfg.sections[-1]
    places = among or range(len(spot.read))
    return next((i for i in places if spot.read[i] is last), places[0])


def _are_alike(shapes: Sequence[Shape]) -> bool:
    return len({(shape.channels, shape.elements) for shape in shapes}) == 1


def add(spot: Spot) -> Section:
    """A sum of the section above and others; raises Refusal of operands that are spread.

    What is padded with channels may not be the one above, which says how many there are.
    """
    _check_alike(spot)
    kinds = [spot.network.nodes[i].op for i in spot.node.inputs]
    whole = [i for i, kind in enumerate(kinds) if kind != "pad"]
    if not whole:
        raise spot.refuse("one operand must have all channels by itself")
    above = _last(spot, whole)
    others = [section for i, section in enumerate(spot.read) if i != above]
    return spot.add("shortcut", {"from": others, "activation": "linear"}, above)


def _check_alike(spot: Spot) -> None:
    if not _are_alike(spot.inputs):
        raise spot.refuse("Darknet spreads no operand", help="operands of one shape")


def pad(spot: Spot) -> Section:
    """Channels of zeros behind the others, which a shortcut adds by itself; raises Refusal of other padding."""
    channels = spot.layer.channels
    first = channels[0] if isinstance(channels, tuple) else channels
    follower = spot.follower()
    if first != 0 or spot.output.size != spot.x.size or follower is None or follower.op != "add":
        raise spot.refuse("Darknet pads what a shortcut adds, with channels behind the others")
    return spot.leave_out()


def weighted_add(spot: Spot) -> Section:
    """A sum with learnt weights, the first of which is that of the section above; raises Refusal."""
    layer = spot.layer
    _check_alike(spot)
    if layer.normalise != "none" and layer.dialect != "darknet":
        raise spot.refuse("Darknet normalises weights in its own way", help="`dialect: darknet`")
    word = _NORMALISED[layer.normalise]
    options = {
        "from": spot.read[1:],
        "weights_type": "per_channel" if layer.per == "channel" else "per_feature",
        **({"weights_normalization": word} if word else {}),
        "activation": "linear",
    }
    return spot.add("shortcut", options)


def multiply(spot: Spot) -> Section:
    """A product of two maps, or of one with a factor for each channel; raises Refusal of others."""
    if len(spot.read) != 2:
        raise spot.refuse("Darknet multiplies two operands")
    if _are_alike(spot.inputs):
        above = _last(spot)
        return spot.add("sam", {"from": [spot.read[1 - above]], "activation": "linear"}, above)
    factors = [i for i, shape in enumerate(spot.inputs) if is_vector(shape)]
    if len(factors) != 1 or spot.inputs[factors[0]].channels != spot.output.channels:
        raise spot.refuse(
            "Darknet multiplies maps of one shape, or a map with a factor for each channel"
        )
    factor = factors[0]
    options = {"from": [spot.read[1 - factor]], "activation": "linear"}
    return spot.add("scale_channels", options, factor)
