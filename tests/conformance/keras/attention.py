"""Keras' products of two tensors."""

from __future__ import annotations

from ..cases import Case
from ..stating import LAST, NAMES, Stated, Statement, Unstated, View, layer
from .merging import inputs


def multi_head_attention(case: Case) -> Stated:
    """Called on query, value and perhaps key, in this order."""
    query, value, *rest = NAMES[: len(case.shapes)]
    operands = [query, rest[0] if rest else value, value]
    if len(case.shapes[0]) != 3:
        raise Unstated("attention over several axes")
    return Stated(inputs(case), [layer("multi_head_attention", case.args, **{"from": operands})])


def grouped_attention(case: Case) -> Stated:
    """Its head dimension is that of query, key and value alike."""
    stated = multi_head_attention(case)
    ((_, keys),) = stated.layers[0].items()
    renamed = {"num_query_heads": "heads", "num_key_value_heads": "kv_heads", "head_dim": "key_dim"}
    return stated._replace(
        layers=[{"multi_head_attention": {renamed.get(n, n): v for n, v in keys.items()}}]
    )


def dot(case: Case) -> Stated:
    """The products over `axes[0]` of the one and `axes[1]` of the other; the rest stays in order."""
    ranks = [len(shape) - 1 for shape in case.shapes]
    axes = [axis - 1 for axis in case.args["axes"]]
    names = [name(axis, rank) for axis, rank in zip(axes, ranks, strict=True)]
    rest = [
        [name(axis, rank) for axis in range(rank) if axis != gone]
        for gone, rank in zip(axes, ranks, strict=True)
    ]
    # Channels that remain stay channels, which are Keras' last axis but where the second loses them.
    first_only = "c" in rest[0] and "c" not in rest[1]
    out = View(len(rest[0]) - 1) if first_only else LAST
    entry = {"matmul": {"from": list(NAMES[:2]), "axes": names}}
    return Stated(inputs(case), [entry], out)


def name(axis: int, rank: int) -> str:
    """Our name of an axis, the channels last; a vector has nothing else."""
    return LAST.name(axis, rank) if rank > 1 else "c"


TABLE: dict[str, Statement] = {
    "MultiHeadAttention": multi_head_attention,
    "Dot": dot,
    "GroupQueryAttention": grouped_attention,
}
