"""How a process begins that shares the work of another one."""

from __future__ import annotations

from cnncalc.system import ending


def begin() -> None:
    """In a process that shares the work: end with the one that has started it, however that ends.

    Ctrl-C reaches all of them, but is meant for that one.
    """
    import signal
    from threading import Thread

    ending.heed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    from multiprocessing import parent_process
    from signal import SIGTERM

    parent = parent_process()
    if parent is not None:
        parent.join()
        ending.end(SIGTERM)
