"""Operators with windows: convolutions, pools, resizings and paddings."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx import elementwise, moving, resizing, windows
from cnncalc.importers.base.onnx.nodes import title

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.torch.bound import Bound


def _strides(b: Bound, rank: int) -> Data:
    return {
        "strides": b.integers("stride", rank, 1),
        "dilations": b.integers("dilation", rank, 1),
        "group": b.integer("groups", 1),
    }


def conv(b: Bound) -> Value:
    """conv1d, conv2d, conv3d; a kernel that is not learnt is opaque; raises Unreadable."""
    x, kernel, bias = b.tensor("input"), b.weight("weight"), b.weight("bias")
    if kernel is None or len(kernel.dims) < 3:
        raise Unreadable(f"{title(b.node)} has no kernel", b.node.line)
    macs = prod(b.dims) * prod(kernel.dims[1:])
    rank = len(kernel.dims) - 2
    if _is_filter(b, x, kernel, bias):
        return _blur(b, x, kernel, rank)
    if not b.walk.is_weight(kernel) or len(x.dims) != len(kernel.dims):
        return b.opaque(macs=macs)
    said = _strides(b, rank)
    node = b.like("Conv", pads=_pads(b, kernel.dims[2:], said["dilations"]), **said)
    if b.walk.is_weight(bias):
        return windows.conv(b.walk, node, [x, kernel, bias])
    made = windows.conv(b.walk, node, [x, kernel, None])
    return add_constant(b, made, bias and bias._replace(dims=(*bias.dims, *[1] * rank)))


def _is_filter(b: Bound, x: Value, kernel: Value, bias: Value | None) -> bool:
    """Whether a kernel is a buffer of its own, with one filter for each channel that subsamples it."""
    channels, each, *size = kernel.dims
    alone = not kernel.learnt and b.walk.is_whole(kernel) and bias is None
    fits = x.batch == 0 and len(x.dims) == len(kernel.dims) and x.dims[1] == channels
    steps = b.integers("stride", len(size), 1)
    return (
        alone
        and fits
        and each == len(set(size)) == 1
        and min(steps) > 1
        and b.integer("groups", 1) == channels
        and set(b.integers("dilation", len(size), 1)) == {1}
    )


def _blur(b: Bound, x: Value, kernel: Value, rank: int) -> Value:
    """A convolution by such a kernel, in networks that are shielded against aliasing."""
    pads = _pads(b, kernel.dims[2:], [1] * rank)
    if pads[:rank] != pads[rank:]:
        return b.opaque(macs=prod(b.dims) * prod(kernel.dims[1:]))
    keys = {
        "size": kernel.dims[2],
        "stride": windows.alike(b.integers("stride", rank, 1)),
        "padding": windows.alike(pads[:rank]),
        "mode": "zeros",
    }
    return b.walk.add_weighted(b.node, "blur_pool", keys, x, [kernel], b.dims, 0)


def _pads(b: Bound, kernel: tuple[int, ...], dilations: list[int]) -> list[int]:
    """Before and after along each axis; an odd rest of `same` is after."""
    said = b.get("padding", 0)
    rank = len(kernel)
    if said == "same":
        total = [d * (k - 1) for k, d in zip(kernel, dilations, strict=True)]
        return [n // 2 for n in total] + [n - n // 2 for n in total]
    if said == "valid":
        return [0] * (2 * rank)
    return b.integers("padding", rank, 0) * 2


def add_constant(b: Bound, x: Value, constant: Value | None) -> Value:
    """A summand that is no bias, as one that is put together of several tensors; raises Unreadable."""
    if constant is None:
        return x
    dims = (*[1] * (len(x.dims) - len(constant.dims)), *constant.dims)
    # A result keeps its own axes, which a layer changes; those of a constant are as they are read.
    own = constant._replace(dims=dims) if constant.is_constant else constant
    other = b.walk.data(own, b.node)
    new = x.batch if x.batch is not None and dims[x.batch] == 1 else None
    other = b.walk.reshape(b.node, other, dims, other.batch if other.dims == dims else new)
    return elementwise.merge("add")(b.walk, b.node, [x, other])


def conv_transpose(b: Bound) -> Value:
    """conv_transpose1d, conv_transpose2d, conv_transpose3d; raises Unreadable."""
    x, kernel, bias = b.tensor("input"), b.weight("weight"), b.weight("bias")
    if kernel is None or len(kernel.dims) < 3:
        raise Unreadable(f"{title(b.node)} has no kernel", b.node.line)
    rank = len(kernel.dims) - 2
    macs = prod(x.dims) * prod(kernel.dims[1:])
    if not (b.walk.is_weight(kernel) and b.walk.is_weight(bias)):
        return b.opaque(macs=macs)
    node = b.like("ConvTranspose", pads=b.integers("padding", rank, 0) * 2,
                  output_padding=b.integers("output_padding", rank, 0), **_strides(b, rank))  # fmt: skip
    return windows.conv_transpose(b.walk, node, [x, kernel, bias])


def pool(kind: str, rank: int) -> Callable[[Bound], list[Value]]:
    """max_pool and avg_pool; what indices are read are those of the same shape."""

    def read(b: Bound) -> list[Value]:
        x = b.tensor()
        kernel = b.integers("kernel_size", rank)
        attributes = {
            "kernel_shape": kernel,
            "strides": b.integers("stride", rank) if b.get("stride", []) else kernel,
            "pads": b.integers("padding", rank, 0) * 2,
            "dilations": b.integers("dilation", rank, 1),
            "ceil_mode": int(bool(b.get("ceil_mode", False))),
        }
        made = windows.pool(kind)(b.walk, b.like("Pool", **attributes), [x])
        found = made if isinstance(made, list) else [made]
        return found * len(b.call.outputs)

    return read


def adaptive_pool(kind: str, rank: int) -> Callable[[Bound], list[Value]]:
    """adaptive_avg_pool and adaptive_max_pool, global where one position is left."""

    def read(b: Bound) -> list[Value]:
        x = windows.as_map(b.walk, b.node, b.tensor(), rank)
        size = list(b.dims[2:])
        if size == [1] * rank:
            keys: Data = {"keep_size": True}
            made = b.walk.add(b.node, f"global_{kind}_pool", keys, [x], b.dims, 0)
        else:
            wanted: Any = size[0] if len(set(size)) == 1 else size
            made = b.walk.add(b.node, f"adaptive_{kind}_pool", {"size": wanted}, [x], b.dims, 0)
        return [made] * len(b.call.outputs)

    return read


def resize(mode: str) -> Callable[[Bound], Value]:
    """The upsample operators: by whole factors, or to a size."""

    def read(b: Bound) -> Value:
        x = b.tensor("self" if "self" in b.args else "input")
        if x.batch != 0 or x.dims[:2] != b.dims[:2]:
            return b.opaque()
        before, after = x.dims[2:], b.dims[2:]
        if before == after:
            return x
        keys: Data = {"size": list(after)}
        kind = "resize"
        if all(m % n == 0 for n, m in zip(before, after, strict=True)):
            ratios = [m // n for n, m in zip(before, after, strict=True)]
            keys = {"scale": ratios[0] if len(set(ratios)) == 1 else ratios}
            kind = "upsample"
        keys["mode"] = mode
        if b.get("align_corners", False) and mode in ("linear", "cubic"):
            keys["align_corners"] = True
        return b.walk.add(b.node, kind, keys, [x], b.dims, 0)

    return read


_MODES = {"replicate": "edge", "circular": "wrap"}


def pad(mode: str = "") -> Callable[[Bound], Value]:
    """pad: the amounts are those of the last axis first; raises Unreadable."""

    def read(b: Bound) -> Value:
        x = b.tensor()
        said = list(b.get("pad", b.get("padding", [])))
        said = said * 2 if len(said) == 1 else said
        rank = len(x.dims)
        if len(said) % 2 or len(said) > 2 * rank or not all(isinstance(n, int) for n in said):
            raise Unreadable(f"{title(b.node)} pads by {said}", b.node.line)
        amounts = said + [0] * (2 * rank - len(said))
        pads = [*amounts[-2::-2], *amounts[::-2]]
        word = mode or b.get("mode", "constant")
        node = b.like("Pad", pads=pads, mode=_MODES.get(word, word))
        return resizing.pad(b.walk, node, [x])

    return read


def shuffle(b: Bound) -> Value:
    """pixel_shuffle."""
    factor = b.integer("upscale_factor", 1)
    node = b.like("DepthToSpace", blocksize=factor, mode="CRD")
    return moving.depth_to_space(b.walk, node, [b.tensor()])


def unshuffle(b: Bound) -> Value:
    """pixel_unshuffle."""
    x = windows.as_map(b.walk, b.node, b.tensor(), 2)
    keys = {"factor": b.integer("downscale_factor", 1)}
    return b.walk.add(b.node, "pixel_unshuffle", keys, [x], b.dims, 0)


def channel_shuffle(b: Bound) -> Value:
    """channel_shuffle."""
    x = b.tensor()
    return b.walk.add(
        b.node, "channel_shuffle", {"groups": b.integer("groups", 1)}, [x], x.dims, x.batch
    )


def _columns(b: Bound) -> Data:
    """How the windows of `unfold` and `fold` lie."""
    keys: Data = {"kernel": windows.alike(b.integers("kernel_size", 2))}
    for name, usual in (("stride", 1), ("padding", 0), ("dilation", 1)):
        said = b.integers(name, 2, usual)
        if set(said) != {usual}:
            keys[name] = windows.alike(said)
    return keys


def im2col(b: Bound) -> Value:
    """im2col: the elements of every window as channels; raises Unreadable."""
    x = windows.as_map(b.walk, b.node, b.tensor(), 2)
    return b.walk.add(b.node, "unfold", _columns(b), [x], b.dims, 0)


def col2im(b: Bound) -> Value:
    """col2im: columns summed up where their windows were; raises Unreadable."""
    x = windows.as_map(b.walk, b.node, b.tensor(), 1)
    keys: Data = {"size": b.integers("output_size", 2), **_columns(b)}
    return b.walk.add(b.node, "fold", keys, [x], b.dims, 0)
