"""What a network remembers of how it came about."""

from pathlib import Path

import pytest

import cnncalc

SPECS = sorted((Path(__file__).parent.parent / "specs").glob("*.yaml"))[::8]
TEXT = """
blocks:
  Twice: {layers: [conv: {filters: 3, kernel: 1, norm: batch_norm, activation: relu}, relu]}
input: {channels: 3, size: [8, 8]}
layers:
  - Twice: {name: a, repeat: 2}
  - reuse: {layer: a, from: input, name: again}
  - add: [a, prev]
"""


def test_a_node_knows_its_place():
    network = cnncalc.loads(TEXT)

    assert [node.index for node in network.nodes] == list(range(1 + 8 + 8 + 1))
    assert all(network.nodes[node.index] is node for node in network.nodes)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nodes_know_who_reads_them(path):
    network = cnncalc.load(f"{path}::{next(iter(models(path)))}")
    read = [(i, node.index) for node in network.nodes for i in node.inputs]

    assert sorted(read) == [(i, reader) for i, readers in enumerate(network.readers) for reader in sorted(readers)]


def models(path):
    from cnncalc.language.document import Document
    from cnncalc.language.source import open_spec

    return Document(open_spec(str(path)).source).models


def test_a_node_that_reads_another_twice_is_twice_among_its_readers():
    network = cnncalc.loads("input: {features: 3}\nlayers: [relu, add: [prev, prev]]")

    assert network.readers == [[1], [2, 2], []]


def test_the_declared_name_is_that_of_the_layer_with_norm_and_activation():
    names = {node.name: node.declared_name for node in cnncalc.loads(TEXT).nodes}

    assert names["a.0.conv1.norm"] == names["a.0.conv1.act"] == names["a.0.conv1"] == "a.0.conv1"
    assert (names["a.0.relu1"], names["again.1.conv1.act"]) == ("a.0.relu1", "again.1.conv1")


MODELS = """
vars: {w: 1}
models:
  a: {input: {features: 3}, layers: [dense: $w], variants: [{set: {w: 2}}, {name: wide, set: {w: 9}}]}
  b: {input: {features: 5}, layers: [dense: $w]}
"""


@pytest.mark.parametrize(("wanted", "model", "variant", "params"), [
    ("a", "a", None, 4), ("b", "b", None, 6), ("wide", "a", "wide", 36), ("w=2", "a", "w=2", 8),
])
def test_a_network_knows_its_model_and_variant(wanted, model, variant, params):
    network = cnncalc.loads(MODELS, model=wanted)

    assert (network.model, network.variant, network.params.value) == (model, variant, params)


def test_a_file_of_one_network_is_a_model_of_its_name():
    network = cnncalc.loads(TEXT, name="specs/small.yaml")

    assert (network.name, network.model, network.variant) == ("small", "small", None)
