"""Non-max suppression by OpenCV, and by plain readings of its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import ge, gt
from typing import Any

import cv2
import numpy as np

from tests.formulas.boxes import Box, boxes

from .recording import head

NOTE = (
    "sets: boxes(seed, count, classes, whole=whole, and width and height if given) of "
    "tests/formulas/boxes.py, and the kept indices "
    "in the order picked. opencv is dnn.NMSBoxesBatched, opencv_single dnn.NMSBoxes (all boxes as one "
    "class; only where there is one). ge and gt are the plain reading: boxes with a score below the "
    "threshold are dropped, the others taken by score, of equal ones the first; each drops the later "
    "ones of its class whose IoU is >= (ge) or > (gt) the threshold. sheet is ge. OpenCV differs from gt in "
    "this: it also drops a score equal to the threshold; scores and thresholds are single precision; "
    "the IoU compared is float(1 - float(1 - IoU)), so that an IoU equal to the threshold is dropped "
    "for some thresholds (float_equal lists the hundredths) and kept for others. tried: with these "
    "three, a plain reading gives OpenCV's indices in every set. batched_negative: classes are kept "
    "apart by moving class c by c × (largest coordinate + 1), which does not separate boxes with "
    "negative coordinates: gt keeps both"
)
SOFT_NOTE = (
    "dnn.softNMSBoxes: integer boxes as x, y, width, height; one class. Picks the largest score while "
    "it is >= the threshold (not >), of equal ones the first; then each later score is multiplied by "
    "1 - IoU if IoU > iou (linear), by exp(-IoU² / sigma) whatever the IoU (gaussian). scores are "
    "those of the picked boxes after decay, in the order picked; opencv in single precision, plain "
    "is the same in double. Bodla et al. 2017, arXiv:1704.04503, has IoU >= in the linear case"
)
BIG = {"seed": 10_000, "count": 10_000, "classes": 80}
THRESHOLDS = ((0.6, 0.5), (0.05, 0.3), (0.05, 0.7))
TIED = (10, 20, 25, 35, 42, 50, 75)
"""Hundredths that the IoU of many boxes of a small image is equal to."""

METHODS = {"linear": 1, "gaussian": 2}


def answers() -> dict[str, Any]:
    """Ordinary sets, two of 10,000 boxes, soft suppression, and where OpenCV is alone."""
    sets = [
        asked(count + classes + whole, count, classes, whole, score, iou)
        for count in (10, 100, 1000)
        for classes in (1, 3, 80)
        for whole in (True, False)
        for score, iou in THRESHOLDS[: 3 if count < 1000 else 1 + (classes == 3)]
    ]
    sets += [asked(iou * 100, 300, 3, True, 0.05, iou / 100, edge=40) for iou in TIED]
    sets += [asked(**BIG, whole=whole, score=0.6, iou=0.5) for whole in (True, False)]
    return head("nms", NOTE, "opencv-python-headless", "numpy") | {
        "sets": sets,
        "float_equal": equal_dropped(),
        "batched_negative": apart(),
        "soft_note": SOFT_NOTE,
        "soft": soft(),
    }


def asked(
    seed: int, count: int, classes: int, whole: bool, score: float, iou: float, edge: int = 0
) -> dict[str, Any]:
    """One set of boxes and all answers; fails if OpenCV cannot be explained."""
    image = {"width": edge, "height": edge} if edge else {}
    given = boxes(seed, count, classes, whole=whole, **image)
    opencv = batched(given, score, iou)
    found: dict[str, Any] = {"seed": seed, "count": count, "classes": classes, "whole": whole,
                             "score": score, "iou": iou, **image, "opencv": opencv}  # fmt: skip
    if classes == 1:
        numbers = [b["score"] for b in given]
        found["opencv_single"] = listed(cv2.dnn.NMSBoxes(sides(given), numbers, score, iou))
    found |= {name: plain(given, score, iou, rule) for name, rule in (("ge", ge), ("gt", gt))}
    if single(given, score, iou) != opencv:
        raise SystemExit(f"OpenCV's answer is not understood: seed {seed}, {count} boxes")
    if opencv != found["gt"]:
        odd = sorted(set(opencv) ^ set(found["gt"]))
        what = f"{count} boxes, {classes} classes, whole {whole}, score {score}, iou {iou}"
        print(f"  {what}: OpenCV and gt differ in {odd or 'the order'}")
    return found


def sides(given: Sequence[Box]) -> list[list[float]]:
    """Corners as OpenCV wants them: x, y, width, height."""
    return [[x1, y1, x2 - x1, y2 - y1] for x1, y1, x2, y2 in (b["box"] for b in given)]


def listed(indices: Any) -> list[int]:
    """OpenCV returns an empty tuple where nothing is kept."""
    return [int(index) for index in indices]


def batched(given: Sequence[Box], score: float, iou: float) -> list[int]:
    numbers = [b["score"] for b in given]
    names = [int(b["class"][1:]) for b in given]
    return listed(cv2.dnn.NMSBoxesBatched(sides(given), numbers, names, score, iou))


def plain(
    given: Sequence[Box], score: float, iou: float, drops: Callable[[Any, Any], bool]
) -> list[int]:
    order = sorted(range(len(given)), key=lambda i: -given[i]["score"])
    order = [i for i in order if given[i]["score"] >= score]
    return picked(given, order, lambda a, b: drops(overlap(a, b), iou))


def single(given: Sequence[Box], score: float, iou: float) -> list[int]:
    """As OpenCV does it: scores, thresholds and the compared IoU in single precision."""
    scores, limit, one = [np.float32(b["score"]) for b in given], np.float32(iou), np.float32(1)
    order = sorted(range(len(given)), key=lambda i: -scores[i])
    order = [i for i in order if scores[i] > np.float32(score)]
    return picked(given, order, lambda a, b: one - np.float32(1 - overlap(a, b)) > limit)


def picked(
    given: Sequence[Box], order: Sequence[int], drops: Callable[[Any, Any], Any]
) -> list[int]:
    kept: list[int] = []
    of_class: dict[str, list[Any]] = {}
    for index in order:
        corners, rivals = given[index]["box"], of_class.setdefault(given[index]["class"], [])
        if not any(drops(rival, corners) for rival in rivals):
            kept.append(index)
            rivals.append(corners)
    return kept


def overlap(a: Sequence[float], b: Sequence[float]) -> float:
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in (a, b)]
    return width * height / (sum(areas) - width * height)


def equal_dropped() -> dict[str, list[int]]:
    """The n for which two boxes of IoU n / 100 are two (kept) or one at the threshold n / 100."""
    found: dict[str, list[int]] = {"dropped": [], "kept": []}
    for n in range(1, 100):
        kept = cv2.dnn.NMSBoxes([[0, 0, 100, 1], [0, 0, n, 1]], [0.9, 0.8], 0.1, n / 100)
        found["dropped" if len(kept) == 1 else "kept"].append(n)
    return found


def apart() -> dict[str, Any]:
    """Two boxes of two classes that do not touch, of which one is dropped."""
    given = [{"box": [80, 80, 100, 100], "score": 0.9, "class": "c0"},
             {"box": [-20, -20, 0, 0], "score": 0.8, "class": "c1"}]  # fmt: skip
    return {"boxes": given, "score": 0.5, "iou": 0.5, "opencv": batched(given, 0.5, 0.5),
            "gt": plain(given, 0.5, 0.5, gt)}  # fmt: skip


def soft() -> list[dict[str, Any]]:
    """Four dozen cases, from few boxes to a hundred."""
    found = []
    for method, code in METHODS.items():
        for seed in range(1, 25):
            count = (5, 10, 20, 100)[seed % 4]
            score, iou, sigma = (
                (0.05, 0.3)[seed % 2],
                (0.3, 0.5)[seed % 2],
                (0.5, 0.25, 1)[seed % 3],
            )
            given = boxes(seed, count, 1)
            scores, kept = cv2.dnn.softNMSBoxes(
                sides(given), [b["score"] for b in given], score, iou, 0, sigma, code)  # fmt: skip
            ours = decayed(given, score, iou, sigma, method)
            if [index for index, _ in ours] != listed(kept):
                raise SystemExit(f"OpenCV's soft answer is not understood: {method}, seed {seed}")
            found.append({
                "seed": seed, "count": count, "method": method, "score": score, "iou": iou,
                "sigma": sigma, "kept": listed(kept), "opencv": [float(f"{s:.8g}") for s in scores],
                "plain": [value for _, value in ours],
            })  # fmt: skip
    return found


def decayed(
    given: Sequence[Box], score: float, iou: float, sigma: float, method: str
) -> list[tuple[int, float]]:
    scores = {index: b["score"] for index, b in enumerate(given)}
    kept: list[tuple[int, float]] = []
    while scores:
        best = max(scores, key=lambda index: scores[index])
        if (value := scores.pop(best)) < score:
            break
        kept.append((best, value))
        for index in scores:
            common = overlap(given[best]["box"], given[index]["box"])
            if method == "gaussian":
                scores[index] *= float(np.exp(-common * common / sigma))
            elif common > iou:
                scores[index] *= 1 - common
    return kept
