"""`cnncalc layers`: every kind of layer with one line."""

from __future__ import annotations

from cnncalc import manual
from cnncalc.cli.output import emit


def run() -> None:
    """List every kind of layer and what it does; `cnncalc explain KIND` says more."""
    kinds = manual.kinds()
    width = max(map(len, kinds))
    for kind in kinds:
        emit(f"{kind.ljust(width)}  {manual.summary(kind)}\n")
