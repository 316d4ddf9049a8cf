"""Whole specs: nothing is lost, nothing is counted twice, and what is the same is the same."""

import json
from functools import cache
from itertools import permutations
from pathlib import Path

import pytest

import cnncalc
from cnncalc.comparison import layers
from cnncalc.comparison.saved import coarse, of_document
from cnncalc.comparison.snapshot import of_network
from cnncalc.spec.write import write
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
        assert layers.summed(found.changes, key) == other.totals[key] - one.totals[key]
    for side, rows in (("old", one.rows), ("new", other.rows)):
        changed = [getattr(change, side).name for change in found.changes if getattr(change, side)]
        assert len(set(changed)) == len(changed) == len(rows) - found.same


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_that_is_expanded_is_the_same(name):
    assert not layers.compare(snapshot(name), of_network(cnncalc.loads(write(network(name))))).differ


@pytest.mark.parametrize("name", NAMES)
def test_a_document_of_a_spec_is_the_same(name):
    saved = json.loads(json.dumps(cnncalc.analyze(network(name), "summary").to_dict()))

    assert not layers.compare(of_document(saved), coarse(network(name))).differ
