"""A spec compiled once and built at many settings, and the numbers of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import SpecError, UsageError
from cnncalc.language.build import build
from cnncalc.metrics import METRICS
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cnncalc.language.document import Document
    from cnncalc.solving.search.goals import Totals


class Point(NamedTuple):
    """A setting and the numbers of the network that was built with it."""

    settings: dict[str, Any]
    totals: Totals


class Refused(NamedTuple):
    """A setting that gives no network, or one of which a number is not known, and why."""

    settings: dict[str, Any]
    reason: str
    error: SpecError | None = None


class Builds:
    """The networks of one model of a document, each built when its numbers are asked for first.

    `fixed` is set in all of them; `size` and `channels` change their inputs.
    """

    def __init__(
        self,
        document: Document,
        model: str | None,
        metrics: Sequence[str],
        *,
        fixed: Mapping[str, Any] | None = None,
        size: Any = None,
        channels: Any = None,
    ) -> None:
        """Raises SpecError if the document is bad whatever is set, UsageError for a wrong model."""
        if document.report:
            raise document.report.error()
        document.select(model)
        self.document = document
        self.metrics = metrics
        self.fixed = dict(fixed or {})
        self._input: dict[str, Any] = {"size": size, "channels": channels}
        self._model = model
        self._known: dict[tuple[Any, ...], Point | Refused] = {}

    @property
    def count(self) -> int:
        """How many were built."""
        return len(self._known)

    @property
    def points(self) -> list[Point]:
        """Those that have numbers, in the order in which they were built."""
        return [found for found in self._known.values() if isinstance(found, Point)]

    @property
    def refused(self) -> list[Refused]:
        """Those that have none."""
        return [found for found in self._known.values() if isinstance(found, Refused)]

    def check(self, names: Iterable[str]) -> None:
        """Raise UsageError for a name that is no variable, or is fixed."""
        known = self.document.variables
        for name in names:
            if name not in known:
                raise UsageError(f"{self.document.source.name} has no variable `{name}`",
                                 suggestion(name, known) or "variables: "
                                 + (", ".join(known) or "none"))  # fmt: skip
            if name in self.fixed:
                raise UsageError(f"`{name}` is given twice: --set fixes what --var varies")

    def at(self, settings: Mapping[str, Any]) -> Point | Refused:
        """The numbers with these settings; raises UsageError if the request fits no setting."""
        key = tuple((type(value), value) for value in settings.values())
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._build(dict(settings))
        return found

    def _build(self, settings: dict[str, Any]) -> Point | Refused:
        try:
            network = build(self.document, self._model, settings={**self.fixed, **settings},
                            **self._input)  # fmt: skip
        except UsageError:
            raise
        except SpecError as error:
            first = error.diagnostics[0]
            return Refused(settings, f"{first.code}: {first.message}", error)
        totals: Totals = {}
        for name in self.metrics:
            value = METRICS[name].value(network)
            if isinstance(value, list):
                value = None if None in value else max(value, default=None)
            if value is None:
                return Refused(settings, f"{name} is not known")
            totals[name] = value
        return Point(settings, totals)
