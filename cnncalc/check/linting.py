"""The lints at work on one file, and which of them are wanted.

A lint is a module of `lints/` with a `CODE`. Its `judge(network)` is called for every model and
variant, its `survey(document, networks)` once for the file. One with `QUIET = True` speaks only if
its code is asked for by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry
from cnncalc.errors import Diagnostic
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from cnncalc.errors import Span
    from cnncalc.language.document import Document
    from cnncalc.network import Network

_MOST = 200
"""Of one code, so many findings of a file are kept: nobody reads more."""

_NODES = 300_000
"""Networks are kept for a survey up to so many nodes; a file with more is not surveyed."""


_RATHER = "`cnncalc explain CODE` says what is looked for; a smaller network can be looked at"


class Rules(NamedTuple):
    """Which codes are looked for: those that begin with a word of `select`, without `ignore`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def allows(self, code: str) -> bool:
        """Whether findings of a code are raised; what makes a spec unusable always is."""
        if code[:1] not in "XW":
            return True
        selected = not self.select or code.startswith(self.select)
        return selected and not (self.ignore and code.startswith(self.ignore))

    def wants(self, lint: ModuleType) -> bool:
        """Whether a lint is run; a quiet one only if its code is selected in full."""
        quiet = getattr(lint, "QUIET", False)
        return self.allows(lint.CODE) and (not quiet or lint.CODE in self.select)


ALL = Rules()
"""Every code but those of quiet lints."""


class Lints:
    """The lints on their way through the networks of a file."""

    def __init__(self, rules: Rules) -> None:
        """Those that `rules` want."""
        self.rules = rules
        self.known = [registry.load("check.lints", name) for name in registry.names("check.lints")]
        self.lints = [lint for lint in self.known if rules.wants(lint)]
        self.networks: list[Network] = []
        self.nodes = 0
        self._found: dict[tuple[str, Span | None], Diagnostic] = {}
        self._counts: dict[str, int] = {}
        self._gave_up: set[str] = set()

    def look(self, network: Network, variant: str = "") -> None:
        """Let the lints judge a network; what an earlier one had at the same place is not repeated.

        What only a `variant` has, the message says of it by this name.
        """
        for lint in self.lints:
            if hasattr(lint, "judge"):
                found = (f._replace(model=f.model or network.name) for f in lint.judge(network))
                prefix = f"{variant}: " if variant else ""
                try:
                    self._take(found, prefix)
                except TooMuch as error:
                    # What it has found so far stays, and all that others find.
                    self._gave_up.add(lint.CODE)
                    self._take([self._report_unfinished(lint, network, error)], prefix)
        self.nodes += len(network.nodes)
        if self.nodes <= _NODES:
            self.networks.append(network)
        else:
            self.networks.clear()

    def _report_unfinished(self, lint: ModuleType, network: Network, error: TooMuch) -> Diagnostic:
        """What a lint says that would take too much work."""
        return Diagnostic(lint.CODE, f"not computed: {error}", network.source, model=network.name,
                          severity="note", help=_RATHER)  # fmt: skip

    def findings(self, document: Document | None) -> list[Diagnostic]:
        """All that was found, a survey of the `document` included unless that is None."""
        for lint in self.lints:
            if hasattr(lint, "survey") and document is not None and self.nodes <= _NODES:
                self._take(lint.survey(document, self.networks))
        return list(self._found.values())

    def has_run(self, code: str) -> bool:
        """Whether all that could be found under a code, or with "" under any, was looked for."""
        if not code:
            everything = not self.rules.select and not self.rules.ignore and not self._gave_up
            return everything and self.nodes <= _NODES
        if (
            code in self._gave_up
            or not self.rules.allows(code)
            or (code[:1] == "W" and self.nodes > _NODES)
        ):
            return False
        return all(lint in self.lints for lint in self.known if code == lint.CODE)

    def _take(self, findings: Iterable[Diagnostic], prefix: str = "") -> None:
        for finding in findings:
            place = (finding.code, finding.span)
            if place not in self._found and self._counts.get(finding.code, 0) < _MOST:
                self._found[place] = finding._replace(message=prefix + finding.message)
                self._counts[finding.code] = self._counts.get(finding.code, 0) + 1
