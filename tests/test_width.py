"""No line of what people read is wider than they said, nor than 80 columns where a manual goes into a pipe."""

import re
import shlex
from collections import Counter

import pytest

import cnncalc
from cnncalc import explain, manual
from cnncalc.calculator import formula as formulas
from cnncalc.formats.base.manuals import reflow
from cnncalc.formats.base.wrapping import wrap
from cnncalc.formats.rich import explain as drawn
from cnncalc.formats.text import explain as as_text
from cnncalc.formats.text import render
from cnncalc.solving import solver as solvers
from cnncalc.system.cells import cells

from .test_manuals import examples

MANUALS = {
    **{name: manual.layer(name) for name in manual.kinds()},
    **{f"calc:{name}": manual.formula(name) for name in formulas.names()},
    **{f"calc:params {word}": manual.formula(f"params {word}") for word in ("conv", "lstm", "batch-norm")},
    **{f"solve:{name}": manual.solver(name) for name in solvers.names()},
    **manual.codes(),
}
TEXT = re.compile(r"(?:`[^`]*`|\S)+")


def wide(text, width, also=()):
    """The lines that are too wide, but for what is one long word behind its mark, and lines told in `also`."""
    lines = [line for line in text.split("\n") if cells(line) > width and line.strip() not in also]
    return [line for line in lines if len(TEXT.findall(line.strip().removeprefix("- ").removeprefix("= "))) > 1]


@pytest.mark.parametrize("name", MANUALS)
@pytest.mark.slow
def test_manuals_are_80_columns_in_a_pipe(cnncalc, name):
    code, out, err = cnncalc("explain", name)
    code_lines = _code(MANUALS[name])

    assert (code, err) == (0, "")
    assert not wide(out, 80, also=code_lines)
    assert not wide(cnncalc("explain", name, "--width", "50").out, 50, also=code_lines)


def _code(page):
    """The lines of the examples of a manual: they are typed as they stand."""
    return [line.strip() for block in re.findall(r"^```\w+\n(.*?)^```", page, re.MULTILINE | re.DOTALL) for line in block.split("\n")]


@pytest.mark.parametrize("name", MANUALS)
def test_nothing_is_lost_when_a_manual_is_laid_out_anew(name):
    """All its words are there, but for the heads of tables, the languages of examples and where links lead."""
    page = re.sub(r"^\| (?:key|input) .*\n|^```\w+$|(?<=\])\([^)\s]+\)", "", MANUALS[name], flags=re.MULTILINE)
    words = Counter(re.findall(r"\w+", page))

    assert not words - Counter(re.findall(r"\w+", reflow(MANUALS[name], 60)))


@pytest.mark.slow
@pytest.mark.parametrize("call", [
    f"{name} {example}"
    for name, found in (("calc", formulas), ("solve", solvers))
    for word in found.names() for example in found.load(word).examples
])  # fmt: skip
@pytest.mark.parametrize("width", [44, 80])
def test_answers_of_formulas_and_solvers(cnncalc, call, width):
    for format in ([], ["--format", "rich"]):
        said = cnncalc(*shlex.split(call), "--width", str(width), *format)
        assert said.err == "", said.err
        assert not wide(said.out, width)


@pytest.mark.slow
@pytest.mark.parametrize("kind", manual.kinds())
def test_workings_of_layers(kind):
    for _, network in examples(kind):
        for analysis in ("working", "summary"):
            sections = explain(network, analysis=analysis).sections
            for width in (40, 80):
                assert not wide(as_text(sections, width=width), width)
                assert not wide(drawn(sections, width=width, color=False), width)


def test_notes_of_tables():
    text = "input: {channels: 3, size: [8, 8]}\nlayers:\n- conv: {filters: 2, kernel: 3, name: stem}\n"
    table = cnncalc.analyze(cnncalc.loads(text), "macs", convention="all")
    for width in (30, 60):
        notes = render(table, width=width).split("\n")[1 + len(table.rows) :]
        assert notes
        assert not wide("\n".join(notes), width)


@pytest.mark.parametrize(("command"), [["calc"], ["solve"], ["layers"], ["calc", "params"]], ids=" ".join)
def test_lists(cnncalc, command):
    assert not wide(cnncalc(*command).out, 80)


@pytest.mark.parametrize(("text", "width", "lines"), [
    ("one two", None, ["> one two"]),
    ("one two", 9, ["> one two"]),
    ("one two", 8, ["> one", ". two"]),
    ("one `a b c d` two", 8, ["> one", ". `a b c d`", ". two"]),
    ("overlong one", 4, ["> overlong", ". one"]),
    ("日本 語", 6, ["> 日本", ". 語"]),
    ("", 4, ["> "]),
])  # fmt: skip
def test_wrapping(text, width, lines):
    assert wrap(text, width, "> ", ". ") == lines
