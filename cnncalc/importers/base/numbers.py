"""Arithmetic of a result with a number, which is a `rescaling`: x + 1, x - 1, 1 - x, x * 2, x / 2, -x."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.importers.base.description import Data

NEGATION: Data = {"scale": -1}


def rescaling(op: str, number: Any, *, is_first: bool = False) -> Data | None:
    """The keys of the layer that a sum, difference, product or quotient with a number is.

    The number may be the first operand. No keys are nothing that is changed; None is no such layer, or none
    that a spec can say.

    >>> rescaling("divide", 4), rescaling("subtract", 1, is_first=True), rescaling("add", 0.0)
    ({'scale': 0.25}, {'scale': -1, 'offset': 1}, {})
    """
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return None
    if op == "divide" and (is_first or number == 0):
        return None
    if op == "subtract":
        return rescaling_by(-1, number) if is_first else rescaling_by(1, -number)
    if op == "add":
        return rescaling_by(1, number)
    if op in ("multiply", "divide"):
        return rescaling_by(number if op == "multiply" else 1 / number, 0)
    return None


def rescaling_by(scale: float, offset: float) -> Data | None:
    """The keys of a product and a sum, as above."""
    # What is no number, or endless, is not below the limit either.
    if not all(abs(n) <= LIMIT for n in (scale, offset)):
        return None
    said = {"scale": _whole(scale), "offset": _whole(offset)}
    return {key: n for key, n in said.items() if n != (key == "scale")}


def the_number(numbers: Sequence[float] | None) -> float | None:
    """The one that all numbers of a constant are; None if they differ, or are not known."""
    return numbers[0] if numbers and len(set(numbers)) == 1 else None


def _whole(number: float) -> float:
    """A number as people write it: 2 for 2.0."""
    return int(number) if float(number).is_integer() else number
