"""How two boxes overlap: IoU, and the measures that are made of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.calculator.boxes import CORNERS, check_corners
from cnncalc.layers.base.key_types import Bad, show
from cnncalc.working.traced import atan, maximum, minimum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

CENTRE = ("cx", "cy", "w", "h")
FORMS = {"corners": CORNERS, "centre": CENTRE}
"""The four numbers of a box in each form."""

_EXPONENT = 250
"""Beyond 2 to this power, products of four lengths leave the range of floats."""


class Box(NamedTuple):
    """A box, with all that the measures ask of it."""

    left: Any
    top: Any
    right: Any
    bottom: Any
    width: Any
    height: Any


def boxes(
    w: Plain, form: str, a: Sequence[float], b: Sequence[float], names: Sequence[str] = "ab"
) -> tuple[Box, Box]:
    """Two boxes, in units in which their areas are floats; raises Bad for one without area."""
    made = []
    unit = _unit((*a, *b))
    for name, given in zip(names, (a, b), strict=True):
        try:
            (check_corners if form == "corners" else _check_sides)(given)
            made.append(_box(w, form, name, given, unit))
        except Bad as bad:
            raise bad.inside(name) from None
    if unit:
        w.remark("lengths are divided by u, a power of two, so that areas are floats; "
                 "no measure of overlap depends on the unit")  # fmt: skip
    return made[0], made[1]


def _unit(values: Sequence[float]) -> float:
    """A power of two by which very large or small coordinates are divided; else 0."""
    exponent = math.frexp(max(map(abs, values)))[1]
    return math.ldexp(1.0, min(exponent, 1023)) if abs(exponent) > _EXPONENT else 0.0


def _check_sides(box: Sequence[float]) -> None:
    for name, side in zip(CENTRE[2:], box[2:], strict=True):
        if side < 0:
            raise Bad(f"has a negative side: {name} is {show(side)}")
        if side == 0:
            raise Bad(f"has no area: {name} is 0")


def _box(w: Plain, form: str, name: str, given: Sequence[float], unit: float) -> Box:
    parts = [w.add_given(f"{name}_{part}", v) for part, v in zip(FORMS[form], given, strict=True)]
    if unit:
        parts = [w.let(f"{name}'_{part}", value / w.part("u", unit))
                 for part, value in zip(FORMS[form], parts, strict=True)]  # fmt: skip
    if form == "corners":
        left, top, right, bottom = parts
        found = Box(left, top, right, bottom, right - left, bottom - top)
    else:
        x, y, width, height = parts
        left, top = w.let(f"{name}_x1", x - width / 2), w.let(f"{name}_y1", y - height / 2)
        right, bottom = w.let(f"{name}_x2", x + width / 2), w.let(f"{name}_y2", y + height / 2)
        found = Box(left, top, right, bottom, width, height)
    if not found.width * found.height > 0:
        raise Bad("is too thin beside the largest coordinate: its area is no float above 0")
    return found


def measure(w: Plain, kind: str, a: Box, b: Box) -> Any:
    """`iou`, `giou`, `diou` or `ciou` of two boxes."""
    width = w.let("width", maximum(0, minimum(a.right, b.right) - maximum(a.left, b.left)))
    height = w.let("height", maximum(0, minimum(a.bottom, b.bottom) - maximum(a.top, b.top)))
    shared = w.let("intersection", width * height)
    union = w.let("union", a.width * a.height + b.width * b.height - shared)
    iou = w.let("IoU", shared / union)
    if kind == "iou":
        return iou
    wide = w.let("C_w", maximum(a.right, b.right) - minimum(a.left, b.left),
                 note="C is the box that encloses both")  # fmt: skip
    high = w.let("C_h", maximum(a.bottom, b.bottom) - minimum(a.top, b.top))
    if kind == "giou":
        hull = w.let("C", wide * high)
        return w.let("GIoU", iou - (hull - union) / hull)
    distance = _distance(w, a, b, wide, high)
    if kind == "diou":
        return w.let("DIoU", iou - distance)
    return w.let("CIoU", iou - distance - _shape(w, a, b, iou))


def _distance(w: Plain, a: Box, b: Box, wide: Any, high: Any) -> Any:
    """The squared distance of the centres in units of the enclosing box's squared diagonal."""
    across = w.let(
        "d_x", (a.left + a.right - b.left - b.right) / 2, note="d is between the centres"
    )
    down = w.let("d_y", (a.top + a.bottom - b.top - b.bottom) / 2)
    return w.let("d²/c²", (across**2 + down**2) / (wide**2 + high**2))


def _shape(w: Plain, a: Box, b: Box, iou: Any) -> Any:
    """What CIoU takes off where the shapes differ: α·v; 0 for equal shapes."""
    angle_a, angle_b = (
        w.let(f"θ_{name}", atan(box.width / box.height)) for name, box in (("a", a), ("b", b))
    )
    pi = w.part("π", math.pi)
    v = w.let("v", 4 / pi**2 * (angle_b - angle_a) ** 2, note="how much the shapes differ")
    if not v and iou == 1:
        return w.let("α", 0, note="equal boxes: 0 / 0, taken as 0") * v
    return w.let("α", v / (1 - iou + v)) * v
