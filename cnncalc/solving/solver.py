"""The contract of a solver: what it is asked for, what it answers, how it is found.

A solver is one class in one file of `solvers/`, found by the file's name. Whatever it proposes is
computed forwards once more, by the code that computes networks, before it is an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import registry
from cnncalc.calculator.question import Question, class_in, names_in
from cnncalc.errors import Diagnostic, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.tables.table import Column


class Answer(NamedTuple):
    """What a solver has found.

    `solutions` are plain data, the simplest or best first. Tables show `rows`, which are the
    solutions unless told otherwise, and are called `rows_are` in JSON. `also` are further parts
    of the document in JSON. Where there is no solution, `missing` says why and what is nearest.
    Tables for people show the first `shown` rows, 0 being all of them.
    """

    solutions: list[dict[str, Any]]
    columns: Sequence[Column]
    caption: str = ""
    missing: Diagnostic | None = None
    also: dict[str, Any] = {}  # noqa: RUF012 - never changed
    rows: list[dict[str, Any]] | None = None
    rows_are: str = "solutions"
    shown: int = 0


class Solver(Question):
    """A question backwards with its inputs: immutable; subclasses declare keys and `solve`."""

    command = "solve"

    def solve(self) -> Answer:
        """The answer; raises `Bad` for inputs that do not go together, and UsageError."""
        raise NotImplementedError


def find(name: str) -> type[Solver]:
    """The solver of a name, `conv-transpose` or `conv_transpose`; raises UsageError."""
    if not registry.exists("solving.solvers", name.replace("-", "_")):
        known = names()
        raise UsageError(f"there is nothing to solve called `{name}`",
                         registry.suggestion(name, known) or f"one of {', '.join(known)}")  # fmt: skip
    return load(name)


def load(name: str) -> type[Solver]:
    """The class of `solvers/NAME.py`; raises KeyError."""
    found: type[Solver] = class_in("solving.solvers", name)
    return found


def names() -> list[str]:
    """The names of all solvers, as they are typed: `conv-transpose`."""
    return names_in("solving.solvers")


def report_unsolved(message: str, help: str = "") -> Diagnostic:
    """The finding that there is no solution."""
    return Diagnostic("unsolved", message, help=help)
