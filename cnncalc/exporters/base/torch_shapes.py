"""Layers that move numbers, and resize maps, as PyTorch writes them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.exporters.base.indexing import places_of
from cnncalc.exporters.base.torch_windows import padding_before
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import in_order, name_of
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.shape import Shape


def dims_of(shape: Shape) -> str:
    """The lengths of a tensor behind the batch."""
    return ", ".join(map(str, axes_of(shape)))


def flatten(place: Place) -> Code:
    """All axes as one."""
    x = place.x
    if x.rank and not x.form and place.plain.rules.channels_last:
        return Code("{0}.movedim(1, -1).flatten(1)")
    return Code("{0}.flatten(1)")


def reshape(place: Place) -> Code:
    """The same numbers in another shape, in the order of the dialect."""
    x, y = place.x, place.output
    last = place.plain.rules.channels_last
    if not x.form and x.rank > 1 and y == x._replace(size=(prod(x.size),)):
        return Code("{0}.flatten(2)")
    source, target = "{0}", dims_of(y)
    slots: dict[str, Slot] = {}
    if last and not x.form and x.rank:
        source = "{0}.movedim(1, -1)"
    if last and not y.form and y.rank:
        sizes = ", ".join(map(str, (*y.size, y.channels)))
        return Code(f"{source}.reshape(-1, {sizes}).movedim(-1, 1)")
    names = []
    asked = axes_of(place.layer.to)
    for i, n in enumerate(axes_of(y)):
        slots[f"n{i}"] = Slot(asked[i])
        names.append(f"{{n{i}}}")
        if asked[i] < 0:
            del slots[f"n{i}"]
            names[-1] = "-1"
        elif not i and not y.form:
            slots["n0"] = Slot(n, "", "in" if n == x.channels and not x.form else "")
    target = ", ".join(names)
    if -1 in asked:
        return Code(
            f"{source}.flatten(1).unflatten(1, ({target}{',' * (len(names) == 1)}))", slots=slots
        )
    return Code(f"{source}.reshape(-1, {target})", slots=slots)


def permute(place: Place) -> Code:
    """The axes in another order."""
    x, rules = place.x, place.plain.rules
    asked = place.layer.axes
    asked = asked[1:] if asked[0] == 0 else asked
    names = [name_of(x, axis, "axes", rules) for axis in asked]
    order = in_order(x, rules) if isinstance(asked[0], int) else names_of(x)
    old = dict(zip(order, names, strict=True))
    places = [names_of(x).index(old[new]) + 1 for new in names_of(x)]
    return Code(f"{{0}}.permute(0, {', '.join(map(str, places))})")


def squeeze(place: Place) -> Code:
    """Axes of length one left out."""
    return Code(f"{{0}}.reshape(-1, {dims_of(place.output)})")


def slice_(place: Place) -> Code:
    """A range along one or more axes."""
    x, layer = place.x, place.layer
    parts = [":"]
    rules = place.plain.rules
    if layer.axis is not None:
        at = axis_place(x, layer.axis, "axis", rules)
        parts += [_range(layer.range, axes_of(x)[i]) if i == at else ":" for i in range(at + 1)]
        return Code(f"{{0}}[{', '.join(parts)}]")
    parts.append(_range(layer.channels, x.channels) if layer.channels is not None else ":")
    if layer.size is not None:
        each = layer.size if isinstance(layer.size[0], tuple) else (layer.size,) * x.rank
        parts += [
            ":" if one is None else _range(one, n) for one, n in zip(each, x.size, strict=True)
        ]
    return Code(f"{{0}}[{', '.join(parts)}]")


def _range(given: object, n: int) -> str:
    start, stop = given if isinstance(given, tuple) else (None, None)
    first = "" if start in (None, 0) else str(start)
    last = "" if stop in (None, n) else str(stop)
    return f"{first}:{last}"


def gather(place: Place) -> Code:
    """Some places along an axis, in any order."""
    at, indices = places_of(place)
    return Code(f"{{0}}[{':, ' * (at + 1)}{indices}]")


def tile(place: Place) -> Code:
    """An axis as often as is said."""
    at = axis_place(place.x, place.layer.axis, "axis", place.plain.rules)
    times = ["{times}" if i == at else "1" for i in range(len(axes_of(place.x)))]
    return Code(
        f"{{0}}.repeat(1, {', '.join(times)})", slots={"times": Slot(place.layer.times, "times")}
    )


def repeat_vector(place: Place) -> Code:
    """A vector as every step of a sequence."""
    slots = {"times": Slot(place.layer.times, "times")}
    return Code("{0}.unsqueeze(2).repeat(1, 1, {times})", slots=slots)


def crop(place: Place) -> Code:
    """The sides cut off; raises Refusal of what cannot be said."""
    if place.layer.like is not None and place.layer.offset is None:
        return Code("crop_like({0}, {1})", needs=("crop_like",))
    cuts = [tuple(-side for side in window.padding) for window in place.windows]
    if any(side < 0 for pair in cuts for side in pair):
        raise place.refuse("what is too small to be cut is enlarged in Keras, and nowhere else")
    if len({*cuts}) == 1 and cuts[0][0] == cuts[0][1] > 0:
        sides = ", ".join(["{cut}:-{cut}"] * len(cuts))
        return Code(f"{{0}}[..., {sides}]", slots={"cut": Slot(cuts[0][0])})
    slots: dict[str, Slot] = {}
    parts = []
    for axis, ((before, after), n) in enumerate(zip(cuts, place.x.size, strict=True)):
        slots[f"from_{axis}"], slots[f"to_{axis}"] = Slot(before), Slot(n - after)
        parts.append(f"{{from_{axis}}}:{{to_{axis}}}")
    return Code(f"{{0}}[..., {', '.join(parts)}]", slots=slots)


def pad(place: Place) -> Code:
    """More around the map, or more channels."""
    layer, x, y = place.layer, place.x, place.output
    given = "{0}"
    slots: dict[str, Slot] = {}
    if layer.like is not None and layer.offset is None and layer.mode == "zeros":
        return Code("crop_like({0}, {1})", needs=("crop_like",))
    if layer.channels is not None:
        before, after = (
            layer.channels if isinstance(layer.channels, tuple) else (layer.channels,) * 2
        )
        zeros = "0, " * (2 * x.rank)
        slots |= {"before": Slot(before), "after": Slot(after)}
        given = f"F.pad({given}, ({zeros}{{before}}, {{after}}))"
    if y.size != x.size or layer.channels is None:
        modes = {"zeros": "", "reflect": ', mode="reflect"', "replicate": ', mode="replicate"',
                 "circular": ', mode="circular"'}  # fmt: skip
        sides = [_sides(window) for window in place.windows]
        text, more = padding_before(sides, modes[layer.mode])
        slots |= more
        given = text.replace("{0}", given)
    return Code(given, slots=slots)


def _sides(window: object) -> tuple[int, int]:
    """What is added before and after; a border that repeats the map knows it of its window."""
    inner: Any = getattr(window, "window", window)
    return inner.padding[0], inner.padding[1]


def upsample(place: Place) -> Code:
    """Larger by a factor."""
    return _interpolate(place, "scale_factor", place.layer.scale)


def resize(place: Place) -> Code:
    """Interpolated to a size."""
    return _interpolate(place, "size", place.output.size)


def _interpolate(place: Place, key: str, value: object) -> Code:
    layer = place.layer
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}.get(place.rank, "")
    mode = layer.mode if layer.mode not in ("bilinear", "trilinear", "bicubic") else "linear"
    mode = "cubic" if layer.mode == "bicubic" else mode
    if mode == "nearest" and key == "size":
        mode = place.plain.rules.nearest
    word = {"linear": linear, "cubic": "bicubic" if place.rank == 2 else "", "nearest": "nearest",
            "nearest_exact": "nearest-exact", "area": "area"}.get(mode, "")  # fmt: skip
    if not word:
        raise place.refuse(f"PyTorch has no `{layer.mode}` in {place.rank} axes")
    if mode == "cubic" and layer.dialect == "keras":
        raise place.refuse("PyTorch's cubic weighs neighbours by -0.75, Keras' by -0.5")
    slots = {key: Slot(value, "scale" if key == "scale_factor" else "size")}
    arguments = f"{key}={{{key}}}"
    if len(place.inputs) > 1:
        # The size is that of another map, whatever that has.
        slots, arguments = {}, "size={1}.shape[2:]"
    if word != "nearest":
        arguments += f', mode="{word}"'
    if layer.align_corners:
        arguments += ", align_corners=True"
    return Code(f"F.interpolate({{0}}, {arguments})", slots=slots)


def shuffle_in(place: Place) -> Code:
    """Channels become positions."""
    given = "{0}.unflatten(1, ({cells}, -1)).transpose(1, 2).flatten(1, 2)"
    return _shuffle(
        place, f"F.pixel_shuffle({given if _is_cell_first(place) else '{0}'}, {{factor}})"
    )


def shuffle_out(place: Place) -> Code:
    """Positions become channels."""
    more = ".unflatten(1, (-1, {cells})).transpose(1, 2).flatten(1, 2)"
    return _shuffle(
        place, f"F.pixel_unshuffle({{0}}, {{factor}}){more if _is_cell_first(place) else ''}"
    )


def _is_cell_first(place: Place) -> bool:
    """Whether the channels of a cell stand together, as where channels are the last axis."""
    return "pixel" not in place.node.op and place.plain.rules.channels_last


def _shuffle(place: Place, text: str) -> Code:
    if place.rank != 2:
        raise place.refuse("PyTorch shuffles maps of two axes")
    factor = place.layer.factor
    slots = {"factor": Slot(factor, "factor"), "cells": Slot(factor**2)}
    used = {name: slot for name, slot in slots.items() if f"{{{name}}}" in text}
    return Code(text, slots=used)


def channel_shuffle(place: Place) -> Code:
    """Channels of all groups in turn."""
    return Code("{m}({0})", {"": Made("nn.ChannelShuffle", (Argument("{groups}"),))},
                {"groups": Slot(place.layer.groups, "groups")})  # fmt: skip
