"""Signatures that Typer can read, made of what a command finds out when it is asked for."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from cnncalc.registry import alternatives, names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def parameter(name: str, kind: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    """An argument or option of a command."""
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


def option(name: str, hint: Any) -> Any:
    """A keyword's `Annotated[int, "what it means"]` as an option of the command.

    A second note is the placeholder of the value in the help: `FILE`.
    """
    if get_origin(hint) is not Annotated:
        return hint
    kind, help, *metavar = get_args(hint)
    return Annotated[
        kind, typer.Option(flag(name), help=help, metavar=(*metavar, None)[0], show_default=False)
    ]


def flag(name: str) -> str:
    """A name that Python keeps for itself has an underscore behind it: `from_` is `--from`."""
    return "--" + name.rstrip("_").replace("_", "-")


def command(
    run: Callable[..., None], parameters: Sequence[inspect.Parameter], help: str
) -> Callable[..., None]:
    """`run` with a signature of these parameters and a help text."""

    def function(**given: Any) -> None:
        run(**given)

    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {p.name: p.annotation for p in parameters}
    function.__doc__ = help
    return function


class Command(TyperCommand):
    """A command that finds out which formats there are when it is asked for help, and no earlier."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """As Typer does, the help of every option in full."""
        for known in self.params:
            if isinstance(getattr(known, "help", None), str):
                known.help = describe_help(known.help)  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """Commands, each of which the help tells in a whole sentence."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """As Typer does, but that a sentence that is longer than the line goes on in the next one."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(_SENTENCE)) for name, command in found if command]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


_SENTENCE = 1000
"""No sentence has so many letters."""

_FORMATS = "formats: "


def formats(ability: str) -> str:
    """The help of an option that takes a format with an `ability`, not yet in words."""
    return _FORMATS + ability


_REGISTRY = "one of: "


def one_of(folder: str) -> str:
    """The help of an option that takes a name of a registry, not yet in words."""
    return _REGISTRY + folder


def ability(help: str) -> str | None:
    """What formats must be able to do, by the help of an option; None if it takes no format."""
    return help[len(_FORMATS) :] if help.startswith(_FORMATS) else None


def describe_help(help: str) -> str:
    """The help of an option in words: `csv, json or text`."""
    from cnncalc.cli.output import able

    if help.startswith(_REGISTRY):
        return f"{alternatives(names(help[len(_REGISTRY) :]))}."
    wanted = ability(help)
    return help if wanted is None else f"{alternatives(able(wanted))}."
