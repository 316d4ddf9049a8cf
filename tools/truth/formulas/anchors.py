"""Anchors by k-means with the distance 1 − IoU, after YOLOv2: a plain reading with NumPy."""

from __future__ import annotations

from statistics import median
from typing import Any

import numpy as np

from tests.formulas.boxes import Draws, sizes

from .recording import head

NOTE = (
    "sizes(seed, count) of tests/formulas/boxes.py are the widths and heights; every box lies at the "
    "same corner, so the intersection is the smaller width times the smaller height. Lloyd's "
    "algorithm: k different boxes drawn at random are the first anchors; each box goes to the anchor "
    "of the largest IoU (of equals the first), each anchor becomes the mean width and height of its "
    "boxes (one without boxes stays), until nothing changes. The mean over all boxes of the best "
    "IoU: best and median of 20 starts, with the anchors of the best one by area. Redmon & Farhadi "
    "2016, arXiv:1612.08242"
)
SEEDS, COUNT, STARTS = (1, 2), 1000, 20

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def answers() -> dict[str, Any]:
    """Two sets of boxes, nine numbers of anchors each."""
    sets = []
    for seed in SEEDS:
        boxes = np.array(sizes(seed, COUNT))
        rows = {}
        for k in range(1, 10):
            runs = [lloyd(boxes, k, start) for start in range(STARTS)]
            best, anchors = max(runs, key=lambda run: run[0])
            rows[k] = {"best": best, "median": median(run[0] for run in runs), "anchors": anchors}
        sets.append({"seed": seed, "count": COUNT, "k": rows})
    return head("anchors", NOTE, "numpy") | {"sets": sets}


def lloyd(boxes: Matrix, k: int, start: int) -> tuple[float, list[list[float]]]:
    """The mean best IoU and the anchors, the smallest first."""
    draws, chosen = Draws(start), []
    while len(chosen) < k:
        if (index := draws.below(len(boxes))) not in chosen:
            chosen.append(index)
    anchors, owner = boxes[chosen].copy(), None
    while True:
        overlap = overlaps(boxes, anchors)
        nearest = overlap.argmax(axis=1)
        if owner is not None and (nearest == owner).all():
            anchors = anchors[anchors.prod(axis=1).argsort(kind="stable")]
            return float(overlap.max(axis=1).mean()), anchors.tolist()
        owner = nearest
        for index in range(k):
            if (mine := boxes[owner == index]).size:
                anchors[index] = mine.mean(axis=0)


def overlaps(boxes: Matrix, anchors: Matrix) -> Matrix:
    inter = np.minimum(boxes[:, None], anchors[None]).prod(axis=2)
    return inter / (boxes.prod(axis=1)[:, None] + anchors.prod(axis=1)[None] - inter)
