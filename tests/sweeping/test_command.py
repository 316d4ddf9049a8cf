"""`cnncalc sweep` and `cnncalc.sweep`: rows, formats, what is kept of them, files that go on."""

import csv
import io
import json
import subprocess
import sys
import time

import pytest

import cnncalc
from cnncalc.errors import SpecError, UsageError
from cnncalc.sweeping.sinks import csv as csv_sink

# A dense layer of u units on n features has u·(n + 1) params and u·n MACs.
NET = """
vars: {u: 4, n: 3, depth: 1}
input: {features: $n}
layers:
  - dense: {units: $u, repeat: $depth, when: $(u != 13)}
  - dense: {units: $(u // (1 if u != 7 else 0))}
sweep: {u: [4, 5], n: [3, 6]}
budget: {params: 60, macs: {max: 1M}}
"""
MAP = "vars: {c: 8}\ninput: {channels: 3, size: [32, 32]}\nlayers:\n  - conv: {filters: $c, kernel: 3}\n"


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.fixture
def conv(tmp_path):
    path = tmp_path / "map.yaml"
    path.write_text(MAP, encoding="utf-8")
    return str(path)


@pytest.fixture
def cli(cnncalc):
    """The command line."""
    return cnncalc


def rows(*arguments, cli):
    out = cli("sweep", *arguments, "--format", "jsonl").out
    return [json.loads(line) for line in out.splitlines()]


def test_the_grid_of_the_spec_is_a_table(net, cli):
    found = cli("sweep", net, "--metrics", "params,macs")
    assert found.code == 0
    assert found.out.splitlines() == [
        "u  n  params  MACs",
        "4  3      36    28",
        "4  6      48    40",
        "5  3      50    40",
        "5  6      65    55",
        "4 of 4 settings",
    ]


def test_var_takes_the_place_of_the_values_of_the_spec(net, cli):
    found = rows(net, "--var", "u=2:6:2", "--set", "n=1", "--metrics", "macs", cli=cli)
    assert found == [
        {"u": 2, "macs": 6, "error": None}, {"u": 4, "macs": 20, "error": None}, {"u": 6, "macs": 42, "error": None}
    ]  # fmt: skip


def test_a_setting_that_is_refused_is_a_row_that_says_why(net, cli):
    found = rows(net, "--var", "u=6:8:1", "--set", "n=1", "--metrics", "macs", cli=cli)
    assert [row["macs"] for row in found] == [42, None, 72]
    assert found[1]["error"] == "E406: division by zero in `7 // 0`"
    shown = cli("sweep", net, "--var", "u=6:8:1", "--set", "n=1", "--metrics", "macs").out
    assert "7     ?  E406: division by zero" in shown
    assert shown.endswith("3 of 3 settings\nrefused: 1\n")


def test_sizes_are_settings(conv, cli):
    found = rows(conv, "--var", "c=2,4", "--size", "8,8;9,5", "--metrics", "macs", cli=cli)
    assert [(row["c"], row["size"], row["macs"]) for row in found] == [
        (2, "8x8", 2 * 27 * 36), (2, "9x5", 2 * 27 * 21), (4, "8x8", 4 * 27 * 36), (4, "9x5", 4 * 27 * 21)
    ]  # fmt: skip
    assert "size" not in rows(conv, "--var", "c=2", "--size", "8,8", cli=cli)[0]


@pytest.mark.parametrize(
    ("names", "column"), [(["size"], "input_size"), (["size", "input_size"], "input.size"), (["input_size"], "size")]
)
def test_sizes_have_a_name_that_no_variable_has(tmp_path, cli, names, column):
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace("c: 8", ", ".join(["c: 8", *(f"{name}: 3" for name in names)])), encoding="utf-8")
    found = rows(str(path), "--var", f"{names[0]}=1,2", "--size", "8,8;9,5", "--metrics", "macs", cli=cli)
    macs = [8 * 27 * 36, 8 * 27 * 21]
    assert found == [
        {names[0]: value, column: size, "macs": count, "error": None}
        for value in (1, 2) for size, count in zip(["8x8", "9x5"], macs, strict=True)
    ]  # fmt: skip
    kept = rows(str(path), "--size", "8,8;9,5", "--where", f"{column} == '9x5'", "--metrics", "macs", cli=cli)
    assert [row["macs"] for row in kept] == macs[1:]


def test_no_variable_of_a_row_is_called_as_what_says_why_it_has_no_numbers(tmp_path, cli):
    path = tmp_path / "map.yaml"
    path.write_text(MAP.replace("c: 8", "c: 8, error: 3"), encoding="utf-8")
    found = cli("sweep", str(path), "--var", "error=1,2")
    assert (found.code, found.err) == (
        2, "cnncalc: `error` is a variable of the spec, and says in rows why one has no numbers (call the variable otherwise)\n"
    )  # fmt: skip
    assert cli("sweep", str(path), "--var", "c=1,2", "--metrics", "params").code == 0


def test_deployment_changes_memory(conv, cli):
    plain, int8 = (rows(conv, "--var", "c=2", "--metrics", "memory.peak,memory.weights", *more, cli=cli)[0]
                   for more in ((), ("--dtype", "int8", "--inplace", "--fold-norm", "--batch", "2")))  # fmt: skip
    assert plain["memory.peak"] == 4 * (3 * 1024 + 2 * 900)
    assert int8["memory.peak"] == 2 * (3 * 1024 + 2 * 900)
    assert int8["memory.weights"] == 2 * 27 + 2 * 4


def test_where_and_budget_keep_rows(net, cli):
    kept = rows(net, "--where", "params > 40 and n == 6 and macs <= 0.1k", cli=cli)
    assert [(row["u"], row["n"]) for row in kept] == [(4, 6), (5, 6)]
    assert "flops" not in rows(net, "--where", "flops > 0", cli=cli)[0]
    kept = rows(net, "--budget", cli=cli)
    assert [(row["u"], row["n"]) for row in kept] == [(4, 3), (4, 6), (5, 3)]


def test_a_row_of_which_a_condition_cannot_be_said_says_why(net, cli):
    command = (net, "--where", "params / (u - 4) > 60", "--metrics", "macs")
    error = "--where: division by zero in `{} / 0`"
    refused = [{"u": 4, "n": n, "macs": None, "error": error.format(params)} for n, params in ((3, 36), (6, 48))]
    assert rows(*command, cli=cli) == [*refused, {"u": 5, "n": 6, "macs": 55, "error": None}]
    assert rows(*command, "--pareto", "macs", cli=cli) == [{"u": 5, "n": 6, "macs": 55, "error": None}]
    shown = cli("sweep", *command)
    assert (shown.code, shown.out.splitlines()[-2:]) == (0, ["3 of 4 settings", "refused: 2"])


@pytest.mark.parametrize(
    ("arguments", "reason", "rows_left"),
    [
        (("--where", "params / 0 > 1"), "all of the 4 settings are refused: --where: division by zero in `36 / 0`", 4),
        (("--var", "u=7"), "all of the 2 settings are refused: E406: division by zero in `7 // 0`", 2),
        (("--var", "u=7", "--where", "macs > 1"), "all of the 2 settings are refused: E406: division by zero in `7 // 0`", 2),
        (("--where", "receptive_field > 1"), "all of the 4 settings are refused: --where: `receptive_field` is not known", 0),
        (("--where", "macs > 500 or n < 'a'", "--top", "1", "--by", "macs"), "all of the 4 settings are refused: --where: ", 0),
        pytest.param(
            ("--var", "u=7", "--var", "n=1:2000:1"), "all of the first 1,000 settings are refused: E406: ", 2000, marks=pytest.mark.slow
        ),
        (("--where", "macs > 1000"), "", 0),
        (("--where", "n == 3 or 1 / 0 > 1"), "", 4),
    ],
)  # fmt: skip
@pytest.mark.parametrize("output", [False, True])
def test_where_no_setting_can_be_judged_the_exit_code_is_1(net, cli, tmp_path, arguments, reason, rows_left, output):
    file = tmp_path / "rows.jsonl"
    where = ("--output", file) if output else ("--format", "jsonl")
    found = cli("sweep", net, *arguments, *where)
    text = file.read_text(encoding="utf-8") if output else found.out
    assert (found.code, len(text.splitlines())) == (1 if reason else 0, rows_left)
    assert reason in found.err
    assert bool(found.err) == bool(reason)
    if output and "--top" not in arguments:
        again = cli("sweep", net, *arguments, *where, "--resume")
        assert (again.code, again.err) == (found.code, found.err)


def test_pareto_and_top(net, cli):
    kept = rows(net, "--var", "u=1:5:1", "--pareto", "params,-macs", cli=cli)
    front = {(row["params"], row["macs"]) for row in kept}
    every = {(row["params"], row["macs"]) for row in rows(net, "--var", "u=1:5:1", cli=cli)}
    assert front == {p for p in every if not any(o != p and o[0] <= p[0] and o[1] >= p[1] for o in every)}
    kept = rows(net, "--top", "2", "--by=-macs", cli=cli)
    assert [row["macs"] for row in kept] == [55, 40]
    assert kept[1]["n"] == 6  # of equals the first
    assert [row["macs"] for row in rows(net, "--top", "1", "--by", "macs", "--pareto", "params", cli=cli)] == [28]
    found = rows(net, "--top", "1", "--by", "layers", "--metrics", "params", cli=cli)
    assert found == [{"u": 4, "n": 3, "params": 36, "layers": 2, "error": None}]


def test_a_sample_and_a_list(net, cli, tmp_path):
    drawn = rows(net, "--var", "u=1:100:1", "--sample", "5", "--seed", "3", cli=cli)
    assert len(drawn) == 5
    assert drawn == rows(net, "--var", "u=1:100:1", "--sample", "5", "--seed", "3", cli=cli)
    listed = tmp_path / "list.csv"
    listed.write_text("u,depth\n3,0\n2,2\n", encoding="utf-8")
    found = rows(net, "--list", str(listed), "--metrics", "layers", cli=cli)
    assert [(row["u"], row["depth"], row["layers"]) for row in found] == [(3, 0, 1), (2, 2, 3)]


def test_csv_is_the_same_as_json_lines(net, cli):
    found = list(csv.DictReader(io.StringIO(cli("sweep", net, "--format", "csv").out)))
    expected = rows(net, cli=cli)
    assert [{k: json.loads(v) if v else None for k, v in row.items()} for row in found] == expected


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), ("", '""'), ("null", "null"), (True, "true"), (0.5, "0.5"), (-1, "-1"), (2**70, "1180591620717411303424"),
     ([3, 5], '"[3, 5]"'), ('a"b', '"a""b"'), ("a,b", '"a,b"'), ("=1+1", "'=1+1"), ("a b", "a b"), ("a\nb", r"a\nb")],
)  # fmt: skip
def test_a_cell_of_csv(value, cell):
    line = csv_sink.line(("x", "error"), {"x": value, "error": None})
    assert line == f"{cell},\n"
    (cells,) = csv.reader([line])
    assert cells[0] == cell.strip('"').replace('""', '"')
    assert csv_sink.head(("x", 'a"b')) == 'x,"a""b"\n'


def test_the_document_has_all_rows(net, cli):
    found = json.loads(cli("sweep", net, "--format", "json", "--metrics", "params").out)
    assert found["analysis"] == "sweep"
    assert found["settings"] == 4
    assert found["rows"][0] == {"u": 4, "n": 3, "params": 36}
    assert found == json.loads(json.dumps(cnncalc.sweep(net, metrics="params").to_dict()))


@pytest.mark.slow
def test_processes_give_the_same_to_the_byte(net, cli, tmp_path):
    files = [tmp_path / f"{n}.csv" for n in (1, 2)]
    for workers, file in enumerate(files, 1):
        cli("sweep", net, "--var", "u=1:1500:1", "--workers", str(workers), "--output", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_text(encoding="utf-8").count("\n") == 3001


# Files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl"])
def test_a_file_that_was_cut_anywhere_goes_on(net, cli, tmp_path, name):
    file = tmp_path / name
    command = ("sweep", net, "--var", "u=1:9:1", "--where", "macs > 20", "--output", str(file))
    cli(*command)
    whole = file.read_bytes()
    for length in {0, 1, 20, 60, *range(0, len(whole), 37), len(whole) - 1, len(whole)}:
        file.write_bytes(whole[:length])
        assert cli(*command, "--resume").code == 0
        assert file.read_bytes() == whole
    file.unlink()
    cli(*command, "--resume")
    assert file.read_bytes() == whole
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["net.yaml", name, f"{name}.finished"]
    assert cli(*command, "--overwrite").code == 0
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["net.yaml", name]


def test_a_file_is_not_written_over(net, cli, tmp_path):
    file = tmp_path / "rows.csv"
    command = ("sweep", net, "--output", str(file))
    assert cli(*command).code == 0
    found = cli(*command)
    assert found.code == 2
    assert "exists already (--resume goes on with it, --overwrite begins anew)" in found.err
    assert cli(*command, "--overwrite", "--top", "1", "--by", "macs").code == 0
    assert file.read_text(encoding="utf-8").count("\n") == 2


@pytest.mark.parametrize("name", ["rows.csv.gz", "rows.txt", "rows", "csv", ".csv", "rows.csvl"])
def test_a_file_whose_ending_says_nothing_needs_a_format(net, cli, tmp_path, name):
    file = tmp_path / name
    found = cli("sweep", net, "--output", str(file))
    assert found.code == 2
    assert f"{name}` how rows are to be written (the ending is one of .csv, .jsonl, .parquet; or say --format)" in found.err
    assert not file.exists()
    assert cli("sweep", net, "--output", str(file), "--format", "jsonl").code == 0
    assert file.read_bytes()[:8] == b'{"u": 4,'


@pytest.mark.parametrize(
    "change",
    [("--var", "u=5,6"), ("--metrics", "macs"), ("--metrics", "params,macs,memory.peak,layers"), ("--set", "depth=2"),
     ("--where", "macs > 30")],
)  # fmt: skip
def test_rows_of_another_sweep_are_not_gone_on_with(net, cli, tmp_path, change):
    file = tmp_path / "rows.csv"
    cli("sweep", net, "--output", str(file))
    before = file.read_bytes()
    found = cli("sweep", net, *change, "--output", str(file), "--resume")
    assert found.code == 2
    assert "rows of" in found.err
    assert "(--overwrite begins anew)" in found.err
    assert file.read_bytes() == before


@pytest.mark.parametrize("text", [b"\xff\xfe\n\n", b"u,n,params,macs,memory.peak,receptive_field,error\n\xff\n",
                                  b'u,n,params,macs,memory.peak,receptive_field,error\n"\n'])  # fmt: skip
def test_what_is_no_row_is_not_gone_on_with(net, cli, tmp_path, text):
    file = tmp_path / "rows.csv"
    file.write_bytes(text)
    assert "holds rows of another sweep" in cli("sweep", net, "--output", str(file), "--resume").err
    jsonl = tmp_path / "rows.jsonl"
    jsonl.write_bytes(b"[]\n" if text[:1] == b"u" else b"{\n")
    assert cli("sweep", net, "--output", str(jsonl), "--resume").code == 2


@pytest.mark.slow
def test_a_run_that_is_killed_at_any_moment_loses_nothing_and_repeats_nothing(net, tmp_path):
    """`kill -9` some twenty times in a row, whenever it comes, with one process and with two."""
    whole, file = tmp_path / "whole.csv", tmp_path / "rows.csv"
    command = [sys.executable, "-m", "cnncalc", "sweep", net, "--var", "u=1:20000:1"]
    subprocess.run([*command, "--output", str(whole)], check=True)
    for turn in range(20):
        if file.exists() and file.stat().st_size == whole.stat().st_size:
            break
        run = subprocess.Popen([*command, "--output", str(file), "--resume", "--workers", str(1 + turn % 2)])
        time.sleep(0.35 + turn % 7 / 20)
        run.kill()
        run.wait()
    # A fast machine is done before the last turn, but not before some have been cut short.
    assert turn > 2
    subprocess.run([*command, "--output", str(file), "--resume"], check=True)
    assert file.read_bytes() == whole.read_bytes()


def test_it_ends_where_nobody_reads_any_more(net):
    """Of 10⁷ rows two are read."""
    command = [sys.executable, "-m", "cnncalc", "sweep", net, "--var", "u=1:10000:1", "--var", "n=1:1000:1"]
    with subprocess.Popen([*command, "--format", "csv"], stdout=subprocess.PIPE) as run:
        assert run.stdout.readline().startswith(b"u,n,params")
        run.stdout.close()
        assert run.wait(60) == 0


# What is refused at once ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--where", "macs <="), ("--where: cannot read `macs <=` (numbers, names, comparisons, and/or/not: macs <= 300M "
         "and receptive_field >= 224)")),
        (("--where", "mac > 1"), "--where knows no `mac` (did you mean `macs`?)"),
        (("--var", "w=1"), "net.yaml has no variable `w` (variables: u, n, depth)"),
        (("--var", "u=5:1:1"), "--var u is an empty range (a range that falls has a negative step)"),
        (("--var", "u="), "--var u has no values (start:stop:step, or values separated by commas)"),
        (("--var", "u"), "--var takes NAME=VALUES, got u (--var w=0.25:2:0.05)"),
        (("--var", "u=1:1000000:1", "--var", "n=1:1000000:1"), ("there are 1,000,000,000,000 settings, and a sweep looks at "
         "100,000,000 at most (--sample N looks at some of them; larger steps make fewer)")),
        (("--var", "u=1:20000:1"), ("a table has at most 10,000 rows (--format csv or jsonl, --top N --by NAME, --pareto A,B or "
         "--where …)")),
        (("--set", "u=1", "--var", "u=1,2"), "`u` is given twice: --set fixes what --var varies"),
        (("--set", "u=1", "--set", "n=1"), ("nothing varies: `u`, `n` of its `sweep:` are fixed (--var NAME=start:stop:step, "
         "or --size '96,96;128,128')")),
        (("--where", ""), ("--where: cannot read `` (numbers, names, comparisons, and/or/not: macs <= 300M and "
         "receptive_field >= 224)")),
        (("--pareto", ""), ("--pareto takes different names, got  (--pareto params,macs,-receptive_field: a minus for what is "
         "to be large)")),
        (("--metrics", "param"), "there is no number `param` (did you mean `params`?)"),
        (("--metrics", "depth", "--var", "depth=1,2"), ("`depth` is a variable of the spec and a number (leave it out of "
         "--metrics, or call the variable otherwise)")),
        (("--top", "3"), "--top and --by go together (--top 10 --by macs)"),
        (("--top", "0", "--by", "macs"), "--top takes a number from 1, got 0"),
        (("--pareto", "macs,macs"), ("--pareto takes different names, got macs,macs (--pareto params,macs,-receptive_field: a "
         "minus for what is to be large)")),
        (("--pareto", "mac"), "there is no number `mac` (did you mean `macs`?)"),
        (("--workers", "0"), "--workers takes a number from 1 to 256, got 0"),
        (("--workers", "2", "--scheduler", "tcp://127.0.0.1:9"), ("--workers are processes of this machine, and a cluster has its own "
         "(--workers or --scheduler)")),
        (("--seed", "3"), "--seed is for a sample (--sample N --seed 3)"),
        (("--resume",), "--resume goes on with a file, which alone has all rows (--output FILE, without --plot)"),
        (("--resume", "--output", "FILE", "--top", "1", "--by", "macs"), ("--resume goes on with rows written one by one, and "
         "--top and --pareto write theirs at the end")),
        (("--output", "FILE", "--format", "xml"), "there is no row format `xml` (row formats: csv, jsonl, parquet)"),
        (("--format", "parquet"), "parquet is no text: it is written to a file (--output FILE)"),
        (("--dtype", "fp33"), "--dtype takes a type of numbers, got fp33 (did you mean `fp32`?)"),
        (("--batch", "0"), "--batch takes a number from 1, got 0"),
        (("--size", "a"), "--size takes sizes of whole numbers from 1, got a (--size '96,96;128,128')"),
        (("--size", ""), "--size takes sizes of whole numbers from 1, got  (--size '96,96;128,128')"),
        (("--size", "1;2"), "the input `input` has 0 axes, got 1 (it is 3)"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(net, cli, tmp_path, arguments, message):
    found = cli("sweep", net, *(str(tmp_path / "f.csv") if a == "FILE" else a for a in arguments))
    assert found.code == 2
    assert found.err.replace(str(tmp_path) + "/", "").rstrip() == f"cnncalc: {message}"
    assert found.out == ""
    assert not (tmp_path / "f.csv").exists()


@pytest.mark.parametrize(
    "text",
    ['{"c": 2, "size": [8, 8]}\n{"c": 2, "size": [9, 5]}\n', "c,size\n2,8x8\n2,9x5\n", 'c,size\n2,"8,8"\n2,"[9, 5]"\n'],
)  # fmt: skip
def test_a_list_may_have_sizes(conv, cli, tmp_path, text):
    listed = tmp_path / "list"
    listed.write_text(text, encoding="utf-8")
    found = rows(conv, "--list", str(listed), "--metrics", "macs", cli=cli)
    assert [(row["size"], row["macs"]) for row in found] == [("8x8", 2 * 27 * 36), ("9x5", 2 * 27 * 21)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c,size\n2,8xa\n", "the list of settings takes sizes of whole numbers from 1, got `8xa`"),
        ("c,params\n2,216\n", ("the list of settings has `params`, which is no variable of map.yaml (leave out what a sweep tells: "
         "`params`)")),
        ("c,error\n2,\n", "the list of settings has `error`, which is no variable of map.yaml"),
    ],
)  # fmt: skip
def test_what_is_no_setting_is_no_part_of_a_list(conv, cli, tmp_path, text, message):
    listed = tmp_path / "list"
    listed.write_text(text, encoding="utf-8")
    found = cli("sweep", conv, "--list", str(listed))
    assert found.code == 2
    assert message in found.err.replace(str(tmp_path) + "/", "")


MAPS = """
vars: {c: 8, res: 32, deep: 3}
input: {channels: $deep, size: [$res, $res]}
layers: [conv: {filters: $c, kernel: 3}]
sweep: {res: [16, 32], c: [1, 2]}
"""


def test_what_size_takes_the_place_of_does_not_vary(cli, tmp_path):
    path, listed = tmp_path / "maps.yaml", tmp_path / "list.csv"
    path.write_text(MAPS, encoding="utf-8")
    found = rows(str(path), "--size", "8,8", "--metrics", "params", cli=cli)
    assert [row for row in found if row.pop("error") is None] == [{"c": 1, "params": 28}, {"c": 2, "params": 56}]
    listed.write_text("res,c\n16,1\n32,2\n", encoding="utf-8")
    for more in (("--var", "res=16,32"), ("--list", str(listed))):
        told = cli("sweep", str(path), "--size", "8,8", *more)
        assert told.code == 2
        assert "the values of `res` make no difference where the input has --size (give `res`, or --size)" in told.err
    listed.write_text("res,c\n16,1\n16,2\n", encoding="utf-8")
    assert len(rows(str(path), "--size", "8,8", "--list", str(listed), cli=cli)) == 2
    listed.write_text("res,c\n,1\n16,2\n", encoding="utf-8")
    assert len(rows(str(path), "--size", "8,8", "--list", str(listed), cli=cli)) == 2
    deep = rows(str(path), "--size", "8,8", "--var", "deep=1,2", "--set", "c=1", "--metrics", "params", cli=cli)
    assert [row["params"] for row in deep] == [10, 19]
    told = cli("sweep", str(path), "--channels", "3", "--var", "deep=1,2")
    assert "the values of `deep` make no difference where the input has --channels" in told.err
    told = cli("sweep", str(path), "--size", "8,8", "--set", "c=1")
    assert "nothing varies: `res`, `c` of its `sweep:` are fixed, and --size 8x8 is one size" in told.err


def test_one_size_of_two_axes_is_not_two_sizes(cli, tmp_path):
    path = tmp_path / "line.yaml"
    path.write_text("input: {channels: 1, size: [64]}\nlayers: [conv: {filters: 1, kernel: 3}]\n", encoding="utf-8")
    told = cli("sweep", str(path), "--size", "64,32")
    assert "nothing varies: the spec has no `sweep:`, and --size 64x32 is one size" in told.err


@pytest.mark.parametrize("values", ["3", '"8:16:4"'])
def test_values_of_the_spec_that_are_no_list_are_its_fault(cli, tmp_path, values):
    path = tmp_path / "net.yaml"
    path.write_text(MAP.replace("input", f"sweep: {{c: {values}}}\ninput"), encoding="utf-8")
    assert "`sweep: c` must be a list of values" in cli("sweep", str(path)).err


def test_a_list_is_no_grid(net, cli, tmp_path):
    listed = tmp_path / "list.csv"
    listed.write_text("u\n3\n", encoding="utf-8")
    assert "--var makes a grid" in cli("sweep", net, "--list", str(listed), "--var", "n=1").err
    assert "several sizes make a grid" in cli("sweep", net, "--list", str(listed), "--size", "1;2").err
    assert "a sample is drawn of a grid, not of a list" in cli("sweep", net, "--list", str(listed), "--sample", "1").err


def test_a_budget_that_is_not_there(conv, cli):
    found = cli("sweep", conv, "--var", "c=1", "--budget")
    assert "has no `budget:` (budget: {params: 1M, macs: 300M})" in found.err


def test_a_bad_spec_is_a_finding(tmp_path, cli):
    path = tmp_path / "bad.yaml"
    path.write_text("layers: [cov: 3]\n", encoding="utf-8")
    assert cli("sweep", str(path), "--var", "u=1").code == 1


@pytest.mark.parametrize("more", [(), ("--budget", "--pareto", "macs,-params")])
def test_a_picture_of_two_numbers(net, cli, tmp_path, more):
    found = cli("sweep", net, "--var", "u=1:9:1", "--plot", str(tmp_path / "front.svg"), *more)
    assert found.code == 0
    text = (tmp_path / "front.svg").read_text(encoding="utf-8")
    assert ("budget: params" in text) == bool(more)
    assert "settings" in text
    assert found.out.splitlines()[0].startswith("u  n")


def test_a_picture_needs_two_numbers_and_an_ending(net, cli, tmp_path):
    found = cli("sweep", net, "--metrics", "params", "--plot", str(tmp_path / "front.svg"))
    assert "a picture shows two numbers (--metrics A,B, or --pareto A,-B)" in found.err
    assert "the ending is one of .svg, .png, .pdf" in cli("sweep", net, "--plot", "front.txt").err
    assert cli("sweep", net, "--plot", str(tmp_path / "a.svg"), "--resume", "--output", "b.csv").code == 2


# In Python -----------------------------------------------------------------------------------------


def test_rows_are_iterated(net):
    found = cnncalc.sweep(net, {"u": [4, 5], "n": 3}, metrics=["params"])
    assert repr(found) == "<Sweep net: 2 settings of u, n>"
    assert list(found) == [
        {"u": 4, "n": 3, "params": 36, "error": None}, {"u": 5, "n": 3, "params": 50, "error": None}
    ]  # fmt: skip
    assert found.columns == ("u", "n", "params", "error")
    assert "<td" in found._repr_html_()
    listed = cnncalc.sweep(net, [{"u": 1}], set={"n": 1}, metrics="macs")
    assert list(listed) == [{"u": 1, "macs": 2, "error": None}]
    with pytest.raises(UsageError, match="there is no option|sweep has no option"):
        cnncalc.sweep(net, bacth=3)
    with pytest.raises(UsageError, match="--size takes sizes of whole numbers from 1, got 9.5"):
        cnncalc.sweep(net, size=9.5)
    with pytest.raises(UsageError, match="--where takes a condition as a text, got 3"):
        cnncalc.sweep(net, where=3)
    with pytest.raises(SpecError):
        cnncalc.sweep(net, {"nobody": 1})


def test_a_frame_needs_its_package(net, monkeypatch):
    found = cnncalc.sweep(net, metrics="params")
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(UsageError, match=f"a frame needs {name}, which is not installed .* install {name}"):
            getattr(found, f"to_{name}")()
