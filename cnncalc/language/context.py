"""The context in which a part of a spec is read: what names are known there, and who is told of faults.

A context is handed down from the file to its smallest value, through both steps of reading. While
a file is compiled, names are only known; while it is expanded, they have values. With it goes the
budget of the file: whoever does work takes it from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from cnncalc.language.report import Abroad

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.errors import Span
    from cnncalc.language.report import Report
    from cnncalc.work import Budget

Scope = dict[str, Any]
"""What names mean in expressions."""


class Finder(Protocol):
    """Whatever has the networks of other files: `language.library.Library`."""

    def find(self, text: str) -> Any:
        """The network that is called so."""


class Recorder(Protocol):
    """Whatever notes how an expansion comes about: `language.tape.Tape`."""

    def begin(self, context: Any) -> None:
        """The context of the model, in which the variables have their values."""

    def end(self, network: Any) -> None:
        """What was expanded; nothing more is noted."""

    def decide(self, value: Any, context: Any, found: Any) -> None:
        """A value by which something is decided."""

    def enter(self, context: Any, outer: Any, item: Any, index: int, x: int) -> None:
        """A context within another one."""

    def add(self, node: Any, item: Any, context: Any, nodes: Any) -> None:
        """A node, made of an item."""

    def give_up(self) -> None:
        """There is something that would not be done again."""


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
    are used. `library` has the networks of other files.
    """

    __slots__ = ("known", "library", "of_file")

    def __init__(
        self,
        report: Report,
        budget: Budget,
        library: Finder,
        known: Collection[str] = (),
        *,
        of_file: bool = False,
    ) -> None:
        """A context in which no name is known unless it is said."""
        super().__init__(report, budget)
        self.library = library
        self.known = known
        self.of_file = of_file

    def knowing(self, known: Collection[str], *, of_file: bool = False) -> CompileContext:
        """The same, with these names known and no others."""
        return CompileContext(self.report, self.budget, self.library, known, of_file=of_file)


class ExpandContext(Context):
    """Where an item is expanded: `scope` says what names mean, `root` what the file's variables do.

    `place` is where the network of another file is used, if the item stands in one: whoever looks
    for its layers finds them there. A `tape` notes what is decided by values.
    """

    __slots__ = ("place", "root", "scope", "tape")

    def __init__(
        self,
        report: Report,
        budget: Budget,
        scope: Scope,
        root: Scope,
        place: Span | None = None,
        tape: Recorder | None = None,
    ) -> None:
        """At the top of a model, `scope` and `root` are the same."""
        super().__init__(report, budget)
        self.tape = tape
        self.scope = scope
        self.root = root
        self.place = place

    def within(self, scope: Scope) -> ExpandContext:
        """The same, where names mean what `scope` says."""
        return ExpandContext(self.report, self.budget, scope, self.root, self.place, self.tape)

    def abroad(self, name: str, place: Span) -> ExpandContext:
        """In the network `name` of another file, used at `place`: none of the names here is known there."""
        report = self.report if self.place else Abroad(self.report, name, place)
        scope: Scope = {}
        return ExpandContext(report, self.budget, scope, scope, self.place or place)
