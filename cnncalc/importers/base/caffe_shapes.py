"""The layers of Caffe that move numbers: they reshape, cut, join, resize, and lay boxes.

Each function reads one layer and gives what its `top` blobs are.
Source: caffe.proto and the layers of BVLC/caffe 1.0, and of weiliu89/caffe where they are SSD's.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.caffe_layers import place_of
from cnncalc.importers.base.graph import alike, axis_name, shape_of

if TYPE_CHECKING:
    from cnncalc.importers.base.caffe_layers import Layer
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph, Tensor


def pass_on(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Split: every top is the bottom."""
    return [reads[0]] * len(layer.tops)


def silence(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Silence: what it reads is no output."""
    return []


def flatten(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Flatten the axes from one to another; raises Unreadable."""
    x, options = reads[0], layer.options("flatten")
    start = place_of(layer, options.integer("axis", 1), x)
    end = place_of(layer, options.integer("end_axis", -1), x)
    if start > end:
        raise layer.wrong(f"flattens from axis {start + 1} to {end + 1}")
    if start == 0 and end == len(x.axes) - 1:
        return [graph.add("flatten", {}, [x], (prod(x.axes),), layer.name, layer.line)]
    axes = (*x.axes[:start], prod(x.axes[start : end + 1]), *x.axes[end + 1 :])
    return [_reshape(graph, layer, x, axes, (*x.axes[:start], -1, *x.axes[end + 1 :]))]


def _reshape(graph: Graph, layer: Layer, x: Tensor, axes: Axes, said: Axes) -> Tensor:
    """The same numbers as other axes; `said` has -1 for what is left, which follows the input."""
    return graph.add("reshape", {"to": shape_of(said)}, [x], axes, layer.name, layer.line)


def reshape(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Reshape: 0 is the axis as it was, -1 what is left; `axis` and `num_axes` say which are meant.

    Raises Unreadable.
    """
    x, options = reads[0], layer.options("reshape")
    whole = (x.batch, *x.axes) if x.folded == 1 else (x.batch, x.folded, *x.axes[1:])
    dims = options.message("shape").integers("dim")
    start = options.integer("axis", 0)
    start += len(whole) + 1 if start < 0 else 0
    count = options.integer("num_axes", -1)
    end = len(whole) if count < 0 else start + count
    if not 0 <= start <= end <= len(whole):
        raise layer.wrong("reshapes axes that do not exist")
    middle = [
        whole[start + place] if n == 0 and start + place < len(whole) else n
        for place, n in enumerate(dims)
    ]
    target = [*whole[:start], *middle, *whole[end:]]
    rest, total = target.count(-1), prod(whole)
    known = prod(n for n in target if n != -1)
    if (
        rest > 1
        or any(n < 1 and n != -1 for n in target)
        or (total % known if rest else total != known)
    ):
        raise layer.wrong(f"cannot make {target} of {list(whole)}")
    axes = [total // known if n == -1 else n for n in target]
    if axes[0] != x.batch:
        if (found := _refold(graph, layer, x, axes)) is not None:
            return [found]
        raise layer.wrong(f"makes {axes} of {list(whole)}: the batch does not stay",
                          help="an input of one example, `dim: 1`, may do")  # fmt: skip
    said = target if target[0] != -1 else axes
    return [_reshape(graph, layer, x, tuple(axes[1:]) or (1,), tuple(said[1:]) or (1,))]


def _refold(graph: Graph, layer: Layer, x: Tensor, axes: list[int]) -> Tensor | None:
    """A batch that becomes steps and examples, of which one is shown, or the other way round; else None."""
    if x.folded == 1 and x.batch == prod(axes[:2]):
        inner = (1, *axes[2:])
        return _reshape(graph, layer, x, inner, inner)._replace(batch=axes[0], folded=axes[1])
    if x.folded > 1 and axes[0] == x.batch * x.folded:
        inner = tuple(axes[1:]) or (1,)
        return _reshape(graph, layer, x, inner, inner)._replace(batch=axes[0], folded=1)
    return None


def permute(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Permute of SSD: axes that are not named follow in their order; raises Unreadable."""
    x, order = reads[0], layer.options("permute").integers("order")
    rank = len(x.axes) + 1
    full = [*order, *(axis for axis in range(rank) if axis not in order)]
    if sorted(full) != list(range(rank)) or full[0] != 0:
        raise layer.wrong("must name axes once, the batch first")
    places = [axis - 1 for axis in full[1:]]
    axes = tuple(x.axes[place] for place in places)
    if places == sorted(places):
        return [graph.add("identity", {}, [x], axes, layer.name, layer.line)]
    keys = {"axes": [axis_name(x.axes, place) for place in places]}
    return [graph.add("permute", keys, [x], axes, layer.name, layer.line)]


def _along(layer: Layer, options_name: str, old: str, x: Tensor) -> int:
    options = layer.options(options_name)
    return place_of(layer, options.integer("axis", options.integer(old, 1)), x)


def concat(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Concat along an axis."""
    at = _along(layer, "concat", "concat_dim", reads[0])
    first = reads[0].axes
    if len(reads) == 1:
        return [graph.add("identity", {}, reads, first, layer.name, layer.line)]
    total = sum(x.axes[at] for x in reads if at < len(x.axes))
    keys: Data = {"axis": axis_name(first, at)} if at else {}
    axes = (*first[:at], total, *first[at + 1 :])
    return [graph.add("concat", keys, reads, axes, layer.name, layer.line)]


def cut(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Slice into as many parts as there are tops, equal ones or between the points; raises Unreadable."""
    x, count = reads[0], len(layer.tops)
    at = _along(layer, "slice", "slice_dim", x)
    points = layer.options("slice").integers("slice_point")
    n = x.axes[at]
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    if count == 1:
        return [x]
    if points:
        ends = [0, *points, n]
        sizes = [b - a for a, b in pairwise(ends)]
        if len(sizes) != count or min(sizes) < 1:
            raise layer.wrong(f"cuts {n} at {points} for {count} tops")
        keys["sizes"] = sizes
    else:
        if n % count:
            raise layer.wrong(f"cuts {n} into {count} parts")
        sizes, keys["parts"] = [n // count] * count, count
    parts = [(*x.axes[:at], size, *x.axes[at + 1 :]) for size in sizes]
    return graph.add_parts(keys, x, parts, layer.name, layer.line)


def crop(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Crop to the size of a second bottom, from `offset` on; raises Unreadable."""
    if len(reads) != 2:
        raise layer.wrong("needs two bottoms")
    x, like = reads
    options = layer.options("crop")
    start = place_of(layer, options.integer("axis", 2), x)
    count = len(x.axes) - start
    offsets = options.integers("offset") or [0]
    offsets = offsets * count if len(offsets) == 1 else offsets
    if len(offsets) != count or len(like.axes) != len(x.axes):
        raise layer.wrong("needs an offset for each axis, and bottoms of as many axes")
    axes = (*x.axes[:start], *like.axes[start:])
    if start == 1:
        keys: Data = {"like": like.name, "offset": alike(offsets)}
        return [graph.add("crop", keys, [x], axes, layer.name, layer.line)]
    made = x
    for place, offset in zip(range(start, len(axes)), offsets, strict=True):
        last = place == len(axes) - 1
        reached = (*axes[: place + 1], *x.axes[place + 1 :])
        keys = {
            "axis": axis_name(x.axes, place),
            "range": [offset, offset + axes[place]],
        }
        name = layer.name if last else f"{layer.name}_{keys['axis']}"
        made = graph.add("slice", keys, [made], reached, name, layer.line)
    return [made]


def interpolate(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Interp of DeepLab: to a size, or shrunk, then zoomed; a negative padding crops before it.

    Raises Unreadable.
    """
    x, options = reads[0], layer.options("interp")
    before, after = (-options.integer(f"pad_{side}", 0) for side in ("beg", "end"))
    if before < 0 or after < 0 or len(x.size) != 2:
        raise layer.wrong("needs a map of two axes, and padding that is not above 0")
    target = [n - before - after for n in x.size]
    if before or after:
        axes = (x.axes[0], *target)
        amount = [[before, after]] * 2
        x = graph.add("crop", {"amount": amount}, [x], axes, f"{layer.name}_crop", layer.line)
    shrink, zoom = options.integer("shrink_factor", 1), options.integer("zoom_factor", 1)
    if shrink < 1 or zoom < 1:
        raise layer.wrong("has a factor below 1")
    target = [(n - 1) // shrink + 1 for n in target]
    target = [n + (n - 1) * (zoom - 1) for n in target]
    if len(reads) > 1:
        target = list(reads[1].size)
    elif options.has("height") and options.has("width"):
        target = [options.integer("height", 0), options.integer("width", 0)]
    keys = {"size": target, "mode": "linear", "align_corners": True}
    made = graph.add("resize", keys, [x], (x.axes[0], *target), layer.name, layer.line)
    if len(reads) > 1:
        graph.forget(reads[1])
    return [made]


def upsample(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Upsample of SegNet, which puts maxima back, and of others, which repeats; raises Unreadable."""
    x, options = reads[0], layer.options("upsample")
    factor = options.integer("scale", options.integer("stride", 2))
    if len(x.size) != 2 or factor < 1:
        raise layer.wrong("needs a map of two axes, and a scale above 0")
    size = [
        options.integer(f"upsample_{axis}", n * options.integer(f"scale_{axis}", factor))
        for axis, n in zip("hw", x.size, strict=True)
    ]
    axes = (x.axes[0], *size)
    if len(reads) > 1:
        graph.forget(reads[1])
        if any(abs(m - n * factor) >= factor for m, n in zip(size, x.size, strict=True)):
            return [graph.add_known([x], axes, layer.name, layer.line)]
        keys: Data = {"size": factor}
        if size != [n * factor for n in x.size]:
            keys["output_size"] = size
        return [graph.add("max_unpool", keys, [x], axes, layer.name, layer.line)]
    if size == [n * factor for n in x.size]:
        return [graph.add("upsample", {"scale": factor}, [x], axes, layer.name, layer.line)]
    keys = {"size": size, "mode": "nearest"}
    return [graph.add("resize", keys, [x], axes, layer.name, layer.line)]


_RATIOS = 100
"""A PriorBox has at most so many."""


def lay_boxes(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """PriorBox of SSD: four coordinates and four variances of each box, over each position.

    Raises Unreadable.
    """
    options = layer.options("prior_box")
    ratios, given = [1.0], options.numbers("aspect_ratio")
    if len(given) > _RATIOS:
        raise layer.wrong(f"has more than {_RATIOS} aspect ratios")
    for ratio in given:
        if ratio <= 0:
            raise layer.wrong("has an aspect_ratio that is not above 0")
        if all(abs(ratio - other) >= 1e-6 for other in ratios):
            ratios.append(ratio)
            if options.flag("flip", default=True):
                ratios.append(1 / ratio)
    boxes = len(ratios) * len(options.numbers("min_size")) + len(options.numbers("max_size"))
    if boxes < 1:
        raise layer.wrong("has no min_size")
    axes = (2, 4 * boxes * prod(reads[0].size))
    made = graph.add_known(reads[:1], axes, layer.name, layer.line)
    for other in reads[1:]:
        graph.forget(other)
    return [made]


def detect(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """DetectionOutput of SSD: how many boxes are left is known when it runs; Caffe says one."""
    return [graph.add_known(reads, (1, 1, 7), layer.name, layer.line)]


def lose(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """A loss or a measure: one number."""
    return [graph.add_known(reads, (1,), layer.name, layer.line)]


def choose_largest(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ArgMax: the places of the largest, along an axis or of all."""
    x, options = reads[0], layer.options("argmax")
    top = options.integer("top_k", 1)
    if options.has("axis"):
        at = place_of(layer, options.integer("axis", 1), x)
        axes: Axes = (*x.axes[:at], top, *x.axes[at + 1 :])
    else:
        axes = (2 if options.flag("out_max_val", default=False) else 1, top)
    return [graph.add_known([x], axes, layer.name, layer.line)]


def reduce(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Reduction of all axes from one on."""
    x, start = reads[0], layer.options("reduction").integer("axis", 0)
    axes: Axes = (1,) if start == 0 else x.axes[: place_of(layer, start, x)] or (1,)
    return [graph.add_known([x], axes, layer.name, layer.line)]


def repeat(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Tile: one axis several times."""
    x, options = reads[0], layer.options("tile")
    at = place_of(layer, options.integer("axis", 1), x)
    times = options.integer("tiles", 1)
    keys = {"axis": axis_name(x.axes, at), "times": times}
    axes = (*x.axes[:at], x.axes[at] * times, *x.axes[at + 1 :])
    return [graph.add("tile", keys, [x], axes, layer.name, layer.line)]


def shuffle(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ShuffleChannel."""
    groups = layer.options("shuffle_channel").integer("group", 1)
    x = reads[0]
    return [graph.add("channel_shuffle", {"groups": groups}, [x], x.axes, layer.name, layer.line)]


def reorganise(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Reorg of YOLO 2: blocks of space become channels; raises Unreadable."""
    x, options = reads[0], layer.options("reorg")
    factor = options.integer("stride", 2)
    if options.flag("reverse", default=False):
        raise layer.wrong("works in reverse, which is not read here")
    if len(x.size) != 2 or factor < 1 or any(n % factor for n in x.size):
        raise layer.wrong("needs a map of two axes, and a stride that divides both")
    axes = (x.axes[0] * factor**2, *(n // factor for n in x.size))
    return [graph.add_known([x], axes, layer.name, layer.line)]


def look_up(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Embed: a vector for each id."""
    x, options = reads[0], layer.options("embed")
    units, ids = options.integer("num_output", 0), options.integer("input_dim", 0)
    bias = units if options.flag("bias_term", default=True) else 0
    axes = (*x.axes, units)
    return [graph.add_known([x], axes, layer.name, layer.line, params=ids * units + bias)]


def pool_pyramid(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """SPP: pools on grids of 1, 2, 4 … cells a side, laid out in a vector; raises Unreadable."""
    x, levels = reads[0], layer.options("spp").integer("pyramid_height", 1)
    if not 1 <= levels <= 16:
        raise layer.wrong(f"has a pyramid_height of {levels}")
    features = x.axes[0] * sum(4**level for level in range(levels))
    return [graph.add_known([x], (features,), layer.name, layer.line)]
