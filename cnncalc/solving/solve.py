"""A question backwards, by its name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.calculator.called import ask
from cnncalc.calculator.question import command_of, refuse
from cnncalc.layers.base.key_types import Bad
from cnncalc.solving.solver import find
from cnncalc.tables.table import Envelope, Row, Table

if TYPE_CHECKING:
    from cnncalc.solving.solver import Solver


def solve(name: str, /, *values: Any, **inputs: Any) -> Solved:
    """What gives the wanted result: `solve("conv", input=224, output=112)`.

    >>> solve("conv", input=224, output=112, kernel=7).solutions[0]["padding"]
    3

    Inputs are given by name, or in the order of the manual; numbers and lists may be those of numpy
    or a framework. Names are those of `cnncalc solve`. Raises UsageError for an unknown name, for
    unknown, missing and wrong inputs, and SpecError for a bad spec. That there is no solution
    raises nothing: `solutions` is empty then.
    """
    return Solved(ask(find(name), values, inputs))


class Solved:
    """The answer of a solver: `solutions`, the simplest or best first.

    In a notebook it shows itself as HTML.
    """

    def __init__(self, solver: Solver) -> None:
        """Solves; raises UsageError if the inputs do not go together."""
        self.solver = command_of(type(solver))
        self.inputs = {name: _plain(value) for name, value in solver.chosen_inputs.items()}
        try:
            self._answer = solver.solve()
        except Bad as bad:
            raise refuse(bad) from None
        self.solutions = self._answer.solutions

    @cached_property
    def table(self) -> Table:
        """The whole answer as a table, for documents; with a finding if there is no solution."""
        answer = self._answer
        return Table(
            "solve",
            answer.columns,
            map(Row, answer.solutions if answer.rows is None else answer.rows),
            Envelope(
                {"solver": self.solver, "inputs": self.inputs},
                also=answer.also,
                rows_are=answer.rows_are,
            ),
            caption=answer.caption,
            findings=[answer.missing] if answer.missing else (),
        )

    @property
    def short(self) -> Table:
        """As much of the table as people are shown."""
        shown = self._answer.shown
        return self.table.having(rows=self.table.rows[:shown]) if shown else self.table

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        return self.table.to_dict()

    def __repr__(self) -> str:
        """`<Solved conv: 21 solutions>`."""
        count = len(self.solutions)
        return f"<Solved {self.solver}: {count} solution{'' if count == 1 else 's'}>"

    def _repr_html_(self) -> str:
        """The table as HTML, for notebooks; without a solution, why there is none."""
        missing = self._answer.missing
        if missing is not None:
            table = self.table.having(caption=f"{missing.message}\n{missing.help}".strip())
            return str(registry.load("formats", "html").render(table))
        return str(registry.load("formats", "html").render(self.short))


def _plain(value: Any) -> Any:
    """An input as JSON has it: pairs by their names, tuples as lists."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
