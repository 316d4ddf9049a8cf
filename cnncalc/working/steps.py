"""A working: what is given, and step by step what follows from it.

The code that computes a number is handed a `Plain` when only the number is wanted; its methods do
nothing. Handed a `Working`, the same code leaves its steps behind.
"""

from __future__ import annotations

import re
from itertools import islice
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.working.expressions import Expression, symbol
from cnncalc.working.notation import LATEX, TEXT, Notation, latex_name, latex_shape
from cnncalc.working.tex import words
from cnncalc.working.traced import expression, plain_value, rename, without_memory
from cnncalc.working.values import is_number, latex_value, plain, show_value
from cnncalc.working.vectors import Vector, flat, map_arrays, plain_values, shape_of
from cnncalc.working.writing import Names, write, written_symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

ROOM = 20_000
"""So many elements of lists get a step of their own: half of them those of the first list."""


class Step:
    """One line of a working: `name` = formula = the formula with the numbers in = `value`.

    `formula` and `substituted` are text, `latex(…)` writes them for TeX. `unit` is that of the
    value ("px", "MACs"); `note` says in words what happens.
    """

    __slots__ = ("_expression", "_names", "_texts", "name", "note", "unit", "value")

    def __init__(
        self,
        name: str,
        value: Any,
        *,
        expression: Expression | None = None,
        names: Names | None = None,
        texts: tuple[str, str] = ("", ""),
        unit: str = "",
        note: str = "",
    ) -> None:
        """A step has an `expression`, or `texts`: the formula and the same with the numbers in."""
        self.name = name
        self.value = value
        self.unit = unit
        self.note = note
        self._expression = expression
        self._names = names
        self._texts = texts

    @property
    def formula(self) -> str:
        """`O = ⌊(I + 2·P − F) / S⌋ + 1`."""
        right = self._write(TEXT, values=False)
        return f"{self.name} = {right}" if self.name and right else self.name or right

    @property
    def substituted(self) -> str:
        """`⌊(224 + 2·3 − 7) / 2⌋ + 1`; empty where there is nothing to put in."""
        return self._write(TEXT, values=True)

    def symbols(self) -> set[str]:
        """The names in the formula as it is written; none for a step in words."""
        return written_symbols(self._expression, self._names) if self._expression else set()

    def words(self) -> set[str]:
        """The symbols, and the words of the note and of a step in words."""
        said = self.note if self._expression else f"{self._texts[0]} {self.note}"
        return self.symbols() | set(re.findall(r"\w+", said))

    @property
    def shown(self) -> str:
        """The value as text, with its unit."""
        return f"{show_value(self.value)} {self.unit}".rstrip()

    def line(self) -> str:
        """All of it in one line; a stage that reads like the one before is left out."""
        return " = ".join(self.stages())

    def stages(self) -> list[str]:
        """Name, formula, the formula with the numbers in, value: what stands between the `=`."""
        parts = [self.name, self._write(TEXT, values=False), self.substituted]
        return _distinct_stages(parts, show_value(self.value), self.shown)

    def latex_stages(self) -> list[str]:
        """The stages for TeX."""
        value = shown = latex_value(self.value)
        if self.unit and is_number(self.value):
            shown = rf"{value}\ {words(self.unit)}"
        if self._expression is None:
            texts = [latex_shape(text) for text in self._texts if text]
        else:
            texts = [self._write(LATEX, values=values) for values in (False, True)]
        return _distinct_stages([latex_name(self.name) if self.name else "", *texts], value, shown)

    def to_dict(self) -> dict[str, Any]:
        """The step in JSON: formula, substituted and value; name, unit and note where it has them."""
        found: dict[str, Any] = {"formula": self.formula, "substituted": self.substituted,
                                 "value": plain(self.value)}  # fmt: skip
        more = {"name": self.name, "unit": self.unit, "note": self.note}
        return found | {key: text for key, text in more.items() if text}

    def _write(self, notation: Notation, *, values: bool) -> str:
        if self._expression is None:
            return self._texts[values]
        return write(self._expression, self._names, notation=notation, values=values)

    def __repr__(self) -> str:
        """`<Step O = … = 112>`."""
        return f"<Step {self.line()}>"


def _distinct_stages(parts: Sequence[str], value: str, shown: str) -> list[str]:
    """The stages that say something: none twice, and the value with its unit only at the end."""
    found: list[str] = []
    for part in parts:
        if part and part not in found[-1:]:
            found.append(part)
    if len(found) > 1 and found[-1] == value:
        del found[-1]
    return found if shown in ("", *found[-1:]) else [*found, shown]


class Plain:
    """No working: every method gives back the number and does nothing else."""

    wanted = False
    """Whether steps are kept. Code that would build texts asks first."""

    def add_given(self, name: str, value: Any, meaning: str = "") -> Any:
        """A quantity that the computation starts from, under its symbol."""
        return value

    def part(self, name: str, value: Any) -> Any:
        """One number of a large array that is given: under its symbol, but not listed."""
        return value

    def array(self, name: str, values: Any, meaning: str = "") -> Any:
        """A number, or tuples of numbers, from which the computation starts.

        The elements of a vector have the names x_1, x_2, those of a matrix x_1_1 and so on.
        """
        return values

    def let(
        self,
        name: str,
        value: Any,
        *,
        unit: str = "",
        note: str = "",
        kept: bool = False,
        named: bool = True,
    ) -> Any:
        """A result on the way: `e = d·(k − 1) + 1`.

        What has a symbol already is not a step of its own, unless it is to be `kept`. Where the same
        is computed again, the name stands for it, unless it is not to be (`named`), and the same
        again under the same name is not a further step.
        """
        return value

    def map(self, name: str, function: Callable[..., Any], *values: Any) -> Any:
        """A result for each number of vectors or matrices: `y_i = function(x_i)`; or for one number.

        Results of the working that bind a constant to the function do it by `partial`: where no
        steps are kept any more, their memory is left behind.
        """
        return map_arrays(function, *values)

    def has_room(self, count: int) -> bool:
        """Whether `count` more elements of arrays would all get a step."""
        return True

    def flat(self, name: str, values: Any) -> Sequence[Any]:
        """All numbers of an array in one vector, with the names that they have by `array` or `map`."""
        return flat(values)

    def say(
        self,
        name: str,
        formula: str,
        substituted: str,
        value: Any,
        *,
        unit: str = "",
        note: str = "",
    ) -> None:
        """A step that is not arithmetic: `discarded`, because IoU 0.62 ≥ 0.5."""

    def tell(self, count: int, steps: Iterable[Step]) -> None:
        """Steps that are made one by one, `count` in all: only those that are kept are made."""

    def remark(self, text: str) -> None:
        """What is to be known besides: where the textbook and the frameworks part."""


class Working(Plain):
    """The steps of one computation, in order."""

    wanted = True

    def __init__(self, limit: int | None = None) -> None:
        """Nothing yet; at most `limit` steps are kept, the others are counted as `more`."""
        self.limit = limit
        self.more = 0
        self.givens: list[Step] = []
        self._given: set[tuple[str, float]] = set()
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self._names: dict[Hashable, tuple[int, Expression]] = {}
        self._room = ROOM

    def add_given(self, name: str, value: Any, meaning: str = "") -> Any:
        """The value under its symbol; what is not a number (or True, or False) stays as it is."""
        if not is_number(value):
            return value
        if (name, value) not in self._given:
            self._given.add((name, value))
            self.givens.append(Step(name, value, note=meaning))
        return rename(name, value)

    def part(self, name: str, value: Any) -> Any:
        """The number under its symbol."""
        return rename(name, value) if is_number(value) else value

    def array(self, name: str, values: Any, meaning: str = "") -> Any:
        """One given, whose elements are traced when they are used."""
        if not isinstance(values, tuple):
            return self.add_given(name, values, meaning)
        self.givens.append(Step(name, values, note=meaning))
        return Vector.from_name(name, values)

    def used_givens(self) -> list[Step]:
        """The givens on which a step depends; the others change nothing and are left out."""
        needed = set().union(*(step.words() for step in self.steps))
        return [
            step for step in self.givens if step.name in needed or isinstance(step.value, tuple)
        ]

    def let(
        self,
        name: str,
        value: Any,
        *,
        unit: str = "",
        note: str = "",
        kept: bool = False,
        named: bool = True,
    ) -> Any:
        """Keep a step; see `Plain.let`."""
        found = expression(value)
        if not is_number(value) or (found.operation == "symbol" and not kept):
            return value
        if found.key in self._names and self._names[found.key][1].name == name:
            return rename(name, value)
        before = len(self.steps)
        if self._is_full():
            # Nothing that follows is shown either: what it is made of need not be remembered.
            self.more += 1
            return plain(value)
        self.steps.append(
            Step(
                name,
                found.value,
                expression=found,
                names=Names(self._names, before),
                unit=unit,
                note=note,
            )
        )
        if named and found.operation not in ("number", "symbol"):
            self._names.setdefault(found.key, (before, symbol(name, found.value)))
        return rename(name, value)

    def map(self, name: str, function: Callable[..., Any], *values: Any) -> Any:
        """Keep a step for each number; of very many for the first ones."""
        room = self._room // 2  # what follows is to be seen as well
        found, left = self._map(room, name, function, values)
        self._room -= room - left
        count, written = prod(shape_of(values[0])), room - left
        if written < count:
            left = count - written
            rest = f"number {name} is" if left == 1 else f"numbers {name} are"
            self.remark(f"{left:,} more {rest} computed in the same way")
        return found

    def _map(
        self, room: int, name: str, function: Callable[..., Any], values: Sequence[Any]
    ) -> tuple[Any, int]:
        """The results, of which the first get steps, and for how many more there is room."""
        first = values[0]
        if not isinstance(first, tuple):
            return self.let(name, function(*values), kept=True), room - 1
        made: list[Any] = []
        while room and len(made) < len(first):
            parts = [vector[len(made)] for vector in values]
            one, room = self._map(room, f"{name}_{len(made) + 1}", function, parts)
            made.append(plain_value(one))
        if len(made) < len(first):
            rest = (tuple(plain_values(vector))[len(made) :] for vector in values)
            forgetful = without_memory(function)
            made += map_arrays(lambda *numbers: plain_value(forgetful(*numbers)), *rest)
        return Vector.from_name(name, made), room

    def has_room(self, count: int) -> bool:
        """Whether the elements fit in what is left of the room."""
        return count <= self._room // 2

    def flat(self, name: str, values: Any) -> Sequence[Any]:
        """The numbers are traced when they are used."""
        return Vector.flat(name, values)

    def say(
        self,
        name: str,
        formula: str,
        substituted: str,
        value: Any,
        *,
        unit: str = "",
        note: str = "",
    ) -> None:
        """Keep a step in words."""
        self.tell(1, [Step(name, value, texts=(formula, substituted), unit=unit, note=note)])

    def tell(self, count: int, steps: Iterable[Step]) -> None:
        """Keep steps as long as there is room for them."""
        room = count if self.limit is None else min(count, self.limit - len(self.steps))
        self.steps += islice(steps, room)
        self.more += count - room

    def remark(self, text: str) -> None:
        """Keep a remark for the end."""
        self.notes.append(text)

    def _is_full(self) -> bool:
        return self.limit is not None and len(self.steps) >= self.limit


PLAIN = Plain()


class Section(NamedTuple):
    """A working with a title: of a formula, or of one layer. `result` is the line that answers.

    `more` steps were counted and not kept.
    """

    title: str
    givens: Sequence[Step]
    steps: Sequence[Step]
    result: str = ""
    notes: Sequence[str] = ()
    more: int = 0

    def beyond(self, shown: int) -> int:
        """How many steps there are besides the first that are `shown`."""
        return max(0, len(self.steps) - shown) + self.more

    def to_dict(self) -> dict[str, Any]:
        """The section in JSON."""
        return {
            "title": self.title,
            "given": {step.name: plain(step.value) for step in self.givens},
            "working": [step.to_dict() for step in self.steps],
            "notes": list(self.notes),
        }
