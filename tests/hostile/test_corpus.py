"""Every hostile text ends in its error, within two seconds of CPU and 200 MB."""

import json
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

import cnncalc

from .corpus import CASES

RUN = Path(__file__).parent / "run.py"
SECONDS = 2
BYTES = 200_000_000

pytest.importorskip("resource", reason="limits are set by Unix")


@pytest.fixture(scope="module")
def results():
    """What became of every case; a process that dies is started anew behind its last case."""
    found = {}
    names = list(CASES)
    while len(found) < len(names):
        done = subprocess.run([sys.executable, str(RUN), str(len(found))], capture_output=True, text=True, check=False,
                              cwd=Path(cnncalc.__file__).parent.parent, env={"PYTHONPATH": ".", "PYTHONIOENCODING": "utf-8"})  # fmt: skip
        for line in done.stdout.splitlines():
            result = json.loads(line)
            found[result["name"]] = result
        if done.returncode == 0:
            break
        assert done.stdout, done.stderr
        found[names[len(found) - 1]]["died"] = done.stderr.strip().rpartition("\n")[2] or f"signal {-done.returncode}"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_hostile_input_ends_in_its_error(name, results):
    expected = CASES[name][1]
    result = results[name]

    assert "died" not in result, result["died"]
    assert set(result["codes"]) & set(expected) or (not result["codes"] and "" in expected), result["codes"]
    assert result["seconds"] < SECONDS
    assert result["bytes"] < BYTES


def test_a_file_of_bytes_is_read_no_further_than_it_may_be(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(10**9)  # a sparse file: a gigabyte that takes no room
    tracemalloc.start()
    with pytest.raises(cnncalc.SpecError) as error:
        cnncalc.load(str(path))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    path.unlink()
    assert error.value.diagnostics[0].code in ("E001", "E004")
    assert most < BYTES


def test_a_directory_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        cnncalc.load(str(tmp_path))


@pytest.mark.parametrize("path", ["", "\0", "a\0b", "::", "x::y", "/dev/null"])
def test_a_strange_path_is_an_os_error_or_a_spec_error(path):
    with pytest.raises((OSError, ValueError)):
        cnncalc.load(path)
