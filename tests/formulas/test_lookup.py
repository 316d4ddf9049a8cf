"""Verification and recognition by one known vector for each name."""

import pytest

from cnncalc import calculate
from cnncalc.errors import UsageError

PEOPLE = {"ann": [0, 0.9], "bob": [1, 0], "eve": [0.6, 0.8]}


@pytest.mark.parametrize(("inputs", "value"), [
    ({}, "ann"),                                  # 0.1² against 2 and 0.4
    ({"threshold": 0.02}, "ann"),
    ({"threshold": 0.005}, "unknown"),
    ({"distance": "cosine"}, "ann"),
    ({"query": [0.8, 0.5]}, "eve"),
    ({"query": [0.5, 0], "database": {"first": [0, 0], "second": [1, 0]}}, "first"),  # equally near
    ({"name": "ann", "threshold": 0.02}, True),
    ({"name": "ann", "threshold": 0.005}, False),
    ({"name": "bob", "threshold": 2}, True),      # at the threshold
])
def test_the_nearest_is_found(inputs, value):
    assert calculate("lookup", **{"query": [0, 1], "database": PEOPLE, **inputs}).value is value or (
        calculate("lookup", **{"query": [0, 1], "database": PEOPLE, **inputs}).value == value)


def test_the_working_has_the_distance_to_each():
    result = calculate("lookup", query=[0, 1], database={"ann": [0, 0.5], "bob": [1, 0]}, threshold=0.2)

    assert [(step.line(), step.note) for step in result.working] == [
        ("d_1 = (q_1 − K_1_1)² + (q_2 − K_1_2)² = (0 − 0)² + (1 − 0.5)² = 0.25", "ann"),
        ("d_2 = (q_1 − K_2_1)² + (q_2 − K_2_2)² = (0 − 1)² + (1 − 0)² = 2", "bob"),
        ("least = min(d_1, d_2) = min(0.25, 2) = 0.25", ""),
        ("answer = unknown", "the nearest is ann, and least > τ: 0.25 > 0.2"),
    ]


def test_of_a_large_database_the_working_has_every_distance():
    database = {f"n{i}": [i, 0] for i in range(1, 101)}
    result = calculate("lookup", query=[100, 0], database=database)

    assert result.value == "n100"
    assert [step.value for step in result.working[:100]] == [(100 - i) ** 2 for i in range(1, 101)]
    assert result.working[59].formula == "d_60 = (q_1 − K_60_1)² + (q_2 − K_60_2)²"
    assert result.working[60].line() == "d_61 = 1,521"
    assert result.working[100].line() == "least = min(d_1, d_2, …, d_100) = min(9,801, 9,604, …, 0) = 0"


@pytest.mark.parametrize(("name", "text"), [
    ("db.json", '{"ann": [0, 0.9], "bob": [1, 0]}'),
    ("db.csv", "ann,0,0.9\nbob,1,0\n"),
    ("db.csv", "person,x,y\nann,0,0.9\nbob,1,0\n"),
    ("db.csv", "x,name,y\n0,ann,0.9\n1,bob,0\n"),
])
def test_databases_of_files(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    result = calculate("lookup", query=[0, 1], database=path)

    assert result.value == "ann"
    assert result.inputs["database"] == {"ann": [0, 0.9], "bob": [1, 0]}


@pytest.mark.parametrize(("name", "text", "message"), [
    ("db.json", "", "{path} is empty"),
    ("db.json", "{}", "{path}:1: `database` is empty"),
    ("db.json", "[[1, 2]]", "{path}:1: `database` must be a mapping of names to vectors, or a .json or .csv file of them, got [[1, 2]]"),
    ("db.json", '{"a": [1],\n "b": [1, 2]}', "{path}:2: `database.b` has the length 2, `a` 1"),
    ("db.json", '{"a": [1],\n "a": [2]}', "{path}:2: the name `a` stands twice"),
    ("db.json", '{"a": [1],\n "b": ["x"]}', "{path}:2: `database.b[0]` must be a number, got `x`"),
    ("db.csv", "a,1\nb,x\n", "{path}:2: `database.b[0]` must be a number, got `x`"),
    ("db.csv", "a,1\na,2\n", "{path}:2: the name `a` stands twice"),
    ("db.csv", "x,name\n1,a\n2\n", "{path}:3: there is no name in column 2"),
    ("db.csv", "name,x\n", "{path}: `database` is empty"),
])
def test_a_fault_of_a_database_is_told_with_its_line(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with pytest.raises(UsageError) as refused:
        calculate("lookup", query=[1], database=path)
    assert refused.value.diagnostics[0].message == message.format(path=path)


@pytest.mark.parametrize(("inputs", "message", "help"), [
    ({"name": "ana", "threshold": 1}, "`name` is not in the database", "did you mean `ann`?"),
    ({"name": "ann"}, "a verification needs `threshold`", ""),
    ({"query": [1, 2, 3]}, "`query` has 3 numbers, `ann` of `database` 2", ""),
    ({"query": [0, 0], "distance": "cosine"}, "`query` is zero and has no direction, so there is no cosine", ""),
    ({"database": {"nil": [0, 0]}, "distance": "cosine"}, "`database.nil` is zero and has no direction, so there is no cosine", ""),
    ({"database": 3}, "`database` must be a mapping of names to vectors, or a .json or .csv file of them, got 3", ""),
    ({"database": {"a": [1], "b": "x"}}, "`database.b[0]` must be a number, got `x`", ""),
])
def test_what_does_not_go_together_is_refused(inputs, message, help):
    with pytest.raises(UsageError) as refused:
        calculate("lookup", **{"query": [0, 1], "database": PEOPLE, **inputs})
    found = refused.value.diagnostics[0]
    assert (found.message, found.help) == (message, help)
