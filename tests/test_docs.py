"""The documentation is true: pages are current, examples run, and everything there is is in it."""

import doctest
import re
from itertools import product
from pathlib import Path

import pytest

import cnncalc
from cnncalc import manual, metrics, registry
from cnncalc.arithmetic.padding import WORDS
from cnncalc.errors import Source, SpecError
from cnncalc.language import expressions, grammar
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.layers.base.key_types import DTYPE
from tools import docs, names

ROOT = Path(__file__).parent.parent
INPUTS = (
    "{channels: 3, size: [32, 32]}",
    "{channels: 3, size: [32]}",
    "{channels: 3, size: [8, 16, 16]}",
    "{features: 12}",
    "{tokens: 20}",
)


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page, language):
    """The fenced blocks of a page."""
    return re.findall(rf"^```{language}\n(.*?)^```", text(page), re.DOTALL | re.MULTILINE)


def sections(page):
    return re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)


# The table of this one looks at all of the zoo in every dialect.
LONG = ("docs/port.md",)


@pytest.mark.parametrize(
    "page",
    [pytest.param(page, marks=pytest.mark.slow) if page in LONG else page for page in docs.PAGES],
)
def test_the_page_is_current(page):
    assert text(page) == docs.made(page), "run make docs"


def test_every_kind_of_layer_has_its_manual():
    assert set(registry.names("layers")) <= set(sections("docs/layers.md"))


@pytest.mark.parametrize("folder", ["cli.commands", "analyzers"])
def test_every_command_is_described(folder):
    for name in registry.names(folder):
        command = name.replace("_", "-")
        assert command in sections("docs/cli.md")
        assert f"[`{command}`](docs/cli.md#{command})" in text("README.md")


def test_every_format_is_described():
    for name in registry.names("formats"):
        assert f"| `{name}` |" in text("docs/cli.md")


def test_every_code_is_described():
    used = set()
    for file in (ROOT / "cnncalc").rglob("*.py"):
        used |= set(re.findall(r"\"([EXW]\d{3})\"", file.read_text(encoding="utf-8")))
    described = {title[:4] for title in sections("docs/errors.md")}
    assert used - described == set()


@pytest.mark.parametrize("words", [
    {*grammar.FILE, *grammar.MODEL, *grammar.BLOCK, *grammar.VARIANT},
    {*grammar.COMMON, *grammar.HOST, *grammar.REUSE},
    {*metrics.of_model(), *metrics.of_layer()},
    {*WORDS, *DTYPE.words},
    set(expressions.FUNCTIONS),
], ids=["file", "item", "claims", "values", "functions"])  # fmt: skip
def test_every_word_of_the_language_is_described(words):
    described = text("docs/spec.md")
    assert {word for word in words if not re.search(rf"`{word}\b", described)} == set()


@pytest.mark.parametrize("kind", registry.names("layers"))
def test_the_example_of_a_layer_loads(kind):
    example = manual.layer_class(kind).example
    # What Keras and PyTorch never agree on runs in one of the dialects only.
    differing = kind in {"mel_spectrogram", "spectral_norm"}
    dialects = ["", "dialect: torch\n"] if differing else [""]
    assert re.search(rf"^- {kind}\b", example, re.MULTILINE), f"no example of `{kind}`"
    problems = []
    for dialect, shape in product(dialects, INPUTS):
        try:
            cnncalc.loads(f"{dialect}input: {shape}\nlayers:\n{example}")
        except SpecError as error:
            problems.append(f"{shape}: {error}")
        else:
            return
    pytest.fail("\n".join(problems))


def verdicts(spec):
    """What the checks find wrong with every model and variant of a spec."""
    document = Document(Source("<docs>", spec))
    if document.report:
        raise document.report.error()
    for name, model in document.models.items():
        for variant in (None, *model.variants):
            network = build(document, name, variant=variant)
            for check in registry.names("check.claims"):
                yield from registry.load("check.claims", check).judge(network)


@pytest.mark.parametrize("spec", [
    *blocks("docs/spec.md", "yaml"),
    *blocks("docs/costs.md", "yaml"),
    *blocks("docs/idioms.md", "yaml"),
    *(block for block in blocks("README.md", "yaml") if "layers:" in block),
])  # fmt: skip
def test_an_example_of_the_language_holds(spec):
    if "layers:" not in spec:
        spec = f"input: {INPUTS[0]}\nlayers:\n{spec}"
    assert [str(finding) for finding in verdicts(spec)] == []


def test_the_python_of_the_readme_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    [session] = blocks("README.md", "python")
    example = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("page", [*docs.PAGES, "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(page):
    folder = (ROOT / page).parent
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", text(page)):
        path = folder / target if target else ROOT / page
        assert path.exists(), target
        if anchor:
            titles = sections(path.relative_to(folder.parent if folder != ROOT else ROOT))
            assert anchor in [names.anchor(title) for title in titles]


def test_no_page_shows_an_error_of_cnncalc_itself(monkeypatch):
    def fail(arguments):
        raise SystemExit(3 if arguments == ["broken"] else 1)

    monkeypatch.setattr(docs.cli, "main", fail)

    assert docs.output("missing") == ""
    with pytest.raises(RuntimeError, match="cnncalc broken"):
        docs.output("broken")
