"""What a sweep is to whoever computes it: all that another process needs, and a stretch of its rows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.language.document import Document
from cnncalc.sweeping.condition import Condition
from cnncalc.sweeping.variants import Refused, Variants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.errors import Source
    from cnncalc.sweeping.spaces import Setting, Space

Row = dict[str, Any]
"""Settings and numbers by name, and why there are no numbers: `error`."""

Rows = list[tuple[int, Row]]
"""Rows, each with its place."""

Part = tuple["Space", int]
"""Some settings of a space, and the place of the first."""

ERROR = "error"
"""The name under which a row says why it has no numbers."""


class Job(NamedTuple):
    """What is asked of every setting of a sweep.

    `names` are those of the settings, `metrics` the numbers, of which rows have those that are `shown`;
    what is `wanted` must hold of a row, each condition with the option that it comes from. `sized` is
    the name under which settings have the size of the input, as a text, if they do. `key` is another one for
    every job.
    """

    key: str
    source: Source
    model: str | None
    names: tuple[str, ...]
    metrics: tuple[str, ...]
    shown: tuple[str, ...]
    fixed: Mapping[str, Any]
    size: Any
    channels: Any
    way: Mapping[str, Any]
    wanted: tuple[tuple[str, str], ...] = ()
    sized: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What a row has."""
        return (*self.names, *self.shown, ERROR)


class Worker:
    """Computes rows of a job."""

    def __init__(self, job: Job, document: Document | None = None) -> None:
        """Compiles the spec, unless somebody has.

        Raises SpecError if it is bad, UsageError for a condition that cannot be read.
        """
        self.job = job
        self.variants = Variants(
            document or Document(job.source), job.model, job.metrics, fixed=job.fixed,
            size=job.size, channels=job.channels, way=job.way,
        )  # fmt: skip
        known = (*job.names, *job.metrics)
        self.conditions = [Condition(text, known, option) for option, text in job.wanted]
        self._hidden = [name for name in job.metrics if name not in job.shown]

    def row(self, setting: Setting) -> Row | None:
        """The row of a setting; None if it is not wanted.

        Where that cannot be said, as of what is refused or divided by zero, the row says why.
        """
        row: Row = {**setting, **self._numbers(setting)}
        refused = row[ERROR] is not None
        try:
            for condition in self.conditions:
                if not (refused and condition.gap(row)) and not condition.holds(row):
                    return None
        except UsageError as error:
            row |= {**dict.fromkeys(self.job.metrics), ERROR: str(error)}
        for name in self._hidden:
            del row[name]
        return row

    def doubt(self, setting: Setting) -> str:
        """Why it cannot be said whether the row of a setting is wanted; empty if it can."""
        row = {**setting, **self._numbers(setting)}
        if row[ERROR] is not None:
            return str(row[ERROR])
        try:
            for condition in self.conditions:
                if gap := condition.gap(row):
                    return gap
                if not condition.holds(row):
                    break
        except UsageError as error:
            return str(error)
        return ""

    def _numbers(self, setting: Setting) -> Row:
        size = None
        if self.job.sized:
            setting = dict(setting)
            size = _axes(setting.pop(self.job.sized))
        found = self.variants.at(setting, size)
        if isinstance(found, Refused):
            return {**dict.fromkeys(self.job.metrics), ERROR: found.reason}
        return {**found, ERROR: None}


def compute(job: Job, part: Space, start: int) -> Rows:
    """The rows that are wanted of a part of a space, each with its place; that of the first is `start`."""
    worker = _worker_of(job)
    found = []
    for at in range(part.count):
        row = worker.row(part.setting(at))
        if row is not None:
            found.append((start + at, row))
    return found


class _Kept:
    """Who computed the last part in this process: what was learnt of it serves the next."""

    worker: Worker | None = None


def adopt(worker: Worker) -> None:
    """Let `compute` in this process, and in those that are forked from it, use a worker that is there."""
    _Kept.worker = worker


def _worker_of(job: Job) -> Worker:
    worker = _Kept.worker
    if worker is None or worker.job.key != job.key:
        worker = _Kept.worker = Worker(job)
    return worker


@lru_cache(maxsize=4096)
def _axes(text: str) -> tuple[int, ...]:
    """`96x128` as numbers."""
    return tuple(map(int, text.split("x")))
