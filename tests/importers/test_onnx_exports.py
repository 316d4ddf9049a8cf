"""27 small networks as both exporters of PyTorch 2.13 write them, against PyTorch's own facts.

The files are as exported, but for the numbers of their weights, which are zeros, and for the notes that exporters add.
"""

import json
import zipfile
from pathlib import Path

import pytest

import cnncalc
from cnncalc.language.build import build
from cnncalc.language.document import Document

from .onnx_files import network, source

DATA = Path(__file__).parent / "data" / "onnx"
TRUTH = json.loads((DATA / "exports.json").read_text(encoding="utf-8"))
FILES = zipfile.ZipFile(DATA / "exports.zip")

# Numbers with a fraction that are in the file and are no parameters: what is added to, multiplied by or compared with,
# and the zeros in which recurrent layers begin.
CONSTANTS = {
    "activations.dynamo": 3, "bilstm_2layer.dynamo": 12, "gru_head.dynamo": 6, "inception_same_even.dynamo": 1,
    "lstm_head.dynamo": 6, "mha_block.dynamo": 1, "more_norms.dynamo": 5, "padding_modes.dynamo": 1,
    "unet_nearest.dynamo": 4, "unet_transposed.dynamo": 4, "yolo_head.dynamo": 4,
}  # fmt: skip

# Where exporters write other layers than the module has: two for each layer of an LSTM, a product for each step of an
# RNN, an attention as its products; where one was no module; and a sequence with its channels behind the steps.
OTHERWISE = {"bilstm_2layer", "gru_head", "lstm_head", "mha_block", "rnn_tanh", "tied_weights"}

# An exporter has computed the first step of an RNN, whose state is zero: 36 MACs are not in the file.
STEP = {"rnn_tanh.dynamo": 36}

OPEN = "unet_nearest.dynamic.onnx"


def axes(shape):
    """All axes, channels first."""
    return [*([] if shape.form else [shape.channels]), *shape.size]


@pytest.mark.parametrize("name", [name for name in TRUTH if name != OPEN])
def test_a_network_is_what_its_framework_says(name):
    net, truth = network(FILES.read(name), name), TRUTH[name]
    short = name.removesuffix(".onnx")

    assert [axes(net.nodes[i].output) for i in net.outputs.values()] == truth["outputs"]
    assert net.macs.value == truth["macs"] - STEP.get(short, 0)
    assert net.params.value + net.buffers.value == truth["floats"] - CONSTANTS.get(short, 0)


@pytest.mark.parametrize("name", [name for name in TRUTH if name != OPEN and name.split(".")[0] not in OTHERWISE])
def test_every_layer_with_macs_is_one_of_the_module_in_its_order(name):
    net = network(FILES.read(name), name)

    found = [[node.facts.macs, axes(node.output)] for node in net.nodes if node.facts.macs]
    assert found == [layer[1:] for layer in TRUTH[name]["layers"]]


@pytest.mark.parametrize("name", ["vgg_dropout.external.onnx", "mini_resnet_fresh.dynamo.onnx", "transposed_convs.script.onnx"])
def test_layers_are_called_as_the_modules(name):
    net = network(FILES.read(name), name)

    found = [node.name for node in net.nodes if node.facts.macs]
    assert found == [legal(layer[0]) for layer in TRUTH[name]["layers"]]


def legal(name):
    """A name begins with a letter."""
    return name if name[0].isalpha() else f"n{name}"


def test_a_file_of_open_sizes_asks_for_them():
    with pytest.raises(cnncalc.SpecError) as refused:
        network(FILES.read(OPEN), OPEN)

    [found] = refused.value.diagnostics
    assert (found.code, found.message, found.help) == ("E703", "the file leaves the size of `input` (?×?) open", "--size 224,224")


@pytest.mark.parametrize("given", [{"size": (32, 24)}, {"settings": {"s53": 32, "s0": 24}}])
def test_with_sizes_it_is_what_its_framework_says(given):
    net, truth = build(Document(source(FILES.read(OPEN), OPEN)), **given), TRUTH[OPEN]

    assert [axes(net.nodes[i].output) for i in net.outputs.values()] == truth["outputs"]
    assert net.macs.value == truth["macs"]


def test_the_truth_is_about_all_networks():
    assert len({name.split(".")[0] for name in TRUTH}) == 27
    assert set(FILES.namelist()) == set(TRUTH)
