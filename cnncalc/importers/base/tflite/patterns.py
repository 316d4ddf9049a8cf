"""Layers that converters write as several operators, recognised as what they are."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import same_total
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import axis_of
from cnncalc.importers.base.onnx.patterns import Recogniser, roots_of
from cnncalc.importers.base.tflite import windows
from cnncalc.importers.base.tflite.walk import load_constant

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.tflite.model import Tensor
    from cnncalc.importers.base.tflite.walk import MapWalk

_CLIP = ("RELU6", ("ADD", "x", 3.0))
_SIXTH = 1 / 6
_MEAN = ("MEAN", "x", "_axes")
_ROOT = ("RSQRT", ("ADD", ("MEAN", ("SQUARED_DIFFERENCE", "x", _MEAN), "_more"), "?eps"))
_SCALED = ("MUL", _ROOT, "?scale")
_MOVED = [("MUL", ("NEG", _MEAN), _SCALED), ("MUL", _SCALED, ("NEG", _MEAN))]
_SQUARE = [("SQUARE", "x"), ("MUL", "x", "x")]
_LENGTH = [("SUM", square, "_axes") for square in _SQUARE]
_DILATED = [
    ("BATCH_TO_SPACE_ND", (f"{op}*", ("SPACE_TO_BATCH_ND", "x", "_a", "_b"), "?weight"), "_c", "_d")
    for op in ("CONV_2D", "DEPTHWISE_CONV_2D")
]
_FLAT = [
    ("BATCH_TO_SPACE_ND",
     ("RESHAPE*", (f"{op}*", (high, ("SPACE_TO_BATCH_ND", "x", "_a", "_b")), "?weight")), "_c", "_d")
    for op in ("CONV_2D", "DEPTHWISE_CONV_2D") for high in ("EXPAND_DIMS*", "RESHAPE*")
]  # fmt: skip
_HIGH = ("RESHAPE*", "EXPAND_DIMS*")
_TILED = [("RESHAPE*", ("TILE*", (high, "x"))) for high in _HIGH]

PATTERNS: list[tuple[str, Any]] = [
    ("silu", ("MUL", "x", ("LOGISTIC", "x"))),
    ("hard_swish", ("MUL", "x", ("MUL", _CLIP, _SIXTH))),
    ("hard_swish", ("MUL", ("MUL", "x", _CLIP), _SIXTH)),
    ("hard_sigmoid", ("MUL", _CLIP, _SIXTH)),
    *(("layer_norm", ("ADD", ("MUL", "x", _SCALED), ("ADD", moved, "?shift"))) for moved in _MOVED),
    *(("layer_norm", ("ADD", ("MUL", "x", _SCALED), moved)) for moved in _MOVED),
    ("layer_norm", ("ADD", ("MUL", "x", _SCALED), ("SUB", "?shift", ("MUL", _MEAN, _SCALED)))),
    *(("l2_norm", ("MUL", "x", ("RSQRT", ("MAXIMUM", length, "?eps")))) for length in _LENGTH),
    *(("l2_norm", ("MUL", "x", ("MINIMUM", ("RSQRT", length), "?eps"))) for length in _LENGTH),
    *(("l2_norm", ("MUL", "x", ("RSQRT", length))) for length in _LENGTH),
    ("affine", ("ADD", ("MUL", "x", "?scale"), "?shift")),
    *(("dilated", pattern) for pattern in (*_DILATED, *_FLAT)),
    *(("repeated", ("RESHAPE*", ("TILE*", (high, tiled)))) for high in _HIGH for tiled in _TILED),
    *(("repeated", tiled) for tiled in _TILED),
    *(("ids", (op, ("LESS", "x", "?zero"), ("ADD", "x", "?many"), "x"))
      for op in ("SELECT", "SELECT_V2")),
]  # fmt: skip


class OpRecogniser(Recogniser):
    """Finds patterns in a graph of TFLite."""

    roots = roots_of(PATTERNS)

    def constant(self, name: str) -> Tensor | None:
        """A tensor that the file holds."""
        if not name or name in self.made_by:
            return None
        found: Tensor = self.graph.tensors[int(name)]  # type: ignore[attr-defined]
        return found if found.place is not None else None

    def number(self, name: str) -> float | None:
        """The number of a tensor that is one, quantised or not."""
        found = self.constant(name)
        if found is None or found.elements != 1:
            return None
        numbers = load_constant(self.wire, found).numbers  # type: ignore[arg-type]
        return numbers[0] if numbers else None


def read_fused(walk: MapWalk, node: Node, operands: list[Value | None]) -> Value | None:
    """The layer that a pattern is; None where it is not what it looked like."""
    x = tensor(node, operands)
    if x.is_constant:
        return None
    weights = [tensor(node, operands, index + 1) for index in range(node.attributes["held"])]
    parts: list[Node] = node.attributes["parts"]
    if node.op == "ids":
        return x
    if node.op in ("layer_norm", "l2_norm"):
        return _norm(walk, node, x, weights)
    if node.op == "affine":
        return _affine(walk, node, x, weights)
    if node.op == "dilated":
        return _dilation(walk, x, parts)
    if node.op == "repeated":
        return _repetition(walk, node, x, parts)
    return walk.add(node, node.op, {}, [x], x.dims, x.batch)


def _norm(walk: MapWalk, node: Node, x: Value, weights: list[Value]) -> Value | None:
    reducer = next(part for part in node.attributes["parts"] if part.op in ("MEAN", "SUM"))
    axes = {
        axis_of(n, len(x.dims), node) for n in whole(walk.value(reducer.inputs[1], reducer), "axes")
    }
    if x.batch in axes or not axes or not reducer.attributes.get("keep_dims"):
        return None
    lengths = tuple(n if axis in axes else 1 for axis, n in enumerate(x.dims))
    # A scale may be spread over more than what is normalised, as in a group norm.
    if any((1,) * (len(x.dims) - len(w.dims)) + w.dims != lengths for w in weights):
        return None
    keys: Data = {"axes": [x.axis(axis) for axis in sorted(axes)]}
    if node.op == "layer_norm" and len(weights) == 1:
        keys["center"] = False
    return walk.add_weighted(node, node.op, keys, x, weights, x.dims, x.batch)


def _affine(walk: MapWalk, node: Node, x: Value, weights: list[Value]) -> Value | None:
    """A batch norm that is not part of a convolution: a factor and a summand for each channel."""
    scale, shift = weights
    own = (1,) * (len(x.dims) - len(scale.dims)) + scale.dims
    if scale.dims != shift.dims or len(own) != len(x.dims) or scale.elements == 1:
        return None
    spread = all(m in (1, n) for m, n in zip(own, x.dims, strict=True))
    if not (scale.learnt and shift.learnt and spread):
        return None
    axes = [x.axis(axis) for axis, n in enumerate(own) if n > 1 and axis != x.batch]
    return walk.add_weighted(
        node, "scale", {"axes": axes, "shift": True}, x, weights, x.dims, x.batch
    )


def _dilation(walk: MapWalk, x: Value, parts: list[Node]) -> Value | None:
    """A dilated convolution, written as one of every so many elements each."""
    first, last = parts[0], parts[-1]
    conv = next(part for part in parts if part.op.endswith("CONV_2D"))
    blocks, margins, again, crops = (
        whole(walk.value(part.inputs[place], part), "")
        for part, place in ((first, 1), (first, 2), (last, 1), (last, 2))
    )
    words = ("stride_h", "stride_w", "dilation_h", "dilation_w")
    steps = [conv.attributes[word] for word in words]
    rank = len(blocks)
    if blocks != again or set(steps) != {1} or conv.attributes["padding"] != 1 or any(crops[::2]):
        return None
    if rank not in (1, 2) or x.batch != 0 or len(x.dims) != rank + 2 or len(crops) != 2 * rank:
        return None
    sides = [(margins[2 * i], margins[2 * i + 1] - crops[2 * i + 1]) for i in range(rank)]
    if min(map(min, sides)) < 0:
        return None
    weight, bias = (walk.value(name, conv) for name in (*conv.inputs[1:], "")[:2])
    if weight is None or len(weight.dims) != 4:
        return None
    kernel = weight.dims[1:3]
    high = x
    if rank == 1:
        high = walk.reshape(conv, x, (x.dims[0], 1, *x.dims[1:]), 0)
        sides, blocks = [(0, 0), *sides], [1, *blocks]
    attributes = {**conv.attributes, "dilation_h": blocks[0], "dilation_w": blocks[1]}
    totals = [
        same_total(n, k, 1, d) for n, k, d in zip(high.dims[1:3], kernel, blocks, strict=True)
    ]
    if sides == [(total // 2, total - total // 2) for total in totals]:
        attributes["padding"] = 0
    elif any(map(any, sides)):
        amount = [list(side) for side in sides]
        padded = (high.dims[0], *(n + sum(side) for n, side in zip(high.dims[1:3], sides, strict=True)),
                  high.dims[3])  # fmt: skip
        high = walk.add(conv, "pad", {"amount": amount}, [high], padded, 0, name=f"{conv.name}.pad")
    if bias is not None and bias.numbers is not None and not any(bias.numbers):
        # The bias is added behind it: this one is zeros that the operator must have.
        bias = None
    read = windows.conv if conv.op == "CONV_2D" else windows.depthwise
    made = read(walk, conv._replace(attributes=attributes), [high, weight, bias])
    if rank == 1:
        made = walk.reshape(last, made, (made.dims[0], *made.dims[2:]), 0)
    return made


def _repetition(walk: MapWalk, node: Node, x: Value, parts: list[Node]) -> Value | None:
    """Elements of a map that are repeated along its axes, each beside itself."""
    dims = x.dims
    if x.batch != 0 or not 3 <= len(dims) <= 5:
        return None
    factors = [1] * len(dims)
    for place in range(0, len(parts), 3):
        tile = next((part for part in parts[place : place + 3] if part.op == "TILE"), None)
        if tile is None:
            return None
        times = whole(walk.value(tile.inputs[1], tile), "")
        own = [axis for axis, many in enumerate(times) if many > 1]
        if len(times) != len(dims) + 1 or len(own) != 1 or not 2 <= own[0] <= len(dims) - 1:
            return None
        if factors[own[0] - 1] != 1:
            return None
        factors[own[0] - 1] = times[own[0]]
    made = tuple(n * many for n, many in zip(dims, factors, strict=True))
    known = walk.tensor(node.outputs[0])
    if prod(known.dims) != prod(made) and not known.open:
        return None
    sides = factors[1:-1]
    scale = sides[0] if len(set(sides)) == 1 else sides
    return walk.add(node, "upsample", {"scale": scale, "mode": "nearest"}, [x], made, 0)
