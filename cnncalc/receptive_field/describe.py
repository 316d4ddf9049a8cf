"""Receptive fields as plain data: the axes of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.tables.plain import nothing, of_field, of_fields
from cnncalc.tables.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from cnncalc.arithmetic.intervals import Field
    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.effective import Spread
    from cnncalc.receptive_field.size_free import View, Views
    from cnncalc.tables.columns import Rule


def axis(view: View) -> dict[str, Any]:
    """A view as in JSON.

    `size` is the largest field of a unit, `size_min` the smallest (they differ behind a transposed
    convolution or a resizing, and where strides do not match). `stride`, `offset` (the centre of
    the field of unit 0; 0 is the middle of the first element) and `padding` are exact and written
    as text: "2", "1/2". Behind a reshape that puts rows one behind the other no one stride is that of
    all units, and it is null. Where all of the axis is seen, `global` is true, `size` is null, `local` is
    the size without that, and `global_via` the layer through which it is seen. `not_computed` says
    why all of it is null.
    """
    field = view.field
    found: dict[str, Any] = {
        "size": None, "stride": None, "offset": None, "padding": None, "size_min": None,
        "size_max": None, "global": bool(view.whole),
    }  # fmt: skip
    if field is not None:
        low, high = field.sizes
        stride, offset, padding = _place(view, field)
        found |= {
            "size": None if view.whole else high,
            "stride": stride,
            "offset": offset,
            "padding": padding,
            "size_min": low,
            "size_max": high,
        }
        if field.shift is not None and field.period > 1:
            found["period"] = field.period
    if view.gap:
        found["not_computed"] = view.gap
    if view.whole:
        found |= {"local": None if field is None else field.size, "global_via": view.whole}
    return found


def _place(view: View, field: Field) -> tuple[str | None, str | None, str | None]:
    """Stride, centre of unit 0 and padding as text."""
    first, last = field.first[0], field.last[0]
    folded = view.is_folded
    uneven = field.period > 1 or field.shift is None
    if first is None or last is None or (uneven and not folded):
        return _text(view.stride), _text(field.centre), _text(field.padding)
    # Where all units see alike the fractions are halves at most.
    centre = first + last
    stride = None if folded else str(field.shift)
    return stride, f"{centre}/2" if centre % 2 else str(centre // 2), str(-first)


def axes(views: Views) -> dict[str, list[dict[str, Any]]]:
    """The views of a node as in JSON, by input."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, seen in views.items():
        told: list[dict[str, Any]] = []
        for at, view in enumerate(seen):
            # Height and width are mostly alike.
            same = at > 0 and view.field is seen[at - 1].field and view[2:] == seen[at - 1][2:]
            told.append(dict(told[-1]) if same else axis(view))
        found[name] = told
    return found


def with_more(
    described: dict[str, list[dict[str, Any]]],
    shortest: Views,
    spreads: dict[str, tuple[Spread | None, ...]],
) -> dict[str, list[dict[str, Any]]]:
    """The same with the size by the shortest path, and the effective field of every axis."""
    for name, described_axes in described.items():
        for at, one in enumerate(described_axes):
            field = shortest[name][at].field
            spread = spreads[name][at]
            one["min_path"] = None if field is None else field.size
            size = one["size_max"]
            known = spread is not None and size is not None
            one["erf_sigma"] = round(spread.sigma, 3) if known and spread else None
            one["erf"] = round(spread.width(float(size)), 3) if known and spread else None
    return described


def _text(number: Fraction | None) -> str | None:
    return None if number is None else str(number)


def column(
    key: str,
    title: str,
    of: Callable[[dict[str, Any]], str],
    minor: int = 0,
    *,
    all_axes: bool = False,
) -> Column:
    """A column of the axes of one input; `of` is what it shows of an axis, once if all are alike."""

    def show(told: Any) -> str:
        return cross([of(one) for one in told], all_axes=all_axes) if told else ""

    return Column(key, title, show, right=True, fold="last", data=False, minor=minor)


def columns(views: Sequence[Views]) -> list[Rule]:
    """The receptive field, for JSON, and its size and stride over the first input, for tables."""
    known: dict[int, tuple[dict[str, list[dict[str, Any]]], Any]] = {}
    told: list[tuple[dict[str, list[dict[str, Any]]], Any]] = []
    for seen in views:
        one = known.get(id(seen))
        if one is None:
            by_input = axes(seen)
            one = known[id(seen)] = by_input, next(iter(by_input.values()), None) or None
        told.append(one)

    def all_inputs(node: Node, network: Network) -> Any:
        return told[node.index][0]

    def first(node: Node, network: Network) -> Any:
        return told[node.index][1]

    several = len({name for by_input, _ in told for name in by_input}) > 1
    whole = Column("receptive_field", "receptive field", fold="last", shown=False,
                   plain=of_fields if several else nothing)  # fmt: skip
    field = column("field", "field", show_size, 1)._replace(plain=of_field)
    return [(whole, all_inputs), (field, first), (column("jump", "jump", show_jump, 2), first)]


def show_size(one: dict[str, Any]) -> str:
    """`427`, `188–204` where units differ, `all (851)` where more is seen than by windows.

    `?` is not computed.
    """
    low, high = one["size_min"], one["size_max"]
    text = (
        "?"
        if "not_computed" in one
        else ""
        if high is None
        else str(high)
        if low == high
        else f"{low}–{high}"
    )
    if one["global"]:
        return f"all ({text})" if text else "all"
    return text


def show_jump(one: dict[str, Any]) -> str:
    """The stride of the field: `32`, `1/2`."""
    return one["stride"] or ""


def cross(parts: Sequence[str], *, all_axes: bool = False) -> str:
    """One value for all axes, or `7×1`."""
    alike = len(set(parts)) == 1 and not all_axes
    return parts[0] if alike else "×".join(part or "–" for part in parts)
