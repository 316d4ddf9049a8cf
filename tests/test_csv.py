"""CSV has all that JSON has of a row, each number in a column of its own."""

import csv
import io
import json
from fractions import Fraction

import pytest

NET = """\
cnncalc: 1
name: net
input: {channels: 3, size: [32, 24]}
layers:
  - conv: {filters: 4, kernel: [5, 3], stride: [2, 1], padding: same_upper, norm: batch_norm, activation: relu, name: a}
  - conv_transpose: {filters: 4, kernel: 4, stride: 4, name: b}
  - max_pool: {size: 3, stride: 2, name: c}
  - conv: {filters: 4, kernel: 3, dilation: 2, name: d}
  - reuse: {layer: d, from: prev, name: e}
  - global_avg_pool: {name: f}
  - dense: {units: 10, name: g}
"""
PAIR = """\
cnncalc: 1
name: pair
inputs: {left: {channels: 2, size: [8, 8]}, right: {channels: 2, size: [8, 8]}}
layers:
  - conv: {from: left, filters: 2, kernel: 3, padding: same, name: a}
  - conv: {from: right, filters: 2, kernel: 5, padding: [0, 2], stride: [1, 1], name: b}
  - conv: {filters: 2, kernel: [1, 1], padding: [2, 0], name: p}
  - add: {from: [a, p], name: sum}
"""


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def leaves(value):
    """The plain values within one of JSON: quotients as numbers, lists of names as one."""
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, list):
        if value and all(isinstance(part, str) and " " not in part for part in value):
            yield ", ".join(value)
        else:
            for part in value:
                yield from leaves(part)
    elif value is not None:
        yield plain(value)


def plain(value):
    if isinstance(value, bool):
        return str(value).lower()
    try:
        return float(Fraction(value))
    except ValueError:
        return value


@pytest.mark.parametrize("arguments", [
    ("shapes",), ("padding",), ("params",), ("macs",), ("macs", "--convention", "fvcore"), ("macs", "--training"),
    ("memory",), ("memory", "--training", "--dtype", "int4"), ("receptive-field",), ("receptive-field", "--object-size", "9,9"),
    ("receptive-field", "--project", "3,3"), ("summary",), ("top",), ("top", "--by", "activation"), ("params", "--by", "op"),
    ("macs", "--convention", "all"),
], ids=" ".join)  # fmt: skip
@pytest.mark.parametrize("text", [NET, PAIR], ids=["net", "pair"])
def test_no_value_of_json_is_missing(cnncalc, arguments, text):
    command, *options = arguments
    document = json.loads(cnncalc(command, "-", *options, "--expand", "--format", "json", stdin=text).out)
    records = document.get("layers") or document["conventions"]
    rows = read(cnncalc(command, "-", *options, "--expand", "--format", "csv", stdin=text).out)
    named = {row.get("layer") or str(place): row for place, row in enumerate(rows)}

    assert rows
    for place, record in enumerate(records):
        row = named.get(record.get("layer") or str(place))
        if row is None:
            assert command == "padding", "what has no window has no row there"
            continue
        cells = {plain(cell) for cell in row.values() if cell}
        missing = [leaf for leaf in leaves(record) if leaf not in cells and leaf != ""]
        # One cell tells all that JSON has of how operands lie to each other, in words.
        missing = [leaf for leaf in missing if not any(str(leaf).rstrip(".0") in cell for cell in map(str, cells))]
        assert missing == []


@pytest.mark.parametrize(("arguments", "layer", "expected"), [
    # The field of a: 5 rows and 3 columns; of b each of 4 units of a period sees one of a; ⌊(4·16 − 3)/2⌋ + 1 = 31 of c.
    (("receptive-field",), "a", {"field_h": "5", "field_w": "3", "stride_h": "2", "stride_w": "1", "kernel_h": "5", "kernel_w": "3",
                                 "window_stride_h": "2", "dilation_h": "1", "output_channels": "4", "output_h": "16", "output_w": "24",
                                 "global_h": "false"}),
    (("receptive-field",), "b", {"stride_h": "0.5", "stride_w": "0.25", "field_h": "5"}),
    (("receptive-field",), "g", {"global_h": "true", "field_h": "", "output_features": "10"}),
    (("padding",), "a", {"kernel_h": "5", "kernel_w": "3", "stride_h": "2", "stride_w": "1", "before_h": "1", "after_h": "2",
                         "before_w": "1", "after_w": "1", "in_h": "32", "out_h": "16", "dilation_w": "1", "dropped_h": "0"}),
    (("padding",), "d", {"dilation_h": "2"}),
    (("summary",), "a", {"field_h": "5", "field_w": "3", "stride_h": "2", "params": "188", "output_h": "16"}),
    (("params",), "e", {"shared_with": "d"}),
    (("macs",), "g", {"macs": "40", "intensity": f"{90 / 256}"}),
    (("receptive-field", "--project", "0,0"), "a", {"first_h": "0", "last_h": "0", "first_w": "0", "last_w": "1",
                                                   "share": f"{2 / (16 * 24)}"}),
])  # fmt: skip
def test_a_number_stands_in_a_column_of_its_own(cnncalc, arguments, layer, expected):
    rows = {row["layer"]: row for row in read(cnncalc(arguments[0], "-", *arguments[1:], "--format", "csv", stdin=NET).out)}

    assert {name: rows[layer][name] for name in expected} == expected


def test_inputs_are_told_apart(cnncalc):
    rows = {row["layer"]: row for row in read(cnncalc("receptive-field", "-", "--format", "csv", stdin=PAIR).out)}

    assert (rows["sum"]["left_field_h"], rows["sum"]["right_field_h"], rows["sum"]["right_field_w"]) == ("3", "5", "5")
    assert (rows["a"]["left_field_h"], rows["a"]["right_field_h"]) == ("3", "")


GAPS = """\
input: {channels: 1, size: [20]}
layers:
  - max_pool: {size: 3, stride: 3, name: a}
  - conv_transpose: {filters: 1, kernel: 3, stride: 3, name: b}
  - conv: {from: input, filters: 1, kernel: 2, name: c}
  - add: {from: [b, c], name: sum}
"""


def test_lists_of_sizes_are_no_axes(cnncalc):
    # b gives back the multiple of three below n, and c gives n - 1: they meet where n = 1 (mod 3).
    rows = read(cnncalc("inputs", "-", "--size", "21", "--format", "csv", stdin=GAPS.replace("[20]", "[19]")).out)

    assert len(rows) == 1
    told = {name: rows[0][name] for name in rows[0] if name.startswith(("accepted_", "nearest_"))}
    assert told == {
        "accepted_smallest": "4", "accepted_step": "3", "accepted_period": "3", "accepted_residues": "1",
        "accepted_from": "4", "accepted_besides": "", "nearest_below": "19", "nearest_above": "22",
    }  # fmt: skip
    assert "sum add E306 refuses" in rows[0]["refused"]


@pytest.mark.parametrize(("arguments", "last"), [
    (("shapes",), {"layer": "sum", "op": "add", "output": "", "failed": "E306"}),
    (("macs", "--convention", "all"), {"convention": "", "failed": "sum (add): E306"}),
    (("params", "--by", "op"), {"op": "", "failed": "sum (add): E306"}),
])
def test_the_layer_that_failed_is_the_last_row(cnncalc, arguments, last):
    ran = cnncalc(*arguments, "-", "--format", "csv", stdin=GAPS)
    rows = read(ran.out)

    assert ran.code == 1
    assert {name: rows[-1][name] for name in last} == last
    assert {row["failed"] for row in rows[:-1]} == {""}


def test_chosen_columns_are_all_there_are(cnncalc):
    out = cnncalc("receptive-field", "-", "--columns", "layer,field", "--format", "csv", stdin=NET).out

    assert out.split("\n")[:3] == ["layer,field", "input,1", "a,5×3"]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [
    ("shapes", "-"), ("macs", "-", "--convention", "all"), ("inputs", "-"), ("zoo",), ("diff", "-", "zoo:lenet5"),
    ("solve", "conv", "--input", "5", "--output", "3"), ("top", "-"), ("receptive-field", "-", "--project", "3,3"),
])  # fmt: skip
def test_every_table_can_be_set_in_latex(cnncalc, arguments):
    out = cnncalc(*arguments, "--format", "latex", stdin=NET.replace("name: net", "name: a_b & 50% {x}")).out

    for line in ("\\toprule", "\\midrule", "\\bottomrule", "\\end{tabular}"):
        assert f"\n{line}\n" in out
    assert not out.replace("a\\_b \\& 50\\% \\{x\\}", "").count("50%")
