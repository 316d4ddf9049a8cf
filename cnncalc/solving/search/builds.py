"""The networks that a search has looked at, and the numbers of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.sweeping import variants

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.errors import SpecError
    from cnncalc.solving.search.goals import Totals
    from cnncalc.sweeping.variants import Variants


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
    """Variants of a spec, each looked at when its numbers are asked for first, and kept."""

    def __init__(self, variants: Variants) -> None:
        """None was asked for yet."""
        self._variants = variants
        self._known: dict[str, Point | Refused] = {}

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
        self._variants.check(names)

    def at(self, settings: Mapping[str, Any]) -> Point | Refused:
        """The numbers with these settings; raises UsageError if the request fits no setting."""
        key = repr(list(settings.values()))
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._look(dict(settings))
        return found

    def _look(self, settings: dict[str, Any]) -> Point | Refused:
        found = self._variants.at(settings)
        if isinstance(found, variants.Refused):
            return Refused(settings, *found)
        totals: Totals = {}
        for name, value in found.items():
            if value is None:
                return Refused(settings, f"{name} is not known")
            totals[name] = value
        return Point(settings, totals)
