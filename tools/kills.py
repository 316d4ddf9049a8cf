"""Kills every writer at random moments, again and again, and looks at what is left: `make kills`.

A file must be what it was or what it is to be, never a part, never lost, and nothing may lie beside
it but one unfinished file, which the next run takes away.

    python -m tools.kills [KILLS] [SEED]

prints a line for each writer and each signal, and exits with 1 if anything was torn, lost or left.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS = 500
SPEC = """\
cnncalc: 1
input: {{channels: 3, size: [64, 64]}}
layers:
  - conv: {{filters: 16, kernel: 3, repeat: 20}}
expect: {{params: {params}}}
"""
_LEFT = re.compile(r"\.cnncalc-[0-9a-f]{16}").fullmatch


class Writer(NamedTuple):
    """A command that writes a file: into an empty folder but for the spec, or over an old one."""

    name: str
    arguments: tuple[str, ...]
    file: str
    old: bytes | None = None


WRITERS = (
    Writer("check --output", ("check", "net.yaml", "-f", "json", "-o", "out"), "out"),
    Writer("check --output --overwrite",
           ("check", "net.yaml", "-f", "json", "-o", "out", "--overwrite"), "out", b"old" * 9_999),
    Writer("check --update", ("check", "net.yaml", "--update"), "net.yaml"),
    Writer("schema --output", ("schema", "-o", "out"), "out"),
    Writer("schema --overwrite", ("schema", "-o", "out", "--overwrite"), "out", b"old" * 9_999),
    Writer("init", ("init", "new"), "new.yaml"),
    Writer("--plot", ("memory", "net.yaml", "--plot", "out.svg"), "out.svg"),
    Writer("--plot --overwrite",
           ("memory", "net.yaml", "--plot", "out.svg", "--overwrite"), "out.svg", b"old" * 9_999),
)  # fmt: skip


class Tally(Counter[str]):
    """What came of the kills of one writer: the file as `before`, as `after`, `torn` or lost.

    `left` are unfinished files that a kill left, `stray` what the next run does not take away.
    """

    @property
    def is_clean(self) -> bool:
        """Whether nothing was torn, and nothing stays."""
        return not self["torn"] and not self["stray"]


def main(kills: int = KILLS, seed: int = 1) -> int:
    """Kill every writer so many times; the exit code."""
    dice = random.Random(seed)  # noqa: S311 - moments, not secrets
    clean = True
    print("writer".ljust(30), "signal".ljust(8), *(word.rjust(7) for word in ("kills", *_COLUMNS)))
    for writer in WRITERS:
        for number in (signal.SIGKILL, signal.SIGTERM):
            tally = campaign(writer, number, kills // 2, dice)
            clean = clean and tally.is_clean
            counts = (str(n).rjust(7) for n in (kills // 2, *(tally[word] for word in _COLUMNS)))
            print(writer.name.ljust(30), number.name.ljust(8), *counts, flush=True)
    return 0 if clean else 1


_COLUMNS = ("before", "after", "torn", "left", "stray")


def campaign(writer: Writer, number: signal.Signals, kills: int, dice: random.Random) -> Tally:
    """Kill one writer at random moments, half of them near the end, where it writes."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder, writer)
        old = _inside(folder)
        started = time.perf_counter()
        _start(folder, writer).wait()
        took = time.perf_counter() - started
        new = _inside(folder)
        if new == old:
            raise SystemExit(f"{writer.name} writes nothing")
        for _ in range(kills):
            _prepare(folder, writer)
            run = _start(folder, writer)
            time.sleep(took * dice.choice((dice.random(), dice.triangular(0.6, 1.3))))
            run.send_signal(number)
            run.wait()
            tally.update(_judged(_inside(folder), writer.file, old, new))
            if any(map(_LEFT, os.listdir(folder))):
                _start(folder, writer).wait()
                tally["stray"] += any(map(_LEFT, os.listdir(folder))) or number != signal.SIGKILL
    return tally


def _judged(
    found: dict[str, bytes], file: str, old: dict[str, bytes], new: dict[str, bytes]
) -> Iterator[str]:
    """The words of a tally for what a kill has left in a folder."""
    yield "before" if found.get(file) == old.get(file) else "after"
    for name in {*found, *old, *new}:
        if _LEFT(name):
            yield "left"
        elif name not in new:
            yield "stray"
        elif found.get(name) not in (old.get(name), new[name]):
            yield "torn"


def _inside(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _prepare(folder: Path, writer: Writer) -> None:
    """The folder as it is before the writer runs."""
    for path in folder.iterdir():
        path.unlink()
    folder.joinpath("net.yaml").write_text(SPEC.format(params=1), encoding="utf-8")
    if writer.old is not None:
        (folder / writer.file).write_bytes(writer.old)


def _start(folder: Path, writer: Writer) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "cnncalc", *writer.arguments]
    return subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
