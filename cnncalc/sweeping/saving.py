"""Rows in a file, written as they come, and gone on with where a run was ended.

Whatever ends a run leaves whole rows and at most a part of one, which is cut off. Which row is the last
one is seen by its settings; it and the first one are computed anew, and must be what stands there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import registry
from cnncalc.errors import UsageError
from cnncalc.system.files import is_stream, untaken

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from cnncalc.sweeping.job import Row, Rows
    from cnncalc.sweeping.sweep import Sweep

_STRETCH = 1 << 16
"""So many bytes of the end of a file are read at a time, to find its last row."""

_ANEW = "--overwrite begins anew"


class Sink(NamedTuple):
    """A format of rows: the module of `sinks/`, and the names of what a row has."""

    module: Any
    columns: tuple[str, ...]

    def head(self) -> bytes:
        """What stands before the rows."""
        text: str = self.module.head(self.columns)
        return text.encode()

    def begin(self) -> bytes:
        """What every file of such rows begins with."""
        text: str = self.module.begin(self.columns)
        return text.encode()

    def line(self, row: Row) -> bytes:
        """A row."""
        text: str = self.module.line(self.columns, row)
        return text.encode()

    def read(self, line: bytes) -> dict[str, str] | None:
        """The cells of a row; None if it is none."""
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return None
        found: dict[str, str] | None = self.module.read(self.columns, text.rstrip("\n"))
        return found


def sink_of(name: str, sweep: Sweep) -> Sink:
    """The format of a name; raises UsageError if rows cannot be written in it one by one."""
    return Sink(registry.by_name("sweeping.sinks", "row format", name), sweep.columns)


def formats() -> list[str]:
    """The formats in which rows can be written one by one."""
    return list(registry.names("sweeping.sinks"))


def save(
    sweep: Sweep,
    path: str,
    sink: Sink,
    *,
    resume: bool = False,
    overwrite: bool = False,
    told: Callable[[Rows], None] = lambda _: None,
) -> None:
    """Write all rows to a file; with `resume` those that it does not have yet.

    `told` is called with the rows that are computed. Raises UsageError if the file is there
    already, holds rows of another sweep, or cannot be written.
    """
    if resume and sweep.choice.is_made():
        raise UsageError("--resume goes on with rows written one by one, and --top and --pareto "
                         "write theirs at the end")  # fmt: skip
    if not overwrite and not resume:
        untaken(path, "--resume goes on with it, --overwrite begins anew")
    try:
        start = _goes_on(path, sweep, sink) if resume and _has_bytes(path) else 0
        with open(path, "ab" if start else "wb") as file:
            if not start:
                file.write(sink.head())
            for part in sweep.choose(start, told):
                file.write(b"".join(sink.line(row) for _, row in part))
                file.flush()
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def _has_bytes(path: str) -> bool:
    return os.path.exists(path) and not is_stream(path) and os.path.getsize(path) > 0


def _goes_on(path: str, sweep: Sweep, sink: Sink) -> int:
    """The place of the first row that is missing; what stands behind the last whole row is cut off."""
    head, begin = sink.head(), sink.begin()
    with open(path, "r+b") as file:
        found = file.read(len(begin))
        if not begin.startswith(found):
            raise UsageError(f"{path} does not hold rows of this sweep", _ANEW)
        whole = _end_of_lines(file)
        if whole <= len(head):
            file.truncate(0)
            return 0
        file.seek(len(head))
        first = file.readline()
        last = _last_line(file, whole)
        _same(path, sweep, sink, first)
        start = _same(path, sweep, sink, last) + 1
        file.truncate(whole)
    return start


def _same(path: str, sweep: Sweep, sink: Sink, line: bytes) -> int:
    """The place of a row that stands in a file; raises UsageError if this sweep has another one there."""
    cells = sink.read(line)
    place = None if cells is None else sweep.space.place(cells)
    row = None if place is None else sweep.row(place)
    if place is None or row is None or sink.line(row) != line:
        raise UsageError(f"{path} holds rows of another sweep, or of another spec", _ANEW)
    return place


def _end_of_lines(file: BinaryIO) -> int:
    """How many bytes whole lines take."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - _STRETCH)
        file.seek(start)
        at = file.read(end - start).rfind(b"\n")
        if at >= 0:
            return start + at + 1
        end = start
    return 0


def _last_line(file: BinaryIO, whole: int) -> bytes:
    """The last of the lines, which end after so many bytes."""
    start, found = whole, b""
    while start:
        before = max(0, start - _STRETCH)
        file.seek(before)
        found = file.read(start - before) + found
        start = before
        at = found.rfind(b"\n", 0, len(found) - 1)
        if at >= 0:
            return found[at + 1 :]
    return found
