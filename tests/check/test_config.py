"""What a project settles once, and what the command line settles in its place."""

import sys
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

from cnncalc.check import config

OFF = "cnncalc: 1\ninput: {features: 2}\nlayers: [dense: 3]\nexpect: {params: 1}\n"
WARNED = "cnncalc: 1\ninput: {features: 2}\nlayers: [dense: 3]\n# cnncalc: ignore\n"

@pytest.mark.parametrize(("file", "text"), [
    (".cnncalc.toml",  'ignore = ["X501"]'),
    ("pyproject.toml", '[tool.cnncalc]\nignore = ["X501"]'),
    ("pyproject.toml", '[project]\nname = "a"\n[tool]\ncnncalc = {ignore = ["X5"]}'),
    ("pyproject.toml", 'tool.cnncalc.ignore = ["X501"]'),
    ("pyproject.toml", '[ tool . "cnncalc" ]\nignore = ["X501"]'),
])
def test_settings_are_read(check, write, file, text):
    name = write("specs/net.yaml", OFF)
    assert check(name).code == 1
    write(file, text)

    assert check(name).code == check("specs").code == check(".").code == 0


def test_the_nearest_settings_hold_and_are_not_mixed(found, write, repository, monkeypatch):
    write("pyproject.toml", '[tool.cnncalc]\nignore = ["X"]')
    write("a/.cnncalc.toml", "")
    write("a/pyproject.toml", '[tool.cnncalc]\nignore = ["X"]')
    write("b/pyproject.toml", "[tool.other]\ncnncalc-like = 1")
    write("a/net.yaml", OFF)
    write("b/net.yaml", OFF)

    assert found("a") == ["a/net.yaml:4:18: X501"], "those of a/.cnncalc.toml, which settle nothing"
    assert found("b") == [], "those of pyproject.toml above"
    assert found("a", "b") == []
    monkeypatch.chdir(repository / "a")
    assert found("net.yaml") == ["net.yaml:4:18: X501"]
    assert found("-", "--stdin-filename", "../b/net.yaml", stdin=OFF) == []


def test_the_search_ends_with_the_repository(found, write, repository, monkeypatch):
    write(".cnncalc.toml", 'ignore = ["X"]')
    write("inner/.git/HEAD", "")
    write("inner/net.yaml", OFF)

    assert found("inner") == ["inner/net.yaml:4:18: X501"]


def test_the_command_line_wins(check, found, write):
    write(".cnncalc.toml", 'ignore = ["X"]\nselect = ["W"]\nstrict = true\nformat = "concise"')
    name = write("net.yaml", WARNED + OFF.split("\n")[3])

    assert found(name) == []
    assert found(name, "--select", "X", "--ignore", "W") == ["net.yaml:5:18: X501"]
    assert check(name, "--ignore", "X5", "--select", "W").out.startswith("✓ 1 model")
    write("net.yaml", WARNED)
    write(".cnncalc.toml", 'strict = true\nformat = "concise"')
    assert check(name).code == 1
    assert check(name).out.startswith("net.yaml:4:1: W600")
    assert check(name, "--ignore", "W").code == 0
    assert check(name, "--format", "text").out.startswith("warning[W600]")


@pytest.mark.parametrize(("settings", "names"), [
    ("",                                        ["a.yaml", "old/b.yaml", "old/deep/c.yaml", "sub/a.yml"]),
    ('exclude = ["old"]',                       ["a.yaml", "sub/a.yml"]),
    ('exclude = ["old/"]',                      ["a.yaml", "sub/a.yml"]),
    ('exclude = ["./old/*.yaml"]',              ["a.yaml", "old/deep/c.yaml", "sub/a.yml"]),
    ('exclude = ["old/**/*.yaml"]',             ["a.yaml", "sub/a.yml"]),
    ('exclude = ["**/c.yaml"]',                 ["a.yaml", "old/b.yaml", "sub/a.yml"]),
    ('exclude = ["a.*"]',                       ["old/b.yaml", "old/deep/c.yaml"]),
    ('exclude = ["[bc].yaml"]',                 ["a.yaml", "sub/a.yml"]),
    ('exclude = ["[!a].yaml", "?.yml"]',        ["a.yaml"]),
    ('exclude = ["deep"]',                      ["a.yaml", "old/b.yaml", "sub/a.yml"]),
    ('exclude = ["*"]',                         []),
    ('include = ["old"]',                       ["old/b.yaml", "old/deep/c.yaml"]),
    ('include = ["*.yml", "old/deep"]',         ["old/deep/c.yaml", "sub/a.yml"]),
    ('include = ["old"]\nexclude = ["deep"]',   ["old/b.yaml"]),
    ('include = ["/old", "+.yaml"]',            []),
])
def test_include_and_exclude_say_what_is_found_in_directories(check, found, write, settings, names, repository, monkeypatch):
    write(".cnncalc.toml", settings)
    for name in ("a.yaml", "old/b.yaml", "old/deep/c.yaml", "sub/a.yml"):
        write(name, OFF)

    if not names:
        assert check(".").code == 2
        return
    assert [line.split(":")[0] for line in found(".")] == names
    monkeypatch.chdir(repository / "old")
    assert sorted(line.split(":")[0].replace("..", "") for line in found("..")) == sorted(f"/{name}" for name in names)


def test_a_file_that_is_named_is_judged_even_if_excluded(found, write):
    write(".cnncalc.toml", 'exclude = ["*.yaml"]\ninclude = ["nothing"]')

    assert found(write("net.yaml", OFF)) == ["net.yaml:4:18: X501"]


@pytest.mark.parametrize(("text", "message"), [
    ("strikt = true",      "cnncalc has no setting `strikt` (did you mean `strict`?)"),
    ("size = 3",           "cnncalc has no setting `size` (settings: include, exclude, select, ignore, strict, format)"),
    ("strict = 1",         "`strict` must be true or false"),
    ('exclude = "old"',    "`exclude` must be a list of texts"),
    ("ignore = [1]",       "`ignore` must be a list of texts"),
    ("format = true",      "`format` must be a text"),
])
def test_settings_that_are_none_are_wrong_usage(check, write, repository, text, message):
    write("net.yaml", OFF)
    write(".cnncalc.toml", text)

    assert check("net.yaml") == (2, "", f"cnncalc: {repository / '.cnncalc.toml'}: {message}\n")


@pytest.mark.parametrize(("file", "text", "words"), [
    (".cnncalc.toml",  "strict = ",                    "is not valid TOML"),
    ("pyproject.toml", "[tool.cnncalc]\nstrict",       "is not valid TOML"),
    ("pyproject.toml", "[tool]\ncnncalc = 3",          "`tool.cnncalc` must be a table"),
    ("pyproject.toml", "[tool.cnncalc\nstrict = true", "is not valid TOML"),
    (".cnncalc.toml",  "x = " + "[" * 100_000,         "nested too deep"),
    (".cnncalc.toml",  "#" * 1_000_001,                "more than 1,000,000 characters"),
    ("pyproject.toml", "tool = {cnncalc = {strict = 1}}", "`strict` must be true or false"),
    (".cnncalc.toml",  "n = " + "9" * 5_000,           "cnncalc"),
    (".cnncalc.toml",  b"\xff",                        ".cnncalc.toml: it is not UTF-8"),
    (".cnncalc.toml",  'format = "pdf"',               ".cnncalc.toml: there is no format `pdf`"),
    (".cnncalc.toml",  'ignore = ["E3"]',              ".cnncalc.toml: ignore: E3 is always raised"),
    (".cnncalc.toml",  'select = ["X501", "Q"]',       ".cnncalc.toml: select: there is no code Q"),
    (".cnncalc.toml",  "[tool.cnncalc]\nstrict = true", "settings stand here without the heading [tool.cnncalc]"),
])
def test_a_file_that_is_wrong_is_wrong_usage(check, write, file, text, words):
    write("net.yaml", OFF)
    write(file, text)
    done = check("net.yaml")

    assert (done.code, done.out) == (2, "")
    assert words in done.err


def test_a_pyproject_that_is_no_toml_and_not_about_cnncalc_is_none_of_our_business(check, write):
    write("pyproject.toml", "[project\nname = 'cnncalc'")

    assert check(write("net.yaml", OFF)).code == 1


def test_no_setting_can_change_a_number():
    assert set(config.Config._fields) == {"file", "include", "exclude", "select", "ignore", "strict", "format"}


def test_the_reader_of_toml_comes_with_python_or_with_cnncalc():
    """The tools of the tests bring one too; users do not have those."""
    needed = [Requirement(text) for text in requires("cnncalc")]
    ours = {need.name for need in needed if not need.marker or need.marker.evaluate({"extra": ""})}

    assert config.READER in sys.stdlib_module_names | ours
    assert not sys.stdlib_module_names & ours
