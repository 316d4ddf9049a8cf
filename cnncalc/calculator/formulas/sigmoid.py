"""Logistic function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise, sigmoid

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Sigmoid(Elementwise):
    """The logistic function: g(z) = 1 / (1 + e^−z).

    For z < 0 the same is computed as e^z / (1 + e^z): e^−z would overflow below −709.
    """

    source = "the logistic distribution's function; Verhulst 1845"
    examples = ("sigmoid -1,0,2", "sigmoid -1e308")

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        w.remark("for z < 0 the fraction 1 / (1 + e^−z) is multiplied by e^z above and below,"
                 " so that nothing overflows")  # fmt: skip
        return sigmoid
