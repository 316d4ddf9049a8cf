"""Rows in a file, written as they come, and gone on with where a run was ended.

Whatever ends a run leaves whole rows and at most a part of one. What stands in the file is compared with
the rows of the sweep, computed anew, and what is missing is written. A note beside an unfinished file
says which sweep wrote it, and up to where, so that much need not be computed again.
"""

from __future__ import annotations

import os
import re
from contextlib import closing, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from cnncalc import __version__, registry
from cnncalc.errors import UsageError
from cnncalc.system.files import is_stream, untaken

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from cnncalc.sweeping.job import Row, Rows
    from cnncalc.sweeping.sweep import Sweep

_STRETCH = 1 << 16
"""So many bytes of a file are summed at a time."""

_NOTE = ".unfinished"
"""The ending of the note, behind the name of the file."""

_LINE = re.compile(rb"(\d{1,18}) (\d{1,10}) (\d{1,18})\n")


class Sink(NamedTuple):
    """A format of rows: the module of `sinks/`, and the names of what a row has."""

    module: Any
    columns: tuple[str, ...]

    def head(self) -> bytes:
        """What stands before the rows."""
        text: str = self.module.head(self.columns)
        return text.encode()

    def line(self, row: Row) -> bytes:
        """A row."""
        text: str = self.module.line(self.columns, row)
        return text.encode()


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
    goes_on = resume and _has_bytes(path)
    try:
        with open(path, "r+b" if goes_on else "wb") as file:
            noted = not is_stream(path) and not sweep.choice.is_made()
            note = _Note(path + _NOTE, _digest(sweep, sink)) if noted else None
            with closing(_Rows(path, file, note, goes_on=goes_on)) as rows:
                if not rows.size:
                    rows.add(sink.head(), 0)
                for part in sweep.choose(rows.place, told):
                    if part:
                        rows.add(b"".join(sink.line(row) for _, row in part), part[-1][0] + 1)
                rows.end()
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or path}: {error.strerror}") from None


def _has_bytes(path: str) -> bool:
    return os.path.exists(path) and not is_stream(path) and os.path.getsize(path) > 0


def _digest(sweep: Sweep, sink: Sink) -> str:
    """What distinguishes the rows of a sweep, in a format, from all others."""
    source = sweep.job.source
    asked = sweep.job._asdict()
    del asked["key"], asked["source"]
    texts = (source.text, source.beside and source.beside.text)
    about = (__version__, sink.module.__name__, texts, asked)
    found = sha256(repr(about).encode())
    for piece in sweep.space.pieces():
        found.update(piece.encode() + b"\0")
    return found.hexdigest()


class _Note:
    """Beside an unfinished file: the digest of its sweep, then lines of how much is known to be its rows.

    Each is a number of bytes, their checksum, and the place of the first setting behind them.
    """

    def __init__(self, path: str, digest: str) -> None:
        self.path = path
        self._digest = digest
        self._file: BinaryIO | None = None

    def read(self, rows: BinaryIO) -> tuple[int, int, int]:
        """The last of the lines that is true of a file; zeros if there is none."""
        known = (0, 0, 0)
        try:
            with open(self.path, "rb") as file:
                if file.readline().decode("latin-1").strip() != self._digest:
                    return known
                lines = file.readlines()
        except FileNotFoundError:
            return known
        checksum = 0
        for line in lines:
            found = _LINE.fullmatch(line)
            size, told, place = map(int, found.groups()) if found else (-1, 0, 0)
            if size < known[0]:
                break
            checksum, read = _sum(rows, size - known[0], checksum)
            if known[0] + read != size or checksum != told:
                break
            known = (size, checksum, place)
        return known

    def write(self, *known: int) -> None:
        """Another line; the first one begins the note anew."""
        if self._file is None:
            self._file = open(self.path, "wb")  # noqa: SIM115 - closed by `close`
            self._file.write(f"{self._digest}\n".encode())
        self._file.write(b"%d %d %d\n" % known)
        self._file.flush()

    def close(self) -> None:
        """No more is written."""
        if self._file is not None:
            self._file.close()

    def remove(self) -> None:
        """The file is finished."""
        self.close()
        with suppress(FileNotFoundError):
            os.remove(self.path)


class _Rows:
    """A file of rows that is filled, or compared as far as it is filled already."""

    def __init__(self, path: str, file: BinaryIO, note: _Note | None, *, goes_on: bool) -> None:
        self._path, self._file, self._note = path, file, note
        known = note.read(file) if note is not None and goes_on else (0, 0, 0)
        self.size, self._checksum, self.place = known
        self._compares = goes_on
        if goes_on:
            file.seek(self.size)

    def add(self, data: bytes, place: int) -> None:
        """The next rows; `place` is that of the first setting behind them.

        Raises UsageError if others stand there.
        """
        if self._compares:
            found = self._file.read(len(data))
            if not data.startswith(found):
                raise self._refuse()
            self._compares = len(found) == len(data)
            if not self._compares:
                self._file.seek(self.size)
        if not self._compares:
            self._file.write(data)
            self._file.flush()
        self.size += len(data)
        self._checksum = crc32(data, self._checksum)
        if self._note is not None and not self._compares:
            self._note.write(self.size, self._checksum, place)

    def end(self) -> None:
        """There are no more rows; raises UsageError if more stand there."""
        if self._compares and self._file.read(1):
            raise self._refuse()
        if self._note is not None:
            self._note.remove()

    def close(self) -> None:
        """Nothing more comes, whether all is there or not."""
        if self._note is not None:
            self._note.close()

    def _refuse(self) -> UsageError:
        return UsageError(f"{self._path} holds rows of another sweep, or of another spec",
                          "--overwrite begins anew")  # fmt: skip


def _sum(file: BinaryIO, size: int, checksum: int) -> tuple[int, int]:
    """The checksum of the next bytes of a file, behind others, and how many there are."""
    read = 0
    while part := file.read(min(_STRETCH, size - read)):
        checksum = crc32(part, checksum)
        read += len(part)
    return checksum, read
