"""Long short-term memory."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.recurrent import Recurrent


class Lstm(Recurrent):
    """Long short-term memory: reads a sequence with four gates and a cell state.

    Output: the last state, a vector of `units` features (`return: last`), or the state of every
    step, a map of `units` channels (`return: sequence`); `bidirectional: concat` doubles them, a
    `projection` takes their place.
    Weights: per layer and direction 4·units × (channels + units), and 4·units biases in Keras,
    2·4·units in PyTorch; with a projection r, 4·units × (channels + r) and r × units.
    MACs: steps × the weights without the biases. Of other arithmetic, per unit and step: the
    biases, five activations, three products and a sum.
    Window: the last state sees everything, the state of step t the steps up to t; with two
    directions everything.
    """

    source = "Hochreiter & Schmidhuber 1997; LSTM documentation of Keras and PyTorch"
    example = "- lstm: {units: 70, return: last, bias: false}"
    gates = 4
    gate_names = ("input", "forget", "cell", "output")
    cell: ClassVar = {"exp": 5, "multiply": 3, "add": 1}

    projection: int | None = key(
        COUNT,
        None,
        symbol="r",
        help="features the state is reduced to (PyTorch only)",
    )
