"""What a new user meets on a terminal: help in whole sentences, headers that can be asked for, the answer first."""

import re

import pytest

import cnncalc as package
from cnncalc import registry

LENET = "specs/lenet5.yaml"
WAYS = [[], ["calc"], ["solve"], ["calc", "params"]]


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.chdir(registry.ROOT + "/..")
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize("words", WAYS)
def test_the_help_tells_every_command_in_a_whole_sentence_of_80_cells(cnncalc, words):
    shown = cnncalc(*words, "--help").out

    assert "..." not in shown.replace("[ARGS]...", "")
    assert max(map(len, shown.splitlines())) <= 80
    described = re.split(r"\n  (?=\S)", shown.split("Commands:\n")[1].rstrip())
    assert all(text.rstrip().endswith((".", ")", "?", "]")) or not words for text in described)


@pytest.mark.parametrize("words", [*WAYS, ["shapes"], ["check"], ["calc", "conv"], ["calc", "relu"], ["solve", "pool"], ["zoo"], ["init"]])
def test_h_is_help(cnncalc, words):
    short, long = cnncalc(*words, "-h"), cnncalc(*words, "--help")

    assert (short.code, short.err) == (0, "")
    assert short.out == long.out
    assert "-h, --help" in short.out


@pytest.mark.parametrize("analysis", [name.replace("_", "-") for name in registry.names("analyzers")])
def test_every_header_can_be_asked_for(cnncalc, analysis):
    table = package.analyze(package.load(LENET), analysis)
    for column in table.columns:
        if not column.title or column.flat:
            continue
        asked = table.choose([column.title])
        assert [one.title for one in asked.columns] == [column.title]
        assert table.choose([column.title.upper()]).columns == asked.columns
        assert table.choose([column.key]).columns[0].key == column.key


# What JSON has is called as it is there, units and fullness of a name aside.
SHORTER = {"activation_bytes": "writes", "weight_bytes": "weights", "buffer_bytes": "buffers", "live_bytes": "live", "saved_bytes": "kept"}


@pytest.mark.parametrize("analysis", [name.replace("_", "-") for name in registry.names("analyzers")])
def test_headers_are_the_words_of_json(analysis):
    table = package.analyze(package.load(LENET), analysis)
    for column in table.columns:
        if column.data and column.title and not column.flat:
            assert column.title.lower() == SHORTER.get(column.key, column.key.replace("_", " "))


def test_a_legend_goes_with_its_column(cnncalc):
    odd = ("padding", LENET, "--size", "29,29")
    whole, part = cnncalc(*odd).out, cnncalc(*odd, "--columns", "layer,rule").out

    assert ("dropped: " in whole, "dropped: " in part) == (True, False)
    assert "intensity: " in cnncalc("macs", LENET, "--columns", "layer,intensity").out
    assert "intensity: " not in cnncalc("macs", LENET, "--columns", "layer,macs").out
    assert "live: " not in cnncalc("memory", LENET, "--columns", "layer,writes").out


def styled(text):
    """The lines of a coloured output that are no rows, each with its style."""
    return {re.sub(r"\x1b\[[\d;]*m", "", line): re.findall(r"\x1b\[([\d;]*)m", line)[:1] for line in text.splitlines()}


def test_the_answer_is_the_brightest_line(cnncalc):
    lines = styled(cnncalc("memory", LENET, "--fits", "1KiB", "--color", "always", "--width", "120").out)

    [no] = [style for line, style in lines.items() if line.startswith("fits: no")]
    [total] = [style for line, style in lines.items() if line.startswith("inference: ")]
    [legend] = [style for line, style in lines.items() if line.startswith("live: ")]
    assert (no, total, legend) == (["1;31"], ["1"], ["2"])

    lines = styled(cnncalc("memory", LENET, "--fits", "1GiB", "--color", "always", "--width", "120").out)
    assert [style for line, style in lines.items() if line.startswith("fits: yes")] == [["1;32"]]


@pytest.mark.parametrize(("word", "said"), [
    ("reuse", "Applies a layer or block that stands above once more, with the same weights."),
    ("prev", "The layer above, wherever a layer is named."),
    ("repeat", "- A key of any layer: how often, each reading the one before; a whole number"),
    ("activation", "- A key of a layer with filters or units: an activation after the layer"),
])  # fmt: skip
def test_the_words_of_the_language_have_a_manual(cnncalc, word, said):
    shown = cnncalc("explain", word)

    assert shown.code == 0
    assert said in shown.out


@pytest.mark.parametrize(("word", "fix"), [
    ("expand", "`expand` is called `tile` here"),
    ("Conv2D", "`Conv2D` is called `conv` here"),
    ("repet", "did you mean `repeat`?"),
    ("qwertz", "`cnncalc layers` lists all kinds"),
])  # fmt: skip
def test_what_has_no_manual_is_answered_by_its_meaning(cnncalc, word, fix):
    assert cnncalc("explain", word).err.strip().endswith(f"`{word}` ({fix})")


def test_code_in_a_manual_is_coloured_where_there_is_colour(cnncalc):
    plain, bright = (cnncalc("explain", "E102", "--color", choice).out for choice in ("never", "always"))

    assert "`conv`" in plain
    assert "\x1b[36mconv\x1b[0m" in bright
    assert "`conv`" not in bright
    assert re.sub(r"\x1b\[[\d;]*m", "", bright) == plain.replace("`", "")
