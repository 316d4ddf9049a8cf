"""How a run is ended from outside: by Ctrl-C, by `kill`, by a terminal that closes.

At once, without a traceback, with nothing left behind: no file half made, no process at work.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from typing import Any

unfinished: set[str] = set()
"""Files that are to go if the run ends now."""

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def heed() -> None:
    """From now on such a signal ends the program, unless whoever started it has it ignored."""
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def end(number: int, _: object = None) -> None:
    """End with the exit code 128 + the number of the signal: 130 for Ctrl-C, 143 for `kill`.

    An exception would come out at any place, an import or a destructor, where something else might
    catch it or print it.
    """
    for child in _children():
        child.terminate()
    for path in tuple(unfinished):
        with suppress(OSError):
            os.unlink(path)
    os._exit(128 + number)


def _children() -> list[Any]:
    """The processes that were started to share the work."""
    module: Any = sys.modules.get("multiprocessing.process")
    return [] if module is None else list(module.active_children())
