"""Builds the playground: `python -m tools.playground [FOLDER [DOCS]]`.

FOLDER (build/playground) is then a static page: the files of `page/`, Pyodide from its npm package, and in
`packages.zip` cnncalc and what it needs. DOCS is where the page links to for the docs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .building import ROOT, NotBuilt, build


def main() -> None:
    """Build, and say how to look at it."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "playground"
    try:
        build(folder, sys.argv[2] if len(sys.argv) > 2 else "")
    except NotBuilt as error:
        sys.exit(str(error))
    sizes = {file: file.stat().st_size for file in sorted(folder.rglob("*")) if file.is_file()}
    for file, size in sizes.items():
        print(f"{size:12,}  {file.relative_to(folder)}")
    print(f"{sum(sizes.values()):12,}  bytes in all")
    print(f"look at it with: python3 -m http.server --bind 127.0.0.1 -d {folder}")


if __name__ == "__main__":
    main()
