"""Specs in revisions of git, by a real repository."""

import os
import shutil
import subprocess

import pytest

from cnncalc import load
from cnncalc.diff.sides import side
from cnncalc.errors import UsageError
from cnncalc.language import git
from cnncalc.language.git import Place

SPEC = b"cnncalc: 1\ninput: {features: 3}\nlayers: [dense: 2]\n"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.mark.parametrize(("text", "place"), [
    ("main:net.yaml", Place("main", "net.yaml")),
    ("origin/main:specs", Place("origin/main", "specs")),
    ("HEAD~2:./specs", Place("HEAD~2", "./specs")),
    ("v1.0:a:b.yaml", Place("v1.0", "a:b.yaml")),
    ("HEAD@{2024-01-01 10:30}:net.yaml", Place("HEAD@{2024-01-01 10:30}", "net.yaml")),
    ("HEAD^{/fix: all}:net.yaml", Place("HEAD^{/fix: all}", "net.yaml")),
    ("a:net.yaml", Place("a", "net.yaml")),
    ("main:", Place("main", "")),
    ("net.yaml", None),
    (r"C:\specs\net.yaml", None),
    ("C:/specs/net.yaml", None),
    (":net.yaml", None),
    ("--output=x:net.yaml", None),
    ("-x:net.yaml", None),
])  # fmt: skip
def test_what_is_a_place_in_git(text, place):
    assert git.parse(text) == place


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    """Two commits, the first called v1; a link, a file that is no spec, a hidden folder, odd names."""
    folder = tmp_path_factory.mktemp("repository")

    def run(*arguments):
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        names = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True,  # noqa: S607
                       env={**os.environ, **own, **names})  # fmt: skip

    run("init", "-q", ".")
    for name in ("specs/net.yaml", "specs/deep/one.yml", "specs/ü b.yaml", "specs/.hidden/x.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(SPEC)
    (folder / "specs/other.yaml").write_bytes(b"services: {}\n")
    (folder / "specs/link.yaml").symlink_to("net.yaml")
    (folder / "empty").mkdir()
    (folder / "empty/readme.md").write_bytes(b"nothing")
    run("add", ".")
    run("commit", "-q", "-m", "one")
    run("tag", "v1")
    (folder / "specs/net.yaml").write_bytes(SPEC.replace(b"2", b"4"))
    run("commit", "-q", "-a", "-m", "two")
    (folder / "specs/net.yaml").write_bytes(SPEC.replace(b"2", b"8"))
    return folder


@needs_git
@pytest.mark.parametrize(("text", "where", "content"), [
    ("v1:specs/net.yaml", "", SPEC),
    ("HEAD:specs/net.yaml", "", SPEC.replace(b"2", b"4")),
    ("HEAD:net.yaml", "specs", SPEC.replace(b"2", b"4")),
    ("HEAD:./net.yaml", "specs", SPEC.replace(b"2", b"4")),
    ("HEAD:specs/net.yaml", "specs", SPEC.replace(b"2", b"4")),
    ("specs/net.yaml", "", SPEC.replace(b"2", b"8")),
])  # fmt: skip
def test_a_file_in_a_revision(repository, monkeypatch, text, where, content):
    monkeypatch.chdir(repository / where)

    assert side(text, "old").files[""].data == content


@needs_git
def test_every_command_reads_what_is_in_a_revision(repository, monkeypatch, cnncalc):
    monkeypatch.chdir(repository)
    for command, said in (("params", "8 params"), ("check", "1 model passed"), ("expand", "units: 2")):
        assert said in cnncalc(command, "v1:specs/net.yaml").out

    assert load("v1:specs/net.yaml").params.value == 8
    assert load("HEAD:specs/net.yaml").params.value == 16


@needs_git
@pytest.mark.parametrize(("text", "error", "message"), [
    ("v1:specs", IsADirectoryError, "Is a directory"),
    ("v1:nets.yaml", UsageError, "there is no nets.yaml in v1"),
    ("v9:specs/net.yaml", FileNotFoundError, "No such file or directory"),
])  # fmt: skip
def test_what_a_revision_does_not_have(repository, monkeypatch, text, error, message):
    monkeypatch.chdir(repository)
    with pytest.raises(error, match=message):
        load(text)


@needs_git
@pytest.mark.parametrize(("text", "where"), [
    ("v1:specs", ""), ("v1:specs/", ""), ("v1:./", "specs"), ("v1:.", "specs"), ("v1:../specs", "empty"),
])  # fmt: skip
def test_a_folder_in_a_revision_holds_its_specs_and_nothing_else(repository, monkeypatch, text, where):
    monkeypatch.chdir(repository / where)
    found = side(text, "old")

    assert sorted(found.files) == ["deep/one.yml", "net.yaml", "ü b.yaml"]
    assert {file.data for file in found.files.values()} == {SPEC}
    assert found.label == "v1"


@needs_git
def test_the_whole_of_a_revision(repository, monkeypatch):
    monkeypatch.chdir(repository)

    assert sorted(side("v1:", "old").files) == ["specs/deep/one.yml", "specs/net.yaml", "specs/ü b.yaml"]


@needs_git
@pytest.mark.parametrize(("text", "message"), [
    ("v9:specs", "git knows no revision v9"),
    ("v1:nets", "there is no nets in v1"),
    ("v1:empty", "no spec found in v1:empty"),
    ("v1:specs::net", "v1:specs is a directory, and has no model net"),
])  # fmt: skip
def test_what_git_does_not_have(repository, monkeypatch, text, message):
    monkeypatch.chdir(repository)

    with pytest.raises(UsageError, match=message):
        side(text, "old")


@needs_git
def test_outside_of_a_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    with pytest.raises(UsageError, match="v1:specs asks git: this folder is in no repository"):
        side("v1:specs", "old")


def test_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(UsageError, match="git is not installed"):
        side("v1:specs", "old")


def test_what_exists_is_what_it_is_called(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("main:net.yaml", "a::b.yaml"):
        (tmp_path / name).write_bytes(SPEC)

        assert side(name, "old").files[""].data == SPEC


@pytest.mark.parametrize("text", ["nothing.yaml", r"C:\net.yaml", "C:/net.yaml", "-x:y"])
def test_what_there_is_not(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="there is no"):
        side(text, "old")
