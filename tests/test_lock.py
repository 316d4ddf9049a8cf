"""The versions of `constraints.txt` are those of every Python, and within what pyproject.toml allows."""

from importlib import import_module
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cnncalc.check.config import READER
from tools import versions

ROOT = Path(__file__).parent.parent
PROJECT = import_module(READER).loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = [word.rpartition(" ")[2] for word in PROJECT["project"]["classifiers"] if ":: 3." in word]


def holds(requirement, python):
    """Whether a line is about a Python."""
    there = {"python_version": python, "python_full_version": f"{python}.1", "extra": ""}
    return requirement.marker is None or requirement.marker.evaluate(there)


def locked():
    """The lines of the lock."""
    lines = versions.LOCK.read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def needed():
    """What pyproject.toml asks for: to run, to develop, to build."""
    # PyTorch is asked by `make truth` alone, whose requirements have its version.
    extras = chain.from_iterable(needs for extra, needs in PROJECT["project"]["optional-dependencies"].items() if extra != "torch")
    listed = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"], *extras]
    return [need for need in map(Requirement, listed) if need.name != "cnncalc"]


def test_every_supported_python_is_named():
    assert PYTHONS == ["3.10", "3.11", "3.12", "3.13", "3.14"]


@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_is_locked_within_its_range(python):
    found = {line.name: next(iter(line.specifier)).version for line in locked() if holds(line, python)}
    needs = [need for need in needed() if holds(need, python)]
    missing = {canonicalize_name(need.name) for need in needs} - set(found)
    assert missing == set(), "run make lock"
    assert [str(need) for need in needs if found[canonicalize_name(need.name)] not in need.specifier] == [], "run make lock"


def test_a_version_is_one_and_comes_from_nowhere_in_particular():
    for line in locked():
        assert [part.operator for part in line.specifier] == ["=="], line
        assert line.url is None
    text = versions.LOCK.read_text(encoding="utf-8")
    assert not any(word in text for word in ("://", "--", " file:", "/"))


def test_what_is_installed_in_another_version_is_told(tmp_path, monkeypatch, capsys):
    lock = tmp_path / "constraints.txt"
    lock.write_text(f"# by hand\npytest==0.1\nruff==1 ; python_version < '3'\nno-such-package==1\nPyYAML=={version('pyyaml')}\n",
                    encoding="utf-8")  # fmt: skip
    monkeypatch.setattr(versions, "LOCK", lock)
    versions.main()
    assert capsys.readouterr().out == f"pytest {version('pytest')} (constraints.txt: ==0.1)\n"
