"""Attention that a file holds as products and a softmax: one layer where it is nothing else.

The files are small networks as both exporters of PyTorch 2.14 write them, with what PyTorch counts in them
(`tools/truth/attention_files.py`).
"""

import json
import zipfile
from pathlib import Path

import pytest

from .onnx_files import layers, model, network, node, tensor, value

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "onnx" / "attention.zip")
TRUTH = json.loads(FILES.read("truth.json"))

# Masks and norms between the products are no part of the layer: there the arithmetic stays as it is.
FOUND = {"vit": 2, "packed": 1, "chunked": 1, "one_head": 1, "self": 1, "cross": 1, "three": 1, "masked": 0, "normed": 0}


@pytest.mark.parametrize("exporter", ["script", "dynamo"])
@pytest.mark.parametrize("name", FOUND)
def test_attention_of_an_export_has_the_numbers_of_its_module(name, exporter):
    net = network(FILES.read(f"{name}.{exporter}.onnx"))
    (output,) = (net.nodes[i].output for i in net.outputs.values())

    assert [kind for kind, _ in layers(net)].count("multi_head_attention") == FOUND[name]
    assert net.params.value == TRUTH[name]["params"]
    assert net.macs.value == TRUTH[name]["macs"]
    axes = [n for n in (output.channels, *output.size) if n > 1]
    assert axes == TRUTH[name]["output"]


# By hand: 5 positions of 8 channels, two heads of 4 features. Weights are 3 × (8·8 + 8) and 8·8 + 8, products
# 5·8·24, 2·5·5·4 twice, 5·8·8.
PARAMS, MACS = 216 + 72, 960 + 400 + 320


def packed(*, order="qkv", split=(8, 8, 8), axis=-1, scale=1, heads=(0, 2, 1, 3), last=(0, 2, 1, 3), more=(), outputs=("out",)):
    """Query, key and value out of one product, whose parts may be otherwise than those of attention."""
    names = {letter: f"{letter}.part" for letter in "qkv"}
    cut = [node("Reshape", f"{names[letter]} cut", f"{letter}.cut") for letter in "qkv"]
    turned = [node("Transpose", f"{letter}.cut", letter, perm=list(heads)) for letter in "qkv"]
    nodes = [
        node("MatMul", "x w", "made"), node("Add", "made b", "qkv"),
        node("Split", "qkv sizes", " ".join(names[letter] for letter in order), axis=2), *cut, *turned,
        node("Transpose", "k", "kt", perm=[0, 1, 3, 2]), node("MatMul", "q kt", "raw"), node("Mul", "raw scale", "scores"),
        node("Softmax", "scores", "weights", axis=axis), node("MatMul", "weights v", "mixed"),
        node("Transpose", "mixed", "side", perm=list(last)), node("Reshape", "side flat", "heads"),
        node("MatMul", "heads wo", "summed"), node("Add", "summed bo", "out"), *more,
    ]  # fmt: skip
    weights = [
        tensor("w", [8, 24]), tensor("b", [24]), tensor("wo", [8, 8]), tensor("bo", [8]),
        tensor("sizes", [3], list(split)), tensor("cut", [4], [1, 5, 2, 4]), tensor("flat", [3], [1, 5, 8]),
        tensor("scale", [1] if scale == 1 else [5], [0.5] * scale),
    ]  # fmt: skip
    said = {"out": [1, 5, 8], "scores": [1, 2, 5, 5], "weights": [1, 2, 5, 5], "qkv": [1, 5, 24], "again": [1, 5, 8]}
    return model(nodes, [value("x", [1, 5, 8])], [value(name, said[name]) for name in outputs], weights)


def kinds(data):
    """The kinds of all layers, and parameters and MACs."""
    net = network(data)
    return [kind for kind, _ in layers(net)], net.params.value, net.macs.value


def test_a_layer_stands_between_changes_of_axes():
    net = network(packed())

    assert layers(net) == [
        ("input", "5×8"), ("permute", "8×5"), ("multi_head_attention", "8×5"), ("permute", "5×8"),
    ]  # fmt: skip
    assert (net.params.value, net.macs.value) == (PARAMS, MACS)


def test_the_parts_may_stand_in_any_order():
    assert kinds(packed(order="vqk")) == (["input", "permute", "multi_head_attention", "permute"], PARAMS, MACS)


AGAIN = [node("Transpose", "out", "turned", perm=[1, 0, 2]), node("Transpose", "turned", "back", perm=[1, 0, 2])]
TURNS = [node("Transpose", "out", "turned", perm=[0, 2, 1]), node("Transpose", "turned", "back", perm=[0, 2, 1])]


@pytest.mark.parametrize("turns", [AGAIN, TURNS], ids=["of the batch", "of the positions"])
def test_changes_behind_it_that_undo_each_other_are_left_out(turns):
    more = [*turns, node("Relu", "back", "again")]

    assert kinds(packed(more=more, outputs=("again",)))[0][-2:] == ["permute", "relu"]


def test_what_is_read_behind_it_may_be_read_twice():
    more = [node("Relu", "out", "one"), node("Add", "one out", "again")]

    assert kinds(packed(more=more, outputs=("again", "out")))[0][1:] == ["permute", "multi_head_attention", "permute", "relu", "add"]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"outputs": ("out", "weights")}, {"outputs": ("out", "scores")}, {"outputs": ("out", "qkv")}, {"axis": 2},
        {"scale": 5}, {"last": (0, 1, 2, 3)}, {"last": (0, 2, 3, 1)},
        {"more": [node("Relu", "side", "again")], "outputs": ("out", "again")},
        {"more": [node("Relu", "v.part", "again")], "outputs": ("out", "again")},
    ],
    ids=[
        "weights go out", "scores go out", "parts go out", "softmax over queries", "a scale for each", "heads not beside",
        "features before heads", "mixed is read", "value is read",
    ],
)  # fmt: skip
def test_what_is_otherwise_stays_as_it_is(otherwise):
    found, params, macs = kinds(packed(**otherwise))

    assert "multi_head_attention" not in found
    assert found.count("matmul") == 2
    assert (params, macs) == (PARAMS + (5 if "scale" in otherwise else 0), MACS)
