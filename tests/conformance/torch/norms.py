"""PyTorch's normalisations."""

from __future__ import annotations

from typing import Any

from ..cases import Case
from ..stating import FIRST, Stated, Statement, Unstated, layer
from .views import claimed, through, view

VALUES = ("eps", "momentum", "alpha", "beta", "k")
"""Arguments that change values only."""


def batch_norm(case: Case) -> Stated:
    """`affine` is both scale and centre, `bias` the centre alone."""
    shape = case.shapes[0]
    if case.args["num_features"] != shape[1]:
        raise Unstated("contradicts its input")
    affine = case.args.get("affine", True)
    keys = {"scale": affine, "center": affine and case.args.get("bias", True)}
    drop = ("num_features", "affine", "bias", *VALUES)
    # BatchNorm1d takes two axes as a batch of vectors, not as one map.
    return Stated((FIRST.read(shape),), [layer("batch_norm", case.args, *drop, **keys)], FIRST)


def instance_norm(case: Case) -> Stated:
    """Its arguments are ours."""
    claimed(case, "num_features")
    return through(case, layer("instance_norm", case.args, "num_features", *VALUES))


def group_norm(case: Case) -> Stated:
    """`affine` is both scale and centre."""
    claimed(case, "num_channels")
    affine = case.args.get("affine", True)
    keys = {"scale": affine, "center": affine}
    drop = ("num_channels", "affine", *VALUES)
    return through(case, layer("group_norm", case.args, *drop, **keys))


def over_last(kind: str) -> Statement:
    """A norm over the last axes, which `normalized_shape` repeats."""

    def state(case: Case) -> Stated:
        affine = case.args.get("elementwise_affine", True)
        keys: dict[str, Any] = {"axes": last_axes(case), "scale": affine}
        if kind == "layer_norm":
            keys["center"] = affine and case.args.get("bias", True)
        return through(case, layer(kind, {}, **keys))

    return state


def last_axes(case: Case) -> Any:
    """The axes that `normalized_shape` names by their sizes, by our names."""
    sizes, shape = case.args["normalized_shape"], case.shapes[0]
    sizes = [sizes] if isinstance(sizes, int) else sizes
    if shape[-len(sizes) :] != sizes:
        raise Unstated("contradicts its input")
    rank = len(shape) - 1
    if len(sizes) > rank:
        raise Unstated("normalises the batch axis")
    if len(sizes) == rank:
        return "all"
    return [view(case).name(i, rank) for i in range(rank - len(sizes), rank)]


def local_response_norm(case: Case) -> Stated:
    """Across channels."""
    return through(case, layer("local_response_norm", case.args, *VALUES))


TABLE: dict[str, Statement] = {
    "GroupNorm": group_norm,
    "LayerNorm": over_last("layer_norm"),
    "RMSNorm": over_last("rms_norm"),
    "LocalResponseNorm": local_response_norm,
}
for rank in (1, 2, 3):
    TABLE[f"BatchNorm{rank}d"] = batch_norm
    TABLE[f"InstanceNorm{rank}d"] = instance_norm
