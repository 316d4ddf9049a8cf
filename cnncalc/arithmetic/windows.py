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
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.arithmetic.moving import Listed, Moved, Picked, Pieces, Single, Stretch, Tiled
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.resampling import Border, BorderedWindow, Resampling
from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Sequence


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

Axis = (
    Window
    | TransposedWindow
    | Resampling
    | Border
    | BorderedWindow
    | FractionalWindow
    | AdaptiveWindow
    | Everything
    | Single
    | Moved
    | Stretch
    | Picked
    | Listed
    | Pieces
    | Blocks
    | Tiled
    | Regrouped
    | Prefix
    | Recurrence
)
"""How one axis is read."""

Sliding = Window | BorderedWindow

SLIDING = (Window, BorderedWindow)
"""The readings that slide one window, whatever is beyond the borders."""
