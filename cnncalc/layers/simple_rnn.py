"""The plain recurrent layer."""

from __future__ import annotations

from typing import ClassVar

from cnncalc.layers.base.recurrent import Recurrent


class SimpleRnn(Recurrent):
    """Reads a sequence step by step: h ← tanh(W·x + U·h + b).

    Output: the last state, a vector of `units` features (`return: last`), or the state of every
    step, a map of `units` channels (`return: sequence`); `bidirectional: concat` doubles them.
    Weights: per layer and direction units × (channels + units), and `units` biases in Keras,
    2·units in PyTorch.
    MACs: steps × the weights without the biases. Of other arithmetic, per unit and step: the
    biases and one activation.
    Window: the last state sees everything, the state of step t the steps up to t; with two
    directions everything.
    """

    source = "Elman 1990; RNN documentation of Keras and PyTorch"
    example = "- simple_rnn: {units: 32, return: sequence, bias: false}"
    gates = 1
    gate_names = ("state",)
    cell: ClassVar = {"exp": 1}
