"""Where the cost sits: the costliest layers, and parameters by block, kind and depth."""

import json
from pathlib import Path

import pytest

import cnncalc
from cnncalc.errors import UsageError
from cnncalc.formats import text

SPECS = Path(__file__).parent.parent.parent / "specs"
LENET = cnncalc.load(str(SPECS / "lenet5.yaml"))
RESNET = cnncalc.load(str(SPECS / "resnet18.yaml"))


def cells(net, **options):
    return cnncalc.analyze(net, "top", **options).cells


@pytest.mark.parametrize(("by", "rows"), [
    ("macs", [
        ["conv2", "conv+tanh", "16×10×10", "240,000", "57.6", "57.6"],
        ["conv1", "conv+tanh", "6×28×28", "117,600", "28.2", "85.9"],
        ["dense1", "dense+tanh", "120", "48,000", "11.5", "97.4"],
    ]),
    ("params", [
        ["dense1", "dense+tanh", "120", "48,120", "78.0", "78.0"],
        ["dense2", "dense+tanh", "84", "10,164", "16.5", "94.5"],
        ["conv2", "conv+tanh", "16×10×10", "2,416", "3.9", "98.4"],
    ]),
    ("activation", [
        ["conv1", "conv+tanh", "6×28×28", f"{2 * 4 * 6 * 28 * 28:,}", "61.1", "61.1"],
        ["conv2", "conv+tanh", "16×10×10", f"{2 * 4 * 16 * 100:,}", "20.8", "81.9"],
        ["avg_pool1", "avg_pool", "6×14×14", f"{4 * 6 * 14 * 14:,}", "7.6", "89.5"],
    ]),
])  # fmt: skip
def test_the_costliest_layers_of_lenet(by, rows):
    assert cells(LENET, by=by, count=3) == rows


def test_all_layers_together_make_all_of_it():
    table = cnncalc.analyze(RESNET, "top", by="macs", count=1000)

    assert sum(row.values["macs"] for row in table.rows) == table.totals["macs"] == RESNET.macs.value
    assert table.cells[-1][-1] == "100.0"
    assert [row.values["macs"] for row in table.rows] == sorted((row.values["macs"] for row in table.rows), reverse=True)


def test_the_batch_multiplies_and_the_type_divides():
    macs = cnncalc.analyze(LENET, "top", by="macs", batch=4, count=1)
    activation = cnncalc.analyze(LENET, "top", by="activation", batch=4, dtype="int8", count=1)

    assert macs.to_dict()["layers"][0]["macs"] == 4 * 240_000
    assert activation.to_dict()["layers"][0]["activation_bytes"] == 4 * 2 * 6 * 28 * 28


def test_weights_used_again_are_listed_once():
    net = cnncalc.loads("input: {features: 8}\nlayers:\n- dense: {units: 8, name: a}\n- reuse: {layer: a, from: a, name: b}")

    assert [row[0] for row in cells(net, by="params")] == ["a"]
    assert [row[0] for row in cells(net, by="macs")] == ["a", "b"]


def test_what_is_unknown_is_named():
    net = cnncalc.loads("input: {features: 8}\nlayers:\n- dense: {units: 8, name: a}\n- opaque: {output: {features: 2}, name: x}")

    table = cnncalc.analyze(net, "top", by="macs")

    assert [row[0] for row in table.cells] == ["a"]
    assert table.caption == "model · batch 1 · the 1 costliest layer of ≥ 64 MACs\nunknown, so not among them: x"


def test_parameters_by_depth():
    table = cnncalc.analyze(LENET, "params", by="depth")

    assert table.cells == [
        ["1", "1", "156", "0.3", "156"], ["2", "1", "2,416", "3.9", "2,416"], ["3", "1", "48,120", "78.0", "48,120"],
        ["4", "1", "10,164", "16.5", "10,164"], ["5", "1", "850", "1.4", "850"],
    ]  # fmt: skip


@pytest.mark.parametrize("by", ["block", "op", "depth"])
def test_parameters_add_up_however_they_are_grouped(by):
    rows = cnncalc.analyze(RESNET, "params", by=by).rows

    assert sum(row.values["params"] for row in rows) == 11_689_512
    assert sum(row.values["buffers"] for row in rows) == 9_600


def test_norms_count_at_the_depth_of_the_layer_before_them_and_branches_together():
    rows = {row.values["depth"]: row.values for row in cnncalc.analyze(RESNET, "params", by="depth").rows}

    # layer2.0: the first 3×3 and the 1×1 of the shortcut, each with its norm.
    assert rows[6]["params"] == 128 * 64 * 9 + 128 * 64 + 2 * 256
    assert rows[6]["layers"] == 4
    assert max(rows) == 18 == RESNET.depth


def test_by_kind_the_largest_comes_first():
    assert [row.values["op"] for row in cnncalc.analyze(RESNET, "params", by="op").rows] == ["conv", "dense", "batch_norm"]


@pytest.mark.parametrize(("analysis", "options", "message"), [
    ("top", {"by": "size"}, "--by takes macs, params, activation, got size"),
    ("top", {"count": 0}, "--count takes a number from 1, got 0"),
    ("top", {"dtype": "x"}, "--dtype takes a type of numbers, got x"),
    ("params", {"by": "size"}, "--by takes block, op or depth, got size"),
    ("params", {"top": 0}, "--top takes a number from 1, got 0"),
])  # fmt: skip
def test_wrong_options_are_explained(analysis, options, message):
    with pytest.raises(UsageError) as raised:
        cnncalc.analyze(LENET, analysis, **options)

    assert str(raised.value).startswith(message)


def test_a_table_of_the_costliest_layers():
    assert text.render(cnncalc.analyze(LENET, "top", count=1)) == """\
layer  op           output     MACs     %  % so far
conv2  conv+tanh  16×10×10  240,000  57.6      57.6
lenet5 · batch 1 · the 1 costliest layer of 416,520 MACs
"""


# Blocks --------------------------------------------------------------------------------------

NESTED = """\
cnncalc: 1
dialect: torch
input: {channels: 4, size: [8, 8]}
blocks:
  B: {args: {n: required}, layers: [{conv: {filters: $n, kernel: 1, norm: batch_norm, activation: relu}}, {conv: {filters: 4, kernel: 1}}]}
layers:
  - conv: {filters: 4, kernel: 3, padding: 1, norm: batch_norm}
  - B: {n: 8}
  - B: {n: 2}
"""
# conv1 144 and 8 of its norm; B1 32 and 16, 36; B2 8 and 4, 12.


@pytest.fixture
def run(request):
    """The command."""
    return request.getfixturevalue("cnncalc")


@pytest.fixture
def rows(run, tmp_path):
    """The first words of the rows of a table, and a number of each."""
    (tmp_path / "net.yaml").write_text(NESTED, encoding="utf-8")

    def read(*args, key="params"):
        document = json.loads(run(args[0], str(tmp_path / "net.yaml"), *args[1:], "--format", "json").out)
        shown = run(args[0], str(tmp_path / "net.yaml"), *args[1:]).out.split("\n")[1:]
        found = [(record.get("layer") or record.get("op") or record["depth"], record[key]) for record in document["layers"]]
        # Text and JSON have the same rows.
        assert [line.split()[0] for line in shown[: len(found)]] == [str(name) for name, _ in found]
        return found

    return read


@pytest.mark.parametrize(("args", "expected"), [
    ("top --by params", [("conv1", 152), ("B1.conv1", 48), ("B1.conv2", 36), ("B2.conv1", 12), ("B2.conv2", 12)]),
    ("top --by params --expand", [("conv1", 144), ("B1.conv2", 36), ("B1.conv1", 32), ("B1.conv1.norm", 16), ("B2.conv2", 12),
                                  ("conv1.norm", 8), ("B2.conv1", 8), ("B2.conv1.norm", 4)]),
    ("top --by params --depth 1", [("conv1", 152), ("B1", 84), ("B2", 24)]),
    ("top --by params --depth 1 --count 1", [("conv1", 152)]),
    ("params --top 2", [("conv1", 152), ("B1.conv1", 48)]),
    ("params --top 2 --expand", [("conv1", 144), ("B1.conv2", 36)]),
    ("params --top 2 --depth 1", [("conv1", 152), ("B1", 84)]),
    ("params --by block", [("input", 0), ("conv1", 152), ("B1", 84), ("B2", 24)]),
    ("params --by block --top 2", [("conv1", 152), ("B1", 84)]),
    ("params --by op", [("conv", 232), ("batch_norm", 28)]),
    ("params --by op --depth 1", [("conv+bn", 152), ("B", 108)]),
    ("params --by op --depth 2", [("conv+bn", 152), ("conv+bn+relu", 60), ("conv", 48)]),
    ("params --by op --depth 1 --top 1", [("conv+bn", 152)]),
    ("params --by depth", [(1, 152), (2, 48), (3, 36), (4, 12), (5, 12)]),
    ("params --by depth --depth 1", [(1, 152), (3, 84), (5, 24)]),
])  # fmt: skip
def test_rows_fold_before_they_are_ranked_or_added_up(rows, args, expected):
    assert rows(*args.split()) == expected


def test_shares_are_those_of_the_rows_that_are_shown(run, tmp_path):
    (tmp_path / "net.yaml").write_text(NESTED, encoding="utf-8")

    assert run("top", str(tmp_path / "net.yaml"), "--by", "params", "--depth", "1").out == """\
layer  op       output  params     %  % so far
conv1  conv+bn   4×8×8     152  58.5      58.5
B1     B         4×8×8      84  32.3      90.8
B2     B         4×8×8      24   9.2     100.0
net · batch 1 · the 3 costliest layers of 260 params
"""


def test_a_block_is_shared_only_if_all_its_weights_are():
    net = cnncalc.loads("""\
input: {channels: 4, size: [8, 8]}
blocks:
  Half: {layers: [{conv: {filters: 4, kernel: 1, name: own}}, {reuse: {layer: own, from: prev}}]}
  Whole: {layers: [{conv: {filters: 4, kernel: 1, activation: relu}}]}
layers:
  - Half: {name: half}
  - Whole: {name: whole}
  - reuse: {layer: whole, from: prev, name: again}
""")
    folded = {row.values["layer"]: row.values["shared_with"] for row in cnncalc.analyze(net, "params").fold(1).rows
              if "shared_with" in row.values}  # fmt: skip

    assert folded == {"half": None, "whole": None, "again": "whole"}
