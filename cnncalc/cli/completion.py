"""What shells suggest for arguments and options. It is loaded only when a shell asks."""

from __future__ import annotations

import inspect
import os
import re
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, get_args

from cnncalc import manual, registry
from cnncalc.calculator import formula as formulas
from cnncalc.cli.output import able, emit
from cnncalc.cli.signature import ability
from cnncalc.drawing import numbers
from cnncalc.language import zoo
from cnncalc.language.source import PREFIX
from cnncalc.metrics import totals
from cnncalc.solving import solver as solvers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Source = Callable[[str], list[str]]

VARIABLE = "_CNNCALC_COMPLETE"
"""Set by a shell that asks, to what it asks for."""


def prepare(command: str, function: Callable[..., None]) -> None:
    """Tell the parameters of a command, while Typer reads them, what may stand in their place."""
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        notes = get_args(parameter.annotation)[1:]
        source = _source(command, parameter.name, notes[-1]) if notes else None
        if source is not None:
            notes[-1].autocompletion = source


@contextmanager
def join_colons() -> Iterator[None]:
    """Bash takes a colon for the end of a word: in the question `zoo : resnet` is made one word.

    So are `calc : conv` and `solve : conv`, whose manuals `explain` prints.

    In the answer, only what is to stand behind the colon is left.
    """
    words = os.environ.get("COMP_WORDS", "")
    cut = re.search(r"(?<=\s)(zoo|calc|solve)\s:(?:\s(\S*))?$", words)
    if cut is None or os.environ[VARIABLE] != "complete_bash":
        yield
        return
    position = int(os.environ.get("COMP_CWORD", "0"))
    os.environ["COMP_WORDS"] = f"{words[: cut.start()]}{cut[1]}:{cut[2] or ''}"
    os.environ["COMP_CWORD"] = str(position - (1 if cut[2] is None else 2))
    answer = StringIO()
    try:
        with redirect_stdout(answer):
            yield
    finally:
        emit(answer.getvalue().replace(f"{cut[1]}:", ""))


def _source(command: str, parameter: str, note: Any) -> Source | None:
    """What may stand for a parameter; None leaves it to the shell, which suggests files.

    `note` is what Typer is told of it: its help says which formats it takes, and the word in place
    of a value is a choice such as `corners|centre`.
    """
    wanted = ability(getattr(note, "help", None) or "")
    if wanted is not None:
        return lambda incomplete: _matching(able(wanted), incomplete)
    name = parameter.removeprefix("key_")
    choices = (getattr(note, "metavar", None) or "").split("|")
    if parameter != name and len(choices) > 1:
        return lambda incomplete: _matching(choices, incomplete)
    return _SOURCES.get(f"{command}.{name}") or _SOURCES.get(name)


def _matching(words: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in words if word.startswith(incomplete)]


def _topics(incomplete: str) -> list[str]:
    """What has a manual: kinds of layer, codes, formulas and solvers.

    Those that are called like something else are suggested with what stands before them.
    """
    known = dict.fromkeys([*registry.names("layers"), *manual.codes(), *formulas.names()])
    known |= dict.fromkeys(name for name in solvers.names() if name not in known)
    known |= dict.fromkeys(f"calc:{name}" for name in formulas.names())
    known |= dict.fromkeys(f"solve:{name}" for name in solvers.names())
    return _matching(known, incomplete)


def _codes(incomplete: str) -> list[str]:
    """The codes that may be left out, behind those that stand before a comma."""
    before, comma, last = incomplete.rpartition(",")
    codes = [code for code in manual.codes() if code[0] in "XW"]
    return [f"{before}{comma}{code}" for code in _matching(codes, last)]


def _specs(incomplete: str) -> list[str]:
    """The specs of the zoo, once it is asked for; otherwise the shell suggests files."""
    named = incomplete.startswith(PREFIX)
    if not named and (incomplete != "zoo" or any(name.startswith("zoo") for name in os.listdir())):
        return []
    return _matching([PREFIX + name for name in zoo.names()], incomplete)


def _templates(incomplete: str) -> list[str]:
    """The templates of `init`."""
    return _matching(registry.load("cli.commands", "init").templates(), incomplete)


_SOURCES: dict[str, Source] = {
    "draw.style": lambda incomplete: _matching(registry.names("drawing.styles"), incomplete),
    "draw.format": lambda incomplete: _matching(registry.names("drawing.targets"), incomplete),
    "draw.by": lambda incomplete: _matching(numbers.names(), incomplete),
    "draw.scale": lambda incomplete: _matching(("root", "log", "linear"), incomplete),
    "explain.word": _topics,
    "init.template": _templates,
    "check.select": _codes,
    "check.ignore": _codes,
    "solve vars.maximise": lambda incomplete: _matching(totals(), incomplete),
    "zoo.action": lambda incomplete: _matching(("list", "show"), incomplete),
    "zoo.name": lambda incomplete: _matching(zoo.names(), incomplete),
    "color": lambda incomplete: _matching(("auto", "always", "never"), incomplete),
    "spec": _specs,
    "paths": _specs,
}
