"""The page about receptive fields: its figures are the program's, its examples hold, its Python runs."""

import doctest
import re
from pathlib import Path

import pytest

from tools import figures, screenshots

from .pictures import ROOT, Drawn

PAGE = ROOT / "docs/receptive-fields.md"
FIGURES = figures.figures()
EXAMPLES = sorted((ROOT / "docs/examples").glob("*.yaml"))


def test_every_figure_says_how_it_is_made():
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs").glob("*.md")]
    shown = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", "\n".join(pages))
    assert sorted(f"docs/{file}" for file in shown if file.startswith("figures/")) == sorted(FIGURES)
    others = [file for file in shown if not file.startswith("figures/")]
    assert sorted(others) == sorted(f"screenshots/{name}.png" for name in screenshots.PICTURES)


def test_every_file_is_a_figure_of_a_page():
    assert {str(file.relative_to(ROOT)) for file in (ROOT / "docs/figures").iterdir()} == set(FIGURES)


@pytest.mark.slow
@pytest.mark.parametrize("file", FIGURES)
def test_the_figure_is_current(tmp_path, file):
    # Another matplotlib may draw another line differently; what is told stays the same.
    figures.draw(FIGURES[file], tmp_path / "drawn.svg")
    kept, made = Drawn(ROOT / file), Drawn(tmp_path / "drawn.svg")
    assert (kept.texts, kept.parts) == (made.texts, made.parts), "run make docs"


@pytest.mark.parametrize("file", FIGURES)
def test_a_figure_is_small(file):
    assert (ROOT / file).stat().st_size < 60_000


def test_a_figure_that_cannot_be_drawn_is_an_error(tmp_path):
    with pytest.raises(SystemExit, match="no layer `nowhere`"):
        figures.draw("receptive-field docs/examples/chain.yaml --layer nowhere", tmp_path / "a.svg")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_holds_and_is_used(path, cnncalc):
    ran = cnncalc("check", "--strict", path)
    assert ran.code == 0, ran.err
    assert f"docs/examples/{path.name}" in PAGE.read_text(encoding="utf-8")


def test_the_example_of_the_page_is_the_file():
    [shown] = re.findall(r"```yaml\n# (.*?)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert shown[1].strip() in (ROOT / shown[0]).read_text(encoding="utf-8")


def test_the_python_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    [session] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    example = doctest.DocTestParser().get_doctest(session, {}, PAGE.name, str(PAGE), 0)
    assert doctest.DocTestRunner().run(example).failed == 0
    assert Path("unit.svg").exists()
