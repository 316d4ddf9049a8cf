"""How far apart two vectors are, and whether vectors can be compared at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.question import flag
from cnncalc.layers.base.key_types import Bad, Choice
from cnncalc.working.traced import absolute, maximum
from cnncalc.working.vectors import length_over, plain_values, square, sum_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

METRIC = Choice("squared", "euclidean", "manhattan", "cosine")
"""Squared Euclidean, Euclidean, sum of absolute differences, 1 minus the cosine of the angle."""


def distance(
    w: Plain, metric: str, first: Sequence[Any], second: Sequence[Any], names: Sequence[str]
) -> Any:
    """The distance of two vectors of one length by a `METRIC`; `names` are what they are called.

    For cosines neither vector may be zero: `no_zero` sees to that.
    """
    if metric == "squared":
        return sum_over(lambda a, b: square(a - b), first, second)
    if metric == "euclidean":
        return length_over(lambda a, b: a - b, first, second)
    if metric == "manhattan":
        return sum_over(lambda a, b: absolute(a - b), first, second)
    norms = [
        w.let(f"norm_{name}", length_over(lambda a: a, vector))
        for name, vector in zip(names, (first, second), strict=True)
    ]
    # Each factor is divided before they are multiplied, so that no product over- or underflows.
    cosine = sum_over(lambda a, b: (a / norms[0]) * (b / norms[1]), first, second)
    # Rounding may carry the cosine of equal vectors beyond 1.
    return maximum(0, 1 - w.let(f"cos_{'_'.join(names)}", cosine))


def same_lengths(**vectors: Sequence[Any]) -> None:
    """Raise Bad unless all vectors are as long as the first; their names are those of the inputs."""
    (reference, first), *others = vectors.items()
    for name, vector in others:
        if len(vector) != len(first):
            count = f"{len(vector)} number{'s' * (len(vector) != 1)}"
            raise Bad(f"{flag(name)} has {count}, {flag(reference)} {len(first)}", sentence=True)


def no_zero(metric: str, **vectors: Sequence[Any]) -> None:
    """Raise Bad if cosines are asked of a vector that has no direction."""
    for name, vector in vectors.items():
        if metric == "cosine" and not any(plain_values(vector)):
            raise Bad("is zero and has no direction, so there is no cosine", at=(name,))
