"""Softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import NUMBERS
from cnncalc.layers.base.keys import key
from cnncalc.working.traced import exp
from cnncalc.working.vectors import largest, sum_over

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
        return _rows(w, w.array("z", self.z), "")


def _rows(w: Plain, z: Any, place: str) -> Any:
    """Softmax along the last axis; `place` is what names end with."""
    if not isinstance(z[0], tuple):
        return _row(w, z, place)
    return tuple(_rows(w, part, f"{place}_{i}") for i, part in enumerate(z, 1))


def _row(w: Plain, z: Any, place: str) -> Any:
    most = w.let(f"m{place}", largest(z))
    powers = w.map(f"t{place}", lambda number: exp(number - most), z)
    total = w.let(f"S{place}", sum_over(lambda power: power, powers))
    return w.map(f"p{place}", lambda power: power / total, powers)
