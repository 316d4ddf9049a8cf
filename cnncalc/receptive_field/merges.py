"""Whether the maps that meet at a merge lie on the same grid of the input.

Sources: Araujo, Norris, Sim 2019, Distill 4(11): operands are aligned if their strides and the
centres of their fields are equal. That causal paths are, too, is our own: they end at the same step.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.moving import Stretch
from cnncalc.receptive_field.axis_map import readings
from cnncalc.receptive_field.size_free import Reach, operands

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.arithmetic.intervals import Field
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.size_free import Views

ALIGNED = "aligned"
OFFSET = "offset"
MISMATCH = "stride mismatch"


class Meeting(NamedTuple):
    """How the operands of a merge lie to each other along one axis of one input.

    `kind` is `aligned`, `offset` or `stride mismatch`. Of an offset, `pixels` is how far the
    centres are apart in elements of the input, `cells` the same in units of the merged map.
    """

    node: int
    source: str
    axis: int
    kind: str
    pixels: Fraction = Fraction(0)
    cells: Fraction = Fraction(0)


def meetings(network: Network, found: Sequence[Views]) -> Iterator[Meeting]:
    """How the operands of every merge meet, for every axis of every input; `found` are the views.

    There is none where a field is not computed. Raises TooMuch.
    """
    reach = Reach(network)
    for index, node in enumerate(network.nodes):
        if len(node.inputs) < 2 or node.layer is None or _are_beside(network, node):
            continue
        # An operand that is read twice lies on itself.
        seen = list({id(views): views for views in operands(reach, node, found)}.values())
        for source in found[index]:
            parts = [views[source] for views in seen if source in views]
            known: dict[tuple[int, ...], Meeting] = {}
            for axis, views in enumerate(zip(*parts, strict=True)):
                fields = [v.field for v in views if v.field is not None and v.along is not None]
                split = any(isinstance(view.along, tuple) for view in views)
                if len(fields) < 2 or split or any(view.gap for view in views):
                    continue
                # Height and width are mostly alike.
                met = tuple(map(id, fields))
                if met not in known:
                    reach.units.spend(sum(field.period for field in fields if field.period > 1))
                    folded = any(view.is_folded for view in views)
                    known[met] = _meeting(fields, index, source, axis, folded=folded)
                yield known[met]._replace(axis=axis)


def _meeting(
    fields: Sequence[Field], node: int, source: str, axis: int, *, folded: bool
) -> Meeting:
    """How fields along one axis lie to each other; if `folded`, one has no stride for all units."""
    if _are_concentric(fields):
        return Meeting(node, source, axis, ALIGNED)
    strides = {field.stride for field in fields}
    centres = [centre for field in fields if (centre := field.centre) is not None]
    stride = fields[0].stride
    if len(strides) > 1 or not stride or not centres or folded:
        return Meeting(node, source, axis, MISMATCH)
    apart = max(centres) - min(centres)
    if not apart or _are_causal(fields):
        return Meeting(node, source, axis, ALIGNED)
    return Meeting(node, source, axis, OFFSET, apart, apart / stride)


def _are_concentric(fields: Sequence[Field]) -> bool:
    """Whether the operands of every unit have one centre, also where units have no one stride."""
    one = fields[0]
    if any(field.shift != one.shift or field.period != one.period for field in fields[1:]):
        return False
    centres = _double_centres(one)
    return all(_double_centres(field) == centres for field in fields[1:])


def _double_centres(field: Field) -> list[int | None]:
    """Twice the centre of every unit of a period; None where nothing is seen."""
    return [
        None if first is None or last is None else first + last
        for first, last in zip(field.first, field.last, strict=True)
    ]


def _are_causal(fields: Sequence[Field]) -> bool:
    """Whether the operands are causal: unit by unit all of them end at the same step.

    That step is the unit's own, or one operand sees nothing but it.
    """
    one = fields[0]
    if one.shift is None or any(f.shift != one.shift or f.last != one.last for f in fields):
        return False
    looks_ahead = any(
        last is None or last * one.period > unit * one.shift for unit, last in enumerate(one.last)
    )
    return not looks_ahead or any(field.sizes == (1, 1) for field in fields)


def _are_beside(network: Network, node: Node) -> bool:
    """Whether the operands stand beside each other and not on each other."""
    return any(isinstance(axis, Stretch) for axes in readings(network, node) for axis in axes or ())
