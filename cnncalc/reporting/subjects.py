"""From networks to what the page is about: their specs judged, and two of them compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.check.config import find
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.diff.models import compare
from cnncalc.diff.sides import side
from cnncalc.language.source import FILE
from cnncalc.reporting.base.subject import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.diff.models import Comparison
    from cnncalc.network import Network


def subject_of(network: Network) -> Subject:
    """A network, and what `check` finds in its spec as it is written, by the settings of its project.

    Raises UsageError for settings that are wrong.
    """
    if network.source is None:
        return Subject(network)
    origin = network.source.origin
    is_file = origin is not None and origin.kind == FILE
    config = find([origin.path if is_file else "."])
    rules = Rules(config.select, config.ignore)
    return Subject(network, judge_source(network.source, network.model, rules).findings)


def comparison(
    old: str, new: str, allowed: Iterable[str] = (), given: Mapping[str, Any] | None = None
) -> Comparison:
    """How two specs differ, both with what is given from outside; raises as `side` and `compare` do."""
    # A side that is changed is one network, whatever variants its file has.
    changes = {"settings": {}, **{key: value for key, value in (given or {}).items() if value}}
    then, now = (side(text, label, allowed) for text, label in ((old, "old"), (new, "new")))
    return compare(then._replace(changes=changes), now._replace(changes=changes))
