"""What operators of PyTorch give: the names of their arguments, and the shapes that follow from them.

Source: native_functions.yaml of PyTorch.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.torch.script import Tensor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Dims = tuple[int, ...]
    Args = dict[str, Any]
    Give = Callable[[Args], Any]

_CONV = "input weight bias stride padding dilation groups"
_TRANSPOSED = "input weight bias stride padding output_padding groups dilation"
_POOL = "self kernel_size stride padding dilation ceil_mode"
_AVERAGE = "self kernel_size stride padding ceil_mode count_include_pad divisor_override"


def _many(value: Any, rank: int, default: int = 0) -> list[int]:
    """A number for each axis."""
    found = (
        list(value) if isinstance(value, (list, tuple)) else [default if value is None else value]
    )
    return (found or [default]) * rank if len(found) < 2 else found


def _check(n: int, wanted: int, what: str) -> None:
    """Raises ValueError if a layer does not read what its weights are for."""
    if n != wanted:
        raise ValueError(f"a layer of {wanted:,} {what} reads {n:,}")


def _conv(args: Args) -> Dims:
    x, weight = args["input"].dims, args["weight"].dims
    rank = len(weight) - 2
    _check(x[-rank - 1], weight[1] * (args.get("groups") or 1), "channels")
    stride, dilation = _many(args.get("stride"), rank, 1), _many(args.get("dilation"), rank, 1)
    said = args.get("padding", 0)
    if isinstance(said, str):
        whole = [
            d * (k - 1) if said == "same" else 0 for k, d in zip(weight[2:], dilation, strict=True)
        ]
    else:
        whole = [2 * p for p in _many(said, rank)]
    size = (
        (n + p - d * (k - 1) - 1) // s + 1
        for n, p, d, k, s in zip(x[-rank:], whole, dilation, weight[2:], stride, strict=True)
    )
    return (*x[: len(x) - rank - 1], weight[0], *size)


def _conv_transpose(args: Args) -> Dims:
    x, weight = args["input"].dims, args["weight"].dims
    rank = len(weight) - 2
    stride, dilation = _many(args.get("stride"), rank, 1), _many(args.get("dilation"), rank, 1)
    padding, more = _many(args.get("padding"), rank), _many(args.get("output_padding"), rank)
    size = (
        (n - 1) * s - 2 * p + d * (k - 1) + o + 1
        for n, s, p, d, k, o in zip(
            x[-rank:], stride, padding, dilation, weight[2:], more, strict=True
        )
    )
    return (*x[: len(x) - rank - 1], weight[1] * (args.get("groups") or 1), *size)


def _pool(rank: int) -> Give:
    def give(args: Args) -> Dims:
        x = args["self"].dims
        kernel = _many(args["kernel_size"], rank, 1)
        stride = _many(args.get("stride") or args["kernel_size"], rank, 1)
        padding, dilation = _many(args.get("padding"), rank), _many(args.get("dilation"), rank, 1)
        size = []
        for n, k, s, p, d in zip(x[-rank:], kernel, stride, padding, dilation, strict=True):
            room = n + 2 * p - d * (k - 1) - 1
            places = -(-room // s) + 1 if args.get("ceil_mode") else room // s + 1
            # The last window of a rounded-up pool begins within the map or the padding before it.
            size.append(places - (bool(args.get("ceil_mode")) and (places - 1) * s >= n + p))
        return (*x[:-rank], *size)

    return give


def _adaptive(rank: int) -> Give:
    def give(args: Args) -> Dims:
        x, said = args["self"].dims, _many(args["output_size"], rank, 1)
        return (*x[:-rank], *(n if m is None else m for n, m in zip(x[-rank:], said, strict=True)))

    return give


def _same(args: Args) -> Dims:
    first: Tensor = next(value for value in args.values() if isinstance(value, Tensor))
    return first.dims


def _spread(args: Args) -> Dims:
    """Operands that are spread over each other."""
    shapes = [value.dims for value in args.values() if isinstance(value, Tensor)]
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(dims)) + dims for dims in shapes]
    return tuple(max(sizes) for sizes in zip(*padded, strict=True))


def _axis(n: int, rank: int) -> int:
    if not -rank <= n < rank:
        raise ValueError("an axis that does not exist")
    return n % rank


def _flatten(args: Args) -> Dims:
    x = args["self"].dims
    start, end = (_axis(args.get(key, n), len(x)) for key, n in (("start_dim", 0), ("end_dim", -1)))
    return (*x[:start], prod(x[start : end + 1]), *x[end + 1 :])


def _view(args: Args) -> Dims:
    x, said = args["self"].dims, [int(n) for n in args.get("size") or args["shape"]]
    known = prod(n for n in said if n != -1)
    found = tuple(prod(x) // known if n == -1 else n for n in said)
    if prod(found) != prod(x):
        raise ValueError("a view of another number of elements")
    return found


def _linear(args: Args) -> Dims:
    x, weight = args["input"].dims, args["weight"].dims
    _check(x[-1], weight[1], "features")
    return (*x[:-1], weight[0])


def _matmul(first: str, second: str) -> Give:
    def give(args: Args) -> Dims:
        x, y = args[first].dims, args[second].dims
        if x[-1] != y[-2]:
            raise ValueError("a product of matrices that do not fit")
        return (*(x if len(x) >= len(y) else y)[:-2], x[-2], y[-1])

    return give


def _reduce(args: Args) -> Dims:
    x = args["self"].dims
    said = args.get("dim")
    axes = [said] if isinstance(said, int) else said or range(len(x))
    gone = {_axis(n, len(x)) for n in axes}
    if args.get("keepdim"):
        return tuple(1 if axis in gone else n for axis, n in enumerate(x))
    return tuple(n for axis, n in enumerate(x) if axis not in gone)


def _cat(args: Args) -> Dims:
    shapes = [value.dims for value in args["tensors"]]
    axis = _axis(args.get("dim", 0), len(shapes[0]))
    return (*shapes[0][:axis], sum(dims[axis] for dims in shapes), *shapes[0][axis + 1 :])


def _stack(args: Args) -> Dims:
    dims = args["tensors"][0].dims
    axis = _axis(args.get("dim", 0), len(dims) + 1)
    return (*dims[:axis], len(args["tensors"]), *dims[axis:])


def _parts(args: Args) -> list[Dims]:
    """Of chunk and split: one shape for each part."""
    x = args["self"].dims
    axis = _axis(args.get("dim", 0), len(x))
    n = x[axis]
    if "chunks" in args:
        each: Any = -(-n // args["chunks"])
    else:
        each = args.get("split_size", args.get("split_sizes"))
    sizes = each if isinstance(each, list) else [min(each, n - at) for at in range(0, n, each)]
    return [(*x[:axis], size, *x[axis + 1 :]) for size in sizes]


def _transpose(args: Args) -> Dims:
    x = list(args["self"].dims)
    a, b = (_axis(args[key], len(x)) for key in ("dim0", "dim1"))
    x[a], x[b] = x[b], x[a]
    return tuple(x)


def _permute(args: Args) -> Dims:
    x = args["self"].dims
    return tuple(x[_axis(n, len(x))] for n in args["dims"])


def _slice(args: Args) -> Dims:
    x = args["self"].dims
    axis = _axis(args.get("dim", 0), len(x))
    start, end = args.get("start") or 0, args.get("end")
    places = range(x[axis])[start : x[axis] if end is None else end : args.get("step") or 1]
    return (*x[:axis], len(places), *x[axis + 1 :])


def _select(args: Args) -> Dims:
    x = args["self"].dims
    axis = _axis(args["dim"], len(x))
    return (*x[:axis], *x[axis + 1 :])


def _unsqueeze(args: Args) -> Dims:
    x = args["self"].dims
    axis = _axis(args["dim"], len(x) + 1)
    return (*x[:axis], 1, *x[axis:])


def _squeeze(args: Args) -> Dims:
    x = args["self"].dims
    axis = _axis(args["dim"], len(x))
    return (*x[:axis], *x[axis + 1 :]) if x[axis] == 1 else x


def _pad(args: Args) -> Dims:
    x = list(args["self"].dims)
    for place in range(len(args["pad"]) // 2):
        x[-1 - place] += sum(args["pad"][2 * place : 2 * place + 2])
    return tuple(x)


def _resize(args: Args) -> Dims:
    x, said = args["input"].dims, args.get("output_size")
    rank = len(x) - 2
    if said is None:
        factors = _many(args["scale_factors"], rank)
        said = [int(n * factor) for n, factor in zip(x[2:], factors, strict=True)]
    return (*x[:2], *said)


_NAMED: dict[str, tuple[str, Give]] = {
    **{f"conv{n}d": (_CONV, _conv) for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": (_TRANSPOSED, _conv_transpose) for n in (1, 2, 3)},
    **{f"max_pool{n}d": (_POOL, _pool(n)) for n in (1, 2, 3)},
    **{f"avg_pool{n}d": (_AVERAGE, _pool(n)) for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": ("self output_size", _adaptive(n)) for n in (1, 2, 3)},
    **{f"upsample_{kind}": ("input output_size scale_factors", _resize)
       for kind in ("nearest1d", "nearest2d", "nearest3d")},
    **{f"upsample_{kind}": ("input output_size align_corners scale_factors", _resize)
       for kind in ("bilinear2d", "bicubic2d", "linear1d", "trilinear3d")},
    "batch_norm": ("input weight bias running_mean running_var training momentum eps cudnn_enabled", _same),
    "layer_norm": ("input normalized_shape weight bias eps cudnn_enable", _same),
    "group_norm": ("input num_groups weight bias eps cudnn_enabled", _same),
    "prelu": ("self weight", _same), "hardtanh": ("self min_val max_val", _same),
    "clamp": ("self min max", _same),
    "leaky_relu": ("self negative_slope", _same), "elu": ("self alpha scale input_scale", _same),
    "gelu": ("self approximate", _same), "softmax": ("self dim dtype", _same),
    "log_softmax": ("self dim dtype", _same),
    "dropout": ("input p train", _same), "feature_dropout": ("input p train", _same),
    "contiguous": ("self memory_format", _same), "clone": ("self memory_format", _same),
    "roll": ("self shifts dims", _same),
    **dict.fromkeys(("add", "sub", "rsub"), ("self other alpha", _spread)),
    **dict.fromkeys(("mul", "div", "maximum", "minimum", "pow"), ("self other", _spread)),
    "flatten": ("self start_dim end_dim", _flatten), "view": ("self size", _view),
    "reshape": ("self shape", _view),
    "linear": ("input weight bias", _linear), "matmul": ("self other", _matmul("self", "other")),
    "bmm": ("self mat2", _matmul("self", "mat2")), "mm": ("self mat2", _matmul("self", "mat2")),
    "addmm": ("self mat1 mat2 beta alpha", _matmul("mat1", "mat2")),
    **dict.fromkeys(("mean", "sum"), ("self dim keepdim dtype", _reduce)),
    **dict.fromkeys(("amax", "amin"), ("self dim keepdim", _reduce)),
    "cat": ("tensors dim", _cat), "stack": ("tensors dim", _stack), "chunk": ("self chunks dim", _parts),
    "split": ("self split_size dim", _parts), "split_with_sizes": ("self split_sizes dim", _parts),
    "transpose": ("self dim0 dim1", _transpose), "permute": ("self dims", _permute),
    "slice": ("self dim start end step", _slice), "select": ("self dim index", _select),
    "unsqueeze": ("self dim", _unsqueeze), "squeeze": ("self dim", _squeeze),
    "constant_pad_nd": ("self pad value", _pad), "pad": ("self pad mode value", _pad),
}  # fmt: skip

for _name in ("relu", "relu6", "sigmoid", "tanh", "silu", "mish", "selu", "hardswish", "hardsigmoid", "softplus",
              "exp", "abs", "sqrt", "square", "neg", "log_sigmoid", "softsign", "detach", "erf"):  # fmt: skip
    _NAMED[_name] = ("self", _same)


def find_operator(name: str) -> tuple[str, list[str], Give] | None:
    """An operator without the `_` of what works in place: its name, its arguments, what it gives; or None."""
    found = _NAMED.get(name.rstrip("_"))
    return None if found is None else (name.rstrip("_"), found[0].split(), found[1])


def plain_convolution(given: Sequence[Any]) -> tuple[str, list[Any]]:
    """`_convolution`, which traces have, as the operator that it stands for, with its arguments in order."""
    x, weight, bias, stride, padding, dilation, transposed, more, groups = given[:9]
    rank = len(weight.dims) - 2
    if transposed:
        return f"conv_transpose{rank}d", [x, weight, bias, stride, padding, more, groups, dilation]
    return f"conv{rank}d", [x, weight, bias, stride, padding, dilation, groups]
