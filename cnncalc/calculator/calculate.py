"""A formula by its name: the value, and on demand the working."""

from __future__ import annotations

import re
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc import registry
from cnncalc.calculator.called import ask, name_as_python
from cnncalc.calculator.formula import find
from cnncalc.calculator.question import command_of, refuse
from cnncalc.errors import Refusal, UsageError
from cnncalc.layers.base.key_types import Bad
from cnncalc.system.gc_pause import pause
from cnncalc.working.steps import PLAIN, Section, Working
from cnncalc.working.values import plain, show_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.calculator.formula import Formula
    from cnncalc.working.steps import Plain, Step


def calculate(name: str, /, *values: Any, **inputs: Any) -> Result:
    """What the formula `name` gives for these inputs.

    >>> calculate("iou", a=[0, 0, 2, 2], b=[1, 1, 3, 3]).value == 1 / 7
    True
    >>> calculate("softmax", (0, 0)).value
    [0.5, 0.5]

    Inputs are given by name, or in the order of the manual. Lists may be tuples, ranges or arrays
    of numpy or a framework, numbers those of numpy. Names are those of `cnncalc calc`; a family
    takes a second word: `calculate("params conv", …)`. Raises UsageError for an unknown formula,
    for unknown, missing and wrong inputs, and for what is wrong in a file.
    """
    formula = find(name, meant=inputs.get("kind"))
    with name_as_python(formula):
        return Result(ask(formula, values, inputs))


MOST = 1000
"""A result of so many numbers is shown in full; JSON has all of any."""


def _count(value: Any) -> int:
    """The numbers in a value."""
    if isinstance(value, dict):
        value = list(value.values())
    return sum(map(_count, value)) if isinstance(value, list) else 1


def _is_finite(value: Any) -> bool:
    """Whether no number in a value is infinite or NaN."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or isfinite(value)


def _show_value(value: Any) -> str:
    """The result in a line, shortened if it has very many numbers."""
    count = _count(value)
    if count <= MOST:
        return show_value(value, most=None)
    return f"{show_value(value)} ({count:,} numbers: --format json has all)"


class Result:
    """The answer of a formula: `value` in `unit`, and the `working` that leads to it.

    In a notebook it shows itself as HTML.
    """

    def __init__(self, formula: Formula, working: Working | None = None) -> None:
        """Computes the value; raises UsageError if the inputs do not go together.

        A `working` is filled by the same run: it is given where the steps are wanted in any case.
        """
        self._formula = formula
        self.formula = command_of(type(formula))
        self.unit = type(formula).unit
        try:
            self.value = _run(formula, working or PLAIN)
        except Bad as bad:
            raise refuse(bad) from None
        except Refusal as refusal:
            raise _alone(refusal) from None
        if not _is_finite(self.value):
            raise UsageError(
                f"the {self.formula} of these numbers is no number that a 64-bit float holds",
                "its largest is 1.8e308: scale the inputs down",
            )
        if working is not None:
            self._replay = working

    @cached_property
    def inputs(self) -> dict[str, Any]:
        """What was given and is no default, as plain data."""
        return {name: plain(value) for name, value in self._formula.chosen_inputs.items()}

    @cached_property
    def _replay(self) -> Working:
        """The same computation once more, with its steps kept."""
        working = Working()
        _run(self._formula, working)
        return working

    @property
    def working(self) -> Sequence[Step]:
        """The steps: each has `formula`, `substituted` and `value`."""
        return self._replay.steps

    def section(self) -> Section:
        """The working with its title, for formats."""
        shown = f"{_show_value(self.value)} {self.unit}".rstrip()
        worked = self._replay
        return Section(
            self.formula, worked.used_givens(), worked.steps, shown, worked.notes, worked.more
        )

    def to_dict(self) -> dict[str, Any]:
        """The document of `--format json`."""
        return {
            "schema": 1,
            "formula": self.formula,
            "inputs": self.inputs,
            "value": self.value,
            "unit": self.unit,
            "working": [step.to_dict() for step in self.working],
            "notes": list(self._replay.notes),
        }

    def __repr__(self) -> str:
        """`<Result iou = 0.1428571429>`."""
        return f"<Result {self.formula} = {show_value(self.value)} {self.unit}".rstrip() + ">"

    def _repr_html_(self) -> str:
        """The working as HTML, for notebooks."""
        return str(registry.load("formats", "html").explain([self.section()]))


def _alone(refusal: Refusal) -> UsageError:
    """What refuses a layer, without the words that only mean something in a network."""
    if refusal.code == "E307":
        choices = (f"--dialect {name}" for name in re.findall(r"`dialect: (\w+)`", refusal.help))
        return UsageError(refusal.message, f"say {' or '.join(choices)}")
    message = refusal.message.removesuffix(" along axis L")
    return UsageError(message, refusal.help.replace("less pooling before it, ", ""))


@pause
def _run(formula: Formula, working: Plain) -> Any:
    """The value as plain data."""
    return plain(formula.work(working))
