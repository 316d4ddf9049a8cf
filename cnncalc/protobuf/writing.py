"""Messages of protobuf, written.

What is large is kept as it was given, and put together once.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING

from cnncalc.protobuf import BYTES, FOUR, VARINT

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterable


def encode_varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first; a negative number as the 64 bits that it is.

    >>> encode_varint(300).hex(), len(encode_varint(-1))
    ('ac02', 10)
    """
    number &= 2**64 - 1
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)


class Message:
    """A message to which fields are added."""

    def __init__(self) -> None:
        """No field yet."""
        self._parts: list[bytes] = []
        self.size = 0

    def _put(self, *parts: bytes) -> None:
        self._parts += parts
        self.size += sum(map(len, parts))

    def add_integer(self, field: int, number: int) -> Message:
        """A whole number."""
        self._put(encode_varint(field << 3 | VARINT) + encode_varint(number))
        return self

    def add_float(self, field: int, number: float) -> Message:
        """A number of 32 bits."""
        self._put(encode_varint(field << 3 | FOUR) + pack("<f", number))
        return self

    def add_bytes(self, field: int, data: bytes) -> Message:
        """Bytes."""
        self._put(encode_varint(field << 3 | BYTES) + encode_varint(len(data)), data)
        return self

    def add_text(self, field: int, text: str) -> Message:
        """A text."""
        return self.add_bytes(field, text.encode())

    def add_integers(self, field: int, numbers: Iterable[int]) -> Message:
        """Whole numbers, packed."""
        return self.add_bytes(field, b"".join(map(encode_varint, numbers)))

    def add_floats(self, field: int, numbers: Iterable[float]) -> Message:
        """Numbers of 32 bits, packed."""
        return self.add_bytes(field, b"".join(pack("<f", number) for number in numbers))

    def add(self, field: int, message: Message) -> Message:
        """A message in this one."""
        self._put(encode_varint(field << 3 | BYTES) + encode_varint(message.size), *message._parts)
        return self

    def to_bytes(self) -> bytes:
        """All fields, one behind the other."""
        return b"".join(self._parts)


def little_endian(numbers: array[float] | array[int]) -> bytes:
    """The bytes of numbers, the lowest first."""
    import sys

    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
