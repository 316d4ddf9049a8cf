"""How every window is padded: the rule, and the elements added on each side of each axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from cnncalc.analyzers.base.tabulate import Pick, tabulate
from cnncalc.arithmetic import padding
from cnncalc.arithmetic.windows import SLIDING, BorderedWindow, TransposedWindow
from cnncalc.errors import UsageError
from cnncalc.tables.columns import COLUMNS, window
from cnncalc.tables.plain import per_axis
from cnncalc.tables.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analyzers.base.tabulate import Key
    from cnncalc.network import Network, Node


Across = Annotated[bool, "Show what every framework and runtime makes of it, side by side."]
Layer = Annotated[str, "Only this layer, with --across."]


def analyze(network: Network, *, across: Across = False, layer: Layer = "") -> Table:
    """Per layer and axis: the mode, elements before and after, and what is never read.

    Raises UsageError for an unknown layer, or one without --across.
    """
    if across:
        from cnncalc.porting.across import table

        return table(network, layer)
    if layer:
        raise UsageError("--layer goes with --across", "--across --layer NAME")
    keys: Sequence[Key] = [
        "layer",
        Pick("op", shown=False),
        "inputs",
        Pick("output", shown=False),
        (COLUMNS["window"][0]._replace(shown=False, plain=_plain_dilation), COLUMNS["window"][1]),
        (Column("rule", "rule", _words, plain=_plain("rule")), _rules),
        (Column("kernel", "kernel", _cross, data=False, plain=_plain("kernel")), _part("kernel")),
        (Column("stride", "stride", _cross, data=False, plain=_plain("stride")), _part("stride")),
        (
            Column("sizes", "in→out", _arrows, right=True, data=False, plain=_plain("in", "out")),
            _sizes,
        ),
        (
            Column(
                "sides",
                "before+after",
                _sides,
                right=True,
                data=False,
                plain=_plain("before", "after"),
            ),
            _part("padding"),
        ),
        (
            Column("dropped", "dropped", _list_numbers, right=True, plain=_plain("dropped")),
            _dropped_per_axis,
        ),
        (Column("note", "", str, data=False), _note),
    ]
    notes = ["dropped: elements at the end of an axis that no window reads"]
    return tabulate(network, "padding", keys, needs="window", notes=notes)


def _plain(*names: str) -> Any:
    return lambda value: per_axis(value, *names)


def _plain_dilation(value: dict[str, Any] | None) -> dict[str, Any]:
    """What of a window has no column of its own."""
    return per_axis(value["dilation"], "dilation") if value else {}


def _rules(node: Node, network: Network) -> list[str] | None:
    if window(node) is None:
        return None
    return [_rule(axis) for axis in node.facts.windows]


def _rule(axis: Any) -> str:
    if isinstance(axis, TransposedWindow):
        told = padding.CUTS.get(axis.rule)
    else:
        told = padding.tell_mode(axis.rule, *getattr(axis, "padding", (0, 0)))
    word = {"explicit": "as written", "stated": "as stated"}.get(axis.rule, axis.rule)
    rule = told or word or "as written"
    return f"{rule}; {axis.mode}" if isinstance(axis, BorderedWindow) else rule


def _part(key: str) -> Any:
    def of(node: Node, network: Network) -> Any:
        found = window(node)
        return found and found[key]

    return of


def _sizes(node: Node, network: Network) -> Any:
    if window(node) is None or not node.inputs:
        return None
    read = network.nodes[node.inputs[0]].output.size
    return list(zip(read, (w.positions(n) for w, n in zip(node.facts.windows, read, strict=True)),
                    strict=True))  # fmt: skip


def _dropped_per_axis(node: Node, network: Network) -> list[int] | None:
    if window(node) is None:
        return None
    read = network.nodes[node.inputs[0]].output.size
    axes = zip(node.facts.windows, read, strict=True)
    return [w.count_dropped(n) if isinstance(w, SLIDING) else 0 for w, n in axes]


def _note(node: Node, network: Network) -> str | None:
    if window(node) is None:
        return None
    sides = _part("padding")(node, network)
    notes = []
    if any(before != after for before, after in sides):
        notes.append("asymmetric")
    if any(_dropped_per_axis(node, network) or []):
        notes.append("drops input")
    return ", ".join(notes)


def _words(value: list[str] | None) -> str:
    return "" if value is None else ", ".join(dict.fromkeys(value))


def _cross(value: list[int] | None) -> str:
    return "" if value is None else "×".join(map(str, value))


def _arrows(value: Any) -> str:
    """`224→112`, an axis each where they differ."""
    return "" if value is None else ", ".join(dict.fromkeys(f"{n}→{o}" for n, o in value))


def _sides(value: Any) -> str:
    """`1+2`, and what is cut as `−1−2`."""
    if value is None:
        return ""
    return ", ".join(f"{_sign(a)}{_sign(b) if b < 0 else f'+{b}'}" for a, b in value)


def _sign(side: int) -> str:
    return f"−{-side}" if side < 0 else str(side)


def _list_numbers(value: list[int] | None) -> str:
    return ", ".join(map(str, value)) if value and any(value) else ""
