"""`net:` compiled: the network of another file as a block whose arguments are the variables of that file.

- net: zoo:resnet50
- net: {of: backbone.yaml, until: layer4, set: {width: 0.5}, name: backbone, trainable: false}
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.language.grammar import entries
from cnncalc.language.item import Block, Whole, freeze
from cnncalc.language.library import Unusable
from cnncalc.language.names import Ref
from cnncalc.language.tree import Scalar
from cnncalc.language.values import Value
from cnncalc.layers.base.key_types import ANY
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from cnncalc.language.context import CompileContext
    from cnncalc.language.item import Item
    from cnncalc.language.library import Chosen
    from cnncalc.language.model import Model
    from cnncalc.language.tree import Node


def compile_net(given: dict[str, Node], word: Scalar, context: CompileContext) -> Block | None:
    """The network that an item means by its keys `of` and `until`; None after reporting.

    Raises TooMuch if it would take more than is left of the budget.
    """
    of = given["of"]
    text = of.text if isinstance(of, Scalar) and isinstance(of.value, str) else ""
    if not text:
        context.report.find(
            "E104", "`of` must be the name of a spec", of.span, help="of: zoo:resnet50"
        )
        return None
    try:
        with context.budget.on_behalf(word):
            chosen: Chosen = context.library.find(text)
    except Unusable as fault:
        context.report.find(fault.code, str(fault), of.span, help=fault.help)
        return None
    model = chosen.model
    block = Block(cut(text, NAME), word)
    block.args = _variables(chosen, word)
    block.inputs = tuple(model.inputs)
    block.items, block.taken = model.items, model.taken
    block.whole = Whole(model.dialect, model.outputs)
    if (until := given.get("until")) is not None:
        last = _find_last(model, until, text, context)
        if last is None:
            return None
        block.items = _cut(model, last)
        block.whole = Whole(model.dialect, (Ref(last.name or "", until),))
    freeze((), (block,))
    return block


def compile_settings(
    node: Node | None, block: Block, context: CompileContext
) -> dict[str, Value | None]:
    """The variables that `set` gives other values, which may depend on names of this file."""
    found: dict[str, Value | None] = {}
    for key, value in entries(node, "set", context.report):
        if key.text in block.args:
            found[key.text] = Value.check(key.text, ANY, value, context)
        else:
            context.report.find("E401", f"`{block.name}` has no variable `{cut(key.text, NAME)}`", key.span,
                                help=suggestion(key.text, block.args)
                                or "variables: " + (", ".join(block.args) or "none"))  # fmt: skip
    return found


def _variables(chosen: Chosen, word: Scalar) -> dict[str, Value | None]:
    """The variables of the file, as the variant sets them."""
    found: dict[str, Value | None] = dict(chosen.file.variables)
    for name, data in (chosen.variant.settings if chosen.variant else {}).items():
        value = Value(name, ANY, word)
        value.value = value.data = data
        found[name] = value
    return found


def _find_last(model: Model, until: Node, text: str, context: CompileContext) -> Item | None:
    """The item that `until` names; None after reporting."""
    name = until.text if isinstance(until, Scalar) and isinstance(until.value, str) else ""
    if not name:
        context.report.find("E104", "`until` must be the name of a layer", until.span)
        return None
    named = {item.name: item for item in model.items if item.name}
    if name in named:
        return named[name]
    outer = name.partition(".")[0]
    shown = cut(text, NAME)
    if outer in named:
        context.report.find("E201", f"`{cut(name, NAME)}` stands inside `{outer}` of `{shown}`", until.span,
                            help=f"a network is cut behind an item of its own list: until: {outer}")  # fmt: skip
    else:
        listed = ", ".join(list(named)[-8:])
        context.report.find("E201", f"`{shown}` has no layer named `{cut(name, NAME)}`", until.span,
                            help=suggestion(name, named)
                            or (f"it has: {listed}" if named else "none of its layers has a name"))  # fmt: skip
    return None


def _cut(model: Model, last: Item) -> tuple[Item, ...]:
    """The items that `last` depends on, and itself: what stands beside or behind is left out."""
    items = model.items
    places = {item.name: place for place, item in enumerate(items) if item.name}
    needed: set[int] = set()
    waiting = [items.index(last)]
    while waiting:
        place = waiting.pop()
        if place in needed:
            continue
        needed.add(place)
        item = items[place]
        refs = [*(item.refs or ()), *item.extra, *([item.reuse] if item.reuse else [])]
        texts = (
            [ref.text for ref in refs]
            if item.refs is not None
            else ["prev", *[r.text for r in refs]]
        )
        for text in texts:
            if text == "prev":
                waiting += [place - 1] if place else []
            elif (found := _leading(text, places)) is not None:
                waiting.append(found)
    return tuple(item for place, item in enumerate(items) if place in needed)


def _leading(text: str, places: dict[str, int]) -> int | None:
    """The place of the item that a reference leads into; None for an input."""
    while text:
        if text in places:
            return places[text]
        text = text.rpartition(".")[0]
    return None
