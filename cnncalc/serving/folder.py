"""The specs of a folder: found, read and saved by their names, and nothing besides."""

from __future__ import annotations

import os
from hashlib import sha256
from stat import S_ISREG
from typing import NamedTuple

from cnncalc.check.search import specs
from cnncalc.errors import UsageError
from cnncalc.foreign import visible
from cnncalc.system.files import ChangedError, write

MOST = 2_000
"""So many specs of a folder are offered."""


class Text(NamedTuple):
    """What a file holds, and a mark that is another one once the file is."""

    text: str
    mark: str


class Folder:
    """A folder whose specs may be read and saved; `known` are their files by name.

    A name is only ever looked up, and where its file lies is asked anew each time: a file may have become
    a link, so that neither leads out of the folder.
    """

    def __init__(self, path: str) -> None:
        """Raises UsageError if it is no folder."""
        if not os.path.isdir(path):
            raise UsageError(f"{visible(path)} is not a folder", "cnncalc serve FOLDER")
        self.path = path
        self.known: dict[str, str] = {}

    def find(self) -> dict[str, str]:
        """The specs that are there now: a mark of each by its name, for whoever looks for changes."""
        for spec in specs([self.path])[:MOST]:
            file = spec.origin.path
            if not spec.fault and self._is_inside(file):
                self.known[os.path.relpath(file, self.path).replace(os.sep, "/")] = file
        # What was found and is no spec any more is still followed.
        found = {name: _stamp(file) for name, file in self.known.items() if self._is_inside(file)}
        return dict(sorted((name, stamp) for name, stamp in found.items() if stamp))

    def place_of(self, name: str) -> str:
        """The file of a spec that was found; raises KeyError for another name, or one that leads out."""
        path = self.known[name]
        if not self._is_inside(path):
            raise KeyError(name)
        return path

    def _is_inside(self, path: str) -> bool:
        root = os.path.realpath(self.path)
        return os.path.realpath(path).startswith(root.rstrip(os.sep) + os.sep)

    def read(self, name: str) -> Text:
        """A spec that was found; raises KeyError for another name, OSError, ValueError if it is no UTF-8."""
        with open(self.place_of(name), "rb") as file:
            data = file.read()
        return Text(data.decode(), mark_of(data))

    def save(self, name: str, text: str, mark: str) -> str:
        """Writes a spec that is still what was read, and gives its new mark.

        The mark of a file that is gone is empty: it is written anew. Raises KeyError for another name,
        ChangedError if somebody else has changed or deleted it, UsageError and OSError if it cannot be written.
        """
        path = self.place_of(name)
        old = _content(path)
        if mark != ("" if old is None else mark_of(old)):
            raise ChangedError
        data = text.encode()
        write(path, data, replace=old is not None, old=old)
        return mark_of(data)


def mark_of(data: bytes) -> str:
    """A mark of what a file holds."""
    return sha256(data).hexdigest()[:32]


def _content(path: str) -> bytes | None:
    """What a file holds; None if there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _stamp(path: str) -> str:
    """When a file was changed, and how long it is; empty if there is none."""
    try:
        told = os.stat(path)
    except OSError:
        return ""
    return f"{told.st_mtime_ns}-{told.st_size}" if S_ISREG(told.st_mode) else ""
