"""Readings of at most one element: spread, moved, one behind the other, chosen, repeated.

The questions are those of `windows.py`: `positions(n)`, `taps(u, n)`, `period(n)`, `reach(u, n)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Sliding


class Single(NamedTuple):
    """Every output reads the one input there is: an axis of size 1 that is spread to `target`."""

    target: int

    def positions(self, n: int) -> int:
        """The size it is spread to."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The first and only one."""
        return range(1)

    def period(self, n: int) -> tuple[int, int] | None:
        """Output by output the same input."""
        return 1, 0

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The first and only one."""
        return range(1)


class Moved(NamedTuple):
    """A reading that leads along another axis of the output: `to` counts from 0.

    One element for each output, or a sliding `window`: so an output may have axes that are new, such as
    the frequencies of a signal.
    """

    to: int
    window: Sliding | None = None

    def positions(self, n: int) -> int:
        """Those of the window; without one as many outputs as inputs."""
        return n if self.window is None else self.window.positions(n)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """Those of the window; without one the element of the same index."""
        return range(u, u + 1) if self.window is None else self.window.taps(u, n)

    def period(self, n: int) -> tuple[int, int] | None:
        """That of the window; without one it is one by one."""
        return (1, 1) if self.window is None else self.window.period(n)

    def reach(self, u: int, n: int) -> Sequence[int]:
        """That of the window; without one the element of the same index."""
        return range(u, u + 1) if self.window is None else self.window.reach(u, n)


class Stretch(NamedTuple):
    """One of several operands that stand one behind the other: what is around it is not its own."""

    before: int
    after: int

    def positions(self, n: int) -> int:
        """The operand, and what stands before and behind it."""
        return self.before + n + self.after

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The element at its place, if it is one of this operand."""
        return range(u - self.before, u - self.before + 1) if 0 <= u - self.before < n else range(0)

    def period(self, n: int) -> tuple[int, int] | None:
        """None: it ends where the next operand begins."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps."""
        return self.taps(u, n)


class Picked(NamedTuple):
    """Chosen places of an axis, in any order: output u reads the one at `indices[u]`."""

    indices: tuple[int, ...]

    def positions(self, n: int) -> int:
        """As many as are chosen."""
        return len(self.indices)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The one that was chosen."""
        return (self.indices[u],)

    def period(self, n: int) -> tuple[int, int] | None:
        """None: there is no rule in the choice."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return self.taps(u, n)


class Listed(NamedTuple):
    """What each output reads, where no rule says it shorter: `reads` has the inputs of each."""

    reads: tuple[tuple[int, ...], ...]

    def positions(self, n: int) -> int:
        """As many as are listed."""
        return len(self.reads)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs that are listed."""
        return self.reads[u]

    def period(self, n: int) -> tuple[int, int] | None:
        """None: each is on its own."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: what is beyond the ends is not listed."""
        return self.taps(u, n)


class Pieces(NamedTuple):
    """An axis cut into `target` pieces that do not overlap, the first ones an element longer."""

    target: int

    def positions(self, n: int) -> int:
        """As many as there are pieces."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The elements of piece `u`.

        >>> [list(Pieces(2).taps(u, 5)) for u in range(2)]
        [[0, 1, 2], [3, 4]]
        """
        each, longer = divmod(n, self.target)
        start = u * each + min(u, longer)
        return range(start, start + each + (u < longer))

    def period(self, n: int) -> tuple[int, int] | None:
        """That of equal pieces."""
        return None if n % self.target else (1, n // self.target)

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return self.taps(u, n)


class Tiled(NamedTuple):
    """The whole axis again and again, `times` times."""

    times: int

    def positions(self, n: int) -> int:
        """So many times as long."""
        return n * self.times

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The one at the same place of the axis.

        >>> list(Tiled(2).taps(4, 3))
        [1]
        """
        return range(u % n, u % n + 1)

    def period(self, n: int) -> tuple[int, int] | None:
        """The axis begins anew after its length."""
        return n, 0

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return self.taps(u, n)
