"""Measures the playground in a browser and writes the figures: `python -m tools.playground.measuring`."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from threading import Thread
from typing import TYPE_CHECKING

from .building import HERE, ROOT, NotBuilt, build, install_packages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "playground.md"
TIMES = 5
_BLOCK = re.compile(r"(<!-- measured -->\n).*?(<!-- end -->)", re.DOTALL)

WHAT = {
    "first": "from the first visit to the first table",
    "again": "the same when the browser has the files already",
    "shapes": "`shapes` of ResNet-50",
    "check": "`check` of ResNet-50",
    "fields": "`receptive-field` of ResNet-50",
}
"""What `measure.mjs` measures."""


class _Silent(SimpleHTTPRequestHandler):
    """A static server that does not tell of every request."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, which is served on this machine alone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def weigh(folder: Path) -> tuple[int, int]:
    """The bytes of all files: as they are, and where the server compresses them."""
    contents = [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
    packed = [min(len(gzip.compress(content)), len(content)) for content in contents]
    return sum(map(len, contents)), sum(packed)


def measure(folder: Path, chromium: str) -> dict[str, list[float]]:
    """Seconds by what they are of; each time in a new profile of the browser."""
    packages, script = str(install_packages()), str(HERE / "measure.mjs")
    with served(folder) as address:
        command = ["node", script, packages, chromium, address, str(TIMES)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, list[float]] = json.loads(done.stdout)
    return found


def rows(figures: dict[str, list[float]], sizes: tuple[int, int]) -> str:
    """The figures as a table."""
    plain, packed = (f"{size / 1e6:.1f} MB" for size in sizes)
    lines = [
        "| | |",
        "|---|--:|",
        f"| all files | {plain} |",
        f"| all files, compressed | {packed} |",
    ]
    return "\n".join(
        [*lines, *(f"| {what} | {median(figures[name]):.2f} s |" for name, what in WHAT.items())]
    )


def main() -> None:
    """Build, measure, and write docs/playground.md."""
    chromium = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if chromium is None:
        sys.exit("there is no chromium; CHROMIUM may name one")
    folder = ROOT / "build" / "playground"
    try:
        build(folder)
    except NotBuilt as error:
        sys.exit(str(error))
    table = rows(measure(folder, chromium), weigh(folder))
    print(table)
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda m: f"{m[1]}{table}\n{m[2]}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
