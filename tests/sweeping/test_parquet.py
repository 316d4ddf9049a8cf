"""Parquet: the rows of JSON Lines in typed columns, made when all are known and gone on with before."""

import json
import os
import sys

import pytest

import cnncalc as library
from cnncalc.errors import UsageError
from cnncalc.sweeping import kinds
from cnncalc.sweeping.saving import save, sink_of

parquet = pytest.importorskip("pyarrow.parquet")

# A dense layer of u units on n features has u·(n + 1) params.
NET = """
vars: {u: 4, n: 3, s: relu}
input: {features: $n}
layers:
  - dense: {units: $(u // (1 if u != 7 else 0))}
sweep: {u: [4, 7], n: [3, 6]}
"""
GRID = ("--var", "u=1:9:1", "--metrics", "params,macs")


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.fixture
def cli(cnncalc):
    """The command line."""
    return cnncalc


@pytest.fixture
def file(tmp_path):
    return tmp_path / "rows.parquet"


def types(file):
    return {field.name: str(field.type) for field in parquet.read_schema(file)}


def test_it_has_the_rows_of_json_lines(net, cli, file):
    assert cli("sweep", net, *GRID, "--output", file).code == 0
    assert parquet.read_table(file).to_pylist() == [
        json.loads(line) for line in cli("sweep", net, *GRID, "--format", "jsonl").out.splitlines()
    ]
    assert types(file) == {"u": "int64", "n": "int64", "params": "int64", "macs": "int64", "error": "string"}
    assert os.listdir(file.parent) in (["net.yaml", "rows.parquet"], ["rows.parquet", "net.yaml"])


@pytest.mark.parametrize(
    ("values", "type", "cells"),
    [
        ([1, 2], "int64", [1, 2]),
        ([1, 0.5], "double", [1.0, 0.5]),
        ([True, False], "bool", [True, False]),
        (["relu", "null"], "string", ["relu", "null"]),
        ([True, 1], "string", ["true", "1"]),
        ([[3, 5], 1], "string", ["[3, 5]", "1"]),
    ],
)
def test_a_column_has_the_type_of_its_values(net, file, values, type, cells):
    library.sweep(net, {"s": values, "u": 1, "n": 1}, metrics="params").save(file)
    assert types(file)["s"] == type
    assert parquet.read_table(file)["s"].to_pylist() == cells


def test_numbers_larger_than_64_bits_keep_their_digits(net, file):
    # 10⁵ units on 10⁵ features at the batch 10⁹ and 8 bytes each are 8·10²³ bytes.
    library.sweep(net, {"u": [1, 2**53]}, set={"n": 1}, metrics="memory.peak", batch=10**9).save(file)
    assert types(file)["memory.peak"] == "decimal128(38, 0)"
    assert [int(n) for n in parquet.read_table(file)["memory.peak"].to_pylist()] == [
        4 * 10**9 * 2, 4 * 10**9 * (2**53 + 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([], "nothing"), ([None], "nothing"), ([None, 3], "whole"), ([2**63 - 1, -(2**63)], "whole"), ([2**63], "wide"),
        ([1, 2**63], "wide"), ([10**38], "text"), ([1, 2.5, None], "real"), ([2**63, 2.5], "text"), ([True, None], "truth"),
        ([True, 1], "text"), (["a"], "word"), (["a", 1], "text"), ([[1]], "text"),
    ],
)  # fmt: skip
def test_values_have_a_kind_in_common(values, kind):
    rows = [{"x": value, "error": None} for value in values]
    found = kinds.kinds_of(("x", "error"), (), rows)
    assert found == {"x": kind, "error": "word"}
    assert found == kinds.kinds_of(("x", "error"), (), rows[::-1])


def test_row_groups_are_written_one_after_the_other(net, file, monkeypatch):
    monkeypatch.setattr("cnncalc.sweeping.sinks.parquet._GROUP", 4)
    library.sweep(net, {"u": "1:9:1"}, set={"n": 1}, metrics="macs").save(file)
    assert parquet.ParquetFile(file).num_row_groups == 3
    assert parquet.read_table(file)["macs"].to_pylist() == [1, 2, 3, 4, 5, 6, None, 8, 9]


def test_the_best_rows_alone(net, cli, file):
    assert cli("sweep", net, *GRID, "--output", file, "--top", "1", "--by=-macs").code == 0
    assert parquet.read_table(file)["macs"].to_pylist() == [54]
    assert cli("sweep", net, *GRID, "--output", "/dev/null", "--format", "parquet").code == 0


def test_what_was_ended_goes_on_with_the_rows_that_wait(net, cli, file, monkeypatch):
    sweep = library.sweep(net, {"u": "1:400:1"}, metrics="params")
    left = 3

    def told(_):
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(sweep, str(file), sink_of("parquet", sweep), told=told)
    waiting = file.with_name("rows.parquet.rows.jsonl")
    assert not file.exists()
    assert waiting.read_bytes().count(b"\n") == 3 * 256
    with pytest.raises(UsageError, match=r"rows.jsonl exists already \(--resume goes on with it"):
        sweep.save(str(file))
    starts = []
    real = library.sweep(net).__class__.choose
    monkeypatch.setattr(type(sweep), "choose", lambda self, at=0, told=None: starts.append(at) or real(self, at, told))
    sweep.save(str(file), resume=True)
    assert starts == [3 * 256]
    assert parquet.read_table(file)["params"].to_pylist()[-4:] == [399 * 4, 399 * 7, 400 * 4, 400 * 7]
    assert parquet.read_table(file)["u"].to_pylist() == [u for u in range(1, 401) for _ in range(2)]
    assert sorted(os.listdir(file.parent)) == ["net.yaml", "rows.parquet"]
    # What is finished is neither computed nor written again.
    before = file.stat().st_mtime_ns
    starts.clear()
    sweep.save(str(file), resume=True)
    assert (file.stat().st_mtime_ns, starts) == (before, [])


@pytest.mark.parametrize("change", [("--set", "n=4"), ("--where", "macs > 1")])
def test_a_file_of_another_sweep_is_left_alone(net, cli, file, change):
    command = ("sweep", net, *GRID, "--output", file)
    assert cli(*command).code == 0
    before = file.read_bytes()
    for content in (before, b"u,n\n1,2\n"):
        file.write_bytes(content)
        found = cli(*command, *change, "--resume")
        assert found.code == 2
        assert "rows.parquet holds rows of another sweep, or of another spec (--overwrite begins anew)" in found.err
        assert "exists already (--resume goes on with it, --overwrite begins anew)" in cli(*command).err
        assert file.read_bytes() == content
    assert cli(*command, *change, "--overwrite").code == 0
    assert file.read_bytes()[:4] == b"PAR1"


def test_without_its_package_it_says_so_at_once(net, cli, file, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    found = cli("sweep", net, "--output", file)
    assert (found.code, os.listdir(file.parent)) == (2, ["net.yaml"])
    assert "a Parquet file needs pyarrow, which is not installed" in found.err
    assert 'pip install "cnncalc[parquet]"' in found.err
    assert "cannot write" in cli("sweep", net, "--output", file.parent / "no" / "x.jsonl").err
