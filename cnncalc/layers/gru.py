"""Gated recurrent unit."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.recurrent import Recurrent


class Gru(Recurrent):
    """Gated recurrent unit: reads a sequence with three gates.

    Output: the last state, a vector of `units` features (`return: last`), or the state of every
    step, a map of `units` channels (`return: sequence`); `bidirectional: concat` doubles them.
    Weights: per layer and direction 3·units × (channels + units), and 2·3·units biases, or
    3·units where the reset gate comes before the product (Keras' `reset_after: false`).
    MACs: steps × the weights without the biases. Of other arithmetic, per unit and step: the
    biases, three activations, three products, a difference and a sum.
    Window: the last state sees everything, the state of step t the steps up to t; with two
    directions everything.
    """

    source = "Cho et al. 2014, arXiv:1406.1078; GRU documentation of Keras and PyTorch"
    example = "- gru: {units: 32, return: last}"
    gates = 3
    gate_names = ("reset", "update", "new")
    cell: ClassVar = {"exp": 3, "multiply": 3, "subtract": 1, "add": 1}

    reset_after: bool = key(
        FLAG, True, help="whether the reset gate acts after the product with the state (Keras only)"
    )

    @property
    def biases(self) -> int:
        """Acting after the product, the reset gate needs the bias of the state by itself."""
        return 2 if self.reset_after and self.rules.gru_state_biases == "all" else 1

    def _weights(self, i: int, above: int) -> dict[str, tuple[int, ...]]:
        """Of the state, the new state alone may have a bias."""
        weights = super()._weights(i, above)
        if self.bias and self.reset_after and self.rules.gru_state_biases == "new":
            weights["bias_new"] = (*weights["bias"][:-1], self.units)
        return weights
