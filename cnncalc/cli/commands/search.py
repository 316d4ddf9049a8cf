"""`cnncalc search`: the best settings of a space that is too large to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from cnncalc.cli.deployment import add_deployment
from cnncalc.cli.options import Allow, Channels, Color, Format, Set, Spec, Width
from cnncalc.cli.output import show_findings, show_table
from cnncalc.errors import Diagnostic
from cnncalc.language import given as typed
from cnncalc.solving.searching import TRIALS, Search, aims_of, bounds_of
from cnncalc.sweeping.grids import pairs
from cnncalc.sweeping.request import Request

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


@add_deployment
def run(
    spec: Spec,
    var: Var = [],  # noqa: B006
    size: Sizes = None,
    maximise: Maximise = "",
    minimise: Minimise = "",
    budget: Bounds = [],  # noqa: B006
    trials: Trials = TRIALS,
    seed: Seed = 0,
    study: File = "",
    set: Set = [],  # noqa: B006
    channels: Channels = [],  # noqa: B006
    allow: Allow = [],  # noqa: B006
    way: Mapping[str, Any] = {},
    format: Format = "",
    color: Color = "auto",
    width: Width = None,
) -> None:
    """The best setting of a space too large for `sweep`, or all that none beats if there are several aims.

    Optuna proposes the settings (`pip install "cnncalc[search]"`). The exit code is 1 if none of those
    tried is within the budget.
    """
    aims = [*aims_of(maximise, -1), *aims_of(minimise, 1)]
    bounds = bounds_of(pairs(budget, "--budget", "NAME=NUMBER", "macs=300M"))
    document, model = typed.document(spec, allow)
    request = Request(model, typed.settings(set), typed.counts(channels), way=way)
    found = Search(document, request, pairs(var), size, aims, bounds, seed=seed, path=study)
    found.run(trials)
    has_rows = any(True for _ in found)
    if has_rows or format in ("json", "csv"):
        show_table(found.table, format=format, color=color, width=width)
    if not has_rows:
        problem, help = found.failure()
        show_findings([Diagnostic("unsolved", problem, help=help)], color=color)
        raise typer.Exit(1)
