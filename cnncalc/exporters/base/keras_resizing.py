"""Layers that resize maps as Keras writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import AdaptiveWindow
from cnncalc.dialects.base.onnx import single
from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.resampling import RANKED
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from cnncalc.exporters.base.place import Place

_WORDS = {"linear": "bilinear", "cubic": "bicubic", "nearest_exact": "nearest", "nearest": "nearest",
          "lanczos3": "lanczos3"}  # fmt: skip


def upsample(place: Place) -> Code:
    """Larger by a factor; raises Refusal of what cannot be said."""
    layer, rank = place.layer, place.rank
    scales = per_axis(layer.scale, rank, "scale")
    mode = _mode_of(place)
    whole = all(scale == int(scale) for scale in scales)
    if whole and mode in ("nearest", "nearest_exact"):
        made = Made(f"layers.UpSampling{rank}D", (Argument("{scale}"),))
        return Code("{m}({0})", {"": made}, {"scale": Slot(_as_ints(layer.scale), "scale")})
    if whole and mode == "linear" and rank == 2 and not layer.align_corners:
        made = Made(
            "layers.UpSampling2D", (Argument("{scale}"), Argument('"bilinear"', "interpolation"))
        )
        return Code("{m}({0})", {"": made}, {"scale": Slot(_as_ints(layer.scale), "scale")})
    exact = all(n * s == m for n, s, m in zip(place.x.size, scales, place.output.size, strict=True))
    if not exact and not layer.align_corners:
        if mode != "linear":
            raise place.refuse(f"Keras has no `{layer.mode}` by a factor that gives no whole size")
        return _interpolate(place, scales)
    return _to_size(place, mode)


def resize(place: Place) -> Code:
    """Interpolated to a size; raises Refusal of what cannot be said."""
    mode = _mode_of(place)
    if mode == "area" or any(isinstance(window, AdaptiveWindow) for window in place.windows):
        made = Made(f"layers.AdaptiveAveragePooling{place.rank}D", (Argument("{size}"),))
        return Code("{m}({0})", {"": made}, {"size": Slot(place.output.size)})
    return _to_size(place, place.plain.rules.nearest if mode == "nearest" else mode)


def _mode_of(place: Place) -> str:
    mode: str = place.layer.mode
    return RANKED.get(mode, (mode, 0))[0]


def _as_ints(scale: object) -> object:
    """Factors that are whole as such."""
    return tuple(map(int, scale)) if isinstance(scale, tuple) else int(scale)  # type: ignore[call-overload]


def _to_size(place: Place, mode: str) -> Code:
    layer = place.layer
    pairs = list(zip(place.x.size, place.output.size, strict=True))
    floors = mode == "nearest" and place.layer.dialect != "keras"
    if floors and not all(m % n == 0 for n, m in pairs):
        if any(_floor_places(n, m) != [u * n // m for u in range(m)] for n, m in pairs):
            raise place.refuse(
                "PyTorch's steps have 32 bits, and copy other elements than exact ones"
            )
        size, slots = _size(place)
        return Code(f"nearest({{0}}, {size})", slots=slots, needs=("nearest",))
    if mode == "linear" and (place.rank != 2 or layer.align_corners):
        return _interpolate(place, None)
    if place.rank != 2 or layer.align_corners or mode not in _WORDS:
        aligned = " with aligned corners" if layer.align_corners else ""
        raise place.refuse(f"Keras has no `{layer.mode}`{aligned} in {place.rank} axes")
    if mode == "cubic" and layer.dialect == "torch":
        raise place.refuse("Keras' cubic weighs neighbours by -0.5, PyTorch's by -0.75")
    slots = {"rows": Slot(place.output.size[0]), "columns": Slot(place.output.size[1])}
    more = "" if mode == "linear" else f', interpolation="{_WORDS[mode]}"'
    return Code(f"ops.image.resize({{0}}, ({{rows}}, {{columns}}){more})", slots=slots)


def _floor_places(n: int, m: int) -> list[int]:
    """The element that each output of PyTorch copies."""
    return [min(int(single(u * single(n / m))), n - 1) for u in range(m)]


def _size(place: Place) -> tuple[str, dict[str, Slot]]:
    slots = {f"size_{i}": Slot(n) for i, n in enumerate(place.output.size)}
    inside = ", ".join(f"{{{name}}}" for name in slots)
    return f"({inside}{',' * (len(slots) == 1)})", slots


def _interpolate(place: Place, scales: tuple[float, ...] | None) -> Code:
    """Linear interpolation along each axis."""
    size, slots = _size(place)
    more = ""
    if place.layer.align_corners:
        more = ", aligned=True"
    elif scales is not None:
        slots |= {f"scale_{i}": Slot(float(scale)) for i, scale in enumerate(scales)}
        inside = ", ".join(f"{{scale_{i}}}" for i in range(len(scales)))
        more = f", scales=({inside}{',' * (len(scales) == 1)})"
    return Code(f"interpolate({{0}}, {size}{more})", slots=slots, needs=("interpolate",))
