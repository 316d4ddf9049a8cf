"""The numbers by which boxes are coloured: for every box of a graph one, None where it is not known."""

from __future__ import annotations

from math import log1p
from typing import TYPE_CHECKING, NamedTuple

from cnncalc import metrics, quantity, registry
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.drawing.graph import Graph
    from cnncalc.network import Network


class Numbers(NamedTuple):
    """One number for each box, what it is called, and how it is shown."""

    title: str
    values: tuple[int | None, ...]
    show: Callable[[int | None], str]

    @property
    def largest(self) -> int:
        """The largest that is known."""
        return max((value for value in self.values if value is not None), default=0)

    def share(self, index: int) -> float | None:
        """Where a box stands between nothing and the largest, from 0 to 1 and by logarithms."""
        value = self.values[index]
        if value is None:
            return None
        most = self.largest
        return log1p(99 * value / most) / log1p(99) if most else 0.0


_OTHERS = ("activation", "memory", "receptive_field")


def names() -> list[str]:
    """All that boxes can be coloured by."""
    return [*metrics.sums(), *_OTHERS]


def numbers_of(network: Network, graph: Graph, name: str) -> Numbers:
    """The numbers called `name` of the boxes of a graph; raises UsageError if there are none.

    Of a block it is the sum of its layers', of `memory` and `receptive_field` the largest.
    """
    key = name.replace("-", "_")
    known = names()
    if key not in known:
        raise UsageError(f"there is no number `{name}` to colour by",
                         registry.suggestion(name, known) or "numbers: " + ", ".join(known))  # fmt: skip
    if key in _OTHERS:
        title, values, show, fold = _other(network, key)
    else:
        metric = metrics.METRICS[key]
        add = metric.per_layer
        values = [add(node) if add else None for node in network.nodes]
        title, show, fold = metric.title, quantity.short, _add
    spans = [(box.first, box.last + 1) for box in graph.boxes]
    return Numbers(title, tuple(fold(values[first:end]) for first, end in spans), show)


def _add(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _largest(values: Sequence[int | None]) -> int | None:
    return max((value for value in values if value is not None), default=None)


def _other(network: Network, key: str) -> tuple[str, list[int | None], Callable[[int | None], str],
                                                Callable[[Sequence[int | None]], int | None]]:  # fmt: skip
    """The title, the values by node, how they are shown and how those of a block become one."""
    if key == "receptive_field":
        from cnncalc.receptive_field.survey import survey_of

        survey = survey_of(network)
        sizes = [survey.sizes(node.index) for node in network.nodes]
        return "receptive field", [max(s) if s else None for s in sizes], quantity.exact, _largest
    from cnncalc.cost.liveness import timeline
    from cnncalc.cost.memory import Memory

    graph = Memory(network).graph()
    line = timeline(graph)
    if key == "memory":
        return "memory alive", list(line.live), quantity.size, _largest
    writes: list[int | None] = [
        0 if i in line.over else graph.size(i) for i in range(len(graph.steps))
    ]
    return "activations", writes, quantity.size, _add
