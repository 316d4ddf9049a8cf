"""The code of one layer: what is made once, what is computed, and the numbers that stand in both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from cnncalc.exporting.python import literal

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
    """An argument of a call, left out where it is the default.

    Its value is text with `{slot}` in it, another call, or a list of calls.
    """

    value: str | Made | tuple[Made, ...]
    name: str = ""
    default: Any = REQUIRED

    def write(self, texts: Mapping[str, str]) -> str:
        """Its value, with the texts of the slots in it."""
        if isinstance(self.value, str):
            return fill(self.value, texts)
        if isinstance(self.value, Made):
            return self.value.write(texts)
        return f"[{', '.join(made.write(texts) for made in self.value)}]"

    def shape(self) -> Any:
        """What is the same in all uses of a block: everything but the numbers."""
        if isinstance(self.value, str):
            return self.value, self.name
        calls = (self.value,) if isinstance(self.value, Made) else self.value
        return tuple(made.shape() for made in calls), self.name


class Made(NamedTuple):
    """What is made once: `self.NAME = function(arguments)`."""

    function: str
    arguments: tuple[Argument, ...] = ()

    def shape(self) -> Any:
        """What is the same in all uses of a block: everything but the numbers."""
        return self.function, tuple(argument.shape() for argument in self.arguments)

    def write(self, texts: Mapping[str, str], *more: str) -> str:
        """The call, with the texts of its slots; `more` are arguments behind its own."""
        shown = []
        for argument in self.arguments:
            text = argument.write(texts)
            default = argument.default
            if default is not REQUIRED:
                usual = default if isinstance(default, str) else literal(default)
                if text == fill(usual, texts):
                    continue
            shown.append(f"{argument.name}={text}" if argument.name else text)
        return f"{self.function}({', '.join([*shown, *more])})"


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
