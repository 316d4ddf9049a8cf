"""A model file as importers see it: read where it is asked for, for most of it are weights."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

HEAD = 4096
"""So many bytes tell what a file is."""

TEXT = 20_000_000
"""A description that is a text has at most so many bytes."""


class ModelFile:
    """A file, or bytes that came from elsewhere; `name` is what messages call it."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        """`stream` can be read at any place."""
        self.name = name
        self.given: Mapping[str, Any] = {}
        """What a person asks for: `size`, `channels` and `settings`, for formats that are read for one."""
        self._stream = stream
        self.size = stream.seek(0, os.SEEK_END)

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from `start`, or as many as there are; raises OSError."""
        self._stream.seek(start)
        return self._stream.read(length)

    def stream(self) -> BinaryIO:
        """The file itself, for a library that reads by itself."""
        return self._stream

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
