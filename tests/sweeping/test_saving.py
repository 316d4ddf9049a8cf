"""Files of rows that are gone on with: whose rows they must hold, and what need not be computed again."""

import pytest

import cnncalc as library
from cnncalc.errors import UsageError
from cnncalc.sweeping.saving import save, sink_of
from cnncalc.sweeping.sweep import Sweep

# Of u units on n features: params 36, 48, 50, 65, and MACs 28, 40, 40, 55.
NET = """
vars: {u: 4, n: 3}
input: {features: $n}
layers:
  - dense: {units: $u}
  - dense: {units: $(u // (1 if u != 7 and u != 13 else 0))}
sweep: {u: [4, 5], n: [3, 6]}
"""


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.fixture
def cli(cnncalc):
    """The command line."""
    return cnncalc


@pytest.mark.parametrize(
    ("begun", "goes_on", "rows_left"),
    [
        # Values in the middle: the first and the last row are the same.
        (("--var", "u=4,6"), ("--var", "u=4,5,6"), None),
        (("--var", "u=4,6"), ("--var", "u=6,4"), 3),
        (("--where", "params < 40 or params > 60"), ("--where", "params < 49 or params > 60"), None),
        # The first and the last row are refused, and say nothing of the numbers.
        (("--var", "u=7,4,13", "--set", "n=2"), ("--var", "u=7,4,13", "--set", "n=3"), None),
        (("--var", "u=4:9:1", "--sample", "5"), ("--var", "u=4:9:1", "--sample", "5", "--seed", "1"), None),
    ],
)  # fmt: skip
def test_every_row_that_stands_there_must_be_of_this_sweep(net, cli, tmp_path, begun, goes_on, rows_left):
    file = tmp_path / "rows.csv"
    cli("sweep", net, *begun, "--output", str(file))
    before = b"".join(file.read_bytes().splitlines(keepends=True)[:rows_left])
    file.write_bytes(before)
    found = cli("sweep", net, *goes_on, "--output", str(file), "--resume")
    assert found.code == 2
    assert "rows.csv holds rows of another sweep, or of another spec (--overwrite begins anew)" in found.err
    assert file.read_bytes() == before


def interrupt(sweep, file, after):
    """End a run after so many parts."""
    def told(_):
        nonlocal after
        after -= 1
        if not after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(sweep, str(file), sink_of("csv", sweep), resume=True, told=told)


def test_what_a_note_says_is_not_computed_again(net, tmp_path, monkeypatch):
    file, note = tmp_path / "rows.csv", tmp_path / "rows.csv.unfinished"
    begun, other = library.sweep(net, {"u": "1:400:1"}), library.sweep(net, {"u": "1:401:1"})
    interrupt(begun, file, 3)
    standing, told = file.read_bytes(), note.read_text(encoding="utf-8")
    assert standing.count(b"\n") == 1 + 3 * 256
    starts = []
    real = Sweep.choose
    monkeypatch.setattr(Sweep, "choose", lambda self, at, told: starts.append(at) or real(self, at, told))
    damaged = told.replace(told.split()[-2], "1")
    cases = [
        (begun, standing, told, 3 * 256), (begun, standing + b"8", told, 3 * 256),
        (begun, standing[:-1], told, 2 * 256), (begun, standing, told[:-1], 2 * 256),
        (begun, standing, damaged, 2 * 256), (begun, standing, "", 0), (other, standing, told, 0),
    ]  # fmt: skip
    for sweep, rows, text, start in cases:
        file.write_bytes(rows)
        note.write_text(text, encoding="utf-8")
        starts.clear()
        if rows.endswith(b"8"):
            # What stands behind is compared, whatever the note says.
            with pytest.raises(UsageError, match="holds rows of another sweep"):
                save(sweep, str(file), sink_of("csv", sweep), resume=True)
            assert (file.read_bytes(), note.read_text(encoding="utf-8")) == (rows, text)
        else:
            save(sweep, str(file), sink_of("csv", sweep), resume=True)
            assert file.read_bytes().count(b"\n") == sweep.count + 1
            assert not note.exists()
        assert starts == [start]


def test_a_file_that_a_resumed_run_has_finished_is_not_computed_again(net, tmp_path, monkeypatch):
    file, begun, other = tmp_path / "rows.csv", library.sweep(net, {"u": "1:400:1"}), library.sweep(net, {"u": "1:401:1"})
    begun.save(file, resume=True)
    whole = file.read_bytes()
    looked_at = []
    real = Sweep.choose
    monkeypatch.setattr(Sweep, "choose", lambda self, at, told: looked_at.append(self.count - at) or real(self, at, told))
    for sweep, rows, left in ((begun, whole, 0), (begun, whole, 0), (begun, whole[:-1], 800), (begun, whole, 0)):
        file.write_bytes(rows)
        sweep.save(file, resume=True)
        assert (looked_at.pop(), file.read_bytes()) == (left, whole)
    for sweep, rows in ((begun, whole + b"\n"), (begun, whole.replace(b"8", b"9")), (other, whole[:-9] + whole[:9])):
        file.write_bytes(rows)
        with pytest.raises(UsageError, match="holds rows of another sweep"):
            sweep.save(file, resume=True)
        assert file.read_bytes() == rows


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
def test_texts_of_all_kinds_are_gone_on_with(cli, tmp_path, name):
    spec = tmp_path / "texts.yaml"
    spec.write_text("vars: {s: a, u: 1}\ninput: {features: 3}\nlayers: [dense: {units: $u}]\n"
                    r'sweep: {s: ["=1+1", "-x", "", "a\nb", "a\x85b", "null", "x,\"y\""], u: [1, 2]}',
                    encoding="utf-8")  # fmt: skip
    file = tmp_path / name
    command = ("sweep", str(spec), "--metrics", "params", "--output", str(file))
    assert cli(*command).code == 0
    whole = file.read_bytes()
    for length in range(0, len(whole) + 1, 9):
        file.write_bytes(whole[:length])
        assert cli(*command, "--resume").code == 0
        assert file.read_bytes() == whole
