"""Makes a site of the docs: `python -m tools.site SPHINX [FOLDER]`.

SPHINX is the Python that has Sphinx (requirements.txt). The site is in FOLDER (build/site), with the
playground in it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools.playground.building import NotBuilt
from tools.playground.building import build as build_playground

from .finishing import finish
from .staging import ROOT, stage


def build(sphinx: str, folder: Path) -> None:
    """Write the site; raises CalledProcessError for all that Sphinx warns of, as links to nowhere."""
    source = ROOT / "build" / "site-source"
    stage(source)
    shutil.rmtree(folder, ignore_errors=True)
    here = str(Path(__file__).parent)
    strict = ["--fail-on-warning", "--nitpicky", "--quiet"]
    command = [
        sphinx,
        "-m",
        "sphinx",
        *strict,
        "-c",
        here,
        "-d",
        str(ROOT / "build" / "site-doctrees"),
    ]
    subprocess.run([*command, str(source), str(folder)], check=True)
    finish(folder)


def main() -> None:
    """Build the site and the playground in it, and say how to look at them."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "build" / "site"
    try:
        build(sys.argv[1], folder)
        build_playground(folder / "playground", "../index.html")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    except NotBuilt as error:
        sys.exit(str(error))
    print(f"look at it with: python3 -m http.server --bind 127.0.0.1 -d {folder}")


if __name__ == "__main__":
    main()
