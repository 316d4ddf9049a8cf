"""Text for TeX: what stands between formulas has commands for text only, and every sign a mapping."""

import re
import shlex
from pathlib import Path

import pytest

import cnncalc
from cnncalc.calculator.formula import load, names
from cnncalc.formats import latex, markdown
from cnncalc.working.notation import latex_name, latex_shape
from cnncalc.working.tex import SIGNS, prose, settable, words

HOSTILE = "a_b%c&d#e$f{g}h\\i^j~k<l>m|n\"o'p`q[r]s*t--u≥v⌈w⌉−x猫é²⁻³\n\ty"
TEXT = {r"\textbackslash", r"\textasciicircum", r"\textasciitilde", r"\textless", r"\textgreater", r"\textbar", r"\textbf", r"\par", r"\noindent", r"\subsection", r"\begin", r"\end", r"\\", r"\{", r"\}", r"\_", r"\%", r"\&", r"\#", r"\$", r"\S", r"\toprule", r"\midrule", r"\bottomrule"}  # fmt: skip
FORMULA = {command for written in SIGNS.values() for command in re.findall(r"\\(?:[A-Za-z]+|.)", written)}
FORMULA |= {r"\frac", r"\left", r"\right", r"\sqrt", r"\exp", r"\ln", r"\max", r"\min", r"\tanh", r"\arctan", r"\operatorname", r"\cdot", r"\text", r"\\", r"\end"}
FORMULA |= {"\\ "}
TOKEN = re.compile(r"\\begin\{align\*\}|\\end\{align\*\}|\\text\{|\\[A-Za-z]+|\\.|\\\n|.|\n", re.DOTALL)


def faults(document):
    """The commands and signs that are not allowed where they stand, as pdfLaTeX would see them."""
    found, modes = [], ["text"]
    body = document.removeprefix("% needs \\usepackage{amsmath}\n").removeprefix("% needs \\usepackage{booktabs,amsmath}\n")
    for part in TOKEN.findall(body):
        in_text = modes[-1] == "text"
        if part == "\\begin{align*}":
            modes.append("align")
        elif part == "\\end{align*}":
            modes.pop()
        elif part == "$":
            modes.append("formula") if in_text else modes.pop()
        elif part in {"{", "\\text{"}:
            modes.append("text" if part == "\\text{" else modes[-1])
        elif part == "}":
            modes.pop()
        elif part[0] == "\\":
            found += [part] * (part not in (TEXT if in_text else FORMULA))
        elif in_text:
            found += [part] * (part in "^_~#<>|" or settable(part) != part or (part in SIGNS and not part.isascii()))
        else:
            found += [part] * (not part.isascii())
    return found if modes == ["text"] else [*found, f"open: {modes}"]


def test_the_scanner_finds_what_does_not_compile():
    assert faults(r"a \hat{} $x \ge 1$ \ge b_1 ≥ 猫") == ["\\hat", "\\ge", "_", "≥", "猫"]
    assert faults(r"\begin{align*}x &= \text{a \sim b} ⌈ \textbar\end{align*}") == ["\\sim", "⌈", "\\textbar"]


@pytest.mark.parametrize("text", [*map(chr, range(32, 127)), *SIGNS, "é", "ß", "猫", "–", "10⁻³", "x₁₂", "--", "e\u0301", HOSTILE])
def test_any_text_has_a_form_between_formulas_and_in_one(text):
    assert not faults(prose(text.replace("\n", " ").replace("\t", " ")))
    assert not faults(settable(f"${words(text)}$"))


@pytest.mark.parametrize(("text", "latex"), [
    ("e^x ~ a_b", r"e\textasciicircum{}x \textasciitilde{} a\_b"),
    ("a\\b|c<d>", r"a\textbackslash{}b\textbar{}c\textless{}d\textgreater{}"),
    ("⌈I/S⌉ ≥ −1", r"$\lceil$I/S$\rceil$ $\ge$ $-$1"),
    ("✗ a ▁█", r"$\times$ a $\rule{0.4em}{0.2ex}$$\rule{0.4em}{1.6ex}$"),
    ("10⁻³ – x₁₂", r"10$^{-3}$ -- x$_{12}$"),
    ("--kernel", "-{}-kernel"),
    ("猫", "U+732B"),
])  # fmt: skip
def test_text_between_formulas(text, latex):
    assert prose(text) == latex


@pytest.mark.parametrize(("name", "written"), [
    ("d²/c²", r"\text{d} ^{2} \text{/c} ^{2}"), ("a'_x1", r"a'_{\text{x1}}"), ("θ_a", r"\theta_{a}"),
    ("a^b", r"\text{a} \wedge \text{b}"),
])  # fmt: skip
def test_names_of_signs(name, written):
    assert latex_name(name) == written


@pytest.mark.parametrize("example", [example for name in names() for example in load(name).examples])
def test_the_workings_of_all_formulas_can_be_set(example, cnncalc):
    code, document, _ = cnncalc("calc", *shlex.split(example), "--format", "latex")

    assert code == 0
    assert not faults(document)


def test_names_of_users_can_be_set():
    box = {"box": [0, 0, 1, 1], "score": 0.9, "class": HOSTILE}
    results = [cnncalc.calculate("nms", [box, box]), cnncalc.calculate("lookup", [1], database={HOSTILE: [1], "[b": [2]})]

    for result in results:
        assert not faults(latex.explain([result.section()]))
        formulas = re.findall(r"\$\$(.*)\$\$", markdown.explain([result.section()]))
        assert formulas
        assert not any(faults(settable(f"${formula}$")) for formula in formulas)


@pytest.mark.parametrize("analysis", ["shapes", "memory", "padding", "receptive-field"])
def test_tables_and_sheets_of_networks_can_be_set(analysis):
    net = cnncalc.load(str(Path(__file__).parents[2] / "specs" / "lenet5.yaml"))

    assert not faults(latex.render(cnncalc.analyze(net, analysis)))
    assert not faults(latex.explain(cnncalc.explain(net, analysis=analysis).sections))


def test_a_row_that_begins_with_a_bracket_is_no_option():
    assert latex._line(["[2, 3]", "a"]) == r"{}[2, 3] & a \\"
    assert latex._line(["*", "a"]) == r"{}* & a \\"


def test_a_shape_is_set_with_the_symbols_of_the_formulas():
    found = cnncalc.calculate("conv", [33, 17], 3, channels=3, filters=4)
    output = next(step for step in found.working if step.name == "output")

    assert output.latex_stages() == [
        r"\text{output}", r"K \times O_{h} \times O_{w}", r"4 \times 31 \times 15"]  # fmt: skip
    assert latex_shape("P_start×2") == r"P_{\text{start}} \times 2"
    assert latex_shape("2000 × (512×7×7)") == words("2000 × (512×7×7)")
    assert (latex_shape("U"), latex_shape("4")) == ("U", "4")
