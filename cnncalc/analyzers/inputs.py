"""Which input sizes the network accepts: the smallest, the step, and which layer refuses the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc import foreign
from cnncalc.analyzers.base.keywords import UpTo
from cnncalc.errors import UsageError
from cnncalc.input_sizes.axes import MOST, Solved, scan_axes
from cnncalc.input_sizes.dependence import letter
from cnncalc.input_sizes.progressions import Pattern
from cnncalc.layers.base.shape_key import SHAPE
from cnncalc.tables.plain import of_sizes
from cnncalc.tables.table import Column, Envelope, Row, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.input_sizes.axes import Culprit
    from cnncalc.input_sizes.scan import Place
    from cnncalc.network import Network


def analyze(network: Network, *, up_to: UpTo = None) -> Table:
    """Per axis of each input: the sizes that the network accepts, the other axes as they are."""
    return table(network, up_to)


def table(
    network: Network,
    up_to: int | None = None,
    asked: Mapping[Place, int] | None = None,
) -> Table:
    """As `analyze`; `asked` are the sizes to judge where they are not those of the network.

    Raises UsageError if `up_to` is out of its bounds.
    """
    if up_to is not None and not 1 <= up_to <= MOST:
        raise UsageError(f"--up-to takes a number from 1 to {MOST:,}, got {up_to}")
    axes, limit, gaps = scan_axes(network, up_to, asked)
    rows = [_values(network, axis) for axis in axes]
    columns = [
        Column("input", "input"),
        Column("axis", "axis"),
        Column("size", "size", right=True),
        Column("accepted", "accepted", _sizes, plain=of_sizes("accepted")),
        Column("nearest", "nearest", _nearest, plain=_list_nearest),
        Column(
            "even",
            "even",
            _sizes,
            shown=any(a.even != a.accepted for a in axes),
            plain=of_sizes("even"),
        ),
        Column("uneven_at", "uneven at", shown=False),
        Column(
            "kept",
            "kept",
            _sizes,
            shown=any(a.kept != a.accepted for a in axes),
            plain=of_sizes("kept"),
        ),
        Column("kept_by", "kept by", shown=False),
        Column("solved", "solved", shown=False),
        Column("bound_to", "bound to", _axes, shown=False, plain=_list_axes),
        Column("refused", "refused", _names, shown=False, plain=_list_culprits),
    ]
    return Table(
        "inputs",
        columns,
        [Row(values) for values in rows],
        Envelope(
            {"model": network.name, "dialect": network.dialect, "up_to": limit},
            also={"not_computed": gaps} if gaps else {},
            rows_are="axes",
        ),
        caption="\n".join([*_notes(network, axes, limit, asked or {}), *_gaps(gaps)]),
    )


def _values(network: Network, axis: Solved) -> dict[str, Any]:
    return {
        "input": axis.inputs,
        "axis": axis.axis,
        "size": axis.size,
        "accepted": axis.accepted.to_dict(),
        "nearest": None if axis.nearest is None else list(axis.nearest),
        "even": axis.even.to_dict(),
        "uneven_at": axis.uneven_at,
        "kept": axis.kept.to_dict(),
        "kept_by": axis.kept_by,
        "solved": not axis.looked,
        "bound_to": [
            {
                "input": network.nodes[index].name,
                "axis": letter(network.nodes[index].output, number),
            }
            for index, number in axis.bound_to
        ],
        "refused": [_culprit(network, culprit) for culprit in axis.culprits],
    }


def _culprit(network: Network, culprit: Culprit) -> dict[str, Any]:
    """A layer that refuses sizes, and what it says of the one nearest to the present size."""
    node = network.nodes[culprit.refused.node]
    names = [network.nodes[index].name for index in node.inputs]
    operands = zip(names, culprit.refused.operands, strict=False)
    return {
        "layer": node.name,
        "op": node.op,
        "code": culprit.refused.refusal.code,
        "sizes": culprit.sizes.to_dict(),
        "at": culprit.nearest,
        "message": culprit.refused.refusal.message,
        "operands": [{"layer": name, "output": shape.to_dict()} for name, shape in operands],
    }


def _gaps(gaps: Mapping[str, str]) -> list[str]:
    """A line for the axes that are not computed for the same reason."""
    names: dict[str, list[str]] = {}
    for name, why in gaps.items():
        names.setdefault(why, []).append(name)
    return [
        f"not computed: {', '.join(alike[:_LINES])}{_more(alike)}, {why}"
        for why, alike in names.items()
    ]


def _more(names: list[str]) -> str:
    return f" and {len(names) - _LINES} more" if len(names) > _LINES else ""


def _notes(
    network: Network, axes: list[Solved], limit: int, asked: Mapping[Place, int]
) -> list[str]:
    """The caption: what was looked at, what the columns mean, and who refuses what."""
    if not axes:
        name = foreign.name(network.name)
        sized = any(node.layer is None and node.output.rank for node in network.nodes)
        return [name if sized else f"{name} · no input has a size"]
    looked = f"{foreign.name(network.name)} · {_sizes_behind(axes, limit)}"
    notes = [looked + (", each axis by itself, the others as they are" if len(axes) > 1 else "")]
    if asked:
        base = ", ".join(str(node.output) for node in network.nodes if node.layer is None)
        notes.append(f"the size asked for is refused; everything else is said of {base}")
    if any(axis.even != axis.accepted for axis in axes):
        notes.append("even: no stride leaves elements at the end of an axis unread")
    kept = next((axis.kept_by for axis in axes if axis.kept != axis.accepted), None)
    if kept:
        notes.append(
            f"kept: all weights keep their shapes; at other sizes {kept} has weights of a different shape"
        )
    notes += _bindings(network, axes)
    return notes + _refusals(network, axes)


def _sizes_behind(axes: list[Solved], limit: int) -> str:
    """What the answers are made of: `all sizes`, or `sizes from 1 to 1,024`."""
    runs = {run for axis in axes for run in axis.looked}
    if not runs:
        return "all sizes"
    ends = {(first, last) for first, last in runs if first > 1}
    words = [f"{first:,} to {last:,}" for first, last in sorted(ends)]
    top = max((last for first, last in runs if first == 1), default=limit)
    return f"sizes from {_list_words([f'1 to {top:,}', *words])}"


def _bindings(network: Network, axes: list[Solved]) -> list[str]:
    """Which axes depend on each other: one line for each group of them."""
    groups = {tuple(sorted((*axis.places, *axis.bound_to))): axis for axis in axes if axis.bound_to}
    alone = len({index for axis in axes for index, _ in axis.places}) == 1
    return [
        f"{_list_words([_place(network, place, alone=alone) for place in group])} depend on each other: "
        "their sizes change together"
        for group in groups
    ]


def _list_words(words: list[str]) -> str:
    """`H, W and D`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _place(network: Network, place: Place, *, alone: bool) -> str:
    node = network.nodes[place[0]]
    name = letter(node.output, place[1])
    return name if alone else f"{name} of {node.name}"


def _refusals(network: Network, axes: list[Solved]) -> list[str]:
    """A line for each layer that refuses sizes: axes on which it says the same share one.

    Of those that only refuse what is too small, the one that asks for most speaks for all.
    """
    lines: dict[tuple[bool, int, str], list[tuple[Solved, Culprit]]] = {}
    for axis in axes:
        small = [c for c in axis.culprits if _is_small(axis, c)]
        for culprit in axis.culprits:
            if culprit not in small[:-1]:
                key = (culprit not in small, culprit.refused.node, str(culprit.sizes))
                lines.setdefault(key, []).append((axis, culprit))
    found = [
        _line(network, cases, alone=len(axes) == 1)
        for _, cases in sorted(lines.items(), key=_order)
    ]
    if len(found) > _LINES:
        found[_LINES:] = [
            f"and {len(found) - _LINES} more: --format json has every layer that refuses sizes"
        ]
    return found


_LINES, _OPERANDS = 10, 4


def _order(line: tuple[tuple[bool, int, str], object]) -> tuple[bool, int, str]:
    return line[0]


def _is_small(axis: Solved, culprit: Culprit) -> bool:
    """Whether a layer refuses nothing but sizes below the smallest that is accepted."""
    least = axis.accepted.smallest
    return (
        culprit.sizes.period is None and least is not None and culprit.sizes.besides[-1][1] < least
    )


def _line(network: Network, cases: list[tuple[Solved, Culprit]], *, alone: bool) -> str:
    """`H, W: d1.concat1 refuses n ≡ 1 (mod 16), at 513: …`."""
    axis, culprit = cases[0]
    node, refused = network.nodes[culprit.refused.node], culprit.refused
    of = "" if alone else ", ".join(dict.fromkeys(case.axis for case, _ in cases)) + ": "
    shapes = [f"{network.nodes[i].declared_name} {shape}"
              for i, shape in zip(node.inputs, refused.operands, strict=False)]  # fmt: skip
    given = f" ({', '.join(shapes[:_OPERANDS])})" if refused.refusal.operands else ""
    sizes, others = str(culprit.sizes), 0
    if _is_small(axis, culprit):
        others = sum(_is_small(axis, other) for other in axis.culprits) - 1
    at = "" if sizes == str(culprit.nearest) else f", at {culprit.nearest:,}"
    less = f"; {others} other layer{'s' * (others > 1)} what is smaller" if others else ""
    return f"{of}{node.declared_name} refuses {sizes}{at}: {refused.refusal.message}{given}{less}"


def _sizes(value: dict[str, Any] | None) -> str:
    """A pattern in words, from the form of JSON."""
    if value is None:
        return ""
    runs = tuple((first, last) for first, last in value["besides"])
    return str(Pattern(value["period"], tuple(value["residues"]), value["from"], runs))


def _nearest(value: list[int | None] | None) -> str:
    if value is None:
        return ""
    return " or ".join(f"{n:,}" for n in value if n is not None) or "none"


def _list_nearest(value: list[int | None]) -> dict[str, int | None]:
    below, above = value
    return {"nearest_below": below, "nearest_above": above}


def _list_axes(value: list[dict[str, str]]) -> dict[str, str]:
    return {"bound_to": _axes(value)}


def _list_culprits(value: list[dict[str, Any]]) -> dict[str, str]:
    """Every layer that refuses sizes: which, and what it says of the one nearest to the present size."""
    return {"refused": "; ".join(map(_tell_culprit, value))}


def _tell_culprit(entry: Mapping[str, Any]) -> str:
    given = ", ".join(f"{one['layer']} {SHAPE.parse(one['output'])}" for one in entry["operands"])
    return (f"{entry['layer']} {entry['op']} {entry['code']} refuses {_sizes(entry['sizes'])}, "
            f"at {entry['at']}: {entry['message']} ({given})")  # fmt: skip


def _axes(value: list[dict[str, str]]) -> str:
    return ", ".join(f"{entry['axis']} of {entry['input']}" for entry in value)


def _names(value: list[dict[str, Any]]) -> str:
    return ", ".join(entry["layer"] for entry in value)
