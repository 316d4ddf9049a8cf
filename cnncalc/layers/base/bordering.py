"""Maps that are continued beyond their ends: by zeros, or by their own values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import BorderedWindow, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.resampling import Border

BORDER = Choice("zeros", "reflect", "replicate", "circular")
PADDING_MODE = key(BORDER, "zeros", help="what is added around the input; changes no count")


def border_axis(n: int, amount: tuple[int, int], mode: str, key: str) -> Window | Border:
    """An axis of `n` with `amount` (before, after) added, or cut off where that is negative.

    Raises Refusal, with `key` at fault, where nothing is left or the axis has too few elements.
    """
    most = max(amount)
    left = n + min(amount[0], 0) + min(amount[1], 0)
    # Mirrored and repeated elements may be cut off themselves; zeros and circles need a rest.
    least = {"zeros": 0, "circular": 1}.get(mode, left)
    if left < least or n + sum(amount) < 1:
        raise _impossible(f"nothing is left of an axis of {n} with {list(amount)}", key)
    if mode == "reflect" and most >= n:
        raise _impossible(f"an axis of {n} reflects at most {n - 1} elements, not {most}", key)
    if mode == "circular" and most > n:
        raise _impossible(f"an axis of {n} goes round once, {most} are more", key)
    if mode == "zeros":
        return Window(padding=amount, rule="explicit")
    # Hardly a network needs it.
    from cnncalc.arithmetic.resampling import Border

    return Border(amount, mode)


def continue_windows(
    windows: tuple[Window, ...], size: Sequence[int], mode: str, key: str = "padding"
) -> tuple[Window | BorderedWindow, ...]:
    """The windows over a map that is continued as `mode` says, in the place of zeros.

    Raises Refusal, with `key` at fault, where that is not possible.
    """
    if mode == "zeros":
        return windows
    for window, n in zip(windows, size, strict=True):
        border_axis(n, window.padding, mode, key)
    return tuple(BorderedWindow(*w, mode) if any(w.padding) else w for w in windows)


def _impossible(why: str, key: str) -> Refusal:
    return Refusal("E311", f"this padding is not possible: {why}", key=key, operands=True)
