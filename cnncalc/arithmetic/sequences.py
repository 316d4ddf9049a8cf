"""Readings of sequences: blocks of it, all that came before, and steps that read each other.

The questions are those of `windows.py`: `positions(n)`, `taps(u, n)`, `period(n)`, `reach(u, n)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Window


class Blocks(NamedTuple):
    """Every output reads the block it lies in: attention within windows.

    Blocks of `size` begin at `shift`, and end where the axis does; what lies before `shift` is
    a block of its own.
    """

    size: int
    shift: int = 0

    def positions(self, n: int) -> int:
        """As many outputs as inputs."""
        return n

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs of the block of `u`.

        >>> list(Blocks(4, 1).taps(0, 8)), list(Blocks(4, 1).taps(3, 8))
        ([0], [1, 2, 3, 4])
        """
        reached = self.reach(u, n)
        return range(max(0, reached.start), min(n, reached.stop))

    def period(self, n: int) -> tuple[int, int] | None:
        """Block by block."""
        return self.size, self.size

    def reach(self, u: int, n: int) -> range:
        """The whole block."""
        start = (u - self.shift) // self.size * self.size + self.shift
        return range(start, start + self.size)


class Prefix(NamedTuple):
    """Every output reads all inputs up to its own place: a recurrent layer that gives a sequence."""

    def positions(self, n: int) -> int:
        """As many outputs as inputs."""
        return n

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs from the first to `u`."""
        return range(u + 1)

    def period(self, n: int) -> tuple[int, int] | None:
        """None: it grows."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return range(u + 1)


class Recurrence(NamedTuple):
    """A convolution whose outputs read their neighbours again in each of `steps` further steps.

    `window` reads the input; a `kernel` padded to keep the size reads the state.
    """

    window: Window
    kernel: int
    steps: int

    def positions(self, n: int) -> int:
        """Those of the window."""
        return self.window.positions(n)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs of all outputs from which output `u` can be reached in `steps` steps.

        >>> from cnncalc.arithmetic.windows import Window
        >>> list(Recurrence(Window(kernel=3), kernel=3, steps=1).taps(4, 9))
        [3, 4, 5, 6, 7]
        """
        before = (self.kernel - 1) // 2
        first = max(0, u - self.steps * before)
        last = min(self.window.positions(n) - 1, u + self.steps * (self.kernel - 1 - before))
        found = self._together(first, last)
        if isinstance(found, range):
            return range(max(0, found.start), min(n, found.stop))
        return [i for i in found if 0 <= i < n]

    def _together(self, first: int, last: int) -> Sequence[int]:
        """The windows of outputs `first` to `last`; raises TooMuch if they are many and have holes."""
        w = self.window
        dense = w.dilation == 1 and w.stride <= w.kernel
        if dense or (w.stride == 1 and last - first + 1 >= w.dilation):
            start = first * w.stride - w.padding[0]
            return range(start, last * w.stride - w.padding[0] + w.extent)
        if (last - first + 1) * w.kernel > _MOST:
            raise TooMuch(f"a unit reads more than {_MOST:,} places that leave holes")
        return sorted({i for p in range(first, last + 1) for i in w.reach(p, 0)})

    def period(self, n: int) -> tuple[int, int] | None:
        """That of the window."""
        return self.window.period(n)

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The windows of all outputs that can be reached, also of those beyond the ends."""
        before = (self.kernel - 1) // 2
        return self._together(u - self.steps * before, u + self.steps * (self.kernel - 1 - before))


_MOST = 1 << 16
"""The places that a unit reads are listed up to so many, where they are no stretch."""
