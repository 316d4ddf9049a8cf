"""`cnncalc check specs`: every network of the zoo holds, and it does not take long."""

import os
import subprocess
import sys

import pytest

from .conftest import ROOT

resource = pytest.importorskip("resource", reason="only Unix tells the time that a process has worked")

SECONDS = 3
"""What it may take where two processors have nothing else to do."""


def test_all_specs_are_judged_sound_in_time(tmp_path):
    """Two processors have twice the time to work; that of a clock would count what others do meanwhile."""
    code = "import sys; from cnncalc.cli.main import main; main(sys.argv[1:])"
    # The first run compiles what has not been compiled, as an installation would have done.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code, "check", "specs"], check=False, cwd=ROOT,
                              capture_output=True, text=True, env=environment)  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
        assert "✓" in done.stdout

    assert min(spent) < 2 * SECONDS
