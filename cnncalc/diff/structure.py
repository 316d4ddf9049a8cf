"""Which layer is which by what it reads and what reads it, whatever it is called and however it is grouped.

A spec and a model file of the same network have few names in common, and a norm is a layer of its own in
one of them and part of a convolution in the other. So nodes are compared one by one: two are the same if
all that leads to them is, or all that they lead to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow
from cnncalc.diff.align import align, without_common_end
from cnncalc.diff.pairs import Graph, Pairs
from cnncalc.diff.snapshot import GEOMETRY, has_any_order, keys_on, operand_of, without_rule
from cnncalc.diff.tree import grow_trees

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Sequence

    from cnncalc.diff.align import Alignment
    from cnncalc.diff.snapshot import Row, Snapshot
    from cnncalc.diff.tree import Part
    from cnncalc.network import Network, Node

_COUNTLESS = ("eps", "momentum")
"""Keys that change no number, and that files often lack."""


def align_nodes(old: Snapshot, new: Snapshot, before: Network, after: Network) -> Alignment:
    """The alignment of two networks whose snapshots have a row for each node.

    What is left over is aligned by names and signatures.
    """
    pairs = _pairs((before, after), old.given or (), new.given or ())
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
    # What still has its name has not got another, though its activation may have moved.
    still = {one.name for one, two in same if one.name == two.name}
    renamed = [names for names in other if names[0] != names[1] and still.isdisjoint(names)]
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


def _graphs(before: Network, after: Network) -> tuple[Graph, Graph]:
    """Both networks without the kinds of norm that only one of them has: files have them folded into weights."""
    norms = [
        {node.op for node in net.nodes if node.layer is not None and node.layer.role == "norm"}
        for net in (before, after)
    ]
    only = norms[0] ^ norms[1]
    return Graph(before, only), Graph(after, only)


def _pairs(
    networks: tuple[Network, Network], old: Collection[str], new: Collection[str]
) -> dict[int, int]:
    """The indices of nodes then and now that are the same, or have the same place.

    `old` and `new` are the names that somebody gave.
    """
    before, after = _graphs(*networks)
    known: dict[Hashable, int] = {}
    own = [
        [known.setdefault(_own(node, net), len(known)) for node in net.nodes] for net in networks
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
    found.add_named(own, old, new)
    for then, now in (both, up, down):
        found.add_equal(then, now)
    found.go_on(own)
    return found.now


def _own(node: Node, network: Network) -> Hashable:
    """What a node is by itself, sizes aside."""
    layer = node.layer
    if layer is None:
        return ("input", node.output)
    windows = node.facts.windows
    slides = bool(windows) and all(isinstance(w, (*SLIDING, TransposedWindow)) for w in windows)
    apart = (*_COUNTLESS, *layer.references, *(GEOMETRY if slides else ()))
    given = keys_on(layer, operand_of(node, network))
    keys = {name: value for name, value in given.items() if name not in apart}
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
                (steps, signs[index], graph.operands(index, signs),
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
        reads = graph.operands(index, found)
        found.append(known.setdefault(("up", own[index], reads), len(known)))
    return found


def _downwards(graph: Graph, own: Sequence[int], known: dict[Hashable, int]) -> list[int]:
    """The same for all that they lead to; which of its operands a layer reads in them counts, too."""
    found = [0] * len(graph.nodes)
    for index in range(len(graph.nodes) - 1, -1, -1):
        read = sorted(
            (found[reader], 0 if has_any_order(graph.nodes[reader]) else place)
            for reader in dict.fromkeys(graph.readers[index])
            for place, source in enumerate(graph.inputs[reader])
            if source == index
        )
        sign = ("down", own[index], tuple(read), index in graph.outputs)
        found[index] = known.setdefault(sign, len(known))
    return found
