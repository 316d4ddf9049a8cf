"""Activations of one number, and the formulas that apply them to each number of an input.

Each takes a branch where the textbook's one line would overflow or lose digits: nothing is infinite
on the way, whatever the input, and so nothing infinite is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import NUMBERS
from cnncalc.layers.base.keys import key
from cnncalc.working.traced import erf, erfc, exp, expm1, maximum

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""λ and α of Klambauer et al. 2017, for which mean 0 and variance 1 are a fixed point."""

ROOT = math.sqrt(2)
TANH_GELU = (math.sqrt(2 / math.pi), 0.044715)
"""c and k of Hendrycks & Gimpel's approximation of GELU: u = c·(z + k·z³)."""


class Elementwise(Formula):
    """Base of the activations of each number: subclasses say which function."""

    topic = "activations"

    z: Any = key(
        NUMBERS, help="a number, a list, or lists in lists: 1,-2 or [[1,2],[3,4]] or a file"
    )

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """What is done to each number; its constants are given to `w`."""
        raise NotImplementedError

    def work(self, w: Plain) -> Any:
        """The function of each number, in the form of the input."""
        z = w.array("z", self.z)
        return w.map("g", self.function(w), z)


def relu(z: Any) -> Any:
    """max(0, z)."""
    return maximum(0, z)


def leaky_relu(z: Any, slope: Any) -> Any:
    """z, and slope·z of negative numbers."""
    return slope * z if z < 0 else z


def elu(z: Any, alpha: Any) -> Any:
    """z, and α·(e^z − 1) of negative numbers."""
    return alpha * expm1(z) if z < 0 else z


def selu(z: Any, scale: Any, alpha: Any) -> Any:
    """λ·ELU(z)."""
    return scale * elu(z, alpha)


def sigmoid(z: Any) -> Any:
    """1 / (1 + e^−z), which for z < 0 is e^z / (1 + e^z)."""
    if z < 0:
        return exp(z) / (1 + exp(z))
    return 1 / (1 + exp(-z))


def silu(z: Any) -> Any:
    """z·σ(z)."""
    if z < 0:
        return z * exp(z) / (1 + exp(z))
    return z / (1 + exp(-z))


def gelu(z: Any, root: Any = ROOT) -> Any:
    """z·Φ(z) with the normal distribution Φ; for z < 0, where 1 + erf would cancel, by erfc."""
    if z < 0:
        return z / 2 * erfc(-z / root)
    return z / 2 * (1 + erf(z / root))


def gelu_tanh(z: Any, c: Any, k: Any) -> Any:
    """z/2·(1 + tanh u) with u = c·(z + k·z³), written as z·σ(2u)."""
    if abs(z) > 40:
        # σ is 0 or 1 to the last digit long before, and z³ would overflow.
        return maximum(0, z)
    return z * sigmoid(2 * c * (z + k * z**3))
