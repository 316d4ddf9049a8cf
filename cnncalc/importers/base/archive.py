"""Files out of a zip archive, read under limits."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zipfile import ZipFile

    from cnncalc.importers.base.model_file import ModelFile

_AT_ONCE = 2_000_000
"""No more bytes are read at once: a directory of that length lists ten thousands of files."""
_PACKED = (0, 8)
"""Stored, and deflated; what unpacks the others may take any amount of memory."""
_FILES = 100_000
"""No archive of a model holds more files."""


def member_names(file: ModelFile) -> list[str]:
    """The names of the files in an archive; raises Unreadable."""
    with _open_archive(file) as archive:
        return archive.namelist()[:_FILES]


def read_member(file: ModelFile, name: str, most: int) -> bytes:
    """The bytes of a file in an archive; raises Unreadable, also if they are more than `most`."""
    return read_members(file, [name], most)[name]


def read_members(file: ModelFile, names: Iterable[str], most: int) -> dict[str, bytes]:
    """The bytes of files in an archive by their names; raises Unreadable, also if all are more than `most`."""
    found: dict[str, bytes] = {}
    left = most
    with _open_archive(file) as archive:
        for name in names:
            found[name] = _read(archive, name, left)
            left -= len(found[name])
            if left < 0:
                more = " with what is read beside it" if len(found) > 1 else ""
                raise Unreadable(f"`{name}` in the archive{more} has more than {most:,} bytes")
    return found


def _read(archive: ZipFile, name: str, most: int) -> bytes:
    """The bytes of one file, one more than `most` at most; raises Unreadable."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        raise Unreadable(f"there is no `{name}` in the archive") from None
    if member.compress_type not in _PACKED or member.flag_bits & 1:
        raise Unreadable(f"`{name}` in the archive is packed in a way that is not read")
    parts, left = [], most + 1
    with archive.open(member) as stream:
        # Of what is stored as it is, as much is asked of the file as is read here.
        while left and (part := stream.read(min(left, _AT_ONCE))):
            parts.append(part)
            left -= len(part)
    return b"".join(parts)


@contextmanager
def _open_archive(file: ModelFile) -> Iterator[ZipFile]:
    """A file as an archive; raises Unreadable for whatever is wrong with it."""
    import struct
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(_Bounded(file)) as archive:
            yield archive
    except _Cut:
        raise Unreadable(_CUT) from None
    except zipfile.BadZipFile as error:
        # What is in an archive is listed at its end, so one that breaks off has no list.
        with_list = "not a zip file" not in str(error)
        raise Unreadable(
            f"the archive is damaged: {cut(str(error), NAME)}" if with_list else _CUT
        ) from None
    except (zlib.error, struct.error, EOFError, ValueError, OSError,
            RuntimeError, NotImplementedError, OverflowError, MemoryError) as error:  # fmt: skip
        raise Unreadable(f"the archive cannot be read: {cut(str(error), NAME)}") from None


_CUT = "the archive breaks off, or is damaged: the list of what is in it, at its end, leads nowhere"


class _Cut(Exception):
    """Its list says that something stands before the beginning of the file."""


class _Bounded(io.RawIOBase):
    """A file as zipfile wants it, which gives no more than so much at once."""

    def __init__(self, file: ModelFile) -> None:
        self._file = file
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        if start + offset < 0:
            raise _Cut
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        rest = max(0, self._file.size - self._at)
        wanted = rest if size is None or size < 0 else min(size, rest)
        if wanted > _AT_ONCE:
            raise ValueError(f"it asks for {wanted:,} bytes at once")
        found = self._file.read(self._at, wanted)
        self._at += len(found)
        return found
