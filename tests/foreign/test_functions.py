"""Each function by itself: what it lets through, what it takes the force of, and that little is lost."""

import csv
import io
import json
import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import foreign

from .texts import HOSTILE

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
ANYTHING = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from(":#[]{}()\\|*_~`<>@&;=+-$\"'\n\x1b\u202e")), max_size=60)


def is_inert(text):
    """Whether no terminal and no service obeys a line: written down here once more, and stricter."""
    return (
        not any(category(c) in UNSEEN for c in text)
        and not re.match(r"\s*::", text)
        and text.count("::") <= 1
        and ":::" not in text
        and not re.search(r"##\w*\[", text)
    )


@pytest.mark.parametrize("text", [
    "", "conv1", "layer1.0.conv", "gan.yaml::generator", "3×224×224", "≥ 4.09G MACs", "net.yaml:12:18: E306: no", "Größe, 界, é", "a # b",
    "#1 [x]", "w=0.5, w=1", "a: b", "C:\\net.yaml", "`name` must be a whole number, got `x`", "x" * foreign.MOST,
])  # fmt: skip
def test_ordinary_text_stays_as_it_is(text):
    assert foreign.visible(text) == text
    assert foreign.source(text) == text
    assert json.loads(foreign.json(text)) == text
    assert foreign.json([text]) == json.dumps([text], ensure_ascii=False)


@pytest.mark.parametrize("text", ["", "conv1", "-2", "+1,234", "-1.5e-3", "−3", "-", "10; -2; 4", "C = 3", "a - b", "?", "-inf"])
def test_ordinary_cells_stay_as_they_are(text):
    assert foreign.cell(text) == text


@pytest.mark.parametrize(("text", "shown"), [
    ("a\x1b[1mb", r"a\x1b[1mb"), ("a\nb", r"a\nb"), ("a\u202eb", r"a\u202eb"), ("a\udcffb", r"a\udcffb"),
    ("::error::a", r":\x3aerror:\x3aa"), ("a::b::c", r"a:\x3ab:\x3ac"), ("a ::b", r"a :\x3ab"), ("a:::b", r"a:\x3a:b"),
    ("##[a]", r"#\x23[a]"), ("###[a]", r"##\x23[a]"), ("##vso[a]", r"#\x23vso[a]"),
])  # fmt: skip
def test_what_would_be_obeyed_is_told(text, shown):
    assert foreign.visible(text) == shown


@given(ANYTHING)
def test_a_visible_text_is_inert_and_stays_what_it_is(text):
    shown = foreign.visible(text)

    assert is_inert(shown), shown
    assert foreign.visible(shown) == shown
    assert is_inert(foreign.name(text))
    assert len(foreign.name(text)) <= foreign.NAME


@given(ANYTHING)
def test_a_line_of_a_spec_is_inert_and_its_columns_stay(text):
    shown = foreign.source(text)

    assert len(shown) == len(text)
    assert is_inert(shown), shown


@given(ANYTHING, st.integers(30, 70))
def test_a_long_text_says_how_much_is_missing(text, most):
    shown = foreign.cut(text * 3, most)

    assert len(shown) <= most
    assert foreign.cut(shown, most) == shown
    told = re.search(r"… \(([\d,]+) more characters\)$", shown)
    if len(text) * 3 > most:
        assert told
        assert told.start() + int(told[1].replace(",", "")) == len(text) * 3


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANYTHING,
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANYTHING, inner, max_size=4)))
def test_json_keeps_the_data_and_shows_nothing_that_is_obeyed(value):
    for indent in (None, 2):
        text = foreign.json(value, indent=indent)

        assert json.loads(text) == value
        assert not re.search(r"##\w*\[", text)
        assert not re.search(r"::[^\"\n]*::", text)
        assert all(c == "\n" or c.isprintable() for c in text)
        text.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_json_has_no_number_for_is_null(value):
    assert json.loads(foreign.json({"a": [value, (value, 1.5)], "b": value})) == {"a": [None, [None, 1.5]], "b": None}


@given(ANYTHING)
def test_no_cell_computes(text):
    shown = foreign.cell(text)

    assert is_inert(shown)
    for part in shown.split(";"):
        assert not re.match(r"\s*[=@\uff1d\uff0b\uff0d\uff20]", part)
        assert not re.match(r"\s*[+-]", part) or re.fullmatch(r"\s*[+-]?([\d.,]+(e[+-]?\d+)?|inf)?\s*", part)
    out = io.StringIO()
    csv.writer(out).writerow([shown, "b"])
    assert next(csv.reader(io.StringIO(out.getvalue()))) == [shown, "b"]


@given(ANYTHING)
def test_github_gets_one_command_with_the_path_as_it_is(text):
    path = "".join(c for c in text if c.isprintable()).replace("#", "")
    coded = foreign.github_property(path)

    assert not set(coded) & {":", ",", "\n"}
    decoded = coded.replace("%2C", ",").replace("%3A", ":").replace("%25", "%")
    assert decoded == path
    assert is_inert(foreign.github(text))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_line_of_what_is_put_together_begins_as_a_command(text):
    for left in ("", "a", ":", "  "):
        shown = foreign.lines(f"{left}{foreign.visible(text)}\n:{foreign.visible(text)}")

        assert not re.search(r"^\s*::", shown, re.MULTILINE)
