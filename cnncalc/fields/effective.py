"""The effective receptive field: how what a unit sees is distributed over its field.

Every layer averages over its taps, and every operand of a merge has weight 1. Then the mean and the
variance of the place that influences a unit follow from those of the windows in closed form, also
through branches (the law of total variance).

Sources: Luo, Li, Urtasun, Zemel 2016, "Understanding the Effective Receptive Field in Deep
Convolutional Neural Networks", arXiv:1701.04128, for chains of convolutions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.fields import MOST
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.fields.ways import readings
from cnncalc.working.traced import minimum, sqrt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.fields.views import Views
    from cnncalc.network import Network, Node


class Spread(NamedTuple):
    """Weight, mean and variance of the place in the input that influences unit 0, in elements."""

    weight: float
    mean: float
    variance: float

    @property
    def sigma(self) -> float:
        """The standard deviation, in elements of the input."""
        return sqrt(self.variance)  # type: ignore[no-any-return]

    def width(self, size: float) -> float:
        """The width that holds 95 % of a Gaussian, 4 sigma, and at most the whole field."""
        return minimum(4 * self.sigma, size)  # type: ignore[no-any-return]


def shown(width: float) -> str:
    """A width with three digits, and with all before the point: 4.62, 106, 2490."""
    return f"{width:.0f}" if width >= 100 else f"{width:.3g}"


Spreads = dict[str, "tuple[Spread | None, ...]"]
"""By input, for each of its axes; None where there is no stride or no local field."""


def spreads(network: Network, views: Sequence[Views]) -> list[Spreads]:
    """The spread of every node over every input; `views` are the size-free views."""
    found: list[Spreads] = []
    for index, node in enumerate(network.nodes):
        if node.layer is None:
            found.append({node.name: (Spread(1.0, 0.0, 0.0),) * node.output.rank})
            continue
        seen = [
            _moved(node, axes, network.nodes[source].output.size, views[source], found[source])
            for source, axes in zip(node.inputs, readings(network, node), strict=True)
            if axes is not None
        ]
        if len(seen) == 1:
            found.append(seen[0])
            continue
        found.append({
            name: tuple(
                _mixed([spreads[name][axis] for spreads in seen if name in spreads])
                for axis in range(len(views[index][name]))
            )
            for name in views[index]
        })  # fmt: skip
    return found


def _moved(
    node: Node, axes: Sequence[Axis], size: tuple[int, ...], views: Views, before: Spreads
) -> Spreads:
    if not axes:
        return before
    return {
        name: tuple(
            _through(node, spread, view.field.stride, axes[view.along], size[view.along])
            if spread is not None and view.along is not None and view.field is not None
            else None
            for spread, view in zip(before[name], views[name], strict=True)
        )
        for name in before
    }


def _through(node: Node, spread: Spread, stride: object, axis: Axis, n: int) -> Spread | None:
    if isinstance(axis, Everything):
        # A norm reads its own place besides, a pooling no place of its own.
        return spread if node.layer is not None and node.layer.role else None
    moments = _moments(axis, n)
    if stride is None or moments is None:
        return None
    step = float(stride)  # type: ignore[arg-type]
    mean, variance = moments
    return Spread(
        spread.weight, spread.mean + step * mean, spread.variance + step * step * variance
    )


def _moments(axis: Axis, n: int) -> tuple[float, float] | None:
    """Mean and variance of the taps of output u, counted from where its stride puts it.

    >>> _moments(Window(kernel=3, padding=(1, 1)), 8)
    (0.0, 0.6666666666666666)
    """
    if isinstance(axis, Window):
        k, d = axis.kernel, axis.dilation
        return (k - 1) * d / 2 - axis.padding[0], (k * k - 1) * d * d / 12
    period = axis.period(n)
    if period is None:
        return None
    outputs, inputs = period
    if outputs * len(axis.reach(0, n)) > MOST:
        return None
    mean = square = seen = 0.0
    for u in range(outputs):
        taps = axis.reach(u, n)
        offsets = [tap - u * inputs / outputs for tap in taps]
        if offsets:
            seen += 1
            mean += sum(offsets) / len(offsets)
            square += sum(offset * offset for offset in offsets) / len(offsets)
    if not seen:
        return None
    return mean / seen, square / seen - (mean / seen) ** 2


def _mixed(parts: Sequence[Spread | None]) -> Spread | None:
    """Several operands together, by the law of total variance.

    Weights grow by a factor with every merge, and only their ratios matter.
    """
    known = [spread for spread in parts if spread is not None]
    weight = sum(spread.weight for spread in known)
    if not weight:
        return None
    mean = sum(s.weight / weight * s.mean for s in known)
    variance = sum(s.weight / weight * (s.variance + (s.mean - mean) ** 2) for s in known)
    return Spread(weight, mean, variance)
