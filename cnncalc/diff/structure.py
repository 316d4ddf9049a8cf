"""Which layer is which by what it reads and what reads it, whatever it is called and however it is grouped.

A spec and a model file of the same network have few names in common, and a norm is a layer of its own in
one of them and part of a convolution in the other. So nodes are compared one by one: two are the same if
all that leads to them is, or all that they lead to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.diff.align import align, without_common_end
from cnncalc.diff.snapshot import GEOMETRY, plain, without_rule
from cnncalc.diff.tree import grow_trees

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

    from cnncalc.diff.align import Alignment
    from cnncalc.diff.snapshot import Row, Snapshot
    from cnncalc.diff.tree import Part
    from cnncalc.network import Network, Node

_RIVALS = 16
"""With so many others of the same sign a node is compared."""

_COUNTLESS = ("eps", "momentum")
"""Keys that change no number, and that files often lack."""


def align_nodes(old: Snapshot, new: Snapshot, before: Network, after: Network) -> Alignment:
    """The alignment of two networks whose snapshots have a row for each node.

    What is left over is aligned by names and signatures.
    """
    pairs = _pairs((before, after))
    mine, theirs = old.rows or (), new.rows or ()
    taken = pairs.keys(), set(pairs.values())
    left = [
        [row for index, row in enumerate(rows) if index not in one]
        for rows, one in zip((mine, theirs), taken, strict=True)
    ]
    found = align(
        grow_trees(left[0], old.labels, old.given), grow_trees(left[1], new.labels, new.given)
    )
    same = [(mine[then], theirs[now]) for then, now in sorted(pairs.items())]
    other = dict.fromkeys(without_common_end(one.name, two.name) for one, two in same)
    renamed = [names for names in other if names[0] != names[1]]
    kept = _paths_of(same)
    return found._replace(
        pairs=same + found.pairs,
        removed=[part for item in found.removed for part in _leaves(item, kept[0])],
        added=[part for item in found.added for part in _leaves(item, kept[1])],
        renamed=renamed + found.renamed,
    )


def _paths_of(pairs: Sequence[tuple[Row, Row]]) -> tuple[set[str], set[str]]:
    """The paths then and now of all groups in which a layer is still there."""
    found: tuple[set[str], set[str]] = set(), set()
    for pair in pairs:
        for row, paths in zip(pair, found, strict=True):
            path = row.name
            while path and path not in paths:
                paths.add(path)
                path = path.rpartition(".")[0]
    return found


def _leaves(item: Part, kept: set[str]) -> Iterator[Part]:
    """A group that is lost or won, or its parts if not all of it is."""
    if item.row is not None or item.path not in kept:
        yield item
        return
    for child in item.children:
        yield from _leaves(child, kept)


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


def _graphs(before: Network, after: Network) -> tuple[Graph, Graph]:
    """Both networks without the kinds of norm that only one of them has: files have them folded into weights."""
    norms = [
        {node.op for node in net.nodes if node.layer is not None and node.layer.role == "norm"}
        for net in (before, after)
    ]
    only = norms[0] ^ norms[1]
    return Graph(before, only), Graph(after, only)


def _pairs(networks: tuple[Network, Network]) -> dict[int, int]:
    """The indices of nodes then and now that are the same, or have the same place."""
    before, after = _graphs(*networks)
    known: dict[Hashable, int] = {}
    own = [
        [known.setdefault(_own(node), len(known)) for node in net.nodes] for net in (before, after)
    ]
    up, down = (
        [signs(net, mine, known) for net, mine in zip((before, after), own, strict=True)]
        for signs in (_upwards, _downwards)
    )
    both = [
        [known.setdefault(pair, len(known)) for pair in zip(*signs, strict=True)]
        for signs in zip(up, down, strict=True)
    ]
    kinds = [
        [known.setdefault(node.op, len(known)) for node in net.nodes] for net in (before, after)
    ]
    around = [
        [level for signs in of for level in _surroundings(net, signs, known)]
        for net, *of in zip((before, after), own, kinds, strict=True)
    ]
    found = Pairs((before, after), around)
    for then, now in (both, up, down):
        found.add_equal(then, now)
    found.go_on()
    return found.now


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

    def go_on(self) -> None:
        """Adds nodes of one kind that read the same, or are read so, though they have changed."""
        for index, node in enumerate(self.before.nodes):
            reads = tuple(self.now.get(i, -1) for i in self.before.inputs[index])
            if index not in self.now and reads and -1 not in reads:
                self._add_nearest(index, [
                    reader
                    for reader in dict.fromkeys(self.after.readers[reads[0]])
                    if self.after.inputs[reader] == reads and self.after.nodes[reader].op == node.op
                ])  # fmt: skip
        for index in range(len(self.before.nodes) - 1, -1, -1):
            if index in self.now:
                for mine, theirs in self._operands(index):
                    if self.before.nodes[mine].op == self.after.nodes[theirs].op:
                        self._add(mine, theirs)

    def _operands(self, index: int) -> Iterable[tuple[int, int]]:
        """What a node and its partner read, place by place."""
        return zip(self.before.inputs[index], self.after.inputs[self.now[index]], strict=False)


def _own(node: Node) -> Hashable:
    """What a node is by itself, sizes aside."""
    layer = node.layer
    if layer is None:
        return ("input", node.output)
    windows = node.facts.windows
    slides = bool(windows) and all(isinstance(w, (*SLIDING, TransposedWindow)) for w in windows)
    apart = (*_COUNTLESS, *layer.references, *(GEOMETRY if slides else ()))
    keys = {name: plain(layer.__dict__[name]) for name in layer.keys if name not in apart}
    shown: Any = tuple(map(without_rule, windows)) if slides else ()
    return (node.op, repr(sorted(keys.items())), shown, node.trainable, node.shared_with is None)


def _surroundings(
    graph: Graph, own: Sequence[int], known: dict[Hashable, int]
) -> list[Sequence[int]]:
    """A number for each node, equal for those whose surroundings are: of no step, of one, and so on."""
    found = [own]
    for steps in range(1, _STEPS):
        signs = found[-1]
        found.append([
            known.setdefault(
                (steps, signs[index], tuple(signs[i] for i in graph.inputs[index]),
                 tuple(sorted(signs[i] for i in graph.readers[index]))),
                len(known),
            )
            for index in range(len(graph.nodes))
        ])  # fmt: skip
    return found


_STEPS = 8


def _upwards(graph: Graph, own: Sequence[int], known: dict[Hashable, int]) -> list[int]:
    """A number for each node, equal for those that are the same with all that leads to them."""
    found: list[int] = []
    for index in range(len(graph.nodes)):
        reads = tuple(found[source] for source in graph.inputs[index])
        found.append(known.setdefault(("up", own[index], reads), len(known)))
    return found


def _downwards(graph: Graph, own: Sequence[int], known: dict[Hashable, int]) -> list[int]:
    """The same for all that they lead to; which of its operands a layer reads in them counts, too."""
    found = [0] * len(graph.nodes)
    for index in range(len(graph.nodes) - 1, -1, -1):
        read = sorted(
            (found[reader], place)
            for reader in dict.fromkeys(graph.readers[index])
            for place, source in enumerate(graph.inputs[reader])
            if source == index
        )
        sign = ("down", own[index], tuple(read), index in graph.outputs)
        found[index] = known.setdefault(sign, len(known))
    return found
