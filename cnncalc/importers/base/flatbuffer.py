"""Flatbuffers, read at positions: what is not asked for is stepped over, unread.

A table knows by an offset where the list of its fields begins; each has a place in the table, or none if
it has its default. A field of one size stands there, another one is an offset to where it is.

Source: "FlatBuffer Internals", the documentation of FlatBuffers.
"""

from __future__ import annotations

from struct import calcsize, unpack, unpack_from
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from cnncalc.importers.base.model_file import ModelFile

_PAGE = 8192
_PAGES = 512
_LONGEST = 65_536
"""Texts have at most so many bytes."""

_STEPS = 5_000_000
_MOST_STEPS = 100_000_000
"""So many bytes are looked at, at most: offsets may point anywhere, to the same place any number of times."""

_OFTEN = 8
"""A table takes about as many looks as it has bytes, and a few more."""

_STEP = 16
"""A look costs as much as so many bytes."""


class Buffer:
    """A file of tables. Every method raises Unreadable where the file breaks the format."""

    def __init__(self, file: ModelFile) -> None:
        """Nothing is read yet."""
        self._file = file
        self._pages: dict[int, bytes] = {}
        self._seen = 0
        self.size = file.size
        self._most = min(_STEPS + _OFTEN * file.size, _MOST_STEPS)

    def root(self) -> Table:
        """The table that holds everything."""
        [at] = self.unpack("<I", 0)
        return self.table(at)

    def table(self, at: int) -> Table:
        """The table that begins there; raises Unreadable."""
        [back] = self.unpack("<i", at)
        start = at - back
        length, _ = self.unpack("<HH", start)
        if length < 4 or length % 2:
            raise Unreadable(f"the file breaks off, or is damaged, at byte {start:,}")
        fields = self.unpack(f"<{length // 2 - 2}H", start + 4)
        return Table(self, at, fields)

    def read(self, at: int, length: int) -> bytes:
        """So many bytes from a place on; raises Unreadable."""
        self._seen += length + _STEP
        if self._seen > self._most:
            raise Unreadable("the file points to the same bytes too often")
        if at < 0 or length < 0 or at + length > self.size:
            raise Unreadable(f"the file breaks off, or is damaged, at byte {min(at, self.size):,}")
        number, place = divmod(at, _PAGE)
        found = self._page(number)[place : place + length]
        while len(found) < length:
            number += 1
            page = self._page(number)
            if not page:
                raise Unreadable(f"the file breaks off at byte {number * _PAGE:,}")
            found += page[: length - len(found)]
        return found

    def _page(self, number: int) -> bytes:
        found = self._pages.get(number)
        if found is None:
            if len(self._pages) >= _PAGES:
                self._pages.pop(next(iter(self._pages)))
            found = self._pages[number] = self._file.read(number * _PAGE, _PAGE)
        return found

    def unpack(self, letters: str, at: int) -> tuple[Any, ...]:
        """Numbers in the form of `struct`."""
        return unpack(letters, self.read(at, calcsize(letters)))


class Vector(NamedTuple):
    """A list of the file: how many there are, and where the first is."""

    length: int
    start: int


_NOTHING = Vector(0, 0)


class Table:
    """A table, whose fields are known by their numbers. Every method raises Unreadable."""

    __slots__ = ("_at", "_buffer", "_fields")

    def __init__(self, buffer: Buffer, at: int, fields: tuple[int, ...]) -> None:
        """`fields` are the places of the fields in the table, 0 where there is none."""
        self._buffer, self._at, self._fields = buffer, at, fields

    def _place(self, field: int) -> int:
        place = self._fields[field] if field < len(self._fields) else 0
        return self._at + place if place else 0

    def number(self, field: int, letter: str, default: float) -> Any:
        """A number, by its letter in `struct`."""
        at = self._place(field)
        return self._buffer.unpack(f"<{letter}", at)[0] if at else default

    def integer(self, field: int, letter: str = "i", default: int = 0) -> int:
        """A whole number."""
        found: int = self.number(field, letter, default)
        return found

    def _target(self, field: int) -> int:
        """Where a field of any size is; 0 if there is none."""
        at = self._place(field)
        return at + self._buffer.unpack("<I", at)[0] if at else 0

    def vector(self, field: int, width: int, most: int) -> Vector:
        """A list of at most so many elements of so many bytes each; raises Unreadable."""
        at = self._target(field)
        if not at:
            return _NOTHING
        [length] = self._buffer.unpack("<I", at)
        if at + 4 + length * width > self._buffer.size:
            raise Unreadable(f"the file breaks off, or is damaged, at byte {at:,}")
        if length > most:
            raise Unreadable(f"more than {most:,} elements at byte {at:,} of the file")
        return Vector(length, at + 4)

    def integers(self, field: int, most: int, letter: str = "i") -> list[int]:
        """A list of at most so many whole numbers."""
        width = calcsize(f"<{letter}")
        vector = self.vector(field, width, most)
        data = self._buffer.read(vector.start, vector.length * width)
        return list(unpack_from(f"<{vector.length}{letter}", data))

    def first(self, field: int, letter: str, default: float) -> Any:
        """The first number of a list, by its letter in `struct`."""
        found = self.vector(field, calcsize(f"<{letter}"), _LONGEST)
        return self._buffer.unpack(f"<{letter}", found.start)[0] if found.length else default

    def text(self, field: int) -> str:
        """A text, empty if there is none; raises Unreadable."""
        vector = self.vector(field, 1, _LONGEST)
        if not vector.length:
            return ""
        try:
            return self._buffer.read(vector.start, vector.length).decode()
        except UnicodeDecodeError:
            raise Unreadable(
                f"the text at byte {vector.start:,} of the file is not UTF-8"
            ) from None

    def table(self, field: int) -> Table | None:
        """A table, None if there is none."""
        at = self._target(field)
        return self._buffer.table(at) if at else None

    def tables(self, field: int, most: int) -> list[Table]:
        """A list of at most so many tables."""
        vector = self.vector(field, 4, most)
        data = self._buffer.read(vector.start, vector.length * 4)
        offsets = unpack(f"<{vector.length}I", data)
        return [
            self._buffer.table(vector.start + 4 * place + offset)
            for place, offset in enumerate(offsets)
        ]
