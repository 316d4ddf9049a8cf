"""The contract of a formula: what it takes, what it computes, how it is found.

A formula is one class in one file of `formulas/`, found by the file's name. Its attributes made
with `key()` are its inputs, its docstring is its manual, `work` is the computation.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc import registry
from cnncalc.calculator.question import Question, class_in, names_in
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

TOPICS = (
    "convolution", "counting", "activations", "detection", "recognition and style", "architectures",
)  # fmt: skip
"""The groups in which formulas are listed, in the order of the cheat sheet."""


class Formula(Question):
    """A formula with its inputs: immutable; subclasses declare keys and implement `work`."""

    command = "calc"
    topic: ClassVar[str]
    """One of `TOPICS`."""
    unit: ClassVar[str] = ""
    """The unit of the value: `px`, `MACs`; empty for a plain number."""
    variants: ClassVar[Sequence[str]] = ()
    """The words that may follow the name, where a formula is a family: `params conv`."""

    def work(self, w: Plain) -> Any:
        """The value: a number, text, or a list or mapping of such.

        Every quantity passes `w.add_given` or `w.let`, so that the same code leaves a working behind
        when one is wanted. Raises `Bad` for inputs that do not go together, `at` leading to the
        key at fault, and `UsageError`.
        """
        raise NotImplementedError

    @classmethod
    def variant(cls, word: str) -> type[Formula]:
        """The formula behind one of `variants`."""
        raise NotImplementedError


@cache
def find(name: str, meant: object = None) -> type[Formula]:
    """The formula of a name, `total-cost` or `total_cost`; `params conv` for one of a family.

    Raises UsageError for an unknown name, or if the word behind the name is missing or unknown.
    `meant` is a word that was given elsewhere and may have been meant to stand there.
    """
    first, _, word = name.strip().partition(" ")
    if not registry.exists("calculator.formulas", first.replace("-", "_")):
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
    problem = f"`{first}` knows no `{word}`" if word else f"`{first}` of which kind of layer?"
    example = meant if meant in known else first_word(found)
    fix = f"the name goes on with it: `{first} {example}`; `cnncalc calc {first}` lists them all"
    raise UsageError(problem, (word and registry.suggestion(word, known)) or fix)


def first_word(family: type[Formula]) -> str:
    """The word behind the name in the first example of a family: `conv`."""
    return family.examples[0].split()[1]


def load(name: str) -> type[Formula]:
    """The class of `formulas/NAME.py`; raises KeyError."""
    found: type[Formula] = class_in("calculator.formulas", name)
    return found


def names() -> list[str]:
    """The names of all formulas, as they are typed: `total-cost`."""
    return names_in("calculator.formulas")
