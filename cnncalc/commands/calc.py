"""`cnncalc calc`: the formulas of the field, with their working."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from cnncalc import signature
from cnncalc.calculator.calculate import Result
from cnncalc.calculator.formula import (
    TOPICS,
    accept,
    aliases,
    find,
    flag,
    load,
    names,
    refuse,
    summary,
)
from cnncalc.calculator.kinds import from_text
from cnncalc.errors import UsageError
from cnncalc.keys import FLAG, REQUIRED, Bad, show
from cnncalc.options import Color, Width
from cnncalc.output import colored, emit, renderer
from cnncalc.working.steps import Working

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.calculator.formula import Formula

Format = Annotated[str, typer.Option("--format", "-f", show_default=False,
                                     help="text, json, csv, markdown, latex or html.")]  # fmt: skip
Values = Annotated[list[str], typer.Argument(metavar="[VALUE]…", show_default=False,
                                             help="Inputs in the order of the options.")]  # fmt: skip

_NEGATIVE = re.compile(r"-(?=\.?\d|inf|nan)")


class Numeric(TyperCommand):
    """A command whose values may begin with a minus: `calc relu -1,2`."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does; the minus of a number is not that of an option."""
        return super().parse_args(ctx, [_NEGATIVE.sub("−", arg, count=1) if _NEGATIVE.match(arg)
                                        else arg for arg in args])  # fmt: skip


class Family(TyperGroup):
    """The commands behind a word: all formulas behind `calc`, all kinds behind `calc params`."""

    family: type[Formula] | None = None
    """The formula that is a family; None for `calc` itself."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return names() if self.family is None else _words(self.family)

    def get_command(self, ctx: Any, name: str) -> Any:
        """The command of a formula, its file loaded now; None if there is none."""
        if name not in self.list_commands(ctx):
            return None
        if self.family is not None:
            return _command(name, self.family.variant(name.replace("-", "_")))
        found = load(name)
        return _group(name, found) if found.variants else _command(name, found)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does, with the closest formula for a wrong one."""
        unknown = args and args[0][:1] != "-" and args[0] not in self.list_commands(ctx)
        if unknown and not ctx.resilient_parsing:
            find(args[0] if self.family is None else f"{self.name} {args[0]}")
        return super().resolve_command(ctx, args)


def group(name: str) -> Any:
    """`calc` with a command for every formula."""
    return _group(name, None)


def _group(name: str, family: type[Formula] | None) -> Any:
    kind = type("Family", (Family,), {"family": family})
    app = typer.Typer(cls=kind, name=name, add_completion=False, rich_markup_mode=None,
                      invoke_without_command=True)  # fmt: skip

    def listing(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            emit(_all() if family is None else _variants(name, family))

    app.callback(help=_paragraphs((family.__doc__ if family else __doc__) or ""))(listing)
    return typer.main.get_command(app)


def _all() -> str:
    """Every formula under its topic, with a line of what it is."""
    found = {name: load(name) for name in names()}
    width = max(map(len, found))
    text = ""
    for topic in TOPICS:
        lines = [f"  {name.ljust(width)}  {summary(formula)}\n" for name, formula in found.items()
                 if formula.topic == topic]  # fmt: skip
        text += f"{topic}\n{''.join(lines)}" if lines else ""
    return f"{text}\n`cnncalc calc FORMULA --help` lists its inputs, `cnncalc explain FORMULA` is its manual\n"


def _variants(name: str, family: type[Formula]) -> str:
    return "".join(f"{name} {word}\n" for word in _words(family))


def _words(family: type[Formula]) -> list[str]:
    return [word.replace("_", "-") for word in family.variants]


def _command(name: str, formula: type[Formula]) -> Any:
    """The command of one formula: an option for each of its inputs."""
    parameters = [signature.parameter("values", Values, [])]
    for key, declared in formula.keys.items():
        needed = "" if declared.default is not REQUIRED else "; required"
        help = f"{declared.help}{needed}"
        flags = [flag(word) for word in (key, *aliases(formula, key))]
        if declared.kind is FLAG:
            pairs = [f"{name}/--no-{name[2:]}" for name in flags]
            kind: Any = Annotated[bool | None, typer.Option(*pairs, help=help, show_default=False)]
        else:
            shown = declared.default not in (None, REQUIRED)
            help += f" [default: {show(declared.default).strip('`')}]" if shown else ""
            words = "|".join(declared.kind.words)
            kind = Annotated[str | None, typer.Option(*flags, help=help, metavar=words or None,
                                                      show_default=False)]  # fmt: skip
        parameters.append(signature.parameter(f"key_{key}", kind, None))
    parameters += [
        signature.parameter("format", Format, ""),
        signature.parameter("color", Color, "auto"),
        signature.parameter("width", Width, None),
    ]
    function = signature.command(_runner(formula), parameters, _paragraphs(formula.__doc__ or ""))
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Numeric, help=function.__doc__)(function)
    return typer.main.get_command(app)


def _paragraphs(text: str) -> str:
    return text.strip().replace("\n    ", "\n")


def _runner(formula: type[Formula]) -> Callable[..., None]:
    def run(*, values: list[str], format: str, color: str, width: int | None, **given: Any) -> None:
        inputs = {key[4:]: value for key, value in given.items() if value is not None}
        if len(values) > len(formula.keys):
            raise UsageError(f"too many values: {' '.join(values)}".replace("−", "-"),
                             "numbers of one list are separated by commas: 1,2,3")  # fmt: skip
        for key, value in zip(formula.keys, values, strict=False):
            if key in inputs:
                raise UsageError(f"{flag(key)} is given twice: {inputs[key]} and {value}")
            inputs[key] = value
        use_color = colored(color, sys.stdout)
        module = renderer(format or "text", "explain")
        accepted = accept(formula, {key: _read(formula, key, text) for key, text in inputs.items()})
        # A format that shows only so many steps has no use for the others.
        result = Result(accepted, Working(getattr(module, "STEPS", None)))
        document = result.to_dict() if format == "json" else None
        emit(module.explain([result.section()], document=document, color=use_color, width=width))

    return run


def _read(formula: type[Formula], key: str, value: Any) -> Any:
    """The value of an option as plain data; raises UsageError."""
    if not isinstance(value, str):
        return value
    try:
        return from_text(value.replace("−", "-"), formula.keys[key].kind)
    except Bad as bad:
        raise refuse(bad.inside(key)) from None
