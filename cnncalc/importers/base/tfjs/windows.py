"""TensorFlow's convolutions and pools."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import elementwise, norms, windows
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.folding import transpose_constant, whole
from cnncalc.importers.base.onnx.nodes import integers, title, word
from cnncalc.importers.base.tfjs.layout import by_space, first, last, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]
    Read = Callable[[Walk, Node, Operands], Value]

_AUTO = {"SAME": "SAME_UPPER", "VALID": "VALID", "EXPLICIT": "NOTSET"}
FIRST = "channels first"
"""The attribute of a node that was told of maps whose channels come first."""
FOLDED = "folded"
"""The attribute of a convolution with the names of block, paddings and crops that stood around it."""


def _space(node: Node, name: str, rank: int) -> list[int]:
    """A list with a number for each axis of a tensor, as those of space; one for each if it is left out."""
    found = integers(node, name)
    if found is None:
        return [1] * rank
    if len(found) == 1:
        return found * rank
    if len(found) != rank + 2:
        raise Unreadable(f"`{name}` of {title(node)} is {found}", node.line)
    return found[1:-1]


def _explicit(node: Node, rank: int) -> list[int]:
    """Explicit paddings as ONNX has them: all before, then all after."""
    found = integers(node, "explicit_paddings") or [0] * (2 * rank + 4)
    if len(found) != 2 * rank + 4:
        raise Unreadable(f"`explicit_paddings` of {title(node)} is {found}", node.line)
    found = found[2:-2]
    return [*found[::2], *found[1::2]]


def _window(node: Node, rank: int) -> dict[str, Any]:
    """Strides, dilations and paddings as ONNX calls them."""
    auto = word(node, "padding", "VALID")
    if auto not in _AUTO:
        raise Unreadable(f"{title(node)} has the padding `{auto[:50]}`", node.line)
    keys: dict[str, Any] = {"auto_pad": _AUTO[auto], "strides": _space(node, "strides", rank)}
    if auto == "EXPLICIT":
        keys["pads"] = _explicit(node, rank)
    return keys


def has_channels_first(node: Node) -> bool:
    """Whether the channels of what a node reads come before its space."""
    return word(node, "data_format").startswith("NC")


def channels_first(read: Read, place: int = 0) -> Read:
    """A function of nodes whose channels are last, for one whose channels come first.

    What it reads in `place` is turned by a layer, and what it gives is turned back.
    """

    def inner(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands, place)
        turned = walk.permute(node, x, last(len(x.dims)))
        keys = {key: _with_channels_last(key, said) for key, said in node.attributes.items()}
        given = [*operands[:place], turned, *operands[place + 1 :]]
        made = read(walk, node._replace(attributes={**keys, "data_format": "", FIRST: True}), given)
        return walk.permute(node, made, first(len(made.dims)))

    return inner


def either_order(read: Read) -> Read:
    """A function of maps whose channels are last, for those of any order."""

    def inner(walk: Walk, node: Node, operands: Operands) -> Value:
        if has_channels_first(node):
            return channels_first(read)(walk, node, operands)
        return read(walk, node, operands)

    return inner


def _with_channels_last(key: str, said: Any) -> Any:
    """Numbers for each axis of a map, those of the channels moved to the end."""
    if key in ("strides", "dilations", "ksize") and isinstance(said, list) and len(said) > 2:
        return [said[0], *said[2:], said[1]]
    if key == "explicit_paddings" and isinstance(said, list) and len(said) > 4:
        return [*said[:2], *said[4:], *said[2:4]]
    return said


def _kernel(walk: Walk, node: Node, weight: Value, x: Value, *, depthwise: bool) -> Value:
    """A kernel as ONNX has it: filters, channels, space; raises Unreadable."""
    rank = len(weight.dims) - 2
    if rank < 1 or (depthwise and rank != 2):
        raise Unreadable(f"{title(node)} has a kernel of {len(weight.dims)} axes", node.line)
    *size, channels, filters = weight.dims
    if not weight.is_constant:
        raise Unreadable(f"{title(node)} has a kernel that is data", node.line)
    if depthwise:
        return weight._replace(dims=(channels * filters, 1, *size), numbers=None)
    return transpose_constant(
        weight._replace(numbers=None), [rank + 1, rank, *range(rank)], weight.source
    )


def conv(*, depthwise: bool = False) -> Read:
    """Conv2D, Conv3D and DepthwiseConv2dNative, and what is fused with them; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x, weight = tensor(node, operands), tensor(node, operands, 1)
        kernel = _kernel(walk, node, weight, x, depthwise=depthwise)
        rank = len(kernel.dims) - 2
        keys = _window(node, rank) | {"dilations": _space(node, "dilations", rank)}
        if FOLDED in node.attributes:
            keys |= _unfold(walk, node, rank)
        depth = kernel.dims[1]
        channels = x.dims[-1] if x.dims else 0
        keys["group"] = channels if depthwise else channels // depth if depth else 1
        rest, act = _rest_of(node, operands)
        bias = rest[0] if rest and "BiasAdd" in _ops(node) else None
        named = node._replace(op="Conv", attributes=keys)
        made = by_space(windows.conv)(walk, named, [x, kernel, bias])
        return finish(walk, node, made, rest[bias is not None :], act)

    return either_order(read)


def _unfold(walk: Walk, node: Node, rank: int) -> dict[str, Any]:
    """The dilation and the paddings of a convolution whose map was taken apart and put together again."""
    block, pads, crops = (whole(walk.value(name, node), f"the block of {title(node)}")
                          for name in node.attributes[FOLDED])  # fmt: skip
    missing = rank - len(block)
    if missing < 0 or len(pads) != 2 * len(block) or len(crops) != 2 * len(block):
        raise Unreadable(f"{title(node)} stands in a block of {block}", node.line)
    ends = [max(p - c, 0) for p, c in zip(pads, crops, strict=True)]
    return {
        "dilations": [*[1] * missing, *block],
        "auto_pad": "NOTSET",
        "pads": [*[0] * missing, *ends[::2], *[0] * missing, *ends[1::2]],
    }


def _ops(node: Node) -> list[str]:
    found = node.attributes.get("fused_ops")
    return [op for op in found if isinstance(op, str)] if isinstance(found, list) else []


def _rest_of(node: Node, operands: Operands) -> tuple[list[Value], list[str]]:
    """The operands of what is fused, and its operators behind the bias."""
    return [value for value in operands[2:] if value is not None], [
        op for op in _ops(node) if op != "BiasAdd"
    ]


_ACTS = {"Relu": "relu", "Relu6": "relu6", "Elu": "elu", "Sigmoid": "sigmoid", "Tanh": "tanh",
         "LeakyRelu": "leaky_relu", "_FusedHardSwish": "hard_swish", "_FusedSwish": "silu", "Selu": "selu",
         "_MklFusedMish": "mish", "GeluExact": "gelu", "GeluApproximate": "gelu"}  # fmt: skip


def finish(walk: Walk, node: Node, x: Value, rest: Sequence[Value], ops: Sequence[str]) -> Value:
    """What is fused behind a layer: a batch norm, an activation; raises Unreadable."""
    left = list(rest)
    for op in ops:
        if op == "FusedBatchNorm":
            x, left = by_space(norms.batch_norm)(walk, node, [x, *left[:4]]), left[4:]
        elif op == "Prelu" and left:
            slope = left.pop(0)
            if slope.is_constant:
                slope = widen(slope, len(x.dims))
            x = elementwise.prelu(walk, node, [x, slope])
        elif op in _ACTS:
            keys = {}
            slope_said = node.attributes.get("leakyrelu_alpha")
            if op == "LeakyRelu":
                keys = {"slope": slope_said if isinstance(slope_said, float) else 0.2}
            x = walk.add(node, _ACTS[op], keys, [x], x.dims, x.batch, name=f"{x.layer}.act")
        else:
            raise Unreadable(
                f"{title(node)} is fused with {op[:50]}, which is not known here", node.line
            )
    return x


def conv_transpose(walk: Walk, node: Node, operands: Operands) -> Value:
    """Conv2DBackpropInput: the gradient of a convolution, whose input's size it is told; raises Unreadable."""
    if has_channels_first(node):
        return channels_first(conv_transpose, 2)(walk, node, operands)
    said, weight, x = (tensor(node, operands, index) for index in range(3))
    rank = len(weight.dims) - 2
    if rank < 1 or not weight.is_constant or len(x.dims) != rank + 2:
        raise Unreadable(f"{title(node)} has no kernel for what it reads", node.line)
    said_first = bool(node.attributes.get(FIRST))
    keys = _window(node, rank)
    strides, dilations = keys["strides"], _space(node, "dilations", rank)
    same = keys["auto_pad"] == "SAME_UPPER"
    usual = [n * s if same else (n - 1) * s + max((k - 1) * d + 1, s)
             for n, s, k, d in zip(x.dims[1:], strides, weight.dims, dilations, strict=False)]  # fmt: skip
    sizes = usual
    if said.numbers is not None:
        sizes = whole(said, f"the size of {title(node)}")
        sizes = sizes[-rank:] if said_first else sizes[1 : rank + 1]
    *kernel, filters, channels = weight.dims
    if channels != x.dims[-1]:
        raise Unreadable(f"{title(node)} has a kernel for {channels} channels, and gets {x.dims[-1]}",
                         node.line)  # fmt: skip
    found: Data = {"filters": filters, "kernel": windows.alike(kernel)}
    if max(strides) > 1:
        found["stride"] = windows.alike(strides)
    if same:
        found["padding"] = "same"
    elif any(keys.get("pads", ())):
        found["padding"] = [
            [*pair] for pair in zip(keys["pads"][:rank], keys["pads"][rank:], strict=True)
        ]
    if sizes != usual:
        found["output_size"] = windows.alike(sizes)
    if max(dilations) > 1:
        found["dilation"] = windows.alike(dilations)
    found["bias"] = False
    macs = prod(x.dims[1:-1]) * weight.elements
    dims = (x.dims[0], *sizes, filters)
    return walk.add_weighted(node, "conv_transpose", found, x, [weight], dims, x.batch, macs=macs)


def pool(kind: str) -> Read:
    """MaxPool, AvgPool, and those of three axes; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        x = tensor(node, operands)
        rank = len(x.dims) - 2
        if rank < 1:
            raise Unreadable(f"{title(node)} reads {list(x.dims)}, which is no map", node.line)
        kernel = _space(node, "ksize", rank)
        if prod(kernel) < 1:
            raise Unreadable(f"`ksize` of {title(node)} is {kernel}", node.line)
        keys = _window(node, rank) | {"kernel_shape": kernel}
        found: Value = by_space(windows.pool(kind))(walk, node._replace(attributes=keys), [x])
        return found

    return either_order(read)
