"""Rectified linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise, relu

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Relu(Elementwise):
    """The rectified linear unit: g(z) = max(0, z)."""

    source = "Nair & Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines"
    examples = ("relu -1,2", "relu 0.5", "relu '[[1,-2],[-3,4]]'")

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        return relu
