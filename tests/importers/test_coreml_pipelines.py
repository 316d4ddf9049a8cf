"""Pipelines of Core ML: as coremltools writes them of modules of PyTorch, and made by hand."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc

from .onnx_files import layers, message, network
from .reading import axes
from .test_coreml import array, file, floats, layer

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "coreml_pipelines.zip")
FACTS = json.loads(FILES.read("facts.json"))


def model(data):
    return network(data, "net.mlmodel")


@pytest.mark.parametrize("name", FACTS)
def test_a_pipeline_is_what_its_modules_are(name):
    net, facts = model(FILES.read(f"{name}.mlmodel")), FACTS[name]

    outputs = [axes(net.nodes[i].output) for i in net.outputs.values()]
    assert (net.params.value, net.macs.value, outputs) == (facts["params"], facts["macs"], facts["outputs"])


def test_models_are_called_as_the_pipeline_calls_them():
    net = model(FILES.read("classifier.mlmodel"))

    assert {node.name.split(".")[0] for node in net.nodes[1:]} == {"stem", "body", "head"}
    assert net.description == "Core ML, a pipeline of 3 networks; parameters are those that the file holds"


def test_a_network_of_a_pipeline_is_a_model_of_the_file(tmp_path):
    path = tmp_path / "net.mlmodel"
    path.write_bytes(FILES.read("classifier.mlmodel"))
    parts = [cnncalc.load(f"{path}::{name}") for name in ("stem", "body", "head")]

    assert [net.name for net in parts] == ["stem", "body", "head"]
    assert sum(net.params.value for net in parts) == FACTS["classifier"]["params"]
    assert sum(net.macs.value for net in parts) == FACTS["classifier"]["macs"]
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(f"{path}::tail")
    assert refused.value.diagnostics[0].help == "there are: stem, body, head"


def test_what_selects_boxes_is_left_out():
    net = model(FILES.read("boxes.mlmodel"))

    assert net.description == (
        "Core ML; without what is no network: nonMaximumSuppression; parameters are those that the file holds"
    )


def relu(name, reads, gives):
    """A network of one layer, from one feature to another."""
    description = message((1, array(reads, 1, 3, 8, 6)), (10, array(gives)))
    return message((1, 4), (2, description), (500, message((1, layer(130, name, reads, gives, (10, b""))))))


def pipeline(*models, names="", kind=202):
    inner = message(*((1, part) for part in models), *((2, name) for name in names.split()))
    return message((1, 4), (kind, inner if kind == 202 else message((1, inner))))


SCALER = message((1, 1), (604, b""))
CASES = {
    "one behind the other": (pipeline(relu("a", "x", "y"), relu("b", "y", "z")), ["model0.a relu", "model1.b relu"]),
    "named": (pipeline(relu("a", "x", "y"), relu("b", "y", "z"), names="first second"), ["first.a relu", "second.b relu"]),
    "of one name": (pipeline(relu("a", "x", "y"), relu("b", "y", "z"), names="n n"), ["n.a relu", "n1.b relu"]),
    "one name is missing": (pipeline(relu("a", "x", "y"), relu("b", "y", "z"), names="n"), ["model0.a relu", "model1.b relu"]),
    "a classifier": (pipeline(relu("a", "x", "y"), kind=200), ["a relu"]),
    "a regressor": (pipeline(relu("a", "x", "y"), kind=201), ["a relu"]),
    "in each other": (pipeline(pipeline(relu("a", "x", "y")), relu("b", "y", "z")), ["model0.a relu", "model1.b relu"]),
    "behind what scales": (pipeline(SCALER, relu("a", "scaled", "y")), ["a relu"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_models_of_a_pipeline(name):
    data, wanted = CASES[name]
    net = model(data)

    assert [f"{node.name} {node.op}" for node in net.nodes[1:]] == wanted
    assert str(net.nodes[-1].output) == "3×8×6"


def test_what_two_models_read_goes_to_both():
    net = model(pipeline(relu("a", "x", "y"), relu("b", "y", "p"), relu("c", "y", "q")))

    assert [net.nodes[i].name for i in net.outputs.values()] == ["model1.b", "model2.c"]
    assert [node.inputs for node in net.nodes[2:]] == [(1,), (1,)]


def test_weights_of_two_models_of_one_name_are_two():
    def dense(reads, gives):
        part = layer(140, "fc", reads, gives, (1, 6), (2, 6), (20, floats(36)), (21, floats(6)))
        return message((2, message((1, array(reads, 1, 6)), (10, array(gives)))), (500, message((1, part))))

    net = model(pipeline(dense("x", "y"), dense("y", "z")))

    assert (net.params.value, net.macs.value) == (2 * (36 + 6), 2 * 36)


def nested(depth):
    data = relu("a", "x", "y")
    for _ in range(depth):
        data = pipeline(data)
    return data


REFUSED = {
    "empty": (pipeline(), "there is no network in this pipeline: no models"),
    "trees": (pipeline(message((1, 1), (302, b""))), "there is no network in this pipeline: treeEnsembleRegressor"),
    "deep": (nested(10), "pipelines are nested more than 8 times"),
    "many": (pipeline(*[SCALER] * 1001), "the pipeline has more than 1,000 models"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_pipeline_of_networks_is_refused(name):
    data, wanted = REFUSED[name]
    with pytest.raises(cnncalc.SpecError) as refused:
        model(data)

    assert [(found.code, found.message) for found in refused.value.diagnostics] == [("E701", wanted)]


def test_a_class_is_not_what_a_classifier_gives():
    """Of a network that classifies goes out what no layer reads: the class itself is a text."""
    part = layer(130, "act", "x", "y", (10, b""))

    net = model(file(part, kind=403, outputs="label"))

    assert layers(net) == [("input", "3×8×6"), ("relu", "3×8×6")]


@given(st.data())
@settings(max_examples=40)
@pytest.mark.slow
def test_a_damaged_pipeline_is_a_finding(data):
    found = bytearray(FILES.read(f"{data.draw(st.sampled_from(sorted(FACTS)))}.mlmodel"))
    for _ in range(data.draw(st.integers(1, 4))):
        found[data.draw(st.integers(0, len(found) - 1))] = data.draw(st.integers(0, 255))
    try:
        model(bytes(found))
    except cnncalc.SpecError as error:
        assert all(finding.code[0] == "E" for finding in error.diagnostics)
