"""Products of matrices, normalisations, and what else has weights but windows."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import norms, products
from cnncalc.importers.base.onnx.einsum import einsum as read_einsum
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.several import fits_side_by_side, is_several, read_side_by_side
from cnncalc.importers.base.torch.windows import add_constant

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.torch.bound import Bound


def linear(b: Bound) -> Value:
    """linear: a fully connected layer over the last axis."""
    x = b.tensor("input")
    return _dense(b, x, b.weight("weight"), b.weight("bias"))


def _dense(b: Bound, x: Value, weight: Value | None, bias: Value | None) -> Value:
    dims = b.dims
    macs = prod(dims) * x.dims[-1]
    if not weight or not b.walk.is_weight(weight) or x.form or _is_without_features(x):
        return b.opaque(macs=macs)
    keys: Data = {"units": dims[-1] if dims else 1}
    held = bias if bias is not None and b.walk.is_weight(bias) else None
    if held is None:
        keys["bias"] = False
    if x.batch is None and len(x.dims) > 1 and x.dims[0] == 1:
        x = b.walk.reshape(b.node, x, x.dims, 0)
    made = b.walk.add_weighted(b.node, "dense", keys, x, [weight, held], dims, x.batch, macs=macs)
    return made if held is not None else add_constant(b, made, bias)


def _is_without_features(x: Value) -> bool:
    """Whether the last axis is the batch, or there is none."""
    return not x.axes or x.batch == len(x.dims) - 1


def matmul(first: str = "self", second: str = "other") -> Callable[[Bound], Value]:
    """matmul, mm and bmm: with a learnt matrix a fully connected layer; raises Unreadable."""

    def read(b: Bound) -> Value:
        x, other = b.weight(first), b.weight(second)
        if x is None or other is None:
            raise Unreadable(f"{title(b.node)} needs two operands", b.node.line)
        if (
            len(other.dims) == 2
            and other.is_constant
            and b.walk.is_weight(other)
            and not x.is_constant
        ):
            return _dense(b, x, other, None)
        return product(b, b.tensor(first), b.tensor(second), b.dims)

    return read


def product(b: Bound, x: Value, other: Value, dims: Dims) -> Value:
    """The product of two results."""
    if min(len(x.dims), len(other.dims)) < 2:
        return b.walk.vague(b.node, [x, other], dims, prod(dims) * x.dims[-1])
    return products.matmul(b.walk, b.node, [x, other])


def with_summand(product_of: Callable[[Bound], Value]) -> Callable[[Bound], Value]:
    """Addmm and baddbmm: a product, and what is added to it."""

    def read(b: Bound) -> Value:
        x, weight, bias = b.weight("mat1"), b.weight("mat2"), b.weight("self")
        if weight is not None and weight.is_constant and x is not None and not x.is_constant:
            return _dense(b, x, weight, bias)
        made = product_of(b)
        return add_constant(b, made, b.tensor("self"))

    return read


def einsum(b: Bound) -> Value:
    """Einsum."""
    node = b.like("Einsum", equation=b.get("equation", ""))
    return read_einsum(b.walk, node, [*b.tensors("tensors")])


def attention(b: Bound) -> Value:
    """scaled_dot_product_attention: a product, a softmax, and a product."""
    query, key, value = b.tensor("query"), b.tensor("key"), b.tensor("value")
    scores_of = (*query.dims[:-1], key.dims[-2])
    # One key and value may be for all heads; groups of heads with one for each are no product of a spec.
    one_for_all = (*query.dims[:-3], 1) == key.dims[:-2]
    alike = query.dims[:-2] == key.dims[:-2] or one_for_all
    if len(query.dims) < 3 or not alike:
        return b.opaque(macs=prod(scores_of) * (query.dims[-1] + value.dims[-1]))
    rank = len(key.dims)
    turned = b.permute(key, [*range(rank - 2), rank - 1, rank - 2])
    scores = product(b, query, turned, scores_of)
    mask = b.weight("attn_mask")
    if mask is not None and (not mask.is_constant or b.walk.origin(mask)):
        scores = add_constant(b, scores, mask)
    weights = norms.softmax("softmax")(b.walk, b.like("Softmax", axis=-1), [scores])  # type: ignore[operator]
    return product(b, weights, value, b.dims)


def batch_norm(b: Bound) -> Value:
    """batch_norm, with statistics that are kept."""
    x = b.tensor("input")
    names = ("weight", "bias", "running_mean", "running_var")
    scale, shift, mean, variance = map(b.weight, names)
    keys = _affine(b, scale, shift)
    if mean is None or variance is None or keys is None:
        return b.opaque()
    held = [scale, shift, mean, variance]

    def norm(node: Node, one: Value) -> Value:
        return b.walk.add_weighted(node, "batch_norm", keys, one, held, one.dims, 0)

    if is_several(x, len(x.dims) - 2) and fits_side_by_side(x):
        return read_side_by_side(b.walk, b.node, x, norm)
    if x.batch is None and x.dims[0] == 1:
        x = b.walk.reshape(b.node, x, x.dims, 0)
    return norm(b.node, x) if x.batch == 0 and x.axes else b.opaque()


def _affine(b: Bound, scale: Value | None, shift: Value | None) -> Data | None:
    """What a norm learns; None if it is not known."""
    if not (b.walk.is_weight(scale) and b.walk.is_weight(shift)):
        return None
    return {key: False for key, held in (("scale", scale), ("center", shift)) if held is None}


def instance_norm(b: Bound) -> Value:
    """instance_norm, which learns nothing unless it says so."""
    x = b.tensor("input")
    held = [b.weight("weight"), b.weight("bias")]
    both = None not in held
    if x.batch != 0 or b.weight("running_mean") is not None or (any(held) and not both):
        return b.opaque()
    if not both:
        return b.walk.add(b.node, "instance_norm", {}, [x], x.dims, 0)
    return b.walk.add_weighted(b.node, "instance_norm", {"affine": True}, x, held, x.dims, 0)


def layer_norm(kind: str) -> Callable[[Bound], Value]:
    """layer_norm and rms_norm, over the last axes."""

    def read(b: Bound) -> Value:
        x = b.tensor("input")
        scale, shift = b.weight("weight"), b.weight("bias")
        first = len(x.dims) - len(b.get("normalized_shape", [1]))
        keys = _affine(b, scale, shift)
        if keys is None or (x.batch is not None and x.batch >= first):
            return b.opaque()
        if kind == "rms_norm":
            keys.pop("center", None)
        said: Data = {"axes": [x.axis(axis) for axis in range(first, len(x.dims))], **keys}
        made = b.walk.add_weighted(b.node, kind, said, x, [scale, shift], x.dims, x.batch)
        if b.is_read_once("input"):
            b.walk.norms[made.layer] = x.layer
        return made

    return read


def group_norm(b: Bound) -> Value:
    """group_norm."""
    x = b.tensor("input")
    scale, shift = b.weight("weight"), b.weight("bias")
    keys = _affine(b, scale, shift)
    if keys is None or x.batch != 0 or not x.axes:
        return b.opaque()
    said: Data = {"groups": b.integer("num_groups", 1), **keys}
    return b.walk.add_weighted(b.node, "group_norm", said, x, [scale, shift], x.dims, 0)


def prelu(b: Bound) -> Value:
    """prelu: one slope, or one for each channel, which are the second axis."""
    x, slope = b.tensor(), b.weight("weight")
    if slope is None or not b.walk.is_weight(slope):
        return b.opaque()
    if slope.elements == 1:
        return b.walk.add_weighted(b.node, "prelu", {"shared": "all"}, x, [slope], x.dims, x.batch)

    def slopes(node: Node, one: Value) -> Value:
        keys: Data = {"shared": list(range(2, len(one.axes) + 1))}
        return b.walk.add_weighted(node, "prelu", keys, one, [slope], one.dims, 0)

    if is_several(x, len(x.dims) - 2) and fits_side_by_side(x):
        return read_side_by_side(b.walk, b.node, x, slopes)
    if x.batch is None and x.dims[0] == 1:
        x = b.walk.reshape(b.node, x, x.dims, 0)
    return slopes(b.node, x) if x.batch == 0 and x.axes else b.opaque()


def embedding(b: Bound) -> Value:
    """embedding: vectors of a table, by ids that go in."""
    table, ids = b.weight("weight"), b.weight("indices")
    if table is None or ids is None or ids.is_constant or not b.walk.is_weight(table):
        return b.opaque()
    from cnncalc.importers.base.onnx.moving import gather

    return gather(b.walk, b.like("Gather", axis=0), [table, ids])


def recurrent(kind: str, gates: int) -> Callable[[Bound], list[Value]]:
    """lstm, gru and rnn: a layer of the spec for each of the module; raises Unreadable."""

    def read(b: Bound) -> list[Value]:
        x = b.tensor("input")
        weights = [b.value(ref.name) for ref in b.get("params", [])]
        both, biased = bool(b.get("bidirectional", False)), bool(b.get("has_biases", True))
        each = (2 + 2 * biased) * (1 + both)
        batch = 0 if b.get("batch_first", False) else 1
        alone = len(x.dims) == 3 and (x.batch == batch or (x.batch is None and x.dims[batch] == 1))
        if not alone or len(weights) % each or not all(map(b.walk.is_weight, weights)):
            macs = sum(w.elements for w in weights if len(w.dims) == 2)
            return _with_states(b, b.opaque(macs=macs * prod(x.dims[:-1])))
        x = x if x.batch == batch else b.walk.reshape(b.node, x, x.dims, batch)
        units = weights[1].dims[1]
        if weights[0].dims[0] != gates * units or len(weights[1].dims) != 2:
            raise Unreadable(f"{title(b.node)} has weights of another kind", b.node.line)
        keys: Data = {"units": units, "return": "sequence"}
        if both:
            keys["bidirectional"] = "concat"
        if not biased:
            keys["bias"] = False
        x = b.permute(x, [batch, 2, 1 - batch])
        for start in range(0, len(weights), each):
            held: list[Any] = weights[start : start + each]
            if any(len(w.dims) == 2 and w.dims[1] != n
                   for w, n in zip(held[:2], (x.dims[1], units), strict=False)):  # fmt: skip
                raise Unreadable(f"{title(b.node)} projects its state", b.node.line)
            dims = (x.dims[0], units * (1 + both), x.dims[2])
            x = b.walk.add_weighted(b.node, kind, keys, x, held, dims, 0)
        return _with_states(b, b.permute(x, [0, 2, 1] if batch == 0 else [2, 0, 1]))

    return read


def _with_states(b: Bound, made: Value) -> list[Value]:
    """The states of all steps, and the last ones if they are read."""
    found = [made]
    for name, dims in zip(b.call.outputs[1:], b.given[1:], strict=True):
        if b.walk.reads.get(name) and dims is not None:
            batch = 1 if len(dims) == 3 else None
            found.append(b.walk.opaque(b.node, [made], dims, batch, params=0, macs=0))
        else:
            found.append(made)
    return found


def macs_of(b: Bound) -> int | None:
    """The multiply-accumulates of a product in any place; None if they are not known."""
    dims = b.dims
    if not b.call.op.startswith("aten."):
        return None
    if b.op.startswith("conv_transpose"):
        x, kernel = b.weight("input"), b.weight("weight")
        return None if x is None or kernel is None else prod(x.dims) * prod(kernel.dims[1:])
    if b.op.startswith("conv"):
        kernel = b.weight("weight")
        return None if kernel is None else prod(dims) * prod(kernel.dims[1:])
    for name in ("input", "mat1", "batch1", "self"):
        x = b.weight(name)
        if x is not None and b.op in _MATRICES and x.dims:
            return prod(dims) * x.dims[-1]
    return None


_MATRICES = ("linear", "matmul", "mm", "bmm", "addmm", "baddbmm")
