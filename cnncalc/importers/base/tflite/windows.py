"""Operators with windows: convolutions and pools, of maps with their channels last."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import whole
from cnncalc.importers.base.onnx.nodes import title

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.tflite.walk import MapWalk

    Operands = list[Value | None]

_SAME = 0
_KEYS = {"RELU": "relu", "RELU6": "relu6", "RELU_N1_TO_1": "hard_tanh", "TANH": "tanh", "SIGN": ""}


class Axis(NamedTuple):
    """A window along one axis."""

    kernel: int
    stride: int
    dilation: int


def alike(values: Sequence[Any]) -> Any:
    """One value where all axes have the same."""
    return values[0] if all(value == values[0] for value in values) else list(values)


def as_map(walk: MapWalk, node: Node, x: Value | None, rank: int) -> Value:
    """A map of so many axes with its batch in front; raises Unreadable if the operand is none."""
    if x is None or x.is_constant or len(x.dims) != rank + 2 or x.form:
        raise Unreadable(f"{title(node)} needs a map of {rank} axes", node.line)
    if x.batch is None and x.dims[0] == 1:
        return walk.reshape(node, x, x.dims, 0)
    if x.batch != 0:
        raise Unreadable(f"{title(node)} works on several maps of an example", node.line,
                         help="convert the model with a batch of 1")  # fmt: skip
    return x


def _axes(node: Node, kernel: Sequence[int]) -> list[Axis]:
    """The windows of a node along its axes, depth first where there are three; raises Unreadable."""
    letters = "dhw"[-len(kernel) :]
    found = []
    for letter, k in zip(letters, kernel, strict=True):
        stride = node.attributes.get(f"stride_{letter}", 1)
        dilation = node.attributes.get(f"dilation_{letter}", 1)
        if min(k, stride, dilation) < 1:
            raise Unreadable(f"{title(node)} has a window of {k} with stride {stride} and dilation {dilation}",
                             node.line)  # fmt: skip
        found.append(Axis(k, stride, dilation))
    return found


def _is_same(node: Node) -> bool:
    return bool(node.attributes.get("padding", _SAME) == _SAME)


def _length(n: int, axis: Axis, *, same: bool) -> int:
    if same:
        return -(-n // axis.stride)
    return (n - axis.dilation * (axis.kernel - 1) - 1) // axis.stride + 1


def _spread(n: int, axis: Axis, *, same: bool) -> int:
    """What a transposed window gives of `n` unless it is told a size."""
    reach = axis.dilation * (axis.kernel - 1) + 1
    return n * axis.stride if same else (n - 1) * axis.stride + max(reach, axis.stride)


def _window(node: Node, axes: Sequence[Axis]) -> Data:
    """Stride, padding and dilation, those that are not their defaults."""
    keys: Data = {}
    if any(axis.stride > 1 for axis in axes):
        keys["stride"] = alike([axis.stride for axis in axes])
    if _is_same(node) and any(axis.kernel > 1 or axis.stride > 1 for axis in axes):
        keys["padding"] = "same"
    if any(axis.dilation > 1 for axis in axes):
        keys["dilation"] = alike([axis.dilation for axis in axes])
    return keys


def _sizes(node: Node, size: Sequence[int], axes: Sequence[Axis]) -> list[int]:
    same = _is_same(node)
    return [_length(n, axis, same=same) for n, axis in zip(size, axes, strict=True)]


def add_layer(
    walk: MapWalk,
    node: Node,
    kind: str,
    keys: Data,
    x: Value,
    weights: Sequence[Value | None],
    dims: tuple[int, ...],
    macs: int,
) -> Value:
    """A layer with weights, the last of which is its bias, and with the activation of its node."""
    if weights[-1] is None:
        keys["bias"] = False
    activation = _KEYS.get(node.attributes.get("activation") or "")
    if activation:
        keys["activation"] = activation
    made = walk.add_weighted(node, kind, keys, x, weights, dims, x.batch, macs=macs)
    above = walk.entries[-1]
    if activation and above.kind != "opaque":
        # It has a name, whether the layer is a new one or another one used again.
        walk.names.unique(f"{above.keys['name']}.act")
        return made
    return apply(walk, node, made)


def apply(walk: MapWalk, node: Node, made: Value) -> Value:
    """What an operator gives with its activation as a layer of its own."""
    activation = node.attributes.get("activation")
    if not activation:
        return made
    kind = _KEYS[activation]
    if not kind:
        return walk.opaque(node, [made], made.dims, made.batch, params=0, macs=0, local=True)
    return walk.add(node, kind, {}, [made], made.dims, made.batch, name=f"{made.layer}.act")


def conv(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """CONV_2D and CONV_3D; raises Unreadable."""
    weight = tensor(node, operands, 1)
    bias = operands[2] if len(operands) > 2 else None
    rank = 3 if node.op == "CONV_3D" else 2
    if len(weight.dims) != rank + 2:
        raise Unreadable(f"{title(node)} has a kernel of {len(weight.dims)} axes", node.line)
    if rank == 2:
        filters, *kernel, depth = weight.dims
    else:
        *kernel, depth, filters = weight.dims
    x = as_map(walk, node, operands[0], rank)
    channels = x.dims[-1]
    axes = _axes(node, kernel)
    dims = (x.dims[0], *_sizes(node, x.dims[1:-1], axes), filters)
    macs = prod(dims[1:-1]) * weight.elements
    if not weight.is_constant:
        made = walk.opaque(node, [x, weight], dims, 0, params=walk.count([bias]), macs=macs)
        return apply(walk, node, made)
    groups, rest = divmod(channels, max(depth, 1))
    if rest or not groups or filters % groups:
        raise Unreadable(f"{title(node)} has a kernel for {depth} channels, and gets {channels}",
                         node.line)  # fmt: skip
    keys: Data = {"filters": filters, "kernel": alike(kernel), **_window(node, axes)}
    if groups > 1:
        keys["groups"] = groups
    return add_layer(walk, node, "conv", keys, x, [weight, bias], dims, macs)


def depthwise(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """DEPTHWISE_CONV_2D, whose kernel has all its channels last; raises Unreadable."""
    weight = tensor(node, operands, 1)
    bias = operands[2] if len(operands) > 2 else None
    x = as_map(walk, node, operands[0], 2)
    channels = x.dims[-1]
    if len(weight.dims) != 4 or weight.dims[3] % channels or not weight.is_constant:
        raise Unreadable(f"{title(node)} has a kernel of {list(weight.dims)} for {channels} channels",
                         node.line)  # fmt: skip
    kernel, filters = weight.dims[1:3], weight.dims[3]
    axes = _axes(node, kernel)
    dims = (x.dims[0], *_sizes(node, x.dims[1:-1], axes), filters)
    keys: Data = {"kernel": alike(kernel), **_window(node, axes)}
    if filters > channels:
        keys["multiplier"] = filters // channels
    macs = prod(dims[1:-1]) * weight.elements
    return add_layer(walk, node, "depthwise_conv", keys, x, [weight, bias], dims, macs)


def conv_transpose(walk: MapWalk, node: Node, operands: Operands) -> Value:
    """TRANSPOSE_CONV and CONV_3D_TRANSPOSE, which are told their output's shape; raises Unreadable."""
    wanted = whole(tensor(node, operands), f"the output's shape of {title(node)}")
    weight = tensor(node, operands, 1)
    bias = operands[3] if len(operands) > 3 else None
    rank = len(wanted) - 2
    if rank not in (2, 3) or len(weight.dims) != rank + 2 or not weight.is_constant:
        raise Unreadable(f"{title(node)} has no kernel for {wanted}", node.line)
    if rank == 2:
        filters, *kernel, channels = weight.dims
    else:
        *kernel, filters, channels = weight.dims
    x = as_map(walk, node, operands[2] if len(operands) > 2 else None, rank)
    if channels != x.dims[-1] or wanted[-1] != filters:
        raise Unreadable(f"{title(node)} has a kernel of {channels} and {filters} channels for {x.dims[-1]} and "
                         f"{wanted[-1]}", node.line)  # fmt: skip
    axes = _axes(node, kernel)
    same = _is_same(node)
    sizes = list(zip(x.dims[1:-1], wanted[1:-1], axes, strict=True))
    if any(_length(m, axis, same=same) != n for n, m, axis in sizes):
        raise Unreadable(f"{title(node)} cannot give {wanted} of {list(x.dims)}", node.line)
    keys: Data = {"filters": filters, "kernel": alike(kernel)}
    if any(axis.stride > 1 for axis in axes):
        keys["stride"] = alike([axis.stride for axis in axes])
    if same:
        keys["padding"] = "same"
    usual = [_spread(n, axis, same=same) for n, _, axis in sizes]
    if usual != [m for _, m, _ in sizes]:
        keys["output_size"] = alike([m for _, m, _ in sizes])
    if any(axis.dilation > 1 for axis in axes):
        keys["dilation"] = alike([axis.dilation for axis in axes])
    dims = (x.dims[0], *wanted[1:-1], filters)
    macs = prod(x.dims[1:-1]) * weight.elements
    return add_layer(walk, node, "conv_transpose", keys, x, [weight, bias], dims, macs)


def pool(kind: str) -> Callable[[MapWalk, Node, Operands], Value]:
    """MAX_POOL_2D, AVERAGE_POOL_2D and L2_POOL_2D; raises Unreadable."""

    def read(walk: MapWalk, node: Node, operands: Operands) -> Value:
        kernel = [node.attributes[f"filter_{word}"] for word in ("height", "width")]
        x = as_map(walk, node, operands[0], 2)
        axes = _axes(node, kernel)
        dims = (x.dims[0], *_sizes(node, x.dims[1:-1], axes), x.dims[-1])
        if kind == "lp_pool" and _is_same(node):
            return walk.opaque(node, [x], dims, 0, params=0, macs=0)
        keys: Data = {"size": alike(kernel), "stride": 1, **_window(node, axes)}
        return walk.add(node, kind, keys, [x], dims, 0)

    return read
