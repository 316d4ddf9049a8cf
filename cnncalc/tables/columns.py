"""The columns that several analyzers share, each stated once: what it says of a node.

Those of numbers follow from `metrics`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.tables.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.network import Network, Node


def window(node: Node) -> dict[str, Any] | None:
    """The window of a layer as in JSON; None where it has none, or only sees everything."""
    windows = node.facts.windows
    if not windows or not all(isinstance(w, (*SLIDING, TransposedWindow)) for w in windows):
        return None
    kinds: list[Any] = list(windows)
    return {
        "kernel": [w.kernel for w in kinds],
        "stride": [w.stride for w in kinds],
        "dilation": [w.dilation for w in kinds],
        "padding": [list(w.padding) for w in kinds],
    }


def show_window(value: dict[str, Any] | None) -> str:
    """`7×7 s2 p3`: kernel, then stride, dilation and padding where they are not the default."""
    if value is None:
        return ""
    text = "×".join(map(str, value["kernel"]))
    for letter, key, default in (("s", "stride", 1), ("d", "dilation", 1), ("p", "padding", 0)):
        axes = value[key]
        plain = [a[0] if isinstance(a, list) and a[0] == a[1] else a for a in axes]
        if any(a != default for a in plain):
            same = all(a == plain[0] for a in plain)
            text += f" {letter}{_show_side(plain[0]) if same else ','.join(map(_show_side, plain))}"
    return text


def _plain_window(value: dict[str, Any] | None) -> dict[str, Any]:
    """The window along each axis; the stride of a field has the plain name."""
    if value is None:
        return {}
    from cnncalc.tables.plain import per_axis

    return {
        **per_axis(value["kernel"], "kernel"),
        **per_axis(value["stride"], "window_stride"),
        **per_axis(value["dilation"], "dilation"),
        **per_axis(value["padding"], "before", "after"),
    }


def _plain_shape(value: dict[str, Any]) -> dict[str, Any]:
    """The parts of a shape: `output_channels`, `output_h`, `output_features`."""
    from cnncalc.tables.plain import flatten, per_axis

    size = per_axis(value.get("size"), "output")
    return {**dict(flatten("output", {k: v for k, v in value.items() if k != "size"})), **size}


def _show_side(side: Any) -> str:
    return f"{side[0]}+{side[1]}" if isinstance(side, list) else str(side)


def show_shape(value: dict[str, Any] | None) -> str:
    """`64×112×112`, `1000`, `100 tokens` or `[12×64]` from the form of JSON."""
    if value is None:
        return ""
    if "features" in value:
        text = str(value["features"])
    elif "tokens" in value:
        tokens = value["tokens"]
        text = (
            f"{'×'.join(map(str, tokens)) if isinstance(tokens, (list, tuple)) else tokens} tokens"
        )
    elif "shape" in value:
        text = f"[{'×'.join(map(str, value['shape']))}]"
    else:
        text = "×".join(map(str, [value["channels"], *value["size"]]))
    return f"{value['copies']} × ({text})" if "copies" in value else text


COLUMNS: dict[str, tuple[Column, Callable[[Node, Network], Any]]] = {
    "layer": (Column("layer", "layer"), lambda node, net: node.name),
    "op": (Column("op", "op"), lambda node, net: node.op),
    "inputs": (
        Column("inputs", "inputs", ", ".join, shown=False),
        lambda node, net: [net.nodes[i].name for i in node.inputs],
    ),
    "output": (
        Column("output", "output", show_shape, right=True, fold="last", plain=_plain_shape),
        lambda node, net: node.output.to_dict(),
    ),
    "window": (
        Column("window", "window", show_window, minor=1, plain=_plain_window),
        lambda node, net: window(node),
    ),
}

Rule = tuple[Column, "Callable[[Node, Network], Any]"]
"""A column, and what it says of a node."""


def list_names(names: Sequence[str], most: int = 5) -> str:
    """`a, b, c`, of many the first: `a, b, c, d, e and 3 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
