"""The corpus of bad specs, as a machine reads what is found in it: each fault once, at its place."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).parent.parent


def expected():
    """The table of tests/test_bad_specs.py."""
    spec = importlib.util.spec_from_file_location("_bad_specs", TESTS / "test_bad_specs.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.FOUND


FOUND = {
    name: found for name, found in expected().items()
    # Only libyaml words and places syntax errors as it does.
    if yaml.__with_libyaml__ or not any(finding.startswith("E001") for finding in found)
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One run over the whole corpus."""
    import os
    from contextlib import redirect_stdout
    from io import StringIO

    from cnncalc.cli import main as cli

    printed, before = StringIO(), Path.cwd()
    os.chdir(TESTS)
    try:
        with redirect_stdout(printed), pytest.raises(SystemExit) as ended:
            cli.main(["check", "--format", "json", *(f"bad/{name}.yaml" for name in FOUND)])
    finally:
        os.chdir(before)
    return ended.value.code, json.loads(printed.getvalue())


def test_the_run_fails(run):
    assert run[0] == 1


def test_the_corpus_is_large():
    assert len(FOUND) >= 60


@pytest.mark.parametrize("name", FOUND)
def test_a_bad_spec_gives_exactly_the_findings_that_are_expected(run, name):
    path = f"bad/{name}.yaml"
    found = [d for d in run[1]["diagnostics"] if d["path"] == path]

    assert [f"{d['code']} {d['line']}:{d['column']}" for d in found] == FOUND[name]
    assert {d["severity"] for d in found} == {"error"}
    for finding in found:
        start, end = (finding["line"], finding["column"]), (finding["end_line"], finding["end_column"])
        assert (1, 1) <= start <= end
    assert not any(model["passed"] for model in run[1]["models"] if model["path"] == path and model["params"] is None)
