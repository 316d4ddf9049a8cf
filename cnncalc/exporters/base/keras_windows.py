"""Windows as Keras writes them, on maps with the channels last: convolutions, pools, resizing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import by_mode
from cnncalc.exporting.code import Argument, Code, Made, Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.exporters.base.place import Place

EXPLICIT = "Keras pads explicitly before the layer"


def pad_explicitly(
    text: str, pads: Sequence[tuple[int, int]], more: str = ""
) -> tuple[str, dict[str, Slot]]:
    """A map padded along its axes of space, and the slots in it."""
    places, slots = _pairs(pads)
    return f"ops.pad({text}, ({', '.join(['(0, 0)', *places, '(0, 0)'])}){more})", slots


def pad_by_mode(
    text: str, pads: Sequence[tuple[int, int]], mode: str
) -> tuple[str, dict[str, Slot], tuple[str, ...]]:
    """A map continued as a `mode` of the language says: the text, its slots, and the functions it needs."""
    if mode not in ("replicate", "circular"):
        return *pad_explicitly(text, pads, ', mode="reflect"' if mode == "reflect" else ""), ()
    # Not every backend of Keras has these.
    places, slots = _pairs(pads)
    sides = f"({', '.join(places)}{',' * (len(places) == 1)})"
    wrap = ", wrap=True" if mode == "circular" else ""
    return f"pad_edges({text}, {sides}{wrap})", slots, ("pad_edges",)


def _pairs(pads: Sequence[tuple[int, int]]) -> tuple[list[str], dict[str, Slot]]:
    """What stands on both sides of each axis, as texts, and the slots in them."""
    slots: dict[str, Slot] = {}
    places = []
    for axis, pair in enumerate(pads):
        names = [f"before_{axis}", f"after_{axis}"]
        slots |= {name: Slot(count) for name, count in zip(names, pair, strict=True)}
        places.append(f"({{{names[0]}}}, {{{names[1]}}})")
    return places, slots


def conv(place: Place) -> Code:
    """A convolution."""
    layer = place.layer
    arguments, slots, given, note, needs = _sliding(place, "{m}({0})")
    slots["groups"] = Slot(layer.groups, "groups")
    arguments.append(Argument("{groups}", "groups", 1))
    slots["filters"] = Slot(layer.filters, "filters", "out")
    made = Made(
        f"layers.Conv{place.rank}D", (Argument("{filters}"), *arguments, *_bias(layer, slots))
    )
    return Code(given, {"": made}, slots, note, needs)


def depthwise_conv(place: Place) -> Code:
    """A depthwise convolution; in three axes a convolution of as many groups as channels."""
    layer = place.layer
    arguments, slots, given, note, needs = _sliding(place, "{m}({0})")
    bias = _bias(layer, slots)
    unequal = len({window.stride for window in place.windows}) > 1
    if place.rank == 3 or unequal:
        slots["channels"] = Slot(place.x.channels, "", "in")
        slots["filters"] = Slot(place.output.channels, "", "in" if layer.multiplier == 1 else "")
        made = Made(f"layers.Conv{place.rank}D", (Argument("{filters}"), *arguments,
                                                  Argument("{channels}", "groups"), *bias))  # fmt: skip
        return Code(given, {"": made}, slots, note, needs)
    slots["multiplier"] = Slot(layer.multiplier, "multiplier")
    more = Argument("{multiplier}", "depth_multiplier", 1)
    return Code(
        given,
        {"": Made(f"layers.DepthwiseConv{place.rank}D", (*arguments, more, *bias))},
        slots,
        note,
        needs,
    )


def separable_conv(place: Place) -> Code:
    """A depthwise convolution and a pointwise one; raises Refusal of what cannot be said."""
    layer = place.layer
    if place.rank > 2:
        raise place.refuse("Keras has separable convolutions in one and two axes")
    arguments, slots, given, note, needs = _sliding(place, "{m}({0})")
    bias = _bias(layer, slots)
    slots |= {
        "multiplier": Slot(layer.multiplier, "multiplier"),
        "filters": Slot(layer.filters, "filters", "out"),
    }
    more = Argument("{multiplier}", "depth_multiplier", 1)
    made = Made(
        f"layers.SeparableConv{place.rank}D", (Argument("{filters}"), *arguments, more, *bias)
    )
    return Code(given, {"": made}, slots, note, needs)


def _bias(layer: Any, slots: dict[str, Slot]) -> list[Argument]:
    slots["bias"] = Slot(layer.bias, "bias")
    return [Argument("{bias}", "use_bias", True)]


def _sliding(
    place: Place, given: str
) -> tuple[list[Argument], dict[str, Slot], str, str, tuple[str, ...]]:
    """The arguments of a convolution but for its filters, and its input padded where it must be."""
    layer = place.layer
    mode = getattr(layer, "padding_mode", "zeros")
    windows = place.sliding_windows()
    slots = {
        "kernel": Slot(tuple(w.kernel for w in windows), "kernel"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
    }
    _refuse_both(place, windows)
    same, note = is_same(windows, place.x.size), ""
    needs: tuple[str, ...] = ()
    if mode != "zeros":
        same = False
    arguments = [Argument("{kernel}"), Argument("{strides}", "strides", 1)]
    if same:
        arguments.append(Argument('"same"', "padding"))
    elif any(map(any, (w.padding for w in windows))):
        text, more, needs = pad_by_mode("{0}", [w.padding for w in windows], mode)
        slots |= more
        given, note = given.replace("{0}", text), EXPLICIT
    arguments.append(Argument("{dilation}", "dilation_rate", 1))
    return arguments, slots, given, note, needs


def _refuse_both(place: Place, windows: Sequence[Window]) -> None:
    if any(w.stride > 1 for w in windows) and any(w.dilation > 1 for w in windows):
        raise place.refuse("Keras has no stride and dilation at once")


def is_same(windows: Sequence[Window], sizes: Sequence[int]) -> bool:
    """Whether Keras' `same` pads as these windows do, and something is padded."""
    pads = [w.padding for w in windows]
    return any(map(any, pads)) and all(
        w.padding == by_mode("same", n, w.kernel, w.stride, w.dilation)
        for w, n in zip(windows, sizes, strict=True)
    )


def conv_transpose(place: Place) -> Code:
    """A transposed convolution; what Keras cuts otherwise is cut behind it.

    Raises Refusal of what cannot be said.
    """
    layer, rank = place.layer, place.rank
    windows = list(place.windows)
    if layer.groups > 1:
        raise place.refuse("Keras' transposed convolutions have no groups")
    _refuse_both(place, windows)
    slots = {
        "filters": Slot(layer.filters, "filters", "out"),
        "kernel": Slot(tuple(w.kernel for w in windows), "kernel"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
    }
    arguments = [Argument("{filters}"), Argument("{kernel}"), Argument("{strides}", "strides", 1)]
    full = [max(w.extent, w.stride) - w.extent for w in windows]
    cuts = [(w.padding[0], w.padding[1] + more) for w, more in zip(windows, full, strict=True)]
    same = [_find_same_cut(w) for w in windows]
    given, note = "{m}({0})", ""
    if any(map(any, cuts)) and [w.padding for w in windows] == same:
        arguments.append(Argument('"same"', "padding"))
    elif any(side < 0 for cut in cuts for side in cut):
        # What is longer than the windows reach is for `output_padding`, which only `same` and
        # `valid` take: the rest is cut.
        # Told of it, Keras does not make up for kernels shorter than a step.
        cuts = [w.padding for w in windows]
        more = [max(0, -after) for _, after in cuts]
        if any(before < 0 for before, _ in cuts) or any(
            m >= w.stride for m, w in zip(more, windows, strict=True)
        ):
            raise place.refuse("Keras cannot extend its output so far")
        slots["extra"] = Slot(tuple(more), "output_padding")
        arguments.append(Argument("{extra}", "output_padding", 0))
        cuts = [(before, max(0, after)) for before, after in cuts]
        given, note = _cut(given, cuts, slots)
    elif any(map(any, cuts)):
        given, note = _cut(given, cuts, slots)
    arguments.append(Argument("{dilation}", "dilation_rate", 1))
    arguments += _bias(layer, slots)
    return Code(given, {"": Made(f"layers.Conv{rank}DTranspose", tuple(arguments))}, slots, note)


def _find_same_cut(window: Any) -> tuple[int, int]:
    """What Keras' `same` cuts: what leaves stride times the inputs."""
    total = max(window.extent, window.stride) - window.stride
    less = total // 2
    return (less, total - less - (max(window.extent, window.stride) - window.extent))


def _cut(given: str, cuts: Sequence[tuple[int, int]], slots: dict[str, Slot]) -> tuple[str, str]:
    if not any(map(any, cuts)):
        return given, ""
    places = []
    for axis, pair in enumerate(cuts):
        names = [f"cut_{axis}", f"cut_after_{axis}"]
        slots |= {name: Slot(count) for name, count in zip(names, pair, strict=True)}
        places.append(f"({{{names[0]}}}, {{{names[1]}}})")
    inside = ", ".join(places) if len(places) > 1 else places[0]
    sides = f"({inside})" if len(places) > 1 else inside
    return (
        f"layers.Cropping{len(places)}D({sides})({given})",
        "Keras cuts both sides alike: these are cut behind it",
    )
