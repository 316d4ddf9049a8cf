"""Keras' normalisations. `axis` says where the channels are, or which axes are normalised."""

from __future__ import annotations

from typing import Any

from ..cases import Case
from ..stating import LAST, Entry, Stated, Statement, Unstated, View, layer
from .views import through


def axis(case: Case, index: int) -> int:
    """An axis that counts the batch, as one that does not."""
    rank = len(case.shapes[0])
    if not -rank <= index < rank:
        raise Unstated("no such axis")
    if index % rank == 0:
        raise Unstated("normalises the batch axis")
    return index % rank - 1


def along(case: Case, *layers: Entry) -> Stated:
    """The layers on the input read so that `axis` holds the channels."""
    v = View(axis(case, case.args.get("axis", -1)))
    return Stated((v.read(case.shapes[0]),), list(layers), v)


def batch_normalization(case: Case) -> Stated:
    """Per channel."""
    return along(case, layer("batch_norm", case.args, "axis"))


def group_normalization(case: Case) -> Stated:
    """`groups=-1` is a group for each channel; the default is 32."""
    v = View(axis(case, case.args.get("axis", -1)))
    channels = v.axes(case.shapes[0])[v.channels]
    groups = case.args.get("groups", 32)
    if groups == -1:
        groups = channels
    return along(case, layer("group_norm", case.args, "axis", groups=groups))


def over_axes(kind: str) -> Statement:
    """A norm over the axes that `axis` lists."""

    def state(case: Case) -> Stated:
        return through(case, layer(kind, case.args, "axis", axes=axes(case)))

    return state


def axes(case: Case) -> Any:
    """`axis` by our names; the channels unless given."""
    given = case.args.get("axis", -1)
    rank = len(case.shapes[0]) - 1
    if rank > 4:
        raise Unstated("more than three spatial axes")
    indices = [axis(case, i) for i in (given if isinstance(given, list) else [given])]
    if indices == [rank - 1]:
        return "channels"
    return "all" if len(indices) == rank else [LAST.name(i, rank) for i in indices]


TABLE: dict[str, Statement] = {
    "BatchNormalization": batch_normalization,
    "GroupNormalization": group_normalization,
    "LayerNormalization": over_axes("layer_norm"),
    "RMSNormalization": over_axes("rms_norm"),
    "UnitNormalization": over_axes("l2_norm"),
    "Normalization": over_axes("normalization"),
}
