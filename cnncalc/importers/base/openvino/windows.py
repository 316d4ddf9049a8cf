"""OpenVINO's convolutions, pools and resizings."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import Window
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import resizing, windows
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import Value
from cnncalc.importers.base.openvino.attributes import (
    Lost,
    integer,
    integers,
    is_set,
    numbers,
    word,
)
from cnncalc.importers.base.openvino.blocks import dilate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.walk import Walk

    Operands = list[Value | None]

_AUTO = {"same_upper": "SAME_UPPER", "same_lower": "SAME_LOWER", "valid": "VALID"}


def _keys(node: Node) -> dict[str, Any]:
    """Strides, dilations and paddings as ONNX has them."""
    keys: dict[str, Any] = {"auto_pad": _AUTO.get(word(node, "auto_pad"), "NOTSET")}
    pads = [*integers(node, "pads_begin"), *integers(node, "pads_end")]
    said = {
        "strides": integers(node, "strides"),
        "dilations": integers(node, "dilations"),
        "pads": pads,
    }
    keys |= {name: values for name, values in said.items() if values}
    return keys


def _join(weight: Value, *, grouped: bool) -> tuple[Value, int]:
    """A kernel whose groups are an axis of their own as ONNX has it, and the number of groups."""
    if not grouped or len(weight.dims) < 3:
        return weight, 1
    groups, first, second, *size = weight.dims
    # The axis that is next to the groups is cut by them: filters, or channels of a transposed one.
    return weight._replace(dims=(groups * first, second, *size), numbers=None), groups


def conv(*, grouped: bool = False) -> Callable[[Walk, Node, Operands], Value]:
    """Convolution and GroupConvolution; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        kernel, groups = _join(tensor(node, operands, 1), grouped=grouped)
        if len(operands) > 2:
            node = dilate(node, operands)
        keys = _keys(node) | {"group": groups}
        return windows.conv(walk, node._replace(attributes=keys), [operands[0], kernel, None])

    return read


def conv_transpose(*, grouped: bool = False) -> Callable[[Walk, Node, Operands], Value]:
    """ConvolutionBackpropData and GroupConvolutionBackpropData; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> Value:
        kernel, groups = _join(tensor(node, operands, 1), grouped=grouped)
        keys = _keys(node) | {"group": groups}
        extra = integers(node, "output_padding")
        if any(extra):
            keys["output_padding"] = extra
        if keys["auto_pad"] != "NOTSET":
            # Without a size that is asked for, its words mean that nothing is cut.
            keys["auto_pad"] = "VALID"
        if len(operands) > 2 and operands[2] is not None:
            keys["output_shape"] = _size_of(walk, node, operands, len(kernel.dims) - 2)
            keys["auto_pad"] = "SAME_LOWER"
        return windows.conv_transpose(
            walk, node._replace(attributes=keys), [operands[0], kernel, None]
        )

    return read


def _size_of(walk: Walk, node: Node, operands: Operands, rank: int) -> list[int]:
    """The size that is asked for, or that which the file says, where the numbers are not there."""
    try:
        return numbers(node, operands, 2, "size")
    except Lost:
        said = [n for n in walk.graph.stated.get(node.outputs[0], ())[2:] if isinstance(n, int)]
        if len(said) != rank:
            raise
        return said


def pool(kind: str) -> Callable[[Walk, Node, Operands], list[Value]]:
    """MaxPool and AvgPool: `ceil` keeps every window, and `ceil_torch` drops one; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: Operands) -> list[Value]:
        kernel = integers(node, "kernel")
        if not kernel or min(kernel) < 1:
            raise Unreadable(f"{title(node)} has no kernel", node.line)
        keys = _keys(node) | {"kernel_shape": kernel}
        counts = kind == "avg_pool" and not is_set(node, "exclude-pad", default=True)
        if counts and (any(keys.get("pads", ())) or keys["auto_pad"].startswith("SAME")):
            keys["count_include_pad"] = 1
        rounding = word(node, "rounding_type", "floor")
        if rounding == "floor" or keys["auto_pad"].startswith("SAME"):
            found = windows.pool(kind)(walk, node._replace(attributes=keys), operands)
            return [found if isinstance(found, Value) else found[0]] * len(node.outputs)
        x = windows.as_map(walk, node, operands[0], len(kernel))
        # What `ceil` means in the dialect is what a file of ONNX means by it.
        rules = "full" if kind == "max_pool" else "ceil", "full" if rounding == "ceil" else "ceil"
        made = _round_up(walk, node, x, kind, keys, rules)
        return [made] * len(node.outputs)

    return read


def _round_up(
    walk: Walk, node: Node, x: Value, kind: str, keys: dict[str, Any], rules: tuple[str, str]
) -> Value:
    """A pool with a last window that sticks out: by its own rule, and by the one that is asked for."""
    kernel = keys["kernel_shape"]
    if keys.pop("auto_pad") == "VALID" or "pads" not in keys:
        keys["pads"] = [0] * (2 * len(kernel))
    own, asked = (_lengths(node, rule, x, keys) for rule in rules)
    said: Data = {"size": windows.alike(kernel), "stride": 1}
    if keys.get("count_include_pad"):
        said["count_padding"] = True
    if asked != _lengths(node, "floor", x, keys):
        if asked == own:
            said["ceil"] = True
        else:
            # The padding reaches as far as the windows that are asked for.
            _reach(x, keys, asked)
    said |= windows.window_keys(node._replace(attributes=keys), kernel)
    return walk.add(node, kind, said, [x], (*x.dims[:2], *asked), 0)


def _lengths(node: Node, rule: str, x: Value, keys: dict[str, Any]) -> list[int]:
    """How many windows there are by a rule; raises Unreadable."""
    kernel = keys["kernel_shape"]
    rank = len(kernel)
    strides, dilations = keys.get("strides") or [1] * rank, keys.get("dilations") or [1] * rank
    pads = keys["pads"]
    if (
        not len(strides) == len(dilations) == rank
        or len(pads) != 2 * rank
        or min(*strides, *dilations) < 1
    ):
        raise Unreadable(f"{title(node)} has lists of unequal lengths", node.line)
    return [
        Window(k, strides[i], dilations[i], (pads[i], pads[i + rank]), rule).positions(
            x.axes[1 + i]
        )
        for i, k in enumerate(kernel)
    ]


def _reach(x: Value, keys: dict[str, Any], counts: Sequence[int]) -> None:
    kernel, pads = keys["kernel_shape"], keys["pads"]
    rank = len(kernel)
    strides, dilations = keys.get("strides") or [1] * rank, keys.get("dilations") or [1] * rank
    for i, n in enumerate(counts):
        span = (n - 1) * strides[i] + (kernel[i] - 1) * dilations[i] + 1
        pads[i + rank] += max(span - (x.axes[1 + i] + pads[i] + pads[i + rank]), 0)


_MODES = {"linear_onnx": "linear", "bilinear_pillow": "linear", "bicubic_pillow": "cubic"}


def interpolate(walk: Walk, node: Node, operands: Operands) -> Value:
    """Interpolate, by factors or to sizes, along some axes; raises Unreadable."""
    x = tensor(node, operands)
    version = int(str(node.attributes.get("opset") or 1))
    by_scales = word(node, "shape_calculation_mode", "sizes") == "scales"
    at_axes = {4: 3}.get(version, 2)
    if version < 4:
        axes, by_scales = integers(node, "axes"), False
    elif len(operands) > at_axes:
        axes = numbers(node, operands, at_axes, "axes")
    else:
        axes = list(range(len(x.dims)))
    keys: dict[str, Any] = {
        "axes": [axis_of(axis, len(x.dims), node) for axis in axes],
        "mode": _MODES.get(word(node, "mode"), word(node, "mode", "nearest")),
        "coordinate_transformation_mode": word(
            node, "coordinate_transformation_mode", "half_pixel"
        ),
    }
    place = 2 if by_scales and version == 4 else 1
    said = tensor(node, operands, place)
    if said.numbers is None and said.is_constant:
        numbers(node, operands, place, "size")
    if by_scales and any(n != int(n) for n in said.numbers or ()):
        said, by_scales = _sizes(x, keys["axes"], said), False
    given = [x, None, said, None] if by_scales else [x, None, None, said]
    return resizing.resize(walk, node._replace(op="Resize", attributes=keys), given)


_LITTLE = 1e-6
"""So much is added to a factor before it is rounded down."""


def _sizes(x: Value, axes: Sequence[int], factors: Value) -> Value:
    """What factors that are no whole numbers make of axes."""
    found = [
        floor(x.dims[a] * (n + _LITTLE)) for a, n in zip(axes, factors.numbers or (), strict=False)
    ]
    return Value((len(found),), numbers=tuple(found))


def padding(walk: Walk, node: Node, operands: Operands) -> Value:
    """Pad, with amounts before and after every axis; raises Unreadable."""
    amounts = [*numbers(node, operands, 1, "amounts"), *numbers(node, operands, 2, "amounts")]
    mode = {"symmetric": "edge"}.get(word(node, "pad_mode"), word(node, "pad_mode", "constant"))
    keys = {"pads": amounts, "mode": mode}
    return resizing.pad(walk, node._replace(attributes=keys), [tensor(node, operands)])


def region(walk: Walk, node: Node, operands: Operands) -> Value:
    """RegionYolo: the same numbers through a sigmoid, flat where a softmax is asked for."""
    x = tensor(node, operands)
    if not is_soft(node):
        return walk.opaque(node, [x], x.dims, x.batch, params=0, macs=0)
    first = integer(node, "axis", 1)
    last = integer(node, "end_axis", len(x.dims) - 1)
    count = 1
    for n in x.dims[first : last + 1]:
        count *= n
    dims = (*x.dims[:first], count, *x.dims[last + 1 :])
    return walk.opaque(node, [x], dims, x.batch, params=0, macs=0)


def is_soft(node: Node) -> bool:
    """Whether a region ends with a softmax over its classes, as Darknet's region has it."""
    return word(node, "do_softmax", "true") in ("true", "1")
