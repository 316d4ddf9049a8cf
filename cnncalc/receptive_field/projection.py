"""The projective field: which units of every layer see one element of an input."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc import foreign, quantity
from cnncalc.receptive_field.cells import box, count
from cnncalc.receptive_field.exact import check_unit, following, project_element
from cnncalc.tables.columns import COLUMNS
from cnncalc.tables.plain import per_axis, quotient
from cnncalc.tables.table import Column, Envelope, Row, Table, show_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network


def table(network: Network, source: str, place: Sequence[int]) -> Table:
    """Per layer the units that see an element of the input `source`: box, number, share of all.

    Raises UsageError.
    """
    index = next(i for i, node in enumerate(network.nodes) if node.name == source)
    element = check_unit(network, index, place, "element")
    with following(network):
        found = project_element(network, source, element)
    rows = []
    for node, cells in zip(network.nodes, found, strict=True):
        around = box(cells) if cells else None
        units = count(cells)
        values: dict[str, Any] = {
            key: COLUMNS[key][1](node, network) for key in ("layer", "op", "inputs", "output")
        }
        values["units"] = None if around is None else [list(side) for side in around]
        values["count"] = units
        values["share"] = (units, prod(node.output.size))
        rows.append(Row(values, node.frame))
    where = ",".join(map(str, place))
    return Table(
        "receptive-field",
        [
            COLUMNS["layer"][0],
            COLUMNS["op"][0],
            COLUMNS["inputs"][0],
            COLUMNS["output"][0],
            Column("units", "units that see it", _sides, right=True, fold="last", plain=_plain_units),
            Column("count", "units", show_count, right=True, fold="last"),
            Column("share", "%", _percent, right=True, fold="last", data=False, plain=_plain_share),
        ],
        rows,
        Envelope({"model": network.name, "dialect": network.dialect, "batch": 1,
                  "projected": {"input": source, "element": list(place)}}),
        caption=" · ".join([foreign.name(network.name), *network.mark,
                            f"the projective field of {source}[{where}]: first and last on each axis"]),
        failure=network.failure,
    )  # fmt: skip


def _sides(sides: list[list[int]] | None) -> str:
    if sides is None:
        return ""
    return ", ".join(f"{a}–{b}" if a != b else str(a) for a, b in sides) or "all"


def _plain_units(sides: list[list[int]] | None) -> dict[str, Any]:
    return per_axis(sides, "first", "last")


def _plain_share(share: tuple[int, int]) -> dict[str, Any]:
    return {"share": quotient(*share)}


def _percent(share: tuple[int, int]) -> str:
    return quantity.share(*share) if share[0] else ""
