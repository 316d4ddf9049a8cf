"""Keras' files: layer by layer what Keras says of them, and one clear error for what cannot be read."""

import copy
import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

import h5py
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc import SpecError
from cnncalc.importers import keras
from cnncalc.importers.base import archive
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.json_data import parse_json
from cnncalc.importers.base.keras_config import is_count
from cnncalc.importers.base.keras_network import describe_model
from cnncalc.importers.base.keras_words import activations, classes, operations
from cnncalc.importers.base.model_file import ModelFile
from cnncalc.importers.base.names import legal
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.importing import read_model
from cnncalc.work import LIMITS, Limit

DATA = Path(__file__).parent / "data" / "keras"
NETWORKS = {net["name"]: net for net in json.loads(gzip.decompress((DATA / "networks.json.gz").read_bytes()))}
PARTS = ("act", "linear", "forward", "backward")
LAMBDA = DATA / "lambda_net.keras"


def read(data, name="net.json", **given):
    """The network of the bytes of a file, or of a configuration."""
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return build(Document(read_model(name, name, io.BytesIO(data), None)), **given)


def refusal(data, name="net.json", **given):
    """The first message of a file that is refused, and its help."""
    with pytest.raises(SpecError) as caught:
        read(data, name, **given)
    finding = caught.value.diagnostics[0]
    return f"{finding.code}: {finding.message}", finding.help


def lengths(shape):
    """All lengths of a shape, whatever the order of its axes."""
    return sorted([*([] if shape.form else [shape.channels]), *shape.size])


def stored(node):
    """The numbers that are stored for a node, those that learn, and its MACs; shared ones count where they are first."""
    own = node.shared_with is None
    learnt, kept = (node.facts.params or 0) * own, (node.facts.buffer_count or 0) * own
    return learnt + kept, learnt * node.trainable, node.facts.macs or 0


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_is_what_keras_says(name):
    said = NETWORKS[name]
    size = said.get("size")
    nodes = {node.name: node for node in read(said["config"], size=size and tuple(size)).nodes}
    found, wanted = [], []
    for layer, shape, params, trainable, macs in said["rows"]:
        own = legal(layer)
        parts = [stored(node) for at, node in nodes.items() if at == own or at.removeprefix(f"{own}.") in PARTS]
        assert parts, f"{layer} is not there"
        unknown = own in nodes and nodes[own].facts.params is None
        shown = lengths(nodes[own].output) if own in nodes and shape and all(map(is_count, shape)) else None
        sums = [sum(numbers) for numbers in zip(*parts, strict=True)]
        found.append((own, shown, *(["?"] * 2 if unknown else sums[:2]), macs and sums[2]))
        wanted.append((own, shown and sorted(shape), *(["?"] * 2 if unknown else (params, trainable)), macs))

    assert found == wanted
    if all(node.facts.params is not None for node in nodes.values()):
        assert sum(stored(node)[0] for node in nodes.values()) == said["params"]


@pytest.mark.parametrize("name", ["lambda_net.keras", "lambda_net.h5", "lambda_net.tfjs_from_keras.model.json"])
def test_the_same_network_comes_of_every_kind_of_file(name):
    network = cnncalc.load(str(DATA / name))

    assert [f"{node.name} {node.output}" for node in network.nodes] == [
        "input 3×22×22", "half 3×22×22", "conv 6×20×20", "conv.act 6×20×20", "crop 6×16×16", "gap 6", "out 3",
    ]  # fmt: skip
    assert network.nodes[1].facts.params is None
    assert network.dialect == "keras"


def test_every_word_of_the_dialect_is_read_and_means_its_kind():
    assert {classes()[word] for word in ("Conv2D", "Conv1DTranspose", "LSTM", "LayerScale", "Dot")} == {
        "conv", "conv_transpose", "lstm", "layer_scale", "matmul",
    }  # fmt: skip
    assert activations()["swish"] == "silu"
    assert operations()["ExpandDims"] == "unsqueeze"


# Small models written by hand ---------------------------------------------------------------


def layer(cls, name, *reads, **config):
    """A layer of Keras 2 that is called once for each of the lists that it reads."""
    nodes = [[[*ref, {}] if isinstance(ref, tuple) else [ref, 0, 0, {}] for ref in read] for read in reads]
    return {"class_name": cls, "name": name, "config": {"name": name, **config}, "inbound_nodes": nodes}


def start(name="image", *shape):
    """An input of Keras 2."""
    return layer("InputLayer", name, batch_input_shape=[None, *(shape or (8, 8, 4))])


def functional(*layers, inputs=("image",), outputs=("out",), name="net"):
    """A Functional model of Keras 2."""
    ends = [list(end) if isinstance(end, tuple) else [end, 0, 0] for end in outputs]
    return {"class_name": "Functional", "name": name, "config": {
        "name": name, "layers": list(layers), "input_layers": [[i, 0, 0] for i in inputs], "output_layers": ends}}  # fmt: skip


def sequential(*layers, name="net"):
    """A Sequential model."""
    return {"class_name": "Sequential", "name": name, "config": {"name": name, "layers": list(layers)}}


CONV = {"filters": 4, "kernel_size": [3, 3], "padding": "same"}


def rows(network):
    """Names, outputs and params, one line each."""
    return [f"{node.name} {node.output} {node.facts.params}" for node in network.nodes[1:]]


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        # Keras 1 has a list as the configuration of a Sequential, and the shape in the first layer.
        (
            {"class_name": "Sequential", "config": [
                layer("Conv2D", "c", batch_input_shape=[None, 8, 8, 3], **CONV), layer("Flatten", "f")]},
            ["c 4×8×8 112", "f 256 0"],
        ),
        # A shared layer has its weights once.
        (
            functional(start(), layer("Conv2D", "c", ["image"], [("c", 0, 0)], **CONV), layer("Add", "out", [("c", 1, 0), "image"])),
            ["c 4×8×8 148", "c_2 4×8×8 148", "out 4×8×8 0"],
        ),
        # In Keras 2 the calls of a model inside are counted from 1.
        (
            functional(
                start(),
                {**functional(start("x"), layer("Conv2D", "out", ["x"], **CONV), inputs=["x"], name="m"),
                 "inbound_nodes": [[["image", 0, 0, {}]], [["m", 1, 0, {}]]]},
                outputs=[("m", 2, 0)],
            ),
            ["m.out 4×8×8 148", "m.out_2 4×8×8 148"],
        ),
        # Functions of TensorFlow, with a number and with a tensor.
        (
            functional(
                start(),
                {**layer("TFOpLambda", "plus", function="math.add"), "inbound_nodes": [["image", 0, 0, {"y": 3.0}]]},
                layer("TFOpLambda", "six", ["plus"], function="nn.relu6"),
                {**layer("TFOpLambda", "times", function="math.multiply"), "inbound_nodes": [["image", 0, 0, {"y": ["six", 0, 0]}]]},
                layer("TensorFlowOpLayer", "out", ["times"], node_def={"op": "Mul"}, constants={"1": 0.5}),
            ),
            ["plus 4×8×8 0", "six 4×8×8 0", "times 4×8×8 0", "out 4×8×8 0"],
        ),
        # Names that a spec does not take.
        (
            functional(start(), layer("Conv2D", "block/1/conv", ["image"], **CONV), layer("ReLU", "prev", ["block/1/conv"]),
                       layer("ReLU", "out", ["prev"], max_value=6, negative_slope=0.1)),
            ["block.1.conv 4×8×8 148", "prev_2 4×8×8 0", "out 4×8×8 0"],
        ),
        # What goes in goes out as well.
        (
            functional(start(), layer("Conv2D", "out", ["image"], **CONV), outputs=["out", "image"]),
            ["out 4×8×8 148", "input_out 4×8×8 0"],
        ),
        # Channels first: the layers say it, what is between them follows, and a permutation back is none.
        (
            functional(
                start("image", 4, 8, 6),
                layer("ReLU", "r", ["image"]),
                layer("Conv2D", "c", ["r"], data_format="channels_first", **CONV),
                layer("BatchNormalization", "b", ["c"], axis=[1]),
                layer("Permute", "p", ["b"], dims=[2, 3, 1]),
                layer("MaxPooling2D", "out", ["p"], pool_size=[2, 2], strides=None),
            ),
            ["r 4×8×6 0", "c 4×8×6 148", "b 4×8×6 8", "p 4×8×6 0", "out 4×4×3 0"],
        ),
        # A layer that takes the last axis for the channels gets it.
        (
            functional(
                start("image", 4, 8, 6),
                layer("Conv2D", "c", ["image"], data_format="channels_first", **CONV),
                layer("Dense", "out", ["c"], units=5),
            ),
            ["c 4×8×6 148", "c.last 6×4×8 0", "out 5×4×8 35"],
        ),
        # Recurrent layers of Keras 2 on the GPU, and an RNN of another cell that is stated.
        (
            sequential(start("image", 6, 3), layer("CuDNNLSTM", "l", units=4, return_sequences=True),
                       layer("Bidirectional", "b", merge_mode="sum", layer=layer("GRU", "g", units=2, reset_after=False)),
                       layer("Dense", "d", units=3, activation={"class_name": "LeakyReLU", "config": {"alpha": 0.1}})),
            ["l 4×6 128", "b 2 84", "d 3 9", "d.act 3 0"],
        ),
        # A frozen model freezes what is in it, and a type of its own is kept.
        (
            sequential(start(), {**sequential(layer("Conv2D", "c", dtype="float16", **CONV), name="m")}, layer("ELU", "e", alpha=0.5)),
            ["m.c 4×8×8 148", "e 4×8×8 0"],
        ),
    ],
)  # fmt: skip
def test_models_of_earlier_versions(model, wanted):
    assert rows(read(model)) == wanted


# Layers of Keras 3, with the shapes that a file of it states ------------------------------------


def tensor(name, *shape):
    """A tensor as Keras 3 writes it."""
    return {"class_name": "__keras_tensor__", "config": {"shape": [None, *shape], "keras_history": [name, 0, 0]}}


def stated(cls, before, after, *, more=(), several=False, module="keras.layers", **config):
    """A layer between an input and an activation, so that both shapes are in the file."""
    inputs = [(f"x{place}", shape) for place, shape in enumerate([before] if not several else before)]
    read = [tensor(name, *shape) for name, shape in inputs]
    return {"class_name": "Functional", "config": {"name": "net", "layers": [
        *({"class_name": "InputLayer", "name": name, "config": {"batch_shape": [None, *shape]}} for name, shape in inputs),
        {"class_name": cls, "name": "y", "module": module, "config": {"name": "y", **config},
         "inbound_nodes": [{"args": [*([read] if several else read), *more], "kwargs": {}}]},
        {"class_name": "Activation", "name": "z", "config": {"activation": "linear"},
         "inbound_nodes": [{"args": [tensor("y", *after)], "kwargs": {}}]},
    ], "input_layers": [[name, 0, 0] for name, _ in inputs], "output_layers": [["z", 0, 0]]}}  # fmt: skip


OPS = {"module": "keras.src.ops.numpy"}
HEADS = {"num_heads": 2, "key_dim": 3}


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        (stated("Softmax", (4, 5, 6), (4, 5, 6), axis=3), ["softmax 6×4×5 0"]),
        (stated("Softmax", (4, 5, 6), (4, 5, 6), axis=[1, 2]), ["softmax 6×4×5 0"]),
        (stated("LocallyConnected1D", (6, 2), (4, 3), filters=3, kernel_size=[3], activation="tanh"),
         ["locally_connected 3×4 84", "tanh 3×4 0"]),
        (stated("LayerNormalization", (4, 6), (4, 6), axis=-1, rms_scaling=True), ["layer_norm 6×4 6"]),
        (stated("Resizing", (4, 4, 3), (8, 6, 3), height=8, width=6, interpolation="nearest"), ["resize 3×8×6 0"]),
        (stated("GroupQueryAttention", (4, 6), (4, 6), head_dim=3, num_query_heads=2, num_key_value_heads=2),
         ["multi_head_attention 6×4 168"]),
        (stated("MultiHeadAttention", (3, 4, 6), (3, 4, 6), attention_axes=[2], **HEADS), ["opaque 6×3×4 None"]),
        (stated("Attention", [(4, 6), (5, 6)], (4, 6), several=True), ["opaque 6×4 0"]),
        (stated("RNN", (4, 6), (5,), cell={"class_name": "StackedRNNCells", "config": {}}), ["opaque 5 None"]),
        # 4·4·(6 + 4 + 1) of the first cell, 3·5·(4 + 5 + 2) of the second one.
        (stated("RNN", (4, 6), (5,), cell={"class_name": "StackedRNNCells", "config": {"cells": [
            {"class_name": "LSTMCell", "config": {"units": 4}}, {"class_name": "GRUCell", "config": {"units": 5}}]}}),
         ["lstm 4×4 176", "gru 5 165"]),
        (stated("RNN", (4, 6), (5,), cell={"class_name": "StackedRNNCells", "config": {"cells": [{"class_name": "Own"}]}}),
         ["opaque 5 None"]),
        (stated("Attention", [(4, 6), (5, 6)], (4, 6), several=True, use_scale=True), ["opaque 6×4 1"]),
        (stated("AdditiveAttention", [(4, 6), (5, 6)], (4, 6), several=True), ["opaque 6×4 6"]),
        (stated("CustomScaleLayer", [(4, 6), (4, 6)], (4, 6), several=True, scale=0.1), ["rescaling 6×4 0", "add 6×4 0"]),
        (stated("Bidirectional", (4, 6), (10,), layer={"class_name": "RNN", "config": {
            "cell": {"class_name": "GRUCell", "config": {"units": 5}}}}), ["gru 10 390"]),
        (stated("Bidirectional", (4, 6), (10,), layer={"class_name": "Own", "config": {}}), ["opaque 10 None"]),
        (stated("SpectralNormalization", (8, 2), (6, 3), layer={"class_name": "LocallyConnected1D", "config": {
            "filters": 3, "kernel_size": [3], "activation": "relu"}}), ["opaque 3×6 None"]),
        (stated("EinsumDense", (4, 6), (4, 5), equation="...x,xy->...y", output_shape=5, bias_axes="y"), ["dense 5×4 35"]),
        (stated("EinsumDense", (4, 6), (2, 3), equation="abc,bcde->ade", output_shape=[2, 3], bias_axes="e"),
         ["opaque 3×2 147"]),
        # 6·6 + 6, cut into two heads of 3; and back, 6·5 + 5.
        (stated("EinsumDense", (4, 6), (4, 2, 3), equation="abc,cde->abde", output_shape=[None, 2, 3], bias_axes="de"),
         ["dense 6×4 42", "reshape 3×4×2 0"]),
        (stated("EinsumDense", (4, 2, 3), (4, 5), equation="abcd,cde->abe", output_shape=[None, 5], bias_axes="e", activation="relu"),
         ["reshape 6×4 0", "dense 5×4 35", "relu 5×4 0"]),
        (stated("EinsumDense", (4, 6), (4, 2, 3), equation="abc,cde->abde", output_shape=[4, 2, 3], bias_axes="e"),
         ["opaque 3×4×2 39"]),
        (stated("ReversibleEmbedding", (4,), (4, 3), input_dim=9, output_dim=3), ["embedding 3×4 27"]),
        (stated("ReversibleEmbedding", (4,), (4, 3), input_dim=9, output_dim=3, tie_weights=False), ["opaque 3×4 54"]),
        (stated("ReversibleEmbedding", (4, 3), (4, 9), more=[True], input_dim=9, output_dim=3), ["opaque 9×4 0"]),
        (stated("Discretization", (4,), (4,), bin_boundaries=[0.0, 1.0]), ["opaque 4 0"]),
        (stated("ContrastLimitedAdaptiveHistogramEqualization", (4, 5, 3), (4, 5, 3)), ["identity 3×4×5 0"]),
        (stated("ThresholdedReLU", (4, 6), (4, 6), theta=1.0), ["threshold 6×4 0"]),
        (stated("CategoryEncoding", (4,), (9,), num_tokens=9), ["opaque 9 0"]),
        (stated("Permute", (4,), (4,), dims=[1]), ["identity 4 0"]),
        (stated("Dense", (4,), (2,), units=2, activation={"class_name": "function", "config": None, "registered_name": "relu"}),
         ["dense+relu 2 10"]),
        # Operations.
        (stated("Add", (4, 6), (4, 6), more=[3], **OPS), ["rescaling 6×4 0"]),
        (stated("Concatenate", [(4, 6)], (4, 6), several=True, **OPS), ["identity 6×4 0"]),
        (stated("Concatenate", [(4, 6), (3, 6)], (7, 6), several=True, axis=1, **OPS), ["concat 6×7 0"]),
        (stated("Divide", [(4, 6), (4, 1)], (4, 6), several=True, **OPS), ["opaque 6×4 0"]),
        (stated("Transpose", (4, 6), (6, 4), axes=[0, 2, 1], **OPS), ["permute 4×6 0"]),
        (stated("Transpose", (4, 6), (6, 4), axes=[1, 0, 2], **OPS), ["opaque 4×6 0"]),
        (stated("Swapaxes", (4, 6), (6, 4), axis1=-1, axis2=-2, **OPS), ["permute 4×6 0"]),
        (stated("Moveaxis", (4, 6), (6, 4), source=2, destination=[1], **OPS), ["permute 4×6 0"]),
        (stated("Swapaxes", (4, 6), (6, 4), axis1=0, axis2=1, **OPS), ["opaque 4×6 0"]),
        (stated("Pad", (4, 5, 6), (6, 7, 6), pad_width=[[0, 0], [1, 1], [1, 1], [0, 0]], mode="reflect", **OPS), ["pad 6×6×7 0"]),
        (stated("Pad", (4, 5, 6), (4, 5, 8), pad_width=[[0, 0], [0, 0], [0, 0], [1, 1]], **OPS), ["opaque 8×4×5 0"]),
        (stated("Pad", (4, 5, 6), (4, 5, 8), pad_width=1, **OPS), ["opaque 8×4×5 0"]),
        (stated("GetItem", (4, 5, 6), (4, 5, 2), more=[[{"class_name": "__slice__", "config": {}}] * 3 + [
            {"class_name": "__slice__", "config": {"start": 1, "stop": 3}}]], **OPS), ["slice 2×4×5 0"]),
        (stated("GetItem", (4, 5, 6), (4, 5, 6), more=[[{"class_name": "__slice__", "config": {}}]], **OPS), ["identity 6×4×5 0"]),
        (stated("GetItem", (4, 5, 6), (5, 6), more=[[{"class_name": "__slice__", "config": {}}, 0]], **OPS), ["opaque 6×5 0"]),
        (stated("Reshape", (4, 6), (8, 3), newshape=[-1, 8, 3], **OPS), ["reshape 3×8 0"]),
        (stated("Mean", (4, 6), (6,), axis=1, keepdims=False, **OPS), ["mean 6 0"]),
        (stated("Repeat", (4, 6), (8, 6), repeats=2, axis=1, **OPS), ["opaque 6×8 0"]),
        (stated("Einsum", (4, 6), (4, 4), subscripts="bij,bkj->bik", **OPS), ["opaque 4×4 0"]),
        (stated("Resize", (4, 5, 6), (8, 9, 6), size=[8, 9], interpolation="nearest", **OPS), ["resize 6×8×9 0"]),
        (stated("Resize", (6, 4, 5), (6, 8, 9), size=[8, 9], data_format="channels_first", **OPS), ["opaque 9×6×8 0"]),
        (stated("Normalize", (4, 6), (4, 6), axis=-1, order=2, **OPS), ["l2_norm 6×4 0"]),
        (stated("Normalize", (4, 6), (4, 6), axis=-1, order=1, **OPS), ["opaque 6×4 0"]),
        (stated("Silu", (4, 6), (4, 6), module="keras.src.ops.nn"), ["silu 6×4 0"]),
        (stated("Logsumexp", (4, 5, 6), (5, 6), axis=1, **OPS), ["opaque 6×5 0"]),
        (stated("Average", (4, 5, 6), (5, 6), axis=1, **OPS), ["mean 6×5 0"]),
        (stated("Amax", (4, 5, 6), (5, 6), axis=1, **OPS), ["max 6×5 0"]),
        (stated("Add", (1, 1, 6), (4, 5, 6), **OPS), ["opaque 6×4×5 0"]),
        (stated("Maximum", (4, 5, 6), (4, 5, 6), **OPS), ["identity 6×4×5 0"]),
        (stated("ExpandDims", (6,), (1, 6), axis=1, **OPS), ["reshape 6×1 0"]),
        (stated("ExpandDims", (6,), (6, 1), axis=-1, **OPS), ["reshape 1×6 0"]),
        (stated("Matmul", (4, 6), (4, 5), **OPS), ["opaque 5×4 0"]),
        (stated("Tensordot", (4, 6), (4, 5), axes=[[2], [0]], **OPS), ["opaque 5×4 0"]),
        (stated("MaxPool", (4, 6, 3), (2, 3, 3), pool_size=2, padding="valid", module="keras.src.ops.nn"), ["max_pool 3×2×3 0"]),
        (stated("AveragePool", (3, 4, 6), (3, 2, 3), pool_size=2, data_format="channels_first", module="keras.src.ops.nn"),
         ["opaque 3×3×2 0"]),
    ],
)  # fmt: skip
def test_layers_whose_keys_are_no_plain_copies(model, wanted):
    nodes = [node for node in read(model).nodes if node.op != "input"][:-1]
    kinds = [f"{node.op}{'+relu' if len(wanted[0].split('+')) > 1 and node.op == 'dense' else ''}" for node in nodes]

    assert [f"{kind} {node.output} {node.facts.params}" for kind, node in zip(kinds, nodes, strict=True)][: len(wanted)] == wanted


def unstated(*arguments, **options):
    """The same without what is behind it, so that the file does not say what comes out."""
    model = stated(*arguments, (), **options)
    del model["config"]["layers"][-1]
    return {**model, "config": {**model["config"], "output_layers": [["y", 0, 0]]}}


def cut(start=None, stop=None, step=None):
    """A range of an axis as Keras 3 writes it."""
    return {"class_name": "__slice__", "config": {"start": start, "stop": stop, "step": step}}


@pytest.mark.parametrize(("model", "wanted"), [
    # Every second of 4, those of 5 from 1 on, all of 6; then one of 5.
    (unstated("GetItem", (4, 5, 6), more=[[cut(), cut(step=2), cut(1)]], **OPS), "opaque 6×2×4 0"),
    (unstated("GetItem", (4, 5, 6), more=[[cut(), cut(step=-1), 0]], **OPS), "opaque 6×4 0"),
    (unstated("GetItem", (4, 5, 6), more=[[cut(), cut(step=0)]], **OPS), "refused"),
    (unstated("GetItem", (4, 5, 6), more=[[cut(), "x"]], **OPS), "refused"),
    # 4·5·6·7 products, and 4·6 of one operand are none.
    (unstated("Einsum", [(4, 5, 6), (4, 5, 7)], several=True, more=["bhwc,bhwd->bcd"], **OPS), "opaque 7×6 840"),
    (unstated("Einsum", (4, 6), subscripts="bij->bji", **OPS), "opaque 4×6 0"),
    (unstated("Einsum", (4, 6), subscripts="bij->bjk", **OPS), "refused"),
    (unstated("Einsum", (4, 6), subscripts="b...->b", **OPS), "refused"),
    # What a layer of a Sequential model says it reads is what the one before gives: 4·5·(6 + 6) of 4 queries and 5 values.
    (sequential({"class_name": "Own", "config": {"build_input_shape": [None, 3]}},
                {"class_name": "Dense", "config": {"units": 2}, "build_config": {"input_shape": [None, 7]}}), "opaque 7 None"),
    (unstated("Attention", [(4, 6), (5, 6)], several=True), "opaque 6×4 240"),
])  # fmt: skip
def test_shapes_that_a_file_does_not_say_are_computed(model, wanted):
    if wanted == "refused":
        assert "the file does not say what it gives" in refusal(model)[0]
        return
    made = next(node for node in read(model).nodes if node.op == "opaque")

    assert f"{made.op} {made.output} {made.facts.macs}" == wanted


@pytest.mark.parametrize(("cls", "kind"), [("Relu", "relu"), ("Silu", "silu"), ("Gelu", "gelu")])
def test_functions_of_maps_whose_channels_are_first_have_no_axis(cls, kind):
    model = functional(
        start("image", 3, 8, 6),
        layer("Conv2D", "c", ["image"], data_format="channels_first", filters=4, kernel_size=[3, 3]),
        {**layer(cls, "out", ["c"]), "module": "keras.src.ops.nn"},
    )  # fmt: skip
    net = read(model)
    assert (net.nodes[-1].layer.kind, str(net.nodes[-1].output)) == (kind, "4×6×4")


def test_several_inputs_keep_their_names_and_token_ids_are_told_by_what_reads_them():
    model = functional(
        start("words", 12), start("image"),
        layer("Embedding", "e", ["words"], input_dim=9, output_dim=2), layer("GlobalAveragePooling1D", "g", ["e"]),
        layer("Flatten", "f", ["image"]), layer("Concatenate", "out", ["g", "f"]),
        inputs=["words", "image"],
    )  # fmt: skip
    network = read(model)

    assert [f"{node.name} {node.output}" for node in network.nodes[:2]] == ["words 12 tokens", "image 4×8×8"]
    assert str(network.nodes[-1].output) == "258"


def test_frozen_layers_do_not_learn():
    frozen = {**CONV, "trainable": False}
    model = functional(start(), layer("Conv2D", "a", ["image"], **frozen), layer("Conv2D", "out", ["a"], **CONV))

    assert [node.trainable for node in read(model).nodes[1:]] == [False, True]


def test_an_open_size_is_asked_for():
    model = functional(start("image", None, None, 4), start("other", None, 3), layer("Conv2D", "out", ["image"], **CONV),
                       layer("Conv1D", "last", ["other"], filters=2, kernel_size=[1]),
                       inputs=["image", "other"], outputs=["out", "last"])  # fmt: skip

    assert refusal(model) == (
        "E703: the file leaves the size of `image` (?×?) and `other` (?) open",
        "--size image=224,224 --size other=224",
    )
    assert refusal(model, size={"image": (6, 6)}) == ("E703: the file leaves the size of `other` (?) open", "--size other=224")
    assert rows(read(model, size={"image": (6, 7), "other": (5,)}))[1:] == ["out 4×6×7 148", "last 2×5 8"]


def test_a_spec_beside_the_file_says_the_size(tmp_path, cnncalc):
    (tmp_path / "net.json").write_text(json.dumps(functional(start("image", None, None, 4), layer("Conv2D", "out", ["image"], **CONV))))
    (tmp_path / "net.json.yaml").write_text("cnncalc: 1\ninput: {channels: 4, size: [5, 5]}\nexpect: {params: 148}\n")

    assert cnncalc("check", str(tmp_path / "net.json.yaml")).code == 0
    assert "4×5×5" in cnncalc("shapes", str(tmp_path / "net.json")).out


def test_a_shape_that_the_file_says_otherwise_is_a_finding():
    model = json.loads(zipfile.ZipFile(LAMBDA).read("config.json"))
    conv = next(found for found in model["config"]["layers"] if found["name"] == "conv")
    conv["config"]["padding"] = "same"

    assert refusal(model)[0] == "E702: the file says that `conv` gives 6×20×20, and it gives 6×22×22 here"


@pytest.mark.parametrize(
    ("model", "wanted"),
    [
        ({"class_name": "MyModel", "config": {"units": 3}},
         "`MyModel` is a class of its own: what its layers read is not in the file"),
        ({"class_name": "Sequential", "config": {"name": "s", "layers": []}}, "the model has no layer"),
        (sequential(layer("Conv2D", "c", **CONV)), "the model does not say what goes into `c`"),
        (functional(start(), layer("Conv2D", "out", [("out", 0, 0)], **CONV)),
         "`out` reads `out`, which is not there or waits for it"),
        (functional(start(), layer("ReLU", "out", ["else"])), "`out` reads `else`, which is not there or waits for it"),
        (functional(start(), start()), "two layers are called `image`"),
        (functional(start(), layer("Conv2D", "out", [("image", 0, 1)], **CONV)), "the input `image` has no output 1"),
        (functional(start(), layer("Lambda", "out", ["image"])),
         "`out` is a Lambda, which is not known here, and the file does not say what it gives"),
        (functional(start(), layer("Conv2D", "out", ["image"], **{**CONV, "padding": "a b"})), "`padding` cannot be `a b`"),
        (functional(start(), layer("Conv2D", "out", ["image"], **{**CONV, "kernel_size": {}})), "`kernel` is not a plain value"),
        (functional(start("image", 8, 8, None), layer("Conv2D", "out", ["image"], **CONV)),
         "the channels of the input `image` are open"),
        (functional(start("image", 8, "x"), layer("Conv2D", "out", ["image"], **CONV)),
         "the input `image` has no shape that can be read"),
        (functional(layer("InputLayer", "image"), layer("Conv2D", "out", ["image"], **CONV)), "the input `image` has no shape"),
        (functional(start(), layer("Permute", "out", ["image"], dims=[1, 2])), "`out` does not permute the axes that there are"),
        (functional(start(), layer("Reshape", "out", ["image"], target_shape=["x"])), "`out` has no shape to reshape to"),
        (functional(start(), layer("Reshape", "out", ["image"], target_shape=[])), "`out` reshapes to nothing"),
        (functional(start(), layer("SpectralNormalization", "out", ["image"])), "`out` has no layer inside"),
        (functional(start("image", 6, 3), layer("LSTM", "l", ["image"], return_state=True), layer("ReLU", "out", [("l", 0, 1)])),
         "the file does not say which shape the states of `l` have"),
        (functional(start(), layer("Bidirectional", "l", ["image"], merge_mode=None, layer=layer("LSTM", "i", units=2)),
                    layer("ReLU", "out", [("l", 0, 3)])), "output 3 of `l` is not known here"),
        (functional(start(), inputs=["other"]), "there is no input `other`"),
        (functional(start(), start("more"), {**functional(start("x"), start("y"), inputs=["x", "y"], outputs=["x"], name="m"),
                    "inbound_nodes": [[["image", 0, 0, {}]]]}, inputs=["image", "more"], outputs=["m"]),
         "`m` has 2 inputs, and is given 1"),
        (functional(start(), {**functional(start("x"), inputs=["x"], outputs=["x"], name="m"),
                    "inbound_nodes": [[["image", 0, 0, {}]]]}, outputs=[("m", 1, 7)]), "`m` has no output 7"),
        ({"class_name": "Sequential", "config": [layer("InputLayer", "i", batch_shape=[None]), layer("ReLU", "r")]},
         "the input `i` is a single number"),
        (stated("Split", (4, 6), (4, 3), indices_or_sections=[3], **OPS), "`y` splits at places, which is not known here"),
        (functional(start(), layer("Bidirectional", "out", ["image"])), "`out` has no layer inside"),
        (functional(start("image", 6, 3), layer("LSTM", "l", ["image"], units=2, return_state=True),
                    layer("Add", "out", [("l", 9, 0), "l"])), "`out` reads `l`, which is not there or waits for it"),
        ({"modelTopology": {"versions": {}, "node": []}, "keras": 1}, "this is a graph model of TensorFlow.js, which holds no layers"),
        ({"modelTopology": {"config": 1}}, "this JSON is not that of a model: it has no class_name"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_clear_error(model, wanted):
    assert refusal(model)[0] == f"E701: {wanted}"


def test_the_line_of_the_layer_is_shown():
    with pytest.raises(SpecError) as caught:
        read(functional(start(), layer("Conv2D", "c", ["image"], **CONV), layer("Lambda", "out", ["c"])))

    finding = caught.value.diagnostics[0]
    assert (finding.span.line, finding.source.line(3)) == (3, "out = Lambda(c)")
    assert finding.source.line(1) == "input = InputLayer() → 8×8×4"


# Archives, JSON and HDF5 ---------------------------------------------------------------------


def packed(text, name="config.json", method=zipfile.ZIP_DEFLATED):
    """An archive with one file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        opened.writestr("metadata.json", "{}")
        opened.writestr(name, text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (packed("{}", "model.json"), "there is no `config.json` in the archive"),
        (packed("{}", method=zipfile.ZIP_LZMA), "`config.json` in the archive is packed in a way that is not read"),
        (packed(b"\xff"), "the configuration is not UTF-8"),
        (packed("[]"), "the configuration is no JSON object"),
        (packed("{"), "the configuration is no JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        (packed('{"a": ' + "1" * 5000 + "}"), "the configuration is no JSON: a number is too long"),
        (packed("[" * 100_000), "the configuration is nested too deeply"),
        (packed(b" " * 21_000_000), "`config.json` in the archive has more than 20,000,000 bytes"),
        (packed("[" + "{}," * 1_600_000), "the configuration holds more than 1,500,000 values"),
        (packed("{}")[:-10], "the archive breaks off, or is damaged: the list of what is in it, at its end, leads nowhere"),
    ],
)  # fmt: skip
def test_archives_are_read_with_limits(data, wanted):
    message, _ = refusal(data, "net.keras")
    assert message == f"E701: {wanted}" or ("nested" in wanted and "no JSON" in message)


def test_no_more_is_read_of_an_archive_at_once(monkeypatch):
    monkeypatch.setattr(archive, "_AT_ONCE", 50)

    assert "bytes at once" in refusal(packed("{}"), "net.keras")[0]


def test_weights_are_not_touched(monkeypatch):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr("metadata.json", "{}")
        opened.writestr("config.json", zipfile.ZipFile(LAMBDA).read("config.json"))
        opened.writestr("model.weights.h5", bytes(9_000_000))
    reads = []
    plain = ModelFile.read
    monkeypatch.setattr(ModelFile, "read", lambda self, at, length: reads.append(length) or plain(self, at, length))
    read(made.getvalue(), "net.keras")

    assert sum(reads) < 200_000


def test_deep_json_is_refused():
    with pytest.raises(Unreadable, match="nested too deeply"):
        parse_json('{"a":' * 200_000, "it")


def test_models_in_models_have_an_end():
    model = sequential(start(), layer("Flatten", "f"))
    for _ in range(50):
        model = sequential(model)

    assert refusal(model)[0] == "E701: models are nested too deeply"
    inner = layer("Flatten", "f")
    for _ in range(50):
        inner = layer("TimeDistributed", "t", layer=inner)
    assert refusal(sequential(start(), inner))[0] == "E701: layers are nested too deeply"


@pytest.mark.slow
def test_calls_are_counted(monkeypatch):
    """Models that call models twice grow faster than any file."""
    model = functional(start("x"), layer("ReLU", "out", ["x"]), inputs=["x"])
    for _ in range(18):
        inside = {**model, "name": "m", "inbound_nodes": [[["x", 0, 0, {}]], [["m", 1, 0, {}]]]}
        model = functional(start("x"), inside, inputs=["x"], outputs=[("m", 2, 0)])

    assert refusal(model)[0] == "E701: models call each other too often"
    monkeypatch.setitem(LIMITS, "layers", Limit(1000, "layers"))
    assert refusal(model)[0] == "E701: there are more than 1,000 layers"


def test_hdf5_without_its_library_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "h5py", None)

    assert refusal((DATA / "lambda_net.h5").read_bytes(), "net.h5") == (
        "E701: an HDF5 file is read by h5py, which is not installed",
        'pip install "cnncalc[h5]", or save the model as .keras',
    )


def test_hdf5_that_holds_weights_alone_or_is_cut_off():
    made = io.BytesIO()
    with h5py.File(made, "w") as opened:
        opened.create_group("layers")

    assert refusal(made.getvalue(), "net.h5")[0] == (
        "E701: this HDF5 file holds weights alone: how the layers are connected is not in it"
    )
    assert refusal(made.getvalue()[:200], "net.h5")[0].startswith("E701: this HDF5 file cannot be read: ")


def test_a_library_that_does_not_come_back_is_left(monkeypatch):
    monkeypatch.setattr("cnncalc.importers.base.hdf5._READ", "import time; time.sleep(60)")
    monkeypatch.setattr("cnncalc.importers.base.hdf5._SECONDS", 0.2)

    assert refusal((DATA / "lambda_net.h5").read_bytes(), "net.h5")[0] == (
        "E701: this HDF5 file cannot be read: it is damaged, and its library does not end"
    )


def test_hdf5_is_read_where_it_lies():
    assert cnncalc.load(DATA / "lambda_net.h5").nodes[-1].output == read((DATA / "lambda_net.h5").read_bytes(), "net.h5").nodes[-1].output


def test_hdf5_of_older_versions_holds_bytes():
    made = io.BytesIO()
    with h5py.File(made, "w") as opened:
        opened.attrs["model_config"] = json.dumps(sequential(start(), layer("Flatten", "f"))).encode()

    assert rows(read(made.getvalue(), "net.h5")) == ["f 256 0"]


@pytest.mark.parametrize(
    ("name", "head", "wanted"),
    [
        ("net.keras", b"PK\x03\x04", True),
        ("net.zip", b"PK\x03\x04" + b"." * 26 + b"metadata.json", True),
        ("net.zip", b"PK\x03\x04" + b"." * 26 + b"a.txt", False),
        ("net", b"\x89HDF\r\n\x1a\n", True),
        ("model.json", b'{"class_name": "Sequential", "config": {', True),
        ("model.json", b'\xef\xbb\xbf{"modelTopology": {"keras_version": "2"', True),
        ("package.json", b'{"class_name": "x"', False),
        ("package.json", b'{"name": "x", "config": 1}', False),
        ("net.yaml", b"layers: []", False),
    ],
)
def test_files_are_told_by_what_is_in_them(name, head, wanted):
    assert keras.recognises(name, head) is wanted


# Nothing but SpecError -----------------------------------------------------------------------

BYTES = LAMBDA.read_bytes()
CONFIGS = [net["config"] for net in NETWORKS.values() if len(net["rows"]) < 25]
JUNK = st.sampled_from([None, True, 0, -1, 2**70, 1.5, float("nan"), "", "$x", "prev", [], {}, [None], [[1, 2]], ["a", 0, 0],
                        {"class_name": "x"}, "channels_first", "\u2028"])  # fmt: skip


def places(data, path=()):
    """The places of all values inside a value."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield (*path, key)
        yield from places(value, (*path, key))


def try_reading(data, name):
    """Read a file, or see it refused, or told to be none of these."""
    try:
        source = read_model(name, name, io.BytesIO(data), None)
        if source is not None:
            build(Document(source))
    except SpecError as error:
        assert str(error)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_changed_configuration_is_read_or_refused(data):
    config = copy.deepcopy(data.draw(st.sampled_from(CONFIGS)))
    path = data.draw(st.sampled_from(list(places(config))))
    inside = config
    for key in path[:-1]:
        inside = inside[key]
    if data.draw(st.booleans()):
        del inside[path[-1]]
    else:
        inside[path[-1]] = data.draw(JUNK)
    try_reading(json.dumps(config).encode(), "net.json")


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BYTES) - 1), st.lists(st.tuples(st.integers(0, len(BYTES) - 1), st.integers(0, 255)), max_size=8))
def test_a_broken_archive_is_read_or_refused(length, changes):
    broken = bytearray(BYTES)
    for at, value in changes:
        broken[at] = value
    try_reading(bytes(broken), "net.keras")
    try_reading(BYTES[:length], "net.keras")


def test_an_unforeseen_fault_of_a_file_is_no_crash(monkeypatch):
    def fail(data):
        raise TypeError("of a test")

    monkeypatch.setattr(keras, "describe_model", fail)

    assert refusal({"class_name": "x", "config": {}})[0] == "E701: the configuration is not that of a model of Keras: of a test"
    assert callable(describe_model)


class Live:
    """A model that is there: its configuration, and what goes out of it."""

    name = "live"

    def __init__(self, config, *shapes):
        self.config = config
        self.outputs = [type("Tensor", (), {"shape": (None, *shape)}) for shape in shapes]

    def to_json(self):
        return json.dumps(self.config)


def test_a_live_model_says_the_shapes_that_go_out():
    model = stated("Sorted", (4, 6), (4, 6), module="keras.src.ops.numpy")
    model["config"]["output_layers"] = [["y", 0, 0]]
    del model["config"]["layers"][-1]
    net = cnncalc.from_keras(Live(model, (4, 6)))

    assert [str(node.output) for node in net.nodes] == ["6×4", "6×4"]
    with pytest.raises(cnncalc.SpecError, match="`y` is a Sorted, which is not known here"):
        cnncalc.from_keras(Live(model))


def test_products_with_a_matrix_of_the_file_are_counted():
    model = stated("Tensordot", (4, 6), (4, 5), axes=1, **OPS)
    assert read(model).macs.value == 4 * 5 * 6
