"""Fully connected layers, products of matrices, and recurrent cells."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import broadcast
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.products import product
from cnncalc.importers.base.onnx.walk import batch_behind
from cnncalc.importers.base.tflite.windows import add_layer, apply

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]


def dense(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """FULLY_CONNECTED: of rows of as many numbers as the weights have; raises Unreadable."""
    x, weight = tensor(node, operands), tensor(node, operands, 1)
    bias = operands[2] if len(operands) > 2 else None
    if len(weight.dims) != 2 or not weight.elements or x.elements % weight.dims[1]:
        raise Unreadable(
            f"{title(node)} multiplies {list(x.dims)} by {list(weight.dims)}", node.line
        )
    units, features = weight.dims
    if not node.attributes.get("keep_num_dims") or x.dims[-1] != features:
        flat = (x.elements // features, features)
        x = walk.reshape(node, x, flat, batch_behind(x, flat, node))
    dims = (*x.dims[:-1], units)
    macs = prod(dims) * features
    if not weight.is_constant or (bias is not None and not bias.is_constant):
        return apply(walk, node, product(walk, node, x, _turn(walk, node, weight), dims, bias))
    if not x.axes or x.batch == len(x.dims) - 1 or x.form:
        params = walk.count([weight, bias])
        return apply(walk, node, walk.opaque(node, [x], dims, x.batch, params=params, macs=macs))
    return add_layer(walk, node, "dense", {"units": units}, x, [weight, bias], dims, macs)


def batch_matmul(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """BATCH_MATMUL: of the last two axes, either operand turned round; raises Unreadable."""
    a, b = tensor(node, operands), tensor(node, operands, 1)
    if min(len(a.dims), len(b.dims)) < 2:
        raise Unreadable(f"{title(node)} multiplies {list(a.dims)} by {list(b.dims)}", node.line)
    a = _turn(walk, node, a) if node.attributes["adj_x"] else a
    b = _turn(walk, node, b) if node.attributes["adj_y"] else b
    if a.dims[-1] != b.dims[-2]:
        raise Unreadable(f"{title(node)} multiplies {list(a.dims)} by {list(b.dims)}", node.line)
    dims = (*broadcast(a.dims[:-2], b.dims[:-2]), a.dims[-2], b.dims[-1])
    if (
        b.is_constant
        and b.learnt
        and len(b.dims) == 2
        and a.axes
        and not a.form
        and a.batch != len(a.dims) - 1
    ):
        macs = prod(dims) * a.dims[-1]
        return add_layer(walk, node, "dense", {"units": dims[-1]}, a, [b, None], dims, macs)
    return product(walk, node, a, b, dims, None)


def _turn(walk: MapWalk, node: Node, x: Value) -> Value:
    *rest, rows, columns = x.dims
    if x.is_constant:
        return x._replace(dims=(*rest, columns, rows), numbers=None)
    rank = len(x.dims)
    return walk.permute(node, x, (*range(rank - 2), rank - 1, rank - 2))


_GATES = {"UNIDIRECTIONAL_SEQUENCE_LSTM": 4, "UNIDIRECTIONAL_SEQUENCE_RNN": 1}
_LSTM_WEIGHTS = range(1, 9)
_LSTM_BIASES = range(12, 16)
_LSTM_MORE = (9, 10, 11, 16, 17, 20, 21, 22, 23)
"""Looks at the cell, projections, and norms inside."""


def cell(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """Recurrent operators that run through a sequence; what no kind has is opaque; raises Unreadable."""
    x = tensor(node, operands)
    states = [value for value in operands if value is not None and value.source.startswith("state")]
    weights = [
        value
        for value in operands[1:]
        if value is not None and value.is_constant and value not in states
    ]
    matrices = [value for value in weights if len(value.dims) == 2]
    known = walk.tensor(node.outputs[0]).dims
    time_major = bool(node.attributes.get("time_major"))
    steps = x.dims[0 if time_major else 1] if len(x.dims) == 3 else 1
    macs = steps * sum(value.elements for value in matrices)
    plain = node.op in _GATES and len(x.dims) == len(known) == 3 and not time_major
    if plain and node.op == "UNIDIRECTIONAL_SEQUENCE_LSTM":
        held = [operands[i] if i < len(operands) else None for i in (*_LSTM_WEIGHTS, *_LSTM_BIASES)]
        more = [operands[i] for i in _LSTM_MORE if i < len(operands)]
        plain = None not in held and not any(more)
    if not plain or x.batch != 0:
        params = walk.count(weights)
        batch = (1 if time_major else 0) if len(known) == 3 else 0
        return walk.opaque(node, [x], known, batch, params=params, macs=macs)
    units = known[2]
    keys: Data = {"units": units, "return": "sequence"}
    gates = _GATES[node.op]
    stored = gates * units * (x.dims[2] + units + 1)
    if sum(value.elements for value in weights) != stored:
        return walk.opaque(node, [x], known, 0, params=walk.count(weights), macs=macs)
    kind = "lstm" if gates > 1 else "simple_rnn"
    dims: Dims = (x.dims[0], steps, units)
    return walk.add_weighted(node, kind, keys, x, weights, dims, 0, macs=macs)


def svdf(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """SVDF: a filter of features for each place, and one of the last steps of time."""
    x = tensor(node, operands)
    weights = [value for value in operands[1:4] if value is not None and value.is_constant]
    macs = sum(value.elements for value in weights if len(value.dims) == 2)
    known = walk.tensor(node.outputs[0]).dims
    return walk.opaque(node, [x], known, x.batch, params=walk.count(weights), macs=macs)
