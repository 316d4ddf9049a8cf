"""A folder is a registry, a file name is a key: what there is, and how to get it by name.

Nothing is imported until it is named. Names come from users' files, so only plain identifiers
are ever turned into an import.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

ROOT = os.path.dirname(os.path.abspath(__file__))


@cache
def names(folder: str) -> tuple[str, ...]:
    """The sorted names of everything in `folder`, without importing any of it."""
    package = sys.modules.get(f"cnncalc.{folder}") or import_module(f"cnncalc.{folder}")
    return tuple(
        sorted(
            {
                entry[:-3]
                for path in package.__path__
                for entry in os.listdir(path)
                if entry.endswith(".py") and not entry.startswith("_")
            }
        )
    )


@cache
def exists(folder: str, name: str) -> bool:
    """Whether `folder` has something called `name`; any text may be asked for."""
    return name.isidentifier() and not name.startswith("_") and name in names(folder)


@cache
def load(folder: str, name: str) -> ModuleType:
    """The module `name` of `folder`.

    Raises KeyError if there is none; an import that fails inside the module is not hidden.
    """
    if not exists(folder, name):
        raise KeyError(name)
    return import_module(f"cnncalc.{folder}.{name}")


def by_name(folder: str, noun: str, name: str) -> ModuleType:
    """The module of a name as users write it, with `-` or `_`, in a folder of things called `noun`.

    Raises UsageError, with what there is, if there is none.
    """
    try:
        return load(folder, name.replace("-", "_"))
    except KeyError:
        known = [other.replace("_", "-") for other in names(folder)]
        raise UsageError(f"there is no {noun} `{name}`", suggestion(name, known)
                         or f"{noun}s: " + ", ".join(known)) from None  # fmt: skip


def check_options(owner: str, options: Iterable[str], known: list[str]) -> None:
    """Raises UsageError for the first of `options` that is not among those `known` of the owner."""
    for option in options:
        if option not in known:
            choices = "options: " + (", ".join(known) or "none")
            raise UsageError(
                f"{owner} has no option `{option}`", suggestion(option, known) or choices
            )


def alternatives(names: Iterable[str]) -> str:
    """`a, b or c`."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


_NAMES = 1000
_LETTERS = 1300


def suggestion(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` with the closest of `known`, or an empty string."""
    found = closest(word, known)
    return f"did you mean `{found}`?" if found else ""


def closest(word: str, known: Iterable[str], alike: float = 0.6) -> str:
    """The one of `known` whose letters are most like those of a word, at least this much; or "".

    Comparing costs time: of many names, those of the same beginning and length are looked at.
    """
    from difflib import get_close_matches

    word = word[:60].lower()
    lowered = {name.lower(): name for name in islice(known, _NAMES)}
    nearest = sorted(lowered, key=lambda name: (name[:1] != word[:1], abs(len(name) - len(word))))
    few = nearest[: max(8, _LETTERS // (1 + len(word) ** 2 // 10))]
    found = get_close_matches(word, few, n=1, cutoff=alike)
    return lowered[found[0]] if found else ""
