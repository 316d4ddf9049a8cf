"""Names of files become names of a spec: legal, short, each once."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.importers.base.names import Names, legal, title

LEGAL = re.compile(r"[^\W\d][\w-]*(\.[\w-]+)*")


@pytest.mark.parametrize(("text", "name"), [
    ("conv1", "conv1"), ("conv1/bn", "conv1.bn"), ("a//b/", "a.b"), ("3x3", "n3x3"), ("a b", "a_b"), ("$x", "x"), ("${a}", "a"),
    ("²", "n²"), ("é", "é"), ("-", ""), ("...", ""), ("net/" + "x" * 300 + "/conv", "x" * 82 + ".conv"), ("x" * 300, "x" * 87), ("input", "input_2"), ("prev", "prev_2"),
])  # fmt: skip
def test_names(text, name):
    if name:
        assert Names().unique(text) == name
    else:
        assert Names().unique(text, "conv") == "conv"


def test_names_that_are_taken():
    names = Names()

    assert [names.unique("a") for _ in range(3)] == ["a", "a_2", "a_3"]
    assert [names.unique("a_2"), names.unique("s", parts=["0", "1"]), names.unique("s/0")] == ["a_2_2", "s", "s.0_2"]
    assert names.unique("s.x") == "s.x"
    assert names.unique("t.act") == "t.act"
    assert names.unique("t", parts=["act"]) == "t_2"


@given(st.lists(st.text(max_size=150), max_size=20))
def test_every_name_is_legal_and_unique(texts):
    names = Names()
    found = [names.unique(text) for text in texts]

    assert len({*found, "prev", "input"}) == len(found) + 2
    assert all(LEGAL.fullmatch(name) and len(name) <= 100 for name in found)
    assert all(not name or LEGAL.fullmatch(name) for name in map(legal, texts))


def test_titles_are_no_expressions():
    assert title("${1 + 1} net ") == "{1 + 1} net"
    assert len(title("x" * 1000)) == 100
