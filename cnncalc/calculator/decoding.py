"""What the numbers mean that a detector predicts for an anchor in a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import Bad, show
from cnncalc.working.traced import exp

if TYPE_CHECKING:
    from collections.abc import Sequence


def sigmoid(x: Any) -> Any:
    """1 / (1 + e^−x), for any x."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def softmax(logits: Sequence[float]) -> list[float]:
    """The shares of e^x, for any x."""
    largest = max(logits)
    powers = [exp(x - largest) for x in logits]
    whole = sum(powers)
    return [power / whole for power in powers]


def grow(side: Any, t: Any) -> Any:
    """A side times e^t; raises Bad where that is no float."""
    try:
        return side * exp(t)
    except OverflowError:
        raise Bad(f"has a side whose logarithm is {show(t)}, which no float holds") from None
