"""The GitHub Action: its steps, run as GitHub runs them, in a repository with specs."""

import os
import re
import subprocess
import sys

import pytest
import yaml

from .conftest import ROOT, commit, git, program

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = ACTION["runs"]["steps"]
GOOD = "cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\nexpect: {params: 8}\n"


class Job:
    """A job that uses the Action in `folder`; what it prints, and whether it went well."""

    def __init__(self, folder, source, temporary, **inputs):
        self.folder = folder
        self.temporary = temporary
        self.known = {f"inputs.{name}": str(given["default"]) for name, given in ACTION["inputs"].items()}
        self.known |= {f"inputs.{name}": value for name, value in inputs.items()}
        self.known |= {"github.action_path": str(source), "inputs.python": sys.executable}
        self.printed = ""
        self.failed = False

    @property
    def summary(self):
        return (self.temporary / "summary.md").read_text(encoding="utf-8")

    def run(self, *names):
        """The steps of these names, in their order."""
        for step in STEPS:
            if step["name"] in names and self.is_wanted(step.get("if", "")):
                self.step(step)
        return self

    def is_wanted(self, condition):
        """Whether a step runs: of the language of conditions, what the Action uses."""
        parts = condition.removeprefix("${{").removesuffix("}}").split("&&")
        values = {"": not self.failed, "!cancelled()": True}
        for part in map(str.strip, parts):
            name, unequal, value = part.partition(" != ")
            values.setdefault(part, bool(unequal) and self.known[name] != value.strip("'"))
        return all(values[part.strip()] for part in parts)

    def step(self, step):
        assert step["shell"] == "bash"
        given = {name: re.sub(r"\$\{\{ (.+?) \}\}", lambda m: self.known[m[1]], value)
                 for name, value in step["env"].items()}  # fmt: skip
        files = {name: self.temporary / file for name, file in
                 {"GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary.md"}.items()}  # fmt: skip
        for file in files.values():
            file.touch()
        script = self.temporary / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        done = subprocess.run(
            [program("bash"), "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            check=False, cwd=self.folder, capture_output=True, text=True,
            env={**os.environ, **given, **{name: str(file) for name, file in files.items()},
                 "GITHUB_ACTIONS": "true", "RUNNER_TEMP": str(self.temporary)},
        )  # fmt: skip
        self.printed += done.stdout + done.stderr
        self.failed = self.failed or done.returncode != 0
        for line in files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step['id']}.outputs.{name}"] = value


@pytest.fixture(scope="module")
def installed(source, tmp_path_factory):
    """The outputs of the first step, which takes longest."""
    job = Job(source, source, tmp_path_factory.mktemp("runner")).run("Install cnncalc")
    assert not job.failed, job.printed
    return {name: value for name, value in job.known.items() if name.startswith("steps.")}


@pytest.fixture
def job(installed, source, tmp_path):
    """A job in a repository with one spec, cnncalc being installed."""
    (tmp_path / "repository/specs").mkdir(parents=True)
    (tmp_path / "repository/specs/net.yaml").write_text(GOOD, encoding="utf-8")
    commit(tmp_path / "repository")
    (tmp_path / "runner").mkdir()

    def job(**inputs):
        made = Job(tmp_path / "repository", source, tmp_path / "runner", **inputs)
        made.known |= installed
        return made

    return job


def test_every_input_is_described_and_used():
    text = (ROOT / "action.yml").read_text(encoding="utf-8")

    assert all(given["description"] and "default" in given for given in ACTION["inputs"].values())
    assert all(f"inputs.{name}" in text.partition("runs:")[2] for name in ACTION["inputs"])


def test_no_input_is_written_into_a_script():
    """It would be run: inputs reach a script by its environment only."""
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_what_is_installed_is_whole(installed, tmp_path):
    """The templates, the zoo and the manual of the codes are files that are no modules."""
    for arguments in (["init", "first"], ["check", "first.yaml"], ["shapes", "zoo:lenet5"], ["explain", "E306"]):
        done = subprocess.run([installed["steps.install.outputs.python"], "-I", "-m", "cnncalc", *arguments],
                              check=False, cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == 0, done.stderr


def test_what_is_installed_reads_the_settings_of_a_project(installed, tmp_path):
    """On each Python: TOML is read by a part of Python, or by a package that has to come along."""
    (tmp_path / "net.yaml").write_text(GOOD.replace("params: 8", "params: 9"), encoding="utf-8")
    for settings, code in (("", 1), ('ignore = ["X501"]\n', 0)):
        (tmp_path / "pyproject.toml").write_text(f"[tool.cnncalc]\n{settings}", encoding="utf-8")
        done = subprocess.run([installed["steps.install.outputs.python"], "-I", "-m", "cnncalc", "check"],
                              check=False, cwd=tmp_path, capture_output=True, text=True)  # fmt: skip
        assert done.returncode == code, done.stderr


def test_sound_specs_pass(job):
    done = job().run("Check the specs")

    assert not done.failed, done.printed
    assert "::error" not in done.printed


def test_a_broken_spec_fails_with_an_annotation_on_its_line(job):
    done = job()
    (done.folder / "specs/net.yaml").write_text(GOOD.replace("params: 8", "params: 9"), encoding="utf-8")
    done.run("Check the specs")

    assert done.failed
    assert re.search(r"^::error file=specs/net\.yaml,line=4,", done.printed, re.MULTILINE)
    assert "X501" in done.summary


def test_several_paths_may_be_given_on_lines(job):
    done = job(paths="specs\nmore  specs/net.yaml\n")
    (done.folder / "more").mkdir()
    (done.folder / "more/other.yaml").write_text(GOOD.replace("params: 8", "params: 7"), encoding="utf-8")

    assert "file=more/other.yaml,line=4" in done.run("Check the specs").printed
    assert done.failed


def test_a_path_is_not_run(job):
    done = job(paths="specs; touch hacked $(touch hacked) `touch hacked`").run("Check the specs")

    assert done.failed
    assert not (done.folder / "hacked").exists()


def test_warnings_fail_if_that_is_wished(job):
    spec = "cnncalc: 1\nvars: {unused: 1}\n" + GOOD.partition("\n")[2]
    for strict in ("false", "true"):
        done = job(strict=strict)
        (done.folder / "specs/net.yaml").write_text(spec, encoding="utf-8")

        assert done.run("Check the specs").failed == (strict == "true"), done.printed


def test_what_a_change_does_is_shown_even_if_it_breaks_something(job):
    before = commit_of(job())
    done = job(diff=before)
    (done.folder / "specs/net.yaml").write_text(GOOD.replace("dense: 2", "dense: 5"), encoding="utf-8")
    commit(done.folder)
    done.run("Check the specs", "Show what changes")

    assert done.failed
    assert "20" in done.summary


def test_a_shallow_checkout_fetches_what_it_compares_with(job, tmp_path):
    origin = job()
    before = commit_of(origin)
    (origin.folder / "specs/net.yaml").write_text(
        GOOD.replace("dense: 2", "dense: 5").replace("8", "20"), encoding="utf-8")
    commit(origin.folder)
    git(origin.folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", origin.folder.as_uri(), "shallow")
    done = job(diff=before, paths="specs new")
    done.folder = tmp_path / "shallow"
    done.run("Show what changes")

    assert not done.failed, done.printed
    assert "20" in done.summary


def test_without_a_revision_nothing_is_compared(job):
    assert job().run("Show what changes").printed == ""


def commit_of(job):
    return git(job.folder, "rev-parse", "HEAD")
