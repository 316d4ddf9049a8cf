"""What the recurrent layers of Darknet hold: connected layers, each as its weights file has it.

Source: src/rnn_layer.c, src/gru_layer.c and src/lstm_layer.c of AlexeyAB/darknet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data

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
