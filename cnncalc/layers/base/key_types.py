"""What a key takes: numbers, words, lists, values per axis, padding; and the messages for wrong ones."""

from __future__ import annotations

from typing import Any

from cnncalc.arithmetic.padding import WORDS
from cnncalc.layers.base.hints import hint_of

LIMIT = 2**53
"""No number in a spec may be larger in absolute value."""


PerAxis = int | tuple[int, ...]
"""One value for all axes, or one for each."""


PaddingValue = str | int | tuple[Any, ...]
"""A mode, one number for all sides, a number or mode per axis, or (before, after) pairs."""


class Required:
    """The default of a key that has none."""

    def __repr__(self) -> str:
        """As the manual shows it."""
        return "required"


REQUIRED = Required()


class Bad(Exception):
    """A value that a key cannot take; the message continues "`key` …"."""

    def __init__(
        self,
        message: str,
        help: str = "",
        code: str = "E104",
        at: tuple[int | str, ...] = (),
        *,
        sentence: bool = False,
        on_key: bool = False,
        file: str = "",
    ) -> None:
        """`at` leads to the culprit inside a list or mapping, or with `on_key` to its key.

        A `sentence` stands by itself. The value may be that of a `file`, told with the line.
        """
        super().__init__(message)
        self.message = message
        self.help = help
        self.code = code
        self.at = at
        self.sentence = sentence
        self.on_key = on_key
        self.file = file

    def inside(self, *place: int | str) -> Bad:
        """The same, found inside a list or mapping."""
        return Bad(self.message, self.help, self.code, (*place, *self.at), sentence=self.sentence,
                   on_key=self.on_key, file=self.file)  # fmt: skip


def show(value: object) -> str:
    """A value as the user would write it in YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return f"`{value if len(value) <= 60 else value[:57] + '…'}`"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(show(v).strip("`") for v in value[:8]) + "]"
    if isinstance(value, dict):
        return "a mapping"
    return str(value)


class Kind:
    """A kind of value: `parse` checks plain data and returns it in its final, hashable form."""

    words: tuple[str, ...] = ()
    """The words it knows, if it is a choice."""
    noun = "a value"
    """What it is, for messages and the manual."""
    of_axes = False
    """Whether it is axes, which have names and numbers."""
    takes_layer = False
    """Whether the value is a layer, which the spec builds."""

    def parse(self, value: Any) -> Any:
        """The value in its final form; raises `Bad`."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its values in JSON Schema, for editors, expressions aside; {} is anything.

        `type` is a list, and every keyword concerns one type, so that `either` may join them.
        """
        return {}

    def _wrong(self, value: object) -> Bad:
        helps = ""
        if isinstance(value, str):
            helps = hint_of(value)
        return Bad(f"must be {self.noun}, got {show(value)}", helps)


class Integer(Kind):
    """A whole number not below `minimum`."""

    def __init__(self, minimum: int, noun: str = "a whole number") -> None:
        """A count starts at 1, an amount at 0."""
        self.minimum = minimum
        self.noun = noun

    def parse(self, value: Any) -> int:
        """Floats that are whole, such as 1e3, are taken as integers.

        Raises Bad for anything but whole numbers from `minimum` to 2^53.
        """
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong(value)
        if isinstance(value, float) and not value.is_integer():
            raise Bad(
                f"must be a whole number, got {value!r}",
                "wrap it: $(round(...)), $(ceil(...)) or $(make_divisible(...))",
                "E405",
            )
        number = int(value)
        if number < self.minimum:
            raise Bad(f"must be at least {self.minimum}, got {number}", code="E105")
        if number > LIMIT:
            raise Bad("is larger than 2^53", code="E105")
        return number

    def schema(self) -> dict[str, Any]:
        """An integer in its limits."""
        return {"type": ["integer"], "minimum": self.minimum, "maximum": LIMIT}


class Number(Kind):
    """Any finite number."""

    noun = "a number"

    def parse(self, value: Any) -> int | float:
        """Integers stay integers; raises Bad for anything but numbers within ±2^53."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong(value)
        if not -LIMIT <= value <= LIMIT:
            raise Bad("is larger than 2^53", code="E105")
        return value

    def schema(self) -> dict[str, Any]:
        """A number in its limits."""
        return {"type": ["number"], "minimum": -LIMIT, "maximum": LIMIT}


class Flag(Kind):
    """`true` or `false`."""

    noun = "true or false"

    def parse(self, value: Any) -> bool:
        """YAML 1.2 knows only true and false: yes, no, on, off are strings.

        Raises Bad for anything else.
        """
        if not isinstance(value, bool):
            text = str(value).lower()
            meant = {
                **dict.fromkeys(("yes", "on", "1"), "true"),
                **dict.fromkeys(("no", "off", "0"), "false"),
            }.get(text)
            why = ": in YAML 1.2 yes, no, on and off are text" if text.isalpha() else ""
            raise Bad(
                f"must be true or false, got {show(value)}", f"write {meant}{why}" if meant else ""
            )
        return value

    def schema(self) -> dict[str, Any]:
        """A boolean."""
        return {"type": ["boolean"]}


class Choice(Kind):
    """One of a few words; `other` is the kind of anything that is not a word."""

    def __init__(self, *words: str, other: Kind | None = None) -> None:
        """`words` in the order the manual lists them."""
        self.words = words
        self.other = other
        self.noun = "one of " + ", ".join(words) + (f", or {other.noun}" if other else "")

    def parse(self, value: Any) -> Any:
        """A wrong word gets the closest right one.

        Raises Bad with a suggestion for a word that is not among the choices.
        """
        if isinstance(value, str):
            if value in self.words:
                return value
            from cnncalc.registry import suggestion

            raise Bad(f"must be {self.noun}, got {show(value)}", suggestion(value, self.words))
        if self.other is None:
            raise self._wrong(value)
        return self.other.parse(value)

    def schema(self) -> dict[str, Any]:
        """The words, or what else there may be."""
        return either(a_word(self.words), self.other.schema() if self.other else {})


class Axes(Kind):
    """One value of `each` kind for all axes, or a list of one per axis, of which there are few."""

    def __init__(self, each: Kind, most: int = 3) -> None:
        """`each` is the kind of one axis' value; there are at most `most` axes."""
        self.each = each
        self.most = most
        self.noun = f"{each.noun}, or a list of one per axis"

    def parse(self, value: Any) -> Any:
        """A list becomes a tuple; raises Bad unless it has one entry to `most`."""
        if not isinstance(value, list):
            return self.each.parse(value)
        if not 1 <= len(value) <= self.most:
            most = {3: "three", 4: "four", 6: "six"}[self.most]
            raise Bad(f"takes one to {most} axes, got {len(value)}", code="E302")
        return tuple(_at(i, self.each, item) for i, item in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """One value, or a list."""
        return either(self.each.schema(), a_list(self.each.schema(), 1, self.most))


class Listing(Kind):
    """A list of values of one kind, not empty; `single` values are taken as a list of one."""

    def __init__(self, each: Kind, *, single: bool = False, length: int | None = None) -> None:
        """`length` is the exact number of entries, if there is one."""
        self.each = each
        self.single = single
        self.length = length
        self.of_axes = each.of_axes
        self.noun = f"a list of {length or 'one or more'}, each {each.noun}"

    def parse(self, value: Any) -> Any:
        """A list becomes a tuple; raises Bad unless it is a list of the right length."""
        if self.single and not isinstance(value, list):
            value = [value]
        if not isinstance(value, list) or not value:
            raise self._wrong(value)
        if self.length is not None and len(value) != self.length:
            raise Bad(f"must be {self.noun}, got {len(value)} entries")
        return tuple(_at(i, self.each, item) for i, item in enumerate(value))

    def schema(self) -> dict[str, Any]:
        """A list, and where one value will do, that value."""
        each = self.each.schema()
        return either(a_list(each, self.length or 1, self.length), each if self.single else {})


_CONTINUATIONS = ("zeros", "reflect", "replicate", "circular")


class Padding(Kind):
    """A mode, a number for all sides, a number or mode per axis, or (before, after) pairs."""

    def __init__(self, words: tuple[str, ...] = WORDS) -> None:
        """`words` are the modes that make sense for the key."""
        self.words = words
        self.noun = (
            "a number, a list of one per axis, [before, after] pairs, or one of " + ", ".join(words)
        )
        self._side = Choice(*words, other=Integer(0))
        self._pair = Listing(Integer(0), length=2)

    def parse(self, value: Any) -> Any:
        """Lists become tuples; raises Bad unless it is for one to three axes."""
        if value in _CONTINUATIONS:
            raise Bad(f"says how much is added, got {show(value)}", "a number here, and what is added "
                      f"in `padding_mode: {value}` of a conv or `mode` of a `pad` before it")  # fmt: skip
        if not isinstance(value, list):
            return self._side.parse(value)
        if not 1 <= len(value) <= 3:
            raise Bad(f"takes one to three axes, got {len(value)}", code="E302")
        return tuple(
            _at(i, self._pair if isinstance(item, list) else self._side, item)
            for i, item in enumerate(value)
        )

    def schema(self) -> dict[str, Any]:
        """One side for all, or a list of sides and pairs."""
        axis = either(self._side.schema(), self._pair.schema())
        return either(self._side.schema(), a_list(axis, 1, 3))


class Text(Kind):
    """A string; numbers are taken as they were written."""

    noun = "text"

    def parse(self, value: Any) -> str:
        """Numbers become text; raises Bad for booleans, lists and mappings."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise self._wrong(value)
        return str(value)

    def schema(self) -> dict[str, Any]:
        """A string or a number."""
        return {"type": ["string", "number"]}


def a_word(words: tuple[str, ...], also: tuple[str, ...] = ()) -> dict[str, Any]:
    """The schema of a choice: `words` are suggested, `also` taken as well.

    A pattern, because an `enum` would concern values of every type.
    """
    pattern = f"^(?:{'|'.join((*words, *also))})$"
    return {"type": ["string"], "pattern": pattern, "examples": list(words)}


def a_list(each: dict[str, Any], least: int, most: int | None = None) -> dict[str, Any]:
    """The schema of a list of `least` to `most` values."""
    schema = {"type": ["array"], "items": each, "minItems": least}
    return schema if most is None else {**schema, "maxItems": most}


def either(*schemas: dict[str, Any]) -> dict[str, Any]:
    """The schema of values of several kinds, each with types and keywords of its own.

    >>> either({"type": ["integer"], "minimum": 1}, {"type": ["null"]})
    {'type': ['integer', 'null'], 'minimum': 1}
    """
    types = dict.fromkeys(kind for schema in schemas for kind in schema.get("type", ()))
    joined: dict[str, Any] = {"type": list(types)}
    for schema in schemas:
        joined |= {keyword: value for keyword, value in schema.items() if keyword != "type"}
    return joined


def _at(index: int, kind: Kind, value: Any) -> Any:
    try:
        return kind.parse(value)
    except Bad as bad:
        raise bad.inside(index) from None


ANY = Kind()


COUNT = Integer(1)


AMOUNT = Integer(0)


NUMBER = Number()


FLAG = Flag()


TEXT = Text()


PER_AXIS = Axes(COUNT)


PADDING = Padding()


BITS = {
    "fp64": 64, "fp32": 32, "tf32": 32, "fp16": 16, "bf16": 16, "fp8": 8, "int64": 64, "int32": 32,
    "int16": 16, "int8": 8, "uint8": 8, "bool": 8, "int4": 4, "int1": 1,
}  # fmt: skip
"""The bits of an element of each type; tf32 is computed with 19 bits and stored in 32."""


DTYPE = Choice(*BITS)
