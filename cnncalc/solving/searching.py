"""The best of a space too large to be looked at, in Python: what `cnncalc.search` is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cnncalc.errors import UsageError
from cnncalc.language import given
from cnncalc.layers.base.key_types import Bad
from cnncalc.solving.search.goals import amount, known_metric
from cnncalc.sweeping.choosing import Aim
from cnncalc.sweeping.frames import Framed
from cnncalc.sweeping.request import Request, find_space, known_options
from cnncalc.sweeping.spaces import Product
from cnncalc.sweeping.studying import Study
from cnncalc.sweeping.sweep import Sweep, tabulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.language.document import Document
    from cnncalc.sweeping.job import Row
    from cnncalc.tables.table import Table

_NOTHING: Mapping[str, Any] = MappingProxyType({})

TRIALS = 200
"""So many settings are tried if nobody says how many."""


def search(
    spec: str | os.PathLike[str],
    var: Mapping[str, Any] = _NOTHING,
    *,
    maximise: Sequence[str] | str = (),
    minimise: Sequence[str] | str = (),
    budget: Mapping[str, Any] = _NOTHING,
    size: Sequence[Any] | str | None = None,
    trials: int = TRIALS,
    seed: int = 0,
    study: str | os.PathLike[str] = "",
    set: Mapping[str, Any] = _NOTHING,
    channels: Any = None,
    **way: Any,
) -> Search:
    """The best settings of those that Optuna proposes: `search("net.yaml", maximise="receptive_field")`.

    The space is that of `sweep`. `maximise` and `minimise` are numbers by their names, `budget` upper
    bounds; `study` is a file that keeps what was tried and is gone on with. `way` is as for `sweep`.

    Raises UsageError if the request does not fit the spec or Optuna is missing, SpecError if the spec is
    bad, OSError if it cannot be read.
    """
    document, model = given.document(os.fspath(spec))
    aims = [*aims_of(maximise, -1), *aims_of(minimise, 1)]
    bounds = bounds_of(budget)
    request = Request(model, dict(set), channels, way=known_options(way))
    found = Search(document, request, var, size, aims, bounds, seed=seed, path=os.fspath(study))
    found.run(trials)
    return found


class Search(Framed):
    """The best rows of those that were tried: one, or with several aims all that no other one beats.

    `to_pandas()` and `to_polars()` make frames of it, `table` a table.
    """

    def __init__(
        self,
        document: Document,
        request: Request,
        var: Mapping[str, Any],
        size: Any,
        aims: Sequence[Aim],
        bounds: Mapping[str, int],
        *,
        seed: int = 0,
        path: str = "",
    ) -> None:
        """The space is that of `var` and `size`; of the `request` all counts but its numbers.

        Raises SpecError if the spec is bad, UsageError if the request does not fit it or Optuna is missing.
        """
        if not isinstance(var, Mapping):
            raise UsageError("a search has the values of variables, not a list of settings")
        names = tuple(dict.fromkeys([*(aim.name for aim in aims), *bounds]))
        request = request._replace(metrics=names)
        space, alone = find_space(document, request, var, size)
        if not isinstance(space, Product):
            raise TypeError(space)
        self._sweep = Sweep(document, request, space.part(0, 1), None, alone)
        self.columns, self.numbers = self._sweep.columns, self._sweep.numbers
        self._study = Study(self._sweep, space, aims, bounds, seed=seed, path=path)

    def run(self, trials: int) -> None:
        """Try settings until so many have been tried, now and before; raises UsageError for no number."""
        if isinstance(trials, bool) or not isinstance(trials, int) or trials < 1:
            raise UsageError(f"a search tries 1 setting or more, got {trials}")
        self._study.run(trials)

    @property
    def count(self) -> int:
        """How many settings have been tried, now and before."""
        return self._study.count

    def __iter__(self) -> Iterator[Row]:
        """The best rows; none if nothing that was tried is within the budget."""
        return iter(self._study.rows())

    @property
    def table(self) -> Table:
        """The best rows as a table."""
        return tabulate(self._sweep, list(self), "search", self.count)

    def failure(self) -> tuple[str, str]:
        """Why nothing was found, and what might help."""
        reason = self._study.refusal()
        if reason:
            problem = f"all of the {self.count:,} settings that were tried are refused: {reason}"
            return problem, "other values of the variables"
        problem = f"none of the {self.count:,} settings that were tried is within the budget"
        return problem, "more --trials, or a larger budget"

    def __repr__(self) -> str:
        """`<Search mobilenet_v2: 200 settings tried>`."""
        return f"<Search {self._sweep.name}: {self.count:,} settings tried>"


def aims_of(names: Sequence[str] | str, sign: int) -> list[Aim]:
    """`params,macs`, or a list, as numbers that are to be small, or large if `sign` is −1; raises UsageError."""
    option = "--maximise" if sign < 0 else "--minimise"
    listed = names.split(",") if isinstance(names, str) else names
    return [Aim(_find_number(name.strip(), option), sign) for name in listed if name.strip()]


def bounds_of(budget: Mapping[str, Any]) -> dict[str, int]:
    """Upper bounds by the names of numbers; raises UsageError for what is none."""
    return {name: _read_bound(name, value) for name, value in budget.items()}


def _read_bound(name: str, value: Any) -> int:
    try:
        return amount(_find_number(name, "--budget"), value)
    except Bad as bad:
        raise UsageError(f"--budget {bad.message}", bad.help) from None


def _find_number(name: str, option: str) -> str:
    try:
        return known_metric(name)
    except Bad as bad:
        raise UsageError(f"{option} {bad.message}", bad.help) from None
