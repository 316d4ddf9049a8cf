"""Products of matrices: fully connected layers where one operand is a weight."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.description import AlongBatch, Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import broadcast
from cnncalc.importers.base.onnx.nodes import integer, title

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.onnx.walk import Walk


def gemm(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Gemm: A·B + C, both of which may be transposed; raises Unreadable."""
    a, b = tensor(node, operands), tensor(node, operands, 1)
    c = operands[2] if len(operands) > 2 else None
    if len(a.dims) != 2 or len(b.dims) != 2:
        raise Unreadable(f"{title(node)} needs two matrices", node.line)
    if integer(node, "transA", 0):
        a = _swap(walk, node, a)
    if integer(node, "transB", 0) and not b.is_constant:
        b = _swap(walk, node, b)
    rows, features = a.dims
    units, length = b.dims[::-1]
    if b.is_constant and integer(node, "transB", 0):
        units, length = b.dims
    if length != features:
        raise Unreadable(f"{title(node)} multiplies {features} features by {length}", node.line)
    if b.is_constant and not a.is_constant and (c is None or c.is_constant):
        return dense(walk, node, a, b, c, (rows, units))
    return product(walk, node, a, b, (rows, units), c)


def _swap(walk: Walk, node: Node, x: Value) -> Value:
    return x._replace(dims=x.dims[::-1]) if x.is_constant else walk.permute(node, x, (1, 0))


def matmul(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """MatMul: of the last two axes, side by side for those before; raises Unreadable."""
    a, b = tensor(node, operands), tensor(node, operands, 1)
    if 1 in (len(a.dims), len(b.dims)):
        return _with_vector(walk, node, a, b)
    if len(b.dims) == 2 and b.is_constant and len(a.dims) > 1:
        if a.dims[-1] != b.dims[0]:
            raise Unreadable(
                f"{title(node)} multiplies {a.dims[-1]} features by {b.dims[0]}", node.line
            )
        return dense(walk, node, a, b, None, (*a.dims[:-1], b.dims[1]))
    if min(len(a.dims), len(b.dims)) < 2 or a.dims[-1] != b.dims[-2]:
        raise Unreadable(f"{title(node)} multiplies {list(a.dims)} by {list(b.dims)}", node.line)
    dims = (*broadcast(a.dims[:-2], b.dims[:-2]), a.dims[-2], b.dims[-1])
    return product(walk, node, a, b, dims, None)


def _with_vector(walk: Walk, node: Node, a: Value, b: Value) -> Value:
    """A product of which one factor at least is a vector: a matrix of one row, or of one column."""
    row, column = len(a.dims) == 1, len(b.dims) == 1
    one = _as_matrix(walk, node, a, (1, *a.dims)) if row else a
    other = _as_matrix(walk, node, b, (*b.dims, 1)) if column else b
    if min(len(one.dims), len(other.dims)) < 2:
        raise Unreadable(f"{title(node)} multiplies {list(a.dims)} by {list(b.dims)}", node.line)
    made = matmul(walk, node, [one, other])
    kept = len(made.dims)
    gone = ({kept - 2} if row else set()) | ({kept - 1} if column else set())
    batch = None if made.batch in gone else made.batch
    at = None if batch is None else batch - len([axis for axis in gone if axis < batch])
    return walk.reshape(node, made, tuple(n for i, n in enumerate(made.dims) if i not in gone), at)


def _as_matrix(walk: Walk, node: Node, x: Value, dims: Dims) -> Value:
    return x._replace(dims=dims) if x.is_constant else walk.reshape(node, x, dims, None)


def dense(walk: Walk, node: Node, x: Value, weight: Value, bias: Value | None, dims: Dims) -> Value:
    """A fully connected layer over the last axis."""
    if x.batch == len(x.dims) - 1 or not x.axes or x.form:
        return product(walk, node, x, weight, dims, bias)
    keys = {"units": dims[-1]}
    held: list[Value | None] = [weight]
    if bias is not None and bias.dims and bias.dims[-1] == dims[-1] and bias.elements == dims[-1]:
        held.append(bias)
    else:
        keys["bias"] = False
    macs = prod(dims) * x.dims[-1]
    made = walk.add_weighted(node, "dense", keys, x, held, dims, x.batch, macs=macs)
    if bias is not None and len(held) == 1 and bias.elements > 1:
        return walk.opaque(node, [made], dims, x.batch, params=walk.count([bias]), macs=0)
    return made


def product(walk: Walk, node: Node, a: Value, b: Value, dims: Dims, c: Value | None) -> Value:
    """The product of two results, or of one and weights that no kind has; raises Unreadable."""
    macs = prod(dims) * a.dims[-1]
    data = [value for value in (a, b, c) if value is not None and not value.is_constant]
    batch = _batch_of(a, b, dims)
    if len(data) != 2 or a.is_constant or b.is_constant:
        params = walk.count(
            [value for value in (a, b, c) if value is not None and value.is_constant]
        )
        return walk.opaque(node, data, dims, batch, params=params, macs=macs)
    one = _level(walk, node, a, len(dims), batch)
    other = _level(walk, node, b, len(dims), batch)
    found = walk.add(node, "matmul", {}, [one, other], dims, one.batch)
    if c is not None and c.elements > 1:
        return walk.opaque(node, [found], dims, one.batch, params=walk.count([c]), macs=0)
    return found if batch == one.batch else walk.reshape(node, found, dims, batch)


def _batch_of(a: Value, b: Value, dims: Dims) -> int | None:
    for value, last in ((a, 1), (b, 2)):
        if value.batch is not None and value.batch != len(value.dims) - last:
            return value.batch + len(dims) - len(value.dims)
    return None


def _level(walk: Walk, node: Node, x: Value, rank: int, batch: int | None) -> Value:
    """An operand with two axes at least, and as many as the other; its batch is kept if it is before these."""
    own = (1,) * (rank - len(x.dims)) + x.dims
    keeps = batch is not None and batch < rank - 2
    at = None if x.batch is None else x.batch + rank - len(x.dims)
    many = 1 if x.batch is None else x.dims[x.batch]
    if keeps and at != batch and max(own[batch or 0], many) != 1:
        raise AlongBatch(
            f"{title(node)} puts the batch of one operand over another axis of the other", node.line
        )
    if not keeps and many != 1:
        raise AlongBatch(f"{title(node)} multiplies along the batch", node.line)
    return walk.reshape(node, x, own, batch if keeps else None)
