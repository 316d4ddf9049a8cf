"""Windows as Keras writes them, on maps with the channels last: convolutions, pools, resizing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import by_mode
from cnncalc.exporting.code import Argument, Code, Made, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.exporters.base.place import Place

_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
_INTERPOLATIONS = {"linear": "bilinear", "bilinear": "bilinear", "cubic": "bicubic", "bicubic": "bicubic",
                   "nearest": "nearest", "nearest_exact": "nearest", "lanczos3": "lanczos3"}  # fmt: skip
_EXPLICIT = "Keras pads explicitly before the layer"


def pad_explicitly(
    text: str, pads: Sequence[tuple[int, int]], more: str = ""
) -> tuple[str, dict[str, Slot]]:
    """A map padded along its axes of space, and the slots in it."""
    slots: dict[str, Slot] = {}
    places = ["(0, 0)"]
    for axis, pair in enumerate(pads):
        names = [f"before_{axis}", f"after_{axis}"]
        slots |= {name: Slot(count) for name, count in zip(names, pair, strict=True)}
        places.append(f"({{{names[0]}}}, {{{names[1]}}})")
    return f"ops.pad({text}, ({', '.join([*places, '(0, 0)'])}){more})", slots


def conv(place: Place) -> Code:
    """A convolution."""
    layer = place.layer
    arguments, slots, given, note = _sliding(place, "{m}({0})")
    slots["groups"] = Slot(layer.groups, "groups")
    arguments.append(Argument("{groups}", "groups", 1))
    slots["filters"] = Slot(layer.filters, "filters", "out")
    made = Made(
        f"layers.Conv{place.rank}D", (Argument("{filters}"), *arguments, *_bias(layer, slots))
    )
    return Code(given, {"": made}, slots, note)


def depthwise_conv(place: Place) -> Code:
    """A depthwise convolution; in three axes a convolution of as many groups as channels."""
    layer = place.layer
    arguments, slots, given, note = _sliding(place, "{m}({0})")
    bias = _bias(layer, slots)
    unequal = len({window.stride for window in place.windows}) > 1
    if place.rank == 3 or unequal:
        slots["channels"] = Slot(place.x.channels, "", "in")
        slots["filters"] = Slot(place.output.channels, "", "in" if layer.multiplier == 1 else "")
        made = Made(f"layers.Conv{place.rank}D", (Argument("{filters}"), *arguments,
                                                  Argument("{channels}", "groups"), *bias))  # fmt: skip
        return Code(given, {"": made}, slots, note)
    slots["multiplier"] = Slot(layer.multiplier, "multiplier")
    more = Argument("{multiplier}", "depth_multiplier", 1)
    return Code(
        given,
        {"": Made(f"layers.DepthwiseConv{place.rank}D", (*arguments, more, *bias))},
        slots,
        note,
    )


def separable_conv(place: Place) -> Code:
    """A depthwise convolution and a pointwise one; raises Refusal of what cannot be said."""
    layer = place.layer
    if place.rank > 2:
        raise place.refuse("Keras has separable convolutions in one and two axes")
    arguments, slots, given, note = _sliding(place, "{m}({0})")
    bias = _bias(layer, slots)
    slots |= {
        "multiplier": Slot(layer.multiplier, "multiplier"),
        "filters": Slot(layer.filters, "filters", "out"),
    }
    more = Argument("{multiplier}", "depth_multiplier", 1)
    made = Made(
        f"layers.SeparableConv{place.rank}D", (Argument("{filters}"), *arguments, more, *bias)
    )
    return Code(given, {"": made}, slots, note)


def _bias(layer: Any, slots: dict[str, Slot]) -> list[Argument]:
    slots["bias"] = Slot(layer.bias, "bias")
    return [Argument("{bias}", "use_bias", True)]


def _sliding(place: Place, given: str) -> tuple[list[Argument], dict[str, Slot], str, str]:
    """The arguments of a convolution but for its filters, and its input padded where it must be."""
    layer = place.layer
    mode = getattr(layer, "padding_mode", "zeros")
    windows = place.sliding_windows()
    slots = {
        "kernel": Slot(tuple(w.kernel for w in windows), "kernel"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
    }
    if any(w.stride > 1 for w in windows) and any(w.dilation > 1 for w in windows):
        raise place.refuse("Keras has no stride and dilation at once")
    same, note = _is_same(windows, place.x.size), ""
    if mode != "zeros":
        same = False
    arguments = [Argument("{kernel}"), Argument("{strides}", "strides", 1)]
    if same:
        arguments.append(Argument('"same"', "padding"))
    elif any(map(any, (w.padding for w in windows))):
        text, more = pad_explicitly(
            "{0}",
            [w.padding for w in windows],
            "" if mode == "zeros" else f', mode="{_MODES[mode]}"',
        )
        slots |= more
        given, note = given.replace("{0}", text), _EXPLICIT
    arguments.append(Argument("{dilation}", "dilation_rate", 1))
    return arguments, slots, given, note


def _is_same(windows: Sequence[Window], sizes: Sequence[int]) -> bool:
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


def max_pool(place: Place) -> Code:
    """A maximum pool."""
    return _pool(place, "Max")


def avg_pool(place: Place) -> Code:
    """An average pool; whether the padding counts is the dialect's."""
    return _pool(place, "Average")


def _pool(place: Place, what: str) -> Code:
    rank, sizes = place.rank, place.x.size
    windows = place.sliding_windows()
    if any(w.dilation > 1 for w in windows):
        raise place.refuse("Keras' pools have no dilation")
    slots = {
        "size": Slot(tuple(w.kernel for w in windows), "size"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
    }
    arguments = [Argument("{size}"), Argument("{strides}", "strides", "{size}")]
    given, note = "{m}({0})", ""
    exact = [_whole(w, n) for w, n in zip(windows, sizes, strict=True)]
    counts = what == "Average" and place.counts_padding()
    if _is_same(exact, sizes) and not counts:
        arguments.append(Argument('"same"', "padding"))
    elif any(map(any, (w.padding for w in exact))):
        if what == "Average" and (not counts or any(w.rounding != "floor" for w in windows)):
            raise place.refuse("the average of what is not padded is Keras' with `same` only")
        more = ', constant_values=float("-inf")' if what == "Max" else ""
        text, extra = pad_explicitly("{0}", [w.padding for w in exact], more)
        slots |= extra
        given, note = given.replace("{0}", text), _EXPLICIT
    return Code(given, {"": Made(f"layers.{what}Pooling{rank}D", tuple(arguments))}, slots, note)


def _whole(window: Window, n: int) -> Window:
    """The window with as much padding behind it as its last position needs."""
    before, after = window.padding
    needed = (window.positions(n) - 1) * window.stride + window.extent - n - before
    return window._replace(padding=(before, max(after, needed)))


def adaptive(what: str) -> Callable[[Place], Code]:
    """A pool to a given size."""

    def translate(place: Place) -> Code:
        made = Made(f"layers.Adaptive{what}Pooling{place.rank}D", (Argument("{size}"),))
        return Code("{m}({0})", {"": made}, {"size": Slot(place.output.size, "size")})

    return translate


def global_pool(what: str) -> Callable[[Place], Code]:
    """A pool over all of a map."""

    def translate(place: Place) -> Code:
        if not place.rank:
            return Code("{0}")
        keep = (Argument("True", "keepdims"),) if place.output.size else ()
        return Code("{m}({0})", {"": Made(f"layers.Global{what}Pooling{place.rank}D", keep)})

    return translate


def lp_pool(place: Place) -> Code:
    """A power-average pool: the root of the mean of powers, times how many there are.

    Raises Refusal of what cannot be said.
    """
    windows = place.sliding_windows()
    if place.layer.ceil or any(map(any, (w.padding for w in windows))):
        raise place.refuse("Keras has no power-average pool that rounds up")
    count = 1
    for w in windows:
        count *= w.kernel
    slots = {
        "size": Slot(tuple(w.kernel for w in windows), "size"),
        "strides": Slot(tuple(w.stride for w in windows), "stride"),
        "count": Slot(count),
        "p": Slot(place.layer.p, "p"),
    }
    return Code(
        "ops.power({count} * ops.average_pool(ops.power({0}, {p}), {size}, {strides}), 1 / {p})",
        slots=slots,
    )


def upsample(place: Place) -> Code:
    """Larger by a factor; raises Refusal of what cannot be said."""
    layer = place.layer
    if (
        place.rank == 2
        and layer.mode in ("nearest", "linear", "bilinear")
        and not layer.align_corners
    ):
        scale = layer.scale
        if isinstance(scale, int) or all(
            isinstance(s, int) for s in scale if not isinstance(scale, float)
        ):
            more = () if layer.mode == "nearest" else (Argument('"bilinear"', "interpolation"),)
            made = Made("layers.UpSampling2D", (Argument("{scale}"), *more))
            return Code("{m}({0})", {"": made}, {"scale": Slot(scale, "scale")})
    if place.rank in (1, 3) and layer.mode == "nearest" and isinstance(layer.scale, int):
        made = Made(f"layers.UpSampling{place.rank}D", (Argument("{scale}"),))
        return Code("{m}({0})", {"": made}, {"scale": Slot(layer.scale, "scale")})
    raise place.refuse(
        f"Keras upsamples {'corners that are aligned' if layer.align_corners else 'so'} not at all"
    )


def resize(place: Place) -> Code:
    """Interpolated to a size; raises Refusal of what cannot be said."""
    layer = place.layer
    mode = _INTERPOLATIONS.get(layer.mode, "")
    if place.rank != 2 or layer.align_corners or not mode:
        raise place.refuse("Keras resizes maps of two axes, whose corners are not aligned")
    whole = all(m % n == 0 for n, m in zip(place.x.size, place.output.size, strict=True))
    floors = layer.mode == "nearest" and place.plain.rules.nearest == "nearest"
    if floors and not whole:
        raise place.refuse(
            "Keras' nearest is the element under the centre, here it is that under the start"
        )
    slots = {"rows": Slot(place.output.size[0]), "columns": Slot(place.output.size[1])}
    more = "" if mode == "bilinear" else f', interpolation="{mode}"'
    return Code(f"ops.image.resize({{0}}, ({{rows}}, {{columns}}){more})", slots=slots)
