"""Many variants of a network in Python: what `cnncalc.sweep` is."""

from __future__ import annotations

import os
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.language import given
from cnncalc.metrics import METRICS
from cnncalc.sweeping.frames import Framed
from cnncalc.sweeping.grids import write_value
from cnncalc.sweeping.job import ERROR, Job, Worker, adopt
from cnncalc.sweeping.request import (
    METRICS_SHOWN,
    Choice,
    Request,
    choice_of,
    conditions,
    draw_sample,
    find_space,
    known_numbers,
    known_options,
    name_of_size,
    names_of,
    numbers_in,
)
from cnncalc.sweeping.spaces import within_reason
from cnncalc.tables.table import Column, Envelope, Table
from cnncalc.tables.table import Row as TableRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cnncalc.language.document import Document
    from cnncalc.metrics import Unit
    from cnncalc.sweeping.job import Row, Rows
    from cnncalc.sweeping.spaces import Setting, Space

_NOTHING: Mapping[str, Any] = MappingProxyType({})

MOST_WORKERS = 256
"""No more processes share the work."""

_LOOKED_AT = 1000
"""So many settings say whether any makes sense."""

MOST_ROWS = 10_000
"""A table has no more rows; a file may have any number."""


def sweep(
    spec: str | os.PathLike[str],
    var: Mapping[str, Any] | Sequence[Mapping[str, Any]] = _NOTHING,
    *,
    size: Sequence[Any] | str | None = None,
    sample: int | None = None,
    seed: int = 0,
    metrics: Sequence[str] | str = METRICS_SHOWN,
    where: str | None = None,
    budget: bool = False,
    pareto: Sequence[str] | str = (),
    top: int | None = None,
    by: str = "",
    set: Mapping[str, Any] = _NOTHING,
    channels: Any = None,
    workers: int | str = 1,
    **way: Any,
) -> Sweep:
    """The numbers of many variants: `sweep("net.yaml", {"w": "0.25:2:0.05"}, size=[(96, 96), (128, 128)])`.

    The grid is that of `sweep:` in the spec and of `var`, whose values are a list, `start:stop:step` or
    `a,b`; or `var` is a list of settings. `sample` of the grid are drawn with the `seed`.
    `metrics` are numbers by their names; what depends on how the network is run takes `batch`, `dtype`,
    `bias_dtype`, `inplace`, `fold_norm` and `eager`. `where` is a condition on rows, `budget` holds them
    to that of the spec; of all rows `pareto` keeps those that no other one beats, and `top` the first `by`
    a number. A minus before a name is for what is to be large. `set` and `channels` hold for all.
    The work is shared by `workers` processes, or by the Dask cluster of that address.

    Raises UsageError if the request does not fit the spec or has no settings or too many, SpecError
    if the spec is bad, OSError if it cannot be read.
    """
    document, model = given.document(os.fspath(spec))
    names = names_of(metrics)
    request = Request(model, dict(set), channels, names, where, budget, known_options(way))
    space, alone = find_space(document, request, var, size)
    chosen = choice_of(pareto, top, by)
    return Sweep(
        document, request, draw_sample(space, sample, seed), chosen, alone, workers=workers
    )


class Sweep(Framed):
    """The rows of a sweep, computed as they are asked for: an iterator of flat dictionaries.

    A row has the settings and the numbers by their names, and `error`, which says why there are no
    numbers. `to_pandas()` and `to_polars()` make frames of it, `table` a table.
    """

    def __init__(
        self,
        document: Document,
        request: Request,
        space: Space,
        choice: Choice | None = None,
        size: Any = None,
        *,
        workers: int | str = 1,
    ) -> None:
        """`size` is that of the input in all settings, where these do not say it.

        `workers` are so many processes, or the address of the scheduler of a cluster.

        Raises UsageError for names that mean nothing here, and for conditions that cannot be read.
        """
        if isinstance(workers, int) and not 1 <= workers <= MOST_WORKERS:
            raise UsageError(f"--workers takes a number from 1 to {MOST_WORKERS}, got {workers}")
        if workers != 1 and document.source.again is not None:
            raise UsageError("a model file that is read anew for every size is swept in one process",
                             "`cnncalc convert` writes it as a spec")  # fmt: skip
        self.space = within_reason(space)
        self.choice = choice or Choice()
        self.workers = workers
        self.name = document.name
        wanted, self.bounds, way = conditions(document, request)
        of_budget = [name for name, _ in self.bounds]
        shown = known_numbers(request.metrics)
        also = [aim.name for aim in self.choice.aims() if aim.name not in space.names]
        asked = (*shown, *known_numbers(also), *of_budget, *numbers_in(request.where, space.names))
        for name in shown:
            if name in space.names:
                raise UsageError(f"`{name}` is a variable of the spec and a number",
                                 "leave it out of --metrics, or call the variable otherwise")  # fmt: skip
        sized = name_of_size(document)
        self.job = Job(
            os.urandom(8).hex(), document.source, request.model, space.names,
            tuple(dict.fromkeys(asked)), tuple(dict.fromkeys((*shown, *also))), dict(request.set), size,
            request.channels, way, wanted, sized=sized if sized in space.names else "",
        )  # fmt: skip
        self.columns, self.numbers = self.job.columns, self.job.shown
        self._worker = Worker(self.job, document)
        self._worker.variants.check(name for name in space.names if name != self.job.sized)
        if ERROR in space.names:
            raise UsageError(f"`{ERROR}` is a variable of the spec, and says in rows why one has no numbers",
                             "call the variable otherwise")  # fmt: skip

    @property
    def count(self) -> int:
        """How many settings there are."""
        return self.space.count

    def parts(self, start: int = 0) -> Iterator[Rows]:
        """The rows that are wanted from a place on, in stretches, each row with its place."""
        name = "here" if self.workers == 1 else "processes"
        name = "dask" if isinstance(self.workers, str) else name
        adopt(self._worker)
        executor = registry.load("sweeping.executors", name)
        bounds = range(start, self.count, executor.SIZE)
        cut = ((self.space.part(at, min(at + executor.SIZE, self.count)), at) for at in bounds)
        found: Iterator[Rows] = executor.run(self.job, cut, self.workers)
        return found

    def row(self, place: int) -> Row | None:
        """The row of one place, computed here; None if it is not wanted."""
        return self.row_of(self.space.setting(place))

    def row_of(self, setting: Setting) -> Row | None:
        """The row of a setting, of this space or not; None if it is not wanted."""
        return self._worker.row(setting)

    def doubt(self) -> str:
        """Why it cannot be said of any setting whether it is wanted; empty if it can be said of one.

        Of many settings the first ones are looked at.
        """
        count = min(self.count, _LOOKED_AT)
        reasons = (self._worker.doubt(self.space.setting(place)) for place in range(count))
        first = next(reasons)
        if not first or not all(reasons):
            return ""
        which = "all of the" if count == self.count else "all of the first"
        return f"{which} {count:,} settings are refused: {first}"

    def choose(
        self, start: int = 0, told: Callable[[Rows], None] = lambda _: None
    ) -> Iterator[Rows]:
        """The rows that are kept, in stretches; `told` is called with all of them."""
        parts = _watch(self.parts(start), told)
        return iter([self.choice.keep(parts)]) if self.choice.is_made() else parts

    def __iter__(self) -> Iterator[Row]:
        """The rows, each computed when it is its turn, unless they must be compared."""
        for part in self.choose():
            yield from (row for _, row in part)

    def save(
        self,
        path: str | os.PathLike[str],
        format: str = "",
        *,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Write the rows to a file as they come, as csv, jsonl or parquet: the ending says it, or `format`.

        With `resume` a file that is there is gone on with. Raises UsageError if it cannot be written.
        """
        from cnncalc.sweeping.saving import format_of, save, sink_of

        name = os.fspath(path)
        sink = sink_of(format or format_of(name), self)
        save(self, name, sink, resume=resume, overwrite=overwrite)

    @property
    def table(self) -> Table:
        """All rows as a table; raises UsageError if there are more than a table may have."""
        return self.tabulate()

    def tabulate(self, told: Callable[[Rows], None] = lambda _: None) -> Table:
        """The `table`; `told` is called with all of them. Raises UsageError."""
        rows: list[Row] = []
        if not self.choice.is_made() and not self.job.wanted:
            _assert_fits(self.count)
        for part in self.choose(told=told):
            rows += [row for _, row in part]
            _assert_fits(len(rows))
        return tabulate(self, rows)

    def __repr__(self) -> str:
        """`<Sweep mobilenet_v2: 120 settings of w, res>`."""
        return f"<Sweep {self.name}: {self.count:,} settings of {', '.join(self.space.names)}>"


def _assert_fits(count: int) -> None:
    """Raise UsageError for more rows than a table has."""
    if count > MOST_ROWS:
        raise UsageError(f"a table has at most {MOST_ROWS:,} rows",
                         "--format csv or jsonl, --top N --by NAME, --pareto A,B or --where …")  # fmt: skip


def _watch(parts: Iterable[Rows], told: Callable[[Rows], None]) -> Iterator[Rows]:
    """The same; each is told of when it was taken."""
    for part in parts:
        yield part
        told(part)


def tabulate(sweep: Sweep, rows: Sequence[Row], analysis: str = "sweep", looked: int = 0) -> Table:
    """Rows as a table; `looked` is at how many settings."""
    refused = sum(row[ERROR] is not None for row in rows)
    lines = [f"{len(rows):,} of {looked or sweep.count:,} settings"]
    if refused:
        lines.append(f"refused: {refused:,}")
    return Table(
        analysis,
        [*(Column(name, name, write_value, right=True) for name in sweep.space.names),
         *(Column(name, METRICS[name].title, _text_of(METRICS[name].unit), right=True)
           for name in sweep.job.shown),
         Column(ERROR, "refused")],
        [TableRow(_plain(row)) for row in rows],
        Envelope({"model": sweep.name}, also={"settings": looked or sweep.count}, rows_are="rows"),
        caption="\n".join(lines),
    )  # fmt: skip


def _text_of(unit: Unit) -> Callable[[Any], str]:
    """How a number is shown, or that it is not known."""
    return lambda value: unit.unknown if value is None else unit.show(value)


def _plain(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None or name != ERROR}
