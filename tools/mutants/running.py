"""One mutant against the tests that can see it, in processes forked from one that has imported all else.

A forked process imports cnncalc anew, one file of it changed in memory, as does every Python that a
test starts; no file is touched. The tests are run the quickest first, to the first failure: at first
those of a few files, then all the others.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import resource
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.mutants.sample import Mutant

# A mutant may take five times as long as its tests usually do, and what the start takes.
START, FACTOR = 20, 5
MEMORY = 4 << 30  # a shift by what should be added fills the memory

_FEW, _SECONDS = 4, 3.0
_WAITS = 5  # so many times the time of the processor, for those who wait


@dataclass(frozen=True)
class Verdict:
    """What came of a mutant: `killer` names the test that fails, None if all pass."""

    killer: str | None
    tests: int
    seconds: float


class _Only:
    """A plugin of pytest: runs the tests that are named, the quickest files first, and notes what fails."""

    def __init__(self, wanted: dict[str, float], notes: Path) -> None:
        self.wanted, self.notes = wanted, notes

    def pytest_sessionstart(self) -> None:
        """Let Hypothesis try the same examples each time."""
        from hypothesis import settings

        settings.register_profile("mutants", settings.default, derandomize=True, database=None)
        settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what is wanted; a file stays together and in its order, for its tests share what they set up."""
        items[:] = [item for item in items if item.nodeid in self.wanted]
        spent: dict[Path, float] = {}
        for item in items:
            spent[item.path] = spent.get(item.path, 0) + self.wanted[item.nodeid]
        items.sort(key=lambda item: spent[item.path])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that can not be read any more is a failure too."""
        if report.failed:
            self.notes.write_text(report.nodeid or "the collection", encoding="utf-8")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the test that fails."""
        if report.failed:
            self.notes.write_text(report.nodeid, encoding="utf-8")


def preload(root: Path, modules: Sequence[str]) -> None:
    """Import what the tests need besides cnncalc and themselves, and stand where they are run."""
    for name in modules:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(name)
    left = [name for name in sys.modules if name.partition(".")[0] in {"cnncalc", "tests"}]
    if left:
        raise RuntimeError(f"imported before it can be changed: {left[0]}")
    os.chdir(root)
    os.environ["PYTHONPATH"] = str(root)
    sys.path.insert(0, str(root))


def judge(
    mutant: Mutant | None,
    tests: dict[str, float],
    beside: dict[str, float],
    root: Path,
    scratch: Path,
    suspect: str | None = None,
) -> Verdict:
    """The verdict on a mutant, or on nothing changed, of the tests that can see it, then of those beside.

    `tests` and `beside` have the seconds each test takes. The test that killed the same mutant in an
    earlier run, the `suspect`, is asked first.
    """
    begun = time.perf_counter()
    known = {**tests, **beside}
    first = {suspect: known[suspect]} if suspect in known else {}
    if first and _run(mutant, first, root, scratch) == suspect:
        return Verdict(suspect, len(tests), time.perf_counter() - begun)
    for part in (*_parts(tests), *filter(None, [beside])):
        left = dict(part)
        while left:
            killer = _run(mutant, left, root, scratch)
            if killer is None:
                break
            alone = {killer: part[killer]} if killer in part else {}
            if not alone or _run(mutant, alone, root, scratch):
                return Verdict(killer, len(tests), time.perf_counter() - begun)
            # It has failed for what ran before it, or for want of time: that is no verdict.
            del left[killer]
    return Verdict(None, len(tests), time.perf_counter() - begun)


def _parts(tests: dict[str, float]) -> Iterator[dict[str, float]]:
    """The quick tests of the files that have most of them, for a few seconds; then the others."""
    of_file: dict[str, list[str]] = {}
    for name in sorted(tests, key=lambda name: (tests[name], name)):
        of_file.setdefault(name.partition("::")[0], []).append(name)
    first: dict[str, float] = {}
    for file in sorted(of_file, key=lambda file: (-len(of_file[file]), file))[:_FEW]:
        spent = 0.0
        for name in of_file[file]:
            spent += tests[name]
            if spent > _SECONDS / _FEW:
                break
            first[name] = tests[name]
    if first:
        yield first
    rest = {name: seconds for name, seconds in tests.items() if name not in first}
    if rest:
        yield rest


def _run(mutant: Mutant | None, tests: dict[str, float], root: Path, scratch: Path) -> str | None:
    """The test that fails, or `time` if none does in time."""
    scratch.mkdir(exist_ok=True)
    notes = scratch / "notes"
    notes.unlink(missing_ok=True)
    limit = START + FACTOR * sum(tests.values())
    child = os.fork()
    if child == 0:
        _test(mutant, tests, root, scratch, int(limit))
    status = _wait(child, limit * _WAITS)
    with contextlib.suppress(ProcessLookupError):  # what a test has started and not ended
        os.killpg(child, signal.SIGKILL)
    shutil.rmtree(scratch / "tmp", ignore_errors=True)
    if status in {None, -signal.SIGXCPU, -signal.SIGKILL}:
        return "time"
    if status in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}:
        return None
    if status in {pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED} and notes.exists():
        return notes.read_text(encoding="utf-8")
    if status is not None and status < 0:  # a signal of another kind: the interpreter has given up
        return f"signal {-status}"
    raise RuntimeError(
        f"the tests ended with {status}:\n{(scratch / 'log').read_text(encoding='utf-8')}"
    )


def _wait(child: int, limit: float) -> int | None:
    until = time.monotonic() + limit
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _test(
    mutant: Mutant | None,
    tests: dict[str, float],
    root: Path,
    scratch: Path,
    limit: int,
) -> None:
    """In the forked process: run the tests with the mutant in the place of its file, and end."""
    result = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (limit + 1, limit + 2))
        log = os.open(scratch / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 1)
        os.dup2(log, 2)
        if mutant is not None:
            _replace(mutant, root, scratch)
        result = int(pytest.main(_arguments(tests, scratch), [_Only(tests, scratch / "notes")]))
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(result)


def _arguments(tests: dict[str, float], scratch: Path) -> Sequence[str]:
    files = sorted({name.partition("::")[0] for name in tests})
    plugins = ["-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov"]
    # Where pytest rewrites assertions, it reads a file whose doctests are run by itself: unchanged.
    return [
        "-x",
        "-q",
        "--tb=line",
        "--assert=plain",
        *plugins,
        f"--basetemp={scratch / 'tmp'}",
        *files,
    ]


_REPLACE = """
import warnings
from importlib.machinery import SourceFileLoader

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    code = compile({source!r}, {path!r}, "exec")
get_code = SourceFileLoader.get_code

def changed(self, fullname):
    return code if self.path == {path!r} else get_code(self, fullname)

SourceFileLoader.get_code = changed
"""


def _replace(mutant: Mutant, root: Path, scratch: Path) -> None:
    """Read the changed source in place of its file: here, and in every Python that a test starts."""
    text = _REPLACE.format(source=mutant.source, path=str(root / mutant.path))
    (scratch / "sitecustomize.py").write_text(text, encoding="utf-8")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(scratch), str(root)])
    sys.path.insert(0, str(scratch))
    shutil.rmtree(scratch / "__pycache__", ignore_errors=True)  # of the mutant before
    sys.modules.pop("sitecustomize", None)
    importlib.invalidate_caches()
    importlib.import_module("sitecustomize")
