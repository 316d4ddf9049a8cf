"""Rows as frames, of pandas and Polars as they are."""

from types import SimpleNamespace

import pytest

import cnncalc as library
from cnncalc.errors import UsageError
from cnncalc.sweeping import frames

# A dense layer of u units on n features has u·(n + 1) params.
NET = """
vars: {u: 4, n: 3, s: relu}
input: {features: $n}
layers:
  - dense: {units: $(u // (1 if u != 7 else 0))}
"""


@pytest.fixture
def net(tmp_path):
    path = tmp_path / "net.yaml"
    path.write_text(NET, encoding="utf-8")
    return str(path)


@pytest.fixture
def rows(net):
    return library.sweep(net, {"s": ["relu", "elu"], "u": [6, 7]}, metrics="params,macs")


def test_pandas_keeps_whole_numbers_where_one_is_not_known(net, rows):
    pytest.importorskip("pandas")
    frame = rows.to_pandas()
    assert list(frame.columns) == ["s", "u", "params", "macs", "error"]
    assert (str(frame.u.dtype), str(frame.params.dtype)) == ("int64", "Int64")
    assert frame.params.dropna().tolist() == [24, 24]
    assert frame[frame.error.isna()].s.tolist() == ["relu", "elu"]
    # Read as floats, these would be one number.
    large = library.sweep(net, {"u": [2**53, 2**53 - 1, 7]}, metrics="macs", set={"n": 1}).to_pandas()
    assert large.macs.dropna().tolist() == [2**53, 2**53 - 1]
    none = library.sweep(net, {"u": [4]}, where="u > 4", metrics="macs").to_pandas()
    assert (len(none), str(none.macs.dtype)) == (0, "int64")


def test_polars_has_the_same(net, rows):
    polars = pytest.importorskip("polars")
    frame = rows.to_polars()
    assert frame.to_dicts() == list(rows)
    assert dict(frame.schema) == {
        "s": polars.String, "u": polars.Int64, "params": polars.Int64, "macs": polars.Int64, "error": polars.String
    }  # fmt: skip
    wide = library.sweep(net, {"u": [1, 2**53]}, set={"n": 1}, metrics="memory.peak", batch=10**9).to_polars()
    assert wide["memory.peak"].to_list() == [8 * 10**9, 4 * 10**9 * (2**53 + 1)]
    none = library.sweep(net, {"u": [4]}, where="u > 4", metrics="macs").to_polars()
    assert (none.height, none.schema["macs"]) == (0, polars.Int64)


def test_an_older_polars_has_no_numbers_of_more_than_64_bits(net, rows, monkeypatch):
    polars = pytest.importorskip("polars")
    older = SimpleNamespace(**{name: value for name, value in vars(polars).items() if name != "Int128"})
    monkeypatch.setattr(frames, "import_needed", lambda *_: older)
    assert rows.to_polars().to_dicts() == list(rows)
    wide = library.sweep(net, {"u": [2**53]}, set={"n": 1}, metrics="memory.peak", batch=10**9)
    with pytest.raises(UsageError, match=r"numbers of more than 64 bits need polars 1\.18 or newer"):
        wide.to_polars()


@pytest.mark.parametrize(
    ("values", "cells"),
    [([1, 0.5], [1.0, 0.5]), ([True, False], [True, False]), ([True, 1], ["true", "1"]), ([[3, 5], [1]], ["[3, 5]", "[1]"])],
)
def test_values_of_several_types(net, values, cells):
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    found = library.sweep(net, {"s": values}, metrics="macs")
    assert found.to_polars()["s"].to_list() == cells
    assert found.to_pandas().s.tolist() == values
