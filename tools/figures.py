"""Draws the figures of the pages: `python -m tools.figures`.

A page says above each figure of its own how it is made:

    <!-- figure receptive-field specs/resnet50.yaml -->
    ![The field of ResNet-50](figures/resnet50.svg)
"""

from __future__ import annotations

import io
import os
import re
import shlex
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from cnncalc.cli import main as cli

ROOT = Path(__file__).parent.parent
PAGES = ("docs/costs.md", "docs/drawing.md", "docs/receptive-fields.md")

_FIGURE = re.compile(r"<!-- figure (.+?) -->\n!\[[^\]]+\]\(([^)]+)\)")


def figures() -> dict[str, str]:
    """The arguments by which each figure is drawn, by its path from the root of the repository."""
    found: dict[str, str] = {}
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for arguments, file in _FIGURE.findall(text):
            found[f"{Path(page).parent.as_posix()}/{file}"] = arguments
    return found


def draw(arguments: str, file: Path) -> None:
    """Run `cnncalc ARGUMENTS --plot FILE` at the root of the repository, of `draw` with `-o FILE`.

    Raises SystemExit if it fails.
    """
    option = "-o" if arguments.startswith("draw ") else "--plot"
    printed = io.StringIO()
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        with redirect_stdout(printed), redirect_stderr(printed):
            cli.main([*shlex.split(arguments), option, str(file), "--overwrite"])
    except SystemExit as end:
        if end.code:
            raise SystemExit(f"cnncalc {arguments}\n{printed.getvalue()}") from None
    finally:
        os.chdir(before)


if __name__ == "__main__":
    for name, arguments in figures().items():
        draw(arguments, ROOT / name)
