"""Whole specs: nothing is lost, nothing is counted twice, and what is the same is the same."""

import json
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

import cnncalc
from cnncalc.diff import layers
from cnncalc.diff.saved import coarse, of_document
from cnncalc.diff.snapshot import of_network
from cnncalc.language.write import write
from tests.diff.nets import compared, net
from tests.nets import network

SPECS = Path(__file__).parent.parent.parent / "specs"
NAMES = ("alexnet", "googlenet", "mobilenet_v2", "resnet18", "siamese_one_shot", "unet")


@cache
def snapshot(name):
    return of_network(network(name))


@pytest.mark.parametrize(("old", "new"), [*permutations(NAMES, 2)])
def test_the_differences_of_all_layers_are_that_of_the_totals(old, new):
    one, other = snapshot(old), snapshot(new)
    found = layers.compare(one, other)

    for key in ("params", "buffers", "macs", "flops"):
        assert layers.sum_changes(found.changes, key) == other.totals[key] - one.totals[key]
    for side, rows in (("old", one.rows), ("new", other.rows)):
        changed = [getattr(change, side).name for change in found.changes if getattr(change, side)]
        assert len(set(changed)) == len(changed) == len(rows) - found.same


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_that_is_expanded_is_the_same(name):
    assert not layers.compare(snapshot(name), of_network(cnncalc.loads(write(network(name))))).differs


@pytest.mark.parametrize("name", NAMES)
def test_a_document_of_a_spec_is_the_same(name):
    saved = json.loads(json.dumps(cnncalc.analyze(network(name), "summary").to_dict()))

    assert not layers.compare(of_document(saved), coarse(network(name))).differs


def convs(*kernels, given):
    """Convolutions with kernels of these sizes, called conv1, conv2, … by somebody or by nobody."""
    names = [f", name: conv{number}" if given else "" for number in range(1, len(kernels) + 1)]
    return "\n".join(f"- conv: {{filters: 4, kernel: {k}{name}}}" for k, name in zip(kernels, names, strict=True))


@pytest.mark.parametrize(("given", "changes"), [
    # Two names count for more than one layer that is the same,
    (True, [("conv1", "conv1"), ("conv2", "conv2")]),
    # and what nobody gave counts for nothing: a conv was taken away in front, and one put in behind.
    (False, [("conv1", None), (None, "conv2")]),
])  # fmt: skip
def test_a_name_counts_if_somebody_gave_it_however_it_is_spelt(given, changes):
    found = compared(convs(3, 5, given=given), convs(5, 7, given=given)).changes
    told = [tuple(row and row.name for row in (change.old, change.new)) for change in found if change.status != "affected"]

    assert told == changes


def test_the_names_of_blocks_and_of_what_was_expanded_are_given_too():
    text = "blocks: {A: {layers: [conv: {filters: 3, name: c}, relu]}}\nlayers: [A: {name: a, repeat: 2}, A]"

    assert of_network(net(text)).given == {"input", "a", "a.0.c", "a.1.c", "A1.c"}
    assert of_network(cnncalc.loads(write(net(text)))).given == {
        "input", "a", "a.0.c", "a.0.relu1", "a.1.c", "a.1.relu1", "A1", "A1.c", "A1.relu1",
    }  # fmt: skip
