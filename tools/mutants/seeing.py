"""Which tests see which lines: one run of all tests, with the lines of the areas recorded for each.

Run as `python -m tools.mutants.seeing FILE` at the root of a copy; FILE gets a JSON document:
`tests` has for each test that passes its name and the seconds it takes, `lines` for each file and
line the numbers of the tests that run it, `imported` for each file the lines that run when cnncalc
is imported, `modules` the names of all modules that are imported in the end, but for ours.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from tools.mutants import sample

LEFT_OUT = (
    "tests/integration",
    "tests/hostile",
    "tests/test_fuzz.py",
    "tests/check/test_parallel.py",
)
"""Tests of editors and hooks, those that look for crashes, not at numbers, and what waits by the clock."""

OURS = {"cnncalc", "tests", "tools", "conftest", "__main__", "__mp_main__"}

_IMPORT = "import"


class Recorder:
    """A plugin of pytest that tells the tests apart: what is measured, and how long it took."""

    def __init__(self, root: Path) -> None:
        self.areas = sample.files(root)
        self.root = root
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()
        include = [str(root / path) for path in self.areas]
        self.measured = coverage.Coverage(data_file=None, config_file=False, include=include)
        # What runs while modules are imported belongs to no single test, so it is run before them.
        self.measured.start()
        self.measured.switch_context(_IMPORT)
        for path in self.areas:
            importlib.import_module(
                path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            )
        self.measured.stop()

    @pytest.hookimpl(hookwrapper=True, trylast=True)  # within what conftest.py does around a test
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Measure one test, with what is set up for it."""
        begun = time.perf_counter()
        self.measured.start()
        self.measured.switch_context(item.nodeid)
        yield
        self.measured.stop()
        self.seconds[item.nodeid] = time.perf_counter() - begun

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember which tests fail, or are skipped here: they see nothing."""
        if not report.passed:
            self.failed.add(report.nodeid)

    def document(self) -> dict[str, object]:
        """What was recorded, as this module says."""
        tests = [name for name in self.seconds if name not in self.failed]
        number = {name: at for at, name in enumerate(tests)}
        data = self.measured.get_data()
        lines: dict[str, dict[int, list[int]]] = {}
        imported: dict[str, list[int]] = {}
        for path in self.areas:
            contexts = data.contexts_by_lineno(str(self.root / path))
            imported[path] = [line for line, names in contexts.items() if _IMPORT in names]
            lines[path] = {
                line: [number[name] for name in names if name in number]
                for line, names in contexts.items()
            }
        return {
            "tests": [[name, self.seconds[name]] for name in tests],
            "lines": lines,
            "imported": imported,
            "modules": sorted(name for name in sys.modules if name.partition(".")[0] not in OURS),
        }


def main(target: str) -> None:
    """Run the tests and write FILE; raises SystemExit if any of them fails."""
    recorder = Recorder(Path.cwd())
    left_out = [f"--ignore={path}" for path in LEFT_OUT]
    code = pytest.main(["-q", *left_out, "-p", "no:cacheprovider", "-p", "no:xdist"], [recorder])
    Path(target).write_text(json.dumps(recorder.document()), encoding="utf-8")
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1])
