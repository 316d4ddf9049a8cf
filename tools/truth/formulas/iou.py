"""IoU of pairs of boxes by pycocotools, and all four by the papers' definitions, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from pycocotools import mask

from tests.formulas.boxes import Draws

from .recording import finite, head, rounded

mpmath.mp.dps = 60

NOTE = (
    "rows: kind, a, b (corners x1 y1 x2 y2), then iou, giou, diou, ciou by the papers with fractions "
    "(the arctangents of ciou with 60 digits), rounded once, then pycocotools' bbIou of the same "
    "boxes as x, y, width, height (no + 1), null where it gave NaN. giou: Rezatofighi et al. 2019, "
    "arXiv:1902.09630; diou and ciou: Zheng et al. 2020, arXiv:1911.08287, alpha = v / (1 - iou + v) "
    "whatever the iou, and 0 where v is 0; no epsilon anywhere"
)
SEED, ROUNDS = 12, 164

Corners = list[float]


def answers() -> dict[str, Any]:
    """Rows of every kind in turn, then boxes far larger and smaller than images."""
    rows = [[kind, a, b, *measures(a, b), coco(a, b)] for kind, a, b in pairs()]
    compared(rows)
    packages = ("pycocotools", "mpmath", "numpy")
    return head("iou", NOTE, *packages) | {"seed": SEED, "rows": rows}


def pairs() -> Iterator[tuple[str, Corners, Corners]]:
    draws = Draws(SEED)
    for _ in range(ROUNDS):
        for kind, make in KINDS.items():
            for scale in (1, 100):
                a, b = make(draws)
                yield kind, *(scaled(draws, box, scale) for box in (a, b))
    full = ((0.1, 0.7, 2.3, 1.9), (1 / 3, 0.2, 2.7, 2 / 3))
    for power in (-140, -100, -20, 20, 100, 140):
        for first, second in (full, full[::-1], (full[0], full[0])):
            yield "extreme", *([value * 10.0**power for value in box] for box in (first, second))
    yield "extreme", [0.0, 0.0, 1e-100, 1e100], [0.0, 0.0, 1e100, 1e-100]
    yield "extreme", [-1e150, -1e150, 1e150, 1e150], [0.0, 0.0, 1.0, 1.0]
    yield "extreme", [0.0, 0.0, 1e200, 1e200], [0.0, 0.0, 1e200, 5e199]
    yield "extreme", [0.0, 0.0, 1e-200, 1e-200], [0.0, 0.0, 1e-200, 5e-201]
    yield "extreme", [-1e308, -1.0, 1e308, 1.0], [0.0, -1.0, 1e308, 1.0]


def scaled(draws: Draws, box: Corners, scale: int) -> Corners:
    """The same box in smaller units, as decimal fractions; whole numbers stay whole."""
    return box if scale == 1 else [value / scale for value in box]


def box(draws: Draws, reach: int = 400) -> Corners:
    x, y = draws.between(-20, reach), draws.between(-20, reach)
    return [x, y, x + draws.between(1, reach), y + draws.between(1, reach)]


def random(draws: Draws) -> tuple[Corners, Corners]:
    return box(draws), box(draws)


def near(draws: Draws) -> tuple[Corners, Corners]:
    a = box(draws)
    x1, y1, x2, y2 = a
    by = max(1, (x2 - x1) // 4), max(1, (y2 - y1) // 4)
    x, y = x1 + draws.between(-by[0], by[0]), y1 + draws.between(-by[1], by[1])
    return a, [x, y, x + max(1, x2 - x1 + draws.between(-by[0], by[0])),
               y + max(1, y2 - y1 + draws.between(-by[1], by[1]))]  # fmt: skip


def nested(draws: Draws) -> tuple[Corners, Corners]:
    x1, y1, x2, y2 = a = box(draws)
    inner = [draws.between(x1, x2 - 1), draws.between(y1, y2 - 1)]
    return a, [*inner, draws.between(inner[0] + 1, x2), draws.between(inner[1] + 1, y2)]


def touching(draws: Draws) -> tuple[Corners, Corners]:
    """They share a part of an edge, or a corner."""
    a, b = box(draws), box(draws)
    across, along = a[2] - b[0], a[3] - b[1] if draws.below(2) else 0
    return a, [b[0] + across, b[1] + along, b[2] + across, b[3] + along]


def equal(draws: Draws) -> tuple[Corners, Corners]:
    a = box(draws)
    return a, [*a]


def far(draws: Draws) -> tuple[Corners, Corners]:
    a, b = box(draws), box(draws)
    return a, [value + draws.between(1, 9) * 10**5 for value in b[:2]] + [10**6 + v for v in b[2:]]


KINDS = {"random": random, "near": near, "nested": nested, "touching": touching, "equal": equal,
         "far": far}  # fmt: skip


def measures(a: Corners, b: Corners) -> list[float | None]:
    """IoU, GIoU, DIoU and CIoU, each rounded once."""
    (ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2) = ([Fraction(v) for v in box] for box in (a, b))
    width, height = min(ax2, bx2) - max(ax1, bx1), min(ay2, by2) - max(ay1, by1)
    inter = max(width, Fraction(0)) * max(height, Fraction(0))
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - inter
    iou = inter / union
    wide, high = max(ax2, bx2) - min(ax1, bx1), max(ay2, by2) - min(ay1, by1)
    hull = wide * high
    giou = iou - (hull - union) / hull
    between = ((ax1 + ax2 - bx1 - bx2) ** 2 + (ay1 + ay2 - by1 - by2) ** 2) / 4
    diou = iou - between / (wide**2 + high**2)
    angles = [mpmath.atan(real((x2 - x1) / (y2 - y1)))
              for x1, y1, x2, y2 in ((ax1, ay1, ax2, ay2), (bx1, by1, bx2, by2))]  # fmt: skip
    v = 4 / mpmath.pi**2 * (angles[1] - angles[0]) ** 2
    penalty = v * v / (1 - real(iou) + v) if v else v
    return [rounded(lambda value=value: value) for value in (iou, giou, diou, real(diou) - penalty)]


def real(value: Fraction) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator


def coco(a: Corners, b: Corners) -> float | None:
    """Pycocotools' IoU; the last argument says that b is not a crowd."""
    first, second = ([[x1, y1, x2 - x1, y2 - y1]] for x1, y1, x2, y2 in (a, b))
    return finite(float(mask.iou(np.array(first, float), np.array(second, float), [0])[0][0]))


def compared(rows: list[Any]) -> None:
    """Says how far torchvision is away, where it can be imported: it adds 1e-7 to some terms."""
    try:
        import torch
        from torchvision import ops
    except (ImportError, RuntimeError) as problem:
        print(f"  torchvision was not asked: {problem}")
        return
    kinds = ("box_iou", "generalized_box_iou", "distance_box_iou", "complete_box_iou")
    ordinary = [row for row in rows if row[0] != "extreme"]
    for column, kind in enumerate(kinds, start=3):
        worst = max(
            abs(row[column] - getattr(ops, kind)(*boxes).item())
            for row in ordinary
            for boxes in [[torch.tensor([row[i]], dtype=torch.float64) for i in (1, 2)]]
        )
        print(f"  torchvision's {kind}: at most {worst:.2g} away")
