"""The hook, run by pre-commit in a repository that uses it."""

import os
import subprocess
import sys

import pytest

from .conftest import commit, git

pytest.importorskip("pre_commit", reason="pre-commit is not installed")

GOOD = "cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\nexpect: {params: 8}\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Where pre-commit keeps what it installs."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def user(source, cache, tmp_path):
    """A repository with specs that uses the hook, and a way to run it there."""
    revision = git(source, "rev-parse", "HEAD")
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {source.as_uri()}\n    rev: {revision}\n    hooks:\n      - id: cnncalc\n",
        encoding="utf-8")  # fmt: skip
    (tmp_path / "nets/specs").mkdir(parents=True)
    (tmp_path / "nets/specs/net.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text("no: spec\n", encoding="utf-8")
    commit(tmp_path)

    def run():
        if git(tmp_path, "status", "--porcelain"):
            commit(tmp_path)
        done = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"], check=False,
            cwd=tmp_path, capture_output=True, text=True, env={**os.environ, "PRE_COMMIT_HOME": str(cache)},
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    return tmp_path, run


def test_sound_specs_pass_and_other_files_are_no_business_of_the_hook(user):
    _, run = user
    code, printed = run()

    assert code == 0, printed
    assert "cnncalc check" in printed
    assert "Passed" in printed


def test_a_broken_spec_stops_the_commit_and_says_why(user):
    folder, run = user
    (folder / "nets/specs/net.yaml").write_text(GOOD.replace("params: 8", "params: 9"), encoding="utf-8")
    code, printed = run()

    assert code == 1
    assert "Failed" in printed
    assert "params is 8, expected 9" in printed
    assert "nets/specs/net.yaml:4:" in printed


def test_without_specs_there_is_nothing_to_do(user):
    folder, run = user
    (folder / "nets/specs/net.yaml").unlink()
    code, printed = run()

    assert code == 0, printed
    assert "Skipped" in printed
