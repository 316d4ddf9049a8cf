"""The command line: finds a command by its name and loads nothing else.

Exit codes: 0 clean, 1 findings, 2 wrong usage, 3 an error of cnncalc itself. A reader that has seen
enough, and a standard stream that is closed, change none.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cnncalc import registry
from cnncalc.cli.signature import Command, Group
from cnncalc.errors import SpecError, UsageError
from cnncalc.foreign import visible
from cnncalc.system.streams import abandon, flush, put, replace_closed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_COMPLETING = "_CNNCALC_COMPLETE" in os.environ
"""Whether a shell asks for suggestions."""


class Commands(Group):
    """Commands by file name: those of `commands/`, and every analyzer."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All of them, sorted."""
        found = {*registry.names("cli.commands"), *registry.names("analyzers")}
        return sorted(name.replace("_", "-") for name in found)

    def get_command(self, ctx: Any, name: str) -> Any:
        """The command, its file loaded now; None if there is none."""
        key = name.replace("-", "_")
        if registry.exists("cli.commands", key):
            module = registry.load("cli.commands", key)
            # A command with commands of its own makes them itself.
            if hasattr(module, "group"):
                return module.group(name, _prepare())
            return _make_command(name, module.run)
        if registry.exists("analyzers", key):
            from cnncalc.cli.analysis_command import command

            return _make_command(name, command(registry.load("analyzers", key)))
        return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As Typer does; raises UsageError with the closest command for a wrong one."""
        unknown = args and args[0][:1] != "-" and self.get_command(ctx, args[0]) is None
        if unknown and not ctx.resilient_parsing:
            known = self.list_commands(ctx)
            raise UsageError(f"there is no command `{args[0]}`",
                             registry.suggestion(args[0], known) or "commands: " + ", ".join(known))  # fmt: skip
        return super().resolve_command(ctx, args)


def _prepare() -> Callable[[str, Callable[..., None]], None] | None:
    """The function that answers a shell's request to complete the parameters of a command."""
    if not _COMPLETING:
        return None
    from cnncalc.cli.completion import prepare

    return prepare


def _make_command(name: str, function: Callable[..., None]) -> Any:
    prepare = _prepare()
    if prepare is not None:
        prepare(name, function)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(name, cls=Command, help=(function.__doc__ or "").strip())(function)
    return typer.main.get_command(app)


app = typer.Typer(cls=Commands, rich_markup_mode=None, pretty_exceptions_enable=False,
                  no_args_is_help=True, context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        from cnncalc import __version__

        typer.echo(f"cnncalc {__version__}")
        raise typer.Exit


@app.callback()
def cnncalc(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Sizes, parameters, MACs and receptive fields of convolutional networks, from a YAML spec."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    replace_closed()
    for stream in (sys.stdout, sys.stderr):
        # Tables contain × and ·: a stream that cannot encode them must not end the program.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if _COMPLETING:
        from cnncalc.cli.completion import join_colons

        with join_colons():
            _run(arguments)
    try:
        _run(arguments)
    finally:
        _flush()


def _flush() -> None:
    """Write what is still waiting to be; exit with 2 if that fails."""
    try:
        flush()
    except UsageError as error:
        sys.exit(_complain(str(error), 2))


def _run(arguments: Sequence[str] | None) -> None:
    output = sys.stdout
    try:
        typer.main.get_command(app)(args=arguments, prog_name="cnncalc")
    except SystemExit:
        if sys.stdout is not output:
            # So Typer does where nobody reads its help any more, and would exit with 1.
            sys.exit(0)
        raise
    except UsageError as error:
        sys.exit(_complain(str(error), 2))
    except SpecError as error:
        from cnncalc.cli.output import show_findings

        show_findings(error.diagnostics)
        sys.exit(1)
    except OSError as error:
        what = f"read {error.filename}" if error.filename else "read a file without a name"
        if error.filename is None:
            # What waits in the stream cannot be written either; that is not a second fault.
            what = "write the output"
            abandon(sys.stdout)
        sys.exit(_complain(f"cannot {what}: {error.strerror}", 2))
    except Exception:  # noqa: BLE001 - the last line of defence
        import traceback

        sys.stderr.writelines(f"{visible(line)}\n" for line in traceback.format_exc().splitlines())
        sys.exit(_complain("this is an error of cnncalc itself, not of the spec", 3))


def _complain(message: str, code: int) -> int:
    put(f"cnncalc: {visible(message)}\n", sys.stderr)
    return code
