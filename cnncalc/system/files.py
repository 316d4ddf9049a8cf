"""Files written whole or not at all, and the folders that one lies in.

Whoever reads a file while it is written sees what it was, or all that it is to be.
"""

from __future__ import annotations

import os
import re
import sys
import time
from contextlib import contextmanager, suppress
from errno import EACCES
from stat import S_IWRITE
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.errors import UsageError
from cnncalc.system import ending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO


class ChangedError(Exception):
    """A file has changed since it was read."""


def write(
    path: str,
    data: str | bytes,
    *,
    replace: bool = False,
    old: bytes | None = None,
    help: str = "",
) -> None:
    """Write a file; with `replace` in place of one that is there, which keeps its mode.

    Where a link is replaced, it is what it leads to, in its own folder or below. A device, a pipe or
    an open descriptor is written to, and never replaced; that nobody reads a pipe any more is no
    fault. A text is written in UTF-8, its line ends as they are.

    Raises UsageError if there is one already, with the `help`, or if it cannot be written, and
    ChangedError if it does not hold `old`: then all is as it was.
    """
    content = data.encode() if isinstance(data, str) else data
    try:
        if is_stream(path):
            _write_through(path, content)
        else:
            place = _behind_links(path) if replace else path
            with _alone(os.path.dirname(place)) as folder:
                if replace:
                    _replace(place, content, old, folder)
                else:
                    _create(place, content, folder)
    except BrokenPipeError:
        return
    except FileExistsError:
        raise UsageError(f"{path} exists already", help) from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


@contextmanager
def name_beside(path: str, *, replace: bool = False, help: str = "") -> Iterator[str]:
    """The name of a file that is written meanwhile and becomes `path` at the end; nothing is left if that fails.

    For `replace` see `write`. Raises UsageError as that does.
    """
    try:
        place = _behind_links(path) if replace else path
        with _alone(os.path.dirname(place)) as folder:
            made = os.path.join(os.path.dirname(place), f"{_PREFIX}{os.urandom(8).hex()}")
            ending.unfinished.add(made)
            try:
                yield made
                if replace and os.path.exists(place):
                    os.chmod(made, os.stat(place).st_mode)
                if replace:
                    os.replace(made, place)
                else:
                    _New(made, b"", None, folder).take(place)
            finally:
                if os.path.lexists(made):
                    os.unlink(made)
                ending.unfinished.discard(made)
    except FileExistsError:
        raise UsageError(f"{path} exists already", help) from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def _behind_links(path: str) -> str:
    """What a path leads to; raises UsageError if that is elsewhere.

    Links come with a repository, and would be a way to write anywhere on the disk.
    """
    place = os.path.realpath(path)
    folder = os.path.realpath(os.path.dirname(path))
    if not place.startswith(folder.rstrip(os.sep) + os.sep):
        raise UsageError(f"cannot write {path}: it is a link out of its folder",
                         f"write to {place} itself")  # fmt: skip
    return place


def is_stream(path: str) -> bool:
    """Whether a path is something to write to as it is: a device, a pipe, an open descriptor."""
    if not os.path.exists(path):
        return False
    return _descriptor(path) > 0 or not (os.path.isfile(path) or os.path.isdir(path))


_STANDARD = {"/dev/stdout": 1, "/dev/stderr": 2}


def _descriptor(path: str) -> int:
    """The number of the open descriptor that a path names; 0 if it names none.

    To open it anew would empty the file that the shell has redirected it to.
    """
    folder, name = os.path.split(path)
    if folder in ("/dev/fd", "/proc/self/fd") and name.isdecimal():
        return int(name)
    return _STANDARD.get(path, 0)


def _write_through(path: str, content: bytes) -> None:
    """Write to what is open, or to what only has to be opened."""
    number = _descriptor(path)
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    with open(os.dup(number) if number else os.open(path, os.O_WRONLY), "wb") as file:
        file.write(content)


def _replace(path: str, content: bytes, old: bytes | None, folder: int | None) -> None:
    """Put a new file in the place of another one, if there is one."""
    mode = os.stat(path).st_mode if os.path.exists(path) else None
    if mode is not None and not (mode & S_IWRITE and os.access(path, os.W_OK)):
        # The name could be given to another file all the same.
        raise PermissionError(EACCES, os.strerror(EACCES))
    with _beside(path, content, folder) as new:
        new.name()
        if mode is not None:
            os.chmod(new.made, mode)
        if old is not None and not _holds(path, old):
            raise ChangedError
        os.replace(new.made, path)


def _holds(path: str, content: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read(len(content) + 1) == content


def _create(path: str, content: bytes, folder: int | None) -> None:
    """Give a new file a name; raises FileExistsError if the name is taken."""
    with _beside(path, content, folder) as new:
        new.take(path)


class _New(NamedTuple):
    """A new file that is complete: the name that it has or may have, and what it holds.

    `number` is its descriptor as long as it has no name, in a folder whose descriptor is `folder`.
    """

    made: str
    content: bytes
    number: int | None
    folder: int | None

    def link(self, path: str) -> None:
        """Give it one name more."""
        if self.number is None:
            os.link(self.made, path)
        else:
            # Only beside the descriptor of a folder does Python follow the link that this is.
            os.link(f"/proc/self/fd/{self.number}", path, src_dir_fd=self.folder)

    def take(self, path: str) -> None:
        """Give it a name; raises FileExistsError if that is taken."""
        try:
            # Unlike a renaming, a link never replaces what is there.
            self.link(path)
        except FileExistsError:
            raise
        except OSError:
            # Not every file system has links.
            self.name()
            if os.path.lexists(path):
                raise FileExistsError from None
            os.rename(self.made, path)

    def name(self) -> None:
        """Give it the name `made`, if it has none."""
        if os.path.lexists(self.made):
            return
        try:
            self.link(self.made)
        except OSError:
            with open(self.made, "xb") as file:
                _fill(file, self.content)


@contextmanager
def _beside(path: str, content: bytes, folder: int | None) -> Iterator[_New]:
    """A new file in the folder of another one, on the disk before it gets its name.

    Where the system can, it has no name at all until it is complete: no kill leaves it behind.
    """
    made = os.path.join(os.path.dirname(path), f"{_PREFIX}{os.urandom(8).hex()}")
    ending.unfinished.add(made)
    number = None if folder is None else _nameless(os.path.dirname(path) or ".")
    try:
        with open(made, "xb") if number is None else open(number, "wb", closefd=False) as file:
            _fill(file, content)
        yield _New(made, content, number, folder)
    finally:
        if number is not None:
            os.close(number)
        if os.path.lexists(made):
            os.unlink(made)
        ending.unfinished.discard(made)


def _fill(file: BinaryIO, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _nameless(folder: str) -> int | None:
    """The descriptor of a new file without a name; None where the system has no such files."""
    if not hasattr(os, "O_TMPFILE") or not os.path.isdir("/proc/self/fd"):
        return None
    try:
        return os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666)
    except OSError:
        return None


_PREFIX = ".cnncalc-"
_UNFINISHED = re.compile(rf"{re.escape(_PREFIX)}[0-9a-f]{{16}}").fullmatch
_TRIES, _PAUSE = 100, 0.02


@contextmanager
def _alone(path: str) -> Iterator[int | None]:
    """Hold a folder while a file in it is written: no other run of cnncalc writes there then.

    What a run that was killed has left there is taken away. Gives the descriptor of the folder, None
    where there are no locks or somebody else holds one for long: to write is safe all the same.
    """
    folder = _lock(path or ".")
    try:
        if folder is not None:
            for name in filter(_UNFINISHED, os.listdir(folder)):
                with suppress(OSError):
                    os.unlink(name, dir_fd=folder)
        yield folder
    finally:
        if folder is not None:
            os.close(folder)


def _lock(path: str) -> int | None:
    try:
        import fcntl

        folder = os.open(path, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    for _ in range(_TRIES):
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_PAUSE)
        except OSError:
            break
        else:
            return folder
    os.close(folder)
    return None


def upwards(folder: str) -> Iterator[str]:
    """A folder and those around it, up to that of the repository, or of the whole disk."""
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or is_repository(folder):
            return
        folder = above


def is_repository(folder: str) -> bool:
    """Whether a folder is the root of a repository."""
    return os.path.exists(os.path.join(folder, ".git"))


def untaken(path: str, help: str) -> None:
    """Raise UsageError if a file cannot be new: before the work is done that it is to show."""
    if os.path.lexists(path) and not is_stream(path):
        raise UsageError(f"{path} exists already", help)
