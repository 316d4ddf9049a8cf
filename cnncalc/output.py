"""Where text goes: which format, how wide, in colour or not. Only commands use this."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TextIO

from cnncalc import registry
from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.errors import Diagnostic
    from cnncalc.table import Table


def colored(choice: str, stream: TextIO) -> bool:
    """Whether to use colour: `--color`, then NO_COLOR, FORCE_COLOR, then the terminal."""
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
    """The module of a format that can `render` tables or `report` findings; raises UsageError."""
    able = [n for n in registry.names("formats") if not ability or _can(n, ability)] if (
        not registry.exists("formats", name) or not _can(name, ability)) else [name]  # fmt: skip
    if name not in able:
        what = {"render": "tables", "report": "findings"}[ability]
        raise UsageError(f"there is no format `{name}` for {what}",
                         registry.suggestion(name, able) or "formats: " + ", ".join(able))  # fmt: skip
    return registry.load("formats", name)


def _can(name: str, ability: str) -> bool:
    return hasattr(registry.load("formats", name), ability)


def show_table(
    table: Table,
    *,
    format: str = "",
    depth: int | None = None,
    expand: bool = False,
    columns: str = "",
    color: str = "auto",
    width: int | None = None,
) -> None:
    """Print a table: Rich on a terminal, plain text in a pipe, or in the format asked for."""
    use_color = colored(color, sys.stdout)
    drawn = sys.stdout.isatty() or (use_color and color != "never") or width is not None
    module = renderer(format or ("rich" if drawn else "text"), "render")
    if module.FOLDS or depth is not None:
        table = table.folded(depth, expand=expand)
    if columns:
        table = table.choose([name.strip() for name in columns.split(",")])
    emit(module.render(table, width=width, color=use_color))


def emit(text: str) -> None:
    """Print a result as it is."""
    sys.stdout.write(text)


def complain(line: str) -> None:
    """Print a line that is no result."""
    sys.stderr.write(f"{line}\n")


def save(path: str, text: str, *, append: bool = False) -> None:
    """Write a result to a file; raises UsageError if that cannot be."""
    try:
        if is_stream(path):
            _write_through(path, text.encode())
            return
        with open(path, "a" if append else "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def show_findings(findings: Sequence[Diagnostic], *, color: str = "auto") -> None:
    """Print findings to the error stream."""
    module = registry.load("formats", "text")
    sys.stderr.write(module.report(findings, color=colored(color, sys.stderr)))


def create(path: str, text: str | bytes, *, force: bool = False, help: str = "") -> None:
    """Write a new file, whole or not at all; with `force` in place of one that is there.

    Raises UsageError if there is one, with the `help`, or if it cannot be written.
    """
    data = text.encode() if isinstance(text, str) else text
    made = f"{path}.{os.getpid()}.new"
    try:
        if is_stream(path):
            _write_through(path, data)
            return
        with open(made, "xb") as file:
            file.write(data)
        _put(made, path, force=force)
    except BrokenPipeError:
        raise
    except FileExistsError:
        raise UsageError(f"{path} exists already", help) from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def is_stream(path: str) -> bool:
    """Whether a path is something to write to as it is: a device, a pipe, an open descriptor."""
    if not os.path.exists(path):
        return False
    return _descriptor(path) > 0 or not (os.path.isfile(path) or os.path.isdir(path))


_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}


def _descriptor(path: str) -> int:
    """The number of the open descriptor that a path names; 0 if it names none.

    To open it anew would empty the file that the shell has redirected it to.
    """
    folder, name = os.path.split(path)
    if folder in ("/dev/fd", "/proc/self/fd") and name.isdecimal():
        return int(name)
    return _STANDARD.get(path, 0)


def _write_through(path: str, data: bytes) -> None:
    number = _descriptor(path)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with open(os.dup(number) if number else os.open(path, os.O_WRONLY), "wb") as file:
        file.write(data)


def _put(made: str, path: str, *, force: bool) -> None:
    """Give a file its name; raises FileExistsError if the name is taken, unless `force`d."""
    try:
        if force:
            os.replace(made, path)
            return
        try:
            # Unlike a renaming, a link never replaces what is there.
            os.link(made, path)
        except FileExistsError:
            raise
        except OSError:
            if os.path.lexists(path):
                raise FileExistsError from None
            os.rename(made, path)
    finally:
        if os.path.lexists(made):
            os.unlink(made)
