"""What an expansion decided, and by which values: enough to do it again with others.

Networks of one model whose conditions, repetitions and choices come out alike have the same nodes,
and only the keys of their layers are others. A `Tape` notes those decisions, and how the arguments
of blocks come about, while a network is expanded; `replay` evaluates these alone, and gives nothing
where one comes out differently: then the model must be expanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import Refusal
from cnncalc.language.expand import enter_repetition, enter_use
from cnncalc.language.values import Failed
from cnncalc.layers.base.layer import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.language.context import ExpandContext
    from cnncalc.language.item import Item
    from cnncalc.language.nodes import Nodes
    from cnncalc.language.values import Value
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Decision(NamedTuple):
    """A value that must come out as it did, in a context by its number."""

    value: Value
    context: int
    found: Any

    def repeat(self, contexts: list[ExpandContext], nodes: Nodes) -> bool:
        """Evaluate it, and say whether it does; raises Failed if it has none."""
        found = self.value.evaluate(contexts[self.context])
        return type(found) is type(self.found) and bool(found == self.found)


class Entry(NamedTuple):
    """The next context: a use of the block of an `item`, or else a repetition, that reads `x`.

    `turn` is what `i` is in it.
    """

    context: int
    item: Item | None
    turn: int
    x: int

    def repeat(self, contexts: list[ExpandContext], nodes: Nodes) -> bool:
        """Adds it, with the values of now; raises Failed if one cannot be computed."""
        outer, x = contexts[self.context], nodes.shape(self.x)
        if self.item is None:
            contexts.append(enter_repetition(outer, self.turn, x))
        elif self.item.block is not None:
            contexts.append(enter_use(self.item, self.item.block, outer, self.turn, x))
        return True


class Place(NamedTuple):
    """A node; its layer is the same one, unless it has a context in which its item is another one."""

    node: Node
    item: Item
    context: int | None
    unbiased: bool

    def repeat(self, contexts: list[ExpandContext], nodes: Nodes) -> bool:
        """Adds it, with the layer of now; raises Failed if a key has no value, and Refusal."""
        node, layer = self.node, self.node.layer
        if self.context is not None:
            layer = nodes.build(self.item, contexts[self.context], unbiased=self.unbiased)
        if layer is None:
            raise Failed
        nodes.list.append(node.with_facts(nodes.facts(self.item, layer, node.inputs), layer))
        return True


class Tape:
    """The decisions of one expansion, in their order."""

    def __init__(self) -> None:
        """None yet."""
        self.steps: list[Decision | Entry | Place] = []
        self.network: Network | None = None
        """What came of it; None if it cannot be done again."""
        self._contexts: dict[int, tuple[int, ExpandContext]] = {}
        self._places = 0
        self._is_whole = True

    def begin(self, context: ExpandContext) -> None:
        """The context of the model, in which the variables have their values."""
        self._contexts[id(context)] = 0, context

    def decide(self, value: Value, context: ExpandContext, found: Any) -> None:
        """A value by which something is decided."""
        if (number := self._number(context)) is not None:
            self.steps.append(Decision(value, number, found))

    def enter(
        self, context: ExpandContext, outer: ExpandContext, item: Item | None, index: int, x: int
    ) -> None:
        """A context within another one: see `Entry`."""
        if (number := self._number(outer)) is not None:
            # Kept with its number: another one could come to have its id.
            self._contexts[id(context)] = len(self._contexts), context
            self.steps.append(Entry(number, item, index, x))

    def add(self, node: Node, item: Item, context: ExpandContext, nodes: Nodes) -> None:
        """A node, made of an item."""
        self._places += 1
        if item.layer is not type(node.layer) or node.shared_with is not None:
            # It is one of several outputs, in a wrapper, or used again.
            self.give_up()
            return
        for unbiased in (False, True):
            if nodes.build(item, context, unbiased=unbiased) is node.layer:
                break
        else:
            self.give_up()
            return
        varies = not nodes.is_constant(item, unbiased=unbiased)
        if not varies:
            self.steps.append(Place(node, item, None, unbiased))
        elif (number := self._number(context)) is not None:
            self.steps.append(Place(node, item, number, unbiased))

    def give_up(self) -> None:
        """There is something that would not be done again."""
        self._is_whole = False

    def end(self, network: Network) -> None:
        """What was expanded; nothing more is noted."""
        inner = sum(node.layer is not None for node in network.nodes)
        self.network = network if self._is_whole and self._places == inner else None
        self._contexts.clear()

    def _number(self, context: ExpandContext) -> int | None:
        found = self._contexts.get(id(context))
        if found is None:
            self.give_up()
            return None
        return found[0]


def replay(
    tape: Tape, context: ExpandContext, shapes: Iterable[Shape | None], nodes: Nodes
) -> Sequence[Node] | None:
    """The nodes with other values of the variables, on inputs of these `shapes`.

    None where the model must be expanded. `nodes` has none yet, and the layers made before.
    """
    if tape.network is None:
        return None
    inputs = [node for node in tape.network.nodes if node.layer is None]
    for node, shape in zip(inputs, shapes, strict=True):
        if shape is None:
            return None
        nodes.list.append(node.with_facts(Facts(shape)))
    contexts = [context]
    try:
        for step in tape.steps:
            if not step.repeat(contexts, nodes):
                return None
    except (Failed, Refusal):
        return None
    return nodes.list
