"""`cnncalc layers`: every kind of layer with one line."""

from __future__ import annotations

from cnncalc import manual
from cnncalc.cli.output import emit


def run() -> None:
    """List every kind of layer and what it does; `cnncalc explain KIND` says more."""
    from textwrap import fill

    kinds = manual.kinds()
    width = max(map(len, kinds)) + 2
    for kind in kinds:
        text = fill(manual.summary(kind), 80, initial_indent=kind.ljust(width),
                    subsequent_indent=" " * width, break_on_hyphens=False)  # fmt: skip
        emit(f"{text}\n")
