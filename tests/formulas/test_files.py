"""Files of numbers and boxes: what is wrong in them is told with its place."""

import pytest

from cnncalc import calculate
from cnncalc.errors import UsageError


def refused(name, **inputs):
    with pytest.raises(UsageError) as caught:
        calculate(name, **inputs)
    return str(caught.value)


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text, name="a.json"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


@pytest.mark.parametrize(("text", "message"), [
    ('{"annotations": [{"bbox": [0, 0, 1, 1],\n"bbox": [0, 0, 5, 5]}]}', "a.json:2: the name `bbox` stands twice"),
    ('{"annotations": [],\n\n"annotations": []}', "a.json:3: the name `annotations` stands twice"),
    ('{"a": "{\\"", "b": {"a": 1,\n"c": {"x": 1}, "\\u0061":\n2}, "a": 3}', "a.json:2: the name `a` stands twice"),
    ('{"a": 1, "b": {"a": 1},\n"a": 2, "b": 3}', "a.json:2: the name `a` stands twice"),
])  # fmt: skip
def test_a_name_stands_once_in_an_object(write, text, message):
    assert refused("anchors", boxes=write(text), k=1) == message


def test_a_name_stands_once_in_boxes(write):
    file = write('[{"box": [0, 0, 1, 1], "score": 1,\n"score": 0.5}]')

    assert refused("nms", boxes=file) == "a.json:2: the name `score` stands twice"


def test_a_name_stands_once_on_the_command_line(cnncalc):
    _, _, err = cnncalc("calc", "lookup", "--query", "1", "--database", '{"a": [1], "a": [2]}')

    assert err == "cnncalc: the name `a` stands twice\n"
