"""`cnncalc sweep`: the numbers of many variants of a network."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from cnncalc.cli.deployment import add_deployment
from cnncalc.cli.options import Allow, Channels, Color, Overwrite, Plot, Set, Spec, Width
from cnncalc.cli.output import STANDARD, emit_each, show_findings, show_table
from cnncalc.errors import Diagnostic, UsageError
from cnncalc.language import given as typed
from cnncalc.sweeping.grids import pairs
from cnncalc.sweeping.job import ERROR
from cnncalc.sweeping.lists import read_list
from cnncalc.sweeping.request import (
    METRICS_SHOWN,
    Request,
    choice_of,
    draw_sample,
    find_space,
    names_of,
)
from cnncalc.sweeping.saving import format_of, formats, save, sink_of
from cnncalc.sweeping.sweep import Sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.sweeping.job import Rows
    from cnncalc.sweeping.saving import Sink

    Watch = Callable[[Rows], None]
    """Told of the rows of a part."""

Var = Annotated[list[str], typer.Option("--var", metavar="NAME=VALUES", show_default=False,
                                        help="A variable and its values: start:stop:step, or a,b,c; "
                                             "in place of its `sweep:`. May be repeated.")]  # fmt: skip
Sizes = Annotated[str | None, typer.Option("--size", metavar="H,W[;H,W]…", show_default=False,
                                           help="Input sizes: '96,96;128,128'.")]  # fmt: skip
Drawn = Annotated[int | None, typer.Option("--sample", metavar="N", show_default=False,
                                           help="Look at N settings of the grid, drawn by chance.")]  # fmt: skip
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="Draws another sample.")]
Listed = Annotated[str, typer.Option("--list", metavar="FILE", show_default=False,
                                   help="Look at the settings in a file: CSV, or JSON Lines.")]  # fmt: skip
Metrics = Annotated[str, typer.Option("--metrics", metavar="A,B,…", help="The numbers to be told.")]
Where = Annotated[str | None, typer.Option("--where", metavar="CONDITION", show_default=False,
                                    help="Keep the rows where it holds: 'macs <= 300M and w < 1'.")]  # fmt: skip
Budgeted = Annotated[
    bool, typer.Option("--budget", help="Keep rows that are within the budget of the spec.")
]
Pareto = Annotated[str | None, typer.Option("--pareto", metavar="A,-B,…", show_default=False,
                                     help="Keep what no other row beats: A small, B large.")]  # fmt: skip
Top = Annotated[int | None, typer.Option("--top", metavar="N", show_default=False,
                                         help="Keep the first N by --by.")]  # fmt: skip
By = Annotated[str, typer.Option("--by", metavar="NAME", show_default=False,
                                 help="What is to be small; with a minus, large: --by=-macs.")]  # fmt: skip
Form = Annotated[str, typer.Option("--format", "-f", show_default=False,
                                   help="csv, jsonl, parquet, or any format of tables.")]  # fmt: skip
Output = Annotated[str, typer.Option("--output", "-o", metavar="FILE", show_default=False,
                                     help="Write to a file: .csv, .jsonl, .parquet; - prints.")]  # fmt: skip
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with the file of --output where it ends.")
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", help="Share the work by N processes.")
]
Scheduler = Annotated[str, typer.Option("--scheduler", metavar="ADDRESS", show_default=False,
                                        help="Share the work by a Dask cluster: tcp://host:8786.")]  # fmt: skip
_USUAL = ",".join(METRICS_SHOWN)


@add_deployment
def run(
    spec: Spec,
    var: Var = [],  # noqa: B006
    size: Sizes = None,
    sample: Drawn = None,
    seed: Seed = 0,
    list: Listed = "",
    metrics: Metrics = _USUAL,
    where: Where = None,
    budget: Budgeted = False,
    pareto: Pareto = None,
    top: Top = None,
    by: By = "",
    set: Set = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    way: Mapping[str, Any] = {},
    workers: Workers = 1,
    scheduler: Scheduler = "",
    format: Form = "",
    output: Output = "",
    resume: Resume = False,
    overwrite: Overwrite = False,
    plot: Plot = "",
    color: Color = "auto",
    width: Width = None,
) -> None:
    """The numbers of many variants of a network: a row for every setting of its variables.

    The settings are the grid of the spec's `sweep:` and of --var and --size, a sample of it, or a list.
    A setting that the spec refuses is a row that says why. With --output rows are written as they come,
    and --resume goes on after whatever has ended the run. The exit code is 1 if all settings are refused.
    """
    document, model = typed.document(spec, allow)
    fixed, wide, names = typed.settings(set), typed.counts(channels), names_of(metrics)
    request = Request(model, fixed, wide, names, where, budget, way)
    space, alone = find_space(document, request, _settings(list, var), size)
    kept, shared = choice_of(() if pareto is None else pareto, top, by), _share(workers, scheduler)
    found = Sweep(document, request, draw_sample(space, sample, seed), kept, alone, workers=shared)
    file = _File("" if output == STANDARD else output, format, resume, overwrite)
    _tell(found, file, plot, color, width)


def _share(workers: int, scheduler: str) -> int | str:
    """Among whom the work is shared."""
    if scheduler and workers != 1:
        raise UsageError("--workers are processes of this machine, and a cluster has its own",
                         "--workers or --scheduler")  # fmt: skip
    return scheduler or workers


class _File(NamedTuple):
    """Where rows go, if not to the standard output, and how."""

    path: str
    format: str
    resume: bool
    overwrite: bool


def _tell(found: Sweep, file: _File, plot: str, color: str, width: int | None) -> None:
    """Write rows, or print them, and draw a picture if one is asked for."""
    if file.resume and (plot or not file.path):
        raise UsageError(
            "--resume goes on with a file, which alone has all rows",
            "--output FILE, without --plot",
        )
    with _picture(found, plot, overwrite=file.overwrite) as drawn:
        watch = _Watched(drawn)
        if file.path:
            _write(found, file, watch)
        else:
            _show(found, file.format, color, width, watch)
    if not watch.has_numbers and (problem := found.doubt()):
        help = "other values of the variables, or another condition"
        show_findings([Diagnostic("unsolved", problem, help=help)], color=color)
        raise typer.Exit(1)


class _Watched:
    """Whether any row has numbers; all of them are told to another."""

    def __init__(self, told: Watch | None) -> None:
        self.has_numbers = False
        self._told = told

    def __call__(self, part: Rows) -> None:
        """The rows of a part."""
        self.has_numbers = self.has_numbers or any(row[ERROR] is None for _, row in part)
        if self._told is not None:
            self._told(part)


@contextmanager
def _picture(found: Sweep, path: str, *, overwrite: bool) -> Iterator[Watch | None]:
    """What gathers rows for a picture, which is drawn at the end; None if none is asked for."""
    if not path:
        yield None
        return
    from cnncalc.sweeping.picture import Points

    points = Points(found, path, overwrite=overwrite)
    yield points.add
    points.save()


def _write(found: Sweep, file: _File, watch: Watch) -> None:
    """Write rows to a file."""
    with _progress(found.count, watch) as told:
        sink = sink_of(file.format or format_of(file.path), found)
        save(found, file.path, sink, resume=file.resume, overwrite=file.overwrite, told=told)


def _settings(path: str, var: list[str]) -> Any:
    """The settings in a file, or the values of variables."""
    if path and var:
        raise UsageError("a list of settings is taken as it is: --var makes a grid")
    return read_list(path) if path else pairs(var)


def _show(found: Sweep, format: str, color: str, width: int | None, watch: Watch) -> None:
    """Print rows: as they come, or as a table."""
    if format in formats():
        sink = sink_of(format, found)
        if sink.waits_as:
            raise UsageError(f"{format} is no text: it is written to a file", "--output FILE")
        emit_each(_lines(found, sink, watch))
        return
    with _progress(found.count, watch) as told:
        table = found.tabulate(told)
    show_table(table, format=format, color=color, width=width)


def _lines(found: Sweep, sink: Sink, watch: Watch) -> Iterator[str]:
    yield sink.head().decode()
    for part in found.choose(told=watch):
        yield b"".join(sink.line(row) for _, row in part).decode()


@contextmanager
def _progress(count: int, watch: Watch) -> Iterator[Watch]:
    """What is told of rows, and tells `watch`: on a terminal it draws a bar."""
    if not sys.stderr.isatty() or count < _LONG:
        yield watch
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("settings", total=count)

        def told(part: Rows) -> None:
            if part:
                bar.update(task, completed=part[-1][0] + 1)
            watch(part)

        yield told


_LONG = 1000
"""For fewer settings there is nothing to wait for."""
