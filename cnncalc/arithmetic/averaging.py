"""What the average of a window divides by where the window reaches beyond the input, along one axis.

Of several axes the product divides. Sources: the rows measured of each runtime, see `dialects/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.arithmetic.windows import Window


def _inputs(window: Window, u: int, n: int) -> int:
    return len(window.taps(u, n))


def _kernel(window: Window, u: int, n: int) -> int:
    return window.kernel


def _with_padding(window: Window, u: int, n: int) -> int:
    # Only the end can stick out of what is padded: the first window begins where that begins.
    start = u * window.stride - window.padding[0]
    room = n + window.padding[1] - start
    return min(window.kernel, max(0, -(-room // window.dilation)))


DIVISORS: dict[str, Callable[[Window, int, int], int]] = {
    "read": _inputs,
    "kernel": _kernel,
    "padded": _with_padding,
}
"""The divisor of output `u` of a window over `n` elements, by the name of the rule.

`read`: the elements that it reads. `kernel`: all of the window. `padded`: those of the window that
lie in the input or in the padding that was asked for, as PyTorch counts where `ceil` lets a window
stick out of both.
"""
