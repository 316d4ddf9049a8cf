"""Hyperbolic tangent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise
from cnncalc.working.traced import tanh

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Tanh(Elementwise):
    """The hyperbolic tangent: g(z) = (e^z − e^−z) / (e^z + e^−z)."""

    source = "its definition"
    examples = ("tanh -1,0,2",)

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        found: Callable[[Any], Any] = tanh
        return found
