"""K-means of widths and heights with the distance 1 − IoU, as YOLO finds its anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from cnncalc.calculator.sizes import Size

MOST_ITERATIONS = 300


class Clusters(NamedTuple):
    """Anchors, and how well they fit."""

    anchors: list[Size]
    total: float
    """The sum over all boxes of the IoU with their best anchor."""
    iterations: int


def shape_iou(a: Size, b: Size, smaller: Callable[[Any, Any], Any] = min) -> Any:
    """The IoU of two boxes laid on one corner; `smaller` of two numbers may leave a working."""
    shared = smaller(a[0], b[0]) * smaller(a[1], b[1])
    return shared / (a[0] * a[1] + b[0] * b[1] - shared)


def cluster(sizes: Sequence[Size], k: int, starts: int, random: Random) -> Clusters:
    """The best of several starts; `k` is at most the number of different sizes."""
    runs = (_lloyd(sizes, _first(sizes, k, random)) for _ in range(starts))
    best = max(runs, key=lambda run: run.total)
    return best._replace(anchors=sorted(best.anchors, key=lambda a: (a[0] * a[1], a)))


def _first(sizes: Sequence[Size], k: int, random: Random) -> list[Size]:
    """K-means++: each next anchor is a box, the likelier the worse those before fit it."""
    anchors = [sizes[int(random.random() * len(sizes))]]
    misfits = [1 - shape_iou(size, anchors[0]) for size in sizes]
    while len(anchors) < k:
        mark = random.random() * sum(misfits)
        chosen = next((i for i, misfit in enumerate(misfits) if (mark := mark - misfit) < 0), None)
        if chosen is None:
            # Rounding has left a rest: the one that fits worst will do.
            chosen = max(range(len(sizes)), key=misfits.__getitem__)
        anchors.append(sizes[chosen])
        misfits = [min(misfit, 1 - shape_iou(size, anchors[-1]))
                   for misfit, size in zip(misfits, sizes, strict=True)]  # fmt: skip
    return anchors


def _lloyd(sizes: Sequence[Size], anchors: list[Size]) -> Clusters:
    """Boxes to the anchor of the largest IoU, anchors to the mean of their boxes, and so on.

    A mean is not the best anchor for the IoU, so the total may fall again: the best state counts.
    """
    best = Clusters(anchors, 0.0, 0)
    owners: list[int] = []
    for iteration in range(MOST_ITERATIONS):
        before, (owners, total) = owners, _assign(sizes, anchors)
        if total > best.total:
            best = Clusters(anchors, total, iteration)
        if owners == before:
            break
        anchors = _means(sizes, owners, anchors)
    return best._replace(iterations=iteration + 1)


def _assign(sizes: Sequence[Size], anchors: Sequence[Size]) -> tuple[list[int], float]:
    """The anchor of each box, of equally good ones the first, and the sum of their IoUs."""
    known = [
        (number, width, height, width * height) for number, (width, height) in enumerate(anchors)
    ]
    owners: list[int] = []
    total = 0.0
    for w, h in sizes:
        area = w * h
        most, owner = -1.0, 0
        for number, width, height, other in known:
            # This is run most often of all; calls of min would double its time.
            shared = (w if w < width else width) * (h if h < height else height)  # noqa: FURB136
            overlap = shared / (area + other - shared)
            if overlap > most:
                most, owner = overlap, number
        owners.append(owner)
        total += most
    return owners, total


def _means(sizes: Sequence[Size], owners: Sequence[int], anchors: Sequence[Size]) -> list[Size]:
    """The mean width and height of each anchor's boxes; an anchor without boxes stays."""
    sums = [[0.0, 0.0, 0] for _ in anchors]
    for (w, h), owner in zip(sizes, owners, strict=True):
        entry = sums[owner]
        entry[0] += w
        entry[1] += h
        entry[2] += 1
    return [
        (width / count, height / count) if count else anchor
        for (width, height, count), anchor in zip(sums, anchors, strict=True)
    ]
