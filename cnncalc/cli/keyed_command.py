"""Every formula and every solver is a command: its options are its keys.

The commands form groups, `cnncalc calc FORMULA` and `cnncalc solve KIND`; a file is loaded
when its command is named.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc.calculator.kinds import Several, from_text
from cnncalc.calculator.question import accept, aliases, by_position, flag, refuse
from cnncalc.cli import signature
from cnncalc.cli.options import Color, Width
from cnncalc.cli.output import emit
from cnncalc.cli.signature import Command
from cnncalc.errors import UsageError
from cnncalc.layers.base.key_types import FLAG, REQUIRED, Bad, show

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.calculator.question import Question
    from cnncalc.layers.base.keys import Key

    Prepare = Callable[[str, Callable[..., None]], None]

Values = Annotated[list[str], typer.Argument(metavar="[VALUE]…", show_default=False,
                                             help="Inputs in the order of the options.")]  # fmt: skip

_NEGATIVE = re.compile(r"-(?=\.?\d|inf|nan)")


_SAID = dict.fromkeys(("true", "yes", "on", "1"), True) | dict.fromkeys(
    ("false", "no", "off", "0"), False
)
"""What may stand behind a flag, or its `=`, to say it or its opposite."""


class Valued(Command):
    """A command whose values may begin with a minus, `calc relu -1,2`, and follow a flag, `--bias false`."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does; the minus of a number is not that of an option, and a flag may be told."""
        return super().parse_args(ctx, [_NEGATIVE.sub("−", arg, count=1) if _NEGATIVE.match(arg)
                                        else arg for arg in self._flags(args)])  # fmt: skip

    def _flags(self, args: Sequence[str]) -> Iterator[str]:
        """The arguments, those flags that are told their value replaced by themselves or their opposite."""
        opposite: dict[str, str] = {}
        for param in self.params:
            pairs = [*zip(param.opts, param.secondary_opts, strict=False)]
            opposite |= dict(pairs) | {no: yes for yes, no in pairs}
        rest = iter(args)
        for arg in rest:
            name, equals, word = arg.partition("=")
            if name not in opposite:
                yield arg
                if arg == "--":
                    yield from rest
                continue
            following = word if equals else next(rest, None)
            value = None if following is None else _SAID.get(following.lower())
            if equals and value is None:
                raise UsageError(f"{name} takes true or false, got `{word}`")
            yield opposite[name] if value is False else name
            if following is not None and value is None:
                if self._is_wrong(following):
                    raise UsageError(f"{name} takes true or false, got `{following}`")
                yield from self._flags([following, *rest])

    def _is_wrong(self, word: str) -> bool:
        """Whether a word behind a flag can only be meant for the flag: it is no value of anything."""
        words = {choice for param in self.params for choice in (param.metavar or "").split("|")}
        return word.isalpha() and word not in words and not os.path.exists(word)


class Group(signature.Group):
    """The commands behind a word: all formulas behind `calc`, all kinds behind `calc params`."""

    names: Callable[[], list[str]]
    """Their names."""
    load: Callable[[str], Any]
    """The command of a name."""
    miss: Callable[[str], Any]
    """Raises UsageError for a wrong name, with the closest one."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names."""
        return type(self).names()

    def get_command(self, ctx: Any, name: str) -> Any:
        """The command of a name, its file loaded now; None if there is none."""
        return type(self).load(name) if name in type(self).names() else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does, with the closest name for a wrong one."""
        unknown = args and args[0][:1] != "-" and args[0] not in type(self).names()
        if unknown and not ctx.resilient_parsing:
            type(self).miss(args[0])
        return super().resolve_command(ctx, args)


def group(
    name: str,
    help: str,
    *,
    names: Callable[[], list[str]],
    load: Callable[[str], Any],
    miss: Callable[[str], Any],
    listing: Callable[[], str],
) -> Any:
    """A group of commands, see `Group`; alone, its word prints the `listing`."""
    methods: dict[str, Callable[..., Any]] = {"names": names, "load": load, "miss": miss}
    kind = type("Group", (Group,), {key: staticmethod(value) for key, value in methods.items()})
    app = typer.Typer(cls=kind, name=name, add_completion=False, rich_markup_mode=None,
                      invoke_without_command=True)  # fmt: skip

    def alone(context: typer.Context) -> None:
        if context.invoked_subcommand is None:
            emit(listing())

    app.callback(help=_paragraphs(_without_title(help)))(alone)
    return typer.main.get_command(app)


def command(
    name: str,
    question: type[Question],
    answer: Callable[..., None],
    format: Any,
    prepare: Prepare | None = None,
) -> Any:
    """The command of a question: an option for each of its inputs.

    `answer(question, format=, color=, width=)` prints; `format` is the option of that name;
    `prepare` tells shells what to suggest.
    """
    parameters = [signature.parameter("values", Values, [])]
    parameters += [_option(question, key, declared) for key, declared in question.keys.items()]
    parameters += [
        signature.parameter("format", format, ""),
        signature.parameter("color", Color, "auto"),
        signature.parameter("width", Width, None),
    ]
    function = signature.command(
        _runner(question, answer), parameters, _paragraphs(question.__doc__ or "")
    )
    if prepare is not None:
        prepare(f"{question.command} {name}", function)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Valued, help=function.__doc__)(function)
    return typer.main.get_command(app)


def _option(question: type[Question], key: str, declared: Key) -> Any:
    needed = "" if declared.default is not REQUIRED else "; required"
    help = f"{declared.help}{needed}"
    flags = [flag(word) for word in (key, *aliases(question, key))]
    if declared.kind is FLAG:
        pairs = [f"{name}/--no-{name[2:]}" for name in flags]
        kind: Any = Annotated[bool | None, typer.Option(
            *pairs, help=f"{help}; or {flags[0]} true|false", show_default=False)]  # fmt: skip
    elif isinstance(declared.kind, Several):
        kind = Annotated[list[str] | None, typer.Option(
            *flags, help=f"{help}; may be repeated", metavar=declared.kind.metavar,
            show_default=False)]  # fmt: skip
    else:
        if declared.default not in (None, REQUIRED):
            help += f" [default: {show(declared.default).strip('`')}]"
        words = "|".join(declared.kind.words)
        kind = Annotated[str | None, typer.Option(*flags, help=help, metavar=words or None,
                                                  show_default=False)]  # fmt: skip
    return signature.parameter(f"key_{key}", kind, None)


def _paragraphs(text: str) -> str:
    """The help of a command: a docstring, in which Click wraps all paragraphs but lists."""
    told = text.strip().replace("\n    ", "\n").split("\n\n")
    return "\n\n".join(_list(part) if part.startswith("- ") else part for part in told)


def _without_title(text: str) -> str:
    """A docstring without the command that it is about: `` `cnncalc calc`: the formulas …``."""
    title, colon, rest = text.partition(": ")
    if not (colon and title[:1] == title[-1:] == "`"):
        return text
    return rest[:1].upper() + rest[1:]


def _list(paragraph: str) -> str:
    """A list with every item on lines of its own, which the mark in front tells Click to keep."""
    from textwrap import fill

    items = paragraph.removeprefix("- ").split("\n- ")
    lines = (fill(item, 76, initial_indent="- ", subsequent_indent="  ") for item in items)
    return "\n".join(("\b", *lines))


def _runner(question: type[Question], answer: Callable[..., None]) -> Callable[..., None]:
    def run(*, values: list[str], format: str, color: str, width: int | None, **given: Any) -> None:
        inputs = {key[4:]: value for key, value in given.items() if value not in (None, [])}
        if len(values) > len(question.keys):
            raise UsageError(f"too many values: {' '.join(values)}".replace("−", "-"),
                             "numbers of one list are separated by commas: 1,2,3")  # fmt: skip
        by_position(question, values, inputs)
        asked = accept(question, {key: _read(question, key, text) for key, text in inputs.items()})
        answer(asked, format=format, color=color, width=width)

    return run


def _read(question: type[Question], key: str, value: Any) -> Any:
    """The value of an option as plain data; raises UsageError."""
    kind = question.keys[key].kind
    if isinstance(kind, Several):
        given = [value] if isinstance(value, str) else value
        return [text.replace("−", "-") for text in given]
    if not isinstance(value, str):
        return value
    try:
        return from_text(value.replace("−", "-"), kind)
    except Bad as bad:
        raise refuse(bad.inside(key)) from None
