"""Windows as nodes of ONNX: what its operators round or divide in their own ways is padded before them."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Window
from cnncalc.exporters.base.averages import split_pads
from cnncalc.layers.base.shape import per_axis
from cnncalc.protobuf.onnx import FLOAT, INT64

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.onnx.spot import Spot

Pads = list[tuple[int, int]]

MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
"""What ONNX calls the ways to continue a map."""


def flat(pads: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Pads as an attribute has them: those before all axes, then those behind them."""
    return (*(before for before, _ in pads), *(after for _, after in pads))


def conv(spot: Spot) -> str:
    """A convolution."""
    layer = spot.layer
    return _convolve(spot, spot.read[0], "", layer.filters, layer.groups, bias=layer.bias)


def depthwise_conv(spot: Spot) -> str:
    """A convolution of as many groups as channels."""
    channels = spot.x.channels
    filters = channels * spot.layer.multiplier
    return _convolve(spot, spot.read[0], "", filters, channels, bias=spot.layer.bias)


def separable_conv(spot: Spot) -> str:
    """A depthwise convolution without a bias, and a pointwise one."""
    layer, channels = spot.layer, spot.x.channels
    inner = channels * layer.multiplier
    x = _convolve(spot, spot.read[0], "depthwise/", inner, channels, bias=False)
    ones = (1,) * spot.rank
    weights = [spot.weight("pointwise", (layer.filters, inner, *ones), "kernel", inner)]
    if layer.bias:
        weights.append(spot.weight("bias", (layer.filters,), "bias"))
    return spot.add("Conv", x, *weights, kernel_shape=ones)


def _convolve(spot: Spot, x: str, name: str, filters: int, groups: int, *, bias: bool) -> str:
    windows = spot.sliding_windows()
    mode = getattr(spot.layer, "padding_mode", "zeros")
    pads = [window.padding for window in windows]
    if mode != "zeros" or min(flat(pads), default=0) < 0:
        x = spot.pad(x, pads, MODES[mode])
        pads = [(0, 0)] * len(pads)
    pads = [_fit(window, n, pad) for window, n, pad in zip(windows, spot.x.size, pads, strict=True)
            ] if mode == "zeros" else pads  # fmt: skip
    inner = spot.x.channels // groups
    kernel = tuple(window.kernel for window in windows)
    weights = [
        spot.weight(f"{name}kernel", (filters, inner, *kernel), "kernel", inner * prod(kernel))
    ]
    if bias:
        weights.append(spot.weight("bias", (filters,), "bias"))
    return spot.add("Conv", x, *weights, **_geometry(windows, pads), group=groups)


def _fit(window: Window, n: int, pad: tuple[int, int]) -> tuple[int, int]:
    """The pads with as much behind the map as the last position needs where it is not rounded down."""
    return pad if window.rounding == "floor" else whole(window, n)


def _geometry(windows: Sequence[Any], pads: Sequence[tuple[int, int]]) -> dict[str, Any]:
    return {
        "kernel_shape": tuple(window.kernel for window in windows),
        "strides": tuple(window.stride for window in windows),
        "dilations": tuple(window.dilation for window in windows),
        "pads": flat(pads),
    }


def count_needed(window: Window, n: int) -> int:
    """How much the last position needs behind the map; what is negative is not read."""
    return (window.positions(n) - 1) * window.stride + window.extent - n - window.padding[0]


def whole(window: Window, n: int) -> tuple[int, int]:
    """The pads with which as many positions fit, rounded down, as the window has, and none reads less."""
    before, after = window.padding
    more = count_needed(window, n)
    # What no window reaches may stay if it is less than a step.
    return before, more if more >= 0 or more <= -window.stride else min(0, max(after, more))


def conv_transpose(spot: Spot) -> str:
    """A transposed convolution; what its pads cannot cut or add is cut and added behind it.

    Raises Refusal of what cannot be said.
    """
    layer, windows = spot.layer, list(spot.windows)
    cuts = [window.padding for window in windows]
    inner = spot.x.channels // layer.groups
    filters = layer.filters // layer.groups
    kernel = tuple(window.kernel for window in windows)
    # Each output adds up about so many products.
    taps = max(1, inner * prod(kernel) // max(1, prod(window.stride for window in windows)))
    weights = [spot.weight("kernel", (spot.x.channels, filters, *kernel), "kernel", taps)]
    if layer.bias:
        weights.append(spot.weight("bias", (layer.filters,), "bias"))
    extra = [max(0, -after) for _, after in cuts]
    fits = all(
        before >= 0 and more < max(window.stride, window.dilation)
        for (before, _), more, window in zip(cuts, extra, windows, strict=True)
    )
    pads = [(before, max(0, after)) for before, after in cuts] if fits else [(0, 0)] * len(cuts)
    more: dict[str, Any] = {"output_padding": tuple(extra)} if fits and any(extra) else {}
    x = spot.add(
        "ConvTranspose",
        spot.read[0],
        *weights,
        **_geometry(windows, pads),
        **more,
        group=layer.groups,
    )
    if fits:
        return x
    if layer.bias and min(flat(cuts)) < 0:
        raise spot.refuse("what is longer than its windows reach holds the bias alone")
    return spot.pad(x, [(-before, -after) for before, after in cuts])


def max_pool(spot: Spot) -> str:
    """A maximum pool; in some frameworks the zeros of the padding take part."""
    if spot.plain.rules.zeros_win == "beside":
        windows = spot.sliding_windows()
        pads = [whole(window, n) for window, n in zip(windows, spot.x.size, strict=True)]
        x = spot.pad(spot.read[0], pads) if any(map(any, pads)) else spot.read[0]
        return spot.add("MaxPool", x, **_geometry(windows, [(0, 0)] * len(pads)))
    x, windows, pads = _pad_first(spot, spot.read[0], spot.sliding_windows(), float("-inf"))
    return spot.add("MaxPool", x, **_geometry(windows, pads))


def _pad_first(
    spot: Spot, x: str, windows: list[Window], value: float
) -> tuple[str, list[Window], Pads]:
    """What a pool reads, and its pads: such as are not less than the window are put before it."""
    pads = [whole(window, n) for window, n in zip(windows, spot.x.size, strict=True)]
    if any(
        not 0 <= side < window.kernel
        for window, pad in zip(windows, pads, strict=True)
        for side in pad
    ):
        return spot.pad(x, pads, value=value), windows, [(0, 0)] * len(pads)
    return x, windows, pads


def avg_pool(spot: Spot) -> str:
    """An average pool that divides as the dialect does."""
    return average(spot, spot.read[0], spot.sliding_windows(), spot.divisor_rule())


def average(spot: Spot, x: str, windows: list[Window], rule: str) -> str:
    """Averages by a rule of `arithmetic.averaging`: what counts is padded, and what does not is left out."""
    pads = [whole(window, n) for window, n in zip(windows, spot.x.size, strict=True)]
    if rule == "inputs":
        return _average(spot, x, windows, pads, counts=False)
    counted, rest = split_pads(rule, windows, pads)
    if any(map(any, rest)):
        return _average(spot, spot.pad(x, counted), windows, rest, counts=False)
    return _average(spot, x, windows, counted, counts=True)


def _average(spot: Spot, x: str, windows: Sequence[Window], pads: Pads, *, counts: bool) -> str:
    short = all(
        0 <= side < window.kernel for window, pad in zip(windows, pads, strict=True) for side in pad
    )
    if not short:
        if not counts and max(flat(pads)) > 0:
            raise spot.refuse("a window of its average lies in the padding alone")
        x, pads = spot.pad(x, pads), [(0, 0)] * len(pads)
    more: dict[str, Any] = {"count_include_pad": 1} if counts and any(map(any, pads)) else {}
    return spot.add("AveragePool", x, **_geometry(windows, pads), **more)


def lp_pool(spot: Spot) -> str:
    """A power-average pool; PyTorch adds up powers with their signs, others those of magnitudes."""
    windows, p = spot.sliding_windows(), spot.layer.p
    exact = all(
        count_needed(w, n) <= max(0, w.padding[1])
        for w, n in zip(windows, spot.x.size, strict=True)
    )
    if exact and (p % 2 == 0 or spot.layer.dialect == "onnx") and p == int(p):
        x, windows, pads = _pad_first(spot, spot.read[0], windows, 0.0)
        return spot.add("LpPool", x, **_geometry(windows, pads), p=int(p))
    powers = spot.read[0] if p == 1 else spot.add("Pow", spot.read[0], spot.number(p))
    means = average(spot, powers, windows, spot.divisor_rule())
    sums = spot.add("Mul", means, spot.number(prod(window.kernel for window in windows)))
    return sums if p == 1 else spot.add("Pow", sums, spot.number(1 / p), part="root")


def max_unpool(spot: Spot) -> str:
    """Values back in their places: the pool that made them is asked for its indices.

    Raises Refusal of what cannot be said.
    """
    if len(spot.inputs) < 2:
        raise spot.refuse("where the values were largest is known of what the pool read",
                          help="max_unpool: {like: NAME} names it")  # fmt: skip
    layer, rank = spot.layer, spot.rank
    stride = layer.size if layer.stride is None else layer.stride
    keys = (layer.size, "size"), (stride, "stride"), (layer.padding, "padding")
    read = spot.inputs[1].size
    windows = [
        Window(kernel, step, 1, (pad, pad))
        for kernel, step, pad in zip(
            *(per_axis(value, rank, key) for value, key in keys), strict=True
        )
    ]
    windows = [
        window if window.positions(n) == m else window._replace(rounding="ceil")
        for window, n, m in zip(windows, read, spot.x.size, strict=True)
    ]
    pads = [whole(window, n) for window, n in zip(windows, read, strict=True)]
    geometry = _geometry(windows, pads)
    _, indices = spot.add_many(2, "MaxPool", spot.read[1], **geometry)
    del geometry["dilations"]
    if isinstance(spot.graph.batch, int):
        shape = spot.ints(spot.graph.batch * spot.x.copies, spot.x.channels, *read)
    else:
        shape = spot.add("Shape", spot.read[1])
    return spot.add("MaxUnpool", spot.read[0], indices, shape, **geometry)


def adaptive(what: str) -> Callable[[Spot], str]:
    """A pool to a given size: where its windows are unlike, each is cut out by itself."""

    def translate(spot: Spot) -> str:
        return adapt(spot, spot.read[0], what)

    return translate


def adapt(spot: Spot, x: str, what: str) -> str:
    """The mean (`Average`) or maximum (`Max`) of each part of the map, axis by axis."""
    sizes, targets = spot.x.size, spot.output.size
    if all(n == 1 for n in targets):
        return spot.add(f"Global{what}Pool", x)
    parts = [_parts(n, target) for n, target in zip(sizes, targets, strict=True)]
    even = [_as_window(part) for part in parts]
    windows = [window for window in even if window is not None]
    if len(windows) == len(even):
        return spot.add(f"{what}Pool", x, **_geometry(windows, [(0, 0)] * len(windows)))
    reduce = "ReduceMean" if what == "Average" else "ReduceMax"
    for axis, part in enumerate(parts, 2):
        if part == [(i, i + 1) for i in range(sizes[axis - 2])]:
            continue
        pieces = [
            spot.add(reduce, spot.cut(x, axis, first, end), spot.ints(axis), keepdims=1)
            for first, end in part
        ]
        x = spot.add("Concat", *pieces, axis=axis)
    return x


def _parts(n: int, target: int) -> list[tuple[int, int]]:
    """Where the parts begin and end: rounded down, and up."""
    return [(i * n // target, -(-(i + 1) * n // target)) for i in range(target)]


def _as_window(parts: list[tuple[int, int]]) -> Window | None:
    """Parts of one length and distance as a window."""
    first, end = parts[0]
    stride = parts[1][0] - first if len(parts) > 1 else end - first
    alike = all(part == (i * stride, i * stride + end) for i, part in enumerate(parts))
    return Window(end, stride) if alike and stride else None


def global_pool(what: str) -> Callable[[Spot], str]:
    """A pool over all of a map."""

    def translate(spot: Spot) -> str:
        if not spot.rank:
            return spot.add("Identity", spot.read[0])
        pooled = spot.add(f"Global{what}Pool", spot.read[0])
        return pooled if spot.output.size else spot.add("Flatten", pooled, axis=1)

    return translate


def unfold(spot: Spot) -> str:
    """The elements of every window as channels, those of a channel behind each other."""
    windows = spot.sliding_windows()
    rank, channels = spot.rank, spot.x.channels
    x = spot.read[0]
    pads = [window.padding for window in windows]
    if any(map(any, pads)):
        x = spot.pad(x, pads)
    counts = [window.positions(n) for window, n in zip(windows, spot.x.size, strict=True)]
    places: list[tuple[int, ...]] = [()]
    for window in windows:
        places = [(*place, tap) for place in places for tap in range(window.kernel)]
    axes = spot.ints(*range(2, 2 + rank))
    steps = spot.ints(*(window.stride for window in windows))
    pieces = []
    for place in places:
        starts = [tap * window.dilation for tap, window in zip(place, windows, strict=True)]
        ends = [
            start + (count - 1) * window.stride + 1
            for start, count, window in zip(starts, counts, windows, strict=True)
        ]
        piece = spot.add("Slice", x, spot.ints(*starts), spot.ints(*ends), axes, steps)
        pieces.append(spot.add("Unsqueeze", piece, spot.ints(2)))
    joined = spot.add("Concat", *pieces, axis=2)
    return spot.reshape(joined, channels * len(places), *spot.output.size)


def regions(kind: str) -> Callable[[Spot], str]:
    """What lies in each region of interest.

    The regions are an input of the graph: the number of the example, x1, y1, x2, y2.
    """

    def translate(spot: Spot) -> str:
        layer, graph = spot.layer, spot.graph
        dims = spot.dims(spot.output)
        graph.inputs.setdefault(f"rois/{dims[0]}", (FLOAT, (dims[0], 5)))
        rois = f"rois/{dims[0]}"
        rows, columns = per_axis(layer.size, 2, "size")
        scale = 1.0 if layer.scale is None else float(layer.scale)
        if kind == "MaxRoiPool":
            return spot.add(
                kind, spot.read[0], rois, pooled_shape=(rows, columns), spatial_scale=scale
            )
        example = spot.add(
            "Cast", spot.add("Squeeze", spot.cut(rois, 1, 0, 1), spot.ints(1)), to=INT64
        )
        return spot.add(kind, spot.read[0], spot.cut(rois, 1, 1, 5), example, output_height=rows,
                        output_width=columns, sampling_ratio=max(0, layer.sampling), spatial_scale=scale,
                        coordinate_transformation_mode="output_half_pixel")  # fmt: skip

    return translate
