"""Rows in a file, written as they come, and gone on with where a run was ended.

Whatever ends a run leaves whole rows and at most a part of one. What stands in the file is compared with
the rows of the sweep, computed anew, and what is missing is written. A note beside the file says which
sweep wrote it, and up to where, so that much need not be computed again. A file that can be made only
when all rows are known (`WAITS_AS` of its format) is made of one that is written in this way.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from cnncalc import __version__, registry
from cnncalc.errors import UsageError
from cnncalc.system.files import is_stream, name_beside, untaken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from cnncalc.sweeping.job import Row, Rows
    from cnncalc.sweeping.sweep import Sweep

_STRETCH = 1 << 16
"""So many bytes of a file are summed at a time."""

_NOTE = ".unfinished"
"""The ending of the note, behind the name of the file."""

_LAST_NOTE = ".finished"
"""The ending of the note of a file that is finished and may be gone on with again."""

_WAITING = ".rows"
"""The ending of what waits to become a file, before that of its format."""

_LINE = re.compile(rb"(\d{1,18}) (\d{1,10}) (\d{1,18})\n")


class Sink(NamedTuple):
    """A format of rows: the module of `sinks/`, and the names of what a row has."""

    module: Any
    columns: tuple[str, ...]

    @property
    def waits_as(self) -> str:
        """The format of lines in which rows wait to become a file of this one; empty if they need not."""
        return getattr(self.module, "WAITS_AS", "")

    def head(self) -> bytes:
        """What stands before the rows."""
        text: str = self.module.head(self.columns)
        return text.encode()

    def line(self, row: Row) -> bytes:
        """A row."""
        text: str = self.module.line(self.columns, row)
        return text.encode()


def sink_of(name: str, sweep: Sweep) -> Sink:
    """The format of a name; raises UsageError if there is none."""
    return Sink(registry.by_name("sweeping.sinks", "row format", name), sweep.columns)


def formats() -> list[str]:
    """The formats of files of rows."""
    return list(registry.names("sweeping.sinks"))


def format_of(path: str) -> str:
    """The format of rows that the ending of a file says; raises UsageError if it says none."""
    ending = os.path.splitext(path)[1].lower()
    if is_stream(path):
        return "csv"
    if ending[1:] not in formats():
        endings = ", ".join(f".{name}" for name in formats())
        raise UsageError(f"cannot tell from `{path}` how rows are to be written",
                         f"the ending is one of {endings}; or say --format")  # fmt: skip
    return ending[1:]


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
        untaken(path, _TAKEN)
    if not sink.waits_as:
        _fill(sweep, path, sink, resume=resume, keeps_note=resume, told=told)
        return
    sink.module.check()
    digest = _digest(sweep, sink)
    if resume and _has_bytes(path):
        if sink.module.read_digest(path) != digest:
            raise _refuse(path)
        return
    lines = sink_of(sink.waits_as, sweep)
    with _waiting(sweep, path, sink.waits_as) as waiting:
        if not overwrite and not resume:
            untaken(waiting, _TAKEN)
        _fill(sweep, waiting, lines, resume=resume, told=told)
        target = os.path.join(os.path.dirname(waiting), "file") if is_stream(path) else path
        with name_beside(target, replace=overwrite or resume, help=_TAKEN) as made:
            sink.module.write(waiting, made, sweep.columns, sweep.job.shown, digest)
        if target != path:
            _pour(target, path)


_TAKEN = "--resume goes on with it, --overwrite begins anew"


@contextmanager
def _waiting(sweep: Sweep, path: str, ending: str) -> Iterator[str]:
    """The name of the file in which rows wait: beside the other if they can be gone on with."""
    if is_stream(path) or sweep.choice.is_made():
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            yield os.path.join(folder, f"rows.{ending}")
        return
    waiting = f"{path}{_WAITING}.{ending}"
    yield waiting
    os.remove(waiting)


def _pour(file: str, path: str) -> None:
    """Write a file to a device, a pipe or an open descriptor."""
    try:
        with open(file, "rb") as whole, open(path, "wb") as out:
            shutil.copyfileobj(whole, out)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def _fill(
    sweep: Sweep,
    path: str,
    sink: Sink,
    *,
    resume: bool,
    told: Callable[[Rows], None],
    keeps_note: bool = False,
) -> None:
    """Write rows line by line; see `save`. Who may go on with the file again keeps its note."""
    goes_on = resume and _has_bytes(path)
    try:
        with open(path, "r+b" if goes_on else "wb") as file:
            noted = not is_stream(path) and not sweep.choice.is_made()
            note = _Note(path, _digest(sweep, sink), keeps=keeps_note) if noted else None
            with closing(_Rows(path, file, note, goes_on=goes_on)) as rows:
                if not rows.size:
                    rows.add(sink.head(), 0)
                for part in sweep.choose(rows.place, told):
                    if part:
                        rows.add(b"".join(sink.line(row) for _, row in part), part[-1][0] + 1)
                rows.end(sweep.count)
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
    """Beside a file: the digest of its sweep, then lines of how much is known to be its rows.

    Each is a number of bytes, their checksum, and the place of the first setting behind them.
    """

    def __init__(self, path: str, digest: str, *, keeps: bool = False) -> None:
        """`path` is that of the file. Who `keeps` it has it there when the file is finished as well."""
        self.path = path + _NOTE
        self._last = path + _LAST_NOTE
        self._digest = digest
        self._keeps = keeps
        self._file: BinaryIO | None = None

    def read(self, rows: BinaryIO) -> tuple[int, int, int]:
        """The last of the lines that is true of a file; zeros if there is none."""
        known = (0, 0, 0)
        checksum = 0
        for line in self._lines():
            found = _LINE.fullmatch(line)
            size, told, place = map(int, found.groups()) if found else (-1, 0, 0)
            if size < known[0]:
                break
            checksum, read = _sum(rows, size - known[0], checksum)
            if known[0] + read != size or checksum != told:
                break
            known = (size, checksum, place)
        return known

    def _lines(self) -> list[bytes]:
        """The lines of the note if it is about this sweep."""
        for path in (self.path, self._last):
            with suppress(FileNotFoundError), open(path, "rb") as file:
                if file.readline().decode("latin-1").strip() == self._digest:
                    return file.readlines()
        return []

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

    def end(self, *known: int) -> None:
        """The file is finished, and all of it known."""
        self.close()
        if self._keeps:
            self._file = None
            self.write(*known)
            self.close()
            os.replace(self.path, self._last)
            return
        for path in (self.path, self._last):
            with suppress(FileNotFoundError):
                os.remove(path)


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
                raise _refuse(self._path)
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

    def end(self, count: int) -> None:
        """There are no more rows of so many settings; raises UsageError if more stand there."""
        if self._compares and self._file.read(1):
            raise _refuse(self._path)
        if self._note is not None:
            self._note.end(self.size, self._checksum, count)

    def close(self) -> None:
        """Nothing more comes, whether all is there or not."""
        if self._note is not None:
            self._note.close()


def _refuse(path: str) -> UsageError:
    return UsageError(f"{path} holds rows of another sweep, or of another spec",
                      "--overwrite begins anew")  # fmt: skip


def _sum(file: BinaryIO, size: int, checksum: int) -> tuple[int, int]:
    """The checksum of the next bytes of a file, behind others, and how many there are."""
    read = 0
    while part := file.read(min(_STRETCH, size - read)):
        checksum = crc32(part, checksum)
        read += len(part)
    return checksum, read
