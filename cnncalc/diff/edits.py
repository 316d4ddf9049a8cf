"""The shortest way from one sequence to another, in time that grows with how much is different.

Source: Myers 1986, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence


def shortest(
    old: Sequence[Hashable], new: Sequence[Hashable], most: int
) -> list[tuple[int, int]] | None:
    """The places (old, new) of what is the same, in order; None if more than `most` edits are needed.

    >>> shortest("abcabba", "cbabac", 10)
    [(2, 0), (3, 2), (4, 3), (6, 4)]
    """
    # furthest[k]: how far `old` is consumed on the diagonal k = x - y, after so many edits.
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(most, len(old) + len(new)) + 1):
        trace.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(old) and y >= len(new):
                return _path(trace, x, y)
    return None


def _path(trace: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    """The diagonals that led to (x, y), by what was reached before each edit."""
    found: list[tuple[int, int]] = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, k = trace[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        start = furthest[before] if edits else 0
        entered = start if down or not edits else start + 1
        while x > entered and y > 0 and y > entered - k:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = start, start - before
    return found[::-1]
