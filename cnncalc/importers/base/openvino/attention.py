"""OpenVINO's ScaledDotProductAttention: the products, the scale and the softmax that it stands for."""

from __future__ import annotations

from math import prod, sqrt
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.numbers import rescaling, the_number
from cnncalc.importers.base.onnx import elementwise, norms, products
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.openvino.attributes import is_set

if TYPE_CHECKING:
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]

_MASK = 3
_SCALE = 4


def attend(walk: Walk, node: Node, operands: Operands) -> Value:
    """A product, a scale, a mask, a softmax and a product; raises Unreadable."""
    query, key, value = (tensor(node, operands, index) for index in range(_MASK))
    if min(len(x.dims) for x in (query, key, value)) < 2:
        raise Unreadable(f"{title(node)} needs matrices", node.line)
    mask, scale = ([*operands, None, None][index] for index in (_MASK, _SCALE))
    if mask is not None and (is_set(node, "causal") or _is_nothing(mask)):
        # With `causal` the operand is not looked at.
        mask = None
    # One key and value may be for all heads; groups of heads with one for each are no product of a spec.
    one_for_all = (*query.dims[:-3], 1) == key.dims[:-2]
    alike = query.dims[:-2] == key.dims[:-2] or one_for_all
    if (
        any(x.is_constant for x in (query, key, value))
        or not alike
        or value.dims[:-2] != key.dims[:-2]
    ):
        return _unwritten(walk, node, [query, key, value], mask)
    rank = len(key.dims)
    turned = walk.permute(node, key, [*range(rank - 2), rank - 1, rank - 2])
    scores = products.matmul(walk, _part(node, "scores"), [query, turned])
    factor = _factor(scale, query.dims[-1])
    rescaled = elementwise.rescale(walk, _part(node, "scale"), scores, factor)
    scores = rescaled or elementwise.function(walk, _part(node, "scale"), [scores])
    if mask is not None:
        table = _as_layer(walk, node, mask, scores)
        scores = elementwise.merge("add")(walk, _part(node, "mask"), [scores, table])
    if is_set(node, "causal"):
        scores = elementwise.function(walk, _part(node, "mask"), [scores])
    soft = _part(node, "softmax")._replace(attributes={"axis": -1})
    weights = norms.softmax("softmax")(walk, soft, [scores])  # type: ignore[operator]
    return products.matmul(walk, node, [weights, value])


def _part(node: Node, what: str) -> Node:
    return node._replace(name=f"{node.name}.{what}")


def _is_nothing(mask: Value) -> bool:
    """Whether a mask is a single zero, as converters write where there is none."""
    return (
        mask.is_constant
        and mask.elements == 1
        and mask.numbers is not None
        and not any(mask.numbers)
    )


def _factor(scale: Value | None, features: int) -> Data | None:
    """The keys of what scores are multiplied by; None if that is not known."""
    if scale is None or not scale.elements:
        return rescaling("multiply", 1 / sqrt(features))
    return rescaling("multiply", the_number(scale.numbers))


def _as_layer(walk: Walk, node: Node, mask: Value, scores: Value) -> Value:
    """A mask; one of weights, as of distances, is a layer that reads nothing."""
    if mask.is_constant and max(walk.tensors_in(mask).values()) == 1:
        # It is computed from single numbers, as one that hides what comes later.
        return mask._replace(learnt=False)
    if not (mask.is_constant and mask.learnt) or len(mask.dims) > len(scores.dims):
        return mask
    table = mask._replace(dims=(1,) * (len(scores.dims) - len(mask.dims)) + mask.dims)
    if scores.batch is not None and table.dims[scores.batch] != 1:
        return mask
    return walk.as_layer(node, table, scores.batch) or mask


def _unwritten(walk: Walk, node: Node, held: list[Value], mask: Value | None) -> Value:
    """Attention that no products of a spec are: its shape and its counts, for one example."""
    query, key, value = held
    dims = (*query.dims[:-1], value.dims[-1])
    scores = prod(query.dims[:-1]) * key.dims[-2]
    macs = scores * (query.dims[-1] + value.dims[-1])
    examples = 1 if query.batch is None else query.dims[query.batch]
    given = [*held, *([] if mask is None else [mask])]
    data = [x for x in given if not x.is_constant]
    params = walk.count([x for x in given if x.is_constant])
    return walk.opaque(node, data, dims, query.batch, params=params, macs=macs // examples)
