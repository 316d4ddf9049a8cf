"""The command line from start to end, against scripts that only import what it is built on."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from measure import Subject, whole
from result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

ROWS = "benchmark_rows"
"""The module in which the floor finds the cells of the table it draws."""

_MAIN = "from cnncalc.__main__ import main; main()"
_FLOOR = "import typer, yaml"
_DRAWN = f"""\
import typer, yaml
from rich.console import Console
from rich.table import Table
from {ROWS} import TITLES, RIGHT, ROWS
table = Table()
for title, right in zip(TITLES, RIGHT):
    table.add_column(title, justify="right" if right else "left")
for row in ROWS:
    table.add_row(*row)
Console().print(table)
"""


def results(spec: str, rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """`shapes` of ResNet-50, drawn and as JSON."""
    cache = env["PYTHONPYCACHEPREFIX"]
    _write_rows(spec, cache)
    shapes = [sys.executable, "-c", _MAIN, "shapes", spec]
    found = whole(
        [
            Subject("drawn", shapes),
            Subject("floor drawn", [sys.executable, "-c", _DRAWN]),
            Subject("json", [*shapes, "--format", "json"]),
            Subject("floor", [sys.executable, "-c", _FLOOR]),
        ],
        rounds,
        {**env, "PYTHONPATH": cache},
        folder,
    )
    return [
        Result("shapes, table drawn", found["drawn"], "typer, yaml, the same table by Rich",
               found["floor drawn"], 1.5),
        Result("shapes --format json", found["json"], "import typer, yaml", found["floor"], 1.5),
    ]  # fmt: skip


def _write_rows(spec: str, folder: str) -> None:
    """The cells of the table that `shapes` draws, as a module of literals."""
    import cnncalc

    drawn = cnncalc.analyze(cnncalc.load(spec), "shapes").fold()
    with open(os.path.join(folder, f"{ROWS}.py"), "w", encoding="utf-8") as file:
        file.write(f"TITLES = {[column.title for column in drawn.visible]!r}\n")
        file.write(f"RIGHT = {[column.right for column in drawn.visible]!r}\n")
        file.write(f"ROWS = {drawn.cells!r}\n")
