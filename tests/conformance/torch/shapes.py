"""PyTorch's modules that only move, pad, cut or resample."""

from __future__ import annotations

from math import prod

from ..cases import Case
from ..stating import FIRST, Stated, Statement, Unstated, View, layer, ranked
from .views import through, view


def upsample(case: Case) -> Stated:
    """By a factor it is `upsample`, to a size `resize`."""
    kind = "upsample" if case.args.get("size") is None else "resize"
    # Our `linear` suits any number of axes, PyTorch's one.
    axes = "1d" if case.args.get("mode") == "linear" else ""
    mode = case.args.get("mode", "nearest")
    return through(case, layer(kind + axes, case.args, mode=mode))


def upsampling_2d(case: Case) -> Stated:
    """Upsample with its mode fixed; bilinear aligns the corners."""
    kind = "upsample2d" if case.args.get("size") is None else "resize2d"
    nearest = case.cls == "UpsamplingNearest2d"
    mode = {"mode": "nearest"} if nearest else {"mode": "bilinear", "align_corners": True}
    return through(case, layer(kind, case.args, **mode))


def pad(mode: str) -> Statement:
    """A flat list counts from the last axis backward."""

    def state(case: Case) -> Stated:
        amount = case.args["padding"]
        flat = [amount] * (2 * case.rank) if isinstance(amount, int) else amount
        if len(flat) != 2 * case.rank:
            raise Unstated("malformed padding")
        sides = [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)][::-1]
        return through(case, {ranked("pad", case): {"amount": sides, "mode": mode}})

    return state


def flatten(case: Case) -> Stated:
    """From `start_dim` to `end_dim`, both counting the batch."""
    shape = case.shapes[0]
    rank = len(shape)
    ends = case.args.get("start_dim", 1), case.args.get("end_dim", -1)
    if not all(-rank <= end < rank for end in ends):
        raise Unstated("no such axis")
    start, end = (e % rank for e in ends)
    if start > end:
        raise Unstated("axes in the wrong order")
    if start == 0 and rank > 1:
        raise Unstated("touches the batch axis")
    if (start, end) == (1, rank - 1):
        return through(case, {"flatten": {}})
    axes = [*shape[:start], prod(shape[start : end + 1]), *shape[end + 1 :]]
    return through(case, {"reshape": {"to": FIRST.read(axes)}})


def unflatten(case: Case) -> Stated:
    """One axis becomes several; the others stay."""
    shape, dim = case.shapes[0], case.args["dim"]
    dim %= len(shape)
    if dim == 0:
        raise Unstated("touches the batch axis")
    axes = [*shape[:dim], *case.args["unflattened_size"], *shape[dim + 1 :]]
    return through(case, {"reshape": {"to": FIRST.read(axes)}})


def patches(kind: str) -> Statement:
    """Unfold and Fold: their one axis of patches is the size of a map."""

    def state(case: Case) -> Stated:
        v = View(0, 0)
        return Stated((v.read(case.shapes[0]),), [layer(kind, case.args)], v)

    return state


def unchanged(kind: str) -> Statement:
    """The class as `kind`, its arguments unchanged."""

    def state(case: Case) -> Stated:
        v = view(case)
        return Stated((v.read(case.shapes[0]),), [layer(kind, case.args)], v)

    return state


TABLE: dict[str, Statement] = {
    "Upsample": upsample,
    "UpsamplingNearest2d": upsampling_2d,
    "UpsamplingBilinear2d": upsampling_2d,
    "PixelShuffle": unchanged("pixel_shuffle"),
    "PixelUnshuffle": unchanged("pixel_unshuffle"),
    "ChannelShuffle": unchanged("channel_shuffle"),
    "Flatten": flatten,
    "Unflatten": unflatten,
    "Unfold": patches("unfold"),
    "Fold": patches("fold"),
}
for rank in (1, 2, 3):
    TABLE[f"ReflectionPad{rank}d"] = pad("reflect")
    TABLE[f"ReplicationPad{rank}d"] = pad("replicate")
    TABLE[f"CircularPad{rank}d"] = pad("circular")
    TABLE[f"ZeroPad{rank}d"] = pad("zeros")
    TABLE[f"ConstantPad{rank}d"] = pad("zeros")
