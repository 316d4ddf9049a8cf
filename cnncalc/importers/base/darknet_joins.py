"""The layers of Darknet that name what they read: routes, shortcuts and products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.darknet_walk import behind
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.cfg import Section
    from cnncalc.importers.base.darknet_walk import Layer, Walk
    from cnncalc.importers.base.description import Data


def _route(walk: Walk, section: Section) -> Layer:
    places = section.integers("layers")
    if not places:
        raise Unreadable("[route] names no layer", section.line, help="layers=-1, 61")
    read = [walk.at(section, place) for place in places]
    groups, chosen = section.integer("groups", 1), section.integer("group_id", 0)
    if groups > 1:
        read = [
            _part(walk, section, layer, groups, chosen, number) for number, layer in enumerate(read)
        ]
    if len(read) == 1:
        return walk.add(section, "identity", {"from": read[0].name}, read[0].channels)
    counts = [layer.channels for layer in read]
    total = None if None in counts else sum(count or 0 for count in counts)
    return walk.add(section, "concat", {"from": [layer.name for layer in read]}, total)


def _part(
    walk: Walk, section: Section, layer: Layer, groups: int, chosen: int, number: int
) -> Layer:
    """One of so many equal groups of channels."""
    each = (layer.channels or 0) // groups
    bounds = [each * chosen, each * (chosen + 1)]
    return walk.add(
        section, "slice", {"channels": bounds, "from": layer.name}, each, f"_part{number}"
    )


def _shortcut(walk: Walk, section: Section) -> Layer:
    above = walk.above
    read = [walk.at(section, place) for place in section.integers("from")]
    if not read:
        raise Unreadable("[shortcut] names no layer", section.line, help="from=-3")
    fitted = [_fit(walk, section, layer, above, number) for number, layer in enumerate(read)]
    names = [above.name, *(layer.name for layer in fitted)]
    weighted = section.options.get("weights_type", "none")
    keys: Data = {"from": names}
    if weighted == "none":
        return _join(walk, section, "add", keys, above.channels)
    normalised = {"relu": "fast", "avg_relu": "fast", "softmax": "softmax"}
    keys["normalise"] = normalised.get(section.options.get("weights_normalization", ""), "none")
    keys["per"] = "channel" if weighted == "per_channel" else "operand"
    return _join(walk, section, "weighted_add", keys, above.channels)


def _join(walk: Walk, section: Section, kind: str, keys: Data, channels: int | None) -> Layer:
    """Operands as one, and the activation behind it, which is a layer of its own in a spec."""
    activation = behind(section, "linear").get("activation")
    if activation is None:
        return walk.add(section, kind, keys, channels)
    walk.add(section, kind, keys, channels, "_part")
    name, more = (
        next(iter(activation.items())) if isinstance(activation, dict) else (activation, {})
    )
    return walk.add(section, name, more, channels)


def _fit(walk: Walk, section: Section, layer: Layer, above: Layer, number: int) -> Layer:
    """A map with as many channels as the one above: what it has more is not added, what it lacks is 0."""
    have, want = layer.channels, above.channels
    if have is None or want is None or have == want:
        return layer
    part = f"_part{number}"
    if have > want:
        return walk.add(section, "slice", {"channels": [0, want], "from": layer.name}, want, part)
    return walk.add(section, "pad", {"channels": [0, want - have], "from": layer.name}, want, part)


def _product(walk: Walk, section: Section) -> Layer:
    read = [walk.at(section, place) for place in section.integers("from")]
    if not read:
        raise Unreadable(f"[{section.kind}] names no layer", section.line, help="from=-3")
    # The map is the one that is named, its factors are above; in `sam` both are maps.
    names = [layer.name for layer in read] + [walk.above.name]
    channels = read[0].channels
    return _join(walk, section, "multiply", {"from": names}, channels)


def _with_channels(kind: str) -> Callable[[Walk, Section], Layer]:
    """The map above and learnt channels, as YOLOR joins them."""

    def read(walk: Walk, section: Section) -> Layer:
        learnt = [walk.at(section, place) for place in section.integers("from")]
        if not learnt:
            raise Unreadable(f"[{section.kind}] names no layer", section.line, help="from=203")
        names = [walk.above.name, *(layer.name for layer in learnt)]
        return walk.add(section, kind, {"from": names}, walk.above.channels)

    return read


JOINS: dict[str, Callable[[Walk, Section], Layer]] = {
    "route": _route,
    "shortcut": _shortcut,
    "sam": _product, "scale_channels": _product,
    "shift_channels": _with_channels("add"), "control_channels": _with_channels("multiply"),
}  # fmt: skip
"""How a section is read, by its type."""
OF_YOLOR = ("implicit_add", "implicit_mul", "shift_channels", "control_channels")
"""Types that no Darknet knows."""
