"""Layers that resize maps as nodes of ONNX, whose factors have 32 bits."""

from __future__ import annotations

from math import floor
from struct import pack, unpack
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import AdaptiveWindow
from cnncalc.dialects.base.onnx import single
from cnncalc.exporters.base.onnx.windows import adapt
from cnncalc.layers.base.resampling import RANKED
from cnncalc.layers.base.shape import per_axis
from cnncalc.protobuf.onnx import FLOAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.onnx.spot import Spot

_MODES: dict[str, dict[str, Any]] = {
    "nearest": {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    "nearest_exact": {"mode": "nearest", "coordinate_transformation_mode": "half_pixel",
                      "nearest_mode": "round_prefer_ceil"},
    "linear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
    "cubic": {"mode": "cubic", "coordinate_transformation_mode": "half_pixel", "cubic_coeff_a": -0.75},
}  # fmt: skip
_CENTRES = {"nearest": 0.0, "nearest_exact": 0.5}
"""Where in an output the place lies whose input is copied."""
_MOST = 2**20
"""Of longer axes not every place is looked at: the file would be about as long as the map."""


def upsample(spot: Spot) -> str:
    """Larger by a factor."""
    scales = [float(scale) for scale in per_axis(spot.layer.scale, spot.rank, "scale")]
    sizes = zip(spot.x.size, scales, spot.output.size, strict=True)
    return _resize(spot, None if all(n * scale == m for n, scale, m in sizes) else scales)


def resize(spot: Spot) -> str:
    """Interpolated to a size."""
    return _resize(spot, None)


def _resize(spot: Spot, scales: list[float] | None) -> str:
    """A map of the size that is known; `scales` are the steps where the sizes do not give them."""
    layer, rank = spot.layer, spot.rank
    mode = RANKED.get(layer.mode, (layer.mode, 0))[0]
    if mode == "nearest" and spot.node.op == "resize":
        mode = spot.plain.rules.nearest
    if mode == "area" or any(isinstance(window, AdaptiveWindow) for window in spot.windows):
        return adapt(spot, spot.read[0], "Average")
    if mode not in _MODES or (mode == "cubic" and rank != 2):
        raise spot.refuse(f"ONNX has no `{layer.mode}` in {rank} axes")
    pairs = list(zip(spot.x.size, spot.output.size, strict=True))
    factors = [single(m / n) for n, m in pairs]
    if scales is not None:
        factors = [_factor(n, m, scale) for (n, m), scale in zip(pairs, scales, strict=True)]
    # What its dialect calls nearest is what a runtime of ONNX makes of the factor.
    if mode in _CENTRES and layer.dialect != "onnx" and max(spot.output.size) <= _MOST:
        said: Sequence[float | None] = scales or [None] * rank
        places = [_places(n, m, scale, mode) for (n, m), scale in zip(pairs, said, strict=True)]
        if any(
            not _reads(factor, n, place, mode)
            for factor, (n, _), place in zip(factors, pairs, places, strict=True)
        ):
            return _gather(spot, places)
    keys = dict(_MODES[mode])
    if layer.align_corners and mode in ("linear", "cubic"):
        keys["coordinate_transformation_mode"] = "align_corners"
    if mode == "cubic" and layer.dialect == "keras":
        keys |= {"cubic_coeff_a": -0.5, "exclude_outside": 1}
    more = (
        ("", spot.ints(*spot.output.size))
        if scales is None
        else (spot.graph.constant(FLOAT, (rank,), factors),)
    )
    return spot.add("Resize", spot.read[0], "", *more, axes=tuple(range(2, 2 + rank)), **keys)


def _factor(n: int, m: int, scale: float) -> float:
    """The factor of 32 bits next to `scale` by which n elements become m, in products of 32 and of 64 bits.

    0.7 is stored as less than it is: ten elements would become six in ONNX's inference of shapes.
    """
    nearest = single(scale)
    [bits] = unpack("<I", pack("<f", nearest))
    near = [unpack("<f", pack("<I", bits + step))[0] for step in (0, 1, -1)]
    return next(
        (factor for factor in near if floor(n * factor) == floor(single(n * factor)) == m), nearest
    )


def _places(n: int, m: int, scale: float | None, mode: str) -> list[int]:
    """The input that each output copies: PyTorch multiplies by a step of 32 bits, runtimes of ONNX divide.

    What PyTorch does on the CPU with small maps of two axes, where an axis that stays as long or doubles
    is copied whatever the factor, is not what it does with large ones or on a GPU.

    Source: `nearest_neighbor_compute_source_index` in UpSample.h of PyTorch.
    """
    centre = _CENTRES[mode]
    step = single(1 / scale if scale else n / m)
    return [min(int(single((u + centre) * step)), n - 1) for u in range(m)]


def _divide(u: int, factor: float, n: int, centre: float) -> int:
    """The input that a runtime copies to output `u`, all in 32 bits."""
    return min(max(floor(single(single((u + centre) / factor) - centre) + centre), 0), n - 1)


def _reads(factor: float, n: int, places: list[int], mode: str) -> bool:
    """Whether the factor says the places, however exact its quotients are."""
    centre = _CENTRES[mode]
    over, step = factor.as_integer_ratio()
    twice = int(2 * centre)
    return all(
        place == _divide(u, factor, n, centre) == min((2 * u + twice) * step // (2 * over), n - 1)
        for u, place in enumerate(places)
    )


def _gather(spot: Spot, places: list[list[int]]) -> str:
    """The elements at these places, axis by axis."""
    x = spot.read[0]
    for axis, place in enumerate(places):
        if place != list(range(spot.x.size[axis])):
            x = spot.add("Gather", x, spot.ints(*place), axis=axis + 2)
    return x
