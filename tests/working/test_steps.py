"""A working keeps steps; plain computation keeps nothing and gives the same."""

import pytest

from cnncalc.working.steps import PLAIN, Section, Working
from cnncalc.working.traced import is_traced
from cnncalc.working.values import plain
from cnncalc.working.vectors import Vector


def lines(working):
    return [step.line() for step in working.steps]


def test_what_has_a_name_is_written_with_it():
    w = Working()
    a = w.add_given("a", 3)
    b = w.let("b", a + 1)
    w.let("c", (a + 1) * b, unit="px", note="twice")

    assert lines(w) == ["b = a + 1 = 3 + 1 = 4", "c = b² = 4² = 16 px"]
    assert w.steps[1].to_dict() == {"formula": "c = b²", "substituted": "4²", "value": 16, "name": "c", "unit": "px",
                                    "note": "twice"}
    assert repr(w.steps[0]) == "<Step b = a + 1 = 3 + 1 = 4>"


def test_a_given_is_no_step_unless_it_is_kept():
    w = Working()
    a = w.add_given("a", 3)
    w.let("b", a)
    w.let("c", a, kept=True)

    assert lines(w) == ["c = a = 3"]


def test_the_same_under_the_same_name_is_one_step():
    w = Working()
    a = w.add_given("a", 3)
    first, second = (w.let("b", a + 1) for _ in range(2))

    assert lines(w) == ["b = a + 1 = 3 + 1 = 4"]
    assert repr(first.expression) == repr(second.expression) == "b"


def test_vectors_are_given_in_short():
    w = Working()
    x = w.array("x", tuple(range(100)), "counted")

    assert isinstance(x, Vector)
    assert w.givens[0].line() == "x = [0, 1, …, 99]"
    assert w.givens[0].latex_stages() == ["x", r"\left[0, 1, \dots, 99\right]"]
    assert w.add_given("name", "text") == "text"
    assert w.add_given("pair", (1, 2)) == (1, 2)
    assert type(w.add_given("pair", (1, 2))) is tuple
    assert len(w.givens) == 1
    assert repr(w.array("n", 5).expression) == "n"
    assert w.givens[1].line() == "n = 5"


def test_a_map_has_a_step_for_each_number():
    w = Working()
    m = w.array("m", ((1, 2), (3, 4)))
    found = w.map("y", lambda x: x * x, m)

    assert found == PLAIN.map("y", lambda x: x * x, ((1, 2), (3, 4))) == ((1, 4), (9, 16))
    assert lines(w) == ["y_1_1 = m_1_1² = 1² = 1", "y_1_2 = m_1_2² = 2² = 4", "y_2_1 = m_2_1² = 3² = 9", "y_2_2 = m_2_2² = 4² = 16"]
    assert w.map("z", lambda x: x + 1, found)[1][1] == 17
    assert w.steps[-1].line() == "z_2_2 = y_2_2 + 1 = 16 + 1 = 17"
    assert w.map("n", lambda x: x + 1, 5) == 6


def test_plain_keeps_nothing():
    assert PLAIN.array("x", (1, 2)) == (1, 2)
    assert not is_traced(PLAIN.let("y", PLAIN.add_given("x", 3) + 1))
    assert PLAIN.flat("x", ((1,), (2,))) == (1, 2)
    assert PLAIN.say("a", "", "", 1) is None
    assert PLAIN.remark("a") is None
    assert not PLAIN.wanted


def test_a_section_lists_the_givens_that_are_used():
    w = Working()
    a, _ = w.add_given("a", 3), w.add_given("unused", 4)
    w.let("b", a + 1)
    w.say("kept", "IoU < t", "0.2 < 0.5", True, note="because")
    w.remark("known")

    assert [step.name for step in w.used_givens()] == ["a"]
    assert Section("title", w.used_givens(), w.steps, "4", w.notes).to_dict() == {
        "title": "title",
        "given": {"a": 3},
        "working": [
            {"formula": "b = a + 1", "substituted": "3 + 1", "value": 4, "name": "b"},
            {"formula": "kept = IoU < t", "substituted": "0.2 < 0.5", "value": True, "name": "kept", "note": "because"},
        ],
        "notes": ["known"],
    }


@pytest.mark.parametrize(("value", "expected"), [
    (Vector.from_name("x", (1, 2.5)), [1, 2.5]),
    ({"a": (1, None)}, {"a": [1, None]}),
    ("text", "text"),
    (True, True),
])
def test_values_become_plain_data(value, expected):
    found = plain(value)

    assert found == expected
    assert not (isinstance(found, list) and is_traced(*found))
