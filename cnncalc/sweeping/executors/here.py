"""In this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.sweeping.job import compute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.sweeping.job import Job, Part, Rows

SIZE = 256
"""So many settings are a part."""


def run(job: Job, parts: Iterable[Part], _: object) -> Iterator[Rows]:
    """The rows of every part, one after the other."""
    for part, start in parts:
        yield compute(job, part, start)
