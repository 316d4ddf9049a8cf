"""Layers that move numbers as Keras writes them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.exporters.base.indexing import places_of, ranges_of
from cnncalc.exporters.base.keras_layers import axis_of
from cnncalc.exporters.base.keras_windows import pad_by_mode
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.named_axes import in_order, name_of
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place
    from cnncalc.layers.base.shape import Shape


def _first(x: Shape, text: str) -> str:
    """A map with its channels first."""
    order = (0, x.rank + 1, *range(1, x.rank + 1))
    return f"ops.transpose({text}, {order})" if x.rank and not x.form else text


def _last(y: Shape, text: str) -> str:
    """A map whose channels are first with them last."""
    order = (0, *range(2, y.rank + 2), 1)
    return f"ops.transpose({text}, {order})" if y.rank and not y.form else text


def flatten(place: Place) -> Code:
    """All axes as one, in the order of the dialect."""
    text = "{0}" if place.plain.rules.channels_last else _first(place.x, "{0}")
    return Code(f"layers.Flatten()({text})")


def reshape(place: Place) -> Code:
    """The same numbers in another shape, in the order of the dialect."""
    x, y = place.x, place.output
    if not x.form and x.rank > 1 and y == x._replace(size=(prod(x.size),)):
        return Code("layers.Reshape((-1, {channels}))({0})",
                    slots={"channels": Slot(x.channels, "", "in")})  # fmt: skip
    asked = place.layer.to
    sizes = [n if a != -1 else -1 for n, a in zip(axes_of(y), axes_of(asked), strict=True)]
    slots: dict[str, Slot] = {f"n{i}": Slot(n) for i, n in enumerate(sizes) if n != -1}
    names = [f"{{n{i}}}" if n != -1 else "-1" for i, n in enumerate(sizes)]
    last = place.plain.rules.channels_last
    if last and not y.form and y.rank:
        names = [*names[1:], names[0]]
    target = f"({', '.join(names)}{',' * (len(names) == 1)})"
    text = f"layers.Reshape({target})({'{0}' if last else _first(x, '{0}')})"
    return Code(text if last else _last(y, text), slots=slots)


def squeeze(place: Place) -> Code:
    """Axes of length one left out, or put in."""
    sizes = axes_of(place.output)
    target = f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"
    if place.plain.rules.channels_last:
        sizes = (*sizes[1:], sizes[0]) if not place.output.form and place.output.rank else sizes
        target = f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"
        return Code(f"layers.Reshape({target})({{0}})")
    return Code(_last(place.output, f"layers.Reshape({target})({_first(place.x, '{0}')})"))


def permute(place: Place) -> Code:
    """The axes in another order."""
    x, rules = place.x, place.plain.rules
    asked = place.layer.axes
    asked = asked[1:] if asked[0] == 0 else asked
    names = [name_of(x, axis, "axes", rules) for axis in asked]
    order = in_order(x, rules) if isinstance(asked[0], int) else names_of(x)
    old = dict(zip(order, names, strict=True))
    places = [names_of(x).index(old[new]) for new in names_of(x)]
    if x.form:
        return Code(f"ops.transpose({{0}}, {(0, *(i + 1 for i in places))})")
    rank = x.rank
    numbers = [i or rank + 1 for i in places]
    return Code(f"ops.transpose({{0}}, {(0, *numbers[1:], numbers[0])})")


def slice_(place: Place) -> Code:
    """A range along one or more axes."""
    x = place.x
    texts = [_range(one, n) for one, n in zip(ranges_of(place), axes_of(x), strict=True)]
    if not x.form and x.rank:
        texts = [*texts[1:], texts[0]]
    return Code(f"{{0}}[:, {', '.join(texts)}]")


def _range(given: object, n: int) -> str:
    start, stop = given if isinstance(given, tuple) else (None, None)
    first = "" if start in (None, 0) else str(start)
    last = "" if stop in (None, n) else str(stop)
    return f"{first}:{last}"


def crop(place: Place) -> Code:
    """The sides cut off."""
    cuts = [tuple(-side for side in window.padding) for window in place.windows]
    if any(side < 0 for pair in cuts for side in pair):
        rows, columns = place.output.size
        sizes = {"rows": Slot(rows), "columns": Slot(columns)}
        return Code("layers.CenterCrop({rows}, {columns})({0})", slots=sizes)
    slots: dict[str, Slot] = {}
    places = []
    for axis, (before, after) in enumerate(cuts):
        slots |= {f"before_{axis}": Slot(before), f"after_{axis}": Slot(after)}
        places.append(f"({{before_{axis}}}, {{after_{axis}}})")
    sides = f"({', '.join(places)})" if len(places) > 1 else places[0]
    return Code(f"layers.Cropping{place.rank}D({sides})({{0}})", slots=slots)


def pad(place: Place) -> Code:
    """More around the map, or more channels."""
    layer, x, y = place.layer, place.x, place.output
    given = "{0}"
    slots: dict[str, Slot] = {}
    needs: tuple[str, ...] = ()
    if layer.channels is not None:
        before, after = (
            layer.channels if isinstance(layer.channels, tuple) else (layer.channels,) * 2
        )
        slots |= {"before": Slot(before), "after": Slot(after)}
        zeros = "(0, 0), " * (x.rank + 1)
        given = f"ops.pad({given}, ({zeros}({{before}}, {{after}})))"
    if y.size != x.size or layer.channels is None:
        given, more, needs = pad_by_mode(given, [w.padding for w in place.windows], layer.mode)
        slots |= more
    return Code(given, slots=slots, needs=needs)


_PLAIN = {"ops.depth_to_space": "pixel_shuffle", "ops.space_to_depth": "pixel_unshuffle"}
"""What the operations of channels in cells are where cells stand in channels."""


def shuffle(function: str) -> Callable[[Place], Code]:
    """Channels to positions, or back, in the order of PyTorch or of TensorFlow.

    Raises Refusal of what cannot be said.
    """

    def translate(place: Place) -> Code:
        if place.rank != 2:
            raise place.refuse("only maps of two axes are shuffled")
        if place.layer.factor == 1:
            # Nothing moves, and Keras asks for at least 2.
            return Code("{0}")
        # Where channels are the first axis, those of a cell stand together by another word, too.
        last = place.plain.rules.channels_last
        name = function if last else _PLAIN.get(function, function)
        return Code(f"{name}({{0}}, {{factor}})", slots={"factor": Slot(place.layer.factor, "factor")},
                    needs=(name,) if "." not in name else ())  # fmt: skip

    return translate


def gather(place: Place) -> Code:
    """Some places along an axis, in any order."""
    at, indices = places_of(place)
    return Code(f"ops.take({{0}}, {indices}, axis={axis_of(place.x, at)})")


def tile(place: Place) -> Code:
    """An axis as often as is said."""
    total = len(axes_of(place.x)) + 1
    axis = axis_of(place.x, axis_place(place.x, place.layer.axis, "axis", place.plain.rules))
    times = ["{times}" if i == axis % total else "1" for i in range(total)]
    return Code(
        f"ops.tile({{0}}, ({', '.join(times)}))", slots={"times": Slot(place.layer.times, "times")}
    )


def repeat_vector(place: Place) -> Code:
    """A vector as every step of a sequence."""
    made = {"": Made("layers.RepeatVector", (Argument("{times}"),))}
    return Code("{m}({0})", made, {"times": Slot(place.layer.times, "times")})


def channel_shuffle(place: Place) -> Code:
    """Channels of all groups in turn."""
    return Code("channel_shuffle({0}, {groups})", slots={"groups": Slot(place.layer.groups, "groups")},
                needs=("channel_shuffle",))  # fmt: skip


def unfold(place: Place) -> Code:
    """The elements of every window as channels, those of a channel behind each other.

    Raises Refusal of what cannot be said.
    """
    windows = place.sliding_windows()
    if (
        place.rank != 2
        or any(map(any, (w.padding for w in windows)))
        or any(w.dilation > 1 for w in windows)
    ):
        raise place.refuse("only windows of two axes without padding are written")
    slots = {
        "kernel": Slot(tuple(w.kernel for w in windows), "kernel"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
    }
    return Code("unfold({0}, {kernel}, {strides})", slots=slots, needs=("unfold",))
