"""Reading between and beyond the elements: interpolation, and borders that repeat the map.

The questions are those of `windows.py`: `positions(n)`, `taps(u, n)`, `period(n)`, `reach(u, n)`.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.windows import copied_place

if TYPE_CHECKING:
    from collections.abc import Sequence


class Resampling(NamedTuple):
    """Interpolation of `source` inputs to `target` outputs.

    `mode` is a key of `REACH`. Centres of elements are half-pixel: output u lies at input
    `x = (u + 1/2) step - 1/2`, or with `align_corners` at `u (s-1)/(t-1)`; `nearest` reads
    `floor(u step)`, `nearest_exact` `floor((u + 1/2) step)`. `step` is the (numerator,
    denominator) of the inputs from one output to the next: s/t unless a scale factor said
    otherwise. `start` is the first of the `source` inputs, where only a part is resampled.
    """

    source: int
    target: int
    mode: str = "nearest"
    align_corners: bool = False
    step: tuple[int, int] | None = None
    start: int = 0

    def positions(self, n: int) -> int:
        """The size of the output, whatever is asked: a resampling is made for one input size."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs with a weight other than zero for output `u`, in exact arithmetic.

        >>> list(Resampling(4, 8, "linear").taps(2, 4))
        [0, 1]
        """
        first, last = self._around(u)
        low, high = max(first, 0), min(last, self.source - 1)
        return range(self.start + min(low, high), self.start + max(low, high) + 1)

    def period(self, n: int) -> tuple[int, int] | None:
        """The step from one output to the next, in lowest terms."""
        step, over = self._step()
        g = gcd(step, over)
        return over // g, step // g

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The inputs around the place of output `u`, as if they went on."""
        first, last = self._around(u)
        return range(self.start + first, self.start + last + 1)

    def _around(self, u: int) -> tuple[int, int]:
        """The first and last input with a weight, counted from `start`."""
        floor, on_centre = self._place(u)
        first, last = (0, 0) if on_centre else REACH[self.mode]
        return floor + first, floor + last

    def _step(self) -> tuple[int, int]:
        """The inputs from one output to the next, as a ratio."""
        s, t = self.source, self.target
        if self.align_corners and self.mode not in ("nearest", "nearest_exact"):
            return (s - 1, t - 1) if t > 1 else (0, 1)
        return self.step or (s, t)

    def _place(self, u: int) -> tuple[int, bool]:
        """The input at or before output `u`, and whether `u` lies exactly on it."""
        step, over = self._step()
        if self.mode == "nearest":
            return u * step // over, True
        if self.mode == "nearest_exact":
            return (2 * u + 1) * step // (2 * over), True
        if self.align_corners:
            return u * step // over, u * step % over == 0
        place, over = (2 * u + 1) * step - over, 2 * over
        return place // over, place % over == 0


REACH = {
    "nearest": (0, 0),
    "nearest_exact": (0, 0),
    "linear": (0, 1),
    "cubic": (-1, 2),
    "lanczos3": (-2, 3),
    "lanczos5": (-4, 5),
}
"""For each interpolation, the first and last input it reads, from the one at or before the place.

A place exactly on an input reads only that one: all others have the weight zero.
"""


class Border(NamedTuple):
    """A map continued beyond its ends by its own values; a negative amount cuts off instead.

    `mode` is one of `windows.copied_place`.
    """

    padding: tuple[int, int]
    mode: str

    def positions(self, n: int) -> int:
        """The size with what is added and cut off."""
        return n + sum(self.padding)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The one input that output `u` copies.

        >>> [Border((2, 1), "reflect").taps(u, 3)[0] for u in range(6)]
        [2, 1, 0, 1, 2, 1]
        """
        before, after = self.padding
        place = u - before
        if self.mode != "circular":
            return (copied_place(place, n, self.mode),)
        # What is cut off is cut off first: only the rest goes round.
        first = max(-before, 0)
        rest = n - first - max(-after, 0)
        return (first + copied_place(place - first, rest, self.mode),)

    def period(self, n: int) -> tuple[int, int] | None:
        """One by one."""
        return 1, 1

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The place itself: the continuation is taken for the map."""
        return (u - self.padding[0],)
