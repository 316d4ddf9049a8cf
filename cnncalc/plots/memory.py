"""What is alive in memory, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.cost.fitting import room
from cnncalc.cost.liveness import timeline
from cnncalc.cost.memory import Memory, Way, known_way, together
from cnncalc.plots.base import style
from cnncalc.quantity import size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cnncalc.cost.liveness import Timeline
    from cnncalc.network import Network

_MOST_NAMES = 48
"""There is room for so many names below the picture."""


def draw(
    network: Network,
    *,
    batch: int = 1,
    dtype: str = "fp32",
    bias_dtype: str = "",
    inplace: bool = False,
    fold_norm: bool = False,
    eager: bool = False,
    fits: str | None = None,
    flash: str | None = None,
) -> Figure:
    """The activations that are alive during each layer: what it writes on what is there before."""
    memory = Memory(network, known_way(Way(batch, dtype, inplace, fold_norm, bias_dtype, eager)))
    graph = memory.graph()
    line = timeline(graph)
    written = [0 if i in line.over else graph.size(i) for i in range(len(line.live))]
    before = [alive - own for alive, own in zip(line.live, written, strict=True)]
    edges = [place - 0.5 for place in range(len(line.live) + 1)]
    figure = style.figure(9, 4)
    axes = figure.subplots()
    axes.grid(axis="y")
    axes.stairs(before, edges, fill=True, color=style.SKY, label="read or waiting")
    axes.stairs(
        line.live, edges, baseline=before, fill=True, color=style.BLUE, label="written by the layer"
    )
    limit = _limit(memory, fits, flash) if fits else 0
    _scale(axes, max(line.peak, limit))
    if fits:
        what = f"{size(limit)} to fit into" if flash else f"{size(limit)}: what the weights leave"
        axes.axhline(limit, color=style.VERMILION, linestyle="--", label=what)
    _peak(axes, [foreign.name(node.name) for node in network.nodes], line)
    axes.set_xticks(*_label_places(network), rotation=90)
    axes.margins(x=0)
    axes.legend(loc="upper right", frameon=True, edgecolor="none", framealpha=0.9)
    extra = ["in place"] if inplace else []
    extra += ["norms folded"] if fold_norm else []
    extra += ["eager"] if eager else []
    style.add_title(figure, f"{network.name}: activations alive",
                 " · ".join([f"batch {batch}", memory.types, *extra]))  # fmt: skip
    return figure


def _label_places(network: Network) -> tuple[list[int], list[str]]:
    """Where to write which names: of a block, where it begins, if there is room."""
    room = len(network.nodes) / _MOST_NAMES
    places: list[int] = []
    names: list[str] = []
    for place, node in enumerate(network.nodes):
        name = foreign.name(node.frame.path()[0].name if node.frame else node.name)
        if not names or (name != names[-1] and place - places[-1] >= room):
            places.append(place)
            names.append(name)
    return places, names


def _limit(memory: Memory, fits: str, flash: str | None) -> int:
    """How much there is for activations: without a flash what the weights leave of the memory."""
    space = room(fits, flash)
    if space.flash is not None:
        return space.memory
    stored = together(memory.total("weight_bytes"), memory.total("buffer_bytes"))
    return max(0, space.memory - stored.known)


def _scale(axes: Any, most: int) -> None:
    """A round number of bytes is a power of two."""
    tickers = style.import_needed("matplotlib.ticker")
    axes.set_ylim(0, most * 1.12 or 1)
    axes.yaxis.set_major_locator(tickers.MultipleLocator(2 ** (most // 6).bit_length()))
    axes.yaxis.set_major_formatter(tickers.FuncFormatter(lambda value, _: size(round(value))))


def _peak(axes: Any, names: list[str], line: Timeline) -> None:
    """The layer of the peak and how high it is."""
    if not names:
        return
    right = line.at > len(names) // 2
    axes.annotate(f"{names[line.at]} {size(line.peak)}", (line.at, line.peak),
                  xytext=(-4 if right else 4, 3), textcoords="offset points",
                  ha="right" if right else "left")  # fmt: skip
