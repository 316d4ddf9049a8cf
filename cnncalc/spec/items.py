"""The items of a layer list, compiled: everything checked that does not need shapes.

    - conv: {filters: 64, kernel: 3}      a kind of layer and its keys
    - relu                                a kind without keys
    - dense: 10                           the first key alone
    - Bottleneck: {mid: 64, repeat: 3}    a block and its arguments
    - reuse: {layer: encoder, from: b}    weights used again
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc import registry
from cnncalc.keys import ANY, Key
from cnncalc.spec.compose import Mapping, Node, Scalar, Sequence
from cnncalc.spec.expressions import is_expression
from cnncalc.spec.grammar import COMMON, HOST, REUSE, fields, missing
from cnncalc.spec.names import Names, Ref
from cnncalc.spec.values import Value

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.layer import Layer
    from cnncalc.spec.blocks import Block
    from cnncalc.spec.report import Report

Defaults = dict[str, dict[str, Value]]
"""Kind of layer to its default keys."""

NONE = "none"


class Item:
    """One compiled item; which of `layer`, `block` and `reuse` is set says what it is.

    None of them is where the item could not be read: what depends on it cannot be judged.
    """

    __slots__ = ("args", "block", "built", "dtype", "expect", "extra", "layer", "name", "node", "op",
                 "op_node", "parts", "rank", "refs", "repeat", "reuse", "span_node", "trainable",
                 "values", "when")  # fmt: skip

    def __init__(self, op: str, node: Node, op_node: Node) -> None:
        """`op` is the canonical kind, `op_node` the word in the file."""
        self.op = op
        self.node = node
        self.op_node = op_node
        self.span_node = op_node
        self.layer: type[Layer] | None = None
        self.block: Block | None = None
        self.reuse: Ref | None = None
        self.rank: int | None = None
        self.values: dict[str, Value] = {}
        self.args: dict[str, Value] = {}
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
        self.built: Layer | None = None
        """The layer itself, where no key depends on an expression."""


class Late(NamedTuple):
    """A norm or activation named by an expression: known only where the item is expanded."""

    word: Value
    items: Items


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
        self._late_parts: dict[tuple[str, object], Item | None] = {}

    def all(self, node: Node) -> list[Item]:
        """The items of a `layers:` list; what cannot be read is reported and left out."""
        if not isinstance(node, Sequence) or not node.items:
            self.report.find("E101", "`layers` must be a list of layers", node.span,
                             help="one layer to an item: `- conv: {filters: 64, kernel: 3}`")  # fmt: skip
            return []
        items = []
        for entry in node.items:
            item = self.item(entry)
            if item is None:
                self.names.failed = True
                item = Item("", entry, entry)
            items.append(item)
        return items

    def item(self, node: Node) -> Item | None:
        """One item of the list."""
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.text:
            return self.kind(node, None, node)
        if isinstance(node, Mapping) and len(node.pairs) == 1:
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
        if word[:1].isupper():
            return self.block_use(op_node, value, node)
        layer, rank = find_layer(word)
        if layer is None:
            self.report.find("E102", f"unknown kind of layer `{word[:60]}`", op_node.span,
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
        if sound and absent:
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
        elif isinstance(value, Mapping):
            named, sound = fields(value, keys, word, report)
            given = {name: pair[1] for name, pair in named.items()}
        elif not first:
            report.find("E104", f"`{word}` takes no value", value.span)
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
            item.span_node = given["name"]
        if "repeat" in given:
            item.repeat = self._value("repeat", COMMON["repeat"], given["repeat"], self.known)
        inside = self.inside(item)
        for name in ("when", "trainable", "dtype"):
            if name in given:
                setattr(item, name, self._value(name, COMMON[name], given[name], inside))
        item.expect = given.get("expect")

    def inside(self, item: Item) -> frozenset[str]:
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
                item.extra.extend([ref] if ref else [])
            elif name in given:
                value = self.layer_value(name, key, given[name], self.inside(item))
                # A value at fault is kept as None so that it does not count as missing.
                item.values[name] = value  # type: ignore[assignment]
            elif name in defaults:
                item.values[name] = defaults[name]
        for name in HOST if layer.hosts else ():
            if name in given:
                item.parts[name] = self.part(name, given[name], self.inside(item))
            elif name in defaults:
                item.parts[name] = self._default_part(name, defaults[name])
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
        """A layer inside a layer: it has keys but no name and no wiring."""
        inner = Items(Names((), self.report), self.known, self.defaults, {}, self.report)
        return inner.item(node)

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
            word = Value.checked(role, ANY, node, known, self.report, of_file=of_file)
            return Late(word, self) if word else None
        names = Names((), self.report)
        item = Items(names, known, self.defaults, {}, self.report, of_file=of_file).item(node)
        return item if item and self.plays(role, item, node) else None

    def late_part(self, role: str, word: object, node: Node) -> Item | None:
        """The part that an expression names, now that its word is known."""
        place = (role, word)
        if place not in self._late_parts:
            text = NONE if word is None else str(word)
            part = self.part(role, Scalar(text, text, node.start, node.end), self.known)
            self._late_parts[place] = part if isinstance(part, Item) else None
        return self._late_parts[place]

    def plays(self, role: str, item: Item, node: Node) -> bool:
        """Whether an item may stand behind `norm:` or `activation:`; reports if not."""
        if item.layer is not None and item.layer.role == role:
            return True
        what = {"norm": "a normalisation", "activation": "an activation"}[role]
        self.report.find("E104", f"`{role}` must be {what}, got `{item.op}`", node.span,
                         help=f"give it an item of its own: `- {item.op}`")  # fmt: skip
        return False

    def block_use(self, op_node: Scalar, value: Node | None, node: Node) -> Item | None:
        """A use of a block: its arguments are its keys."""
        block = self.blocks.get(op_node.text)
        if block is None:
            self.report.find("E205", f"unknown block `{op_node.text[:60]}`", op_node.span,
                             help=nearest_kind(op_node.text, self.blocks))  # fmt: skip
            return None
        item = Item(op_node.text, node, op_node)
        item.block = block
        keys = {**{n: Key(n, ANY, None, "", "", "") for n in block.args}, **COMMON}
        found = self._fields(item, value, keys, next(iter(block.args), ""))
        if found is None:
            return None
        given, sound = found
        for name in block.args:
            if name in given:
                item.args[name] = self._value(name, keys[name], given[name], self.inside(item))  # type: ignore[assignment]
        absent = [n for n, default in block.args.items() if default is None and n not in given]
        if sound and absent:
            listed = ", ".join(f"`{name}`" for name in absent)
            self.report.find("E106", f"block `{item.op}` needs {listed}", op_node.span)
        return item

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
        item.reuse = self.names.ref(given["layer"]) if "layer" in given else None
        if item.reuse is not None and item.reuse.text in (*self.names.inputs, "prev", "input"):
            self.report.find("E201", "`reuse` takes a layer or block by its name",
                             given["layer"].span)  # fmt: skip
        return item


def find_layer(word: str) -> tuple[type[Layer] | None, int | None]:
    """The class of a kind, and the number of axes if the word asserts it (`conv2d`)."""
    if registry.exists("layers", word):
        return layer_class(word), None
    if word[-2:] in ("1d", "2d", "3d") and registry.exists("layers", word[:-2]):
        return layer_class(word[:-2]), int(word[-2])
    return None, None


def layer_class(kind: str) -> type[Layer]:
    """The one class of `layers/KIND.py`, whose name is the file's in CamelCase."""
    module = registry.load("layers", kind)
    found: type[Layer] = getattr(module, "".join(part.capitalize() for part in kind.split("_")))
    return found


def nearest_kind(word: str, blocks: Collection[str]) -> str:
    """The fix for an unknown word: frameworks' spellings first, then what looks alike."""
    kinds = registry.names("layers")
    plain = word.lower().replace("_", "").replace("-", "")
    for kind in kinds:
        layer = layer_class(kind)
        spellings = f"{layer.keras}, {layer.torch}, {kind}".lower().replace("_", "").split(", ")
        if plain in spellings or (plain[-2:] in ("1d", "2d", "3d") and plain[:-2] in spellings):
            return f"did you mean `{kind}`?"
    return registry.suggestion(word, [*kinds, *blocks]) or "`cnncalc layers` lists them all"


