"""Parts handed out before their turn, and taken back in their order."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cnncalc.sweeping.job import Part, Rows


def in_order(
    parts: Iterable[Part],
    ahead: int,
    submit: Callable[[Part], Any],
    result: Callable[[Any], Rows],
) -> Iterator[Rows]:
    """The rows of every part: `submit` hands one out, and `result` waits for what came of it.

    No more than `ahead` are out at a time, so that no more wait in memory.
    """
    left = iter(parts)
    out = deque(map(submit, islice(left, ahead)))
    while out:
        yield result(out.popleft())
        out.extend(map(submit, islice(left, 1)))
