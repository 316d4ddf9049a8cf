"""`cnncalc search`: what Optuna finds is what the whole space has."""

import json

import pytest

import cnncalc as library
from cnncalc.errors import UsageError

pytest.importorskip("optuna")

NET = """
vars: {u: 1, n: 1}
input: {features: $n}
layers:
  - dense: {units: $u, when: $(u != 13)}
  - dense: 1
sweep: {u: [8], n: [4]}
"""


@pytest.fixture
def search(cnncalc, tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")

    def run(*arguments):
        return cnncalc("search", path, "--var", "u=1:40:1", "--var", "n=1:30:1", *arguments)

    return run


def rows(found):
    return json.loads(found.out)["rows"]


@pytest.mark.slow
def test_one_aim_has_one_best_setting(search):
    # u·(n + 1) + u + 1 params, u·n + u MACs: with n = 30 and u = 6 params are 193, MACs 186.
    found = search("--maximise", "macs", "--budget", "params=200", "--trials", "120", "--format", "json")
    assert found.code == 0
    (best,) = rows(found)
    assert best["params"] <= 200
    assert best["macs"] >= 180


def test_several_aims_have_a_front(search):
    found = search("--maximise", "macs", "--minimise", "params", "--trials", "11", "--format", "json")
    front = [(row["params"], -row["macs"]) for row in rows(found)]
    assert len(front) > 1
    assert not any(a != b and a[0] <= b[0] and a[1] <= b[1] for a in front for b in front)


def test_a_study_goes_on(search, tmp_path):
    file = tmp_path / "study.log"
    common = ("--maximise", "macs", "--budget", "params=600", "--study", str(file))
    search(*common, "--trials", "4")
    size = file.stat().st_size
    again = search(*common, "--trials", "4", "--format", "json")
    assert file.stat().st_size < size + 500  # nothing was tried anew
    longer = search(*common, "--trials", "11", "--format", "json")
    assert rows(longer)[0]["macs"] >= rows(again)[0]["macs"]
    other = search("--maximise", "macs", "--budget", "params=300", "--study", str(file))
    assert other.code == 2
    message = "has a study of another spec, or with other values of variables, aims or bounds (give another file)"
    assert message in other.err
    told = json.loads(search(*common, "--trials", "2", "--format", "json").out)
    assert told["settings"] == 11


def test_where_nothing_fits_the_exit_code_is_1(search):
    found = search("--maximise", "macs", "--budget", "params=1", "--trials", "5")
    assert found.code == 1
    assert found.out == ""
    assert "none of the 5 settings that were tried is within the budget" in found.err


@pytest.mark.parametrize("budget", [(), ("--budget", "params=9")])
def test_where_all_are_refused_the_first_says_why(cnncalc, tmp_path, budget):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    found = cnncalc("search", path, "--var", "n=0", "--maximise", "macs", "--trials", "3", *budget)
    assert found.code == 1
    assert "all of the 3 settings that were tried are refused: E" in found.err
    assert "within the budget" not in found.err


def test_a_study_that_was_cut_anywhere_goes_on(search, tmp_path):
    file = tmp_path / "study.log"
    common = ("--maximise", "macs", "--study", str(file), "--format", "json")
    search(*common, "--trials", "3")
    whole = file.read_bytes()
    lines = whole.count(b"\n")
    for length in (0, 1, 40, whole.index(b"\n"), len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        found = search(*common, "--trials", "4")
        assert found.code == 0, length
        assert all(json.loads(line) for line in file.read_bytes().splitlines())
        assert file.read_bytes().count(b"\n") >= lines


@pytest.mark.parametrize("text", [b"w,macs\n1,2\n", b'{"w": 1, "macs": 2}\n', b"w", b'{"op_code":\n', b"\xff\n", b"[1]\n"])
def test_what_is_no_study_is_left_alone(search, tmp_path, text):
    file = tmp_path / "rows.csv"
    file.write_bytes(text)
    found = search("--maximise", "macs", "--study", str(file))
    assert found.code == 2
    assert f"{file} is no study (give another file)" in found.err
    assert file.read_bytes() == text
    assert "cannot read" in search("--maximise", "macs", "--study", str(tmp_path)).err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "a search has an aim (--maximise receptive_field, or --minimise macs)"),
        (("--maximise", "mac"), "--maximise knows no `mac` (did you mean `macs`?)"),
        (("--maximise", "macs", "--budget", "param=1"), "--budget knows no `param` (did you mean `params`?)"),
        (("--maximise", "macs", "--budget", "params=x"), "--budget takes params=NUMBER"),
        (("--maximise", "macs", "--budget", "macs"), "--budget takes NAME=NUMBER, got macs (--budget macs=300M)"),
        (("--maximise", "macs", "--minimise", "params,macs"), "a search has one aim for `macs`, and two are given"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(search, arguments, message):
    found = search(*arguments)
    assert found.code == 2
    assert message in found.err


def test_without_optuna_it_says_how_to_get_it(search, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "optuna", None)
    assert "a search needs optuna, which is not installed" in search("--maximise", "macs").err


def test_in_python_it_finds_the_same(search, tmp_path):
    net, study = tmp_path / "net.yaml", tmp_path / "study.log"
    space = {"u": "1:40:1", "n": range(1, 31)}
    found = library.search(net, space, maximise="macs", budget={"params": 200}, trials=8, study=study)
    shown = search("--maximise", "macs", "--budget", "params=200", "--trials", "8", "--format", "json")
    assert found.to_dict() == json.loads(shown.out)
    assert (repr(found), found.count) == ("<Search net: 8 settings tried>", 8)
    assert [dict(row, error=None) for row in rows(shown)] == list(found)
    assert found.columns == ("u", "n", "macs", "params", "error")
    again = library.search(net, space, maximise=["macs"], budget={"params": "200"}, trials=9, study=study)
    assert again.count == 9
    front = library.search(net, space, maximise="macs", minimise=["params"], trials=5)
    assert front.to_pandas().params.tolist() == [row["params"] for row in front]
    nothing = library.search(net, space, maximise="macs", budget={"params": 1}, trials=2)
    assert list(nothing) == []
    assert nothing.failure()[0] == "none of the 2 settings that were tried is within the budget"
    for trials in (0, True, "3"):
        with pytest.raises(UsageError, match=f"a search tries 1 setting or more, got {trials}"):
            library.search(net, space, maximise="macs", trials=trials)
    with pytest.raises(UsageError, match="a search has the values of variables, not a list of settings"):
        library.search(net, [{"u": 1}], maximise="macs")


def test_how_networks_are_run_counts(search):
    # Outputs of u and 1 elements: the peak is u + n or u + 1 of them, of 4 bytes or of one.
    peaks = [
        rows(search("--minimise", "memory.peak", "--trials", "6", "--format", "json", *way))[0]["memory.peak"]
        for way in ((), ("--dtype", "int8"))
    ]
    assert peaks[0] == 4 * peaks[1]
