"""The findings of one run over one spec, each reported once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import Diagnostic, Label, Source, Span, SpecError
from cnncalc.foreign import cut
from cnncalc.language.tree import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.language.tree import Node
    from cnncalc.network import Network
    from cnncalc.work import Budget

_USES = 3


class Report:
    """Collects findings; the same code at the same place is one finding.

    A block is checked in every use: `uses` are the uses around the present place, outermost
    first, with their names, and a finding that recurs only gains the further uses.
    """

    def __init__(self, source: Source) -> None:
        """`source` is the text that all spans are about."""
        self.source = source
        self.uses: list[tuple[Node, str]] = []
        self._findings: dict[tuple[str, Span | None], Diagnostic] = {}
        self._used: dict[tuple[str, Span | None], dict[tuple[Node, str], None]] = {}

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self._findings)

    def has(self, code: str, span: Span | None) -> bool:
        """Whether this is reported of this place already."""
        return (code, span) in self._findings

    def find(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        help: str = "",
        related: Sequence[Label] = (),
        layer: str | None = None,
    ) -> None:
        """Add a finding, or a use to the one that is already there.

        Raises SpecError when there are more than MOST findings.
        """
        place = (code, span)
        if place not in self._findings:
            if len(self._findings) == MOST:
                # Nobody reads more, and looking for the closest word costs time for each.
                raise self.error()
            self._findings[place] = Diagnostic(
                code, cut(message), self.source, span, label, cut(help), tuple(related), layer=layer
            )
            self._used[place] = dict.fromkeys(self.uses)
        elif place in self._used and self.uses:
            self._used[place][self.uses[-1]] = None

    def add(self, finding: Diagnostic) -> None:
        """Take over a finding made elsewhere."""
        self._findings.setdefault((finding.code, finding.span), finding)

    def findings(self) -> list[Diagnostic]:
        """Everything found, in the order of the file."""
        complete = []
        for place, finding in self._findings.items():
            labelled = (
                Label(node.span, f"in this use of the block, as `{name}`")
                for node, name in self._used.get(place, ())
            )
            uses = {label.span: label for label in labelled}
            labels = list(uses.values())[:_USES]
            if len(uses) > _USES:
                more = len(uses) - _USES
                labels[-1] = Label(labels[-1].span, f"{labels[-1].text}, and {more} more uses")
            whole = finding._replace(related=(*finding.related, *labels))
            complete.append(whole.where_it_stands())
        return sorted(complete, key=lambda f: (f.span is None, f.span or (0, 0)))

    def error(self, network: Network | None = None) -> SpecError:
        """The findings as an exception."""
        return SpecError(self.findings(), network)


class Told(NamedTuple):
    """A finding that is kept: it counts only where a network comes to its place."""

    code: str
    message: str
    span: Span | None
    label: str
    help: str
    related: tuple[Label, ...]

    def tell(self, report: Report) -> None:
        """Report it, at last."""
        report.find(self.code, self.message, self.span, label=self.label, help=self.help,
                    related=self.related)  # fmt: skip


class Abroad(Report):
    """Findings in a network of another file: they are told where that network is used."""

    def __init__(self, report: Report, name: str, place: Span) -> None:
        """`report` is that of the file which uses the network `name` at `place`."""
        super().__init__(report.source)
        self._report = report
        self._name = name
        self._place = place

    def __bool__(self) -> bool:
        """Whether anything was found, there or here."""
        return bool(self._report)

    def find(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        help: str = "",
        related: Sequence[Label] = (),
        layer: str | None = None,
    ) -> None:
        """Add a finding to those of the file."""
        where = f"line {span.line} of " if span is not None and span != self._place else ""
        self._report.find(
            code, f"in {where}`{self._name}`: {message}", self._place, help=help, layer=layer
        )


_LOOKING = 100
"""To look for the closest word takes as long as so many steps of an expression."""


class Keeper(Report):
    """Keeps findings, in the order in which they are made, for whoever comes to the place."""

    def __init__(self, source: Source, kept: list[Any], budget: Budget) -> None:
        """They are appended to `kept`, and each takes steps of `budget`."""
        super().__init__(source)
        self.kept = kept
        self.budget = budget

    def find(
        self,
        code: str,
        message: str,
        span: Span | None = None,
        *,
        label: str = "",
        help: str = "",
        related: Sequence[Label] = (),
        layer: str | None = None,
    ) -> None:
        """Keep a finding."""
        told = Told(code, cut(message), span, label, cut(help), tuple(related))
        self.budget.steps.spend(_LOOKING, told)
        self.kept.append(told)
