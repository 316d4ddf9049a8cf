"""Writes the pictures of pages in the docs anew: `python -m tools.screenshots`.

It needs Chromium, Node.js and npm. No test compares them, for no two browsers draw the same dots.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import cnncalc
from cnncalc.reporting.document import document
from cnncalc.reporting.page import page
from cnncalc.reporting.subjects import subject_of

ROOT = Path(__file__).parent.parent
SCREENSHOTS = ROOT / "docs" / "screenshots"
PICTURES = {"report": ("light", "graph", 8), "field": ("dark", "fields", 7)}
"""By day or by night, the panel, and the row that is chosen."""


def main() -> None:
    """Opens the report of ResNet-50, and writes each of the pictures."""
    from tests.integration.browser import DRIVER, Browser

    programs = [
        shutil.which(name) for name in ("node", "npm", os.environ.get("CHROMIUM", "chromium"))
    ]
    if None in programs:
        sys.exit("Node.js, npm and Chromium are needed")
    node, npm, chromium = map(str, programs)
    with tempfile.TemporaryDirectory() as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(DRIVER.parent / name, folder)
        subprocess.run([npm, "ci", "--silent", "--ignore-scripts", "--prefix", folder], check=True)
        network = cnncalc.load("specs/resnet50.yaml")
        path = Path(folder) / "resnet50.html"
        path.write_text(page(document([subject_of(network)]), title="resnet50"), encoding="utf-8")
        browser = Browser(node, folder, chromium)
        for name, (scheme, tab, row) in PICTURES.items():
            browser.open(url=path.as_uri(), width=1200, height=700, scheme=scheme)
            browser.wait(script="document.querySelectorAll('tr[data-place]').length > 3")
            browser.click(at=f"#n0-tab-{tab}")
            browser.click(at=f"tr[data-place='{row}'] td:nth-child(2)")
            browser.run(script="new Promise((done) => setTimeout(done, 500))")
            browser.picture(path=str(SCREENSHOTS / f"{name}.png"))
        browser.close()


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
