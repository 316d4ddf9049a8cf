"""Darknet's layers that remember maps: of their last steps, in convolutions, or learnt ones.

One step is read. What a layer remembers has the shape of what it computes, so that stands in its place.

Source: src/crnn_layer.c, src/conv_lstm_layer.c and src/representation_layer.c of AlexeyAB/darknet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.darknet_walk import behind, norm_of
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.cfg import Section
    from cnncalc.importers.base.darknet_walk import Layer, Walk
    from cnncalc.importers.base.description import Data

_REMEMBERED = 4
"""How many maps `[history]` gives unless it says so."""
_MOST_REMEMBERED = 1_000


def _conv_rnn(walk: Walk, section: Section) -> Layer:
    """Convolutions of the input and of the state, whose sum is the state, and one of that."""
    hidden, filters = section.integer("hidden", 1), section.integer("output", 1)
    window = _window(section, "logistic", section.integer("size", 3) // 2)
    read = walk.add(section, "conv", {"filters": hidden, **window}, hidden, "_part0")
    inner = {**window, "stride": 1}
    state = walk.add(section, "conv", {"filters": hidden, **inner}, hidden, "_part1")
    both = {"from": [read.name, state.name]}
    walk.add(section, "add", both, hidden, "_part2")
    return walk.add(section, "conv", {"filters": filters, **inner}, filters)


def _conv_lstm(walk: Walk, section: Section) -> Layer:
    """An LSTM of convolutions, which reads a cell as well where it has peepholes."""
    if section.integer("bottleneck", 0):
        raise Unreadable("[conv_lstm] has a bottleneck, which nobody has described",
                         section.line, help="bottleneck=0")  # fmt: skip
    filters = section.integer("output", 1)
    padding = section.integer("padding", 0)
    if section.integer("pad", 0):
        padding = section.integer("size", 3) // 2
    window = {"filters": filters, **_window(section, "linear", padding)}
    above = walk.above.name
    gates: dict[str, list[str]] = {}
    for gate in "figo":
        read = walk.add(section, "conv", {**window, "from": above}, filters, f"_input_{gate}")
        gates[gate] = [read.name]
    state = gates["o"][0]
    read_again = [("state", "figo")]
    if section.integer("peephole", 0):
        read_again.append(("cell", "fio"))
    for memory, of in read_again:
        for gate in of:
            keys = {**window, "stride": 1, "from": state}
            gates[gate].append(walk.add(section, "conv", keys, filters, f"_{memory}_{gate}").name)
    for gate, operands in gates.items():
        walk.add(section, "add", {"from": operands}, filters, f"_sum_{gate}")
        walk.add(section, "tanh" if gate == "g" else "sigmoid", {}, filters, f"_{gate}")
    return _close(walk, section, filters, state)


def _close(walk: Walk, section: Section, filters: int, cell: str) -> Layer:
    """The new cell is what the gates f and i let through of the old one and of g; o shows it."""

    def named(part: str) -> str:
        return walk.name(section, part)

    products = [("kept", [named("_f"), cell]), ("new", [named("_i"), named("_g")])]
    for part, operands in products:
        walk.add(section, "multiply", {"from": operands}, filters, f"_{part}")
    walk.add(section, "add", {"from": [named("_kept"), named("_new")]}, filters, "_cell")
    shown = walk.add(section, "tanh", {}, filters, "_shown")
    return walk.add(section, "multiply", {"from": [named("_o"), shown.name]}, filters)


def _window(section: Section, activation: str, padding: int) -> Data:
    """The window that all convolutions of a cell have."""
    keys: Data = {"kernel": section.integer("size", 3), "padding": padding}
    keys["stride"] = section.integer("stride", 1)
    for name in ("groups", "dilation"):
        if section.integer(name, 1) > 1:
            keys[name] = section.integer(name, 1)
    if "dilation" in keys:
        keys["padding"] = padding * keys["dilation"]
    return {**keys, **norm_of(section), **behind(section, activation)}


def _history(walk: Walk, section: Section) -> Layer:
    """The map above, and those of the steps before, which are as large."""
    count = section.integer("history_size", _REMEMBERED)
    if not 0 < count <= _MOST_REMEMBERED:
        raise Unreadable(f"[history] remembers {count} maps", section.line,
                         help=f"history_size=1 to {_MOST_REMEMBERED:,}")  # fmt: skip
    channels = walk.above.channels
    return walk.add(
        section, "concat", {"from": [walk.above.name] * count}, channels and channels * count
    )


def _implicit(walk: Walk, section: Section) -> Layer:
    """Learnt channels, which read nothing."""
    filters = section.integer("filters", 128)
    shape: Data = {"channels": filters, "size": [section.integer("atoms", 1), 1]}
    return walk.add(section, "parameter", shape, filters)


MAPS: dict[str, Callable[[Walk, Section], Layer]] = {
    "crnn": _conv_rnn, "conv_lstm": _conv_lstm, "history": _history,
    "implicit": _implicit, "implicit_add": _implicit, "implicit_mul": _implicit,
}  # fmt: skip
"""How a section is read, by its type; the last two are YOLOR's."""
