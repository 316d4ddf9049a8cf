"""The site of the docs before Sphinx sees it: every page is in it, every link has its file, every term a place."""

import re
from pathlib import Path

import pytest

from tools.site import finishing, staging, words

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    """The folder of the pages."""
    folder = tmp_path_factory.mktemp("site")
    staging.stage(folder)
    return folder


def text(path):
    return path.read_text(encoding="utf-8")


def test_every_page_of_the_docs_is_in_the_table_of_the_readme_first_steps_first():
    found = staging.pages(text(ROOT / "README.md"))
    assert sorted(found) == sorted(f"docs/{page.stem}" for page in (ROOT / "docs").glob("*.md"))
    assert found[:2] == ["docs/first-steps", staging.PLAYGROUND]


def test_every_page_is_staged_where_it_lies(staged):
    named = [*staging.pages(text(ROOT / "README.md")), *staging.AROUND, staging.INDEX, "index"]
    assert sorted(str(page.relative_to(staged)) for page in staged.rglob("*.md")) == sorted(f"{name}.md" for name in named)


def test_every_link_has_its_file(staged):
    missing = [(page.name, target) for page in staged.rglob("*.md") for target in staging.linked(text(page))
               if not (page.parent / target).is_file()]  # fmt: skip
    assert missing == []


def test_the_playground_is_linked(staged):
    assert text(staged / "docs/playground.md").startswith(f"# The playground\n\n{staging.OPEN}\n")


@pytest.mark.parametrize(("page", "rewritten"), [
    ("[a](README.md#x)", "[a](index.md#x)"),
    ("[a](../README.md)", "[a](../index.md)"),
    ("[a](specs/README.md)", "[a](specs/README.md)"),
    ("[docs](docs) and [this](docs/spec.md)", "docs and [this](docs/spec.md)"),
    ("[a](https://example.org/docs)", "[a](https://example.org/docs)"),
])
def test_what_a_site_has_elsewhere_is_rewritten(page, rewritten):
    assert staging.rewritten(page, ROOT) == rewritten


def test_every_term_has_a_place_and_stands_in_order(staged):
    terms = text(words.TERMS).splitlines()
    assert terms == sorted(terms, key=str.lower)
    entries = dict(re.findall(r"^- (.*?): (.*)$", text(staged / "docs/words.md"), re.MULTILINE))
    assert [term for term in terms if not entries[term].startswith("[")] == []


def test_every_place_of_the_index_is_an_anchor(staged):
    pages = {page.name: {place.anchor for place in words.places("docs/x", text(page))} for page in (staged / "docs").glob("*.md")}
    links = re.findall(r"\]\(([\w-]+\.md)#([^)]*)\)", text(staged / "docs/words.md"))
    assert len(links) > 400
    assert [(page, anchor) for page, anchor in links if anchor not in pages[page]] == []


PAGES = {
    "docs/layers": "# Layers\n\n## conv\n\nA stride, and a dilation.\n\n## Max pooling\n\n```yaml\n# stride\n```\n",
    "docs/solve": "# Backwards\n\nThe stride: strides.\n\n## conv\n\n## conv\n",
    "docs/errors": "# Diagnostics\n\n## E101 a stride\n",
}


def test_an_index_has_sections_of_reference_and_the_places_of_terms(monkeypatch, tmp_path):
    monkeypatch.setattr(words, "TERMS", tmp_path / "terms.txt")
    words.TERMS.write_text("max pooling\nstride\n", encoding="utf-8")
    assert [line for line in words.index(PAGES).split("\n") if line.startswith(("## ", "- "))] == [
        "## C",
        "- conv: [Layers](layers.md#conv)",
        "## D",
        "- Diagnostics: [Diagnostics](errors.md#diagnostics)",
        "## Diagnostics",
        "- E101 a stride: [Diagnostics](errors.md#e101-a-stride)",
        "## L",
        "- Layers: [Layers](layers.md#layers)",
        "## M",
        "- max pooling: [Layers](layers.md#max-pooling)",
        "## S",
        "- stride: [Backwards](solve.md#backwards) · [Layers: conv](layers.md#conv)",
    ]


def test_the_same_heading_twice_has_two_anchors():
    assert [place.anchor for place in words.places("docs/solve", PAGES["docs/solve"])] == ["backwards", "conv", "conv-1"]


def test_what_scrolls_is_reached_by_keys_and_a_heading_has_a_level():
    assert finishing.finished('<p class="caption" role="heading">Docs</p><pre>x</pre><pre class="y">&lt;pre&gt;</pre>') == (
        '<p class="caption" role="heading" aria-level="2">Docs</p><pre tabindex="0">x</pre><pre class="y">&lt;pre&gt;</pre>'
    )
