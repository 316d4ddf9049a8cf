"""`cnncalc search`: the best settings of a space that is too large to be looked at."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cnncalc.cli.options import Allow, Channels, Color, Format, Set, Spec, Width
from cnncalc.cli.output import show_findings, show_table
from cnncalc.errors import Diagnostic, UsageError
from cnncalc.language import given as typed
from cnncalc.layers.base.key_types import Bad
from cnncalc.solving.search.goals import amount, known_metric
from cnncalc.sweeping.choosing import Aim
from cnncalc.sweeping.grids import pairs
from cnncalc.sweeping.request import Request, find_space
from cnncalc.sweeping.spaces import Product
from cnncalc.sweeping.studying import Study
from cnncalc.sweeping.sweep import Sweep, tabulate

Var = Annotated[list[str], typer.Option("--var", metavar="NAME=VALUES", show_default=False,
                                        help="A variable and its values: start:stop:step, or a,b,c; "
                                             "in place of its `sweep:`. May be repeated.")]  # fmt: skip
Sizes = Annotated[str | None, typer.Option("--size", metavar="H,W[;H,W]…", show_default=False,
                                           help="Input sizes: '96,96;128,128'.")]  # fmt: skip
Maximise = Annotated[str, typer.Option("--maximise", metavar="A,B,…", show_default=False,
                                       help="Numbers that are to be large.")]  # fmt: skip
Minimise = Annotated[str, typer.Option("--minimise", metavar="A,B,…", show_default=False,
                                       help="Numbers that are to be small.")]  # fmt: skip
Bounds = Annotated[list[str], typer.Option("--budget", metavar="NAME=NUMBER", show_default=False,
                                           help="Upper bounds: macs=300M. May be repeated.")]  # fmt: skip
Trials = Annotated[
    int, typer.Option("--trials", metavar="N", min=1, help="How many settings are tried.")
]
Seed = Annotated[int, typer.Option("--seed", metavar="S", help="Begins with other settings.")]
File = Annotated[str, typer.Option("--study", metavar="FILE", show_default=False,
                                   help="Keep what was tried in a file, and go on with it.")]  # fmt: skip


def run(
    spec: Spec,
    var: Var = [],  # noqa: B006
    size: Sizes = None,
    maximise: Maximise = "",
    minimise: Minimise = "",
    budget: Bounds = [],  # noqa: B006
    trials: Trials = 200,
    seed: Seed = 0,
    study: File = "",
    set: Set = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    format: Format = "",
    color: Color = "auto",
    width: Width = None,
) -> None:
    """The best setting of a space too large for `sweep`, or all that none beats if there are several aims.

    Optuna proposes the settings (`pip install "cnncalc[search]"`). The exit code is 1 if none of those
    tried is within the budget.
    """
    aims = _aims(maximise, -1) + _aims(minimise, 1)
    given = pairs(budget, "--budget", "NAME=NUMBER", "macs=300M")
    bounds = {name: _read_bound(name, value) for name, value in given.items()}
    document, model = typed.document(spec, allow)
    names = tuple(dict.fromkeys([*(aim.name for aim in aims), *bounds]))
    request = Request(model, typed.settings(set), typed.counts(channels), names)
    space, alone = find_space(document, request, pairs(var), size)
    if not isinstance(space, Product):
        raise TypeError(space)
    found = Sweep(document, request, space.part(0, 1), None, alone)
    search = Study(found, space, aims, bounds, seed=seed, path=study)
    search.run(trials)
    rows = search.rows()
    if rows or format in ("json", "csv"):
        table = tabulate(found, rows, "search", search.count)
        show_table(table, format=format, color=color, width=width)
    if not rows:
        show_findings([_failure(search)], color=color)
        raise typer.Exit(1)


def _failure(search: Study) -> Diagnostic:
    """Why a search has found nothing."""
    reason = search.refusal()
    if reason:
        problem = f"all of the {search.count:,} settings that were tried are refused: {reason}"
        return Diagnostic("unsolved", problem, help="other values of the variables")
    problem = f"none of the {search.count:,} settings that were tried is within the budget"
    return Diagnostic("unsolved", problem, help="more --trials, or a larger budget")


def _aims(text: str, sign: int) -> list[Aim]:
    return [Aim(_find_number(name.strip(), "--maximise" if sign < 0 else "--minimise"), sign)
            for name in text.split(",") if name.strip()]  # fmt: skip


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
