"""What averages divide by, as padding that counts and padding that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.arithmetic.windows import Window

    Pads = list[tuple[int, int]]

_COUNTED: dict[str, Callable[[Window], float]] = {
    "kernel": lambda window: float("inf"),
    "padded": lambda window: window.padding[1],
    "before": lambda window: window.padding[0],
    "twice": lambda window: sum(window.padding),
}
"""By the rule for divisors, how much is counted behind the map."""


def split_pads(rule: str, windows: Sequence[Window], pads: Pads) -> tuple[Pads, Pads]:
    """The `pads` of windows by a rule of `arithmetic.averaging`: what counts of them, and what stands behind it.

    Not for the rule `inputs`, by which none counts.
    """
    counted, rest = [], []
    for window, (before, after) in zip(windows, pads, strict=True):
        behind = after if after < 0 else int(min(after, max(0, _COUNTED[rule](window))))
        counted.append((before, behind))
        rest.append((0, after - behind))
    return counted, rest
