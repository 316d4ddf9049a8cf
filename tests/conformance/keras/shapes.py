"""Keras' layers that only move, repeat, cut or resample."""

from __future__ import annotations

from typing import Any

from ..cases import Case
from ..stating import Stated, Statement, Unstated, layer, ranked, tensor
from .views import through, view


def up_sampling(case: Case) -> Stated:
    """`size` is how many times larger the output is."""
    scale = case.args.get("size", 2)
    return through(case, layer(ranked("upsample", case), case.args, "size", "data_format", scale=scale))


def resizing(case: Case) -> Stated:
    """With `crop_to_aspect_ratio` only the values differ."""
    size = [case.args["height"], case.args["width"]]
    drop = ("height", "width", "crop_to_aspect_ratio", "data_format")
    return through(case, layer("resize2d", case.args, *drop, size=size))


def center_crop(case: Case) -> Stated:
    """An image that is too small is resized, as Keras does."""
    size = [case.args["height"], case.args["width"]]
    present = view(case).read(case.shapes[0])["size"]
    fits = all(want <= have for want, have in zip(size, present, strict=True))
    return through(case, {"crop": {"size": size}} if fits else {"resize": {"size": size}})


def signed(amount: Any, rank: int) -> Any:
    """`padding` or `cropping` as our `amount`: for one axis Keras leaves the outer list out."""
    return [amount] if rank == 1 and isinstance(amount, list) else amount


def zero_padding(case: Case) -> Stated:
    """A list of two for one axis means before and after; negative amounts crop."""
    amount = case.args.get("padding", 1)
    return through(case, {ranked("pad", case): {"amount": signed(amount, case.rank)}})


def cropping(case: Case) -> Stated:
    """A list of two for one axis means before and after."""
    amount = case.args.get("cropping", 1)
    return through(case, {ranked("crop", case): {"amount": signed(amount, case.rank)}})


def flatten(case: Case) -> Stated:
    """All axes but the batch."""
    return through(case, {"flatten": {}})


def reshape(case: Case) -> Stated:
    """The last axis of the target holds the channels."""
    target = list(case.args["target_shape"])
    if not target:
        raise Unstated("no axis besides the batch")
    return through(case, {"reshape": {"to": tensor(target.pop(), target)}})


def permute(case: Case) -> Stated:
    """`dims` counts from 1 and leaves the batch out."""
    v, dims = view(case), case.args["dims"]
    rank = len(case.shapes[0]) - 1
    if rank > 4:
        raise Unstated("more than three spatial axes")
    if not all(1 <= d <= rank for d in dims):
        raise Unstated("no such axis")
    names = [v.name(d - 1, rank) for d in dims] if rank > 1 else ["c"]
    return through(case, {"permute": {"axes": [names[-1], *names[:-1]]}})


def repeat_vector(case: Case) -> Stated:
    """`n` positions with the features of the vector as channels."""
    return through(case, layer("repeat_vector", case.args))


TABLE: dict[str, Statement] = {
    "UpSampling1D": up_sampling,
    "UpSampling2D": up_sampling,
    "UpSampling3D": up_sampling,
    "Resizing": resizing,
    "CenterCrop": center_crop,
    "Flatten": flatten,
    "Reshape": reshape,
    "Permute": permute,
    "RepeatVector": repeat_vector,
}
for rank in (1, 2, 3):
    TABLE[f"ZeroPadding{rank}D"] = zero_padding
    TABLE[f"Cropping{rank}D"] = cropping
