"""What formulas and solvers have in common: a class in a file, with keys for what it takes.

The file's name is the name of the question, its attributes made with `key()` are what it takes,
its docstring is its manual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.layers.base.key_types import REQUIRED, Bad, show
from cnncalc.layers.base.keys import Keyed
from cnncalc.system.gc_pause import pause

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Q = TypeVar("Q", bound="Question")


class Question(Keyed):
    """What is asked, with its inputs: immutable; subclasses declare keys."""

    command: ClassVar[str]
    """The command behind which its name is typed: `calc`."""
    source: ClassVar[str] = ""
    """Where its method comes from."""
    examples: ClassVar[Sequence[str]] = ()
    """Calls that run, quoted as for a shell, without the `cnncalc` and the command: `iou 0,0,2,2 1,1,3,3`."""

    def __init__(self, **values: Any) -> None:
        """Every key as a keyword, in its final form: lists as tuples."""
        for name, declared in self.keys.items():
            self.__dict__[name] = values.pop(name, declared.default)

    def __setattr__(self, name: str, value: object) -> None:
        """The inputs never change."""
        raise AttributeError(f"{type(self).__name__} is immutable")

    @classmethod
    def spellings(cls, key: str) -> Sequence[str]:
        """What else an input is called."""
        return cls.keys[key].also.split(", ")

    @property
    def chosen_inputs(self) -> dict[str, Any]:
        """The inputs that are not at their defaults."""
        return {
            name: self.__dict__[name]
            for name, declared in self.keys.items()
            if self.__dict__[name] is not None and self.__dict__[name] != declared.default
        }


def names_in(folder: str) -> list[str]:
    """The names of everything in a folder as they are typed: `total-cost`."""
    return [name.replace("_", "-") for name in registry.names(folder)]


def class_in(folder: str, name: str) -> Any:
    """The class of `FOLDER/NAME.py`, whose name is the file's in CamelCase; raises KeyError."""
    key = name.replace("-", "_")
    module = registry.load(folder, key)
    return getattr(module, "".join(part.capitalize() for part in key.split("_")))


def summary(question: type[Question]) -> str:
    """One line: what it is about."""
    return (question.__doc__ or "").strip().split("\n")[0].rstrip(".")


@pause
def accept(question: type[Q], given: Mapping[str, Any]) -> Q:
    """A question with its inputs checked; raises UsageError for unknown, missing and wrong ones."""
    name = command_of(question)
    values: dict[str, Any] = {}
    meant: dict[str, str] = {}
    if not question.keys.keys() >= given.keys():
        meant = {word: key for key in question.keys for word in aliases(question, key)}
    for word, value in given.items():
        key = meant.get(word, word)
        declared = question.keys.get(key)
        if declared is None:
            known = [*map(flag, question.keys)]
            near = registry.suggestion(flag(key), known).replace("`", "")
            raise UsageError(f"{name} takes no {flag(key)}", near or f"it takes {', '.join(known)}")
        if key in values:
            raise _twice(key, values[key], value)
        try:
            values[key] = declared.kind.parse(value)
        except Bad as bad:
            raise refuse(bad.inside(key)) from None
    missing = [key for key, declared in question.keys.items()
               if declared.default is REQUIRED and key not in values]  # fmt: skip
    if missing:
        calls = [f"for example: cnncalc {question.command} {call}" for call in question.examples]
        raise UsageError(f"{name} needs {' and '.join(map(flag, missing))}", (*calls, "")[0])
    return question(**values)


def by_position(question: type[Question], values: Sequence[Any], inputs: dict[str, Any]) -> None:
    """Add values to the inputs that come first in the manual; raises UsageError for one too many."""
    name = command_of(question)
    if len(values) > len(question.keys):
        known = ", ".join(map(flag, question.keys))
        raise UsageError(f"{name} takes at most {len(question.keys)} values, got {len(values)}",
                         f"in this order: {known}")  # fmt: skip
    for key, value in zip(question.keys, values, strict=False):
        for word in (key, *aliases(question, key)):
            if word in inputs:
                raise _twice(word, inputs[word], value)
        inputs[key] = value


def _twice(key: str, *given: Any) -> UsageError:
    both = " and ".join(show(value).strip("`") for value in given)
    return UsageError(f"{flag(key)} is given twice: {both}")


def refuse(bad: Bad) -> UsageError:
    """The UsageError of a value that an input cannot take; `at` begins with the key."""
    # What would help in a spec, an expression, is no help here.
    fix = "" if "$(" in bad.help else bad.help
    if bad.sentence or not bad.at:
        return UsageError(bad.message, fix)
    key, *inside = bad.at
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in inside)
    return UsageError(f"{flag(str(key))}{place} {bad.message}", fix)


def aliases(question: type[Question], key: str) -> list[str]:
    """The other words for an input, those aside that belong to another one."""
    others = [declared.also for name, declared in question.keys.items() if name != key]
    taken = {*question.keys, *", ".join(others).split(", ")}
    return [word for word in dict.fromkeys(question.spellings(key)) if word and word not in taken]


def flag(key: str) -> str:
    """The option of a key: `--database`."""
    return f"--{key.replace('_', '-')}"


def command_of(question: type[Question]) -> str:
    """What is typed for it: `total-cost`, `params conv`."""
    return question.__dict__.get("called") or question.__module__.rpartition(".")[2].replace(
        "_", "-"
    )
