"""The context in which a part of a spec is read: what names are known there, and who is told of faults.

A context is handed down from the file to its smallest value, through both steps of reading. While
a file is compiled, names are only known; while it is expanded, they have values. With it goes the
budget of the file: whoever does work takes it from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.language.report import Report
    from cnncalc.work import Budget

Scope = dict[str, Any]
"""What names mean in expressions."""


class Context:
    """What both steps have in common, and every context derived from another passes on."""

    __slots__ = ("budget", "report")

    def __init__(self, report: Report, budget: Budget) -> None:
        """Findings go to `report`, and `budget` is what the reading of the file may take."""
        self.report = report
        self.budget = budget


class CompileContext(Context):
    """Where a file is compiled: `known` are the names that expressions may use.

    `of_file` marks the defaults of the file, whose expressions see only its variables wherever they
    are used.
    """

    __slots__ = ("known", "of_file")

    def __init__(
        self,
        report: Report,
        budget: Budget,
        known: Collection[str] = (),
        *,
        of_file: bool = False,
    ) -> None:
        """A context in which no name is known unless it is said."""
        super().__init__(report, budget)
        self.known = known
        self.of_file = of_file

    def knowing(self, known: Collection[str], *, of_file: bool = False) -> CompileContext:
        """The same, with these names known and no others."""
        return CompileContext(self.report, self.budget, known, of_file=of_file)


class ExpandContext(Context):
    """Where an item is expanded: `scope` says what names mean, `root` what the file's variables do."""

    __slots__ = ("root", "scope")

    def __init__(self, report: Report, budget: Budget, scope: Scope, root: Scope) -> None:
        """At the top of a model, `scope` and `root` are the same."""
        super().__init__(report, budget)
        self.scope = scope
        self.root = root

    def within(self, scope: Scope) -> ExpandContext:
        """The same, where names mean what `scope` says."""
        return ExpandContext(self.report, self.budget, scope, self.root)
