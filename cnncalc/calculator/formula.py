"""The contract of a formula: what it takes, what it computes, how it is found.

A formula is one class in one file of `formulas/`, found by the file's name. Its attributes made
with `key()` are its inputs, its docstring is its manual, `work` is the computation.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.keys import REQUIRED, Bad, Keyed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.working.steps import Plain

TOPICS = (
    "convolution", "counting", "activations", "detection", "recognition and style", "architectures",
)  # fmt: skip
"""The groups in which formulas are listed, in the order of the cheat sheet."""


class Formula(Keyed):
    """A formula with its inputs: immutable; subclasses declare keys and implement `work`."""

    topic: ClassVar[str]
    """One of `TOPICS`."""
    unit: ClassVar[str] = ""
    """The unit of the value: `px`, `MACs`; empty for a plain number."""
    source: ClassVar[str] = ""
    """Where the formula comes from."""
    examples: ClassVar[Sequence[str]] = ()
    """Calls that run, quoted as for a shell, without the `cnncalc calc`: `iou --a 0,0,2,2 --b 1,1,3,3`."""
    variants: ClassVar[Sequence[str]] = ()
    """The words that may follow the name, where a formula is a family: `params conv`."""

    def __init__(self, **values: Any) -> None:
        """Every key as a keyword, in its final form: lists as tuples."""
        for name, declared in self.keys.items():
            self.__dict__[name] = values.pop(name, declared.default)

    def __setattr__(self, name: str, value: object) -> None:
        """The inputs of a formula never change."""
        raise AttributeError(f"{type(self).__name__} is immutable")

    def work(self, w: Plain) -> Any:
        """The value: a number, text, or a list or mapping of such.

        Every quantity passes `w.given` or `w.let`, so that the same code leaves a working behind
        when one is wanted. Raises `Bad` for inputs that do not go together, `at` leading to the
        key at fault, and `UsageError`.
        """
        raise NotImplementedError

    @classmethod
    def variant(cls, word: str) -> type[Formula]:
        """The formula behind one of `variants`."""
        raise NotImplementedError


@cache
def find(name: str) -> type[Formula]:
    """The formula of a name, `total-cost` or `total_cost`; `params conv` for one of a family.

    Raises UsageError for an unknown name, or if the word behind the name is missing or unknown.
    """
    first, _, word = name.strip().partition(" ")
    if not registry.exists("formulas", first.replace("-", "_")):
        fix = registry.suggestion(first, names()) or "`cnncalc calc` lists them all"
        raise UsageError(f"there is no formula `{first}`", fix)
    found = load(first)
    word = word.strip().replace("-", "_")
    if word in found.variants:
        return found.variant(word)
    if not found.variants and not word:
        return found
    known = [variant.replace("_", "-") for variant in found.variants]
    if not known:
        raise UsageError(f"`{first}` takes no word behind it, got `{word}`")
    problem = f"`{first}` knows no `{word}`" if word else f"`{first}` of what?"
    raise UsageError(
        problem, (word and registry.suggestion(word, known)) or f"one of {', '.join(known)}"
    )


def load(name: str) -> type[Formula]:
    """The class of `formulas/NAME.py`, whose name is the file's in CamelCase; raises KeyError."""
    key = name.replace("-", "_")
    found: type[Formula] = getattr(
        registry.load("formulas", key), "".join(part.capitalize() for part in key.split("_"))
    )
    return found


def names() -> list[str]:
    """The names of all formulas, as they are typed: `total-cost`."""
    return [name.replace("_", "-") for name in registry.names("formulas")]


def summary(formula: type[Formula]) -> str:
    """One line: what a formula computes."""
    return (formula.__doc__ or "").strip().split("\n")[0].rstrip(".")


def accept(formula: type[Formula], given: Mapping[str, Any]) -> Formula:
    """A formula with its inputs checked; raises UsageError for unknown, missing and wrong ones."""
    name = command_of(formula)
    values: dict[str, Any] = {}
    spellings = {word: key for key in formula.keys for word in aliases(formula, key)}
    for word, value in given.items():
        key = spellings.get(word, word)
        declared = formula.keys.get(key)
        if declared is None:
            known = ", ".join(map(flag, formula.keys))
            raise UsageError(f"{name} takes no {flag(key)}",
                             registry.suggestion(key, formula.keys) or f"it takes {known}")  # fmt: skip
        try:
            values[key] = declared.kind.parse(value)
        except Bad as bad:
            raise refuse(bad.inside(key)) from None
    missing = [key for key, declared in formula.keys.items()
               if declared.default is REQUIRED and key not in values]  # fmt: skip
    if missing:
        example = f"for example: cnncalc calc {formula.examples[0]}" if formula.examples else ""
        raise UsageError(f"{name} needs {' and '.join(map(flag, missing))}", example)
    return formula(**values)


def refuse(bad: Bad) -> UsageError:
    """The UsageError of a value that an input cannot take; `at` begins with the key."""
    # What would help in a spec, an expression, is no help here.
    fix = "" if "$(" in bad.help else bad.help
    if bad.sentence or not bad.at:
        return UsageError(bad.message, fix)
    key, *inside = bad.at
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inside)
    return UsageError(f"{flag(str(key))}{place} {bad.message}", fix)


def aliases(formula: type[Formula], key: str) -> list[str]:
    """The other words for an input: what Keras and PyTorch call it."""
    declared = formula.keys[key]
    words = f"{declared.keras},{declared.torch}".replace(" ", "").split(",")
    return [word for word in dict.fromkeys(words) if word and word not in formula.keys]


def flag(key: str) -> str:
    """The option of a key: `--database`."""
    return f"--{key.replace('_', '-')}"


def command_of(formula: type[Formula]) -> str:
    """What is typed for a formula: `total-cost`, `params conv`."""
    return formula.__dict__.get("called") or formula.__module__.rpartition(".")[2].replace("_", "-")
