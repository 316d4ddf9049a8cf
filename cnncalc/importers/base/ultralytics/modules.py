"""Which function writes a module: with its repeats inside or around it, and whether its width is scaled."""

# ruff: noqa: FBT002 - a file gives arguments by their places

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.ultralytics import blocks as b

if TYPE_CHECKING:
    from cnncalc.importers.base.ultralytics.net import Map, Net

Maps = list[Any]


def _conv(w: Any, maps: Maps, n: int, c: int, k: int = 1, s: int = 1, p: int | None = None, g: int = 1,
          d: int = 1, act: bool = True) -> Any:  # fmt: skip
    if d != 1:
        raise Unreadable(f"`{w.net.path}` is dilated, which is not known here", w.net.line)
    return w.net.conv(maps[0], c, k, s, padding=p, groups=g, act=act or None)


def _depthwise(
    w: Any, maps: Maps, n: int, c: int, k: int = 1, s: int = 1, d: int = 1, act: bool = True
) -> Any:
    return _conv(w, maps, n, c, k, s, None, gcd(maps[0].channels, c), d, act)


def _stage(
    w: Any, maps: Maps, n: int, c: int, shortcut: bool = False, g: int = 1, e: float = 0.5
) -> Map:
    return b.c2f(
        w.net,
        maps[0],
        c,
        n,
        lambda x: b.bottleneck(w.net, x, x.channels, shortcut, ratio=1.0, groups=g),
        e,
    )


def _stage3(
    w: Any, maps: Maps, n: int, c: int, shortcut: bool = True, g: int = 1, e: float = 0.5
) -> Map:
    return b.c3(
        w.net,
        maps[0],
        c,
        n,
        lambda x: b.bottleneck(w.net, x, x.channels, shortcut, (1, 3), 1.0, g),
        e,
    )


def _ghosts(w: Any, maps: Maps, n: int, c: int, shortcut: bool = True) -> Any:
    return b.c3(w.net, maps[0], c, n, lambda x: b.ghost_bottleneck(w.net, x, x.channels))


def _c3k2(w: Any, maps: Maps, n: int, c: int, deep: bool = False, e: float = 0.5, attends: bool = False,
          g: int = 1, shortcut: bool = True) -> Any:  # fmt: skip
    net = w.net
    deep = deep or w.scale.name in ("m", "l", "x")

    def inner(x: Map) -> Map:
        if attends:
            x = b.bottleneck(net, x, x.channels, shortcut)
            return b.attending_block(net, x, max(x.channels // 64, 1))
        return b.c3k(net, x, shortcut) if deep else b.bottleneck(net, x, x.channels, shortcut)

    return b.c2f(net, maps[0], c, n, inner, e)


def _area(w: Any, maps: Maps, n: int, c: int, attends: bool = True, areas: int = 1) -> Any:
    large = w.scale.name in ("l", "x")
    return b.area_stage(w.net, maps[0], c, n, attends, large, 1.2 if large else 2.0, areas)


def _cib(w: Any, maps: Maps, n: int, c: int, shortcut: bool = False, large: bool = False) -> Any:
    return b.c2f(
        w.net, maps[0], c, n, lambda x: b.compact_block(w.net, x, x.channels, shortcut, large)
    )


def _text_stage(
    w: Any, maps: Maps, n: int, c: int, embedded: int, heads: int, text: int = 512
) -> Any:
    """A stage whose last result is weighted by how like texts it is."""
    net: Net = w.net
    scale = w.scale
    inner = int(c * 0.5)
    if heads > 1:
        heads = int(max(round(min(heads, scale.most // 2 // 32)) * scale.width, 1))
    rows = list(net.halves(net.conv(maps[0], 2 * inner)))
    for _ in range(n):
        rows.append(b.bottleneck(net, rows[-1], inner, shortcut=False, ratio=1.0))
    net.parameter(text * inner + inner + heads, "texts")
    rows.append(net.conv(rows[-1], inner, 3, act=None, name="proj"))
    return net.conv(net.concat(rows), c)


def _attention(w: Any, maps: Maps, n: int, c: int, e: float = 0.5) -> Any:
    return b.c2psa(w.net, maps[0], c, 1, e)


def _down(w: Any, maps: Maps, n: int, c: int, k: int, s: int) -> Any:
    return w.net.depthwise(w.net.conv(maps[0], c), c, k, s, act=None)


def _sppf(
    w: Any, maps: Maps, n: int, c: int, k: int = 5, times: int = 3, shortcut: bool = False
) -> Map:
    return b.pyramid_pool(w.net, maps[0], c, maps[0].channels // 2, k, times, shortcut=shortcut)


def _spp(w: Any, maps: Maps, n: int, c: int, kernels: Any = (5, 9, 13)) -> Any:
    x = w.net.conv(maps[0], maps[0].channels // 2)
    return w.net.conv(w.net.concat([x, *(w.net.pool(x, k, 1, k // 2) for k in kernels)]), c)


def _elan(w: Any, maps: Maps, n: int, c: int, width: int, inner: int, repeats: int = 1) -> Any:
    return b.elan(w.net, maps[0], c, width, inner, repeats)


def _elan1(w: Any, maps: Maps, n: int, c: int, width: int, inner: int) -> Any:
    return b.elan(w.net, maps[0], c, width, inner, None)


def _aconv(w: Any, maps: Maps, n: int, c: int) -> Any:
    return w.net.conv(w.net.pool(maps[0], 2, 1, 0, "avg_pool"), c, 3, 2)


def _concat(w: Any, maps: Maps, n: int, axis: int = 1) -> Any:
    return w.net.concat(maps)


def _upsample(
    w: Any, maps: Maps, n: int, size: Any = None, scale: int = 2, mode: str = "nearest"
) -> Any:
    if size is not None or not isinstance(scale, int):
        raise Unreadable(f"`{w.net.path}` has no whole factor", w.net.line)
    return w.net.upsample(maps[0], scale, "nearest" if mode == "nearest" else "linear")


def _up_conv(w: Any, maps: Maps, n: int, c: int, k: int = 2, s: int = 2, p: int = 0) -> Any:
    x = maps[0]
    keys = {"filters": c, "kernel": k, "stride": s, **({"padding": p} if p else {})}
    height, width = ((length - 1) * s + k - 2 * p for length in x.size)
    return w.net.add("conv_transpose", keys, [x], c, (height, width))


def _linear_rows(
    w: Any, maps: Maps, n: int, widths: list[int], k: int = 1, s: int = 1
) -> list[Map]:
    """A convolution whose channels are several maps."""
    x = w.net.conv(maps[0], sum(widths), k, s, act=None, norm=False)
    starts = [sum(widths[:place]) for place in range(len(widths))]
    return [w.net.part(x, at, at + wide) for at, wide in zip(starts, widths, strict=True)]


def _fuse(w: Any, maps: Maps, n: int, chosen: list[int]) -> Any:
    """The sum of one map out of each list, made as large as the last."""
    last = maps[-1]
    rows = []
    for several, place in zip(maps[:-1], chosen, strict=True):
        x = several[place]
        rows.append(w.net.upsample(x, last.size[0] // x.size[0]) if x.size != last.size else x)
    return w.net.sum(*rows, last)


def _max_pool(w: Any, maps: Maps, n: int, k: int, s: int | None = None, p: int = 0) -> Any:
    return w.net.pool(maps[0], k, s or k, p)


def _pad(w: Any, maps: Maps, n: int, sides: list[int]) -> Any:
    left, right, top, bottom = sides
    x = maps[0]
    size = x.size[0] + top + bottom, x.size[1] + left + right
    return w.net.add("pad", {"amount": [[top, bottom], [left, right]]}, [x], x.channels, size)


def _resnet(
    w: Any, maps: Maps, n: int, c1: int, c2: int, s: int = 1, first: bool = False, many: int = 1
) -> Map:
    return b.residual_stage(w.net, maps[0], c2, s, first, many)


def _torchvision(w: Any, maps: Maps, n: int, c: int, name: str, *rest: Any) -> Any:
    """A network of torchvision without its head: the residual ones of basic blocks."""
    repeats = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3)}.get(name)
    if repeats is None:
        raise Unreadable(f"the network `{name}` of torchvision is not known here", w.net.line)
    net = w.net
    x = net.pool(net.conv(maps[0], 64, 7, 2, padding=3, act="relu"), 3, 2, 1)
    for stage, many in enumerate(repeats):
        for place in range(many):
            x = _basic(net, x, 64 << stage, 2 if stage and not place else 1)
    return net.add("global_avg_pool", {"keep_size": True}, [x], x.channels, (1, 1))


def _basic(net: Net, x: Map, filters: int, stride: int) -> Map:
    y = net.conv(net.conv(x, filters, 3, stride, act="relu"), filters, 3, act=None)
    if stride > 1 or x.channels != filters:
        x = net.conv(x, filters, 1, stride, act=None, name="shortcut")
    return net.add("relu", {}, [net.sum(y, x)], filters)


def _hg_block(w: Any, maps: Maps, n: int, middle: int, c: int, k: int = 3, light: bool = False,
              shortcut: bool = False) -> Any:  # fmt: skip
    return b.hg_block(w.net, maps[0], middle, c, k, n, light, shortcut)


MODULES: dict[str, tuple[Any, bool, bool]] = {
    "Conv": (_conv, False, True),
    "DWConv": (_depthwise, False, True),
    "GhostConv": (lambda w, maps, n, c, k=1, s=1: b.ghost_conv(w.net, maps[0], c, k, s), False, True),
    "Bottleneck": (lambda w, maps, n, c, short=True: b.bottleneck(w.net, maps[0], c, short), False, True),
    "C2f": (_stage, True, True), "C3": (_stage3, True, True), "C3Ghost": (_ghosts, True, True),
    "C2": (lambda w, maps, n, c, short=True: b.c2(w.net, maps[0], c, n, short), True, True),
    "C3k2": (_c3k2, True, True), "A2C2f": (_area, True, True), "C2fCIB": (_cib, True, True),
    "C2fAttn": (_text_stage, True, True), "PSA": (_attention, False, True),
    "C2PSA": (lambda w, maps, n, c, e=0.5: b.c2psa(w.net, maps[0], c, n, e), True, True),
    "RepC3": (lambda w, maps, n, c, e=1.0: b.rep_c3(w.net, maps[0], c, n, e), True, True),
    "SCDown": (_down, False, True), "SPPF": (_sppf, False, True), "SPP": (_spp, False, True),
    "SPPELAN": (lambda w, maps, n, c, wide, k=5: b.pyramid_pool(w.net, maps[0], c, wide, k), False, True),
    "RepNCSPELAN4": (_elan, False, True), "ELAN1": (_elan1, False, True), "AConv": (_aconv, False, True),
    "ADown": (lambda w, maps, n, c: b.smaller(w.net, maps[0], c), False, True),
    "ConvTranspose2d": (_up_conv, False, True),
    "Concat": (_concat, False, False), "Upsample": (_upsample, False, False),
    "CBLinear": (_linear_rows, False, False), "CBFuse": (_fuse, False, False),
    "HGStem": (lambda w, maps, n, mid, c: b.hg_stem(w.net, maps[0], mid, c), False, False),
    "HGBlock": (_hg_block, True, False), "ResNetLayer": (_resnet, False, False),
    "AIFI": (lambda w, maps, n, hidden, heads: b.transformer(w.net, maps[0], hidden, heads), False, False),
    "TorchVision": (_torchvision, False, False), "MaxPool2d": (_max_pool, False, False),
    "ZeroPad2d": (_pad, False, False), "Identity": (lambda w, maps, n: maps[0], False, False),
}  # fmt: skip
"""By name: the function, whether it repeats itself, whether its first argument is a width that is scaled."""
