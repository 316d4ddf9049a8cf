"""Softmax."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import NUMBERS
from cnncalc.layers.base.keys import key
from cnncalc.working.steps import PLAIN
from cnncalc.working.traced import exp
from cnncalc.working.vectors import largest, plain_values, sum_over

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Softmax(Formula):
    """Numbers as probabilities: e^z_i over the sum of all e^z_j; each row of a matrix for itself.

    The largest number m is subtracted first, which changes nothing, for e^−m is a factor above and
    below, and keeps every power at most 1.
    """

    topic = "activations"
    source = "Bridle 1990; the subtraction as in the documentation of PyTorch and Keras"
    examples = ("softmax 1,2,3", "softmax '[[1,2],[3,3]]'", "softmax 1e308,-1e308")

    z: Any = key(NUMBERS, help="a list, or lists in lists, of which the last axis is taken")

    def work(self, w: Plain) -> Any:
        """See the class."""
        if not isinstance(self.z, tuple):
            return _row(w, w.array("z", (self.z,)), "")[0]
        rows = _Rows(w)
        found = rows.of(w.array("z", self.z), "")
        if rows.left:
            rest = "row is" if rows.left == 1 else "rows are"
            w.remark(f"{rows.left:,} more {rest} computed in the same way")
        return found


class _Rows:
    """Softmax along the last axis, row by row: with steps as long as there is room for them."""

    def __init__(self, w: Plain) -> None:
        self.w = w
        self.left = 0
        """The rows without steps."""
        self._is_first = True

    def of(self, z: Any, place: str) -> Any:
        """The softmax of an array; `place` is what names end with."""
        if isinstance(next(plain_values(z)), tuple):
            if not self.left:
                return tuple(self.of(part, f"{place}_{i}") for i, part in enumerate(z, 1))
            return tuple(self.of(part, place) for part in plain_values(z))
        # The first row is shown in any case, if only its beginning.
        if self._is_first or (not self.left and self.w.has_room(2 * len(z))):
            self._is_first = False
            return _row(self.w, z, place)
        self.left += 1
        return _row(PLAIN, tuple(plain_values(z)), place)


def _row(w: Plain, z: Any, place: str) -> Any:
    most = w.let(f"m{place}", largest(z))
    powers = w.map(f"t{place}", partial(_power, most=most), z)
    total = w.let(f"S{place}", sum_over(lambda power: power, powers))
    return w.map(f"p{place}", partial(_share, total=total), powers)


def _power(number: Any, most: Any) -> Any:
    return exp(number - most)


def _share(power: Any, total: Any) -> Any:
    return power / total
