"""Layers that compute with single numbers, or move them, as sections of Darknet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporters.base.darknet.spot import is_vector
from cnncalc.exporters.base.darknet.windows import bias_or_norm
from cnncalc.importers.base.darknet_cells import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.exporters.base.darknet.spot import Spot

WORDS: dict[str, str] = {
    kind if isinstance(kind, str) else next(iter(kind)): word
    for word, kind in ACTIVATIONS.items()
    if kind is not None
}
"""What Darknet calls activations."""

_SLOPE = ACTIVATIONS["leaky"]["leaky_relu"]["slope"]
_SLOPES = {None: _SLOPE, "darknet": _SLOPE, "keras": 0.3}
"""Slopes by dialect; where nothing is said, it is that of the target."""
_EPSILON = 1e-5


def activation(spot: Spot) -> Section:
    """An activation, in the section whose output it reads if nothing else does; raises Refusal."""
    word = _word_of(spot)
    section = spot.read[0]
    free = section.options.get("activation") == "linear" and section is not spot.cfg.start
    if free and spot.cfg.is_private(section):
        section.options["activation"] = word
        return spot.take(section)
    return spot.add("activation", {"activation": word})


def _word_of(spot: Spot) -> str:
    """What Darknet calls the activation; raises Refusal if its numbers are others there."""
    layer, op = spot.layer, spot.node.op
    if op == "leaky_relu":
        slope = _SLOPES.get(layer.dialect, 0.01) if layer.slope is None else layer.slope
        if slope != _SLOPE:
            raise spot.refuse(
                f"Darknet's slope is {_SLOPE}, and this is {slope:g}", help=f"`slope: {_SLOPE}`"
            )
    if op == "elu" and layer.alpha not in (None, 1):
        raise spot.refuse(f"Darknet's alpha is 1, and this is {layer.alpha:g}")
    if op == "gelu" and layer.dialect != "darknet" and layer.approximate not in ("tanh", True):
        raise spot.refuse("Darknet has the approximation by tanh", help="`approximate: tanh`")
    if op in ("relu", "softplus", "hard_tanh") and layer.chosen_keys():
        raise spot.refuse("Darknet's has no " + " and no ".join(sorted(layer.chosen_keys())))
    return WORDS[op]


def batch_norm(spot: Spot) -> Section:
    """A norm, in the section of the layer that has it in place of a bias; raises Refusal."""
    layer = spot.layer
    if not (layer.scale and layer.center and layer.track):
        raise spot.refuse("Darknet's batch norm has a scale, a shift and statistics")
    section = spot.read[0]
    open_for_it = section.options.get("batch_normalize") and len(section.nodes) == 1
    made = spot.take(section) if open_for_it else spot.add("batchnorm", {})
    epsilon = _EPSILON if layer.dialect == "darknet" and layer.eps is None else spot.epsilon()
    if epsilon != _EPSILON:
        made.remarks.append(
            f"adds {epsilon:g} to the variance, Darknet {_EPSILON:g}: the difference belongs into the weights"
        )
    return made


def dense(spot: Spot) -> Section:
    """A layer that reads all elements; raises Refusal of one that is applied at each position."""
    features = (spot.node.facts.weights or {})["kernel"][-1]
    if features != spot.x.elements:
        raise spot.refuse(
            "Darknet's connected layer reads all of a map", help="`flatten` before it"
        )
    return spot.add(
        "connected", bias_or_norm(spot, {"output": spot.layer.units, "activation": "linear"})
    )


def flatten(spot: Spot) -> Section:
    """Nothing: a map lies in memory as a vector does; raises Refusal where the order would be another."""
    x = spot.x
    if not is_vector(x) and spot.plain.rules.channels_last:
        raise spot.refuse("it has channels last, and Darknet's maps have them first")
    if not is_vector(spot.output):
        raise spot.refuse("Darknet's maps keep their shape")
    return spot.leave_out()


def nothing(spot: Spot) -> Section:
    """What changes nothing where a network infers."""
    return spot.leave_out()


def dropout(spot: Spot) -> Section:
    """Zeros at random while training."""
    rate = spot.layer.rate
    return spot.add("dropout", {} if rate is None else {"probability": rate})


def softmax(spot: Spot) -> Section:
    """Shares of all elements; raises Refusal of shares at each position."""
    if not is_vector(spot.x) or not spot.is_along_channels(spot.layer.axis):
        raise spot.refuse("Darknet's softmax is over all elements of a vector")
    return spot.add("softmax", {})


def l2_norm(spot: Spot) -> Section:
    """Vectors of channels of length one; raises Refusal along other axes."""
    axes = spot.layer.axes
    if axes not in ("channels", ("channels",)):
        raise spot.refuse("Darknet's l2norm is along the channels")
    return spot.add("l2norm", {})


def own(section: str, **options: str) -> Callable[[Spot], Section]:
    """A layer that Darknet computes in its own way: in its dialect alone, else raises Refusal.

    `options` are the keys of the layer that they come from.
    """

    def translate(spot: Spot) -> Section:
        if spot.layer.dialect != "darknet":
            raise spot.refuse(f"[{section}] computes other numbers", help="`dialect: darknet`")
        said = {name: getattr(spot.layer, key) for name, key in options.items()}
        reverse = {"reverse": 1} if spot.node.op == "depth_to_space" else {}
        given = {name: value for name, value in said.items() if value is not None}
        return spot.add(section, {**given, **reverse})

    return translate


def slice_channels(spot: Spot) -> Section:
    """One of several equal groups of channels; raises Refusal of other parts."""
    layer, x, y = spot.layer, spot.x, spot.output
    along = layer.axis is None or spot.is_along_channels(layer.axis)
    bounds: Any = layer.channels if layer.axis is None else layer.range
    if not along or y.size != x.size or bounds is None:
        raise spot.refuse("Darknet takes parts of the channels alone")
    start, stop, _ = slice(*bounds).indices(x.channels)
    width = stop - start
    if x.channels % width or start % width:
        raise spot.refuse(
            f"Darknet takes one of equal groups of channels, and {start} to {stop} of {x.channels} is none"
        )
    if width == x.channels:
        return spot.leave_out()
    options = {"layers": [spot.read[0]], "groups": x.channels // width, "group_id": start // width}
    return spot.route(options)


def crop(spot: Spot) -> Section:
    """The centre of a map; raises Refusal of other parts."""
    cuts = [-window.padding[0] for window in spot.windows]
    sizes = list(zip(spot.x.size, spot.output.size, strict=True))
    if any(m > n for n, m in sizes) or cuts != [(n - m) // 2 for n, m in sizes]:
        raise spot.refuse("Darknet keeps the centre of a map")
    height, width = spot.output.size
    return spot.add("crop", {"crop_height": height, "crop_width": width, "noadjust": 1})


def yolo_head(spot: Spot) -> Section:
    """The head of a detector, whose anchors a spec does not have; raises Refusal of later ones."""
    layer = spot.layer
    if layer.shared or layer.bins > 1 or not layer.objectness:
        raise spot.refuse(
            "[yolo] has boxes of four numbers, an objectness and classes of their own"
        )
    mask = ",".join(map(str, range(layer.anchors)))
    made = spot.add("yolo", {"mask": mask, "classes": layer.classes, "num": layer.anchors})
    made.remarks.append("the spec has no sizes of anchors: `anchors=` says them")
    return made
