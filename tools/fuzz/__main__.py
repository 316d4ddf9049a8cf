"""Many random specs, and what must hold of them: `python -m tools.fuzz [LOADS [SEED [BOMBS [RARER]]]]`.

What is done is kept in the folder for temporary files, or in the one that CNNCALC_FUZZ names: a run
of the same code and seed goes on where it was interrupted. Exits with 1 if there are faults.
"""

from __future__ import annotations

import gc
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from tools.fuzz import report
from tools.fuzz.working import Plan, work

LOADS = 1_000_000
ROOT = Path(__file__).parent.parent.parent


def main(loads: int = LOADS, seed: int = 1, bombs: int = 0, rarer: int = 1) -> int:
    """Load so many texts, print the faults, write the figures; the exit code."""
    base = Path(os.environ.get("CNNCALC_FUZZ") or tempfile.gettempdir())
    folder = base / f"cnncalc-fuzz-{_digest()}-{seed}-{bombs}-{rarer}"
    folder.mkdir(parents=True, exist_ok=True)
    print(f"in {folder}", flush=True)
    gc.freeze()
    results = work(Plan(seed, loads, folder, with_bombs=bool(bombs), rarer=rarer))
    counts = report.counted(results)
    faults = report.told(results, seed)
    print("\n".join([*report.lines(counts, seed, rarer), "", *faults]))
    if faults:
        folder.joinpath("faults.txt").write_text("\n".join(faults), encoding="utf-8")
    else:
        report.write(counts, seed, ROOT / "docs" / "testing.md", rarer)
    return 1 if faults else 0


def _digest() -> str:
    """What tells the code and what it reads from others."""
    text = hashlib.sha256()
    for folder in ("cnncalc", "specs", "tools/fuzz", "tests/receptive_field", "tests/inputs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".yaml", ".md"}:
                text.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return text.hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
