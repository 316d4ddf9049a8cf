"""The wire format of protobuf, read at positions: what is not asked for is stepped over, unread.

A message is a row of fields. Each has a number, and one of four forms: a varint, eight bytes, a length
and so many bytes, four bytes. So a reader that knows the numbers it wants needs no schema, and weights
of any size cost it a step.

Source: "Encoding", the documentation of protocol buffers.
"""

from __future__ import annotations

from struct import unpack_from
from typing import TYPE_CHECKING, NamedTuple, Protocol

from cnncalc.importers.base.description import Unreadable
from cnncalc.protobuf import BYTES, EIGHT, FOUR, VARINT

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

_SMALL = 128
"""A varint below it has one byte."""
_SMALL_BYTES = _SMALL | 7
"""The bits that say whether a key has one byte, and the form of its field."""

_LEAST, _CHUNK = 1024, 65_536
"""So many bytes are read at once: few behind weights that were stepped over, more and more in a row."""
_MESSAGE = 16_384
"""A longer message is read field by field."""
_TEXT = 65_536
_FIELDS = 20_000_000


class Field(NamedTuple):
    """A field: its number and form; `start` is the value of a varint, else where its bytes begin and end."""

    number: int
    form: int
    start: int
    stop: int


Message = dict[int, list[Field]]
"""The fields of a message by their numbers."""


class Positioned(Protocol):
    """Bytes that can be read at any place."""

    size: int

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from `start`, or as many as there are; raises OSError."""


class Wire:
    """A file of messages. Every method raises Unreadable where the file breaks the format."""

    def __init__(self, file: Positioned) -> None:
        """Nothing is read yet."""
        self._file = file
        self._data = b""
        self._base = 0
        self._chunk = _LEAST
        self._fields = 0
        self.size = file.size

    def fields(self, start: int, stop: int) -> Iterator[Field]:
        """The fields of the message between two places; raises Unreadable."""
        while start < stop:
            self._fields += 1
            if self._fields > _FIELDS:
                raise Unreadable(f"the file has more than {_FIELDS:,} fields")
            data, place = self._data, start - self._base
            if 0 <= place < len(data) and data[place] < _SMALL:
                # Nearly all: the first 15 numbers take a byte.
                key, start = data[place], start + 1
            else:
                key, start = self._varint(start, stop)
            number, form = key >> 3, key & 7
            if form == VARINT:
                value, start = self._varint(start, stop)
                yield Field(number, form, value, start)
                continue
            if form == BYTES:
                data, place = self._data, start - self._base
                if 0 <= place < len(data) and data[place] < _SMALL and start < stop:
                    length, start = data[place], start + 1
                else:
                    length, start = self._varint(start, stop)
            elif form == FOUR:
                length = 4
            elif form == EIGHT:
                length = 8
            else:
                raise Unreadable(f"byte {start:,} of the file begins no field of protobuf")
            if length > stop - start or not number:
                raise Unreadable(f"the file breaks off, or is damaged, at byte {start:,}")
            yield Field(number, form, start, start + length)
            start += length

    def _varint(self, at: int, stop: int) -> tuple[int, int]:
        """A number of seven bits a byte, and where it ends."""
        place = at - self._base
        if place < 0 or place + 10 > len(self._data):
            self._move(at, 10)
            place = 0
        data, value, shift = self._data, 0, 0
        while at < stop and place < len(data):
            byte = data[place]
            place += 1
            at += 1
            if byte < _SMALL:
                return value | byte << shift, at
            value |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                break
        raise Unreadable(f"the file breaks off, or is damaged, at byte {at:,}")

    def _move(self, at: int, length: int) -> None:
        """Have so many bytes at hand, and some more for what comes next."""
        goes_on = self._base <= at <= self._base + len(self._data)
        self._chunk = min(2 * self._chunk, _CHUNK) if goes_on else _LEAST
        self._data = self._file.read(at, max(length, self._chunk))
        self._base = at

    def bytes(self, start: int, stop: int) -> bytes:
        """What stands between two places; raises Unreadable."""
        place = start - self._base
        if place < 0 or stop - self._base > len(self._data):
            self._move(start, stop - start)
            place = 0
        found = self._data[place : place + stop - start]
        if len(found) < stop - start:
            raise Unreadable(f"the file breaks off at byte {start + len(found):,}")
        return found

    def text(self, field: Field) -> str:
        """The text of a field, which has a limit; raises Unreadable."""
        if field.form != BYTES or field.stop - field.start > _TEXT:
            raise Unreadable(f"no text at byte {field.start:,} of the file, where one must be")
        try:
            return self.bytes(field.start, field.stop).decode()
        except UnicodeDecodeError:
            raise Unreadable(f"the text at byte {field.start:,} of the file is not UTF-8") from None

    def message(self, field: Field) -> Iterator[Field]:
        """The fields of a field that is a message; raises Unreadable."""
        if field.form != BYTES:
            raise Unreadable(f"no message at byte {field.start:,} of the file, where one must be")
        return self.fields(field.start, field.stop)

    def sort(
        self, field: Field, texts: Container[int]
    ) -> tuple[list[tuple[int, str]], list[Field]]:
        """The fields of a message: those with a number in `texts` as what they say, and the others.

        Raises Unreadable. Most of what a graph says are short texts, so they are read in one go.
        """
        if field.form != BYTES:
            raise Unreadable(f"no message at byte {field.start:,} of the file, where one must be")
        said: list[tuple[int, str]] = []
        others: list[Field] = []
        start = field.start
        data = self.bytes(start, field.stop) if field.stop - start <= _MESSAGE else b""
        at, end = 0, len(data)
        while at + 2 <= end:
            key, length = data[at], data[at + 1]
            stop = at + 2 + length
            if key & _SMALL_BYTES != BYTES or key < 8 or length >= _SMALL or stop > end:
                break
            number = key >> 3
            if number not in texts:
                others.append(Field(number, BYTES, start + at + 2, start + stop))
            else:
                try:
                    said.append((number, data[at + 2 : stop].decode()))
                except UnicodeDecodeError:
                    break
            at = stop
        self._fields += len(said) + len(others)
        # What is of another form, long or at fault is for who knows them all.
        for part in self.fields(start + at, field.stop):
            if part.number in texts:
                said.append((part.number, self.text(part)))
            else:
                others.append(part)
        return said, others

    def integer(self, field: Field) -> int:
        """A whole number with a sign; raises Unreadable."""
        if field.form != VARINT:
            raise Unreadable(f"no number at byte {field.start:,} of the file, where one must be")
        return _with_sign(field.start)

    def integers(self, field: Field, most: int) -> list[int]:
        """One whole number with a sign, or a list of at most so many that is packed; raises Unreadable."""
        if field.form == VARINT:
            return [_with_sign(field.start)]
        if field.form != BYTES or field.stop - field.start > most * 10:
            raise Unreadable(f"no list of numbers at byte {field.start:,} of the file")
        found, at = [], field.start
        while at < field.stop:
            value, at = self._varint(at, field.stop)
            found.append(_with_sign(value))
        if len(found) > most:
            raise Unreadable(f"more than {most:,} numbers at byte {field.start:,} of the file")
        return found

    def unpack(self, field: Field, letter: str, most: int) -> list[float]:
        """Numbers of one size, by their letter in `struct`; raises Unreadable."""
        width = {"f": 4, "i": 4, "e": 2, "d": 8, "q": 8}[letter]
        length = field.stop - field.start
        if field.form == VARINT or length % width or length > most * width:
            raise Unreadable(f"no list of numbers at byte {field.start:,} of the file")
        return list(unpack_from(f"<{length // width}{letter}", self.bytes(field.start, field.stop)))


def read(wire: Wire, field: Field | None) -> Message:
    """The fields of a message by their numbers."""
    found: Message = {}
    for part in wire.message(field) if field is not None else wire.fields(0, wire.size):
        found.setdefault(part.number, []).append(part)
    return found


def _with_sign(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value
