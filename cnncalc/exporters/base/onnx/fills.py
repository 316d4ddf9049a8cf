"""The numbers of weights: none, zeros, or such by which no activation becomes infinite."""

from __future__ import annotations

import random
from array import array
from math import prod, sqrt
from typing import TYPE_CHECKING

from cnncalc.protobuf.writing import little_endian

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.onnx.graph import Weight

_CHUNK = 1 << 16
_HALF = 1 << 15
_SPREAD = {
    "kernel": (0.0, 0.0),
    "bias": (0.0, 0.1),
    "scale": (1.0, 0.5),
    "variance": (1.0, 0.5),
}
"""By the kind of a weight: the middle of its numbers, and how far they lie from it at most."""


def fill(weights: str, seed: int) -> Callable[[Weight], bytes | None]:
    """What gives the numbers of a weight: `none`, `zeros` or `random`."""
    if weights == "none":
        return lambda weight: None
    if weights == "zeros":
        return lambda weight: bytes(4 * prod(weight.dims))
    return lambda weight: _draw(weight, seed)


def _draw(weight: Weight, seed: int) -> bytes:
    """Evenly spread numbers, which a name and a seed say wherever they are drawn.

    The sum of `fan_in` products with a kernel is about as large as what goes in.
    """
    middle, spread = _SPREAD[weight.kind]
    spread = spread or sqrt(3 / weight.fan_in)
    dice = random.Random(f"{seed} {weight.name}")  # noqa: S311 - nothing is to be kept secret
    found = array("f")
    left = prod(weight.dims)
    while left:
        count = min(left, _CHUNK)
        drawn = array("h", dice.randbytes(2 * count))
        step = spread / _HALF
        found.extend([middle + step * number for number in drawn])
        left -= count
    return little_endian(found)
