"""Every format with every field hostile, read by a parser; and no format writes a text past `foreign`."""

import ast
import inspect
import json
import re
from functools import cache
from itertools import count
from pathlib import Path
from unicodedata import category

import pytest

from cnncalc import foreign, registry
from cnncalc.cli import output

from .fields import files, findings, sections, table
from .parsers import PARSERS
from .test_functions import UNSEEN
from .texts import HOSTILE

ABILITIES = {
    "render": lambda module, say: module.render(table(say), width=60, color=False),
    "report": lambda module, say: module.report(findings(say), files=files(say), color=False),
    "explain": lambda module, say: module.explain(sections(say), width=60, color=False),
}
PAIRS = [(name, ability) for ability in ABILITIES for name in output.able(ability)]


def written(name, ability, say):
    return ABILITIES[ability](registry.load("formats", name), say)


def test_every_format_has_a_parser_here():
    assert set(PARSERS) == set(registry.names("formats"))


@cache
def fields(ability):
    """The names of the fields of what a format is given."""
    asked = {}
    made = {"render": table, "report": lambda say: (findings(say), files(say)), "explain": sections}[ability]
    made(lambda field: asked.setdefault(field, "x"))
    return list(asked)


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A folder that is in no repository."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.slow
@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize(("name", "ability"), PAIRS)
def test_whatever_a_field_holds_the_output_is_what_it_would_be(name, ability, text):
    for field in [*fields(ability), None]:
        # One field, and all of them, for what one begins another might end.
        shown = written(name, ability, lambda asked, field=field: text if field in (asked, None) else "x")

        PARSERS[name](shown)
        assert not any(category(c) in UNSEEN and c != "\n" for c in shown), field
        assert not re.search(r"##\w*\[", shown), field
        if name != "github":
            assert not re.search(r"^\s*::", shown, re.MULTILINE), field
        shown.encode()


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(("name", "ability"), [pair for pair in PAIRS if pair[0] in ("csv", "html", "markdown", "sarif", "text")])
def test_what_was_cut_is_said(name, ability):
    shown = written(name, ability, lambda field: "x" if field in ("path", "file") else "w" * 100_000)

    assert ("more characters)" in shown) == (name != "csv")
    if name != "csv":
        # Each field once or twice in the two findings shown, or in all of the fifteen.
        assert len(shown) < 2 * foreign.MOST * 15 * len(fields(ability))


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_has_the_texts_as_they_are(text):
    document = json.loads(written("json", "render", lambda field: text))
    assert document["layers"][0]["layer"] == document["model"] == text

    document = json.loads(written("json", "report", lambda field: text))
    assert document["diagnostics"][0]["message"] == foreign.cut(text)
    assert document["models"][0]["path"] == text


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(("name", "ability"), PAIRS)
def test_no_format_writes_a_text_that_has_not_passed_its_function(name, ability, monkeypatch):
    """Each field says a word that occurs nowhere else; what is shown of them must have been asked for."""
    passed = []

    def watched(function):
        def watch(given, *arguments, **options):
            passed.append(json.dumps(given) if function.__name__ == "json" else given)
            return function(given, *arguments, **options)
        return watch

    for word, function in inspect.getmembers(foreign, inspect.isfunction):
        # To write JSON is no more than to write it where a service shows its texts to people.
        if not word.startswith("_") and not (word == "json" and name in ("gitlab", "sarif")):
            monkeypatch.setattr(foreign, word, watched(function))
    numbers = count(1000)
    words = {field: f"q{next(numbers)}q" for field in fields(ability)}
    shown = written(name, ability, words.__getitem__)

    there = {field for field, word in words.items() if word in shown}
    assert len(there) >= 3
    unknown = {field for field in there if not any(words[field] in text for text in passed)}
    # A path must be the one that the service knows; in an address nothing else than % is possible.
    assert unknown == ({"path"} if name in ("gitlab", "sarif") else set())


@pytest.mark.parametrize("name", registry.names("formats"))
def test_no_format_has_an_escape_of_its_own(name):
    module = registry.load("formats", name)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not imported & {"html", "json", "xml.sax.saxutils", "string"}
    # What is known of TeX stands beside the formulas, and passes `foreign` there.
    door = "prose" if name == "latex" else "foreign"
    assert any(isinstance(node, ast.Name) and node.id == door for node in ast.walk(tree))
