"""What the panels are given to draw: the numbers of the command line, in other words."""

from pathlib import Path

import pytest

import cnncalc as library
from cnncalc import registry
from cnncalc.reporting.base.readings import MOST, NOTHING, SAME, Readings
from cnncalc.reporting.base.subject import Subject
from cnncalc.reporting.subjects import subject_of

ROOT = Path(library.__file__).parent.parent


def data(panel, network):
    return registry.load("reporting.panels", panel).data(Subject(network))


def load(name):
    return library.load(ROOT / "specs" / f"{name}.yaml")


def net(*layers, size="[8, 8]"):
    return library.loads(f"input: {{channels: 3, size: {size}}}\nlayers:\n" + "".join(f"  - {one}\n" for one in layers))


def column(table, key):
    return [column["key"] for column in table["columns"]].index(key)


@pytest.mark.parametrize("name", ["resnet50", "unet", "densenet121", "googlenet", "yolov3", "lenet5"])
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_rows_are_those_of_the_folded_table(name, depth):
    network = load(name)
    table = data("layers", network)
    folded = library.analyze(network, "summary").fold(depth)
    layer, params = column(table, "layer"), column(table, "params")
    told = {(cells[layer], cells[params], cells[column(table, "output")]) for cells in table["cells"]}
    texts = {column.key: cells for column, cells in folded.texts}
    for row in zip(texts["layer"], texts["params"], texts["output"], strict=True):
        assert row in told


def test_rows_stand_in_front_of_what_is_inside():
    table = data("layers", load("resnet50"))
    names = [cells[0] for cells in table["cells"]]
    at = names.index("layer1")
    assert names[at : at + 4] == ["layer1", "layer1.0", "layer1.0.conv1", "layer1.0.conv1"]
    assert table["level"][at : at + 4] == [0, 1, 2, 3]
    assert table["block"][at : at + 4] == [True, True, False, False]
    first, last = table["first"][at], table["last"][at]
    assert first < last
    assert [table["first"][at + 3], table["last"][at + 3]] == [first, first]


def test_what_is_unknown_is_sorted_last():
    table = data("layers", library.loads(
        "input: {channels: 3, size: [8, 8]}\nlayers:\n  - opaque: {output: {channels: 3, size: [8, 8]}}\n  - relu\n"
    ))  # fmt: skip
    assert table["numbers"]["params"][1] is None
    assert table["cells"][1][column(table, "params")] == "?"


def test_what_cells_are_sorted_by():
    table = data("layers", net("conv: {filters: 4, kernel: 3}", "relu"))
    # 4 · 3 · 3 · 3 weights and 4 biases; 4×6×6 elements.
    assert table["numbers"]["params"] == [0, 112, 0]
    assert table["numbers"]["output"] == [3 * 8 * 8, 4 * 6 * 6, 4 * 6 * 6]
    assert table["numbers"]["field"] == [1, 3, 3]


@pytest.mark.parametrize(("layer", "axis"), [
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: 1}", {"to": [0], "kind": "window", "by": [3, 2, 1, 1, 1]}),
    ("conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 1}", {"to": [0], "kind": "transposed", "by": [4, 2, 1, 1]}),
    ("global_avg_pool", {"to": [], "kind": "all"}),
    ("concat: {from: [input, input], axis: h}", {"to": [0], "kind": "stretch", "by": [0]}),
    ("permute: [c, w, h]", {"to": [1], "kind": "same"}),
    ("reshape: {to: {channels: 3, size: [4, 16]}}", {"to": [0, 1], "kind": "grouped", "terms": [[16, 4, 2], [8, 2, 1]], "offsets": [0, 0]}),
    ("pad: {padding: 1, mode: circular}", {"to": [0], "kind": "picked", "taps": [7, 0, 1, 2, 3, 4, 5, 6, 7, 0]}),
    ("adaptive_avg_pool: 3", {"to": [0], "kind": "listed", "taps": [[0, 2], [2, 5], [5, 7]]}),
    ("upsample: 2", {"to": [0], "kind": "picked", "taps": [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]}),
])  # fmt: skip
def test_how_a_layer_reads_an_axis(layer, axis):
    found = Readings(net(layer))
    assert found.known[found.of[1][0]]["axes"][0] == axis


def test_what_reads_its_own_place_and_what_reads_nothing():
    found = Readings(net("conv: {filters: 3, kernel: 3, name: small}", "crop: {from: input, like: small}"))
    assert Readings(net("relu")).of == [[], [SAME]]
    assert found.of[2][1] == NOTHING


def test_a_reading_that_is_too_long_is_a_gap(monkeypatch):
    monkeypatch.setattr("cnncalc.reporting.base.readings.MOST", 10)
    found = Readings(net("upsample: 2"))
    assert found.gap == "layers without a rule read more than 10 elements"
    assert (found.known, found.of) == ([], [])
    assert MOST > 10


def test_a_network_that_is_too_long_is_a_gap():
    network = net("relu", size="[300000]")
    assert data("fields", network)["gap"] == "an axis is longer than 262,144 places"


def test_without_maps_there_are_no_fields_and_no_windows():
    network = library.loads("input: {features: 3}\nlayers: [dense: 2]")
    assert data("fields", network) is None
    assert data("padding", network) is None


def test_memory_is_that_of_the_command():
    network = load("resnet50")
    found = data("memory", network)
    totals = library.analyze(network, "memory").totals
    assert found["peak"] == totals["peak"] == max(found["live"])
    assert network.nodes[found["at"]].name == totals["peak_layer"]
    alive = [i for i in range(found["at"] + 1) if found["writes"][i] and found["last"][i] >= found["at"]]
    assert {network.nodes[i].name: found["writes"][i] for i in alive} == totals["peak_tensors"]


def test_costs_add_up():
    network = load("siamese_triplet")
    found = data("blocks", network)
    assert sum(found["params"]) == network.params.value
    assert sum(found["macs"]) == network.macs.value


def test_windows_that_are_alike_are_one():
    found = data("padding", net("conv: {filters: 4, kernel: 3, stride: 2}", "relu", "conv: {filters: 4, kernel: 3, stride: 2}", size="[9, 8]"))
    assert [window["nodes"] for window in found["windows"]] == [[1], [3]]
    rows, columns = found["windows"][0]["axes"]
    assert (rows["input"], rows["output"], rows["dropped"]) == (9, 4, 0)
    assert (columns["input"], columns["output"], columns["dropped"]) == (8, 3, 1)
    assert not found["windows"][0]["transposed"]


def test_a_finding_has_its_lines_and_its_layer():
    network = library.loads("cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n"
                            "  - conv: {filters: 4, kernel: 3, name: c, expect: {channels: 5}}\n")  # fmt: skip
    [finding] = registry.load("reporting.panels", "findings").data(subject_of(network))
    assert (finding["code"], finding["severity"]) == ("X501", "error")
    assert finding["node"] == 1
    assert finding["lines"][0] == [2, "input: {channels: 3, size: [8, 8]}"]
    assert finding["span"][0] == 4


def test_the_graph_knows_of_every_row_what_its_box_says():
    network = load("resnet50")
    found = data("graph", network)
    rows = data("layers", network)
    names = [cells[0] for cells in rows["cells"]]
    said = {
        name: (list(found["families"])[family], found["details"][detail])
        for name, family, detail in zip(names, found["family"], found["detail"], strict=True)
        if name in ("input", "layer1", "layer1.0", "layer1.0.add1", "fc")
    }
    assert said == {
        "input": ("input", "input"),
        "layer1": ("block", "Bottleneck ×3"),
        "layer1.0": ("block", "Bottleneck"),
        "layer1.0.add1": ("merge", "add"),
        "fc": ("dense", "dense"),
    }


def test_a_graph_that_is_too_large_is_said_to_be(monkeypatch):
    module = registry.load("reporting.panels", "graph")
    monkeypatch.setattr(module, "MOST", 1)
    assert module.data(Subject(load("lenet5"))) == {"most": 1, "outer": 9}
