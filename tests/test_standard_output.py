"""`-o -` is the standard output, wherever a file is asked for: the same text, and no file of that name."""

from pathlib import Path

import pytest

SPEC = "cnncalc: 1\nvars: {w: 4}\ninput: {channels: 1, size: [8, 8]}\nlayers:\n  - conv: {filters: $w, kernel: 3}\nexpect: {params: 1}\n"
COMMANDS = [
    ["check", "net.yaml", "--format", "json"],
    ["convert", "net.yaml"],
    ["draw", "net.yaml"],
    ["draw", "net.yaml", "--format", "dot"],
    ["draw", "net.yaml", "--format", "text"],
    ["export", "net.yaml", "--to", "torch"],
    ["report", "net.yaml"],
    ["schema"],
    ["sweep", "net.yaml", "--var", "w=1:3:1", "--format", "csv"],
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    Path("net.yaml").write_text(SPEC, encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_it_is_what_is_printed_without(cnncalc, command):
    printed = cnncalc(*command)
    assert printed.out
    dash = cnncalc(*command, "-o", "-")
    assert (dash.code, dash.out) == (printed.code, printed.out)
    assert "wrote" not in dash.err
    assert sorted(Path().iterdir()) == [Path("net.yaml")]


def test_a_picture_of_bytes_is_not_printed(cnncalc):
    found = cnncalc("draw", "net.yaml", "--format", "png", "-o", "-")
    assert (found.code, found.err) == (2, "cnncalc: a picture in png is not printed (-o FILE.png writes it)\n")


def test_every_command_that_writes_a_file_is_known_here(cnncalc):
    known = {command[0] for command in COMMANDS}
    commands = {path.stem for path in (Path(__file__).parent.parent / "cnncalc/cli/commands").glob("*.py")}
    asks = {name for name in commands if name != "__init__" and "--output" in cnncalc(name, "--help").out}
    assert asks == known
