"""Where text goes: which format, how wide, in colour or not. Only commands use this."""

from __future__ import annotations

import os
import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, TextIO

from cnncalc import foreign, registry
from cnncalc.errors import UsageError
from cnncalc.system.streams import pour, put

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.calculator.derivations.explain import Explanation
    from cnncalc.errors import Diagnostic
    from cnncalc.tables.table import Table


def wants_color(choice: str, stream: TextIO) -> bool:
    """Whether to use colour: `--color`, then NO_COLOR, FORCE_COLOR, then the terminal.

    Raises UsageError if `choice` is not auto, always or never.
    """
    if choice != "auto":
        if choice not in ("always", "never"):
            raise UsageError(f"--color takes auto, always or never, got {choice}")
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def renderer(name: str, ability: str) -> Any:
    """The module of a format that can do what `ability` says; raises UsageError.

    It can `render` tables, `report` findings, `explain` workings, or `typeset` manuals.
    """
    if not registry.exists("formats", name) or not _can(name, ability):
        what = {
            "render": "tables",
            "report": "findings",
            "explain": "workings",
            "typeset": "manuals",
        }[ability]
        known = able(ability)
        raise UsageError(f"there is no format `{name}` for {what}",
                         registry.suggestion(name, known) or "formats: " + ", ".join(known))  # fmt: skip
    return registry.load("formats", name)


def able(ability: str) -> list[str]:
    """The formats that can do something; to find out, all of them are loaded."""
    return [name for name in registry.names("formats") if _can(name, ability)]


def _can(name: str, ability: str) -> bool:
    return hasattr(registry.load("formats", name), ability)


_HELPS = "--width and --columns help"
"""Where there is no room for a table of a command that has both."""


def show_table(
    table: Table,
    *,
    format: str = "",
    depth: int | None = None,
    expand: bool = False,
    columns: str | None = None,
    color: str = "auto",
    width: int | None = None,
) -> None:
    """Print a table: Rich on a terminal, plain text in a pipe, or in the format asked for."""
    use_color = wants_color(color, sys.stdout)
    drawn = sys.stdout.isatty() or (use_color and color != "never") or width is not None
    module = renderer(format or ("rich" if drawn else "text"), "render")
    if module.FOLDS or expand or depth is not None:
        table = table.fold(depth, expand=expand)
    if columns is not None:
        table = table.choose([name.strip() for name in columns.split(",")])
    show(module, module.render(table, width=width, color=use_color, helps=_HELPS))


def show_explanation(
    found: Explanation, format: str = "", color: str = "auto", width: int | None = None
) -> None:
    """Print the workings of layers, as text unless another format is asked for."""
    use_color = wants_color(color, sys.stdout)
    module = renderer(format or "text", "explain")
    document = found.to_dict() if format == "json" else None
    width = width or columns()
    show(module, module.explain(found.sections, document=document, color=use_color, width=width))


def show_manual(page: str, format: str = "", color: str = "auto", width: int | None = None) -> None:
    """Print a manual, as text unless another format is asked for; in a pipe 80 cells wide."""
    use_color = wants_color(color, sys.stdout)
    module = renderer(format or "text", "typeset")
    width = width or min(columns() or 80, _MANUAL)
    show(module, module.typeset(page, color=use_color, width=width))


_MANUAL = 100
"""Longer lines are hard to read, however wide the terminal is."""


def columns() -> int | None:
    """The width of the terminal; None where nothing is as wide, in a pipe."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def show(module: Any, text: str) -> None:
    """Print what a format has made: for machines in UTF-8, for people as their console has it.

    Of a format whose texts would run together in one file (`APART`), an empty line ends each.
    """
    emit(
        f"{text}\n" if getattr(module, "APART", False) else text,
        coded=not getattr(module, "CONSOLE", False),
    )


def emit(text: str, *, coded: bool = False) -> None:
    """Print a result as it is; `coded` in UTF-8 and with plain line ends, whatever the console has."""
    if coded and hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    put(text, sys.stdout)


def emit_each(texts: Iterable[str]) -> None:
    """Print a result that comes in parts, for machines; it ends where nobody reads it any more."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    pour(texts, sys.stdout)


def complain(line: str) -> None:
    """Print a line that is not a result; it may hold what others wrote."""
    put(f"{foreign.visible(line)}\n", sys.stderr)


STANDARD = "-"
"""What names the standard output where a file is asked for, as it names the standard input for a spec."""


def destination(path: str, *, overwrite: bool) -> str:
    """The file that `--output` names; empty for the standard output.

    Raises UsageError, before any work is done, if there is one already that is not to be replaced.
    """
    from cnncalc.system.files import untaken

    if path in ("", STANDARD):
        return ""
    if not overwrite:
        untaken(path, _REPLACE)
    return path


_REPLACE = "--overwrite replaces it"


def deliver(
    made: str | bytes, path: str, *, overwrite: bool, coded: bool = True, told: bool = True
) -> None:
    """Print a result, or write it into the file of a `destination` and say so, if it is to be `told`.

    Raises UsageError if the file cannot be written.
    """
    if isinstance(made, str) and not path:
        emit(made, coded=coded)
        return
    from cnncalc.system.files import write

    write(path, made, replace=overwrite, help=_REPLACE)
    if told:
        complain(f"wrote {path}")


def save(path: str, text: str, *, append: bool = False) -> None:
    """Write a result to a file, over what is there; raises UsageError if it cannot be written."""
    from cnncalc.system.files import is_stream, write

    if not append or is_stream(path):
        write(path, text, replace=True)
        return
    try:
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def show_findings(findings: Sequence[Diagnostic], *, color: str = "auto") -> None:
    """Print findings to the error stream."""
    module = registry.load("formats", "text")
    put(module.report(findings, color=wants_color(color, sys.stderr)), sys.stderr)
