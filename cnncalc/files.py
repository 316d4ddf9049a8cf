"""Files written whole or not at all, and the folders that one lies in.

Whoever reads a file while it is written sees what it was, or all that it is to be.
"""

from __future__ import annotations

import os
import sys
from errno import EACCES
from stat import S_IWRITE
from typing import TYPE_CHECKING

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator


def write(path: str, data: str | bytes, *, replace: bool = False, help: str = "") -> None:
    """Write a file; with `replace` in place of one that is there, which keeps its mode.

    Where a link is replaced, it is what it leads to. A device, a pipe or an open descriptor is
    written to, and never replaced. A text is written in UTF-8, its line ends as they are.

    Raises UsageError if there is one already, with the `help`, or if it cannot be written: then
    all is as it was. Raises BrokenPipeError if nobody reads a pipe any more.
    """
    content = data.encode() if isinstance(data, str) else data
    try:
        if is_stream(path):
            _write_through(path, content)
        elif replace:
            _replace(os.path.realpath(path), content)
        else:
            _create(path, content)
    except BrokenPipeError:
        raise
    except FileExistsError:
        raise UsageError(f"{path} exists already", help) from None
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


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


def _replace(path: str, content: bytes) -> None:
    """Put a new file in the place of another one, if there is one."""
    mode = os.stat(path).st_mode if os.path.exists(path) else None
    if mode is not None and not (mode & S_IWRITE and os.access(path, os.W_OK)):
        # The name could be given to another file all the same.
        raise PermissionError(EACCES, os.strerror(EACCES))
    made = _beside(path, content)
    try:
        if mode is not None:
            os.chmod(made, mode)
        os.replace(made, path)
    finally:
        _remove(made)


def _create(path: str, content: bytes) -> None:
    """Give a new file a name; raises FileExistsError if the name is taken."""
    made = _beside(path, content)
    try:
        # Unlike a renaming, a link never replaces what is there.
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:
        # Not every file system has links.
        if os.path.lexists(path):
            raise FileExistsError from None
        os.rename(made, path)
    finally:
        _remove(made)


def _beside(path: str, content: bytes) -> str:
    """A new file in the folder of another one, on the disk before it gets its name."""
    made = os.path.join(os.path.dirname(path), f".cnncalc-{os.urandom(8).hex()}")
    try:
        with open(made, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        _remove(made)
        raise
    return made


def _remove(path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)


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
