"""The operations of Core ML's programs that ONNX says otherwise, and the way through a program."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc.importers.base.coreml_layers import LAYERS, cut_out
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.mil_operators import FREE as _FREE
from cnncalc.importers.base.numbers import rescaling_by
from cnncalc.importers.base.onnx import elementwise, moving, norms, products, resizing
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.importing import Import
from cnncalc.importers.base.onnx.model import Model
from cnncalc.importers.base.onnx.nodes import axis_of, integer, integers, title, word
from cnncalc.importers.base.onnx.operators import FREE, MOVING, OPERATORS
from cnncalc.importers.base.onnx.values import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.model_file import Asked
    from cnncalc.importers.base.onnx.model import Graph, Node
    from cnncalc.importers.base.onnx.walk import Walk
    from cnncalc.importers.base.wire import Wire

    Operands = list[Value | None]

_VERSION = 13
"""The operators of ONNX are meant as this version has them."""


def _take(operands: Operands, count: int) -> Operands:
    """So many operands, None for those that are left out."""
    return [*operands, *[None] * count][:count]


def _pool(walk: Walk, node: Node, operands: Operands) -> Value:
    """A pool, as large as the file says: a window that is rounded up is dropped only beside padding."""
    op = word(node, "op")
    made: Value = OPERATORS[op](walk, node._replace(op=op), operands)
    said = walk.graph.stated.get(node.outputs[0], ())
    lengths = [n for n in said if isinstance(n, int)]
    if integer(node, "ceil_mode", 0) and len(lengths) == len(made.dims):
        return made._replace(dims=tuple(lengths))
    return made


def _norm(read: Callable[[Walk, Node, Operands], Value]) -> Any:
    """A norm over the channels, whose scale and shift may be left out."""

    def inner(walk: Walk, node: Node, operands: Operands) -> Value:
        x, gamma, beta, *more = _take(operands, max(len(operands), 3))
        channels = tensor(node, [x]).dims[1]
        # One number stands for all of them, however many there are.
        gamma = gamma or Value((channels,), numbers=(1.0,))
        beta = beta or Value((channels,), numbers=(0.0,))
        return read(walk, node, [x, gamma, beta, *more])

    return inner


def _layer_norm(walk: Walk, node: Node, operands: Operands) -> Value:
    x, (gamma, beta) = tensor(node, operands), _take(operands[1:], 2)
    axes = sorted(
        axis_of(n, len(x.dims), node) for n in integers(node, "axes") or range(len(x.dims))
    )
    own = [x.axis(axis) for axis in axes if axis != x.batch]
    held = [weight for weight in (gamma, beta) if weight is not None]
    length = prod(x.dims[axis] for axis in axes)
    if not own or len(own) < len(axes) or any(weight.elements != length for weight in held):
        return walk.opaque(node, [x], x.dims, x.batch, params=walk.count(held), macs=0)
    keys: Data = {"axes": own}
    keys |= {key: False for key, weight in (("scale", gamma), ("center", beta)) if weight is None}
    if not held:
        return walk.add(node, "layer_norm", keys, [x], x.dims, x.batch)
    return walk.add_weighted(node, "layer_norm", keys, x, held, x.dims, x.batch)


def _prelu(walk: Walk, node: Node, operands: Operands) -> Value:
    """Slopes are those of the channels."""
    x, slope = tensor(node, operands), tensor(node, operands, 1)
    slope = slope._replace(dims=(slope.elements, *[1] * (len(x.dims) - 2)))
    return elementwise.prelu(walk, node, [x, slope])


def _prelu_like(walk: Walk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    return walk.opaque(
        node, [x], x.dims, x.batch, params=walk.count(operands[1:]), macs=0, local=True
    )


def _resize(walk: Walk, node: Node, operands: Operands) -> Value:
    """To sizes of the last axes."""
    x, sizes = tensor(node, operands), integers(node, "sizes") or []
    sizes = [*x.dims[: len(x.dims) - len(sizes)], *sizes]
    return resizing.resize(walk, node, [x, None, None, Value((len(sizes),), numbers=tuple(sizes))])


def _slice(walk: Walk, node: Node, operands: Operands) -> Value:
    x, begin, end, stride = _take(operands, 4)
    what = f"what {title(node)} cuts out"
    no_begin, no_end, gone = node.attributes["masks"]
    steps = whole(stride, what) if stride is not None else []
    lists = [whole(begin, what), no_begin, whole(end, what), no_end, steps, gone]
    return cut_out(walk, node, tensor(node, [x]), lists)


def _slice_by_size(walk: Walk, node: Node, operands: Operands) -> Value:
    x = tensor(node, operands)
    begin, size = (whole(tensor(node, operands, i), f"what {title(node)} cuts out") for i in (1, 2))
    for axis, (start, length) in enumerate(zip(begin, size, strict=True)):
        places = range(x.dims[axis])[start:]
        x = moving.choose(walk, node, x, axis, places if length < 0 else places[:length])
    return x


def _matmul(walk: Walk, node: Node, operands: Operands) -> Value:
    turned: Sequence[bool] = node.attributes["turned"]
    sides = [tensor(node, operands, index) for index in (0, 1)]
    for index, x in enumerate(sides):
        if turned[index]:
            last = len(x.dims) - 1
            dims = (*x.dims[:-2], x.dims[-1], x.dims[-2])
            order = [*range(last - 1), last, last - 1]
            sides[index] = x._replace(dims=dims) if x.is_constant else walk.permute(node, x, order)
    return products.matmul(walk, node, [*sides])


def _attention(walk: Walk, node: Node, operands: Operands) -> Value:
    """Of queries, keys and values: two products of matrices."""
    query, keys, values = (tensor(node, operands, index) for index in range(3))
    dims = (*query.dims[:-1], values.dims[-1])
    macs = prod(dims[:-1]) * keys.dims[-2] * (query.dims[-1] + values.dims[-1])
    data = [value for value in operands if value is not None and not value.is_constant]
    params = walk.count([value for value in operands if value is not None and value.is_constant])
    return walk.opaque(node, data, dims, query.batch, params=params, macs=macs)


def _stack(walk: Walk, node: Node, operands: Operands) -> Value:
    """Joined along an axis that is new."""
    axis = integer(node, "axis", 0)
    new = node._replace(attributes={"axes": [axis]})
    return moving.concat(walk, node, [moving.unsqueeze(walk, new, [x]) for x in operands])


def _pixel_unshuffle(walk: Walk, node: Node, operands: Operands) -> Value:
    x, factor = tensor(node, operands), integer(node, "blocksize", 1)
    n, channels, *size = x.dims
    if factor < 1 or x.batch != 0 or any(length % factor for length in size):
        raise Unreadable(f"{title(node)} takes {list(size)} apart by {factor}", node.line)
    dims = (n, channels * factor ** len(size), *(length // factor for length in size))
    return walk.add(node, "pixel_unshuffle", {"factor": factor}, [x], dims, 0)


def _rescaling(walk: Walk, node: Node, operands: Operands) -> Value:
    """A number times what is read, plus a number, if both are known."""
    said = [node.attributes.get(key) for key in ("scale", "offset")]
    numbers = [n for n in said if isinstance(n, (int, float))]
    keys = rescaling_by(*numbers) if len(numbers) == len(said) else None
    made = elementwise.rescale(walk, node, tensor(node, operands), keys)
    return made or elementwise.function(walk, node, operands)


def _cell(kind: str) -> Callable[[Walk, Node, Operands], list[Value]]:
    """A recurrent layer, whose time is the first axis and whose batch the second."""

    def read(walk: Walk, node: Node, operands: Operands) -> list[Value]:
        x, weight, inner = (tensor(node, operands, index) for index in range(3))
        if len(x.dims) != 3 or len(weight.dims) != 2 or len(inner.dims) != 2:
            raise Unreadable(f"{title(node)} needs three axes, and two of its weights", node.line)
        held, states = _take(operands[1:9], 8), operands[9:]
        weights = [value for value in held if value is not None]
        steps, n, _ = x.dims
        units = inner.dims[1] * (2 if word(node, "direction") == "bidirectional" else 1)
        x = x if x.batch == 1 else walk.reshape(node, x, x.dims, 1)
        read_last = any(walk.reads.get(name) for name in node.outputs[1:])
        whole = bool(integer(node, "all", 0)) and (
            bool(walk.reads.get(node.outputs[0])) or read_last
        )
        bare = not any(value is not None and not value.is_constant for value in (*states, *held))
        if held[7] is not None or not bare or (whole and read_last):
            # A layer of a spec gives its states or the last one, and begins with zeros.
            params = walk.count(weights)
            macs = steps * sum(value.elements for value in weights if len(value.dims) > 1)
            data = [x, *(value for value in states if value is not None and not value.is_constant)]
            length = steps if integer(node, "all", 0) else 1
            made = walk.opaque(node, data, (length, n, units), 1, params=params, macs=macs)
            if not read_last:
                return [made] * 3
            end = walk.opaque(node, [made], (n, units), 0, params=0, macs=0)
            return [made, end, end]
        keys: Data = {"units": inner.dims[1], "return": "sequence" if whole else "last"}
        if held[2] is None:
            keys["bias"] = False
        if units > inner.dims[1]:
            keys["bidirectional"] = "concat"
        if kind == "gru" and not integer(node, "linear_before_reset", 0):
            keys["reset_after"] = False
        turned = walk.permute(node, x, (1, 2, 0))
        dims = (n, units, steps) if whole else (n, units)
        made = walk.add_weighted(node, kind, keys, turned, weights, dims, 0)
        if whole:
            return [walk.permute(node, made, (2, 0, 1))] * 3
        return [walk.reshape(node, made, (1, n, units), 1), made, made]

    return read


_OWN: dict[str, Any] = {
    "mil.pool": _pool, "mil.batch_norm": _norm(norms.batch_norm),
    "mil.instance_norm": _norm(norms.instance_norm),
    "mil.layer_norm": _layer_norm, "mil.prelu": _prelu, "mil.prelu_like": _prelu_like, "mil.resize": _resize,
    "mil.slice": _slice, "mil.slice_by_size": _slice_by_size, "mil.matmul": _matmul,
    "mil.attention": _attention, "mil.stack": _stack, "mil.function": elementwise.function,
    "mil.rescaling": _rescaling, "mil.pixel_unshuffle": _pixel_unshuffle, "FloorDiv": elementwise.merge(""),
    "NotEqual": elementwise.merge(""), "LSTM": _cell("lstm"), "GRU": _cell("gru"), "RNN": _cell("simple_rnn"),
}  # fmt: skip


class CoreMl(Import):
    """Goes through the operations of programs, and the layers of neural networks."""

    dialect: ClassVar[str | None] = "coreml"
    operators: ClassVar[Mapping[str, Any]] = {**OPERATORS, **LAYERS, **_OWN}
    moving: ClassVar[Collection[str]] = {
        *MOVING, *LAYERS, "mil.slice", "mil.slice_by_size", "mil.stack", "coreml.pad", "mil.resize",
    }  # fmt: skip
    free: ClassVar[Collection[str]] = FREE | set(_FREE)
    help_unknown: ClassVar[str] = "coremltools writes the shapes of all operations into a program"

    def __init__(self, graph: Graph, told: str, wire: Wire, asked: Asked) -> None:
        """`told` says what the file is; `asked` is for lengths that it leaves open."""
        self._told = told
        super().__init__(Model("", _VERSION, graph), wire, asked)

    def maker(self) -> str:
        """What the file is, and what of it is shown."""
        return self._told
