"""What Darknet calls activations, and what its recurrent layers hold, as its weights file has it.

Source: src/activations.c, src/rnn_layer.c, src/gru_layer.c and src/lstm_layer.c of AlexeyAB/darknet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data

ACTIVATIONS: dict[str, Any] = {
    "linear": None,
    "leaky": {"leaky_relu": {"slope": 0.1}},
    "relu": "relu",
    "relu6": "relu6",
    "mish": "mish",
    "silu": "silu",
    "swish": "silu",
    "logistic": "sigmoid",
    "tanh": "tanh",
    "elu": "elu",
    "selu": "selu",
    "gelu": "gelu",
    "hard_mish": None,
}
"""Darknet's names, and YOLOR's. What is not among them has no weights, and is left out."""

KERNELS: dict[str, Callable[[int, int, int], Sequence[tuple[int, int]]]] = {
    "rnn": lambda inputs, hidden, units: [(inputs, hidden), (hidden, hidden), (hidden, units)],
    "gru": lambda inputs, hidden, units: [(inputs, units), (units, units)] * 3,
    "lstm": lambda inputs, hidden, units: [(inputs, units), (units, units)] * 4,
}
"""The connected layers of each type, as inputs and outputs; the state of `rnn` is `hidden` wide."""


def count_cell(kernels: Sequence[tuple[int, int]], *, normed: bool) -> Data:
    """Parameters, buffers and multiply-accumulates of one step as keys of `opaque`.

    Each layer has a bias per output; where it is `normed` a factor more, the mean and the variance.

    >>> count_cell([(2, 3)], normed=True)
    {'params': 12, 'buffers': 6, 'macs': 6}
    """
    weights = sum(inputs * outputs for inputs, outputs in kernels)
    outputs = sum(outputs for _, outputs in kernels)
    params = weights + outputs * (2 if normed else 1)
    return {"params": params, "buffers": 2 * outputs if normed else 0, "macs": weights}
