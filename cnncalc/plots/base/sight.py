"""What there is to draw of one unit: what it spans and sees, and how much every element counts."""

from __future__ import annotations

from itertools import product
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.plots.base import style
from cnncalc.receptive_field.cells import places
from cnncalc.receptive_field.exact import Seen, find_seen, following
from cnncalc.receptive_field.one_unit import describe_seen
from cnncalc.receptive_field.paths import influence
from cnncalc.receptive_field.several_axes import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.receptive_field.effective import Spread
    from cnncalc.receptive_field.paths import Grid
    from cnncalc.receptive_field.size_free import View
    from cnncalc.receptive_field.survey import Survey

Span = tuple[int, int]
"""First and last place, both inclusive."""


class Side(NamedTuple):
    """One axis of the input, and what the unit spans of it.

    `box` is what it sees, from first to last; `hull` what it would if the input went on beyond
    its borders, and `beside` the same of the next unit. The influence is spread around `centre`
    over `width`, 4 sigma and at most the field.
    """

    size: int
    box: Span
    hull: Span
    beside: Span | None
    centre: float | None
    width: float

    @property
    def window(self) -> Span:
        """What is drawn: the input with the padding, of a large input what is around the unit."""
        first, last = min(0, self.hull[0]), max(self.size - 1, self.hull[1])
        extent = self.hull[1] - self.hull[0] + 1
        if extent * _SMALL < self.size:
            first, last = max(first, self.hull[0] - extent), min(last, self.hull[1] + extent)
        return max(first, -self.size), min(last, 2 * self.size - 1)


class Sight(NamedTuple):
    """What a unit sees of an input by windows: by axis, the elements, and how much each counts."""

    sides: tuple[Side, ...]
    seen: Seen
    grid: Grid
    sentence: str


_SMALL = 8
"""How many times as large as the field an input is of which only a part is drawn."""

NAMES = {1: ("place",), 2: ("row", "column"), 3: ("plane", "row", "column")}
"""What the places along the axes of an input are called."""


def sight(survey: Survey, index: int, unit: Sequence[int], source: str) -> Sight:
    """What a unit of node `index` sees of the input `source`; raises UsageError if that is nothing."""
    node = survey.network.nodes[index]
    rank = survey.inputs[source].output.rank
    if rank not in NAMES:
        raise UsageError(f"{source} has {rank} axes, and a picture shows one to three")
    with following(survey.network):
        local = find_seen(survey.network, index, unit, local=True)
        grid = influence(survey.network, index, unit, average=True).get(source, {})
    part = local.get(source)
    if part is None or part.box is None:
        with following(survey.network):
            whole = find_seen(survey.network, index, unit).get(source)
        what = "only padding" if whole and not whole.box else "nothing"
        help = "it is seen through layers that see everything" if whole and whole.box else ""
        raise UsageError(
            f"{node.name}[{list_places(unit)}] sees {what} of {source} by windows", help
        )
    sides = []
    for at, view in enumerate(survey.views[index][source]):
        spread = survey.spreads[index][source][at]
        n = survey.inputs[source].output.size[at]
        sides.append(_side(view, spread, n, part.box[at], unit, node.output.size))
    through = {view.whole for view in survey.views[index][source]} - {""}
    besides = f"; and all of it through {', '.join(sorted(through))}" if through else ""
    return Sight(tuple(sides), part, grid, describe_seen(part) + besides)


def _side(
    view: View, spread: Spread | None, n: int, box: Span, unit: Sequence[int], sizes: Sequence[int]
) -> Side:
    field, along = view.field, view.along
    if field is None:
        return Side(n, box, box, None, None, 0.0)
    place = place_of(along, unit, sizes)
    hull = field.bounds(place) or box
    beside = (
        field.bounds(place + 1) if isinstance(along, int) and place + 1 < sizes[along] else None
    )
    if spread is None or view.stride is None:
        return Side(n, box, hull, beside, None, 0.0)
    centre = spread.mean + float(view.stride) * place
    return Side(n, box, hull, beside, centre, spread.width(float(field.size)))


def list_places(unit: Sequence[int]) -> str:
    """`3,5`."""
    return ",".join(map(str, unit))


def parts(found: Sight) -> Any:
    """How much each element in the box counts, as a part of the most; 0 where it is not seen."""
    numpy = style.import_needed("numpy")
    boxes = [side.box for side in found.sides]
    heat = numpy.zeros([last - first + 1 for first, last in boxes])
    seen_ = numpy.zeros(heat.shape, dtype=bool)
    *above, (first, last) = boxes
    for lead in product(*(range(a, b + 1) for a, b in above)):
        bits = found.seen.cells.get(lead, 0)
        if bits:
            at = tuple(i - start for i, (start, _) in zip(lead, above, strict=True))
            heat[at] = found.grid[lead][first : last + 1]
            seen_[at][[i - first for i in places(bits)]] = True
    top = float(heat.max())
    # Merges multiply what counts, beyond all numbers in the end.
    part = heat / top if isfinite(top) else numpy.isinf(heat) * 1.0
    # What is seen must differ from what is not, however little it counts.
    return numpy.where(seen_, numpy.maximum(part, 1e-9), 0.0)
