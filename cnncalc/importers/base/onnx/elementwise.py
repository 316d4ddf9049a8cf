"""Operators that work element by element: activations, and what merges operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import AlongBatch, Unreadable
from cnncalc.importers.base.numbers import NEGATION, rescaling, the_number
from cnncalc.importers.base.onnx.folding import broadcast
from cnncalc.importers.base.onnx.nodes import is_parameter, title
from cnncalc.importers.base.onnx.values import is_wide, without

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.onnx.walk import Walk

    Read = Callable[[Walk, Node, list["Value | None"]], Value]


def tensor(node: Node, operands: Sequence[Value | None], index: int = 0) -> Value:
    """An operand that must be there; raises Unreadable."""
    found = operands[index] if index < len(operands) else None
    if found is None:
        raise Unreadable(f"{title(node)} lacks its operand {index + 1}", node.line)
    return found


def activation(kind: str, keys: dict[str, str] | None = None) -> Read:
    """An operator that keeps the shape; `keys` are attributes by what a spec calls them."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        x = tensor(node, operands)
        said: Data = {}
        for key, name in (keys or {}).items():
            value = node.attributes.get(name)
            if isinstance(value, (int, float)):
                said[key] = value
        return walk.add(node, kind, said, [x], x.dims, x.batch)

    return read


def dropout(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Dropout, whose ratio is an operand from version 12 on."""
    ratio = operands[1] if len(operands) > 1 else None
    if ratio is not None and ratio.numbers:
        node = node._replace(attributes={**node.attributes, "ratio": float(ratio.numbers[0])})
    return activation("dropout", {"rate": "ratio"})(walk, node, operands)


def alias(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """What hands on what it is given."""
    return tensor(node, operands)


def function(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Arithmetic that no kind is: nothing is learnt, and no product is summed up."""
    x = tensor(node, operands)
    return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0, local=bool(x.axes[1:]))


def square(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """A square, which is a product with itself."""
    x = tensor(node, operands)
    if is_wide(x):
        return function(walk, node, operands)
    return walk.add(node, "multiply", {}, [x, x], x.dims, x.batch)


def power(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """A power, of which the second alone is a layer."""
    x, exponent = tensor(node, operands), tensor(node, operands, 1)
    if exponent.is_constant and exponent.numbers == (2,) and len(exponent.dims) <= len(x.dims):
        return square(walk, node, [x])
    return merge("")(walk, node, operands)


def negate(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Neg: the product with -1."""
    x = tensor(node, operands)
    return rescale(walk, node, x, NEGATION) or function(walk, node, operands)


def rescale(walk: Walk, node: Node, x: Value, keys: Data | None) -> Value | None:
    """A layer of these keys, none if nothing is changed; None for what is no layer, and of ids."""
    if keys is None or (keys and x.form):
        return None
    if not keys:
        return x
    made = walk.add(node, "rescaling", keys, [x], x.dims, x.batch)
    if "offset" not in keys:
        walk.scalings.add(made.layer)
    return made


def clip(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Clip, whose bounds are operands from version 11 on: from 0 to 6 it is relu6."""
    x = tensor(node, operands)
    bounds = [node.attributes.get(name) for name in ("min", "max")]
    for index, operand in enumerate(operands[1:3]):
        if operand is not None and operand.numbers:
            bounds[index] = operand.numbers[0]
    low, high = (n if isinstance(n, (int, float)) and abs(n) < 1e30 else None for n in bounds)
    if low == 0 and high == 6:
        return walk.add(node, "relu6", {}, [x], x.dims, x.batch)
    if low == 0 and high is None:
        return walk.add(node, "relu", {}, [x], x.dims, x.batch)
    keys = {key: n for key, n in (("min", low), ("max", high)) if n is not None}
    return walk.add(node, "hard_tanh", keys, [x], x.dims, x.batch)


def prelu(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """PRelu, whose slopes are shared along their axes of length 1; raises Unreadable."""
    x, slope = tensor(node, operands), tensor(node, operands, 1)
    if not slope.is_constant:
        return merge("prelu")(walk, node, operands)
    own = without((1,) * (len(x.dims) - len(slope.dims)) + slope.dims, x.batch)
    if len(own) != len(x.axes):
        raise Unreadable(f"{title(node)} has slopes of more axes than it reads", node.line)
    shared = [number for number, n in enumerate(own, 1) if n == 1]
    keys: Data = {"shared": "all" if len(shared) == len(own) else shared}
    return walk.add_weighted(node, "prelu", keys, x, [slope], x.dims, x.batch)


def merge(kind: str) -> Read:
    """An operator of several operands that are spread over each other; one may be a constant."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        given = [operand for operand in operands if operand is not None]
        dims = broadcast(*(value.dims for value in given))
        data = [value for value in given if not value.is_constant]
        if len(data) < len(given):
            return _with_constants(walk, node, given, dims, kind)
        if len(data) == 1:
            return data[0]
        batch = _batch(data, dims)
        level = [_level(walk, node, value, dims, batch) for value in data]
        if kind in _MERGES and (kind != "subtract" or len(level) == _PAIR):
            return walk.add(node, kind, {}, level, dims, batch)
        return walk.opaque(node, level, dims, batch, params=0, macs=0)

    return read


_PAIR = 2
_MERGES = ("add", "subtract", "multiply", "maximum", "minimum", "average")


def _batch(values: Sequence[Value], dims: Dims) -> int | None:
    """Where the batch is in the result; one of 1 that is spread over another axis is none."""
    for value in values:
        if value.batch is not None:
            at = value.batch + len(dims) - len(value.dims)
            if dims[at] == value.dims[value.batch]:
                return at
    return None


def _level(walk: Walk, node: Node, x: Value, dims: Dims, batch: int | None) -> Value:
    """An operand with as many axes as the result."""
    if x.dims == dims and x.batch == batch:
        return x
    own = (1,) * (len(dims) - len(x.dims)) + x.dims
    at = None if x.batch is None else x.batch + len(dims) - len(x.dims)
    many = 1 if x.batch is None else x.dims[x.batch]
    if at != batch and (many != 1 or (batch is not None and own[batch] != 1)):
        raise AlongBatch(
            f"{title(node)} puts the batch of one operand over another axis of the other", node.line
        )
    return walk.reshape(node, x, own, batch)


def _with_constants(walk: Walk, node: Node, given: list[Value], dims: Dims, kind: str) -> Value:
    """Arithmetic with numbers that the file holds: several are learnt, one alone is a constant."""
    data = [value for value in given if not value.is_constant]
    constants = [value for value in given if value.is_constant]
    if not data:
        raise Unreadable(f"{title(node)} is not known here", node.line)
    batch = _batch(data, dims)
    level = [_level(walk, node, value, dims, batch) for value in data]
    held = [sum(walk.tensors_in(value).values()) for value in constants]
    several = [v for v, n in zip(constants, held, strict=True) if v.learnt and n > 1]
    single = [v for v, n in zip(constants, held, strict=True) if v.learnt and n == 1]
    alone = [v for v in single if is_parameter(v.source)]
    x = level[0]
    if kind == "add" and len(level) == len(single) == len(constants) == 1 and x.dims == dims:
        # The bias of a layer with one filter is a single number.
        own = without((1,) * (len(dims) - len(single[0].dims)) + single[0].dims, batch)
        if (alone or walk.has_apart_biases) and _is_bias(walk, node, data[0], single[0], own):
            return walk.take_bias(single[0], x)
    if len(level) == len(several) == 1 and x.dims == dims:
        own = without((1,) * (len(dims) - len(several[0].dims)) + several[0].dims, batch)
        if kind == "add" and _is_bias(walk, node, data[0], several[0], own):
            return walk.take_bias(several[0], x)
        if kind == "add" and _is_shift(walk, node, data[0], several[0], own):
            return walk.take_shift(several[0], x)
        if kind == "multiply" and several[0].elements <= sum(walk.tensors_in(several[0]).values()):
            axes = [number for number, n in enumerate(own, 1) if n > 1]
            return walk.add_weighted(node, "scale", {"axes": axes}, x, several, dims, batch)
    if len(given) == _PAIR and not several and not alone and x.dims == dims:
        number = the_number(constants[0].numbers)
        found = rescale(walk, node, x, _keys(kind, number, is_first=given[0].is_constant))
        if found is not None:
            return found
    if len(given) == _PAIR and len(level) == len(several) == 1 and kind in _MERGES:
        found = _merge_table(walk, node, given, x, dims, batch, kind)
        if found is not None:
            return found
    params = walk.count([*several, *alone])
    local = len(level) == 1 and bool(x.axes[1:]) and x.dims == dims
    made = walk.opaque(node, level, dims, batch, params=params, macs=0, local=local)
    if local and not params and max(held) <= 1 and kind in _SCALES:
        walk.scalings.add(made.layer)
    return made


def _merge_table(
    walk: Walk, node: Node, given: list[Value], x: Value, dims: Dims, batch: int | None, kind: str
) -> Value | None:
    """A result and a table, as of positions, which is a layer of its own; None if it can be none."""
    table = next(value for value in given if value.is_constant)
    table = table._replace(dims=(1,) * (len(dims) - len(table.dims)) + table.dims)
    if not walk.has_tables or (batch is not None and table.dims[batch] != 1):
        return None
    made = walk.as_layer(node, table, batch)
    if made is None:
        return None
    level = [made, x] if given[0].is_constant else [x, made]
    return walk.add(node, kind, {}, level, dims, batch)


def _keys(kind: str, number: float | None, *, is_first: bool) -> Data | None:
    """What arithmetic with a number is as a `rescaling`; whole numbers are divided without a rest."""
    if kind == "divide" and not isinstance(number, float):
        return None
    return rescaling(kind, number, is_first=is_first)


_SCALES = ("multiply", "divide")
_BIASED = {"dense": -1, "conv": 0, "depthwise_conv": 0, "conv_transpose": 0}


def _is_bias(walk: Walk, node: Node, x: Value, bias: Value, own: Dims) -> bool:
    """Whether the layer right above has no bias, gives this and nothing else, and this is one."""
    kind = walk.kind_above(x, bias)
    if kind not in _BIASED or walk.reads.get(_data_of(walk, node), 0) != 1:
        return False
    place = (-1 if walk.channels_last else _BIASED[kind]) % len(x.axes)
    return all(n == (x.axes[axis] if axis == place else 1) for axis, n in enumerate(own))


def _is_shift(walk: Walk, node: Node, x: Value, shift: Value, own: Dims) -> bool:
    """Whether the layer right above multiplies along these axes, and gives this and nothing else."""
    above = walk.entries[-1] if walk.entries else None
    if above is None or above.kind != "scale" or above.keys["name"] != x.layer or walk.holds(shift):
        return False
    axes = [number for number, n in enumerate(own, 1) if n > 1]
    once = walk.reads.get(_data_of(walk, node), 0) == 1
    return once and above.keys["axes"] == axes and "shift" not in above.keys


def _data_of(walk: Walk, node: Node) -> str:
    """The operand of two that is no constant."""
    return next(name for name in node.inputs if not walk.values[name].is_constant)
