"""The modules that are stacked: bottlenecks, their stages, attention, and what makes maps smaller.

Sources: the papers of YOLOv4 (CSP), v7 (ELAN), v9, v10 and v12, GhostNet, RepVGG, PP-HGNet; counts as measured.
"""

# ruff: noqa: FBT002 - as in the papers

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.ultralytics.net import Map, Net

    Inner = Callable[[Map], Map]

_THREE = (3, 3)


def bottleneck(
    n: Net, x: Map, filters: int, shortcut: bool = True, kernels: tuple[int, int] = _THREE,
    ratio: float = 0.5, groups: int = 1,
) -> Map:  # fmt: skip
    """Two convolutions, and a shortcut around them where the channels stay."""
    y = n.conv(x, int(filters * ratio), kernels[0])
    y = n.conv(y, filters, kernels[1], groups=groups)
    return n.sum(x, y) if shortcut and x.channels == filters else y


def c2f(n: Net, x: Map, filters: int, repeats: int, inner: Inner, ratio: float = 0.5) -> Map:
    """A stage that joins the results of all its inner blocks."""
    return n.conv(n.concat(_rows(n, x, filters, repeats, inner, ratio)), filters)


def _rows(n: Net, x: Map, filters: int, repeats: int, inner: Inner, ratio: float) -> list[Map]:
    width = int(filters * ratio)
    rows = list(n.halves(n.conv(x, 2 * width)))
    for _ in range(repeats):
        rows.append(inner(rows[-1]))
    return rows


def c3(n: Net, x: Map, filters: int, repeats: int, inner: Inner, ratio: float = 0.5) -> Map:
    """A stage with a way of inner blocks, and one around them."""
    width = int(filters * ratio)
    y = n.conv(x, width)
    for _ in range(repeats):
        y = inner(y)
    return n.conv(n.concat([y, n.conv(x, width)]), filters)


def c3k(n: Net, x: Map, shortcut: bool = True, repeats: int = 2) -> Map:
    """The stage of 3×3 bottlenecks that other stages have inside."""
    return c3(
        n, x, x.channels, repeats, lambda y: bottleneck(n, y, y.channels, shortcut, ratio=1.0)
    )


def c2(
    n: Net, x: Map, filters: int, repeats: int, shortcut: bool = True, ratio: float = 0.5
) -> Map:
    """A stage of which one half of the channels passes by."""
    a, b = n.halves(n.conv(x, 2 * int(filters * ratio)))
    for _ in range(repeats):
        a = bottleneck(n, a, a.channels, shortcut, ratio=1.0)
    return n.conv(n.concat([a, b]), filters)


def attention(n: Net, x: Map, heads: int, ratio: float, kernel: int = 3, areas: int = 1) -> Map:
    """Attention of all positions to each other by 1×1 convolutions, with positions by a depthwise one.

    A query has `ratio` of the channels of a value. Of several areas, one behind the other along the rows, each
    attends to itself. Raises Unreadable.
    """
    heads = max(heads, 1)
    each = x.channels // heads
    query = int(each * ratio)
    if not each or not query:
        raise Unreadable(f"`{n.path}` has {heads} heads for {x.channels} channels", n.line)
    qkv = n.conv(x, heads * (2 * query + each), act=None, name="qkv")
    positions = x.size[0] * x.size[1]
    if areas > 1 and positions % areas:
        raise Unreadable(f"`{n.path}` has {areas} areas for {positions} positions", n.line)

    def row(start: int, stop: int, name: str) -> Map:
        size = [stop - start, positions]
        keys = {"axis": 2, "range": [start, stop]}
        return n.add("slice", keys, [rows], heads, (size[0], size[1]), name)

    length = 2 * query + each
    keys: dict[str, Any] = {"to": {"channels": heads, "size": [length, positions]}}
    rows = n.add("reshape", keys, [qkv], heads, (length, positions))
    q, k, v = row(0, query, "query"), row(query, 2 * query, "key"), row(2 * query, length, "value")
    if areas > 1:
        y = _attend_in_areas(n, (q, k, v), areas)
    else:
        turned = n.add("permute", {"axes": [1, 3, 2]}, [q], heads, (positions, query))
        scores = n.add("matmul", {}, [turned, k], heads, (positions, positions))
        weights = n.add("softmax", {"axis": 3}, [scores], heads)
        seen = n.add("permute", {"axes": [1, 3, 2]}, [weights], heads)
        y = n.add("matmul", {}, [v, seen], heads, (each, positions))
    shape = {"to": {"channels": heads * each, "size": list(x.size)}}
    y = n.add("reshape", shape, [y], heads * each, x.size)
    places = n.add("reshape", shape, [v], heads * each, x.size)
    places = n.conv(places, heads * each, kernel, groups=heads * each, act=None, name="positions")
    return n.conv(n.sum(y, places), x.channels, act=None, name="proj")


def _attend_in_areas(n: Net, rows: tuple[Map, Map, Map], areas: int) -> Map:
    """What the positions of each area see of values, by queries and keys.

    The areas are an axis before the two that are multiplied; the sizes said here are those two.
    """
    heads, (each, positions) = rows[0].channels, rows[0].size
    own = positions // areas

    def part(x: Map, axes: list[int], size: tuple[int, int]) -> Map:
        keys = {"to": {"channels": heads, "size": [x.size[0], areas, own]}}
        apart = n.add("reshape", keys, [x], heads)
        return n.add("permute", {"axes": axes}, [apart], heads, size)

    query = part(rows[0], [1, 3, 4, 2], (own, each))
    key = part(rows[1], [1, 3, 2, 4], (each, own))
    value = part(rows[2], [1, 3, 2, 4], (rows[2].size[0], own))
    scores = n.add("matmul", {}, [query, key], heads, (own, own))
    weights = n.add("softmax", {"axis": 4}, [scores], heads)
    seen = n.add("permute", {"axes": [1, 2, 4, 3]}, [weights], heads)
    y = n.add("matmul", {}, [value, seen], heads, value.size)
    return n.add("permute", {"axes": [1, 3, 2, 4]}, [y], heads)


def attending_block(
    n: Net, x: Map, heads: int, ratio: float = 0.5, growth: float = 2, kernel: int = 3, areas: int = 1
) -> Map:  # fmt: skip
    """Attention and two 1×1 convolutions, both with a shortcut."""
    x = n.sum(x, attention(n, x, heads, ratio, kernel, areas))
    y = n.conv(n.conv(x, int(x.channels * growth)), x.channels, act=None)
    return n.sum(x, y)


def c2psa(n: Net, x: Map, filters: int, repeats: int, ratio: float = 0.5) -> Map:
    """A stage of attention, around which half of the channels pass."""
    a, b = n.halves(n.conv(x, 2 * int(filters * ratio)))
    for _ in range(repeats):
        b = attending_block(n, b, b.channels // 64)
    return n.conv(n.concat([a, b]), filters)


def area_stage(
    n: Net, x: Map, filters: int, repeats: int, attends: bool, residual: bool, growth: float,
    areas: int = 1,
) -> Map:  # fmt: skip
    """The stage of YOLO12: blocks of area attention in pairs, or inner stages."""
    width = int(filters * 0.5)
    rows = [n.conv(x, width)]
    for _ in range(repeats):
        y = rows[-1]
        if attends:
            for _ in range(2):
                y = attending_block(n, y, width // 32, 1.0, growth, 7, areas)
        else:
            y = c3k(n, y)
        rows.append(y)
    made = n.conv(n.concat(rows), filters)
    if attends and residual:
        made = n.add("layer_scale", {}, [made], filters)
        return n.sum(x, made)
    return made


def ghost_conv(
    n: Net, x: Map, filters: int, kernel: int = 1, stride: int = 1, act: Any = True
) -> Map:
    """Half of the channels by a convolution, the others cheaply of these."""
    y = n.conv(x, filters // 2, kernel, stride, act=act)
    return n.concat([y, n.conv(y, filters // 2, 5, groups=filters // 2, act=act)])


def ghost_bottleneck(n: Net, x: Map, filters: int) -> Map:
    """Two ghost convolutions with a shortcut."""
    y = ghost_conv(n, ghost_conv(n, x, filters // 2), filters, act=None)
    return n.sum(x, y)


def rep_conv(n: Net, x: Map, filters: int) -> Map:
    """A 3×3 and a 1×1 convolution that are summed up, as they are before they are fused."""
    y = n.sum(n.conv(x, filters, 3, act=None), n.conv(x, filters, act=None))
    return n.add(n.activation or "identity", {}, [y], filters)


def rep_csp(n: Net, x: Map, filters: int, repeats: int) -> Map:
    """A stage whose bottlenecks begin with such a pair."""
    return c3(
        n,
        x,
        filters,
        repeats,
        lambda y: n.sum(y, n.conv(rep_conv(n, y, y.channels), y.channels, 3)),
    )


def elan(n: Net, x: Map, filters: int, width: int, inner: int, repeats: int | None) -> Map:
    """ELAN: a half of the channels goes through two blocks, and all results are joined; `repeats` of stages."""
    rows = list(n.halves(n.conv(x, width)))
    for _ in range(2):
        y = rows[-1]
        if repeats is not None:
            y = rep_csp(n, y, inner, repeats)
        rows.append(n.conv(y, inner, 3))
    return n.conv(n.concat(rows), filters)


def pyramid_pool(n: Net, x: Map, filters: int, width: int, kernel: int = 5, times: int = 3, act: Any = True,
           shortcut: bool = False) -> Map:  # fmt: skip
    """A map joined with what stays of it in windows that grow."""
    rows = [n.conv(x, width, act=act)]
    for _ in range(times):
        rows.append(n.pool(rows[-1], kernel, 1, kernel // 2))
    y = n.conv(n.concat(rows), filters)
    return n.sum(x, y) if shortcut and x.channels == filters else y


def smaller(n: Net, x: Map, filters: int) -> Map:
    """YOLOv9's halving: averaged, then one half by a convolution and one by a pool."""
    a, b = n.halves(n.pool(x, 2, 1, 0, "avg_pool"))
    a = n.conv(a, filters // 2, 3, 2)
    return n.concat([a, n.conv(n.pool(b, 3, 2, 1), filters // 2)])


def compact_block(n: Net, x: Map, filters: int, shortcut: bool, large: bool) -> Map:
    """YOLOv10's compact inverted block of depthwise and 1×1 convolutions."""
    y = n.conv(n.depthwise(x, x.channels, 3), 2 * filters)
    if large:
        both = n.depthwise(y, 2 * filters, 7, act=None), n.depthwise(y, 2 * filters, 3, act=None)
        y = n.add(n.activation or "identity", {}, [n.sum(*both)], 2 * filters)
    else:
        y = n.depthwise(y, 2 * filters, 3)
    y = n.depthwise(n.conv(y, filters), filters, 3)
    return n.sum(x, y) if shortcut and x.channels == filters else y


def hg_stem(n: Net, x: Map, middle: int, filters: int) -> Map:
    """The beginning of PP-HGNetV2."""
    x = n.conv(x, middle, 3, 2, act="relu")
    x = _pad_end(n, x)
    y = _pad_end(n, n.conv(x, middle // 2, 2, padding=0, act="relu"))
    y = n.conv(y, middle, 2, padding=0, act="relu")
    x = n.concat([n.pool(x, 2, 1, 0), y])
    return n.conv(n.conv(x, middle, 3, 2, act="relu"), filters, act="relu")


def _pad_end(n: Net, x: Map) -> Map:
    return n.add(
        "pad", {"amount": [[0, 1], [0, 1]]}, [x], x.channels, (x.size[0] + 1, x.size[1] + 1)
    )


def hg_block(
    n: Net,
    x: Map,
    middle: int,
    filters: int,
    kernel: int,
    repeats: int,
    light: bool,
    shortcut: bool,
) -> Map:
    """A stage of PP-HGNetV2, with light convolutions or plain ones."""
    rows = [x]
    for _ in range(repeats):
        y = rows[-1]
        if light:
            y = n.depthwise(n.conv(y, middle, act=None), middle, kernel, act="relu")
        else:
            y = n.conv(y, middle, kernel, act="relu")
        rows.append(y)
    made = n.conv(n.conv(n.concat(rows), filters // 2, act="relu"), filters, act="relu")
    return n.sum(x, made) if shortcut and x.channels == filters else made


def rep_c3(n: Net, x: Map, filters: int, repeats: int, ratio: float = 1.0) -> Map:
    """The stage of RT-DETR: pairs of convolutions beside one."""
    width = int(filters * ratio)
    y = n.conv(x, width)
    for _ in range(repeats):
        y = rep_conv(n, y, width)
    y = n.sum(y, n.conv(x, width))
    return n.conv(y, filters) if width != filters else y


def transformer(n: Net, x: Map, hidden: int, heads: int) -> Map:
    """A layer of a transformer over all positions."""
    row = n.add(
        "reshape",
        {"to": {"channels": x.channels, "size": [x.size[0] * x.size[1]]}},
        [x],
        x.channels,
    )
    y = n.add("multi_head_attention", {"heads": heads}, [row], x.channels)
    y = n.add(
        "reshape", {"to": {"channels": x.channels, "size": list(x.size)}}, [y], x.channels, x.size
    )
    x = n.add("layer_norm", {"axes": [1]}, [n.sum(x, y)], x.channels)
    y = n.conv(x, hidden, act="gelu", norm=False, name="fc1")
    y = n.plain(y, x.channels, name="fc2")
    return n.add("layer_norm", {"axes": [1]}, [n.sum(x, y)], x.channels)


def residual_stage(n: Net, x: Map, width: int, stride: int, first: bool, repeats: int) -> Map:
    """A stage of ResNet, or its stem."""
    if first:
        return n.pool(n.conv(x, width, 7, 2, padding=3), 3, 2, 1)
    for place in range(repeats):
        step = stride if place == 0 else 1
        y = n.conv(n.conv(x, width), width, 3, step)
        y = n.conv(y, 4 * width, act=None)
        if step != 1 or x.channels != 4 * width:
            x = n.conv(x, 4 * width, 1, step, act=None, name="shortcut")
        x = n.add("relu", {}, [n.sum(y, x)], 4 * width)
    return x
