"""All that is known of the fields of a network, each part computed when it is asked for, and once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from cnncalc.receptive_field import coverage, density, effective, feasible_sizes, merges
from cnncalc.receptive_field.density import NOTHING
from cnncalc.receptive_field.size_free import Reach, smallest, views
from cnncalc.receptive_field.straight import straight
from cnncalc.work import TooMuch

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from cnncalc.network import Network, Node
    from cnncalc.receptive_field.density import Given
    from cnncalc.receptive_field.effective import Spreads
    from cnncalc.receptive_field.merges import Meeting
    from cnncalc.receptive_field.size_free import View, Views


T = TypeVar("T")


class Flag(NamedTuple):
    """What is odd about the field of a layer: a word for tables, and what it is about."""

    word: str
    kind: str


class Survey:
    """The fields of every layer of a network over every input.

    What would take too much work is left out: `gaps` says of each figure why it is not computed,
    of those that were asked for.
    """

    def __init__(self, network: Network) -> None:
        """Nothing is computed yet; `read` is the network as units see through it."""
        self.network = network
        self.read = straight(network)
        self.inputs = {n.name: n for n in network.nodes if n.layer is None}
        self.gaps: dict[str, str] = {}

    def _within(self, figure: str, compute: Callable[[], T], without: T) -> T:
        """What `compute` gives, or a substitute if it takes too much work."""
        try:
            return compute()
        except TooMuch as error:
            self.gaps[figure] = str(error)
            return without

    @cached_property
    def views(self) -> list[Views]:
        """The size-free views of every node; none at all if there is too much of them."""
        return self._views("field", Reach(self.network))

    @cached_property
    def shortest(self) -> list[Views]:
        """The views along the path that sees least."""
        return self._views("shortest", Reach(self.network, smallest))

    def _views(self, figure: str, reach: Reach) -> list[Views]:
        nothing: list[Views] = [{} for _ in self.network.nodes]
        found = self._within(figure, lambda: views(self.network, reach=reach), nothing)
        if reach.gap:
            self.gaps.setdefault(figure, reach.gap)
        return found

    @cached_property
    def spreads(self) -> list[Spreads]:
        """The effective fields of every node."""
        gaps: set[str] = set()
        found = effective.spreads(self.read, self.views, gaps, gapped="field" in self.gaps)
        if gaps:
            self.gaps["effective"] = min(gaps)
        return found

    @cached_property
    def shares(self) -> list[dict[str, Fraction | None]]:
        """The part of its field that every node really sees; None also where it is not computed."""
        nothing: list[dict[str, Given]] = [dict.fromkeys(seen, NOTHING) for seen in self.views]
        found = self._within("seen %", lambda: density.densities(self.read, self.views), nothing)
        for index, given in enumerate(found):
            for name, one in given.items():
                if one.gap and not any(view.gap for view in self.views[index][name]):
                    first = self.network.nodes[index].name
                    self.gaps.setdefault("seen %", f"from {first} on: {one.gap}")
        return [{name: one.share for name, one in given.items()} for given in found]

    @cached_property
    def meetings(self) -> list[Meeting]:
        """How the operands of every merge lie to each other."""
        return self._within("alignment", lambda: list(merges.meetings(self.read, self.views)), [])

    @cached_property
    def unread(self) -> dict[str, list[list[tuple[int, int]]]]:
        """For every axis of every input what no output depends on."""
        return self._within("what no output reads", lambda: coverage.unread(self.read), {})

    @cached_property
    def unseeing(self) -> list[int]:
        """For every node how many of its places see only padding."""
        nothing = [0] * len(self.network.nodes)
        return self._within("blind units", lambda: coverage.blind(self.read), nothing)

    @cached_property
    def unproductive(self) -> list[int]:
        """The layers that see no more than what is before them already does, along every axis."""
        late = [
            set(feasible_sizes.unproductive(self.read, self.shortest, name, axis))
            for name, node in self.inputs.items()
            for axis in range(node.output.rank)
        ]
        return sorted(set.intersection(*late)) if late and len(self.inputs) == 1 else []

    @cached_property
    def flags(self) -> list[list[Flag]]:
        """What is odd, by node; each oddity is reported at the layer that causes it only."""
        found: list[list[Flag]] = [[] for _ in self.network.nodes]
        for meeting in self.meetings:
            if meeting.kind == merges.OFFSET:
                found[meeting.node].append(
                    Flag(f"offset {show_fraction(meeting.pixels)} px", "offset")
                )
            elif meeting.kind == merges.MISMATCH:
                found[meeting.node].append(Flag("stride mismatch", "mismatch"))
        unseeing = self.unseeing
        for index, node in enumerate(self.read.nodes):
            if unseeing[index] > max((unseeing[i] for i in node.inputs), default=0):
                found[index].append(Flag("blind units", "blind"))
            if self._has_new_holes(index, node):
                found[index].append(Flag("holes", "holes"))
        for index in self.unproductive:
            word = "border" if index == self.unproductive[0] else "unproductive"
            found[index].append(Flag(word, "unproductive"))
        return [list(dict.fromkeys(flags)) for flags in found]

    def _has_new_holes(self, index: int, node: Node) -> bool:
        """Whether a field has holes that no operand's has."""
        for name, share in self.shares[index].items():
            before = [self.shares[i].get(name) for i in node.inputs]
            if share is not None and share < 1 and all(b is None or b == 1 for b in before):
                return True
        return False

    def of_network(self, source: str = "") -> tuple[int, str] | None:
        """The node and the input whose field tells most of the whole network.

        The first output if it is a map that sees by windows; else the last layer before it that is.
        None if there is no such layer. The field itself may be a gap. What is judged is `of_output`.
        """
        network = self.network
        last = next(iter(network.outputs.values()), len(network.nodes) - 1)
        before = {last}
        for index in range(last, -1, -1):
            if index not in before:
                continue
            before.update(network.nodes[index].inputs)
            for name, seen in self.views[index].items():
                if source and name != source:
                    continue
                node = network.nodes[index]
                if node.layer is None or not node.output.size:
                    continue
                if seen and all(v.field or v.gap for v in seen):
                    return index, name
        return None

    def of_output(self) -> tuple[int, str] | None:
        """The node whose field is judged as that of the network, and the first input that it sees.

        The first output, or the last map before it if it is none: a vector, or the one place to which
        a pooling over all of a map leads. It may see all, or not be computed; None if there is no map.
        """
        network = self.network
        last = next(iter(network.outputs.values()), len(network.nodes) - 1)
        before = {last}
        for index in range(last, -1, -1):
            if index not in before:
                continue
            node = network.nodes[index]
            before.update(node.inputs)
            seen = next(((name, axes) for name, axes in self.views[index].items() if axes), None)
            if node.layer is None or not node.output.size or seen is None:
                continue
            name, axes = seen
            if set(node.output.size) == {1} and all(view.whole and not view.field for view in axes):
                continue
            return index, name
        return None

    def _views_of(self, node: int | None) -> tuple[View, ...]:
        """How the network, or a layer, sees the first input."""
        found = self.of_output() if node is None else (node, next(iter(self.views[node]), ""))
        return () if found is None else self.views[found[0]].get(found[1], ())

    def sizes(self, node: int | None = None) -> list[int] | None:
        """The field along each axis of an input: of a layer over the first it sees, or of the network.

        None if not all axes are seen by windows.
        """
        seen = self._views_of(node)
        sizes = [view.field.size for view in seen if view.field is not None]
        return sizes if sizes and len(sizes) == len(seen) else None

    def gap(self, node: int | None = None) -> str:
        """Why `sizes` are not computed; empty if they are."""
        if not any(self.views):
            return self.gaps.get("field", "")
        return next((view.gap for view in self._views_of(node) if view.gap), "")

    def complete(self, *figures: str) -> None:
        """Raises TooMuch if one of these is not computed, though it was asked for."""
        for figure in figures:
            if figure in self.gaps:
                raise TooMuch(f"{figure}: {self.gaps[figure]}")

    def notes(self, *figures: str) -> list[str]:
        """A line for each of the figures, or of all, that was asked for and is not computed."""
        wanted = figures or tuple(self.gaps)
        return [f"not computed: {name}, {self.gaps[name]}" for name in wanted if name in self.gaps]


@lru_cache(maxsize=2)
def survey_of(network: Network) -> Survey:
    """The survey of a network, for several lints to ask one after the other."""
    return Survey(network)


def show_fraction(number: Fraction) -> str:
    """A fraction as text: 12, 1/2, 7 1/2."""
    whole, rest = divmod(abs(number), 1)
    sign = "−" if number < 0 else ""
    parts = [str(whole)] if whole or not rest else []
    return sign + " ".join([*parts, *([str(rest)] if rest else [])])
