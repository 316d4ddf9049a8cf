"""Convolutions and pools as sections of Darknet."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import AdaptiveWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Window
    from cnncalc.exporters.base.darknet.cfg import Section
    from cnncalc.exporters.base.darknet.spot import Spot


def bias_or_norm(spot: Spot, options: dict[str, Any]) -> dict[str, Any]:
    """The options of a layer with weights, which has a bias or, in its place, a norm.

    Raises Refusal if it has neither.
    """
    if spot.layer.bias:
        return options
    follower = spot.follower()
    if follower is None or follower.op != "batch_norm":
        raise spot.refuse(
            "in Darknet it has a bias, or a batch norm behind it",
            help="`bias: true`, or `norm: batch_norm`",
        )
    return {"batch_normalize": 1, **options}


def _strides(windows: Sequence[Window]) -> dict[str, int]:
    """One stride, or one for each axis."""
    down, across = (window.stride for window in windows)
    return {"stride": down} if down == across else {"stride_x": across, "stride_y": down}


def _one_before(spot: Spot, windows: Sequence[Window]) -> int:
    """How much is padded before the map, along both axes; raises Refusal."""
    before = spot.square([window.padding[0] for window in windows], "padding")
    if before < 0:
        raise spot.refuse("a padding that cuts is not known to Darknet")
    return before


def _positions(total: int, window: Window, n: int) -> int:
    """How often a window stops where both sides together have `total` elements more."""
    room = n + total - window.extent
    return room // window.stride + 1 if room >= 0 else 0


def _slides_so(spot: Spot, windows: Sequence[Window], total: int) -> bool:
    """Whether as many windows fit as the layer has, along both axes."""
    axes = zip(windows, spot.x.size, spot.output.size, strict=True)
    return all(_positions(total, window, n) == m for window, n, m in axes)


def _window(spot: Spot) -> dict[str, Any]:
    """Size, stride and padding of a convolution; raises Refusal of others than Darknet has."""
    if getattr(spot.layer, "padding_mode", "zeros") != "zeros":
        raise spot.refuse("Darknet pads with zeros alone")
    windows = spot.sliding_windows()
    size = spot.square([window.kernel for window in windows], "size")
    dilation = spot.square([window.dilation for window in windows], "dilation")
    before = _one_before(spot, windows)
    if not _slides_so(spot, windows, 2 * before):
        sides = " and ".join(map(str, next(w.padding for w in windows if w.padding[1] != before)))
        raise spot.refuse(f"Darknet pads both sides by the same, and this is {sides}")
    if size == 1 and before:
        raise spot.refuse(
            "with a padding, Darknet reads another element than the one under a window of 1"
        )
    if dilation > 1 and 2 * before != dilation * (size - 1):
        raise spot.refuse("in Darknet a dilated convolution keeps the size but for its stride")
    half = before == size // 2 * dilation
    return {
        "size": size,
        **_strides(windows),
        **({"pad": 1} if half else {"padding": before // dilation} if before else {}),
        **({"dilation": dilation} if dilation > 1 else {}),
    }


def conv(spot: Spot) -> Section:
    """A convolution; raises Refusal of what cannot be said."""
    layer = spot.layer
    groups = {"groups": layer.groups} if layer.groups > 1 else {}
    options = {"filters": layer.filters, **groups, **_window(spot), "activation": "linear"}
    return spot.add("convolutional", bias_or_norm(spot, options))


def depthwise_conv(spot: Spot) -> Section:
    """A convolution with as many groups as channels; raises Refusal of what cannot be said."""
    options = {"filters": spot.output.channels, "groups": spot.x.channels, **_window(spot)}
    return spot.add("convolutional", bias_or_norm(spot, {**options, "activation": "linear"}))


def conv_transpose(spot: Spot) -> Section:
    """A transposed convolution; raises Refusal of what cannot be said."""
    layer, windows = spot.layer, spot.windows
    size = spot.square([window.kernel for window in windows], "size")
    stride = spot.square([window.stride for window in windows], "stride")
    cut = spot.square([window.padding[0] for window in windows], "padding")
    if layer.groups > 1 or any(window.dilation > 1 for window in windows):
        raise spot.refuse("in Darknet it has neither groups nor a dilation")
    whole = [(n - 1) * stride + size - 2 * cut for n in spot.x.size]
    if cut < 0 or whole != list(spot.output.size):
        raise spot.refuse("Darknet cuts both sides by the same, and adds nothing")
    options = {"filters": layer.filters, "size": size, "stride": stride, "padding": cut}
    return spot.add("deconvolutional", bias_or_norm(spot, {**options, "activation": "linear"}))


def local(spot: Spot) -> Section:
    """A convolution with filters of its own at every position; raises Refusal of what cannot be said."""
    windows = spot.sliding_windows()
    size = spot.square([window.kernel for window in windows], "size")
    stride = spot.square([window.stride for window in windows], "stride")
    before = _one_before(spot, windows)
    if not spot.layer.bias:
        raise spot.refuse("in Darknet it has a bias", help="`bias: true`")
    if (before and 2 * before != size - 1) or not _slides_so(spot, windows, 2 * before):
        raise spot.refuse("Darknet pads it so that the size stays, or not at all")
    pad = {"pad": 1} if before else {}
    options = {"filters": spot.layer.filters, "size": size, "stride": stride, **pad}
    return spot.add("local", {**options, "activation": "linear"})


def max_pool(spot: Spot) -> Section:
    """The largest of each window; raises Refusal of what cannot be said."""
    windows = spot.sliding_windows()
    if any(window.dilation > 1 for window in windows):
        raise spot.refuse("Darknet's pools have no dilation")
    return _pool(spot, "maxpool", windows)


def avg_pool(spot: Spot) -> Section:
    """The average of each window; raises Refusal of what cannot be said."""
    windows = spot.sliding_windows()
    axes = zip(windows, spot.x.size, spot.output.size, strict=True)
    inside = all(w.padding[0] <= 0 and (m - 1) * w.stride + w.kernel <= n for w, n, m in axes)
    if spot.counts_padding() and not inside:
        raise spot.refuse(
            "Darknet's averages do not count the padding", help="`count_padding: false`"
        )
    return _pool(spot, "local_avgpool", windows)


def _pool(spot: Spot, kind: str, windows: Sequence[Window]) -> Section:
    """A pool: its padding is that of both sides together, of which the smaller half comes first."""
    size = spot.square([window.kernel for window in windows], "size")
    before = _one_before(spot, windows)
    fitting = [total for total in (2 * before, 2 * before + 1) if _slides_so(spot, windows, total)]
    if not fitting:
        raise spot.refuse(
            f"behind the map Darknet pads {before} or {before + 1}, as before it, and this is another number"
        )
    usual = size - 1
    padding = {} if usual in fitting else {"padding": fitting[0]}
    return spot.add(kind, {"size": size, **_strides(windows), **padding})


def global_avg_pool(spot: Spot) -> Section:
    """The average of each channel."""
    return spot.add("avgpool", {})


def global_max_pool(spot: Spot) -> Section:
    """The largest of each channel; raises Refusal of a map that is not square."""
    side = spot.square(spot.x.size, "size of windows")
    return spot.add("maxpool", {"size": side, "stride": side, "padding": 0})


def adaptive(kind: str) -> Callable[[Spot], Section]:
    """A pool of a size that is asked for, as one whose windows lie side by side; raises Refusal."""

    def translate(spot: Spot) -> Section:
        if spot.output.size == spot.x.size:
            return spot.leave_out()
        if kind == "local_avgpool" and prod(spot.output.size) == 1:
            return global_avg_pool(spot)
        sizes = list(zip(spot.x.size, spot.output.size, strict=True))
        if any(n % m for n, m in sizes):
            raise spot.refuse("its windows differ in size")
        side = spot.square([n // m for n, m in sizes], "size")
        return spot.add(kind, {"size": side, "stride": side, "padding": 0})

    return translate


def enlarge(spot: Spot) -> Section:
    """A map whose elements are repeated; raises Refusal of other ways to enlarge one."""
    if spot.layer.mode not in ("nearest", "nearest_exact") or any(
        isinstance(window, AdaptiveWindow) for window in spot.windows
    ):
        raise spot.refuse(f"Darknet repeats elements, and has no `{spot.layer.mode}`")
    sizes = list(zip(spot.x.size, spot.output.size, strict=True))
    if any(m % n for n, m in sizes):
        raise spot.refuse("Darknet repeats elements a whole number of times")
    return spot.add("upsample", {"stride": spot.square([m // n for n, m in sizes], "factor")})
