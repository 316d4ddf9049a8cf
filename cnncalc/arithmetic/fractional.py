"""Reading by windows whose places are drawn.

The questions are those of `windows.py`: `positions(n)`, `taps(u, n)`, `period(n)`, `reach(u, n)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class FractionalWindow(NamedTuple):
    """Pooling by windows whose starts are drawn at random, `(n - kernel)/(target - 1)` apart."""

    kernel: int
    target: int

    def positions(self, n: int) -> int:
        """The size asked for."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs that output `u` may read: two starts are possible unless the step is whole.

        The last window always ends at the end.
        """
        room, steps = n - self.kernel, self.target - 1
        if u == steps:
            return range(room, n)
        return range(u * room // steps, -(-u * room // steps) + self.kernel)

    def period(self, n: int) -> tuple[int, int] | None:
        """None: the starts are drawn."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return self.taps(u, n)
