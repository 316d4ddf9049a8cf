"""The layers of ncnn that hold weights or work element by element.

Each function reads one layer and gives what its blobs are. An axis counts from the outermost: a map is
channels, height, width; a matrix is rows, which are its channels here, and columns.
Source: docs/developer-guide/operators.md and src/layer of Tencent/ncnn.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.graph import axis_name
from cnncalc.importers.base.ncnn_layer import ABSENT, activation, place_of
from cnncalc.importers.base.numbers import NEGATION, rescaling, rescaling_by

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Axes, Graph, Tensor
    from cnncalc.importers.base.ncnn_layer import Layer


def connect(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """InnerProduct: of all, or of each row of a matrix that has as many columns as there are features.

    Raises Unreadable.
    """
    x, units, bias = reads[0], layer.integer(0, 0), layer.integer(1, 0)
    if units < 1:
        raise layer.wrong("does not say its 0=num_output")
    features = layer.integer(2, 0) // units
    if len(x.axes) == 2 and x.axes[1] == features and x.axes[0] != 1:
        params = units * features + (units if bias else 0)
        axes = (x.axes[0], units)
        return [
            graph.add_known(
                [x], axes, layer.name, layer.line, params=params, macs=prod(axes) * features
            )
        ]
    keys: Data = {"units": units, **({} if bias else {"bias": False}), **activation(layer)}
    return [graph.add("dense", keys, [x], (units,), layer.name, layer.line)]


def normalise_batch(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """BatchNorm: a factor, a summand, the mean and the variance."""
    return [graph.add("batch_norm", {}, reads, reads[0].axes, layer.name, layer.line)]


def scale(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Scale by learnt factors, or by a second blob; Bias is the summand alone. Raises Unreadable."""
    x, size = reads[0], layer.integer(0, 0)
    if layer.type == "Bias":
        return [graph.add_known([x], x.axes, layer.name, layer.line, params=size, each=True)]
    shift = bool(layer.integer(1, 0))
    if size == ABSENT and len(reads) == 2:
        if shift:
            raise layer.wrong("takes its bias from a blob, which is not known here")
        return [graph.add("multiply", {}, reads, x.axes, layer.name, layer.line)]
    keys: Data = {"axes": "channels" if size != 1 or x.axes[0] == 1 else []}
    if shift:
        keys["shift"] = True
    return [graph.add("scale", keys, [x], x.axes, layer.name, layer.line)]


def normalise_length(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Normalize: to length one, then a learnt factor."""
    x = reads[0]
    space, channels = layer.integer(0, 0), layer.integer(4, 1)
    axes = "all" if space and channels else "channels" if channels else "space"
    unit = graph.add("l2_norm", {"axes": axes}, [x], x.axes, f"{layer.name}_unit", layer.line)
    shared = layer.integer(1, 0) or layer.integer(3, 0) == 1
    keys: Data = {"axes": [] if shared else "channels"}
    return [graph.add("scale", keys, [unit], x.axes, layer.name, layer.line)]


def respond(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LRN across channels; within one it averages over space."""
    x = reads[0]
    if layer.integer(0, 0):
        return [graph.add_known([x], x.axes, layer.name, layer.line)]
    keys = {"size": layer.integer(1, 5)}
    return [graph.add("local_response_norm", keys, [x], x.axes, layer.name, layer.line)]


def normalise_group(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """GroupNorm and InstanceNorm."""
    x = reads[0]
    if layer.type == "InstanceNorm":
        keys: Data = {"affine": bool(layer.integer(2, 1))}
        return [graph.add("instance_norm", keys, [x], x.axes, layer.name, layer.line)]
    keys = {"groups": layer.integer(0, 1)}
    if not layer.integer(3, 1):
        keys |= {"scale": False, "center": False}
    return [graph.add("group_norm", keys, [x], x.axes, layer.name, layer.line)]


def normalise_rows(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """LayerNorm and RMSNorm: over the last axis, or the last two."""
    x, size = reads[0], layer.integer(0, 0)
    count = 2 if len(x.axes) > 2 and size == prod(x.axes[-2:]) else 1
    names = [axis_name(x.axes, place) for place in range(len(x.axes) - count, len(x.axes))]
    keys: Data = {"axes": names[0] if count == 1 else names}
    affine = bool(layer.integer(2, 1))
    if layer.type == "LayerNorm" and not affine:
        keys |= {"scale": False, "center": False}
    if layer.type == "RMSNorm":
        params = size if affine else 0
        return [graph.add_known([x], x.axes, layer.name, layer.line, params=params)]
    return [graph.add("layer_norm", keys, [x], x.axes, layer.name, layer.line)]


_BINARY = {0: "add", 1: "subtract", 2: "multiply", 4: "maximum", 5: "minimum"}
_ELTWISE = {0: "multiply", 1: "add", 2: "maximum"}


def merge(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Eltwise of equal shapes, and BinaryOp, whose operands are spread; raises Unreadable."""
    x, way = reads[0], layer.integer(0, 0)
    kind = _ELTWISE.get(way) if layer.type == "Eltwise" else _BINARY.get(way)
    if len(reads) == 1:
        if layer.type == "Eltwise":
            raise layer.wrong("needs two blobs")
        return [_merge_with_number(graph, layer, x)]
    if kind == "add" and layer.type == "Eltwise" and layer.numbers(1) == [1, -1]:
        kind = "subtract"
    axes = _spread(layer, reads)
    params = sum(tensor.constant for tensor in reads)
    if kind is None or params or not all(_is_said(tensor.axes, axes) for tensor in reads):
        live = [tensor for tensor in reads if not tensor.constant]
        made = graph.add_known(
            live, axes, layer.name, layer.line, params=params,
            each=all(tensor.axes == axes for tensor in live),
        )  # fmt: skip
        return [made]
    return [graph.add(kind, {}, reads, axes, layer.name, layer.line)]


_ARITHMETIC = {0: "add", 1: "subtract", 2: "multiply", 3: "divide", 7: "subtract"}
_REVERSED = (7,)
"""Ways in which the number is the first operand."""


def _merge_with_number(graph: Graph, layer: Layer, x: Tensor) -> Tensor:
    way = layer.integer(0, 0)
    keys = rescaling(_ARITHMETIC.get(way, ""), layer.number(2, 0.0), is_first=way in _REVERSED)
    return graph.add_rescaling(keys, x, layer.name, layer.line)


def raise_to_power(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Power: (shift + scale·x)^power."""
    is_line = layer.number(0, 1.0) == 1
    keys = rescaling_by(layer.number(1, 1.0), layer.number(2, 0.0)) if is_line else None
    return [graph.add_rescaling(keys, reads[0], layer.name, layer.line)]


_NEGATES = 1


def apply_function(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """UnaryOp, of which the negation alone has a kind."""
    keys = NEGATION if layer.integer(0, 0) == _NEGATES else None
    return [graph.add_rescaling(keys, reads[0], layer.name, layer.line)]


def _spread(layer: Layer, reads: Sequence[Tensor]) -> Axes:
    """What the operands have in common once each is spread: a vector stands for channels if it fits."""
    largest = max((tensor.axes for tensor in reads), key=lambda axes: (len(axes), prod(axes)))
    output = list(largest)
    for tensor in reads:
        axes = tensor.axes
        if len(axes) == 1 and len(largest) > 1 and axes[0] == largest[0]:
            continue
        filled = (1,) * (len(output) - len(axes)) + axes
        if any(n != m and 1 not in {n, m} for n, m in zip(filled, output, strict=True)):
            shown = " and ".join(str(list(tensor.axes)) for tensor in reads)
            raise layer.wrong(f"reads {shown}, which do not fit")
        output = [max(n, m) for n, m in zip(filled, output, strict=True)]
    return tuple(output)


def _is_said(axes: Axes, output: Axes) -> bool:
    """Whether a merge of the language spreads `axes` to `output` in the same way."""
    if len(axes) == 1 and len(output) > 1:
        return axes[0] in {1, output[0]}
    return len(axes) == len(output)


def activate(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ReLU with or without a slope, PReLU, Clip."""
    x = reads[0]
    keys: Data = {}
    if layer.type == "PReLU":
        kind, keys = "prelu", {"shared": "all" if layer.integer(0, 0) == 1 else "space"}
    elif layer.type == "Clip":
        low, high = layer.number(0, -3.4e38), layer.number(1, 3.4e38)
        kind = "relu6" if (low, high) == (0, 6) else "hard_tanh"
        keys = {} if kind == "relu6" else {"min": low, "max": high}
    else:
        slope = layer.number(0, 0.0)
        kind, keys = ("leaky_relu", {"slope": slope}) if slope else ("relu", {})
    return [graph.add(kind, keys, [x], x.axes, layer.name, layer.line)]


def share(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Softmax along an axis."""
    x = reads[0]
    at = place_of(layer, layer.integer(0, 0), x)
    keys: Data = {"axis": axis_name(x.axes, at)} if at else {}
    return [graph.add("softmax", keys, [x], x.axes, layer.name, layer.line)]


def as_kind(kind: str) -> Callable[[Graph, Layer, list[Tensor]], list[Tensor]]:
    """A layer that keeps the shape, and has a kind of its own."""

    def read(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
        return [graph.add(kind, {}, reads, reads[0].axes, layer.name, layer.line)]

    return read


def as_elementwise(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """A function of each element that has no kind, nor weights."""
    return [graph.add_known(reads, reads[0].axes, layer.name, layer.line, each=True)]


_GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}


def recur(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """RNN, GRU and LSTM over the rows of a matrix, in one direction or both; raises Unreadable."""
    x, units, both = reads[0], layer.integer(0, 0), layer.integer(2, 0) == 2
    if len(x.axes) != 2 or units < 1:
        raise layer.wrong("needs a matrix, and 0=num_output")
    if len(layer.tops) > 1 or len(reads) > 1:
        raise layer.wrong("reads or gives its state, which is not known here")
    gates, directions = _GATES[layer.type], 2 if both else 1
    hidden = layer.integer(3, units) if layer.type == "LSTM" else units
    kernels = gates * hidden * (x.axes[1] + units)
    if hidden != units:
        kernels += hidden * units
    # A GRU has a bias more: that of the candidate is in two parts.
    biases = hidden * (gates + (layer.type == "GRU"))
    axes = (x.axes[0], units * directions)
    made = graph.add_known(
        [x], axes, layer.name, layer.line,
        params=directions * (kernels + biases), macs=directions * x.axes[0] * kernels,
    )  # fmt: skip
    return [made]


def attend(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """MultiHeadAttention over the rows of matrices; raises Unreadable."""
    queries, keys = reads[0], reads[min(1, len(reads) - 1)]
    values = reads[min(2, len(reads) - 1)]
    width, total = layer.integer(0, 0), layer.integer(2, 0)
    if width < 1 or any(len(x.axes) != 2 for x in (queries, keys, values)):
        raise layer.wrong("needs matrices, and 0=embed_dim")
    inner = total // queries.axes[1] if layer.has(2) and total else width
    k, v = layer.integer(3, width), layer.integer(4, width)
    n, m = queries.axes[0], keys.axes[0]
    out = queries.axes[1]
    kernels = inner * (out + k + v) + out * inner
    macs = n * inner * out + m * inner * (k + v) + 2 * n * m * inner + n * inner * out
    live = [x for x in dict.fromkeys(reads) if not x.constant]
    return [
        graph.add_known(
            live, (n, out), layer.name, layer.line, params=kernels + 3 * inner + out, macs=macs
        )
    ]
