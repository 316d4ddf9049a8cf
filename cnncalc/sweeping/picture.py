"""Two numbers of all rows against each other: what no row beats, and the bounds of the budget."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from cnncalc import quantity
from cnncalc.errors import UsageError
from cnncalc.metrics import BYTES, METRICS
from cnncalc.plots.base import style
from cnncalc.plots.base.paper import paper
from cnncalc.plots.base.plot import check_path
from cnncalc.sweeping.choosing import Aim, pareto
from cnncalc.system.files import write
from cnncalc.system.installing import check_installed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from cnncalc.sweeping.job import Rows
    from cnncalc.sweeping.sweep import Sweep

MOST = 1_000_000
"""No more rows are drawn."""


class Points:
    """What a picture shows of the rows of a sweep, gathered while they are computed."""

    def __init__(self, sweep: Sweep, path: str, *, overwrite: bool = False) -> None:
        """A picture for `path`; raises UsageError if it cannot become one, or there are no two numbers."""
        self.ending = check_path(path, overwrite=overwrite)
        # Loaded where it draws: an older one warns of what comes with it.
        check_installed("matplotlib", "", "a picture")
        self._path, self._overwrite = path, overwrite
        self._sweep = sweep
        aims = sweep.choice.front or tuple(map(_usual, sweep.job.shown))
        self.aims = [aim for aim in aims if aim.name in METRICS][:2]
        if len(self.aims) < 2:
            raise UsageError("a picture shows two numbers", "--metrics A,B, or --pareto A,-B")
        self._numbers = array("d"), array("d")
        self._left_out = 0

    def add(self, part: Rows) -> None:
        """The rows of a part; those that have no numbers are left out."""
        for _, row in part:
            pair = [row[aim.name] for aim in self.aims]
            if None in pair:
                continue
            if len(self._numbers[0]) == MOST:
                self._left_out += 1
                continue
            for numbers, value in zip(self._numbers, pair, strict=True):
                numbers.append(value)

    def save(
        self, *, plot_size: str = "", font_size: float | None = None, dpi: int | None = None
    ) -> None:
        """Draw the picture; raises UsageError if it cannot be written."""
        with style.look(paper(plot_size, font_size, dpi)):
            drawn = style.save_bytes(self._draw(), self.ending)
        write(self._path, drawn, replace=self._overwrite, help="overwrite it with --overwrite")

    def _draw(self) -> Figure:
        figure = style.figure(7, 4.5)
        axes = figure.subplots()
        axes.grid(visible=True)
        xs, ys = self._numbers
        axes.scatter(
            xs,
            ys,
            s=9,
            color=style.SKY,
            linewidths=0,
            label="settings",
            rasterized=len(xs) > 10_000,
        )
        front = self._front()
        axes.plot([x for x, _ in front], [y for _, y in front], color=style.BLUE, marker="o", markersize=3.5,
                  drawstyle="steps-post", linewidth=1.2, label="no setting is better in both")  # fmt: skip
        for (name, bound), draw in self._bounds(axes):
            draw(
                bound, color=style.VERMILION, linestyle="--", linewidth=1.2, label=f"budget: {name}"
            )
        for aim, axis, show in zip(self.aims, (axes.xaxis, axes.yaxis),
                                   (axes.set_xlabel, axes.set_ylabel), strict=True):  # fmt: skip
            show(METRICS[aim.name].title)
            _scale(axis, aim.name)
        style.add_legend(figure, "settings")
        shown = f"{len(xs):,} of {self._sweep.count:,} settings"
        more = f", the others are not drawn: {self._left_out:,}" if self._left_out else ""
        style.add_title(figure, self._sweep.name, shown + more)
        return figure

    def _front(self) -> list[tuple[float, float]]:
        """The points that no other one beats, from left to right."""
        names = [aim.name for aim in self.aims]
        rows = [
            (0, dict(zip(names, pair, strict=True)))
            for pair in sorted(set(zip(*self._numbers, strict=True)))
        ]
        return [(row[names[0]], row[names[1]]) for _, row in pareto([rows], self.aims)]

    def _bounds(self, axes: Any) -> list[tuple[tuple[str, int], Any]]:
        """The upper bounds of the budget on one of both numbers, each with what draws it."""
        draws = dict(
            zip((aim.name for aim in self.aims), (axes.axvline, axes.axhline), strict=True)
        )
        return [((name, bound), draws[name]) for name, bound in self._sweep.bounds if name in draws]


def _usual(name: str) -> Aim:
    """A field is to be large, everything else small."""
    return Aim(name, -1 if name == "receptive_field" else 1)


def _scale(axis: Any, name: str) -> None:
    """Say numbers in words; a round number of bytes is a power of two."""
    tickers = style.import_needed("matplotlib.ticker")
    is_bytes = METRICS[name].unit is BYTES
    show = quantity.size if is_bytes else quantity.short
    if is_bytes:
        most = int(axis.get_view_interval()[1])
        axis.set_major_locator(tickers.MultipleLocator(2 ** (most // 6).bit_length()))
    axis.set_major_formatter(tickers.FuncFormatter(lambda value, _: show(round(value))))
