"""The code of all networks, and of single layers, has no finding of mypy and of ruff; with the frameworks installed mypy knows their types."""

import subprocess
import sys
from pathlib import Path

import pytest

from cnncalc import SpecError, load, loads, registry
from tests.zoo.models import names
from tools.truth.exports_numbers_cases import read

DATA = Path(__file__).parent / "data"


def networks():
    for name in sorted({name.partition(" ")[0] for name in names()}):
        yield load(f"zoo:{name}")
    for file in ("layers.txt", "normalised.txt"):
        for _, spec in read(DATA / file):
            yield loads(spec)


@pytest.mark.slow
@pytest.mark.parametrize(("target", "least"), [("torch", 370), ("keras", 350)])
def test_mypy_and_ruff_find_nothing(tmp_path, target, least):
    count = 0
    for network in networks():
        try:
            text = registry.load("exporters", target).export(network)
        except SpecError:
            continue
        (tmp_path / f"n{count}.py").write_text(text, encoding="utf-8")
        count += 1
    options = ["--config-file=", "--check-untyped-defs", "--disable-error-code=import-untyped", "--disable-error-code=import-not-found",
               f"--cache-dir={tmp_path / 'cache'}"]  # fmt: skip

    done = subprocess.run([sys.executable, "-m", "mypy", *options, str(tmp_path)], capture_output=True, text=True, check=False)

    assert done.stdout == f"Success: no issues found in {count} source files\n"
    assert count > least
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "--isolated", "--exclude=cache", str(tmp_path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
