"""The modules at the end: what they give for each of the maps that they read.

Counts of what has no paper are measured: heads of YOLO26, of depth, of open vocabularies, of RT-DETR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.ultralytics.net import Map, Net

_EMBEDDED = 512
"""Channels of texts and images that are compared."""
_FLOW = 12 * ((2 * 64 + 64) + (64 * 64 + 64) + (64 * 2 + 2))
"""Twelve perceptrons 2 → 64 → 64 → 2, which pose heads are trained with."""
_HIDDEN, _LAYERS, _POINTS, _WIDE = 256, 6, 96, 1024
"""RT-DETR: channels, layers, points that all heads look at, and the hidden layer."""


class Facts(NamedTuple):
    """What a file says of its heads."""

    classes: int
    bins: int = 16
    twice: bool = False
    """Whether each branch is there twice, for one box and for many of an object."""
    old: bool = True
    """Whether classes are found by plain convolutions."""


def classify(n: Net, x: Map, classes: int, kernel: int = 1, stride: int = 1) -> Map:
    """Classes of the whole image."""
    x = n.conv(x, 1280, kernel, stride)
    x = n.add("global_avg_pool", {}, [x], 1280, (1, 1))
    return n.add("dense", {"units": classes}, [x], classes, (1, 1), name="linear")


def _branch(n: Net, x: Map, width: int, filters: int, name: str) -> Map:
    """Two 3×3 convolutions, and one that gives the numbers."""
    y = n.conv(n.conv(x, width, 3, name=name), width, 3, name=name)
    return n.plain(y, filters, name)


def _light(n: Net, x: Map, width: int, filters: int, name: str) -> Map:
    """The same with depthwise and 1×1 convolutions in turn."""
    y = n.conv(n.depthwise(x, x.channels, 3, name=name), width, name=name)
    y = n.conv(n.depthwise(y, width, 3, name=name), width, name=name)
    return n.plain(y, filters, name)


def detect(n: Net, maps: Sequence[Map], facts: Facts, *, embedded: int = 0) -> None:
    """Boxes as distributions over bins, and classes; `embedded` channels stand for classes that texts name."""
    first = maps[0].channels
    boxes = max(16, first // 4, facts.bins * 4)
    classes = max(first, min(facts.classes, 100))
    find = _branch if facts.old else _light
    for name in _ways(facts):
        for x in maps:
            _branch(n, x, boxes, 4 * facts.bins, f"{name}box")
            find(n, x, classes, embedded or facts.classes, f"{name}class")
    if facts.bins > 1:
        # The numbers of the bins, from 0: a convolution that is never trained.
        n.parameter(facts.bins, "bins")


def _ways(facts: Facts) -> tuple[str, ...]:
    return ("", "one_") if facts.twice else ("",)


def _extra(n: Net, maps: Sequence[Map], facts: Facts, filters: int, name: str) -> None:
    """A branch more, of so many numbers."""
    width = max(maps[0].channels // 4, filters)
    for way in _ways(facts):
        for x in maps:
            _branch(n, x, width, filters, f"{way}{name}")


def find_turned(n: Net, maps: Sequence[Map], facts: Facts, angles: int) -> None:
    """Boxes that are turned."""
    detect(n, maps, facts)
    _extra(n, maps, facts, angles, "angle")


def pose(n: Net, maps: Sequence[Map], facts: Facts, points: tuple[int, int], new: bool) -> None:
    """Key points; in YOLO26 with how far they may be off, and a flow that is trained with."""
    detect(n, maps, facts)
    many = points[0] * points[1]
    if not new:
        _extra(n, maps, facts, many, "points")
        return
    width = max(maps[0].channels // 4, points[0] * (points[1] + 2))
    for way in _ways(facts):
        for x in maps:
            y = n.conv(n.conv(x, width, 3, name=f"{way}points"), width, 3, name=f"{way}points")
            n.plain(y, many, f"{way}points")
            n.plain(y, 2 * points[0], f"{way}sigma")
    n.parameter(_FLOW, "flow")


def segment(
    n: Net, maps: Sequence[Map], facts: Facts, masks: int, width: int, *, new: bool = False, embedded: int = 0
) -> None:  # fmt: skip
    """Masks as sums of prototypes, which YOLO26 makes of all maps."""
    if embedded:
        open_detect(n, maps, facts)
    else:
        detect(n, maps, facts)
    _extra(n, maps, facts, masks, "mask")
    x = maps[0]
    if new:
        for other in maps[1:]:
            y = n.conv(other, x.channels, name="refine")
            x = n.sum(x, n.upsample(y, x.size[0] // y.size[0]))
        fused = n.conv(x, width, 3, name="fuse")
        y = n.conv(n.conv(x, width, 3, name="semantic"), width, 3, name="semantic")
        n.plain(y, facts.classes, "semantic")
        x = fused
    y = n.conv(x, width, 3, name="proto")
    size = 2 * y.size[0], 2 * y.size[1]
    y = n.add("conv_transpose", {"filters": width, "kernel": 2, "stride": 2}, [y], width, size)
    n.conv(n.conv(y, width, 3, name="proto"), masks, name="proto")


def world(n: Net, maps: Sequence[Map], facts: Facts, embedded: int, normed: bool) -> None:
    """Classes by texts: embeddings for each place, and the numbers of their comparison."""
    detect(n, maps, facts, embedded=embedded)
    _contrast(n, len(maps), embedded, normed)


def _contrast(n: Net, maps: int, embedded: int, normed: bool) -> None:
    for _ in range(maps):
        n.parameter(2 + (2 * embedded if normed else 0), "contrast")


def open_detect(n: Net, maps: Sequence[Map], facts: Facts) -> None:
    """Classes by texts or by examples, whose encoders are parts of the head."""
    detect(n, maps, facts, embedded=_EMBEDDED)
    for _ in _ways(facts):
        _contrast(n, len(maps), _EMBEDDED, normed=True)
    n.parameter(2048 * 512 + 2048 + 512 * 1024 + 512, "texts")
    width = max(maps[0].channels, min(facts.classes, 100))
    seen = []
    for place, x in enumerate(maps):
        y = n.conv(n.conv(x, width, 3, name="example"), width, 3, name="example")
        seen.append(n.upsample(y, 2**place) if place else y)
    n.plain(n.concat(seen), _EMBEDDED, "example")
    rows = [n.conv(x, width, name="prompt") for x in maps]
    rows = [n.upsample(y, 2**place) if place else y for place, y in enumerate(rows)]
    n.conv(n.concat(rows), 16, 3, act=None, norm=False, name="prompt")
    n.parameter((16 * 9 + 16) + (32 * 16 * 9 + 2 * 16) + (16 * 16 * 9 + 16), "masks")


def depth(n: Net, maps: Sequence[Map], width: int) -> None:
    """A depth for each place, of all maps from the smallest on."""
    rows = [n.conv(x, width, name="proj") for x in maps]
    x = rows[-1]
    for row in rows[-2::-1]:
        x = n.sum(n.upsample(x, row.size[0] // x.size[0], "linear"), row)
        x = n.conv(n.conv(x, width, 3, name="refine"), width, 3, name="refine")
    x = n.conv(x, width // 2, 3, name="head")
    size = 2 * x.size[0], 2 * x.size[1]
    keys = {"filters": width // 2, "kernel": 2, "stride": 2}
    x = n.add("conv_transpose", keys, [x], width // 2, size)
    n.plain(n.conv(x, width // 4, 3, name="head"), 1, "head")


def semantic(n: Net, maps: Sequence[Map], classes: int) -> None:
    """A class for each place, and the same of a smaller map, which is trained with."""
    width = maps[0].channels
    for x, name in zip(maps, ("classifier", "aux"), strict=False):
        n.plain(n.conv(x, width, 3, name=name), classes, name)


def decode(n: Net, maps: Sequence[Map], classes: int) -> None:
    """RT-DETR's decoder: 300 queries look at some points of all maps; its arithmetic is not known."""
    h = _HIDDEN
    perceptron = 2 * (h * h + h) + h * 4 + 4
    layer = (
        4 * (h * h + h)
        + 2 * (h * h + h)
        + (2 * _POINTS * h + 2 * _POINTS)
        + (_POINTS * h + _POINTS)
    )
    layer += (_WIDE * h + _WIDE) + (h * _WIDE + h) + 3 * 2 * h
    count = (
        _LAYERS * (layer + perceptron + classes * h + classes) + perceptron + classes * h + classes
    )
    count += classes * h + (2 * h * 4 + 2 * h) + (h * 2 * h + h) + (h * h + h + 2 * h)
    rows = [n.conv(x, h, act=None, name="proj") for x in maps]
    shape = {"channels": 4 + classes, "size": [300]}
    n.add("opaque", {"output": shape, "params": count, "buffers": 0}, rows, 4 + classes, (300, 1))


def look_at_images(n: Net, maps: Sequence[Map], inner: int, text: int) -> None:
    """What texts take of images: pooled maps as keys and values, texts as queries."""
    for x in maps:
        n.plain(x, inner, "image")
    count = (
        (2 * text + text * inner + inner)
        + 2 * (2 * inner + inner * inner + inner)
        + (inner * text + text)
    )
    n.parameter(count, "texts")
