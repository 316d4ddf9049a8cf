"""The code of one layer: what is made once, what is computed, and the numbers that stand in both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = object()
"""Stands for the default of an argument that has none."""


class Slot(NamedTuple):
    """A number in the code of a layer.

    `key` is the key of the spec that says it; the number of channels that the layer reads is `in`, that
    of those that it gives is `out`.
    """

    value: Any
    key: str = ""
    role: Literal["", "in", "out"] = ""


class Argument(NamedTuple):
    """An argument of a call: text with `{slot}` in it, left out where it is the default."""

    text: str
    name: str = ""
    default: Any = REQUIRED


class Made(NamedTuple):
    """What is made once: `self.NAME = function(arguments)`."""

    function: str
    arguments: tuple[Argument, ...] = ()

    def shape(self) -> Any:
        """What is the same in all uses of a block: everything but the numbers."""
        return self.function, tuple((a.text, a.name) for a in self.arguments)


class Code(NamedTuple):
    """The code of a layer.

    `made` are its parts by what stands behind the name of the layer, "" for the layer itself. `given` is
    the expression for its output: {0}, {1} are what it reads, {all} the list of it, {m} the part of the
    layer's name, {m_SUFFIX} another, and every other name in braces is a slot.
    `note` is a comment, `needs` are helpers; `outside` is what the network must be given besides, a place
    of the same name.
    """

    given: str
    made: Mapping[str, Made] = {}
    slots: Mapping[str, Slot] = {}
    note: str = ""
    needs: tuple[str, ...] = ()
    outside: str = ""

    def shape(self) -> Any:
        """What is the same in all uses of a block: everything but the numbers."""
        parts = tuple((suffix, made.shape()) for suffix, made in self.made.items())
        slots = tuple((name, slot.key, slot.role) for name, slot in self.slots.items())
        return self.given, parts, slots, self.note, self.needs

    def slots_in(self, text: str) -> list[str]:
        """The slots that a text of it names, in order."""
        return [name for name in PLACE.findall(text) if name in self.slots]


PLACE = re.compile(r"\{(\w+)\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with the places in braces filled, all at once: what is filled in is not read again."""
    return PLACE.sub(lambda found: values.get(found[1], found[0]), text)
