"""What the average of a window divides by where the window reaches beyond the input, along one axis.

Of several axes the product divides. Sources: the rows measured of each runtime, see `dialects/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.arithmetic.windows import Window


def _taps(window: Window, u: int, first: int, end: int) -> int:
    """How many taps of window `u` lie from `first` on and before `end`."""
    start = u * window.stride - window.padding[0]
    d = window.dilation
    low = max(0, -((start - first) // d))
    high = min(window.kernel - 1, (end - 1 - start) // d)
    return max(0, high - low + 1)


def _inputs(window: Window, u: int, n: int) -> int:
    return _taps(window, u, 0, n)


def _kernel(window: Window, u: int, n: int) -> int:
    return window.kernel


def _with_padding(window: Window, u: int, n: int) -> int:
    return _taps(window, u, -window.padding[0], n + window.padding[1])


def _before(window: Window, u: int, n: int) -> int:
    return _taps(window, u, -window.padding[0], n + window.padding[0])


def _twice(window: Window, u: int, n: int) -> int:
    return _taps(window, u, -window.padding[0], n + sum(window.padding))


DIVISORS: dict[str, Callable[[Window, int, int], int]] = {
    "inputs": _inputs,
    "kernel": _kernel,
    "padded": _with_padding,
    "before": _before,
    "twice": _twice,
}
"""The divisor of output `u` of a window over `n` elements, by the name of the rule.

`inputs`: the elements that it reads. `kernel`: all of the window. `padded`: those of the window that
lie in the input or in the padding that was asked for, as PyTorch counts where `ceil` lets a window
stick out of both. `before`: the same, as if what is padded before the input stood behind it, too.
`twice`: the same, with what is padded on both sides behind the input.
"""


def divisors_at_borders(rule: str, window: Window, n: int) -> list[int]:
    """What the outputs divide by, from the first to the last; of many those at the borders alone.

    >>> from cnncalc.arithmetic.windows import Window
    >>> divisors_at_borders("inputs", Window(3, 2, padding=(1, 1)), 7)
    [2, 3, 3, 2]
    """
    count = window.positions(n)
    units = range(count) if count <= 2 * _EDGE else (*range(_EDGE), *range(count - _EDGE, count))
    return [DIVISORS[rule](window, u, n) for u in units]


_EDGE = 64
"""So many outputs at either end are looked at: no window of a network has so much padding."""
