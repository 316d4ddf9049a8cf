"""The layers of ncnn that slide windows: convolutions and pools of one to three axes.

Source: docs/developer-guide/operators.md and src/layer of Tencent/ncnn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import by_mode
from cnncalc.arithmetic.windows import Window
from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.graph import alike
from cnncalc.importers.base.ncnn_layer import ABSENT, activation

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph, Tensor
    from cnncalc.importers.base.ncnn_layer import Layer

SAME = {-233: "same", -234: "same_lower"}
"""What ncnn writes for a padding that is found when the size is known."""
_STEP = 10
"""The number of a parameter for the height is that for the width and ten; for the depth twenty."""


def _per_axis(layer: Layer, number: int, rank: int, default: int) -> list[int]:
    """The kernel, stride or dilation along each axis, that of the width last; raises Unreadable."""
    width = layer.integer(number, default)
    found = [width, *(layer.integer(number + _STEP * i, width) for i in range(1, rank))]
    if min(found) < 1:
        raise layer.wrong(f"has {number}={cut(str(min(found)), NAME)}, which must be above 0")
    return found[::-1]


_PADS = {1: ((4, 15),), 2: ((14, 16), (4, 15)), 3: ((24, 17), (14, 16), (4, 15))}
"""The numbers of the padding before and after each axis of a convolution."""


def _pads(layer: Layer, rank: int) -> list[tuple[int, int]]:
    left = layer.integer(4, 0)
    found = []
    for before, after in _PADS[rank]:
        start = layer.integer(before, left)
        found.append((start, layer.integer(after, start)))
    return found


def _say_pads(pads: list[tuple[int, int]]) -> Any:
    """Padding as a spec says it: one number, one for each axis, or both sides of each."""
    if all(before == after for before, after in pads):
        return alike([before for before, _ in pads])
    return [list(pair) for pair in pads]


def _rank(layer: Layer, x: Tensor) -> int:
    rank = 1 if "1D" in layer.type else 3 if "3D" in layer.type else 2
    if len(x.size) != rank:
        raise layer.wrong(f"needs a map of {rank} axes of space, got {list(x.axes)}")
    return rank


def lengths(layer: Layer, x: Tensor) -> tuple[list[int], list[int]]:
    """The kernel of a layer whose windows are those of a convolution, and how many there are along each axis.

    Raises Unreadable.
    """
    rank = _rank(layer, x)
    kernel, stride, dilation = (
        _per_axis(layer, number, rank, default) for number, default in ((1, 0), (3, 1), (2, 1))
    )
    pads = [(max(a, 0), max(b, 0)) for a, b in _pads(layer, rank)]
    rows = zip(x.size, kernel, stride, dilation, pads, strict=True)
    return kernel, [max(1, Window(k, s, d, pad).positions(n)) for n, k, s, d, pad in rows]


def convolve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Convolution of one to three axes, depthwise ones included; raises Unreadable."""
    x = reads[0]
    if len(x.axes) == 1 and layer.type == "Convolution" and layer.integer(1, 0) == 1:
        return [_connect(graph, layer, x)]
    rank = _rank(layer, x)
    if len(reads) > 1:
        raise layer.wrong("reads its weights from a blob, which is not known here")
    kernel, stride, dilation = (
        _per_axis(layer, number, rank, default) for number, default in ((1, 0), (3, 1), (2, 1))
    )
    pads = _pads(layer, rank)
    word = next((SAME[p] for pair in pads for p in pair if p in SAME), "")
    sizes = []
    for n, k, s, d, pad in zip(x.size, kernel, stride, dilation, pads, strict=True):
        around = by_mode(word, n, k, s, d) if word else pad
        sizes.append(max(1, Window(k, s, d, around).positions(n)))
    keys = _keys(layer, kernel, stride, dilation)
    if word or any(map(any, pads)):
        keys["padding"] = word or _say_pads(pads)
    axes = (keys["filters"], *sizes)
    return [graph.add("conv", {**keys, **activation(layer)}, [x], axes, layer.name, layer.line)]


def _connect(graph: Graph, layer: Layer, x: Tensor) -> Tensor:
    """A convolution of one element on a vector, which ncnn computes as InnerProduct."""
    units = _keys(layer, [1], [1], [1])["filters"]
    keys: Data = {"units": units, **({} if layer.integer(5, 0) else {"bias": False})}
    keys |= activation(layer)
    return graph.add("dense", keys, [x], (units,), layer.name, layer.line)


def _keys(layer: Layer, kernel: list[int], stride: list[int], dilation: list[int]) -> Data:
    filters, groups = layer.integer(0, 0), layer.integer(7, 1)
    if filters < 1:
        raise layer.wrong("does not say its 0=num_output")
    keys: Data = {"filters": filters, "kernel": alike(kernel)}
    if set(stride) != {1}:
        keys["stride"] = alike(stride)
    if set(dilation) != {1}:
        keys["dilation"] = alike(dilation)
    if groups != 1:
        keys["groups"] = groups
    if not layer.integer(5, 0):
        keys["bias"] = False
    return keys


def deconvolve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Deconvolution of one to three axes; raises Unreadable."""
    x = reads[0]
    rank = _rank(layer, x)
    kernel, stride, dilation = (
        _per_axis(layer, number, rank, default) for number, default in ((1, 0), (3, 1), (2, 1))
    )
    pads = _pads(layer, rank)
    right = layer.integer(18, 0)
    extra = [right, *(layer.integer(18 + i, right) for i in range(1, rank))][::-1]
    width = layer.integer(20, 0)
    wanted = [width, *(layer.integer(20 + i, width) for i in range(1, rank))][::-1]
    sizes, cuts = [], []
    for n, k, s, d, e, pad, want in zip(
        x.size, kernel, stride, dilation, extra, pads, wanted, strict=True
    ):
        whole = (n - 1) * s + d * (k - 1) + 1 + e
        before, after = pad
        if before in SAME or after in SAME:
            total = whole - want if min(wanted) > 0 else 0
            half = total // 2
            before, after = (
                (half, total - half) if SAME.get(before) == "same" else (total - half, half)
            )
        elif min(wanted) > 0 and not any(map(any, pads)):
            raise layer.wrong("has an output size without SAME padding, which ncnn refuses")
        cuts.append((before, after))
        sizes.append(max(1, whole - before - after))
    keys = _keys(layer, kernel, stride, dilation)
    if any(map(any, cuts)):
        keys["padding"] = _say_pads(cuts)
    if any(extra):
        keys["output_padding"] = alike(extra)
    axes = (keys["filters"], *sizes)
    keys |= activation(layer)
    return [graph.add("conv_transpose", keys, [x], axes, layer.name, layer.line)]


_POOLS = {0: "max_pool", 1: "avg_pool"}
_POOL_PADS = {1: ((3, 14),), 2: ((13, 15), (3, 14)), 3: ((23, 16), (13, 15), (3, 14))}


def pool(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Pooling of one to three axes, over windows, over all, or adaptive; raises Unreadable."""
    x = reads[0]
    rank, kind = _rank(layer, x), _POOLS.get(layer.integer(0, 0))
    if kind is None:
        raise layer.wrong(f"has the type {layer.integer(0, 0)}: 0 is max, 1 is average")
    if layer.integer(4, 0):
        return [graph.add(f"global_{kind}", {}, [x], x.axes[:1], layer.name, layer.line)]
    if layer.integer(7, 0):
        width = layer.integer(8, 0)
        given = [width, *(layer.integer(8 + _STEP * i, width) for i in range(1, rank))][::-1]
        size = [n if m == ABSENT else m for n, m in zip(x.size, given, strict=True)]
        axes: Axes = (x.axes[0], *size)
        made = graph.add(f"adaptive_{kind}", {"size": size}, [x], axes, layer.name, layer.line)
        return [made]
    kernel, stride = (_per_axis(layer, n, rank, default) for n, default in ((1, 0), (2, 1)))
    left, mode = layer.integer(3, 0), layer.integer(5, 0)
    pads = []
    for before, after in _POOL_PADS[rank]:
        start = layer.integer(before, left)
        pads.append((start, layer.integer(after, start)))
    word = {2: "same", 3: "same_lower"}.get(mode, "")
    rounding = "floor" if mode else "full"
    sizes = []
    for n, k, s, pad in zip(x.size, kernel, stride, pads, strict=True):
        around = by_mode(word, n, k, s) if word else pad
        sizes.append(max(1, Window(k, s, 1, around, rounding).positions(n)))
    keys: Data = {"size": alike(kernel), "stride": alike(stride)}
    if word or any(map(any, pads)):
        keys["padding"] = word or _say_pads(pads)
    if mode:
        keys["ceil"] = False
    if kind == "avg_pool" and layer.integer(6, 0):
        keys["count_padding"] = True
    return [graph.add(kind, keys, [x], (x.axes[0], *sizes), layer.name, layer.line)]
