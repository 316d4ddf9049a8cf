"""The recipes of docs/ci.md do what the page says."""

import json
import os
import re
import subprocess
import sys

import pytest
import yaml

from .conftest import ROOT, program

PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
GOOD = "cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\nexpect: {params: 8}\n"


def recipe(language, word):
    """The block of the page in which a word stands."""
    [found] = [block for block in re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE) if word in block]
    return found


@pytest.fixture
def repository(tmp_path):
    """A folder with a sound spec and a broken one, and `cnncalc` on the path: a way to run a line of shell."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs/good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "specs/bad.yaml").write_text(GOOD.replace("params: 8", "params: 9"), encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/cnncalc").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cnncalc "$@"\n', encoding="utf-8")
    (tmp_path / "bin/cnncalc").chmod(0o755)

    def run(line):
        return subprocess.run(
            [program("bash"), "-c", line], check=False, cwd=tmp_path, capture_output=True, text=True,
            env={**os.environ, "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"})  # fmt: skip

    return tmp_path, run


def test_gitlab_gets_a_report_and_a_failing_job(repository):
    folder, run = repository
    job = yaml.safe_load(recipe("yaml", "codequality"))["cnncalc"]
    install, *script = job["script"]
    done = [run(line).returncode for line in script]
    report = json.loads((folder / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))

    assert install.startswith("pip install")
    assert done == [1]
    assert [(entry["check_name"], entry["location"]["path"]) for entry in report] == [("X501", "specs/bad.yaml")]


def test_the_recipe_for_pytest_has_a_test_for_every_spec(repository):
    folder, _ = repository
    (folder / "test_specs.py").write_text(recipe("python", "pytest"), encoding="utf-8")
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_specs.py"],
                          check=False, cwd=folder, capture_output=True, text=True)  # fmt: skip

    assert "1 failed, 1 passed" in done.stdout
    assert "params is 8, expected 9" in done.stdout


def test_the_action_and_the_hook_have_what_the_page_says_of_them():
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    given = yaml.safe_load(recipe("yaml", "pull_request"))["jobs"]["specs"]["steps"][-1]["with"]
    used = yaml.safe_load(recipe("yaml", "repos:"))["repos"][0]["hooks"]

    assert set(given) <= set(action["inputs"])
    assert set(re.findall(r"^\| `(\w+)` \| .*", PAGE.partition("| `with` |")[2].partition("\n\n")[0], re.MULTILINE)) == set(action["inputs"])
    assert [hook["id"] for hook in used] == [hook["id"] for hook in hooks]
