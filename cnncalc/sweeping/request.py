"""What a sweep is asked for: settings, numbers, conditions, and which rows are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import registry
from cnncalc.cost.memory import Way, known_way
from cnncalc.errors import UsageError
from cnncalc.language.build import build
from cnncalc.layers.base.key_types import Bad
from cnncalc.metrics import totals
from cnncalc.quantity import Quantity
from cnncalc.sweeping import choosing
from cnncalc.sweeping.condition import Condition
from cnncalc.sweeping.dependence import idle_names
from cnncalc.sweeping.grids import Grid, grid, plain, size_grid
from cnncalc.sweeping.job import ERROR
from cnncalc.sweeping.spaces import Listed, Product, Space, sample
from cnncalc.sweeping.variants import SIZES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.sweeping.choosing import Aim
    from cnncalc.sweeping.job import Row, Rows

METRICS_SHOWN = ("params", "macs", "memory.peak", "receptive_field")
"""The numbers of a sweep that asks for none."""


class Request(NamedTuple):
    """What is asked of every setting."""

    model: str | None = None
    set: Mapping[str, Any] = {}
    channels: Any = None
    metrics: tuple[str, ...] = METRICS_SHOWN
    where: str | None = None
    budget: bool = False
    way: Mapping[str, Any] = {}


class Choice(NamedTuple):
    """Which rows are kept of all: those that none beats in the `front`, the `top` ones `by` a number."""

    front: tuple[Aim, ...] = ()
    top: int | None = None
    by: str = ""

    def is_made(self) -> bool:
        """Whether not every row is kept."""
        return bool(self.front) or self.top is not None

    def aims(self) -> tuple[Aim, ...]:
        """All numbers that it looks at; raises UsageError if the options do not go together."""
        if (self.top is None) != (not self.by):
            raise UsageError("--top and --by go together", "--top 10 --by macs")
        if self.top is not None and self.top < 1:
            raise UsageError(f"--top takes a number from 1, got {self.top}")
        return (*self.front, *(choosing.aims(self.by, "--by") if self.by else ()))

    def keep(self, rows: Iterable[Rows]) -> list[tuple[int, Row]]:
        """The rows that are kept, the best first, or in their order where only a front is asked for."""
        aims = self.aims()
        found = choosing.pareto(rows, self.front) if self.front else None
        if self.top is None:
            return found or []
        return choosing.top(rows if found is None else [found], self.top, aims[-1])


def find_space(
    document: Document,
    request: Request,
    var: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    size: Any = None,
) -> tuple[Space, Any]:
    """The settings, and the size of the input where it is the same for all.

    `var` are values of variables, or settings one by one. Raises SpecError if the spec is bad, UsageError
    if nothing varies, or if a `size` takes the place of what varies.
    """
    if document.report:
        raise document.report.error()
    sizes = size_grid(size) if size is not None else None
    if not isinstance(var, Mapping):
        if sizes is not None and sizes.count > 1:
            raise UsageError("a list of settings is taken as it is: several sizes make a grid")
        listed = _list_of(document, var)
        _vary_shapes(document, request, listed.values(), sizes)
        return listed, _single(sizes)
    given = {name: _grid(name, values) for name, values in var.items()}
    _vary_shapes(document, request, given, sizes)
    of_spec = {name: Grid(list(values)) for name, values in document.sweep.items()}
    idle = _idle(document, request, of_spec, sizes)
    kept = (name for name in of_spec if name not in request.set and name not in idle)
    grids = {**{name: of_spec[name] for name in kept}, **given}
    if sizes is not None and sizes.count > 1:
        grids[name_of_size(document)] = sizes
    if not grids:
        raise UsageError(f"nothing varies: {_lack(document, sizes)}",
                         "--var NAME=start:stop:step, or --size '96,96;128,128'")  # fmt: skip
    return Product(grids), _single(sizes)


def _lack(document: Document, sizes: Grid | None) -> str:
    """Why there is one setting only."""
    names = ", ".join(f"`{name}`" for name in document.sweep)
    swept = f"{names} of its `sweep:` are fixed" if names else "the spec has no `sweep:`"
    return swept if sizes is None else f"{swept}, and --size {sizes.value(0)} is one size"


def _vary_shapes(
    document: Document, request: Request, values: Mapping[str, Iterable[Any]], sizes: Grid | None
) -> None:
    """Raise UsageError for a variable that is varied in vain, options taking its place."""
    for name in _idle(document, request, values, sizes):
        options = ["--size"] * (sizes is not None) + ["--channels"] * (request.channels is not None)
        given = " and ".join(options)
        raise UsageError(f"the values of `{name}` make no difference where the input has {given}",
                         f"give `{name}`, or {given}")  # fmt: skip


def _idle(
    document: Document, request: Request, values: Mapping[str, Iterable[Any]], sizes: Grid | None
) -> list[str]:
    """The variables that have no effect on networks whose size or channels are given."""
    if sizes is None and request.channels is None:
        return []
    size = None if sizes is None else tuple(map(int, sizes.value(0).split("x")))
    return idle_names(document, request.model, values, request.set, size, request.channels)


def _list_of(document: Document, settings: Iterable[Mapping[str, Any]]) -> Listed:
    """Settings one by one; raises UsageError for names that are no settings."""
    found = [{name: plain(value) for name, value in setting.items()} for setting in settings]
    space = Listed(found)
    for name in space.names:
        if name not in document.variables and (name == ERROR or name in totals()):
            raise UsageError(f"the list of settings has `{name}`, which is no variable of "
                             f"{document.source.name}", f"leave out what a sweep tells: `{name}`")  # fmt: skip
    sized = name_of_size(document)
    if sized in space.names:
        for setting in found:
            setting[sized] = size_grid([setting[sized]], "the list of settings").value(0)
    return space


def draw_sample(space: Space, count: int | None, seed: int) -> Space:
    """A sample of a grid; all of it without a `count`. Raises UsageError for a list, and a seed of nothing."""
    if count is None:
        if seed:
            raise UsageError("--seed is for a sample", f"--sample N --seed {seed}")
        return space
    if not isinstance(space, Product):
        raise UsageError("a sample is drawn of a grid, not of a list")
    return sample(space, count, seed)


def choice_of(pareto: str | Sequence[str], top: int | None, by: str) -> Choice:
    """Which rows are kept; raises UsageError for names that are given twice."""
    front = choosing.aims(pareto, "--pareto") if pareto or isinstance(pareto, str) else ()
    return Choice(front, top, by)


def known_options(way: Mapping[str, Any]) -> dict[str, Any]:
    """How networks are run; raises UsageError for what is no option of that."""
    registry.check_options("sweep", way, list(Way._fields))
    known_way(Way(**way))
    return dict(way)


def _single(sizes: Grid | None) -> tuple[int, ...] | None:
    if sizes is None or sizes.count != 1:
        return None
    return tuple(map(int, sizes.value(0).split("x")))


def name_of_size(document: Document) -> str:
    """The name under which a setting has the size of the input, where it has one."""
    return next(name for name in SIZES if name not in document.variables)


def _grid(name: str, values: Any) -> Grid:
    try:
        return grid(values)
    except Bad as bad:
        raise UsageError(f"--var {name} {bad.message}", bad.help) from None


def names_of(metrics: Sequence[str] | str) -> tuple[str, ...]:
    """`params,macs`, or a list, as names."""
    return tuple(metrics.split(",") if isinstance(metrics, str) else metrics)


def known_numbers(names: Iterable[str]) -> tuple[str, ...]:
    """Numbers by their names; raises UsageError for one that is none."""
    known = totals()
    found = tuple(name.strip() for name in names)
    for name in found:
        if name not in known:
            raise UsageError(f"there is no number `{name}`",
                             registry.suggestion(name, known) or "numbers: " + ", ".join(known))  # fmt: skip
    return found


def numbers_in(text: str | None, names: Sequence[str]) -> list[str]:
    """The numbers that a condition looks at, besides settings; none if there is no condition."""
    if text is None:
        return []
    found = Condition(text, (*names, *(name for name in totals() if name not in names))).names
    return [name for name in found if name not in names]


def conditions(
    document: Document, request: Request
) -> tuple[tuple[tuple[str, str], ...], list[tuple[str, Any]], dict[str, Any]]:
    """What must hold of rows, the numbers of the budget with their upper bounds, and how networks are run.

    Raises UsageError if the budget is not there, or speaks of networks that are run otherwise.
    """
    wanted = [] if request.where is None else [("--where", request.where)]
    bounds: list[tuple[str, Any]] = []
    way = dict(request.way)
    for name, low, high, claimed in _budget(document, request.model) if request.budget else ():
        for option, value in claimed:
            if way.setdefault(option, value) != value:
                raise UsageError(f"the budget says {option}: {value}, and the sweep {way[option]}")
        bounds.append((name, high))
        wanted += [("--budget", f"{name} >= {low}")] if low is not None else []
        wanted += [("--budget", f"{name} <= {high}")] if high is not None else []
    return tuple(wanted), bounds, way


def _budget(document: Document, model: str | None) -> Iterator[tuple[str, Any, Any, Any]]:
    """The bounds of every number of the spec's budget; raises UsageError if there is none."""
    claims = [claim for claim in build(document, model).claims if claim.kind == "budget"]
    if not claims:
        raise UsageError(
            f"{document.source.name} has no `budget:`", "budget: {params: 1M, macs: 300M}"
        )
    for claim in claims:
        name, wanted = ".".join(claim.keys), claim.wanted
        if isinstance(wanted, Quantity):
            yield name, None, wanted.value, claim.way
        elif any(isinstance(one, Quantity) for one in wanted):
            yield name, *(one and one.value for one in wanted), claim.way
        else:
            yield name, None, min(wanted), claim.way
