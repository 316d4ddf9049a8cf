"""The single layers whose numbers are compared between targets."""

from __future__ import annotations

from pathlib import Path

CASES = Path("tests/exporters/data/layers.txt")
"""A head of a spec behind `#`, and the layers that are put under it, a line each, with `;;` between several."""

BATCH = 2

LEAST = 2e-6
"""Smaller differences are those of the machine that computes: they are told as this one."""


def cases() -> list[tuple[str, str]]:
    """The name of each case, and its spec."""
    return read(CASES)


def round_error(error: float) -> float:
    """A difference as it is written down, the same wherever it is computed."""
    return max(LEAST, float(f"{error:.1e}"))


def read(path: Path) -> list[tuple[str, str]]:
    """The cases of a file."""
    head, found = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            head = line[1:].strip()
        elif line:
            dialect, _, shape = head.partition(" ")
            items = "".join(f"  - {item.strip()}\n" for item in line.split(";;"))
            found.append(
                (f"{head} | {line}", f"dialect: {dialect}\ninput: {shape}\nlayers:\n{items}")
            )
    return found
