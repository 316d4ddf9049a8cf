"""Windows as PyTorch writes them: convolutions, pools, resizing; what it cannot say is padded before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.arithmetic.windows import Window
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.place import Place

_MODES = {"zeros": "constant", "reflect": "reflect", "edge": "replicate", "circular": "circular",
          "replicate": "replicate"}  # fmt: skip


def padding_before(pads: Sequence[tuple[int, int]], value: str = "") -> tuple[str, dict[str, Slot]]:
    """`F.pad` of {0} by (before, after) along each axis, the last axis first; and its slots."""
    slots: dict[str, Slot] = {}
    places = []
    for axis, (before, after) in reversed(list(enumerate(pads))):
        for side, count in (("before", before), ("after", after)):
            slots[f"{side}_{axis}"] = Slot(count)
            places.append(f"{{{side}_{axis}}}")
    return f"F.pad({{0}}, ({', '.join(places)}){value})", slots


def conv(place: Place) -> Code:
    """A convolution; with unlike sides its input is padded before it."""
    layer = place.layer
    groups = Slot(layer.groups, "groups")
    return _convolution(place, Slot(layer.filters, "filters", "out"), groups, layer.bias)


def depthwise_conv(place: Place) -> Code:
    """A convolution of as many groups as channels."""
    channels = place.x.channels
    multiplier = place.layer.multiplier
    out = Slot(channels * multiplier, "", "in" if multiplier == 1 else "")
    return _convolution(place, out, Slot(channels, "", "in"), place.layer.bias)


def separable_conv(place: Place) -> Code:
    """A depthwise convolution without a bias, and a pointwise one."""
    layer, channels = place.layer, place.x.channels
    inner = channels * layer.multiplier
    out = Slot(inner, "", "in" if layer.multiplier == 1 else "")
    first = _convolution(place, out, Slot(channels, "", "in"), bias=False)
    slots = {**first.slots, "inner": out, "out_channels": Slot(layer.filters, "filters", "out"),
             "bias": Slot(layer.bias, "bias")}  # fmt: skip
    slots["hidden"] = slots.pop("inner")
    depthwise = first.made[""]
    # Of the two only the pointwise one has a bias.
    texts = {"out_channels": "{hidden}", "bias": "False"}
    arguments = (argument._replace(value=argument.write(texts)) for argument in depthwise.arguments)
    renamed = Made(depthwise.function, tuple(arguments))
    rank = place.rank
    pointwise = Made(f"nn.Conv{rank}d", (Argument("{hidden}"), Argument("{out_channels}"), Argument("1"),
                                         Argument("{bias}", "bias", True)))  # fmt: skip
    given = first.given.replace("{m}", "{m_depthwise}")
    return Code(f"{{m}}({given})", {"depthwise": renamed, "": pointwise}, slots)


def _convolution(place: Place, out: Slot, groups: Slot, bias: bool) -> Code:
    layer, rank = place.layer, place.rank
    windows = place.sliding_windows()
    pads = [window.padding for window in windows]
    mode = getattr(layer, "padding_mode", "zeros")
    slots = {
        "in_channels": Slot(place.x.channels, "", "in"),
        "out_channels": out,
        "kernel_size": Slot(tuple(w.kernel for w in windows), "kernel"),
        "stride": Slot(tuple(w.stride for w in windows), "stride"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
        "groups": groups,
        "bias": Slot(bias, "bias"),
    }
    given, text, note = "{m}({0})", "{padding}", ""
    if all(before == after >= 0 for before, after in pads):
        slots["padding"] = Slot(tuple(before for before, _ in pads), "padding")
    else:
        before, more = padding_before(pads, "" if mode == "zeros" else f', mode="{_MODES[mode]}"')
        slots |= more
        given, text = f"{{m}}({before})", "0"
        note = "PyTorch pads both sides alike: these differ"
    arguments = [
        Argument("{in_channels}"),
        Argument("{out_channels}"),
        Argument("{kernel_size}"),
        Argument("{stride}", "stride", 1),
        Argument(text, "padding", 0),
        Argument("{dilation}", "dilation", 1),
        Argument("{groups}", "groups", 1),
        Argument("{bias}", "bias", True),
    ]
    if mode != "zeros" and text != "0":
        arguments.append(Argument(f'"{_MODES[mode]}"', "padding_mode"))
    return Code(given, {"": Made(f"nn.Conv{rank}d", tuple(arguments))}, slots, note)


def _whole(window: Window, n: int) -> Window:
    """The window with as much padding behind it as its last position needs, and rounded down."""
    count = window.positions(n)
    before, after = window.padding
    needed = (count - 1) * window.stride + window.extent - n - before
    return window._replace(padding=(before, max(after, needed)), rounding="floor")


def conv_transpose(place: Place) -> Code:
    """A transposed convolution; what PyTorch cannot cut is cut behind it."""
    layer, rank = place.layer, place.rank
    windows = list(place.windows)
    slots = {
        "in_channels": Slot(place.x.channels, "", "in"),
        "out_channels": Slot(layer.filters, "filters", "out"),
        "kernel_size": Slot(tuple(w.kernel for w in windows), "kernel"),
        "stride": Slot(tuple(w.stride for w in windows), "stride"),
        "groups": Slot(layer.groups, "groups"),
        "bias": Slot(layer.bias, "bias"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
    }
    pads = [max(0, window.padding[0]) for window in windows]
    extra = [pad - window.padding[1] for pad, window in zip(pads, windows, strict=True)]
    fits = all(
        window.padding[0] >= 0 and 0 <= more < max(window.stride, window.dilation)
        for window, more in zip(windows, extra, strict=True)
    )
    given, note = "{m}({0})", ""
    if not fits:
        # Nothing is cut or added by the layer itself: `F.pad` with negative numbers cuts.
        pads, extra = [0] * rank, [0] * rank
        text, more_slots = padding_before([(-b, -a) for b, a in (w.padding for w in windows)])
        slots |= more_slots
        given = text.replace("{0}", "{m}({0})")
        note = "PyTorch cuts both sides alike: these differ"
    slots["padding"] = Slot(tuple(pads), "padding")
    slots["output_padding"] = Slot(tuple(extra), "output_padding")
    arguments = (
        Argument("{in_channels}"),
        Argument("{out_channels}"),
        Argument("{kernel_size}"),
        Argument("{stride}", "stride", 1),
        Argument("{padding}", "padding", 0),
        Argument("{output_padding}", "output_padding", 0),
        Argument("{groups}", "groups", 1),
        Argument("{bias}", "bias", True),
        Argument("{dilation}", "dilation", 1),
    )
    return Code(given, {"": Made(f"nn.ConvTranspose{rank}d", arguments)}, slots, note)


def max_pool(place: Place) -> Code:
    """A maximum pool; unlike sides are padded with what is below every number."""
    return _pool(place, "Max", ', value=float("-inf")')


def avg_pool(place: Place) -> Code:
    """An average pool; whether the padding counts is the dialect's."""
    windows = place.sliding_windows()
    if place.counts_padding() or not any(map(any, (w.padding for w in windows))):
        return _pool(place, "Avg", "")
    if all(before == after <= w.extent // 2 for w in windows for before, after in [w.padding]):
        return _pool(place, "Avg", "", Argument("False", "count_include_pad", "True"))
    # Of what is padded the average is divided by what is there: the pool of ones.
    padded, slots = padding_before(
        [_whole(w, n).padding for w, n in zip(windows, place.x.size, strict=True)]
    )
    slots |= _geometry(windows)
    made = Made(f"nn.AvgPool{place.rank}d", (Argument("{kernel_size}"), Argument("{stride}")))
    ones = padded.replace("{0}", "torch.ones_like({0})")
    return Code(f"{{m}}({padded}) / {{m}}({ones})", {"": made}, slots,
                "the padding does not count in the average")  # fmt: skip


def _geometry(windows: Sequence[Window]) -> dict[str, Slot]:
    return {
        "kernel_size": Slot(tuple(w.kernel for w in windows), "size"),
        "stride": Slot(tuple(w.stride for w in windows), "stride"),
    }


def _pool(place: Place, what: str, value: str, *more: Argument) -> Code:
    rank, sizes = place.rank, place.x.size
    windows = place.sliding_windows()
    slots = _geometry(windows)
    stride = Argument("{stride}", "stride")
    if all(w.stride == w.kernel for w in windows):
        stride = Argument("{stride}", "stride", "{kernel_size}")
    arguments = [Argument("{kernel_size}"), stride]
    exact = [_whole(w, n) for w, n in zip(windows, sizes, strict=True)]
    rounded = any(w.rounding != "floor" for w in windows)
    alike = all(before == after <= w.extent // 2 for w in windows for before, after in [w.padding])
    torch_ceil = all(
        w.positions(n)
        == ROUNDING["ceil"](n + sum(w.padding) - w.extent, w.stride, n + w.padding[0])
        for w, n in zip(windows, sizes, strict=True)
    )
    given, note = "{m}({0})", ""
    if alike and (not rounded or torch_ceil):
        slots["padding"] = Slot(tuple(w.padding[0] for w in windows), "padding")
        arguments.append(Argument("{padding}", "padding", 0))
        if any(w.dilation > 1 for w in windows):
            slots["dilation"] = Slot(tuple(w.dilation for w in windows), "dilation")
            arguments.append(Argument("{dilation}", "dilation", 1))
        if rounded:
            arguments.append(Argument("True", "ceil_mode"))
    elif what == "Avg" and rounded:
        raise place.refuse("averages of a last window that sticks out are not PyTorch's",
                           help="pad the map explicitly: - pad: [[0, 1], [0, 1]]")  # fmt: skip
    else:
        before, extra = padding_before([w.padding for w in exact], value)
        slots |= extra
        given, note = f"{{m}}({before})", _note_on_padding(exact)
        if any(w.dilation > 1 for w in windows):
            slots["dilation"] = Slot(tuple(w.dilation for w in windows), "dilation")
            arguments.append(Argument("{dilation}", "dilation", 1))
    return Code(given, {"": Made(f"nn.{what}Pool{rank}d", (*arguments, *more))}, slots, note)


def _note_on_padding(windows: Sequence[Window]) -> str:
    """Why a pool does not pad by itself."""
    if all(before == after for before, after in (w.padding for w in windows)):
        return "PyTorch pads at most half of a window"
    return "PyTorch pads both sides alike: these differ"


def lp_pool(place: Place) -> Code:
    """A power-average pool."""
    windows = place.sliding_windows()
    slots = {**_geometry(windows), "p": Slot(place.layer.p, "p")}
    arguments = [
        Argument("{p}"),
        Argument("{kernel_size}"),
        Argument("{stride}", "stride", "{kernel_size}"),
    ]
    if place.layer.ceil:
        arguments.append(Argument("True", "ceil_mode"))
    return Code("{m}({0})", {"": Made(f"nn.LPPool{place.rank}d", tuple(arguments))}, slots)


def max_unpool(place: Place) -> Code:
    """Values back in their places: the pool that made them is asked for its indices.

    Raises Refusal of what cannot be said.
    """
    if len(place.inputs) < 2:
        raise place.refuse("where the values were largest is known of what the pool read",
                           help="max_unpool: {like: NAME} names it")  # fmt: skip
    layer, rank = place.layer, place.rank
    stride = layer.size if layer.stride is None else layer.stride
    slots = {
        "size": Slot(per_axis(layer.size, rank, "size"), "size"),
        "stride": Slot(per_axis(stride, rank, "stride"), "stride"),
        "padding": Slot(per_axis(layer.padding, rank, "padding"), "padding"),
    }
    pools = [
        Window(k, s, 1, (p, p))
        for k, s, p in zip(*(slot.value for slot in slots.values()), strict=True)
    ]
    read = zip(pools, place.inputs[1].size, place.x.size, strict=True)
    more = "" if all(w.positions(n) == m for w, n, m in read) else ", ceil_mode=True"
    window = "{size}, {stride}, {padding}"
    indices = f"F.max_pool{rank}d({{1}}, {window}{more}, return_indices=True)[1]"
    arguments = (
        Argument("{size}"),
        Argument("{stride}", "stride", "{size}"),
        Argument("{padding}", "padding", 0),
    )
    made = Made(f"nn.MaxUnpool{rank}d", arguments)
    return Code(f"{{m}}({{0}}, {indices}, {{1}}.shape[2:])", {"": made}, slots)


def adaptive(what: str) -> Callable[[Place], Code]:
    """A pool to a given size."""

    def translate(place: Place) -> Code:
        made = Made(f"nn.Adaptive{what}Pool{place.rank}d", (Argument("{size}"),))
        return Code("{m}({0})", {"": made}, {"size": Slot(place.output.size, "size")})

    return translate


def global_pool(what: str) -> Callable[[Place], Code]:
    """A pool over all of a map."""

    def translate(place: Place) -> Code:
        axes = tuple(range(2, 2 + place.rank))
        function = "mean" if what == "avg" else "amax"
        keep = ", keepdim=True" if place.output.size else ""
        dims = f"{axes}" if len(axes) > 1 else f"{axes[0]}"
        return Code(f"{{0}}.{function}({dims}{keep})") if axes else Code("{0}")

    return translate


def unfold(place: Place) -> Code:
    """The elements of every window as channels; raises Refusal of what cannot be said."""
    windows = place.sliding_windows()
    if any(before != after for before, after in (w.padding for w in windows)) or place.rank != 2:
        raise place.refuse("PyTorch unfolds maps of two axes, padded alike on both sides")
    slots = {
        "kernel_size": Slot(tuple(w.kernel for w in windows), "kernel"),
        "dilation": Slot(tuple(w.dilation for w in windows), "dilation"),
        "padding": Slot(tuple(w.padding[0] for w in windows), "padding"),
        "stride": Slot(tuple(w.stride for w in windows), "stride"),
    }
    arguments = (Argument("{kernel_size}"), Argument("{dilation}", "dilation", 1),
                 Argument("{padding}", "padding", 0), Argument("{stride}", "stride", 1))  # fmt: skip
    return Code("{m}({0})", {"": Made("nn.Unfold", arguments)}, slots)


def regions(function: str, sampling: bool) -> Callable[[Place], Code]:
    """What lies in each region of interest; the regions are given to the network besides its inputs."""

    def translate(place: Place) -> Code:
        layer = place.layer
        slots = {"size": Slot(per_axis(layer.size, 2, "size"), "size")}
        more = ""
        if layer.scale is not None:
            slots["scale"] = Slot(float(layer.scale), "scale")
            more += ", spatial_scale={scale}"
        if sampling:
            slots["sampling"] = Slot(layer.sampling, "sampling")
            more += ", sampling_ratio={sampling}"
        return Code(f"ops.{function}({{0}}, {{rois}}, {{size}}{more})", slots=slots, outside="rois")

    return translate
