"""What a layer list is compiled to: items, and the blocks that they use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cnncalc.errors import Span
    from cnncalc.language.claims import Claims
    from cnncalc.language.names import Ref
    from cnncalc.language.tree import Node, Scalar
    from cnncalc.language.values import Value
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.nested import Wrapper


NOTHING: Mapping[str, Any] = {}
_NO_NAMES: frozenset[str] = frozenset()
"""Of what most items say nothing, one is enough for all of them: a network has 100,000."""


class Item:
    """One compiled item; which of `layer`, `block` and `reuse` is set says what it is.

    None of them is where the item could not be read: what depends on it cannot be judged. Once the
    whole file is compiled its items are `Frozen`.
    """

    __slots__ = ("args", "block", "claims", "cost", "dtype", "extra", "has_rows", "layer", "layers", "name",
                 "names", "node", "op", "op_node", "operands", "parts", "rank", "refs", "repeat", "reuse",
                 "span", "trainable", "values", "varies", "weight", "when", "wrapper")  # fmt: skip

    def __init__(self, op: str, node: Node, op_node: Node) -> None:
        """`op` is the canonical kind, `op_node` the word in the file."""
        self.op = op
        self.node = node
        self.op_node = op_node
        self.span = op_node.span
        """Where its name stands, or its kind."""
        self.varies = False
        """Whether its own values may depend on `i` or `cin`."""
        self.names: frozenset[str] = _NO_NAMES
        """The names in the expressions of its own values."""
        self.layer: type[Layer] | None = None
        self.block: Block | None = None
        self.reuse: Ref | None = None
        self.wrapper: type[Wrapper] | None = None
        """What the layers of the block are put into, if it is the body of a wrapper."""
        self.rank: int | None = None
        self.values: Mapping[str, Value | Item | None] = NOTHING
        self.args: Mapping[str, Value | None] = NOTHING
        self.parts: Mapping[str, Item | Late | None] = NOTHING
        """The norm and the activation behind the layer, each an item or an expression."""
        self.name: str | None = None
        self.refs: tuple[Ref, ...] | None = None
        self.extra: tuple[Ref, ...] = ()
        self.has_rows = False
        """Whether it reads all of a row: `m.*`."""
        self.when: Value | None = None
        self.repeat: Value | None = None
        self.trainable: Value | None = None
        self.dtype: Value | None = None
        self.claims: Claims = ()
        """What `expect` says of its result."""
        self.weight = 1
        """The steps that it takes to evaluate what it says, once."""
        self.layers = 1
        """How many items and layers it is, once; what stands in a block counts for itself."""
        self.operands = 1
        """How many operands all of them have, once."""
        self.cost = 3
        """The sum of these."""

    def is_bare(self, *, hosted: bool) -> bool:
        """Whether it is one layer that says no more than its kind and the keys of that.

        If `hosted`, somebody else takes its norm and activation.
        """
        said = (self.name, self.refs, self.when, self.repeat, self.trainable, self.dtype)
        return (
            self.layer is not None
            and not self.layer.has_pieces
            and not self.extra
            and not self.claims
            and all(value is None for value in said)
            and (hosted or not any(self.parts.values()))
        )

    def place_of(self, key: str) -> Span | None:
        """Where the value of a key stands; None if the item itself does not have it."""
        value = self.values.get(key)
        if value is None or isinstance(value, Item) or value.by_default:
            return None
        return value.node.span

    def settle(self) -> None:
        """Once complete: find out what it depends on, and with it whether repetitions can differ."""
        said = [*self.values.values(), *self.args.values(), self.when, self.trainable, self.dtype]
        own = [value for value in said if value is not None]
        for part in self.parts.values():
            if isinstance(part, Item):
                said = [*part.values.values(), part.trainable, part.dtype]
                own += [value for value in said if value is not None]
            elif part is not None:
                own.append(part.word)
        if self.refs:
            self.has_rows = any(ref.text.endswith(".*") for ref in self.refs)
        self.layers += len(self.parts) + (self.layer is not None)
        self.operands = len(self.refs or "1") + len(self.extra) + len(self.parts)
        self.weight += sum(map(_weight, own))
        if self.block is not None:
            defaults = self.block.args.items()
            self.weight += sum(_weight(value) for name, value in defaults if name not in self.args)
        self.cost = self.weight + self.layers + self.operands
        if uncertain := [value for value in own if _is_open(value)]:
            self.varies = True
            self.names = frozenset().union(*map(_names, uncertain))


class Late(NamedTuple):
    """A norm or activation (the role) named by an expression.

    Its word is known where the item is expanded; what it may be, `parts.compile_named` finds in what is
    compiled: a kind has the keys that `defaults` give it, for no others can be written.
    """

    role: str
    word: Value
    defaults: Defaults


Defaults = dict[str, dict[str, "Value | None"]]
"""Kind of layer to its default keys."""


FAULT = "?"
"""Stands among the defaults of a kind if a key of theirs could not be read, and among the kinds if one
is unknown: it may have been meant for any."""


def has_fault(defaults: Defaults, kind: str) -> bool:
    """Whether layers of a kind may lack what defaults that could not be read would have given."""
    return FAULT in defaults or FAULT in defaults.get(kind, ())


class Whole(NamedTuple):
    """What a block is that is the network of another file: its dialect, and what goes out of it."""

    dialect: str | None
    outputs: tuple[Ref, ...] | None


class Block:
    """A list of layers to be used by name; None in `args` is a required argument.

    The network of another file is a block whose arguments are the variables of that file: `whole` says
    what else it is.
    """

    __slots__ = ("args", "inputs", "items", "name", "name_node", "taken", "whole")

    def __init__(self, name: str, name_node: Scalar) -> None:
        """Empty until it is compiled, so that blocks may use each other in any order."""
        self.name = name
        self.name_node = name_node
        self.args: Mapping[str, Value | None] = {}
        self.inputs: tuple[str, ...] = ("input",)
        self.items: tuple[Item, ...] = ()
        self.taken: frozenset[str] = frozenset()
        """The names given to its items, which generated ones stay clear of."""
        self.whole: Whole | None = None


class Frozen:
    """What is compiled: every network of the file is built from it, so none may write to it."""

    __slots__ = ()

    def __setattr__(self, name: str, value: object) -> None:
        """What a build keeps is kept by the build: other networks have other layers."""
        kind = type(self).__mro__[2].__name__.lower()
        raise AttributeError(f"a compiled {kind} never changes")


class _FrozenItem(Frozen, Item):
    __slots__ = ()


class _FrozenBlock(Frozen, Block):
    __slots__ = ()


def freeze(items: Iterable[Item], blocks: Iterable[Block] = ()) -> None:
    """Let no attribute of these change any more, nor of the items inside of them."""
    open_items = list(items)
    for block in blocks:
        open_items += block.items
        block.__class__ = _FrozenBlock
    while open_items:
        item = open_items.pop()
        # A norm that is a default stands in many items.
        if not isinstance(item, _FrozenItem):
            item.__class__ = _FrozenItem
            if item.wrapper is not None and item.block is not None:
                item.block.__class__ = _FrozenBlock
                open_items += item.block.items
            inside = [*item.values.values(), *item.parts.values()]
            open_items += [part for part in inside if isinstance(part, Item)]


def _is_open(value: Value | Item | None) -> bool:
    """Whether a value depends on an expression."""
    if value is None:
        return False
    if isinstance(value, Item):
        return any(map(_is_open, value.values.values()))
    return not value.constant


def _weight(value: Value | Item | None) -> int:
    """The steps that it takes to evaluate a value."""
    if isinstance(value, Item):
        return 1 + sum(map(_weight, value.values.values()))
    return 0 if value is None else value.weight


def _names(value: Value | Item | None) -> Iterable[str]:
    """The names in the expressions of a value."""
    if isinstance(value, Item):
        return [name for inner in value.values.values() for name in _names(inner)]
    return () if value is None else value.names
