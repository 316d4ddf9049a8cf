"""Which node of one network is which of another: those of equal signs, and from there on what is around them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from cnncalc.diff.snapshot import has_any_order
from cnncalc.diff.tree import is_counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from cnncalc.network import Network

_RIVALS = 16
"""With so many others of the same sign a node is compared."""

_PUT_IN = 8
"""So many nodes, one behind the other, are looked through where they may have been put in or taken out."""


class Graph:
    """What reads what in a network, without the nodes of some kinds: who reads those reads what they read."""

    def __init__(self, network: Network, without: Collection[str]) -> None:
        """The nodes are those of the network; the ones left out read nothing and are not read."""
        self.nodes = network.nodes
        self.inputs: list[tuple[int, ...]] = []
        self.readers: list[list[int]] = [[] for _ in network.nodes]
        behind = list(range(len(network.nodes)))
        for index, node in enumerate(network.nodes):
            reads = tuple(behind[i] for i in node.inputs)
            if node.op in without and len(reads) == 1:
                behind[index] = reads[0]
                reads = ()
            self.inputs.append(reads)
            for source in reads:
                self.readers[source].append(index)
        self.outputs = {behind[index] for index in network.outputs.values()}

    def operands(self, index: int, signs: Sequence[int]) -> tuple[int, ...]:
        """The signs of what a node reads, and of the layer whose weights it has; of a sum in any order."""
        node = self.nodes[index]
        reads = [signs[source] for source in self.inputs[index]]
        if has_any_order(node):
            reads.sort()
        return (*reads, *(() if node.shared_with is None else (-1, signs[node.shared_with])))


class Pairs:
    """Which node `now` is which node of before; `then` is the way back."""

    def __init__(
        self, graphs: tuple[Graph, Graph], around: Sequence[Sequence[Sequence[int]]]
    ) -> None:
        """None is known yet; `around` are signs of ever wider surroundings of the nodes of both."""
        self.before, self.after = graphs
        self.levels = list(zip(*around, strict=True))
        self.now: dict[int, int] = {}
        self.then: dict[int, int] = {}

    def _add(self, then: int, now: int) -> None:
        """Takes two for the same, unless one of them has its partner."""
        if then not in self.now and now not in self.then:
            self.now[then] = now
            self.then[now] = then

    def _add_nearest(self, then: int, free: Sequence[int], others: Sequence[int] = ()) -> None:
        """Takes the one of those without a partner whose surroundings are most alike.

        One that is more like one of the `others` is left to it.
        """
        left = [now for now in free if now not in self.then]
        rivals = [other for other in others if other not in self.now and other != then][:_RIVALS]
        gains = {
            now: self._likeness(then, now)
            - max((self._likeness(other, now) for other in rivals), default=0)
            for now in left
        }
        if gains:
            self._add(then, max(left, key=gains.__getitem__))

    def _likeness(self, then: int, now: int) -> int:
        """How many steps around two nodes are the same."""
        return sum(mine[then] == theirs[now] for mine, theirs in self.levels)

    def add_named(
        self, signs: Sequence[Sequence[int]], old: Collection[str], new: Collection[str]
    ) -> None:
        """Adds nodes of the same sign that have the same name, given by somebody.

        Names with a number at their end, or called as their kind, may be those of a list of layers,
        which move on.
        """
        mine, theirs = signs
        places = {node.name: index for index, node in enumerate(self.after.nodes)}
        for index, node in enumerate(self.before.nodes):
            now = places.get(node.name)
            counted = is_counted(node.name.rpartition(".")[2], node.op)
            if (
                now is not None
                and mine[index] == theirs[now]
                and node.name in old
                and node.name in new
                and (node.layer is None or not counted)
            ):
                self._add(index, now)

    def add_equal(self, then: Sequence[int], now: Sequence[int]) -> None:
        """Adds nodes of the same sign, if there are as many then as now.

        From the outputs up, so that of branches that are alike each is that which is read in its place.
        """
        places: dict[int, list[int]] = {}
        for index in range(len(now) - 1, -1, -1):
            if index not in self.then:
                places.setdefault(now[index], []).append(index)
        rivals: dict[int, list[int]] = {}
        for index, sign in enumerate(then):
            if index not in self.now:
                rivals.setdefault(sign, []).append(index)
        for index in range(len(then) - 1, -1, -1):
            waiting, others = places.get(then[index], []), rivals.get(then[index], [])
            if index not in self.now and len(others) == len(waiting):
                self._add_nearest(index, waiting, others)
            if index in self.now:
                for mine, theirs in self._operands(index):
                    if then[mine] == now[theirs]:
                        self._add(mine, theirs)

    def go_on(self, own: Sequence[Sequence[int]]) -> None:
        """Adds nodes that read the same, or are read so: those that are alike in themselves (`own` signs) first.

        What has no partner may have been put in or taken out: such nodes are looked through. Then
        nodes of one kind, which have changed.
        """
        many = -1
        while many < len(self.now):
            many = len(self.now)
            self._go_down(own)
            self._go_up(own)
        kinds = [[node.op for node in graph.nodes] for graph in (self.before, self.after)]
        self._go_down(kinds, steps=0)
        self._go_up(kinds, steps=0)

    def _go_down(self, signs: Sequence[Sequence[Any]], steps: int = _PUT_IN) -> None:
        """Adds nodes of the same sign that read the same, from the inputs down."""
        mine, theirs = signs
        for index in range(len(mine)):
            if index in self.now or not self.before.inputs[index]:
                continue
            reads = [
                self.now.get(chain(self.before, i, self.now, steps)[-1], -1)
                for i in self.before.inputs[index]
            ]
            if -1 in reads:
                continue
            found = [
                reader
                for reader in self._readers(reads[0], steps)
                if theirs[reader] == mine[index] and self._reads(reader, reads, steps)
            ]
            self._add_nearest(index, found)

    def _readers(self, index: int, steps: int) -> Iterable[int]:
        """What reads a node of after, or what stands behind it and has no partner."""
        found: dict[int, None] = {}
        waiting = [index]
        for _ in range(steps + 1):
            readers = dict.fromkeys(reader for i in waiting for reader in self.after.readers[i])
            found |= readers
            waiting = [i for i in readers if i not in self.then and len(self.after.inputs[i]) == 1]
        return found

    def _reads(self, reader: int, reads: list[int], steps: int) -> bool:
        """Whether a node of after reads these, as they stand or in any order."""
        own = [chain(self.after, i, self.then, steps)[-1] for i in self.after.inputs[reader]]
        if has_any_order(self.after.nodes[reader]):
            return sorted(own) == sorted(reads)
        return own == reads

    def _go_up(self, signs: Sequence[Sequence[Any]], steps: int = _PUT_IN) -> None:
        """Adds nodes of the same sign that are read in the same place, from the outputs up."""
        mine, theirs = signs
        for index in range(len(mine) - 1, -1, -1):
            if index not in self.now:
                continue
            for one, other in self._operands(index):
                above = (
                    chain(self.before, one, self.now, steps),
                    chain(self.after, other, self.then, steps),
                )
                alike = [
                    (place + far, then, now)
                    for place, then in enumerate(above[0])
                    for far, now in enumerate(above[1])
                    if mine[then] == theirs[now]
                ]
                if alike:
                    self._add(*min(alike)[1:])

    def _operands(self, index: int) -> Iterable[tuple[int, int]]:
        """What a node and its partner read, place by place; of a sum each of one with each of the other."""
        mine, theirs = self.before.inputs[index], self.after.inputs[self.now[index]]
        if has_any_order(self.before.nodes[index]):
            return product(mine, theirs)
        return zip(mine, theirs, strict=False)


def chain(graph: Graph, index: int, known: Collection[int], steps: int) -> list[int]:
    """A node, and those behind which it was put in, one behind the other, to the first that is `known`."""
    found = [index]
    while len(found) <= steps and found[-1] not in known and len(graph.inputs[found[-1]]) == 1:
        found += graph.inputs[found[-1]]
    return found
