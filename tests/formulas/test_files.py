"""Files of numbers and boxes: what is wrong in them is told with its place."""

import pytest

from cnncalc import calculate
from cnncalc.calculator import files
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


NINES = "9" * 6000


@pytest.mark.parametrize(("name", "text", "message"), [
    ("a.json", f'[1, "{NINES}1",\n{NINES}]', "a.json:2: an integer of 6,000 digits, too long to be read (write it as a float, such as 1e20)"),
    ("a.csv", f"1,2\n3,-{NINES}\n", "a.csv:2: column 2 is an integer of 6,000 digits, too long to be read (write it as a float, such as 1e20)"),
    ("a.csv", f"1,2\n3,{NINES}x\n", f"a.csv:2: `z[1][1]` must be a number, got `{NINES[:57]}…`"),
])  # fmt: skip
def test_integers_of_thousands_of_digits(write, name, text, message):
    assert refused("relu", z=write(text, name)) == message


@pytest.mark.parametrize(("text", "message"), [
    (NINES[:401], "--z is an integer of 401 digits, too long to be read"),
    (NINES, "--z is an integer of 6,000 digits, too long to be read"),
    (f"1,{NINES}", "--z is an integer of 6,000 digits, too long to be read"),
    (f"[1,[{NINES}]]", "--z holds an integer of 6,000 digits, too long to be read"),
])  # fmt: skip
def test_integers_of_thousands_of_digits_on_the_command_line(cnncalc, text, message):
    _, _, err = cnncalc("calc", "relu", text)

    assert err == f"cnncalc: {message} (write it as a float, such as 1e20)\n"


def of_objects(numpy, path):
    numpy.save(path, numpy.array([{}, None]), allow_pickle=True)


def cut_short(numpy, path):
    numpy.save(path, numpy.arange(100.0))
    with open(path, "r+b") as file:
        file.truncate(300)


def archive(numpy, path):
    with open(path, "wb") as file:
        numpy.savez(file, a=numpy.arange(3))


def text(numpy, path):
    path.write_text("hello")


@pytest.mark.parametrize(("make", "problem"), [
    (of_objects, "not an array of numbers, or not all of it"),
    (cut_short, "not an array of numbers, or not all of it"),
    (archive, "not a .npy file"),
    (text, "not a .npy file"),
])  # fmt: skip
def test_what_numpy_does_not_read_is_told_without_its_advice(tmp_path, make, problem):
    numpy = pytest.importorskip("numpy")
    path = tmp_path / "a.npy"
    make(numpy, path)

    assert refused("relu", z=path) == f"{path}: {problem} (save one array of numbers with numpy.save)"


@pytest.mark.parametrize(("text", "message"), [
    ('[{"box": [0, 0, 1, 1], "score": 1,\n"class": null}]',
     "a.json:2: `boxes[0].class` is null (leave the key out, or name the class)"),
    ("[[0, 0, 1, 1, 0.5, null]]", "a.json:1: `boxes[0].class` is null (leave the key out, or name the class)"),
    ('[{"box": [0, 0, 1, 1], "score": 1, "class": [1]}]',
     "a.json:1: `boxes[0].class` must be text or a whole number, got [1]"),
])  # fmt: skip
def test_a_class_that_is_none(write, text, message):
    assert refused("nms", boxes=write(text)) == message


@pytest.mark.parametrize("call", ["relu -3,4", "silu -1", "iou 0,0,2,2 1,1,3,3 --kind giou"])
def test_csv_has_the_minus_of_ascii(cnncalc, call):
    code, out, _ = cnncalc("calc", *call.split(), "--format", "csv")

    assert code == 0
    assert "-" in out
    assert "\N{MINUS SIGN}" not in out


def test_csv_of_a_table_has_the_minus_of_ascii(cnncalc, tmp_path):
    spec = tmp_path / "net.yaml"
    spec.write_text("input: {channels: 1, size: [8, 8]}\nlayers:\n  - pad: [[-1, 2], [0, 0]]\n", encoding="utf-8")
    code, out, err = cnncalc("padding", spec, "--columns", "layer,sides", "--format", "csv")

    assert (code, err) == (0, "")
    assert "-1" in out
    assert "\N{MINUS SIGN}" not in out


@pytest.mark.parametrize("command", ["gram", "relu", "lookup --query 1 --database"])
def test_a_table_of_very_many_cells_is_refused_before_it_is_read(cnncalc, tmp_path, monkeypatch, command):
    monkeypatch.setattr(files, "CELLS", 6)
    path = tmp_path / "long.csv"
    path.write_text("1,2\n3,4\n5,6\n7,8\n")
    _, _, err = cnncalc("calc", *command.split(), str(path))

    assert err == f"cnncalc: {path} holds 8 cells or more, more than 6\n"
