"""The effective receptive field: how what a unit sees is distributed over its field.

Every layer averages over its taps, and every operand of a merge has weight 1. Then the mean and the
variance of the place that influences a unit follow from those of the windows in closed form, also
through branches (the law of total variance).

Sources: Luo, Li, Urtasun, Zemel 2016, "Understanding the Effective Receptive Field in Deep
Convolutional Neural Networks", arXiv:1701.04128, for chains of convolutions.
"""

from __future__ import annotations

from math import ldexp
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.intervals import MOST
from cnncalc.arithmetic.regrouped import Regrouped
from cnncalc.arithmetic.windows import Everything, Window, length
from cnncalc.receptive_field.axis_map import readings
from cnncalc.work import TooMuch
from cnncalc.working.traced import minimum, sqrt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.size_free import View, Views


class Spread(NamedTuple):
    """Weight, mean and variance of the place in the input that influences unit 0, in elements.

    The weight is `weight * 2**power`: it doubles with every residual block, and a float ends at 2¹⁰²⁴.
    """

    weight: float
    mean: float
    variance: float
    power: int = 0

    @property
    def sigma(self) -> float:
        """The standard deviation, in elements of the input."""
        return sqrt(self.variance)  # type: ignore[no-any-return]

    def width(self, size: float) -> float:
        """The width that holds 95 % of a Gaussian, 4 sigma, and at most the whole field."""
        return minimum(4 * self.sigma, size)  # type: ignore[no-any-return]


def show_width(width: float) -> str:
    """A width with three digits, and with all before the point: 4.62, 106, 2490."""
    return f"{width:.0f}" if width >= 100 else f"{width:.3g}"


Spreads = dict[str, "tuple[Spread | None, ...]"]
"""By input, for each of its axes; None where there is no stride or no local field."""


def spreads(
    network: Network,
    views: Sequence[Views],
    gaps: set[str] | None = None,
    *,
    gapped: bool = True,
) -> list[Spreads]:
    """The spread of every node over every input; `views` are the size-free views.

    To `gaps` is added why one is not computed, though there is a field. Unless `gapped` all fields
    are known to be computed.
    """
    gaps = set() if gaps is None else gaps
    found: list[Spreads] = []
    for index, node in enumerate(network.nodes):
        if node.layer is None:
            found.append(
                {name: (Spread(1.0, 0.0, 0.0),) * len(of) for name, of in views[index].items()}
            )
            continue
        seen = [
            _move_spreads(
                node,
                axes,
                network.nodes[source].output.size,
                (views[source], views[index]),
                found[source],
                gaps,
            )
            for source, axes in zip(node.inputs, readings(network, node), strict=True)
            if axes is not None
        ]
        if len(seen) == 1:
            found.append(_known_spreads(seen[0], views[index]) if gapped else seen[0])
            continue
        found.append({
            name: tuple(
                None if view.gap
                else _mix([spreads[name][axis] for spreads in seen if name in spreads])
                for axis, view in enumerate(of)
            )
            for name, of in views[index].items()
        })  # fmt: skip
    return found


def _known_spreads(seen: Spreads, views: Views) -> Spreads:
    """The spreads of which the field is known; the same object if these are all."""
    if not any(view.gap for of in views.values() for view in of):
        return seen
    return {
        name: tuple(
            None if view.gap else spread for spread, view in zip(seen[name], of, strict=True)
        )
        for name, of in views.items()
    }


def _move_spreads(
    node: Node,
    axes: Sequence[Axis],
    size: tuple[int, ...],
    views: tuple[Views, Views],
    before: Spreads,
    gaps: set[str],
) -> Spreads:
    if not axes:
        return before
    return {
        name: tuple(
            None
            if spread is None or view.along is None or view.field is None
            else _regroup(spread, view, after)
            if isinstance(view.along, tuple) or isinstance(axes[view.along], Regrouped)
            else _through(node, spread, view.stride, axes[view.along], size[view.along], gaps)
            for spread, view, after in zip(
                before[name], views[0][name], views[1][name], strict=True
            )
        )
        for name in before
    }


def _regroup(spread: Spread, before: View, after: View) -> Spread | None:
    """The spread behind a reshape, if every unit sees what one unit saw before."""
    if before.field is None or after.field is None or before.field.sizes != after.field.sizes:
        return None
    old, new = before.field.centre, after.field.centre
    if old is None or new is None:
        return None
    return spread._replace(mean=float(new) + spread.mean - float(old))


def _through(
    node: Node, spread: Spread, stride: object, axis: Axis, n: int, gaps: set[str]
) -> Spread | None:
    if isinstance(axis, Everything):
        # A norm reads its own place besides, a pooling no place of its own.
        return spread if node.layer is not None and node.layer.role else None
    try:
        moments = _moments(axis, n)
    except TooMuch as error:
        gaps.add(str(error))
        return None
    if stride is None or moments is None:
        return None
    step = float(stride)  # type: ignore[arg-type]
    mean, variance = moments
    return Spread(
        spread.weight,
        spread.mean + step * mean,
        spread.variance + step * step * variance,
        spread.power,
    )


def _moments(axis: Axis, n: int) -> tuple[float, float] | None:
    """Mean and variance of the taps of output u, counted from where its stride puts it.

    None if they are not the same everywhere. Raises TooMuch.

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
    if outputs > MOST or outputs * length(axis.reach(0, n)) > MOST:
        raise TooMuch(f"outputs do not read alike, by more than {MOST:,} taps")
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


def _mix(parts: Sequence[Spread | None]) -> Spread | None:
    """Several operands together, by the law of total variance.

    Weights grow by a factor with every merge, and only their ratios matter.
    """
    known = [spread for spread in parts if spread is not None]
    power = max((s.power for s in known), default=0)
    weights = [ldexp(s.weight, s.power - power) for s in known]
    weight = sum(weights)
    if not weight:
        return None
    mean = sum(w / weight * s.mean for w, s in zip(weights, known, strict=True))
    variance = sum(
        w / weight * (s.variance + (s.mean - mean) * (s.mean - mean))
        for w, s in zip(weights, known, strict=True)
    )
    if weight > _HEAVY:
        weight, power = ldexp(weight, -_HEAVY.bit_length()), power + _HEAVY.bit_length()
    return Spread(weight, mean, variance, power)


_HEAVY = 1 << 500
