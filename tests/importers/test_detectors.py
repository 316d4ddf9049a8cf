"""Detectors of torchvision: an image without a batch goes in, and data decide how much comes out.

The files are small ones as PyTorch writes them, with what PyTorch counts in them (`tools/truth/detector_files.py`).
"""

import json
import zipfile
from pathlib import Path

import pytest

from cnncalc import SpecError
from cnncalc.analyzers.summary import analyze

from .onnx_files import FLOAT, INT64, layers, message, model, network, node, tensor, value

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "onnx" / "detectors.zip")
TRUTH = json.loads(FILES.read("truth.json"))

CONSTANTS = 3 + 3 + 3 * 4
"""Numbers that the file holds beside parameters: what colours are less and divided by, and three anchors."""


def test_of_one_stage_all_is_known():
    net, truth = network(FILES.read("retina.onnx")), TRUTH["retina"]

    assert net.params.value == truth["params"] + CONSTANTS
    assert net.macs == (sum(truth["macs"].values()), ())
    # Boxes, scores and classes: a row of each.
    assert [str(net.nodes[i].output) for i in net.outputs.values()] == ["4", "1", "1"]


def test_of_two_stages_the_arithmetic_of_the_second_is_unknown():
    net, truth = network(FILES.read("faster.onnx")), TRUTH["faster"]

    assert net.params.value == truth["params"] + CONSTANTS
    assert net.macs == (truth["macs"]["backbone"] + truth["macs"]["rpn"], ("Concat",))
    assert [str(net.nodes[i].output) for i in net.outputs.values()] == ["4", "1", "1"]


@pytest.mark.parametrize("name", ["retina", "faster"])
def test_it_is_said_what_depends_on_data(name):
    assert "NonZero lengths depend on the data" in network(FILES.read(f"{name}.onnx")).description
    assert analyze(network(FILES.read(f"{name}.onnx"))).rows


def hand(op="NonZero", *, rows=("n", 4), more=(), weights=()):
    """A map whose places above zero are multiplied by a matrix."""
    nodes = [
        node("Conv", "x k", "map", pads=[1, 1, 1, 1]), node("Relu", "map", "up"), node(op, "up", "places"),
        node("Cast", "places", "numbers", to=1), node("MatMul", "numbers w", "out"), *more,
    ]  # fmt: skip
    held = [tensor("k", [2, 3, 3, 3]), tensor("w", [5, 4]), *weights]
    return model(nodes, [value("x", [1, 3, 6, 6])], [value("out", rows) if rows else message((1, "out"))], held)


def test_what_is_behind_has_its_weights_and_unknown_macs():
    net = network(hand())

    assert layers(net) == [("input", "3×6×6"), ("conv", "2×6×6"), ("relu", "2×6×6"), ("opaque", "4")]
    assert (net.params.value, net.macs) == (54 + 20, (54 * 36, ("matmul",)))


def test_the_file_must_say_how_many_axes_come_out():
    with pytest.raises(SpecError, match="depends on the data, and the file does not say how many axes it has"):
        network(hand(rows=None))


def test_an_image_is_known_by_the_batch_that_is_put_around_it():
    nodes = [
        node("Sub", "image mean", "less"), node("Unsqueeze", "less axes", "one"), node("Conv", "one k", "out"),
    ]  # fmt: skip
    weights = [tensor("mean", [3, 1, 1]), tensor("axes", [1], [0]), tensor("k", [2, 3, 3, 3])]
    net = network(model(nodes, [value("image", [3, 6, 8])], [value("out", [1, 2, 4, 6])], weights))

    assert str(net.nodes[0].output) == "3×6×8"
    assert str(net.nodes[-1].output) == "2×4×6"
    assert net.params.value == 3 + 54


def test_the_largest_and_their_places():
    nodes = [
        node("TopK", "x many", "most places", axis=2), node("ArgMax", "most", "best", axis=1, keepdims=0),
        node("ArgMin", "most", "worst", axis=1), node("Cast", "places", "at", to=1),
    ]  # fmt: skip
    outputs = [value("best", [1, 4], INT64), value("worst", [1, 1, 4], INT64), value("at", [1, 5, 4], FLOAT)]
    net = network(model(nodes, [value("x", [1, 5, 9])], outputs, [tensor("many", [1], [4])]))

    assert [str(net.nodes[i].output) for i in net.outputs.values()] == ["4", "1×4", "5×4"]
    assert (net.params.value, net.macs.value) == (0, 0)


@pytest.mark.parametrize(
    ("op", "attributes", "message"),
    [
        ("TopK", {"axis": 2}, "chooses 40 along axis 2"), ("TopK", {"axis": 0}, "chooses 40 along axis 0"),
        ("ArgMax", {"axis": 0}, "works along the batch"),
    ],
)  # fmt: skip
def test_what_cannot_be_chosen_is_an_error(op, attributes, message):
    inputs = "x many" if op == "TopK" else "x"
    outputs = "out places" if op == "TopK" else "out"
    data = model([node(op, inputs, outputs, **attributes)], [value("x", [1, 5, 9])], [value("out", [1, 5, 4])],
                 [tensor("many", [1], [40])])  # fmt: skip
    with pytest.raises(SpecError, match=message):
        network(data)
