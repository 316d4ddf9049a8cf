"""Loops of OpenVINO, built with its own operators, as it writes them.

`python -m tools.truth.openvino_loops ARCHIVE [XML...]` writes a zip archive: of each network its XML and its
weights. How often a step runs, and what it holds, stands in `facts.json`: `params`, `macs`, `outputs`. Further
files are put beside them: `text_conv_lstm.xml` is a network of Keras with an LSTM, as OpenVINO converts it of
TensorFlow, of which Keras says the numbers; one of its parameters is alone, and looks like a constant.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import opset13 as ops

_DATE = (2026, 1, 1, 0, 0, 0)
_STEPS, _FEATURES, _UNITS = 6, 3, 4


def _weights(*shape: int) -> Any:
    return ops.constant(np.random.default_rng(0).uniform(0.1, 0.9, shape).astype(np.float32))


def _cell() -> Any:
    """A TensorIterator that runs a cell from the last step to the first, and gives all states."""
    x = ops.parameter([1, _STEPS, _FEATURES], np.float32, "x")
    one, h = (ops.parameter(shape, np.float32) for shape in ([1, 1, _FEATURES], [1, _UNITS]))
    row = ops.squeeze(one, ops.constant([1]))
    cell = ops.gru_cell(row, h, _weights(12, _FEATURES), _weights(12, _UNITS), _weights(12), _UNITS)
    whole = ops.unsqueeze(cell, ops.constant([1]))
    body = ov.Model([cell.output(0), whole.output(0)], [one, h])
    start = ops.constant(np.zeros((1, _UNITS), np.float32))
    loop = ops.tensor_iterator()
    loop.set_body(body)
    loop.set_sliced_input(one, x.output(0), -1, -1, 1, 0, 1)
    loop.set_merged_input(h, start.output(0), cell.output(0))
    out = loop.get_concatenated_slices(whole.output(0), -1, -1, 1, 0, 1)
    return ov.Model([ops.relu(out)], [x])


def _parts() -> Any:
    """A TensorIterator that takes two rows at once, and multiplies them."""
    x = ops.parameter([1, _STEPS, _FEATURES], np.float32, "x")
    part = ops.parameter([1, 2, _FEATURES], np.float32)
    made = ops.add(
        ops.matmul(part, _weights(_FEATURES, _UNITS), False, False), _weights(1, 1, _UNITS)
    )
    loop = ops.tensor_iterator()
    loop.set_body(ov.Model([made.output(0)], [part]))
    loop.set_sliced_input(part, x.output(0), 0, 2, 2, -1, 1)
    out = loop.get_concatenated_slices(made.output(0), 0, 2, 2, -1, 1)
    return ov.Model([ops.relu(out)], [x])


def _counted() -> Any:
    """A Loop of seven steps, each with a convolution."""
    x = ops.parameter([1, _FEATURES, 8, 8], np.float32, "x")
    state = ops.parameter([1, _FEATURES, 8, 8], np.float32)
    made = ops.convolution(
        state, _weights(_FEATURES, _FEATURES, 3, 3), [1, 1], [1, 1], [1, 1], [1, 1]
    )
    go = ops.constant(np.array(True))
    body = ov.Model([go.output(0), made.output(0)], [state])
    loop = ops.loop(ops.constant(np.array(7, np.int32)), ops.constant(np.array(True)))
    loop.set_function(body)
    loop.set_special_body_ports([-1, 0])
    loop.set_merged_input(state, x.output(0), made.output(0))
    out = loop.get_iter_value(made.output(0), -1)
    return ov.Model([ops.relu(out)], [x])


MODELS = {"cell": _cell, "parts": _parts, "counted": _counted}
FACTS = {
    "cell": {
        "params": 12 * (_FEATURES + _UNITS + 1),
        "macs": _STEPS * 12 * (_FEATURES + _UNITS),
        "outputs": [[_STEPS, _UNITS]],
    },
    "parts": {
        "params": _FEATURES * _UNITS + _UNITS,
        "macs": _STEPS * _FEATURES * _UNITS,
        "outputs": [[_STEPS, _UNITS]],
    },
    "text_conv_lstm": {"params": 2383, "macs": 36490, "outputs": [[1]]},
    "counted": {"params": 81, "macs": 7 * 64 * 81, "outputs": [[_FEATURES, 8, 8]]},
}


def main(archive: str, *more: str) -> None:
    """Write the archive."""
    with (
        zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out,
        tempfile.TemporaryDirectory() as folder,
    ):
        for name, make in MODELS.items():
            path = Path(folder, f"{name}.xml")
            ov.serialize(make(), path)
            more = (*more, str(path))
        for name in more:
            path = Path(name)
            for part in (path, path.with_suffix(".bin")):
                out.writestr(
                    zipfile.ZipInfo(part.name, _DATE), part.read_bytes(), zipfile.ZIP_DEFLATED
                )
        out.writestr(
            zipfile.ZipInfo("facts.json", _DATE), json.dumps(FACTS, indent=1), zipfile.ZIP_DEFLATED
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
