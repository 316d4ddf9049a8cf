"""A model file as importers see it: read where it is asked for, for most of it are weights."""

from __future__ import annotations

import os
import stat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import BinaryIO

HEAD = 4096
"""So many bytes tell what a file is."""

TEXT = 20_000_000
"""A description that is a text has at most so many bytes."""


class Asked(NamedTuple):
    """What a reader says of lengths that a file leaves open: sizes of inputs, and lengths by their symbols.

    `sizes` are those of all inputs, or by the names of inputs, and so are `channels`.
    """

    sizes: Any = None
    symbols: Mapping[str, Any] = MappingProxyType({})
    channels: Any = None

    def size_of(self, name: str) -> Sequence[int] | None:
        """The size of an input; None if nothing is said of it."""
        found = self.sizes.get(name) if isinstance(self.sizes, dict) else self.sizes
        return found if isinstance(found, (list, tuple)) else None

    def channels_of(self, name: str) -> int | None:
        """The channels of an input; None if nothing is said of them."""
        found = self.channels.get(name) if isinstance(self.channels, dict) else self.channels
        return found if isinstance(found, int) else None


class ModelFile:
    """A file, or bytes that came from elsewhere; `name` is what messages call it."""

    def __init__(self, name: str, stream: BinaryIO, path: str | None = None) -> None:
        """`stream` can be read at any place; `path` is where the file lies, if it does in a folder."""
        self.name = name
        self.base = os.path.basename(path or name)
        self.given: Mapping[str, Any] = {}
        """What a person asks for: `size`, `channels` and `settings`, for formats that are read for one."""
        self.model: str | None = None
        """The network that is asked for, of a file that has several."""
        self._stream = stream
        self._folder = None if path is None else os.path.dirname(path)
        self.asked = Asked()
        self.size = stream.seek(0, os.SEEK_END)

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from `start`, or as many as there are; raises OSError."""
        self._stream.seek(start)
        return self._stream.read(length)

    def path(self) -> str:
        """Where the file lies, for a library that reads by itself; "" if it lies nowhere."""
        name = getattr(self._stream, "name", None)
        return os.path.abspath(name) if isinstance(name, str) and os.path.isfile(name) else ""

    def size_beside(self, name: str) -> int | None:
        """The size of a file in the same folder; None if there is none, or it has no plain name."""
        if self._folder is None or not name or name != os.path.basename(name) or "\0" in name:
            return None
        try:
            found = os.stat(os.path.join(self._folder, name))
        except OSError:
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read_beside(self, name: str, start: int, length: int) -> bytes:
        """So many bytes of a file in the same folder, or as many as there are; none if there is no such."""
        if self.size_beside(name) is None:
            return b""
        with open(os.path.join(self._folder or "", name), "rb") as stream:
            stream.seek(start)
            return stream.read(length)

    def head(self) -> bytes:
        """The first bytes."""
        return self.read(0, HEAD)

    def text(self, most: int = TEXT) -> str:
        """The whole file as UTF-8; raises Unreadable if it is none, or longer than `most` bytes."""
        if self.size > most:
            raise Unreadable(f"the file has more than {most:,} bytes")
        data = self.read(0, self.size)
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise Unreadable(f"not a text file in UTF-8: {error.reason} in line {line}") from None
