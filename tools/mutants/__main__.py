"""Asks what the tests see: `python -m tools.mutants [COUNT]`, at the root of the repository.

All is done in a copy, in the folder for temporary files that CNNCALC_MUTANTS or the system names. If
a run of the same files was interrupted there, it goes on.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.mutants import report

COUNT = 1000
ROOT = Path(__file__).parent.parent.parent


def main(count: int) -> None:
    """Copy the files, record which tests see which lines, run the sample, write the figures."""
    names = [
        name
        for name in _git("ls-files", "--cached", "--others", "--exclude-standard")
        if (ROOT / name).is_file()
    ]
    folder = (
        Path(os.environ.get("CNNCALC_MUTANTS") or tempfile.gettempdir())
        / f"cnncalc-mutants-{_digest(names)}"
    )
    copy, seen, results = folder / "copy", folder / "seen.json", folder / "results.jsonl"
    print(f"in {folder}", flush=True)
    if not seen.exists():
        shutil.rmtree(folder, ignore_errors=True)
        for name in names:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
        _run(copy, "tools.mutants.seeing", str(seen))
    _run(copy, "tools.mutants.working", str(count), str(seen), str(results))
    report.write(results, ROOT / "docs" / "testing.md")


def _git(*arguments: str) -> list[str]:
    printed = subprocess.run(
        [shutil.which("git") or "git", *arguments, "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return sorted(filter(None, printed.stdout.split("\0")))


def _digest(names: list[str]) -> str:
    """What tells the code and the tests from others: a change of the pages alone needs no new run."""
    text = hashlib.sha256()
    for name in names:
        if name.startswith(("cnncalc/", "tests/", "specs/")):
            text.update(f"{name}\0".encode() + (ROOT / name).read_bytes())
    return text.hexdigest()[:12]


def _run(copy: Path, module: str, *arguments: str) -> None:
    """Run a module in the copy, behind all else that runs; raises SystemExit if it fails."""
    # Only this core of coverage tells the tests apart on every Python.
    environment = {
        **os.environ,
        "PYTHONPATH": str(copy),
        "COVERAGE_CORE": "ctrace",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    command = ["nice", "-n", "15", sys.executable, "-m", module, *arguments]
    code = subprocess.run(command, cwd=copy, env=environment, check=False).returncode
    if code:
        sys.exit(f"{module} ended with {code}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
