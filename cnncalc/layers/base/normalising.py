"""What the normalisations have in common: what they learn, what they keep, what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.windows import Axis, Everything

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.layers.base.shape import Shape

Tensors = dict[str, tuple[int, ...]]


def learnt(shape: tuple[int, ...], *, scale: bool, center: bool) -> Tensors:
    """The weights of an affine map whose factors have `shape`."""
    weights = {"scale": shape} if scale else {}
    if center:
        weights["center"] = shape
    return weights


def running(channels: int) -> Tensors:
    """The statistics that training leaves behind. PyTorch's counter of batches is left out."""
    return {"mean": (channels,), "variance": (channels,)}


def everywhere(x: Shape) -> tuple[Axis, ...]:
    """The windows of statistics over the whole map."""
    return tuple(map(Everything, x.size))


def scale_work(x: Shape) -> Mapping[str, int]:
    """The work where the statistics are known: they fold into a factor and a summand."""
    return {"multiply": x.elements, "add": x.elements}


def measure_work(x: Shape, *, affine: bool) -> Mapping[str, int]:
    """The work where the statistics are taken from `x` itself.

    Per element one operation each for the mean, the variance, the difference and the quotient;
    one more for the affine map, the rate of common counters.
    """
    n = x.elements
    work = {"add": n, "multiply": n, "subtract": n, "divide": n}
    if affine:
        work["multiply"] += n
    return work
