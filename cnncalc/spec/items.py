"""The items of a layer list, compiled: everything checked that does not need shapes.

- conv: {filters: 64, kernel: 3}      a kind of layer and its keys
- relu                                a kind without keys
- dense: 10                           the first key alone
- Bottleneck: {mid: 64, repeat: 3}    a block and its arguments
- reuse: {layer: encoder, from: b}    weights used again
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import cut
from cnncalc.keys import ANY, Integer, Key, show
from cnncalc.spec.compose import Mapping, Node, Scalar, Sequence
from cnncalc.spec.expressions import is_expression
from cnncalc.spec.grammar import COMMON, HOST, REUSE, fields, missing
from cnncalc.spec.item import Item, Late
from cnncalc.spec.kinds import find_layer, nearest_kind, spelling
from cnncalc.spec.names import Names, Ref
from cnncalc.spec.values import Failed, Value

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.layer import Layer
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.report import Report

Defaults = dict[str, dict[str, Value | None]]
"""Kind of layer to its default keys."""

NONE = "none"

FAULT = "?"
"""Stands among the defaults of a kind if a key of theirs could not be read."""


class Items:
    """Compiles the items of one body, in which `known` names may stand in expressions."""

    def __init__(
        self,
        names: Names,
        known: Collection[str],
        defaults: Defaults,
        blocks: dict[str, Block],
        report: Report,
        *,
        of_file: bool = False,
    ) -> None:
        """`blocks` are all blocks of the file; `of_file` is true for defaults of the file."""
        self.names = names
        self.known = frozenset(known)
        self.defaults = defaults
        self.blocks = blocks
        self.report = report
        self.of_file = of_file
        self._default_parts: dict[int, Item | Late | None] = {}

    def all(self, node: Node) -> list[Item]:
        """The items of a `layers:` list; what cannot be read is reported and left out."""
        if not isinstance(node, Sequence) or not node.items:
            self.report.find("E101", "`layers` must be a list of layers", node.span,
                             help="put a dash before each layer: `- conv: {filters: 64, kernel: 3}`"
                             if isinstance(node, Mapping) else "one layer to an item: `- relu`")  # fmt: skip
            return []
        items = []
        for entry in node.items:
            item = self.item(entry)
            if item is None:
                self.names.failed = True
                item = Item("", entry, entry)
            item.settle()
            items.append(item)
        return items

    def item(self, node: Node) -> Item | None:
        """One item of the list."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.text:
            return self.kind(node, None, node)
        if isinstance(node, Mapping) and len(node.pairs) == 1 and node.pairs[0][0].text != "type":
            return self.kind(node.pairs[0][0], node.pairs[0][1], node)
        self._malformed(node)
        return None

    def _malformed(self, node: Node) -> None:
        help = "write `- relu`, `- dense: 10` or `- conv: {filters: 64, kernel: 3}`"
        if isinstance(node, Mapping) and node.pairs:
            first = node.pairs[0][0].text
            help = f"indent the other keys under `{first}:`, or write `- {first}: {{…}}`"
            if any(key.text == "type" for key, _ in node.pairs):
                help = "the kind is the key: `- conv: {filters: 64, kernel: 3}`, without `type:`"
        self.report.find("E108", "an item is one kind of layer with its keys", node.span, help=help)

    def kind(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """An item by its word: lower-case for layers, capitalised for blocks."""
        word = op_node.text
        if word == "reuse":
            return self.reused(op_node, value, node)
        if word in self.blocks or (word[:1].isupper() and not spelling(word)):
            return self.block_use(op_node, value, node)
        layer, rank = find_layer(word)
        if layer is None:
            self.report.find("E102", f"unknown kind of layer `{cut(word, 60)}`", op_node.span,
                             help=nearest_kind(word, self.blocks))  # fmt: skip
            if isinstance(value, Mapping) and isinstance(name := value.get("name"), Scalar):
                self.names.declare(name)
            return None
        item = Item(word[:-2] if rank else word, node, op_node)
        item.layer, item.rank = layer, rank
        keys = {**layer.keys, **COMMON, **(HOST if layer.hosts else {})}
        first = "from" if layer.operands[0] > 1 else next(iter(layer.keys), "")
        found = self._fields(item, value, keys, first)
        if found is None:
            return None
        given, sound = found
        self._layer_keys(item, layer, given)
        absent = missing([*item.values, *(r for r in layer.references if r in given)], layer.keys)
        if not isinstance(value, Mapping) and item.values.get(first, True) is None:
            sound = False
        if sound and absent and FAULT not in self.defaults.get(item.op, {}):
            listed = ", ".join(f"`{name}`" for name in absent)
            self.report.find("E106", f"`{word}` needs {listed}", op_node.span,
                             help=" ".join(f"{n}: {layer.keys[n].help};" for n in absent)[:-1])  # fmt: skip
        return item

    def _fields(
        self, item: Item, value: Node | None, keys: dict[str, Key], first: str
    ) -> tuple[dict[str, Node], bool] | None:
        """The keys of an item by name; the common ones are stored in it."""
        report, word = self.report, item.op
        if value is None or (isinstance(value, Scalar) and value.value is None):
            given, sound = {}, True
        elif isinstance(value, Mapping) and not _is_nested(value, keys, first):
            kind = word if item.layer else ""
            named, sound = fields(value, keys, f"for `{word}`", report, kind)
            given = {name: pair[1] for name, pair in named.items()}
        elif not first:
            report.find("E104", f"`{word}` takes no value", value.span)
            return None
        elif isinstance(value, Sequence) and isinstance(keys[first].kind, Integer):
            report.find("E104", f"`{first}` must be {keys[first].kind.noun}, got a list", value.span,
                        help=f"keys are named: - {word}: {{{first}: …}}")  # fmt: skip
            return None
        else:
            given, sound = {first: value}, True
        self._common(item, given)
        return given, sound

    def _common(self, item: Item, given: dict[str, Node]) -> None:
        if "from" in given:
            item.refs = self.names.refs(given["from"])
            if item.refs is None:
                item.refs = []
        if "name" in given:
            item.name = self.names.declare(given["name"])
            item.span = given["name"].span
        if "repeat" in given:
            item.repeat = self._value("repeat", COMMON["repeat"], given["repeat"], self.known)
        inside = self._inside(item)
        for name in ("when", "trainable", "dtype"):
            if name in given:
                setattr(item, name, self._value(name, COMMON[name], given[name], inside))
        item.expect = given.get("expect")

    def _inside(self, item: Item) -> frozenset[str]:
        """The names an item's own values may use: with `repeat` also `i` and `cin`."""
        return self.known | {"i", "cin"} if item.repeat else self.known

    def _value(self, name: str, key: Key, node: Node, known: Collection[str]) -> Value | None:
        return Value.checked(name, key.kind, node, known, self.report, of_file=self.of_file)

    def _layer_keys(self, item: Item, layer: type[Layer], given: dict[str, Node]) -> None:
        """The keys of the layer itself, what is not given filled in from the defaults."""
        defaults = self.defaults.get(item.op, {})
        for name, key in layer.keys.items():
            if name in given and name in layer.references:
                ref = self.names.ref(given[name])
                if ref is None:
                    item.values[name] = None
                else:
                    item.extra.append(ref)
            elif name in given:
                # A value at fault is kept as None so that it does not count as missing.
                item.values[name] = self.layer_value(name, key, given[name], self._inside(item))
            elif name in defaults:
                item.values[name] = defaults[name]
        for name in HOST if layer.hosts else ():
            if name in given:
                item.parts[name] = self.part(name, given[name], self._inside(item))
            elif (default := defaults.get(name)) is not None:
                item.parts[name] = self._default_part(name, default)
        for name in ("trainable", "dtype"):
            if name in defaults and getattr(item, name) is None:
                setattr(item, name, defaults[name])

    def layer_value(
        self, name: str, key: Key, node: Node, known: Collection[str]
    ) -> Value | Item | None:
        """A key's value; a key that takes a layer takes it in the same form as an item."""
        if getattr(key.kind, "takes_layer", False):
            return self.nested(node)
        return self._value(name, key, node, known)

    def nested(self, node: Node) -> Item | None:
        """A layer inside a layer: it has keys of its own, but no name, wiring, norm, activation."""
        inner = Items(Names((), self.report), self.known, {}, {}, self.report)
        return self._alone(inner.item(node), node)

    def _alone(self, item: Item | None, node: Node) -> Item | None:
        """An item that stands in another one, if it has only the keys of its kind."""
        if item is not None and (item.name or item.refs is not None or item.parts or item.when
                                 or item.repeat or item.layer is None):  # fmt: skip
            self.report.find("E114", "a layer inside a layer has only the keys of its kind", node.span,
                             help="give it an item of its own")  # fmt: skip
            return None
        return item

    def _default_part(self, role: str, default: Value) -> Item | Late | None:
        place = id(default)
        if place not in self._default_parts:
            self._default_parts[place] = self.part(
                role, default.node, self.known, of_file=default.of_file
            )
        return self._default_parts[place]

    def part(
        self, role: str, node: Node, known: Collection[str], *, of_file: bool = False
    ) -> Item | Late | None:
        """What stands behind `norm:` or `activation:`; None for none."""
        if isinstance(node, Scalar) and node.text == NONE:
            return None
        if isinstance(node, Scalar) and is_expression(str(node.value)):
            late = Value.checked(role, ANY, node, known, self.report, of_file=of_file)
            return Late(late, self) if late else None
        word = node.pairs[0][0] if isinstance(node, Mapping) and node.pairs else node
        if isinstance(word, Scalar) and not self._plays(role, word.text, node):
            return None
        names = Names((), self.report)
        inner = Items(names, known, self.defaults, {}, self.report, of_file=of_file)
        return self._alone(inner.item(node), node)

    def late_part(self, role: str, word: object, node: Node, report: Report) -> Item | None:
        """The part that an expression names, now that its word is known.

        Raises Failed after reporting to `report` if it names none.
        """
        if word is None or word == NONE:
            return None
        if not isinstance(word, str) or not word:
            report.find("E104", f"`{role}` must be a kind of layer, got {show(word)}", node.span)
            raise Failed
        named = Scalar(word, word, node.start, node.end)
        inner = Items(self.names, self.known, self.defaults, {}, report)
        part = inner.part(role, named, self.known)
        if (
            not isinstance(part, Item)
            or part.layer is None
            or missing(part.values, part.layer.keys)
        ):
            raise Failed
        return part

    def _plays(self, role: str, word: str, node: Node) -> bool:
        """Whether a kind may stand behind `norm:` or `activation:`; reports if not."""
        layer, _ = find_layer(word)
        if layer is None and word == "linear":
            self.report.find("E102", "`linear` is no activation here", node.span,
                             help="did you mean `none`?")  # fmt: skip
            return False
        if layer is None or layer.role == role:
            return True
        what = {"norm": "a normalisation", "activation": "an activation"}[role]
        self.report.find("E104", f"`{role}` must be {what}, got `{word}`", node.span,
                         help=f"give it an item of its own: `- {word}`")  # fmt: skip
        return False

    def block_use(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """A use of a block: its arguments are its keys."""
        block = self.blocks.get(op_node.text)
        if block is None:
            self.report.find("E205", f"unknown block `{cut(op_node.text, 60)}`", op_node.span,
                             help=nearest_kind(op_node.text, self.blocks))  # fmt: skip
            return None
        item = Item(op_node.text, node, op_node)
        item.block = block
        keys = {**{n: Key(n, ANY, None, "") for n in block.args}, **COMMON}
        found = self._fields(item, value, keys, next(iter(block.args), ""))
        if found is None:
            return None
        given, sound = found
        for name in block.args:
            if name in given:
                item.args[name] = self._value(name, keys[name], given[name], self._inside(item))
        absent = [n for n, default in block.args.items() if default is None and n not in given]
        if sound and absent:
            listed = ", ".join(f"`{name}`" for name in absent)
            self.report.find("E106", f"block `{item.op}` needs {listed}", op_node.span)
        return item

    def _reused_name(self, node: Node) -> Ref | None:
        """What `reuse` names: a layer or block above, not an input."""
        text = node.text if isinstance(node, Scalar) else ""
        if text in (*self.names.inputs, "prev", "input"):
            self.report.find("E201", "`reuse` takes a layer or block by its name", node.span)
            return None
        return self.names.ref(node, inputs=False)

    def reused(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """`reuse`: weights used again."""
        item = Item("reuse", node, op_node)
        if not isinstance(value, Mapping):
            self.report.find("E106", "`reuse` needs `layer` and `from`", op_node.span,
                             help="- reuse: {layer: encoder, from: other, name: encoded}")  # fmt: skip
            return None
        found = self._fields(item, value, {**REUSE, "when": COMMON["when"]}, "")
        if found is None:
            return None
        given, sound = found
        if sound and (absent := missing(given, REUSE)):
            self.report.find("E106", f"`reuse` needs `{absent[0]}`", op_node.span)
        if "layer" in given:
            item.reuse = self._reused_name(given["layer"])
        return item


def _is_nested(value: Mapping, keys: dict[str, Key], first: str) -> bool:
    """Whether a mapping is a layer that stands for the first key: `{conv: {filters: 8, …}}`."""
    takes_layer = first in keys and getattr(keys[first].kind, "takes_layer", False)
    return takes_layer and len(value.pairs) == 1 and value.pairs[0][0].text not in keys
