"""The standard streams: what becomes of a text that cannot be written to one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


def replace_closed() -> None:
    """Put a null device in the place of each standard stream that is closed.

    Otherwise the next file to be opened would be taken for it, by other programs too.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            # The lowest number that is free: that of the stream.
            number = os.open(os.devnull, os.O_RDWR)
            if name != "stdin":
                setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))


def put(text: str, stream: TextIO) -> None:
    """Write a text; a reader that has gone is not a fault.

    Raises UsageError if the standard output cannot take it.
    """
    try:
        stream.write(text)
    except OSError as error:
        _give_up(stream, error)


def pour(texts: Iterable[str], stream: TextIO) -> None:
    """Write texts as they come, each at once; when the reader has gone, no more are asked for.

    Raises UsageError as `put` does.
    """
    for text in texts:
        try:
            stream.write(text)
            stream.flush()
        except OSError as error:
            _give_up(stream, error)
            return


def flush() -> None:
    """Write what still waits to be; raises UsageError as `put` does."""
    for stream in (sys.stderr, sys.stdout):
        try:
            stream.flush()
        except OSError as error:
            _give_up(stream, error)


def abandon(stream: TextIO) -> None:
    """Write nothing to a stream any more, not even what waits in it until Python ends."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)


def _give_up(stream: TextIO, error: OSError) -> None:
    abandon(stream)
    # On Windows a pipe without a reader is an invalid argument.
    if stream is sys.stdout and not isinstance(error, BrokenPipeError) and os.name != "nt":
        raise UsageError(f"cannot write the output: {error.strerror}") from None
