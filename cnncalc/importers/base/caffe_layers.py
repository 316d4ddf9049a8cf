"""The layers of Caffe that slide windows, hold weights or work element by element.

Each function reads one layer and gives what its `top` blobs are.
Source: caffe.proto and the layers of BVLC/caffe 1.0, and of weiliu89/caffe where they are SSD's.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.graph import Tensor, alike, axis_name
from cnncalc.importers.base.numbers import rescaling_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph
    from cnncalc.importers.base.textproto import Message


class Layer(NamedTuple):
    """A layer of the file, its type as `layer` writes it."""

    name: str
    type: str
    line: int
    bottoms: list[str]
    tops: list[str]
    message: Message

    def options(self, name: str) -> Message:
        """The message of its options, `NAME_param`."""
        return self.message.message(f"{name}_param")

    def wrong(self, message: str, *, help: str = "") -> Unreadable:
        """An error that names the layer."""
        return Unreadable(f"{self.type} `{cut(self.name, NAME)}` {message}", self.line, help=help)


Reader = "Callable[[Graph, Layer, list[Tensor]], Sequence[Tensor]]"


def place_of(layer: Layer, number: int, tensor: Tensor, *, end: bool = False) -> int:
    """An axis as Caffe counts it, the batch being 0, as a place in the axes of an example.

    Raises Unreadable if there is none, or it is the batch; `end` lets it be one behind the last.
    """
    rank = len(tensor.axes) + 1
    place = number + rank if number < 0 else number
    if not 1 <= place < rank + end:
        what = "is the batch" if place == 0 else "does not exist"
        raise layer.wrong(f"works along axis {number}, which {what}")
    return place - 1


def per_axis(
    layer: Layer, options: Message, words: tuple[str, str], rank: int, default: int
) -> list[int]:
    """A number for each axis of space: `pad` once for all or for each, or `pad_h` and `pad_w`.

    Raises Unreadable.
    """
    word, stem = words
    given = options.integers(word)
    if options.has(f"{stem}_h") or options.has(f"{stem}_w"):
        given = [options.integer(f"{stem}_{axis}", default) for axis in "hw"]
    if len(given) not in {0, 1, rank}:
        raise layer.wrong(f"has {len(given)} numbers of `{word}` for {rank} axes")
    found = given if len(given) > 1 else [given[0] if given else default] * rank
    if any(not 0 <= n < 2**31 for n in found):
        raise layer.wrong(f"has a `{word}` of {cut(str(alike(found)), NAME)}")
    return found


def _windows(
    layer: Layer, options: Message, rank: int
) -> tuple[list[int], list[int], list[int], list[int]]:
    kernel = per_axis(layer, options, ("kernel_size", "kernel"), rank, 0)
    stride = per_axis(layer, options, ("stride", "stride"), rank, 1)
    pad = per_axis(layer, options, ("pad", "pad"), rank, 0)
    dilation = per_axis(layer, options, ("dilation", "dilation"), rank, 1)
    if min([*kernel, *stride, *dilation], default=0) < 1:
        raise layer.wrong("needs a kernel_size, and a stride of at least 1")
    return kernel, stride, pad, dilation


def _window_keys(kernel: list[int], stride: list[int], pad: list[int], dilation: list[int]) -> Data:
    keys: Data = {"kernel": alike(kernel)}
    if set(stride) != {1}:
        keys["stride"] = alike(stride)
    if any(pad):
        keys["padding"] = alike(pad)
    if set(dilation) != {1}:
        keys["dilation"] = alike(dilation)
    return keys


def convolve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Convolution, Deconvolution and the depthwise ones of forks; several bottoms share the weights.

    Raises Unreadable.
    """
    options = layer.options("convolution")
    transposed = layer.type == "Deconvolution"
    found: list[Tensor] = []
    for x in reads:
        rank = len(x.size)
        if rank < 1 or options.integer("axis", 1) not in {1, -rank - 1}:
            raise layer.wrong("needs a map, the channels being axis 1")
        filters = options.integer("num_output", x.axes[0] if "epthwise" in layer.type else 0)
        groups = options.integer("group", x.axes[0] if "epthwise" in layer.type else 1)
        if filters < 1:
            raise layer.wrong("has no num_output")
        kernel, stride, pad, dilation = _windows(layer, options, rank)
        windows = [
            TransposedWindow(k, s, d, (p, p)) if transposed
            else Window(k, s, d, (p, p), "truncated")
            for k, s, p, d in zip(kernel, stride, pad, dilation, strict=True)
        ]  # fmt: skip
        sizes = (w.positions(n) for w, n in zip(windows, x.size, strict=True))
        axes = (filters, *(max(1, n) for n in sizes))
        keys: Data = {"filters": filters, **_window_keys(kernel, stride, pad, dilation)}
        if groups != 1:
            keys["groups"] = groups
        if not options.flag("bias_term", default=True):
            keys["bias"] = False
        if found:
            keys = {"layer": found[0].name}
        kind = "reuse" if found else "conv_transpose" if transposed else "conv"
        found.append(graph.add(kind, keys, [x], axes, layer.name, layer.line))
    return found


_GLOBAL = {"MAX": "global_max_pool", "AVE": "global_avg_pool"}
_POOLS = {"MAX": "max_pool", "0": "max_pool", "AVE": "avg_pool", "1": "avg_pool"}


def pool(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Pooling; where a second top holds the places of the maxima, it has the shape of the first.

    Raises Unreadable.
    """
    x, options = reads[0], layer.options("pooling")
    rank, way = len(x.size), options.text("pool", "MAX")
    if rank < 1:
        raise layer.wrong("needs a map")
    if options.flag("global_pooling", default=False):
        axes: Axes = (x.axes[0], *(1,) * rank)
        if way in _GLOBAL:
            made = graph.add(_GLOBAL[way], {"keep_size": True}, [x], axes, layer.name, layer.line)
        else:
            made = graph.add_known([x], axes, layer.name, layer.line)
        return [made, made]
    kernel, stride, pad, _ = _windows(layer, options, rank)
    floors = options.text("round_mode", "CEIL") in {"FLOOR", "1"} or not options.flag(
        "ceil_mode", default=True
    )
    rounding = "floor" if floors else "ceil" if any(pad) else "full"
    windows = [
        Window(k, s, 1, (p, p), rounding) for k, s, p in zip(kernel, stride, pad, strict=True)
    ]
    sizes = (w.positions(n) for w, n in zip(windows, x.size, strict=True))
    axes = (x.axes[0], *(max(1, n) for n in sizes))
    if way not in _POOLS:
        made = graph.add_known([x], axes, layer.name, layer.line)
        return [made, made]
    keys: Data = {"size": alike(kernel), "stride": alike(stride)}
    if any(pad):
        keys["padding"] = alike(pad)
    if floors:
        keys["ceil"] = False
    made = graph.add(_POOLS[way], keys, [x], axes, layer.name, layer.line)
    return [made, made]


def connect(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """InnerProduct: from `axis` on, all is features; before it are positions; raises Unreadable."""
    x, options = reads[0], layer.options("inner_product")
    units, bias = options.integer("num_output", 0), options.flag("bias_term", default=True)
    if units < 1:
        raise layer.wrong("has no num_output")
    at = place_of(layer, options.integer("axis", 1), x)
    if at == 0:
        keys: Data = {"units": units} if bias else {"units": units, "bias": False}
        return [graph.add("dense", keys, [x], (units,), layer.name, layer.line)]
    features = prod(x.axes[at:])
    axes = (*x.axes[:at], units)
    params = units * features + (units if bias else 0)
    made = graph.add_known(
        [x], axes, layer.name, layer.line, params=params, macs=prod(axes) * features
    )
    return [made]


def normalise_batch(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """BatchNorm: mean, variance and the factor of both; what scales is a layer of its own."""
    return [graph.add("batch_norm", {}, reads[:1], reads[0].axes, layer.name, layer.line)]


def normalise_in_one(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """BN of forks: a factor and a summand that hold the statistics, or both and the statistics."""
    x, options = reads[0], layer.options("bn")
    channels = x.axes[0]
    kept = any(options.has(word) for word in ("slope_filler", "std_filler", "frozen", "momentum"))
    buffers = 2 * channels if kept else 0
    made = graph.add_known(
        [x], x.axes, layer.name, layer.line, params=2 * channels, buffers=buffers, each=True
    )
    return [made]


def scale(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Scale by learnt factors, or by the numbers of a second bottom; Bias is the summand alone."""
    options = layer.options("scale" if layer.type == "Scale" else "bias")
    x, biased = reads[0], options.flag("bias_term", default=False)
    if len(reads) > 1:
        return [_scale_by(graph, layer, reads, options)]
    start, count = options.integer("axis", 1), options.integer("num_axes", 1)
    if count == 0:
        places: Sequence[int] = ()
    else:
        at = place_of(layer, start, x)
        places = range(at, len(x.axes) if count < 0 else min(at + count, len(x.axes)))
    each = prod(x.axes[place] for place in places)
    if layer.type == "Bias":
        made = graph.add_known([x], x.axes, layer.name, layer.line, params=each, each=True)
        return [made]
    names = [axis_name(x.axes, place) for place in places]
    keys: Data = {"axes": names[0] if len(names) == 1 else names}
    if biased:
        keys["shift"] = True
    return [graph.add("scale", keys, [x], x.axes, layer.name, layer.line)]


def _scale_by(graph: Graph, layer: Layer, reads: list[Tensor], options: Message) -> Tensor:
    x, factors = reads[:2]
    fits = factors.axes in (x.axes, x.axes[:1], (x.axes[0], *(1,) * len(x.size)))
    if layer.type == "Scale" and fits and not options.flag("bias_term", default=False):
        return graph.add("multiply", {}, reads[:2], x.axes, layer.name, layer.line)
    params = prod(factors.axes) if options.flag("bias_term", default=False) else 0
    return graph.add_known(reads[:2], x.axes, layer.name, layer.line, params=params)


def excite(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Axpy of SENet: the second bottom times the first, plus the third; raises Unreadable."""
    if len(reads) != 3:
        raise layer.wrong("needs three bottoms")
    factors, x, y = reads
    product = graph.add("multiply", {}, [x, factors], x.axes, f"{layer.name}_product", layer.line)
    return [graph.add("add", {}, [product, y], x.axes, layer.name, layer.line)]


def normalise_length(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Normalize of SSD: to length one along the channels or over all, then a learnt factor."""
    x, options = reads[0], layer.options("norm")
    axes = "all" if options.flag("across_spatial", default=True) else "channels"
    shared = options.flag("channel_shared", default=True)
    unit = graph.add("l2_norm", {"axes": axes}, [x], x.axes, f"{layer.name}_unit", layer.line)
    keys: Data = {"axes": [] if shared else "channels"}
    return [graph.add("scale", keys, [unit], x.axes, layer.name, layer.line)]


def respond(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LRN across channels; within one it averages over space."""
    x, options = reads[0], layer.options("lrn")
    if options.text("norm_region", "ACROSS_CHANNELS") in {"WITHIN_CHANNEL", "1"}:
        return [graph.add_known([x], x.axes, layer.name, layer.line)]
    keys = {"size": options.integer("local_size", 5)}
    return [graph.add("local_response_norm", keys, [x], x.axes, layer.name, layer.line)]


_ELTWISE = {
    "SUM": "add",
    "1": "add",
    "PROD": "multiply",
    "0": "multiply",
    "MAX": "maximum",
    "2": "maximum",
}


def merge(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Eltwise; raises Unreadable."""
    options = layer.options("eltwise")
    way = options.text("operation", "SUM")
    if way not in _ELTWISE or len(reads) < 2:
        raise layer.wrong("needs two bottoms and an operation: SUM, PROD or MAX")
    kind = _ELTWISE[way]
    if kind == "add" and options.numbers("coeff") == [1, -1]:
        kind = "subtract"
    return [graph.add(kind, {}, reads, reads[0].axes, layer.name, layer.line)]


def activate_by_slopes(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """PReLU: a slope for each channel, or one for all."""
    shared = layer.options("prelu").flag("channel_shared", default=False)
    keys: Data = {"shared": "all" if shared else "space"}
    return [graph.add("prelu", keys, reads[:1], reads[0].axes, layer.name, layer.line)]


def rectify(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ReLU, which may have a slope."""
    slope = layer.options("relu").number("negative_slope", 0)
    kind, keys = ("leaky_relu", {"slope": slope}) if slope else ("relu", {})
    return [graph.add(kind, keys, reads[:1], reads[0].axes, layer.name, layer.line)]


def share(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Softmax along an axis."""
    x = reads[0]
    at = place_of(layer, layer.options("softmax").integer("axis", 1), x)
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    return [graph.add("softmax", keys, [x], x.axes, layer.name, layer.line)]


def raise_to_power(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Power: (shift + scale·x)^power."""
    options = layer.options("power")
    is_line = options.number("power", 1) == 1
    keys = rescaling_by(options.number("scale", 1), options.number("shift", 0)) if is_line else None
    return [graph.add_rescaling(keys, reads[0], layer.name, layer.line)]


def as_kind(kind: str) -> Callable[[Graph, Layer, list[Tensor]], list[Tensor]]:
    """A layer that keeps the shape, and has a kind of its own."""

    def read(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
        return [graph.add(kind, {}, reads[:1], reads[0].axes, layer.name, layer.line)]

    return read


def as_elementwise(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """A function of each element that has no kind, nor weights."""
    return [graph.add_known(reads[:1], reads[0].axes, layer.name, layer.line, each=True)]


def as_whole(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """A layer that keeps the shape, has no weights, and reads more than one element."""
    return [graph.add_known(reads[:1], reads[0].axes, layer.name, layer.line)]
