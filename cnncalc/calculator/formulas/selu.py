"""Scaled exponential linear unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import SELU_ALPHA, SELU_SCALE, Elementwise, selu

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Selu(Elementwise):
    """The scaled exponential linear unit: g(z) = λ·z, and λ·α·(e^z − 1) for z < 0.

    λ = 1.0507… and α = 1.6732… keep the mean at 0 and the variance at 1 from layer to layer.
    """

    source = "Klambauer et al. 2017, arXiv:1706.02515"
    examples = ("selu -1,2",)

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        scale, alpha = w.add_given("λ", SELU_SCALE), w.add_given("α", SELU_ALPHA)
        return partial(selu, scale=scale, alpha=alpha)
