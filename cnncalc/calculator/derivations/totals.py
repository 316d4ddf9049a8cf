"""The sums below the workings of several layers: of a layer with its norm, a block, or a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.cost.training import OPTIMIZERS
from cnncalc.working.expressions import LONG
from cnncalc.working.steps import Section, Working
from cnncalc.working.vectors import Vector, largest, sum_over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Network

_ONCE = ("params", "trainable", "buffers", "weights", "buffers in memory")
"""What the total of a network counts once, however often it is used."""

_SUMS = (
    *_ONCE,
    "MACs",
    "MACs of the batch",
    "FLOPs",
    "FLOPs of the batch",
    "bytes moved",
    "writes",
    "kept",
)
"""The steps that add up over layers."""

_SHARES = ("params %", "MACs %")

_UNITS = {
    "params %": "%",
    "MACs %": "%",
    "weights": "B",
    "buffers in memory": "B",
    "bytes moved": "B",
    "writes": "B",
    "kept": "B",
}


def derive_totals(
    network: Network,
    chosen: Sequence[int],
    sections: Sequence[Section],
    title: str,
    *,
    whole: bool,
    also: Sequence[str] = (),
) -> Section | None:
    """The numbers of the layers together, term by term; None if there is nothing to add up.

    `sections` are the workings of the nodes `chosen`. In the total of a `whole` network weights
    that are used again count once; in the row of a block they count in full. `also` are further
    steps that add up.
    """
    w = Working()
    found = [{step.name: step.value for step in section.steps} for section in sections]
    names = [network.nodes[index].name for index in chosen]
    sums: dict[str, Any] = {}
    for what in (*_SUMS, *also, *(() if whole else _SHARES)):
        terms: list[tuple[str, Any]] = []
        for index, name, values in zip(chosen, names, found, strict=True):
            again = whole and what in _ONCE and network.nodes[index].shared_with is not None
            if what in values and not again:
                terms.append((name, values[what]))
        sums[what] = _add_up(w, what, terms)
    _combine(w, sums)
    alive = [
        (name, values["alive"])
        for name, values in zip(names, found, strict=True)
        if "alive" in values
    ]
    if alive:
        most = largest(_vector(alive))
        w.let(
            "peak" if whole else "alive",
            most,
            unit="B",
            kept=True,
            note=_count(alive, "the most of"),
        )
    return (
        Section(title, [], w.steps, notes=["a layer's name stands for its own number"])
        if w.steps
        else None
    )


def _combine(w: Working, sums: dict[str, Any]) -> None:
    """What is computed of sums: FLOPs for each byte moved, and all of a step of training."""
    forward, backward = (
        sums.get(f"{name} of the batch") or sums.get(name) for name in ("FLOPs", "backward")
    )
    if forward and sums.get("bytes moved"):
        w.let("FLOPs / B", forward / sums["bytes moved"])
    update = next((sums[name] for name in OPTIMIZERS if sums.get(name)), None)
    if forward and backward and update:
        w.let("step", forward + backward + update, note="FLOPs of a step of training")


def _add_up(w: Working, what: str, terms: Sequence[tuple[str, Any]]) -> Any:
    """A step for the sum, which it gives; None where it is unknown, or nothing is added."""
    unknown = [name for name, value in terms if value == "?"]
    known = [(name, value) for name, value in terms if value not in ("?", 0)]
    if unknown:
        w.say(what, "", "", "?", note=f"that of {', '.join(unknown[:3])} is unknown")
    elif known:
        value = sum_over(lambda number: number, _vector(known))
        note = _count(known, "a sum of")
        return w.let(what, value, unit=_UNITS.get(what, ""), kept=True, named=False, note=note)
    elif terms:
        w.say(what, "", "", 0, unit=_UNITS.get(what, ""))
    return None


def _vector(terms: Sequence[tuple[str, Any]]) -> Vector:
    return Vector([value for _, value in terms], [name for name, _ in terms].__getitem__)


def _count(terms: Sequence[Any], of: str) -> str:
    """How many terms there are, where not all are written."""
    return f"{of} {len(terms)} layers" if len(terms) > LONG else ""
