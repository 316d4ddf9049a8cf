"""What all tests share."""

import importlib
import io
import os
import pkgutil
import sys
from contextlib import contextmanager
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import cnncalc as package
from cnncalc.cli import main as cli

# A slow machine is not a wrong answer; speed is measured by `make bench`.
settings.register_profile(
    "patient",
    parent=settings.default,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")


def pytest_addoption(parser):
    parser.addoption("--update", action="store_true", help="write the golden files anew")


# Much repeated work on few lines: measuring which lines run would cost more than the tests do.
_UNMEASURED = (
    "tests/conformance/",
    "tests/cost/test_liveness",
    "tests/receptive_field/test_slim",
    "tests/derivations/test_rows",
    "tests/derivations/test_symbols",
    "tests/foreign/test_formats",
    "tests/formulas/test_nms.py::test_ten_thousand",
    "tests/formulas/test_nms.py::test_the_index",
    "tests/receptive_field/test_bounds",
    "tests/solve/test_brute_force",
    "tests/receptive_field/test_truth",
    "tests/test_docs",
    "tests/test_schema.py::test_it_accepts_the_spec",
    "tests/test_schema.py::test_what_cnncalc_accepts_the_schema_accepts",
    "tests/zoo/test_command.py::test_the_list_has_every_name_that_can_be_loaded",
    "tests/zoo/test_layers",
    "tests/zoo/test_published",
)


@contextmanager
def _unmeasured():
    # The marker `no_cover` of pytest-cov ends one of the two measurements that run in a worker.
    trace = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(trace)


@pytest.hookimpl(hookwrapper=True)
def pytest_collection():
    if sys.gettrace() is None:
        yield
        return
    # To measure how tests are collected takes twice the time; modules run only once, so before that.
    for module in pkgutil.walk_packages(package.__path__, "cnncalc."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    with _unmeasured():
        yield


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    if item.nodeid.startswith(_UNMEASURED):
        with _unmeasured():
            yield
    else:
        yield


class Ran(NamedTuple):
    """What came of a command: the exit code, what was printed, what was complained."""

    code: int
    out: str
    err: str


@pytest.fixture
def stdin(monkeypatch):
    """Puts a text or bytes in place of the standard input."""

    def put(given):
        raw = given if isinstance(given, bytes) else given.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))

    return put


@pytest.fixture
def cnncalc(capsys, monkeypatch, stdin):
    """The command line, run in this process: `cnncalc("shapes", "-", stdin=text)` gives a `Ran`."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)

    put = stdin

    def run(*arguments, stdin=None):
        if stdin is not None:
            put(stdin)
        with pytest.raises(SystemExit) as stopped:
            cli.main([os.fspath(argument) for argument in arguments])
        return Ran(stopped.value.code or 0, *capsys.readouterr())

    return run
