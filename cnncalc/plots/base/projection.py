"""Which units of every layer see one element of the input: a span along each axis, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import foreign
from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.plots.base.growth import AXES, brief
from cnncalc.plots.base.sight import list_places
from cnncalc.receptive_field.projection import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from cnncalc.network import Network

_MOST_NAMES = 40
"""There is room for so many names below the picture."""
_MOST_BARS = 1000
"""Of more layers, the bars would be thinner than a pixel."""


class Reached(NamedTuple):
    """A layer, and along each axis the first and last unit that sees the element; none may."""

    name: str
    sides: tuple[tuple[int, int], ...]
    size: tuple[int, ...]


def draw(network: Network, source: str, place: Sequence[int], depth: int | None = None) -> Figure:
    """A bar for each layer, along each axis: the part of its map whose units see the element.

    Layers of another number of axes than the input are left out. Raises UsageError.
    """
    reached = follow(network, source, place, depth)
    rank = len(reached[0].size)
    figure = style.figure(max(5.2, min(11.0, 2.4 + 0.2 * len(reached))), 0.9 + 2.6 * rank)
    for axis, axes in enumerate(figure.subplots(rank, 1, squeeze=False, sharex=True)[:, 0]):
        _bars(axes, reached, axis)
        axes.set_ylabel(f"{AXES[rank][axis]}, part of the map")
    every = -(-len(reached) // _MOST_NAMES)
    shown = range(0, len(reached), every)
    axes.set_xticks([*shown], [brief(foreign.name(reached[x].name)) for x in shown], rotation=45,
                    ha="right", rotation_mode="anchor")  # fmt: skip
    sees = [layer for layer in reached if layer.sides]
    last = sees[-1]
    units = "×".join(str(b - a + 1) for a, b in last.sides)
    style.add_title(figure, f"{network.name}: what sees {source}[{list_places(place)}]",
                 f"{units} of the {'×'.join(map(str, last.size))} units of {last.name}")  # fmt: skip
    return figure


def follow(
    network: Network, source: str, place: Sequence[int], depth: int | None = None
) -> list[Reached]:
    """The layers of as many axes as the input, from it on; raises UsageError if they are too many."""
    found = []
    rank = 0
    for row in table(network, source, place).fold(depth).rows:
        output = row.values["output"]
        size = tuple(output.get("size", output.get("shape", ())))
        if row.values["layer"] == source:
            rank = len(size)
        if rank and len(size) == rank:
            units = row.values["units"]
            found.append(Reached(row.values["layer"], tuple(map(tuple, units or ())), size))
    if rank not in AXES:
        raise UsageError(
            f"{source} has {rank} axes, and a picture shows {min(AXES)} to {max(AXES)}"
        )
    if len(found) > _MOST_BARS:
        raise UsageError(
            f"{len(found):,} layers are too many for a picture", "--depth 1 folds blocks"
        )
    return found


def _bars(axes: Any, reached: Sequence[Reached], axis: int) -> None:
    """From the first to the last unit, as parts of the axis; at least as high as can be seen."""
    for x, layer in enumerate(reached):
        axes.add_patch(_bar(x, 0, 1, style.PAPER, edgecolor="#dddddd", linewidth=0.5))
        if layer.sides:
            first, last = layer.sides[axis]
            low, high = first / layer.size[axis], (last + 1) / layer.size[axis]
            middle, half = (low + high) / 2, max(high - low, 0.012) / 2
            axes.add_patch(
                _bar(x, middle - half, 2 * half, style.BLUE, linewidth=0, gid=f"seen-{axis}-{x}")
            )
    axes.set_xlim(-0.5, len(reached) - 0.5)
    # Rows are counted from above, as in an image.
    axes.set_ylim(1, 0)
    axes.set_yticks([0, 0.5, 1], ["0", "½", "1"])


def _bar(x: int, start: float, length: float, color: str, **looks: Any) -> Any:
    rectangle = style.import_needed("matplotlib.patches").Rectangle
    return rectangle((x - 0.4, start), 0.8, length, facecolor=color, **looks)
