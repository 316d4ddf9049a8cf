"""Layers that move numbers, as nodes of ONNX."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.exporters.base.indexing import places_of, ranges_of
from cnncalc.exporters.base.onnx.windows import MODES
from cnncalc.layers.base.named_axes import in_order, name_of
from cnncalc.layers.base.named_axes import place as axis_place
from cnncalc.layers.base.shape import axes_of, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.onnx.spot import Spot


def flatten(spot: Spot) -> str:
    """All axes as one, in the order of the dialect."""
    given = spot.read[0]
    if spot.x.rank and not spot.x.form and spot.plain.rules.channels_last:
        given = spot.to_last(given, spot.x.rank)
    return spot.add("Flatten", given, axis=1)


def reshape(spot: Spot) -> str:
    """The same numbers in another shape, in the order of the dialect."""
    x, y = spot.x, spot.output
    last = spot.plain.rules.channels_last
    given = spot.read[0]
    if last and not x.form and x.rank:
        given = spot.to_last(given, x.rank)
    if last and not y.form and y.rank:
        return spot.to_first(spot.reshape(given, *y.size, y.channels), y.rank)
    return spot.reshape(given, *axes_of(y))


def permute(spot: Spot) -> str:
    """The axes in another order."""
    x, rules = spot.x, spot.plain.rules
    asked = spot.layer.axes
    asked = asked[1:] if asked[0] == 0 else asked
    names = [name_of(x, axis, "axes", rules) for axis in asked]
    order = in_order(x, rules) if isinstance(asked[0], int) else names_of(x)
    old = dict(zip(order, names, strict=True))
    return spot.turn(spot.read[0], 0, *(names_of(x).index(old[new]) + 1 for new in names_of(x)))


def squeeze(spot: Spot) -> str:
    """Axes of length one left out, or put in."""
    return spot.reshape(spot.read[0], *axes_of(spot.output))


def slice_(spot: Spot) -> str:
    """A range along one or more axes."""
    cuts = []
    for axis, (given, n) in enumerate(zip(ranges_of(spot), axes_of(spot.x), strict=True), 1):
        if given is not None:
            start, stop, _ = slice(*given).indices(n)
            cuts.append((axis, start, stop))
    return _slice(spot, spot.read[0], cuts)


def _slice(spot: Spot, x: str, cuts: Sequence[tuple[int, int, int]]) -> str:
    """Ranges along axes: their numbers, starts and ends."""
    if not cuts:
        return spot.add("Identity", x)
    for axis, start, stop in cuts:
        x = spot.cut(x, axis, start, stop)
    return x


def gather(spot: Spot) -> str:
    """Some places along an axis, in any order."""
    at, indices = places_of(spot)
    return spot.add("Gather", spot.read[0], spot.ints(*indices), axis=at + 1)


def tile(spot: Spot) -> str:
    """An axis as often as is said."""
    at = axis_place(spot.x, spot.layer.axis, "axis", spot.plain.rules)
    times = [spot.layer.times if i == at else 1 for i in range(len(axes_of(spot.x)))]
    return spot.add("Tile", spot.read[0], spot.ints(1, *times))


def crop(spot: Spot) -> str:
    """The sides cut off; what is too small is enlarged with zeros, or raises Refusal."""
    sides = [window.padding for window in spot.windows]
    if any(side > 0 for pair in sides for side in pair):
        if spot.plain.rules.crop_enlarges:
            raise spot.refuse("what is too small to be cut is enlarged in Keras, and nowhere else")
        return spot.pad(spot.read[0], sides)
    sizes = zip(sides, spot.x.size, strict=True)
    cuts = [(axis, -before, n + after) for axis, ((before, after), n) in enumerate(sizes, 2)]
    return _slice(spot, spot.read[0], cuts)


def pad(spot: Spot) -> str:
    """More around the map, or more channels."""
    layer, x, y = spot.layer, spot.x, spot.output
    given = spot.read[0]
    if layer.channels is not None:
        both = layer.channels if isinstance(layer.channels, tuple) else (layer.channels,) * 2
        given = spot.add("Pad", given, spot.ints(*both), "", spot.ints(1), mode="constant")
    if y.size != x.size or layer.channels is None:
        sides = [tuple(getattr(window, "window", window).padding) for window in spot.windows]
        given = spot.pad(given, sides, MODES[layer.mode])
    return given


def shuffle_in(*, blocks_first: bool) -> Callable[[Spot], str]:
    """Channels become positions; under a dialect with channels last `depth_to_space` has the cells first."""

    def translate(spot: Spot) -> str:
        first = blocks_first and spot.plain.rules.channels_last
        if spot.rank == 2:
            mode = "DCR" if first else "CRD"
            return spot.add("DepthToSpace", spot.read[0], blocksize=spot.layer.factor, mode=mode)
        rank, factor, channels = spot.rank, spot.layer.factor, spot.output.channels
        cells = (factor,) * rank
        inner = (*cells, channels) if first else (channels, *cells)
        given = spot.reshape(spot.read[0], *inner, *spot.x.size, part="cells")
        at = rank + 1 if first else 1
        cell = 1 if first else 2
        order = [i for axis in range(rank) for i in (rank + 2 + axis, cell + axis)]
        return spot.reshape(spot.turn(given, 0, at, *order), channels, *spot.output.size)

    return translate


def shuffle_out(*, blocks_first: bool) -> Callable[[Spot], str]:
    """Positions become channels."""

    def translate(spot: Spot) -> str:
        first = blocks_first and spot.plain.rules.channels_last
        rank, factor, channels = spot.rank, spot.layer.factor, spot.x.channels
        if first and rank == 2:
            return spot.add("SpaceToDepth", spot.read[0], blocksize=factor)
        split = [n for size in spot.output.size for n in (size, factor)]
        given = spot.reshape(spot.read[0], channels, *split, part="cells")
        cells = range(3, 3 + 2 * rank, 2)
        rest = range(2, 2 + 2 * rank, 2)
        order = (0, *cells, 1, *rest) if first else (0, 1, *cells, *rest)
        return spot.reshape(spot.turn(given, *order), channels * factor**rank, *spot.output.size)

    return translate


def channel_shuffle(spot: Spot) -> str:
    """Channels of all groups in turn."""
    x, groups = spot.x, spot.layer.groups
    given = spot.reshape(spot.read[0], groups, x.channels // groups, *x.size, part="groups")
    turned = spot.turn(given, 0, 2, 1, *range(3, 3 + x.rank))
    return spot.reshape(turned, *axes_of(x))


def repeat(spot: Spot) -> str:
    """A vector as every step of a sequence."""
    steps = prod(spot.output.size)
    given = spot.reshape(spot.read[0], spot.x.channels, 1)
    return spot.add("Tile", given, spot.ints(1, 1, steps))
