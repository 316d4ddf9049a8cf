"""What a kind of layer says of itself where an editor suggests it."""

from __future__ import annotations

from inspect import cleandoc
from typing import TYPE_CHECKING

from cnncalc.dialects.base.dialect import dialects
from cnncalc.layers.base.key_types import REQUIRED

if TYPE_CHECKING:
    from cnncalc.layers.base.layer import Layer


def manual_of(layer: type[Layer]) -> str:
    """What a kind does, and what the frameworks call it."""
    names = ((dialect.title, dialect.words(layer.kind)) for dialect in dialects().values())
    spelt = [f"{framework}: {word}." for framework, word in names if word]
    return "\n".join(filter(None, (cleandoc(layer.__doc__ or ""), " ".join(spelt))))


def summary_of(layer: type[Layer]) -> str:
    """What a kind does, in a line."""
    return manual_of(layer).split("\n")[0]


def required_keys(layer: type[Layer]) -> list[str]:
    """The keys that a kind cannot do without."""
    return [name for name, key in layer.keys.items() if key.default is REQUIRED]


def stands_alone(name: str, layer: type[Layer]) -> bool:
    """Whether the manual shows a kind as a word without keys."""
    return f"- {name}" in layer.example.split("\n")
