"""Which variables the layers of a model may depend on, found without expanding it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from cnncalc.language.build import shapes_of_inputs
from cnncalc.language.item import Item, Late
from cnncalc.language.values import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from cnncalc.language.document import Document
    from cnncalc.language.model import Model

_LOOKED_AT = 100
"""So many values of a variable are tried."""


def names_in_layers(model: Model, variables: Mapping[str, Value]) -> frozenset[str]:
    """The variables that enter into a layer, a repetition or a condition, whatever leads to them.

    A name that means something else in a block counts as well: there may be too many, never too few.
    """
    return _with_sources(_names(model.items), variables)


def names_in_inputs(model: Model, variables: Mapping[str, Value]) -> frozenset[str]:
    """The variables that enter into the shapes of the inputs."""
    found = {name for value in model.inputs.values() for name in value.names}
    return _with_sources(found, variables)


def idle_names(
    document: Document, model: str | None, values: Mapping[str, Iterable[Any]],
    fixed: Mapping[str, Any], size: Any, channels: Any,
) -> list[str]:  # fmt: skip
    """The variables whose values make no difference because the `size` or `channels` of inputs are given.

    Raises UsageError for a request that does not fit the inputs.
    """
    chosen, _ = document.select(model)
    known = document.variables
    asked = names_in_inputs(chosen, known) - names_in_layers(chosen, known)
    found = []
    for name in values:
        if name in asked and name not in fixed:
            shapes = [shapes_of_inputs(document, model, {**fixed, name: value}, size, channels)
                      for value in islice(values[name], _LOOKED_AT)]  # fmt: skip
            if len(shapes) > 1 and None not in shapes and all(one == shapes[0] for one in shapes):
                found.append(name)
    return found


def _with_sources(names: Iterable[str], variables: Mapping[str, Value]) -> frozenset[str]:
    """With the variables of which these are made: each knows those above it."""
    found = set(names)
    for name in reversed(list(variables)):
        if name in found:
            found.update(variables[name].names)
    return frozenset(found)


def _names(items: Iterable[Item]) -> set[str]:
    found: set[str] = set()
    open_items = list(items)
    seen: set[int] = set()
    while open_items:
        item = open_items.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        for part in _parts(item):
            if isinstance(part, Item):
                open_items.append(part)
            elif isinstance(part, Value):
                found.update(part.names)
        if item.block is not None:
            open_items += item.block.items
    return found


def _parts(item: Item) -> Iterator[Any]:
    """Everything that an item says."""
    yield from (item.when, item.repeat, item.trainable, item.dtype)
    yield from item.values.values()
    yield from item.args.values()
    if item.block is not None:
        yield from item.block.args.values()
    for part in item.parts.values():
        if isinstance(part, Late):
            yield part.word
            for keys in part.defaults.values():
                yield from keys.values()
        else:
            yield part
