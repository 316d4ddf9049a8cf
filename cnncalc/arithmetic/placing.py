"""Reading along an axis that is another one of the output.

The questions are those of `windows.py`: `positions(n)`, `taps(u, n)`, `period(n)`, `reach(u, n)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Sliding


class Placed(NamedTuple):
    """A sliding window along an axis that is another one of the output: `to` counts from 0.

    So an output may have axes that are new, such as the frequencies of a signal.
    """

    window: Sliding
    to: int

    def positions(self, n: int) -> int:
        """Those of the window."""
        return self.window.positions(n)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """Those of the window."""
        return self.window.taps(u, n)

    def period(self, n: int) -> tuple[int, int] | None:
        """That of the window."""
        return self.window.period(n)

    def reach(self, u: int, n: int) -> Sequence[int]:
        """That of the window."""
        return self.window.reach(u, n)
