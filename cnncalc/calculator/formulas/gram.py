"""Gram matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.formula import Formula
from cnncalc.calculator.style import ACTIVATIONS, LAYOUT, by_channel, gram
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Gram(Formula):
    """The Gram matrix, or style matrix, of a layer's activations: G_kk' = Σ_i Σ_j a_ijk·a_ijk'.

    Its value is the matrix of n_C × n_C, symmetric. It is not divided by anything: many programs
    divide it by n_H·n_W·n_C, which `calc style-cost` does at the end instead.
    """

    topic = "recognition and style"
    source = "Gatys et al. 2015, arXiv:1508.06576"
    examples = ("gram '[[[1,2],[3,4]]]'", "gram '[[[1,3]],[[2,4]]]' --layout chw")

    activations: Any = key(
        ACTIVATIONS, help="n_H×n_W×n_C numbers, or positions×n_C, as JSON or a file"
    )
    layout: str = key(LAYOUT, "hwc", help="whether channels come last, or first")

    def work(self, w: Plain) -> Any:
        """See the class."""
        channels = by_channel(self.activations, self.layout)
        w.add_given("n_H", channels.height)
        w.add_given("n_W", channels.width)
        w.add_given("n_C", len(channels.values))
        found = gram(w, channels, "G", "a")
        w.remark("the matrix is not divided by n_H·n_W·n_C here; many programs do that")
        return found
