"""Gaussian error linear unit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import ROOT, TANH_GELU, Elementwise, gelu, gelu_tanh
from cnncalc.layers.base.key_types import Choice
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Gelu(Elementwise):
    """The Gaussian error linear unit: g(z) = z·Φ(z) = z/2·(1 + erf(z/√2)).

    `--approximate tanh` is z/2·(1 + tanh(√(2/π)·(z + 0.044715·z³))) instead. For z < 0 the same is
    computed in forms that keep their digits: 1 + erf(t) = erfc(−t), and (1 + tanh u)/2 = σ(2u).
    """

    source = "Hendrycks & Gimpel 2016, arXiv:1606.08415"
    examples = ("gelu -1,2", "gelu -1,2 --approximate tanh")

    approximate: str = key(
        Choice("none", "tanh"), "none", help="the exact function, or tanh in place of erf"
    )

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        w.remark("PyTorch and Keras compute the exact function by default; GPT-2 was"
                 " trained with tanh")  # fmt: skip
        if self.approximate == "none":
            root = w.add_given("r", ROOT, "√2")
            return partial(gelu, root=root)
        w.remark(
            "(1 + tanh u) / 2 = 1 / (1 + e^(−2·u)), which keeps its digits where tanh u is near −1"
        )
        c, k = w.add_given("c", TANH_GELU[0], "√(2/π)"), w.add_given("k", TANH_GELU[1])
        return partial(gelu_tanh, c=c, k=k)
