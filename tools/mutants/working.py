"""The sample against the tests: `python -m tools.mutants.working COUNT SEEN RESULTS` in a copy of the tree.

RESULTS gets a line of JSON for each mutant, as soon as its verdict is there; what is there already,
of an interrupted run, is not asked again.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
from dataclasses import asdict
from pathlib import Path

from tools.mutants import choosing, running, sample

AT_ONCE = 2


def main(count: int, seen: Path, results: Path) -> None:
    """Judge the mutants, and the tests that kill them with nothing changed; raises SystemExit if one fails."""
    root = Path.cwd()
    seeing = choosing.Seeing(seen, root)
    done = (
        [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
        if results.exists()
        else []
    )
    known = {(row["path"], row["line"], row["operator"], row["after"]) for row in done}
    left = [
        mutant
        for mutant in sample.mutants(root, count)
        if (mutant.path, mutant.line, mutant.operator, mutant.after) not in known
    ]
    running.preload(root, seeing.modules)
    tasks = []
    for mutant in left:
        tests = seeing.of(mutant)
        tasks.append((mutant, tests, seeing.beside(tests), root, results.parent))
    with (
        multiprocessing.get_context("fork").Pool(AT_ONCE) as pool,
        results.open("a", encoding="utf-8") as file,
    ):
        for at, row in enumerate(pool.imap_unordered(_judge, tasks), 1):
            file.write(json.dumps(row) + "\n")
            file.flush()
            done.append(row)
            print(
                f"{at}/{len(tasks)} {row['killer'] or 'SURVIVES'}: {row['path']}:{row['line']}",
                flush=True,
            )
        _check_killers(done, seeing, root, results.parent)


def _judge(
    task: tuple[sample.Mutant, dict[str, float], dict[str, float], Path, Path],
) -> dict[str, object]:
    mutant, tests, beside, root, folder = task
    row = asdict(mutant)
    del row["source"]
    verdict = running.judge(mutant, tests, beside, root, folder / f"scratch-{os.getpid()}")
    return row | asdict(verdict)


def _check_killers(
    done: list[dict[str, object]], seeing: choosing.Seeing, root: Path, folder: Path
) -> None:
    """A test that fails here with nothing changed has killed nothing."""
    killers = {row["killer"] for row in done}
    tests = {name: seconds for name, seconds in seeing.tests if name in killers}
    failing = running.judge(None, tests, {}, root, folder / "scratch").killer
    if failing is not None:
        sys.exit(f"{failing} fails on the unchanged files too")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
