"""Which input indices each output index reads, along one axis.

Every class here is one way of reading. All of them answer the same questions:
`positions(n)`, how many outputs `n` inputs give, and `taps(u, n)`, which inputs output `u` reads.
Indices count from 0; what would be read outside the input is padding and is left out.

Away from the borders most readings repeat themselves: `period(n)` is (outputs, inputs), so that
output `u + outputs` reads what `u` reads, moved by `inputs`; None if no such pair exists.
`reach(u, n)` are the taps as if the input had no ends.

Sources: Dumoulin & Visin 2016 (arXiv:1603.07285); the documentation and behaviour of
PyTorch's and Keras' layers of the same names.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.fractional import FractionalWindow
    from cnncalc.arithmetic.moving import Listed, Moved, Picked, Pieces, Single, Stretch, Tiled
    from cnncalc.arithmetic.regrouped import Regrouped
    from cnncalc.arithmetic.resampling import Border, Resampling
    from cnncalc.arithmetic.sequences import Blocks, Prefix, Recurrence


class Window(NamedTuple):
    """A sliding window; every field counts elements.

    `padding` is (before, after) and may be negative (then it crops); `rule` says in words how
    it came about. `rounding` is how a last window that sticks out is counted: see `rounding.ROUNDING`.
    """

    kernel: int = 1
    stride: int = 1
    dilation: int = 1
    padding: tuple[int, int] = (0, 0)
    rounding: str = "floor"
    rule: str = ""

    @property
    def extent(self) -> int:
        """The elements a window spans from its first tap to its last.

        >>> Window(kernel=3, dilation=2).extent
        5
        """
        return (self.kernel - 1) * self.dilation + 1

    def positions(self, n: int) -> int:
        """How many places the window can stop at along `n` elements; below 1 if it does not fit.

        >>> Window(kernel=3, stride=2).positions(8)
        3
        >>> Window(kernel=3, stride=2, rounding="ceil").positions(8)
        4
        """
        before, after = self.padding
        return ROUNDING[self.rounding](n + before + after - self.extent, self.stride, n + before)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The input indices that output `u` reads; padding is left out, and what is cut off."""
        before, after = self.padding
        start = u * self.stride - before
        d = self.dilation
        first = max(0, -(start // d))
        end = n + after if after < 0 else n
        last = min(self.kernel - 1, (end - 1 - start) // d)
        return range(start + first * d, start + last * d + 1, d) if first <= last else range(0)

    def period(self, n: int) -> tuple[int, int] | None:
        """Every output reads as the one before, a stride further."""
        return 1, self.stride

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The whole window."""
        start = u * self.stride - self.padding[0]
        return range(start, start + self.extent, self.dilation)

    def count_dropped(self, n: int) -> int:
        """How many input elements at the end no window reaches because the stride skips them.

        >>> Window(kernel=2, stride=2).count_dropped(7)
        1
        """
        end = (self.positions(n) - 1) * self.stride - self.padding[0] + self.extent
        return max(0, n - end)


class BorderedWindow(NamedTuple):
    """A sliding window over a map that is continued by its own values: see `copied_place`.

    The fields are those of a `Window`.
    """

    kernel: int
    stride: int = 1
    dilation: int = 1
    padding: tuple[int, int] = (0, 0)
    rounding: str = "floor"
    rule: str = ""
    mode: str = "reflect"

    @property
    def extent(self) -> int:
        """The elements a window spans from its first tap to its last."""
        return (self.kernel - 1) * self.dilation + 1

    def positions(self, n: int) -> int:
        """How many places the window can stop at along `n` elements."""
        before, after = self.padding
        return ROUNDING[self.rounding](n + before + after - self.extent, self.stride, n + before)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs that output `u` reads, those beyond the ends where they are copied from.

        Raises TooMuch.

        >>> list(BorderedWindow(3, padding=(1, 1), mode="circular").taps(0, 5))
        [0, 1, 4]
        """
        start = u * self.stride - self.padding[0]
        last = start + self.extent - 1
        if start >= 0 and last < n:
            return range(start, last + 1, self.dilation)
        if self.mode == "circular" and self.dilation == 1 and self.extent >= n:
            return range(n)
        if self.mode != "circular" and self.dilation == 1:
            # What is mirrored or repeated of a stretch is a stretch, which turns at the ends.
            ends = [copied_place(place, n, self.mode) for place in (start, last)]
            ends += [end for end in (0, n - 1) if start <= end <= last]
            return range(min(ends), max(ends) + 1)
        if self.kernel > _MOST:
            raise TooMuch(f"a unit reads more than {_MOST:,} places beyond the ends of an axis")
        places = range(start, last + 1, self.dilation)
        return sorted({copied_place(place, n, self.mode) for place in places})

    def period(self, n: int) -> tuple[int, int] | None:
        """Every output reads as the one before, a stride further."""
        return 1, self.stride

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The whole window: the continuation is taken for the map."""
        start = u * self.stride - self.padding[0]
        return range(start, start + self.extent, self.dilation)

    def count_dropped(self, n: int) -> int:
        """How many input elements at the end no window reaches because the stride skips them."""
        end = (self.positions(n) - 1) * self.stride - self.padding[0] + self.extent
        # A circle begins with the last elements.
        return max(0, n - end - (self.padding[0] if self.mode == "circular" else 0))


def copied_place(place: int, n: int, mode: str) -> int:
    """The element that is copied to a place, which may lie beyond the ends of `n` elements.

    `mode`: `reflect` mirrors at the centre of the last element, `replicate` repeats it,
    `circular` starts again from the other end.

    >>> [copied_place(place, 3, "reflect") for place in range(-2, 4)]
    [2, 1, 0, 1, 2, 1]
    """
    if mode == "replicate":
        return min(max(place, 0), n - 1)
    if mode == "circular":
        return place % n
    return n - 1 - abs(n - 1 - abs(place))


class TransposedWindow(NamedTuple):
    """The transpose of a sliding window: every input is spread over `kernel` outputs.

    `padding` is how much is cut from each side of the full output `(n - 1) * stride + extent`
    (PyTorch's meaning); a negative cut extends it by zeros, as `output_padding` does at the end.
    """

    kernel: int
    stride: int = 1
    dilation: int = 1
    padding: tuple[int, int] = (0, 0)
    rule: str = ""

    @property
    def extent(self) -> int:
        """The outputs one input is spread over, from first to last."""
        return (self.kernel - 1) * self.dilation + 1

    def positions(self, n: int) -> int:
        """The size of the output for `n` inputs.

        >>> TransposedWindow(kernel=4, stride=2, padding=(1, 1)).positions(16)
        32
        """
        return (n - 1) * self.stride + self.extent - sum(self.padding)

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs that reach output `u`: all i for which u + cut - i*stride is a tap's place.

        >>> list(TransposedWindow(kernel=3, stride=2).taps(2, 4))
        [0, 1]
        """
        reached = self.reach(u, n)
        first = reached.start if reached.start >= 0 else reached.start % reached.step
        return range(first, min(reached.stop, n), reached.step)

    def period(self, n: int) -> tuple[int, int] | None:
        """A stride of outputs reads one input after the other."""
        return self.stride, 1

    def reach(self, u: int, n: int) -> range:
        """All i, also outside the input, for which u + cut - i*stride is the place of a tap."""
        s, d = self.stride, self.dilation
        place = u + self.padding[0]
        first = -(((self.kernel - 1) * d - place) // s)
        last = place // s
        # i*s = place (mod d) has one solution modulo d/g, or none.
        g = gcd(s, d)
        if place % g:
            return range(0)
        step = d // g
        if step > 1:
            first += (place // g * pow(s // g, -1, step) - first) % step
        return range(first, last + 1, step)


class AdaptiveWindow(NamedTuple):
    """Pooling to a given size: output u of `target` reads [floor(u n/t), ceil((u+1) n/t))."""

    target: int

    def positions(self, n: int) -> int:
        """The size asked for."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """The inputs of window `u`; neighbouring windows may overlap."""
        return range(u * n // self.target, -(-(u + 1) * n // self.target))

    def period(self, n: int) -> tuple[int, int] | None:
        """The ratio of the sizes in lowest terms."""
        g = gcd(n, self.target)
        return self.target // g, n // g

    def reach(self, u: int, n: int) -> Sequence[int]:
        """The taps: there is no padding."""
        return self.taps(u, n)

    def reads(self, n: int) -> int:
        """The elements of all windows together: `n` and one more for each boundary inside one.

        >>> AdaptiveWindow(3).reads(7)
        9
        """
        return n + self.target - gcd(n, self.target)


class Everything(NamedTuple):
    """Every output reads every input: global pooling, flatten and dense, full attention.

    `target` is the size of the output along this axis; 1 where the axis is gone.
    """

    target: int = 1

    def positions(self, n: int) -> int:
        """The size of the output along this axis."""
        return self.target

    def taps(self, u: int, n: int) -> Sequence[int]:
        """All of them."""
        return range(n)

    def period(self, n: int) -> tuple[int, int] | None:
        """None: it does not move."""
        return None

    def reach(self, u: int, n: int) -> Sequence[int]:
        """All of them."""
        return range(n)


def length(places: Sequence[int]) -> int:
    """How many places are read. `len` fails where a range has 2^63 of them.

    >>> length(range(0, 2**70, 2)) == 2**69, length(range(3, 3))
    (True, 0)
    """
    if not isinstance(places, range):
        return len(places)
    return max(0, -((places.start - places.stop) // places.step))


_MOST = 1 << 16
"""The places that a unit reads are listed up to so many, where they are no stretch."""

Axis: TypeAlias = """
    Window | BorderedWindow | TransposedWindow | AdaptiveWindow | Everything
    | Resampling | Border | FractionalWindow
    | Single | Moved | Stretch | Picked | Listed | Pieces | Tiled | Regrouped
    | Blocks | Prefix | Recurrence
"""
"""How one axis is read. It is a text, for a network loads only those that it needs."""

Sliding = Window | BorderedWindow

SLIDING = (Window, BorderedWindow)
"""The readings that slide one window, whatever is beyond the borders."""
