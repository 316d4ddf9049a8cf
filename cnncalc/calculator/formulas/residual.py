"""Residual connection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula, load
from cnncalc.calculator.kinds import NUMBERS
from cnncalc.calculator.style import same_shapes
from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain

ACTIVATIONS = ("relu", "leaky-relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh", "none")


class Residual(Formula):
    """A residual connection: a[l+2] = g(a[l] + z[l+2]), element by element.

    g is applied after the sum, as in the first ResNets; `--activation none` is the sum alone, with
    which pre-activation ResNets end a block. Activations have their usual constants.
    """

    topic = "architectures"
    source = "He et al. 2015, arXiv:1512.03385; He et al. 2016, arXiv:1603.05027"
    examples = ("residual --a 1,2 --z -3,0.5", "residual 1,2 -3,0.5 --activation tanh")

    a: Any = key(NUMBERS, help="a[l]: what the shortcut carries")
    z: Any = key(NUMBERS, help="z[l+2]: what the layers between give, of the same shape")
    activation: str = key(Choice(*ACTIVATIONS), "relu", help="g")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_shapes(a=self.a, z=self.z)
        a, z = w.array("a", self.a, "a[l]"), w.array("z", self.z, "z[l+2]")
        return w.map("out", partial(_of_sum, self._function(w)), a, z)

    def _function(self, w: Plain) -> Callable[[Any], Any]:
        """The activation as `calc` has it, by its name."""
        if self.activation == "none":
            return lambda z: z
        found: Any = load(self.activation)(z=0)
        function: Callable[[Any], Any] = found.function(w)
        return function


def _of_sum(function: Callable[[Any], Any], one: Any, other: Any) -> Any:
    return function(one + other)
