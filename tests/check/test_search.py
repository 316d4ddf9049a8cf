"""Nothing in a folder that is a spec goes by unjudged, and nothing else is read."""

import os
import re
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.check import marking
from cnncalc.check.marking import is_spec, is_spec_file
from cnncalc.check.patterns import matches

GOOD = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers: [relu]\n"
BAD = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers: [nonsense]\n"


@pytest.mark.parametrize("data", [
    b"cnncalc: 1\n",
    b"cnncalc : 1\n",
    b"\xef\xbb\xbfcnncalc: 1\n",
    b"# a comment\r\ncnncalc: 1\r\n",
    b"# a comment\rcnncalc: 1\r",
    b"  cnncalc: 1\n  layers: []\n",
    b'"cnncalc": 1\n',
    b"'cnncalc': 1\n",
    b'"\\x63nncalc": 1\n',
    b"? cnncalc\n: 1\n",
    b"{cnncalc: 1, layers: []}",
    b'{"cnncalc": 1}',
    b"\xef\xbb\xbf{cnncalc: 1}",
    b"--- {cnncalc: 1}",
    b"- a\n---\n{cnncalc: 1}",
    b"!!map {cnncalc: 1}",
    b"{x: [1, {a: b}], y: {a: b}, cnncalc: 1}",
    b"x: &a cnncalc\n*a : 1\n",
    b"{cnncalc: 1, \xff}",
    b"{cnncalc: 1, layers: [",
    b'{layers: [}, "cnncalc": 1}',
])
def test_a_spec_is_known_however_its_key_is_written(data):
    assert is_spec(data)


@pytest.mark.parametrize("data", [
    b"",
    b"\xff\xfe",
    b"# cnncalc: 1\n",
    b"on: push\njobs: {cnncalc: 1}\n",
    b"services:\n  cnncalc:\n    image: x\n",
    b"- cnncalc: 1\n",
    b"[cnncalc, 1]",
    b"- - cnncalc\n  - 1\n",
    b"cnncalc\n",
    b"a: cnncalc\n",
    b"a: 'cnncalc: 1'\nb: \"\\n\"\n",
    b"{[cnncalc]: 1}",
    b"x-cnncalc: [",
    b"a: [b",
])
def test_what_only_speaks_of_cnncalc_is_none(data):
    assert not is_spec(data)


@pytest.mark.slow
def test_the_mark_may_stand_behind_more_than_a_spec_may_have(tmp_path, monkeypatch):
    monkeypatch.setattr(marking, "_MOST", 1_000)
    monkeypatch.setattr(marking, "_PIECE", 100)
    for before in range(900, 1_300):
        (tmp_path / "a").write_bytes(b"#" * before + b"\n" + b"cnncalc: 1\n" + b"#" * 500)
        assert is_spec_file(str(tmp_path / "a"))
    (tmp_path / "a").write_bytes(b"#" * 2_000)
    assert not is_spec_file(str(tmp_path / "a"))


@pytest.mark.slow
def test_a_file_that_is_large_is_not_held_in_memory(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    assert not is_spec_file(str(tmp_path / "a"))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 60_000_000


def test_what_a_search_has_found_is_a_file_whatever_it_is_called(found, write):
    write("d/a.yaml", GOOD)
    write("d/a.yaml::evil.yaml", BAD)
    write("d/none::evil.yaml", BAD)
    write("d/zoo:x.yaml", BAD)
    write("zoo:resnet50.yaml", BAD)
    write("HEAD:x.yaml", BAD)

    assert found(".") == [
        "HEAD:x.yaml:3:10: E102", "zoo:resnet50.yaml:3:10: E102", "d/a.yaml::evil.yaml:3:10: E102",
        "d/none::evil.yaml:3:10: E102", "d/zoo:x.yaml:3:10: E102",
    ]  # fmt: skip
    assert found("zoo:resnet50.yaml", "d/a.yaml::evil.yaml") == ["zoo:resnet50.yaml:3:10: E102", "d/a.yaml::evil.yaml:3:10: E102"]


def test_what_is_called_as_a_model_and_leads_nowhere_is_no_model(check, write, repository):
    write("a.yaml", GOOD)
    for name in ("a.yaml::b.yaml", "zoo:resnet50.yaml"):
        (repository / name).symlink_to(f"no-{name}")
    done = check(".", "--format", "concise")

    assert done.code == 1
    assert done.out.startswith("a.yaml::b.yaml: E001: it cannot be read: No such file or directory")
    assert "\nzoo:resnet50.yaml: E001: it cannot be read" in done.out


def test_a_file_or_a_folder_that_cannot_be_read_is_a_finding_and_the_rest_is_judged(check, write, repository, monkeypatch):
    write("a/net.yaml", GOOD)
    write("b/net.yaml", BAD)
    write("c/net.yaml", GOOD)
    scan, know = os.scandir, is_spec_file

    def scandir(path):
        if os.fspath(path).endswith("a"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    def is_known(path):
        if "c" in path:
            raise PermissionError(13, "Permission denied", path)
        return know(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr("cnncalc.check.search.is_spec_file", is_known)
    done = check("--format", "concise")

    assert done.code == 1
    assert re.findall(r"^(\S+): E", done.out, re.MULTILINE) == ["./a", "b/net.yaml:3:10", "c/net.yaml"]
    assert done.out.count("it cannot be read: Permission denied") == 2
    assert check("--format", "json").code == check("--format", "sarif").code == check("--format", "junit").code == 1


def test_a_file_that_vanishes_after_it_was_found_is_a_finding(check, write, repository, monkeypatch):
    write("a.yaml", GOOD)
    monkeypatch.setattr("cnncalc.check.search.is_spec_file", lambda path: os.unlink(path) or True)
    done = check("--format", "concise")

    assert (done.code, done.out.splitlines()[0]) == (1, "a.yaml: E001: it cannot be read: No such file or directory")


def test_comparing_a_folder_in_which_something_cannot_be_read_is_no_comparison(cnncalc, write, repository):
    write("old/a.yaml", GOOD)
    write("new/a.yaml", GOOD)
    (repository / "new" / "b.yaml").symlink_to("nowhere")

    assert cnncalc("diff", "old", "new") == (2, "", "cnncalc: cannot read new/b.yaml: No such file or directory\n")


def test_devices_and_pipes_are_not_opened_and_links_to_folders_not_followed(found, write, repository):
    write("d/a.yaml", BAD)
    os.mkfifo(repository / "d/pipe.yaml")
    (repository / "d/b.yaml").symlink_to("pipe.yaml")
    (repository / "d/c.yaml").symlink_to("/dev/stdin")
    (repository / "d/d.yaml").symlink_to("/dev/zero")
    (repository / "d/round").symlink_to(".")
    (repository / "d/.#a.yaml").symlink_to("someone@somewhere.1234")

    assert found("d") == ["d/a.yaml:3:10: E102"]


@pytest.mark.slow
def test_folders_may_be_deeper_than_functions_may_call_each_other(found, repository, write):
    # So deep that the whole path is still one that the system takes.
    folders = ["/".join("d" * depth) for depth in range(1, 1_500)]
    for folder in folders:
        (repository / folder).mkdir()
    name = write(f"{folders[-1]}/a.yaml", BAD)

    assert found(".") == [f"{name}:3:10: E102"]
    # Not all that empties the folder of a test goes so deep.
    (repository / name).unlink()
    for folder in reversed(folders):
        (repository / folder).rmdir()


# Patterns ------------------------------------------------------------------------------------


def reference(pattern, path):
    """The pattern as a regular expression, which says the same and may take for ever."""
    pattern = pattern.removeprefix("./").rstrip("/")
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    pieces = re.findall(r"\*\*/|\*\*|\*|\?|\[!?[^]]+\]|.", pattern)
    regex = "".join(words.get(piece) or (piece.replace("[!", "[^") if len(piece) > 1 else re.escape(piece)) for piece in pieces)
    return re.fullmatch(("" if "/" in pattern else "(?:.*/)?") + regex + "(?:/.*)?", path) is not None


PIECES = st.lists(st.sampled_from(["a", "b", "/", "*", "**", "**/", "?", "[ab]", "[!a]", "[a-c]", "."]), max_size=6)


@given(PIECES.map("".join), st.text("ab/c.", max_size=8))
def test_a_pattern_means_what_the_regular_expression_means(pattern, path):
    if "***" not in pattern:
        assert matches(pattern, path) == reference(pattern, path)


@pytest.mark.parametrize(("pattern", "path", "expected"), [
    ("[z-a]x", "bx", False),
    ("[[]", "[", True),
    ("[]", "[]", True),
    ("***/a", "b/c/a", True),
    ("", "a", False),
])
def test_odd_patterns_mean_something(pattern, path, expected):
    assert matches(pattern, path) is expected


def test_many_stars_take_no_longer_than_their_number():
    assert not matches("*a" * 500 + "b", "a" * 4_000)
    assert not matches("**/" * 500 + "b", "a/" * 2_000)
