"""The recurrent layers of Caffe, whose first axis is time: what is counted is one step.

Source: recurrent_layer.cpp, lstm_layer.cpp and rnn_layer.cpp of BVLC/caffe 1.0.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.importers.base.caffe_layers import Layer
    from cnncalc.importers.base.graph import Graph, Tensor


def step(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LSTM and RNN of a sequence and of what says where one begins; raises Unreadable."""
    options = layer.options("recurrent")
    units = options.integer("num_output", 0)
    if units < 1:
        raise layer.wrong("has no num_output")
    if len(reads) != 2 or options.flag("expose_hidden", default=False):
        raise layer.wrong("is read with two bottoms alone: the sequence, and where one begins")
    x, begins = reads
    if len(x.axes) < 2:
        raise layer.wrong("needs a sequence: the steps, the examples, and the features")
    examples, features = x.axes[0], prod(x.axes[1:])
    if layer.type == "LSTM":
        weights, biases = 4 * units * (features + units), 4 * units
    else:
        # From the input, from the state, and from the state to the output.
        weights, biases = units * (features + 2 * units), 2 * units
    made = graph.add_known(
        [x],
        (examples, units),
        layer.name,
        layer.line,
        params=weights + biases,
        macs=examples * weights,
    )
    graph.forget(begins)
    return [made]
