"""The keys that every item may have, whatever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.language.claims import claims_of_layer
from cnncalc.language.grammar import COMMON, OF_INPUTS, fields
from cnncalc.language.kinds import find_layer
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
from cnncalc.language.values import Value
from cnncalc.layers.base.key_types import Integer

if TYPE_CHECKING:
    from cnncalc.language.context import CompileContext
    from cnncalc.language.item import Item
    from cnncalc.language.names import Names
    from cnncalc.layers.base.keys import Key
    from cnncalc.layers.base.layer import Layer


def common_keys(layer: type[Layer]) -> dict[str, Key]:
    """Those of a kind of layer, of which one that reads nothing has not all."""
    reads = layer.operands[1] != 0
    return {name: key for name, key in COMMON.items() if reads or name not in OF_INPUTS}


class ItemKeys:
    """Reads the keys of the items of one body."""

    def __init__(self, names: Names, context: CompileContext) -> None:
        """`names` are those of the body, `context` what its expressions may use."""
        self.names = names
        self.context = context
        self.report = context.report
        self._repeated: CompileContext | None = None

    def _inside(self, item: Item) -> CompileContext:
        """The context of an item's own values: with `repeat` they may also use `i` and `cin`."""
        if item.repeat is None:
            return self.context
        if self._repeated is None:
            known = dict.fromkeys((*self.context.known, "i", "cin"))
            self._repeated = self.context.knowing(known, of_file=self.context.of_file)
        return self._repeated

    def _fields(
        self, item: Item, value: Node | None, keys: dict[str, Key], first: str
    ) -> tuple[dict[str, Node], bool] | None:
        """The keys of an item by name; the common ones are stored in it."""
        report, word = self.report, item.op
        if isinstance(value, Mapping) and first in keys and keys[first].kind.takes_layer:
            value = _with_key(value, keys, first)
        if value is None or (isinstance(value, Scalar) and value.value is None):
            given, sound = {}, True
        elif isinstance(value, Mapping):
            kind = word if item.layer else ""
            named, sound = fields(value, keys, f"for `{word}`", report, kind)
            given = {name: pair[1] for name, pair in named.items()}
            if not sound and item.layer and item.layer.operands[0] > 1:
                # A key that is not known may have named them.
                item.refs = ()
        elif not first:
            report.find("E104", f"`{word}` takes no value", value.span, help=f"write `- {word}`")
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
            item.refs = tuple(self.names.refs(given["from"]) or ())
        if "name" in given:
            item.name = self.names.declare(given["name"])
            item.span = given["name"].span
        if "repeat" in given:
            item.repeat = self._value("repeat", COMMON["repeat"], given["repeat"], self.context)
        inside = self._inside(item)
        for name in ("when", "trainable", "dtype"):
            if name in given:
                setattr(item, name, self._value(name, COMMON[name], given[name], inside))
        if "expect" in given:
            item.claims = claims_of_layer(given["expect"], self.context)

    def _value(self, name: str, key: Key, node: Node, context: CompileContext) -> Value | None:
        return Value.check(name, key.kind, node, context)


def _with_key(value: Mapping, keys: dict[str, Key], first: str) -> Mapping:
    """`{conv: {filters: 8}, name: a}` as `{layer: {conv: {filters: 8}}, name: a}`."""
    inner = [pair for pair in value.pairs if pair[0].text not in keys]
    if len(value.pairs) > 1:
        inner = [pair for pair in inner if _is_layer(pair[0].text)]
    if len(inner) != 1 or value.get(first) is not None:
        return value
    word, what = inner[0]
    key = Scalar(first, first, word.start, word.end)
    layer = Mapping(inner, word.start, what.end)
    pairs = [(key, layer) if pair is inner[0] else pair for pair in value.pairs]
    return Mapping(pairs, value.start, value.end)


def _is_layer(word: str) -> bool:
    return word[:1].isupper() or find_layer(word)[0] is not None
