"""The items of a layer list, compiled: everything checked that does not need shapes.

- conv: {filters: 64, kernel: 3}      a kind of layer and its keys
- relu                                a kind without keys
- dense: 10                           the first key alone
- Bottleneck: {mid: 64, repeat: 3}    a block and its arguments
- reuse: {layer: encoder, from: b}    weights used again
- net: {of: zoo:resnet50}             the network of another file
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.expressions import is_expression
from cnncalc.language.grammar import COMMON, HOST, missing, place_of_key
from cnncalc.language.item import FAULT, NOTHING, Block, Item, Late, has_fault
from cnncalc.language.item_keys import common_keys
from cnncalc.language.item_uses import ItemUses
from cnncalc.language.kinds import find_layer, has_meaning, report_unknown
from cnncalc.language.names import Names
from cnncalc.language.parts import NONE, plays, report_missing
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.language.values import Value
from cnncalc.layers.base.key_types import ANY
from cnncalc.layers.base.keys import Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Fields

    from cnncalc.language.context import CompileContext
    from cnncalc.language.item import Defaults
    from cnncalc.language.report import Report
    from cnncalc.layers.base.layer import Layer
    from cnncalc.layers.base.nested import Wrapper


class Items(ItemUses):
    """Compiles the items of one body."""

    def __init__(
        self,
        names: Names,
        context: CompileContext,
        defaults: Defaults,
        blocks: dict[str, Block],
    ) -> None:
        """`blocks` are all blocks of the file."""
        super().__init__(names, context)
        self.defaults = defaults
        self.blocks = blocks
        self._default_parts: dict[int, Item | Late | None] = {}

    def all(self, node: Node) -> tuple[Item, ...]:
        """The items of a `layers:` list; what cannot be read is reported and left out."""
        if not isinstance(node, Sequence) or not node.items:
            self.report.find("E101", "`layers` must be a list of layers", node.span,
                             help="put a dash before each layer: `- conv: {filters: 64, kernel: 3}`"
                             if isinstance(node, Mapping) else "one layer to an item: `- relu`")  # fmt: skip
            return ()
        items = []
        for entry in node.items:
            item = self.item(entry)
            if item is None:
                self.names.failed = True
                item = Item("", entry, entry)
            item.settle()
            items.append(item)
        return tuple(items)

    def item(self, node: Node) -> Item | None:
        """One item of the list."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.text:
            return self.kind(node, None, node)
        if isinstance(node, Mapping) and len(node.pairs) == 1 and node.pairs[0][0].text != "type":
            return self.kind(node.pairs[0][0], node.pairs[0][1], node)
        _report_malformed(node, self.report)
        return None

    def kind(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """An item by its word: lower-case for layers, capitalised for blocks."""
        word = op_node.text
        if word == "reuse":
            return self.compile_reuse(op_node, value, node)
        if word == "net":
            return self.compile_net(op_node, value, node)
        if word in self.blocks or (word[:1].isupper() and not has_meaning(word)):
            return self.block_use(op_node, value, node)
        layer, rank = find_layer(word)
        if layer is None:
            if place := place_of_key(word):
                self.report.find(
                    "E102", f"`{word}` is a key, not a kind of layer", op_node.span, help=place
                )
            else:
                report_unknown(word, op_node.span, self.blocks, self.report)
            if isinstance(value, Mapping) and isinstance(name := value.get("name"), Scalar):
                self.names.declare(name)
            return None
        item = Item(word[:-2] if rank else word, node, op_node)
        item.layer, item.rank = layer, rank
        keys = {**layer.keys, **common_keys(layer), **(HOST if layer.hosts else {})}
        first = "from" if layer.operands[0] > 1 else next(iter(layer.keys), "")
        found = self._fields(item, value, keys, first)
        if found is None:
            return None
        given, sound = found
        self._layer_keys(item, layer, given)
        absent = missing([*item.values, *(r for r in layer.references if r in given)], layer.keys)
        if "layer" in given:
            from cnncalc.layers.base.nested import Wrapper

            if issubclass(layer, Wrapper):
                self._put_around(item, layer, op_node, given["layer"])
        if not isinstance(value, Mapping) and item.values.get(first, True) is None:
            sound = False
        if sound and absent:
            report_missing(word, absent, item, self.defaults, self.report)
        return item

    def _layer_keys(self, item: Item, layer: type[Layer], given: dict[str, Node]) -> None:
        """The keys of the layer itself, what is not given filled in from the defaults."""
        defaults = self.defaults.get(item.op, {})
        inside = self._inside(item)
        values: dict[str, Value | Item | None] = {}
        for name, key in layer.keys.items():
            if name in given and name in layer.references:
                ref = self.names.ref(given[name])
                if ref is None:
                    values[name] = None
                else:
                    item.extra = (*item.extra, ref)
            elif name in given:
                # A value at fault is kept as None so that it does not count as missing.
                # What a wrapper is put around is read apart.
                takes_layer = key.kind.takes_layer
                values[name] = None if takes_layer else self._value(name, key, given[name], inside)
            elif name in defaults:
                values[name] = defaults[name]
        if has_fault(self.defaults, item.op):
            # What the layer would be nobody knows, nor what it would be told by mistake.
            values[FAULT] = None
        item.values = values or NOTHING
        if layer.hosts:
            item.parts = dict(self._parts(given, defaults, inside)) or NOTHING
        for name in ("trainable", "dtype"):
            if name in defaults and getattr(item, name) is None:
                setattr(item, name, defaults[name])

    def _parts(
        self, given: dict[str, Node], defaults: Fields[str, Value | None], context: CompileContext
    ) -> Iterator[tuple[str, Item | Late | None]]:
        """What stands behind a layer, by its role."""
        for role in HOST:
            if role in given:
                yield role, self.part(role, given[role], context)
            elif (default := defaults.get(role)) is not None:
                yield role, self._default_part(role, default)

    def _put_around(self, item: Item, layer: type[Wrapper], op_node: Scalar, node: Node) -> None:
        """What a wrapper holds: one layer, which becomes a value of it, or a body."""
        listed = node.items if isinstance(node, Sequence) else [node]
        names = Names(("input",), self.report)
        inner = Items(names, self._inside(item), self.defaults, self.blocks)
        within = inner.all(Sequence(listed, node.start, node.end))
        one = within[0] if len(within) == 1 else None
        values = dict(item.values)
        if one is not None and not one.op:
            # It could not be read.
            self.names.failed = True
        elif one is not None and one.is_bare(hosted=layer.hosts):
            if layer.hosts:
                parts = {**one.parts, **item.parts}
                item.parts, one.parts = {role: parts[role] for role in HOST if role in parts}, {}
            item.rank = one.rank
            values["layer"] = one
        elif within:
            block = Block(f"{item.op} ({op_node.span.line}:{op_node.span.column})", op_node)
            block.items, block.taken = within, frozenset(one.name for one in within if one.name)
            item.layer, item.wrapper, item.block = None, layer, block
            del values["layer"]
        item.values = values

    def _default_part(self, role: str, default: Value) -> Item | Late | None:
        place = id(default)
        if place not in self._default_parts:
            context = self.context.knowing(self.context.known, of_file=default.of_file)
            self._default_parts[place] = self.part(role, default.node, context)
        return self._default_parts[place]

    def part(self, role: str, node: Node, context: CompileContext) -> Item | Late | None:
        """What stands behind `norm:` or `activation:`; None for none."""
        if isinstance(node, Scalar) and node.text == NONE:
            return None
        if isinstance(node, Scalar) and is_expression(str(node.value)):
            word = Value.check(role, ANY, node, context)
            return Late(role, word, self.defaults) if word else None
        kind = node.pairs[0][0] if isinstance(node, Mapping) and node.pairs else node
        if isinstance(kind, Scalar) and not plays(role, kind.text, node.span, self.report):
            return None
        inner = Items(Names(("input",), self.report), context, self.defaults, {})
        return _alone(inner.item(node), node, self.report)

    def block_use(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """A use of a block: its arguments are its keys."""
        block = self.blocks.get(op_node.text)
        if block is None:
            report_unknown(op_node.text, op_node.span, self.blocks, self.report)
            return None
        item = Item(op_node.text, node, op_node)
        item.block = block
        self.context.budget.steps.spend(len(block.args), op_node)
        keys = {**{n: Key(n, ANY, None, "") for n in block.args}, **COMMON}
        found = self._fields(item, value, keys, next(iter(block.args), ""))
        if found is None:
            return None
        given, sound = found
        inside = self._inside(item)
        item.args = {
            name: self._value(name, keys[name], given[name], inside)
            for name in block.args
            if name in given
        }
        absent = [n for n, default in block.args.items() if default is None and n not in given]
        if sound and absent:
            listed = ", ".join(f"`{name}`" for name in absent)
            self.report.find("E106", f"block `{item.op}` needs {listed}", op_node.span)
        return item


def _alone(item: Item | None, node: Node, report: Report) -> Item | None:
    """An item that stands in another one, if it has only the keys of its kind."""
    if item is not None and (item.name or item.refs is not None or item.parts or item.when
                             or item.repeat or item.layer is None):  # fmt: skip
        report.find("E114", "a layer inside a layer has only the keys of its kind", node.span,
                    help="give it an item of its own")  # fmt: skip
        return None
    return item


def _report_malformed(node: Node, report: Report) -> None:
    help = "write `- relu`, `- dense: 10` or `- conv: {filters: 64, kernel: 3}`"
    if isinstance(node, Mapping) and node.pairs:
        first = node.pairs[0][0].text
        help = f"indent the other keys under `{first}:`, or write `- {first}: {{…}}`"
        if any(key.text == "type" for key, _ in node.pairs):
            help = "the kind is the key: `- conv: {filters: 64, kernel: 3}`, without `type:`"
    report.find("E108", "an item is one kind of layer with its keys", node.span, help=help)
