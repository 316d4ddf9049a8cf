"""K-means of widths and heights with the distance 1 − IoU, as YOLO finds its anchors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from cnncalc.calculator.sizes import Size

    Middle = Callable[[Sequence[float]], float]

MOST_ITERATIONS = 300
PATIENCE = 3
"""So many iterations in which nothing becomes better end a run."""
SAMPLE = 400
"""Of more boxes, so many are asked which of the starts is best."""


class Clusters(NamedTuple):
    """Anchors, and how well they fit."""

    anchors: list[Size]
    total: float
    """The sum over all boxes of the IoU with their best anchor."""


def shape_iou(a: Size, b: Size, smaller: Callable[[Any, Any], Any] = min) -> Any:
    """The IoU of two boxes laid on one corner; `smaller` of two numbers may leave a working."""
    shared = smaller(a[0], b[0]) * smaller(a[1], b[1])
    return shared / (a[0] * a[1] + b[0] * b[1] - shared)


def clusters(sizes: Sequence[Size], most: int, starts: int, random: Random) -> Iterator[Clusters]:
    """The best anchors found, for each number of them up to `most` and the number of different sizes.

    One anchor has no start by chance. Those of k − 1 and the box that they fit worst are a start for
    k besides the others, so the total never falls.
    """
    few = _sample(sizes)
    fittest = max(few, key=lambda size: _assign(few, [size])[1])
    best = max((_search(sizes, [first]) for first in (_middle(sizes, _mean), fittest)), key=_total)
    yield best
    for k in range(2, most + 1):
        wider = [*best.anchors, sizes[_worst(sizes, best.anchors)]]
        firsts = [wider, *(_first(few, k, random) for _ in range(starts))]
        runs = [_search(few, first) for first in firsts]
        if len(few) < len(sizes):
            # What is best of a sample is close to the best of all.
            runs = [_search(sizes, max(runs, key=_total).anchors)]
        # The first state counts as it is: a run begins in it, and may lose it in the sample.
        best = max(*runs, Clusters(wider, _assign(sizes, wider)[1]), key=_total)
        best = best._replace(anchors=sorted(best.anchors, key=lambda a: (a[0] * a[1], a)))
        yield best


def _total(run: Clusters) -> float:
    return run.total


def _sample(sizes: Sequence[Size]) -> Sequence[Size]:
    """At most `SAMPLE` boxes, small and large ones alike: evenly out of all by area."""
    count = len(sizes)
    if count <= SAMPLE:
        return sizes
    ordered = sorted(sizes, key=lambda size: (size[0] * size[1], size))
    return [ordered[i * count // SAMPLE] for i in range(SAMPLE)]


def _worst(sizes: Sequence[Size], anchors: Sequence[Size]) -> int:
    """The box whose IoU with its best anchor is least."""
    return min(range(len(sizes)),
               key=lambda i: max(shape_iou(sizes[i], anchor) for anchor in anchors))  # fmt: skip


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


def _search(sizes: Sequence[Size], anchors: list[Size]) -> Clusters:
    """K-means from these anchors, then from its best state with medians in place of means."""
    best = _lloyd(sizes, Clusters(anchors, 0.0), _mean)
    return _lloyd(sizes, best, _median)


def _lloyd(sizes: Sequence[Size], start: Clusters, middle: Middle) -> Clusters:
    """Boxes to the anchor of the largest IoU, anchors to the middle of their boxes, and so on.

    A middle is not the best anchor for the IoU, so the total may fall again: the best state counts,
    and a run ends when it has not become better for a while.
    """
    anchors, best, since = start.anchors, start, 0
    owners: list[int] = []
    for iteration in range(MOST_ITERATIONS):
        before, (owners, total) = owners, _assign(sizes, anchors)
        if total > best.total:
            best, since = Clusters(anchors, total), iteration
        if owners == before or iteration - since == PATIENCE:
            break
        anchors = _move(sizes, owners, anchors, middle)
    return best


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


def _move(
    sizes: Sequence[Size], owners: Sequence[int], anchors: Sequence[Size], middle: Middle
) -> list[Size]:
    """The middle width and height of each anchor's boxes; an anchor without boxes stays."""
    owned: list[list[Size]] = [[] for _ in anchors]
    for size, owner in zip(sizes, owners, strict=True):
        owned[owner].append(size)
    return [
        _middle(boxes, middle) if boxes else anchor
        for boxes, anchor in zip(owned, anchors, strict=True)
    ]


def _middle(sizes: Sequence[Size], middle: Middle) -> Size:
    across, down = zip(*sizes, strict=True)
    return middle(across), middle(down)


def _mean(sides: Sequence[float]) -> float:
    return sum(sides) / len(sides)


def _median(sides: Sequence[float]) -> float:
    return sorted(sides)[len(sides) // 2]
