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
    suspects = _earlier(results)
    tasks = []
    for mutant in left:
        tests = seeing.of(mutant)
        suspect = suspects.get((mutant.path, mutant.definition, mutant.before, mutant.after))
        tasks.append((mutant, tests, seeing.beside(tests), root, results.parent, suspect))
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


def _earlier(results: Path) -> dict[tuple[str, ...], str]:
    """What killed which mutants in the runs of other files, beside this one: it is asked again, first."""
    found: dict[tuple[str, ...], str] = {}
    for file in sorted(results.parent.parent.glob(f"*/{results.name}"), key=os.path.getmtime):
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["killer"]:
                found[row["path"], row["definition"], row["before"], row["after"]] = row["killer"]
    return found


def _judge(
    task: tuple[sample.Mutant, dict[str, float], dict[str, float], Path, Path, str | None],
) -> dict[str, object]:
    mutant, tests, beside, root, folder, suspect = task
    row = asdict(mutant)
    del row["source"]
    scratch = folder / f"scratch-{os.getpid()}"
    verdict = running.judge(mutant, tests, beside, root, scratch, suspect)
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
