"""The layers of ncnn that move numbers: they reshape, cut, join, resize, multiply, and lay boxes.

Each function reads one layer and gives what its blobs are.
Source: docs/developer-guide/operators.md and src/layer of Tencent/ncnn.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.graph import axis_name, shape_of
from cnncalc.importers.base.ncnn_layer import ABSENT, place_of

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph, Tensor
    from cnncalc.importers.base.ncnn_layer import Layer


def pass_on(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Split, Noop and casts: every blob that comes out is the one that goes in."""
    return [reads[0]] * len(layer.tops)


def flatten(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Flatten."""
    x = reads[0]
    return [graph.add("flatten", {}, [x], (prod(x.axes),), layer.name, layer.line)]


def _say(
    graph: Graph, layer: Layer, x: Tensor, axes: Axes, said: Axes | None = None
) -> list[Tensor]:
    """The same numbers as other axes; `said` has -1 for what is left, which follows the input.

    Raises Unreadable if there are not as many.
    """
    if prod(axes) != prod(x.axes) or min(axes) < 1:
        raise layer.wrong(f"cannot make {list(axes)} of {list(x.axes)}")
    if axes == x.axes:
        return [graph.add("identity", {}, [x], axes, layer.name, layer.line)]
    return [graph.add("reshape", {"to": shape_of(said or axes)}, [x], axes, layer.name, layer.line)]


_ORDER = {1: "w", 2: "hw", 3: "chw", 4: "cdhw"}
"""The axes of a blob by how many there are, the outermost first."""
_NUMBERS = {"w": 0, "h": 1, "d": 11, "c": 2}


def reshape(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Reshape: 0 is the axis as it was, -1 what is left; raises Unreadable."""
    x = reads[0]
    stated = {name: layer.integer(number, ABSENT) for name, number in _NUMBERS.items()}
    if layer.has(6):
        raise layer.wrong("computes its shape when it runs, which is not known here")
    names = [name for name in "cdhw" if stated[name] != ABSENT]
    old = dict(zip(_ORDER.get(len(x.axes), ""), x.axes, strict=False))
    target = [old.get(name, 0) if stated[name] == 0 else stated[name] for name in names]
    known = prod(n for n in target if n != -1)
    if target.count(-1) > 1 or not names or known < 1:
        raise layer.wrong(f"cannot make {target} of {list(x.axes)}")
    axes = tuple(prod(x.axes) // known if n == -1 else n for n in target)
    if layer.integer(3, 0):
        # An old file turns channels last before and after: the order is not that of a reshape.
        return [graph.add_known([x], axes, layer.name, layer.line)]
    return _say(graph, layer, x, axes, tuple(target))


_ORDERS = {
    1: ["w"],
    2: ["wh", "hw"],
    3: ["whc", "hwc", "wch", "cwh", "hcw", "chw"],
    4: ["whdc", "hwdc", "wdhc", "dwhc", "hdwc", "dhwc", "whcd", "hwcd", "wchd", "cwhd", "hcwd", "chwd",
        "wdch", "dwch", "wcdh", "cwdh", "dcwh", "cdwh", "hdcw", "dhcw", "hcdw", "chdw", "dchw", "cdhw"],
}  # fmt: skip
"""What each number of Permute makes of so many axes, the innermost first."""


def permute(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Permute: the order of the axes is a number; raises Unreadable."""
    x, number = reads[0], layer.integer(0, 0)
    rank = len(x.axes)
    orders = _ORDERS.get(rank, [])
    if not 0 <= number < len(orders):
        raise layer.wrong(f"has the order {number} for {rank} axes")
    names = _ORDER[rank]
    places = [names.index(name) for name in orders[number][::-1]]
    axes = tuple(x.axes[place] for place in places)
    if number == 0:
        return [graph.add("identity", {}, [x], axes, layer.name, layer.line)]
    keys = {"axes": [axis_name(x.axes, place) for place in places]}
    return [graph.add("permute", keys, [x], axes, layer.name, layer.line)]


def _chosen_axes(layer: Layer, rank: int, listed: int) -> list[int]:
    """The places that `axes` or the flags of w, h and c name; raises Unreadable."""
    given = layer.integers(listed)
    if given:
        if any(not -rank <= axis < rank for axis in given):
            raise layer.wrong(f"names the axes {given} of {rank}")
        return sorted({axis % rank for axis in given})
    names = _ORDER.get(rank, "")
    return [i for i, name in enumerate(names) if layer.integer(_NUMBERS[name], 0)]


def squeeze(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Squeeze: axes of length 1 go; raises Unreadable."""
    x = reads[0]
    chosen = _chosen_axes(layer, len(x.axes), 3)
    left = tuple(n for i, n in enumerate(x.axes) if i not in chosen or n != 1)
    return _say(graph, layer, x, left or (1,))


def unsqueeze(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ExpandDims: axes of length 1 come; raises Unreadable."""
    x = reads[0]
    count = len(layer.integers(3)) or sum(layer.integer(n, 0) != 0 for n in (0, 1, 2, 11))
    chosen = _chosen_axes(layer, len(x.axes) + count, 3)
    axes = list(x.axes)
    for place in chosen:
        axes.insert(place, 1)
    return _say(graph, layer, x, tuple(axes))


def concat(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Concat along an axis; raises Unreadable."""
    x = reads[0]
    at = place_of(layer, layer.integer(0, 0), x)
    if len(reads) == 1:
        return [x]
    if any(len(y.axes) != len(x.axes) for y in reads):
        raise layer.wrong("reads blobs of different numbers of axes")
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    axes = (*x.axes[:at], sum(y.axes[at] for y in reads), *x.axes[at + 1 :])
    params = sum(y.constant for y in reads)
    if params:
        live = [y for y in reads if not y.constant]
        return [graph.add_known(live, axes, layer.name, layer.line, params=params)]
    return [graph.add("concat", keys, reads, axes, layer.name, layer.line)]


def cut(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Slice into parts: of stated lengths, or -233 for what is left, or at indices.

    Raises Unreadable.
    """
    x, count = reads[0], len(layer.tops)
    at = place_of(layer, layer.integer(1, 0), x)
    n, indices = x.axes[at], layer.integers(2)
    if indices:
        ends = [0, *(index + n if index < 0 else index for index in indices), n]
        sizes = [ends[i + 1] - ends[i] for i in range(len(ends) - 1)]
    else:
        sizes, left = [], n
        for number, given in enumerate(layer.integers(0)):
            size = left // max(1, count - number) if given == ABSENT else given
            sizes.append(size)
            left -= size
    if len(sizes) != count or min(sizes, default=0) < 1 or sum(sizes) != n:
        raise layer.wrong(f"cuts {n} into {sizes} for {count} blobs")
    if count == 1:
        return [x]
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    keys |= {"parts": count} if len(set(sizes)) == 1 else {"sizes": sizes}
    parts = [(*x.axes[:at], size, *x.axes[at + 1 :]) for size in sizes]
    return graph.add_parts(keys, x, parts, layer.name, layer.line)


def _ranges(layer: Layer, reads: list[Tensor]) -> list[tuple[int, int]]:
    """What Crop keeps of each axis."""
    x = reads[0]
    rank, names = len(x.axes), _ORDER.get(len(x.axes), "")
    whole = [(0, n) for n in x.axes]
    if layer.has(9) or layer.has(10):
        starts, ends = layer.integers(9), layer.integers(10)
        chosen = layer.integers(11) or list(range(len(starts)))
        if not len(starts) == len(ends) == len(chosen):
            raise layer.wrong("needs as many ends as starts")
        for axis, start, end in zip(chosen, starts, ends, strict=True):
            at = place_of(layer, axis, x)
            n = x.axes[at]
            first = 0 if start == ABSENT else start + n if start < 0 else start
            last = n if end == ABSENT else end + n if end < 0 else min(end, n)
            whole[at] = (first, last)
        return whole
    like = reads[1].axes if len(reads) > 1 else None
    if like is not None and len(like) > rank:
        raise layer.wrong("crops to a blob of more axes")
    for place, name in enumerate(names):
        offset = layer.integer({"w": 0, "h": 1, "d": 13, "c": 2}[name], 0)
        end = layer.integer({"w": 6, "h": 7, "d": 15, "c": 8}[name], 0)
        wanted = layer.integer({"w": 3, "h": 4, "d": 14, "c": 5}[name], ABSENT)
        n = x.axes[place]
        if like is not None:
            other = place - (rank - len(like))
            wanted = like[other] if other >= 0 else n
        size = wanted if wanted > 0 else n - offset - end
        whole[place] = (offset, offset + size)
    return whole


def crop(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Crop: by offsets and sizes, to the size of a second blob, or from starts to ends.

    Raises Unreadable.
    """
    x, ranges = reads[0], _ranges(layer, reads)
    if any(not 0 <= a < b <= n for (a, b), n in zip(ranges, x.axes, strict=True)):
        raise layer.wrong(f"keeps {[list(pair) for pair in ranges]} of {list(x.axes)}")
    for other in reads[1:]:
        graph.forget(other)
    axes = tuple(b - a for a, b in ranges)
    pairs = [list(pair) for pair in ranges]
    keys: Data = {}
    if axes[0] != x.axes[0] or len(axes) == 1:
        keys["channels"] = pairs[0]
    if axes[1:] != x.axes[1:] or not keys:
        keys["size"] = pairs[1:]
    return [graph.add("slice", keys, [x], axes, layer.name, layer.line)]


_MODES = {0: "zeros", 1: "replicate", 2: "reflect"}


def pad(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Padding of rows and columns, and of channels; raises Unreadable."""
    x, mode = reads[0], _MODES.get(layer.integer(4, 0))
    if mode is None or not 1 < len(x.axes) < 4:
        raise layer.wrong("needs a map, and the type 0, 1 or 2")
    top, bottom, left, right = (layer.integer(number, 0) for number in range(4))
    front, behind = layer.integer(7, 0), layer.integer(8, 0)
    amount = [[left, right]] if len(x.axes) == 2 else [[top, bottom], [left, right]]
    around = [[top, bottom], *amount] if len(x.axes) == 2 else [[front, behind], *amount]
    axes = tuple(max(1, n + a + b) for n, (a, b) in zip(x.axes, around, strict=True))
    keys: Data = {"amount": amount}
    if mode != "zeros":
        keys["mode"] = mode
    if any(around[0]):
        if mode != "zeros":
            return [graph.add_known([x], axes, layer.name, layer.line)]
        keys["channels"] = around[0]
    return [graph.add("pad", keys, [x], axes, layer.name, layer.line)]


_INTERPOLATIONS = {1: "nearest", 2: "linear", 3: "cubic"}


def interpolate(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Interp: by a factor, to a size, or to that of a second blob; raises Unreadable."""
    x, mode = reads[0], _INTERPOLATIONS.get(layer.integer(0, 0))
    if mode is None or len(x.axes) not in {1, 3}:
        raise layer.wrong("needs a map of two axes, and the type 1, 2 or 3")
    if layer.has(9):
        raise layer.wrong("computes its size when it runs, which is not known here")
    source = x.size or (1, 1)
    factors = [layer.number(1, 1.0), layer.number(2, 1.0)]
    size = [layer.integer(3, 0), layer.integer(4, 0)]
    if len(reads) > 1:
        size = list(reads[1].size)
        graph.forget(reads[1])
    if len(size) != 2 or min(size) < 1:
        if not all(0 < factor < 2**20 for factor in factors):
            raise layer.wrong("has neither a size nor a factor above 0")
        size = [max(1, int(n * factor)) for n, factor in zip(source, factors, strict=True)]
    axes = (x.axes[0], *size)
    if not x.size:
        return [graph.add_known([x], axes, layer.name, layer.line)]
    keys: Data = {"mode": mode} if mode != "nearest" else {}
    if layer.integer(6, 0):
        keys["align_corners"] = True
    times = [m // n for n, m in zip(source, size, strict=True)]
    if times[0] == times[1] > 0 and size == [n * times[0] for n in source]:
        keys = {"scale": times[0], **keys}
        return [graph.add("upsample", keys, [x], axes, layer.name, layer.line)]
    keys = {"size": size, **keys, "mode": mode}
    return [graph.add("resize", keys, [x], axes, layer.name, layer.line)]


def regroup(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ShuffleChannel, PixelShuffle, Reorg, and YOLOv5's Focus; raises Unreadable."""
    x, factor = reads[0], layer.integer(0, 2 if layer.type == "YoloV5Focus" else 1)
    if factor < 1 or (layer.type != "ShuffleChannel" and len(x.size) != 2):
        raise layer.wrong("needs a map of two axes, and a factor above 0")
    if layer.type == "ShuffleChannel":
        groups = x.axes[0] // factor if layer.integer(1, 0) else factor
        keys: Data = {"groups": groups}
        return [graph.add("channel_shuffle", keys, [x], x.axes, layer.name, layer.line)]
    channels, area = x.axes[0], factor**2
    if layer.type == "PixelShuffle":
        axes = (channels // area, *(n * factor for n in x.size))
        kind = "depth_to_space"
    else:
        axes = (channels * area, *(n // factor for n in x.size))
        kind = "space_to_depth"
    return [graph.add(kind, {"factor": factor}, [x], axes, layer.name, layer.line)]


def lay_boxes(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """PriorBox: coordinates and variances of each box; coordinates alone as MXNet lays them.

    Raises Unreadable.
    """
    x = reads[0]
    small, large, ratios = (len(layer.numbers(number)) for number in range(3))
    if len(reads) == 1 and layer.integer(9, 0) == ABSENT and not large:
        boxes = small - 1 + ratios
        axes: Axes = (4 * boxes * prod(x.size),)
    else:
        boxes = small * (1 + ratios * (2 if layer.integer(7, 1) else 1)) + large
        axes = (2, 4 * boxes * prod(x.size))
    for other in reads[1:]:
        graph.forget(other)
    return [graph.add_known([x], axes, layer.name, layer.line)]


def detect(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """The detections of SSD and YOLO: how many rows of six there are is known when it runs."""
    return [graph.add_known(reads, (1, 6), layer.name, layer.line)]


_REDUCTIONS = {0: "sum", 3: "mean", 4: "max", 5: "min"}


def reduce(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Reduction along axes, or to one number; raises Unreadable."""
    x, kind, keep = reads[0], _REDUCTIONS.get(layer.integer(0, 0)), layer.integer(4, 0)
    rank = len(x.axes)
    everything = layer.integer(1, 1) or not layer.integers(3)
    chosen = list(range(rank)) if everything else _chosen_axes(layer, rank, 3)
    axes: Axes = tuple(1 if i in chosen else n for i, n in enumerate(x.axes))
    if not keep:
        axes = tuple(n for i, n in enumerate(x.axes) if i not in chosen) or (1,)
    if kind is None or (not keep and 0 in chosen):
        return [graph.add_known([x], axes, layer.name, layer.line)]
    names = [axis_name(x.axes, place) for place in chosen]
    keys: Data = {"axis": names, "keep": bool(keep)}
    return [graph.add(kind, keys, [x], axes, layer.name, layer.line)]


def repeat(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Tile along one axis; raises Unreadable."""
    x = reads[0]
    if layer.has(2):
        raise layer.wrong("repeats several axes, which is not known here")
    at, times = place_of(layer, layer.integer(0, 0), x), layer.integer(1, 1)
    axes = (*x.axes[:at], x.axes[at] * times, *x.axes[at + 1 :])
    keys = {"axis": axis_name(x.axes, at), "times": times}
    return [graph.add("tile", keys, [x], axes, layer.name, layer.line)]


def halve(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """GLU along an axis; raises Unreadable."""
    x = reads[0]
    at = place_of(layer, layer.integer(0, 0), x)
    axes = (*x.axes[:at], x.axes[at] // 2, *x.axes[at + 1 :])
    keys: Data = {"axis": axis_name(x.axes, at)}
    return [graph.add("glu", keys, [x], axes, layer.name, layer.line)]


def look_up(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Embed: a vector for each id."""
    x, units = reads[0], layer.integer(0, 0)
    params = layer.integer(3, 0) + (units if layer.integer(2, 0) else 0)
    return [graph.add_known([x], (*x.axes, units), layer.name, layer.line, params=params)]


def multiply(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """MatMul and Gemm of matrices, side by side for all axes before them; raises Unreadable."""
    gemm = layer.type == "Gemm"
    turned = layer.integer(2, 0), layer.integer(3, 0)
    live = [x for x in reads if not x.constant]
    params = sum(x.constant for x in reads)
    if gemm and layer.integer(4, 0):
        raise layer.wrong("holds its first operand, which is not known here")
    first = reads[0].axes if len(reads[0].axes) > 1 else (1, *reads[0].axes)
    m, k = (first[-1], first[-2]) if gemm and turned[0] else (first[-2], first[-1])
    if gemm and layer.integer(5, 0):
        n = layer.integer(8, 0)
        params += n * layer.integer(9, k)
    elif len(reads) < 2:
        raise layer.wrong("needs two operands")
    else:
        second = reads[1].axes if len(reads[1].axes) > 1 else (1, *reads[1].axes)
        is_turned = turned[1] if gemm else layer.integer(0, 0)
        n = second[-2] if is_turned else second[-1]
    if gemm and layer.integer(6, 0):
        params += {0: 1, 1: m, 2: m, 3: m * n, 4: n}.get(layer.integer(10, 0), 0)
    axes = (*first[:-2], m, n)
    macs = prod(axes) * k
    return [graph.add_known(live, axes, layer.name, layer.line, params=params, macs=macs)]
