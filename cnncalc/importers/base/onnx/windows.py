"""Operators with windows: convolutions and pools."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import integer, integers, title, word
from cnncalc.importers.base.onnx.several import (
    fits_side_by_side,
    is_several,
    read_side_by_side,
    with_axis,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.onnx.walk import Walk

_AUTO = {"SAME_UPPER": "same_upper", "SAME_LOWER": "same_lower"}


def _axes(node: Node, name: str, rank: int, default: int = 1) -> list[int]:
    found = integers(node, name) or [default] * rank
    if len(found) != rank or (name != "output_padding" and min(found, default=1) < 1):
        raise Unreadable(f"`{name}` of {title(node)} must be {rank} numbers of at least 1, got {found}",
                         node.line)  # fmt: skip
    return found


def alike(values: Sequence[int]) -> Any:
    """One number where all axes have the same."""
    return values[0] if len(set(values)) == 1 else list(values)


class _Windows(NamedTuple):
    """How the windows of a node lie along its axes; `pads` are 0 where `auto` says them."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    auto: str

    @classmethod
    def of(cls, node: Node, kernel: Sequence[int]) -> _Windows:
        """Those of a node; raises Unreadable."""
        rank = len(kernel)
        auto = word(node, "auto_pad", "NOTSET")
        said = auto not in _AUTO and auto != "VALID"
        pads = _pads(node, rank) if said else [(0, 0)] * rank
        strides, dilations = _axes(node, "strides", rank), _axes(node, "dilations", rank)
        return cls(tuple(kernel), tuple(strides), tuple(dilations), tuple(pads), auto)


def _pads(node: Node, rank: int) -> list[tuple[int, int]]:
    pads = integers(node, "pads") or [0] * (2 * rank)
    if len(pads) != 2 * rank:
        raise Unreadable(
            f"`pads` of {title(node)} must be {2 * rank} numbers, got {pads}", node.line
        )
    return [(pads[axis], pads[axis + rank]) for axis in range(rank)]


def _padding(windows: _Windows) -> Any:
    """The key of a spec; None where nothing is padded."""
    pads = windows.pads
    if windows.auto in _AUTO:
        return _AUTO[windows.auto]
    if not any(map(any, pads)):
        return None
    if all(before == after for before, after in pads):
        return alike([before for before, _ in pads])
    return [list(pair) for pair in pads]


def window_keys(node: Node, kernel: Sequence[int]) -> Data:
    """Stride, padding and dilation, those that are not their defaults; raises Unreadable."""
    return _keys(_Windows.of(node, kernel))


def _keys(windows: _Windows) -> Data:
    keys: Data = {}
    if max(windows.strides) > 1:
        keys["stride"] = alike(windows.strides)
    padding = _padding(windows)
    if padding is not None:
        keys["padding"] = padding
    if max(windows.dilations) > 1:
        keys["dilation"] = alike(windows.dilations)
    return keys


# A network has few sizes of maps, and each of them many times.
@lru_cache(maxsize=1024)
def _lengths(windows: _Windows, size: Dims, rule: str = "floor") -> tuple[int, ...]:
    """How many windows there are along each axis."""
    if windows.auto in _AUTO:
        return tuple(-(-n // step) for n, step in zip(size, windows.strides, strict=True))
    return tuple(
        Window(k, s, d, pads, rule).positions(n)
        for n, k, s, d, pads in zip(size, *windows[:4], strict=True)
    )


def as_map(walk: Walk, node: Node, x: Value | None, rank: int) -> Value:
    """A map of so many axes with its batch in front; raises Unreadable if the operand is none."""
    if x is None or x.is_constant or len(x.dims) != rank + 2 or x.form:
        raise Unreadable(f"{title(node)} needs a map of {rank} axes", node.line)
    if x.batch is None and x.dims[0] == 1:
        return walk.reshape(node, x, x.dims, 0)
    if x.batch != 0:
        raise Unreadable(f"{title(node)} works on several maps of an example", node.line,
                         help="`time_distributed` says that in a spec")  # fmt: skip
    return x


def conv(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Conv; raises Unreadable."""
    x, weight, *more = operands
    bias = walk.stored_bias(more[0] if more else None)
    if weight is None or len(weight.dims) < 3:
        raise Unreadable(f"{title(node)} has no kernel", node.line)
    filters, depth, *kernel = weight.dims
    windows = _Windows.of(node, kernel)
    if x is not None and is_several(x, len(kernel)):
        if weight.is_constant and fits_side_by_side(x):
            return read_side_by_side(
                walk, node, x, lambda wide, one: conv(walk, wide, [one, with_axis(weight), bias])
            )
        dims = (x.dims[0], filters, *_lengths(windows, x.dims[2:]))
        macs = x.dims[0] * prod(dims[2:]) * weight.elements
        params = walk.count([weight, bias])
        return walk.opaque(node, [x], dims, None, params=params, macs=macs)
    x = as_map(walk, node, x, len(kernel))
    groups = integer(node, "group", 1)
    channels = x.dims[1]
    dims = (x.dims[0], filters, *_lengths(windows, x.dims[2:]))
    macs = prod(dims[2:]) * weight.elements
    if not weight.is_constant:
        return walk.opaque(node, [x, weight], dims, 0, params=walk.count([bias]), macs=macs)
    if groups < 1 or depth * groups != channels or filters % groups:
        raise Unreadable(f"{title(node)} has a kernel for {depth * groups} channels, and gets "
                         f"{channels}", node.line)  # fmt: skip
    keys: Data = {"kernel": alike(kernel)}
    if groups == channels > 1:
        kind = "depthwise_conv"
        if filters > channels:
            keys["multiplier"] = filters // channels
    else:
        kind = "conv"
        keys["filters"] = filters
        if groups > 1:
            keys["groups"] = groups
    keys |= _keys(windows)
    if bias is None:
        keys["bias"] = False
    return walk.add_weighted(node, kind, keys, x, [weight, bias], dims, 0, macs=macs)


def deform_conv(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """DeformConv; raises Unreadable."""
    x, weight, offset, bias, mask = [*operands, None, None][:5]
    if weight is None or len(weight.dims) < 3 or offset is None:
        raise Unreadable(f"{title(node)} has no kernel, or no offsets", node.line)
    filters, _, *kernel = weight.dims
    x = as_map(walk, node, x, len(kernel))
    windows = _Windows.of(node, kernel)
    dims = (x.dims[0], filters, *_lengths(windows, x.dims[2:]))
    given = [value for value in (x, offset, mask) if value is not None]
    data = [value for value in given if not value.is_constant]
    params = walk.count([weight, bias])
    whole = weight.elements + (0 if bias is None else bias.elements)
    if params != whole or data != given or any(value.batch != 0 for value in data):
        return walk.opaque(
            node, data, dims, 0, params=params, macs=prod(dims[2:]) * weight.elements
        )
    keys: Data = {"filters": filters, "kernel": alike(kernel), **_keys(windows)}
    for key, name in (("groups", "group"), ("offset_groups", "offset_group")):
        if integer(node, name, 1) > 1:
            keys[key] = integer(node, name, 1)
    if bias is None:
        keys["bias"] = False
    return walk.add(node, "deform_conv", keys, data, dims, 0)


def conv_transpose(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """ConvTranspose; raises Unreadable."""
    x, weight, *more = operands
    bias = walk.stored_bias(more[0] if more else None)
    if weight is None or len(weight.dims) < 3 or not weight.is_constant:
        raise Unreadable(f"{title(node)} has no kernel", node.line)
    rank = len(weight.dims) - 2
    several = x is not None and is_several(x, rank) and fits_side_by_side(x)
    if x is not None and several and not integers(node, "output_shape"):
        kernel = with_axis(weight)
        return read_side_by_side(
            walk, node, x, lambda wide, one: conv_transpose(walk, wide, [one, kernel, bias])
        )
    return _transpose_map(walk, node, as_map(walk, node, x, rank), weight, bias)


def _transpose_map(walk: Walk, node: Node, x: Value, weight: Value, bias: Value | None) -> Value:
    """The transposed convolution of one map."""
    channels, depth, *kernel = weight.dims
    rank = len(kernel)
    groups = integer(node, "group", 1)
    strides, dilations = _axes(node, "strides", rank), _axes(node, "dilations", rank)
    extra = _axes(node, "output_padding", rank, 0)
    if channels != x.axes[0] or groups < 1 or channels % groups:
        raise Unreadable(f"{title(node)} has a kernel for {channels} channels, and gets "
                         f"{x.axes[0]}", node.line)  # fmt: skip
    windows = []
    for axis, n in enumerate(x.axes[1:]):
        full = TransposedWindow(kernel[axis], strides[axis], dilations[axis])
        windows.append(full._replace(padding=_cut(node, (axis, rank), full, n, extra[axis])))
    sizes = [window.positions(n) for window, n in zip(windows, x.axes[1:], strict=True)]
    dims = (x.dims[0], depth * groups, *sizes)
    keys: Data = {"filters": depth * groups, "kernel": alike(kernel)}
    if any(step > 1 for step in strides):
        keys["stride"] = alike(strides)
    cuts, beyond = _cuts_of(windows, extra)
    reached = (*dims[:2], *(n - e for n, e in zip(sizes, beyond, strict=True)))
    if any(map(any, cuts)):
        same = all(before == after for before, after in cuts)
        keys["padding"] = alike([cut[0] for cut in cuts]) if same else cuts
    if any(extra):
        keys["output_padding"] = alike(extra)
    if any(step > 1 for step in dilations):
        keys["dilation"] = alike(dilations)
    if groups > 1:
        keys["groups"] = groups
    if bias is None:
        keys["bias"] = False
    macs = prod(x.axes[1:]) * weight.elements
    made = walk.add_weighted(node, "conv_transpose", keys, x, [weight, bias], reached, 0, macs=macs)
    if any(beyond):
        made = walk.add(node, "pad", {"amount": [[0, e] for e in beyond]}, [made], dims, 0)
    return made


def _cuts_of(
    windows: Sequence[TransposedWindow], extra: Sequence[int]
) -> tuple[list[list[int]], list[int]]:
    """What is cut from both sides along each axis, and what is filled up with zeros at the end.

    What is added at the end is a cut that is so much smaller: the same sizes and windows. An
    `output_shape` beyond what the windows reach is filled up.
    """
    cuts = [[w.padding[0], w.padding[1] + e] for w, e in zip(windows, extra, strict=True)]
    beyond = [max(-after, 0) for _, after in cuts]
    return [[max(before, 0), max(after, 0)] for before, after in cuts], beyond


def _cut(
    node: Node, place: tuple[int, int], full: TransposedWindow, n: int, extra: int
) -> tuple[int, int]:
    """What is cut from both sides: by `output_shape`, `auto_pad` or `pads`, in this order."""
    axis, rank = place
    wanted = integers(node, "output_shape")
    auto = word(node, "auto_pad", "NOTSET")
    whole = full.positions(n) + extra
    if wanted is not None:
        if len(wanted) < rank:
            raise Unreadable(f"`output_shape` of {title(node)} is {wanted}", node.line)
        total = whole - wanted[axis - rank]
    elif auto in _AUTO:
        # What is shorter than a stride has nothing to cut.
        total = max(whole - n * full.stride, 0)
    else:
        before, after = (0, 0) if auto == "VALID" else _pads(node, rank)[axis]
        return before, after - extra
    if total < 0:
        return 0, total - extra
    half = total // 2
    before = half if auto == "SAME_UPPER" else total - half
    return before, total - before - extra


def pool(kind: str) -> Callable[[Walk, Node, list[Value | None]], Value | list[Value]]:
    """MaxPool, AveragePool and LpPool; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        kernel = integers(node, "kernel_shape") or []
        rank = len(kernel)
        if not rank or min(kernel) < 1:
            raise Unreadable(f"{title(node)} has no kernel_shape", node.line)
        x = operands[0]
        several = x is not None and is_several(x, rank)
        if x is not None and several and fits_side_by_side(x):
            return read_side_by_side(walk, node, x, lambda wide, one: read(walk, wide, [one]))
        x = x if x is not None and several else as_map(walk, node, x, rank)
        ceil = bool(integer(node, "ceil_mode", 0))
        windows = _Windows.of(node, kernel)
        dims = (*x.dims[:2], *_lengths(windows, x.dims[2:], "ceil" if ceil else "floor"))
        if several:
            return walk.opaque(node, [x], dims, None, params=0, macs=0)
        keys: Data = {"size": alike(kernel), "stride": 1, **_keys(windows)}
        if ceil:
            keys["ceil"] = True
        if kind == "avg_pool" and integer(node, "count_include_pad", 0):
            keys["count_padding"] = True
        if (kind == "lp_pool" and "padding" in keys) or (kind != "max_pool" and "dilation" in keys):
            return walk.opaque(node, [x], dims, 0, params=0, macs=0)
        # The package's inference keeps a last window that no runtime keeps.
        return walk.add(node, kind, keys, [x], dims, 0, sure=not ceil)

    return read


def global_pool(kind: str) -> Callable[[Walk, Node, list[Value | None]], Value]:
    """GlobalAveragePool and GlobalMaxPool, which keep their axes; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
        x = operands[0]
        rank = 0 if x is None else len(x.dims) - 2
        if rank < 1:
            raise Unreadable(f"{title(node)} needs a map", node.line)
        x = as_map(walk, node, x, rank)
        dims = (*x.dims[:2], *[1] * rank)
        if kind == "lp_pool":
            return walk.add(node, kind, {"size": alike(x.axes[1:])}, [x], dims, 0)
        return walk.add(node, kind, {"keep_size": True}, [x], dims, 0)

    return read
