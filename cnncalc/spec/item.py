"""One compiled item of a layer list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.layer import Layer
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.compose import Node
    from cnncalc.spec.items import Items
    from cnncalc.spec.names import Ref
    from cnncalc.spec.values import Value


class Item:
    """One compiled item; which of `layer`, `block` and `reuse` is set says what it is.

    None of them is where the item could not be read: what depends on it cannot be judged. Once the
    whole file is compiled its items are frozen, for every network of the file is built from them.
    """

    __slots__ = ("args", "block", "dtype", "expect", "extra", "layer", "name", "names", "node", "op",
                 "op_node", "parts", "rank", "refs", "repeat", "reuse", "span", "trainable",
                 "values", "varies", "when")  # fmt: skip

    def __init__(self, op: str, node: Node, op_node: Node) -> None:
        """`op` is the canonical kind, `op_node` the word in the file."""
        self.op = op
        self.node = node
        self.op_node = op_node
        self.span = op_node.span
        """Where its name stands, or its kind."""
        self.varies = False
        """Whether its own values may depend on `i` or `cin`."""
        self.names: frozenset[str] = frozenset()
        """The names in the expressions of its own values."""
        self.layer: type[Layer] | None = None
        self.block: Block | None = None
        self.reuse: Ref | None = None
        self.rank: int | None = None
        self.values: dict[str, Value | Item | None] = {}
        self.args: dict[str, Value | None] = {}
        self.parts: dict[str, Item | Late | None] = {}
        """The norm and the activation behind the layer, each an item or an expression."""
        self.name: str | None = None
        self.refs: list[Ref] | None = None
        self.extra: list[Ref] = []
        self.when: Value | None = None
        self.repeat: Value | None = None
        self.trainable: Value | None = None
        self.dtype: Value | None = None
        self.expect: Node | None = None

    def settle(self) -> None:
        """Once complete: find out what it depends on, and with it whether repetitions can differ."""
        own = [*self.values.values(), *self.args.values(), self.when, self.trainable, self.dtype]
        for part in self.parts.values():
            if isinstance(part, Item):
                own += [*part.values.values(), part.trainable, part.dtype]
            elif part is not None:
                own.append(part.word)
        self.varies = any(_is_open(value) for value in own)
        self.names = frozenset().union(*map(_names, own))


class _Frozen(Item):
    """An item of a file that is compiled."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        """What a build keeps is kept by the build: other networks have other layers."""
        raise AttributeError("a compiled item never changes")


def freeze(items: Iterable[Item]) -> None:
    """Let no attribute of these items change any more, nor of the items inside of them."""
    open_items = list(items)
    while open_items:
        item = open_items.pop()
        # A norm that is a default stands in many items.
        if not isinstance(item, _Frozen):
            item.__class__ = _Frozen
            inside = [*item.values.values(), *item.parts.values()]
            open_items += [part for part in inside if isinstance(part, Item)]


class Late(NamedTuple):
    """A norm or activation named by an expression: known only where the item is expanded."""

    word: Value
    items: Items


def _is_open(value: Value | Item | None) -> bool:
    """Whether a value depends on an expression."""
    if isinstance(value, Item):
        return any(_is_open(inner) for inner in value.values.values())
    return value is not None and not value.constant


def _names(value: Value | Item | None) -> Iterable[str]:
    """The names in the expressions of a value."""
    if isinstance(value, Item):
        return [name for inner in value.values.values() for name in _names(inner)]
    return () if value is None else value.names
