"""Leaky rectified linear unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise, leaky_relu
from cnncalc.calculator.kinds import REAL
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class LeakyRelu(Elementwise):
    """The leaky rectified linear unit: g(z) = z, and slope·z for z < 0.

    With a slope s ≤ 1 this is max(s·z, z), as the cheat sheet has it. The slope is 0.01 by default
    in PyTorch, 0.3 in Keras.
    """

    source = "Maas et al. 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models"
    examples = ("leaky-relu -1,2", "leaky-relu -1,2 --slope 0.3")

    slope: float = key(REAL, 0.01, help="what negative numbers are multiplied by")

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        w.remark("the slope is 0.01 by default in PyTorch (negative_slope), 0.3 in Keras")
        slope = w.add_given("s", self.slope, "slope")
        return partial(leaky_relu, slope=slope)
