"""Sizes that are predicted, held to those that real converters and runtimes gave.

`make truth` asks them: networks of PyTorch through ONNX in onnxruntime and OpenVINO, and of Keras in
TensorFlow Lite, all of them with odd sizes.
"""

import gzip
import json
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc.porting.port import port

DATA = Path(__file__).parent / "data"
CHANNELS = 4


@cache
def recorded(way):
    """The networks of a framework and their sizes in each target, by name."""
    with gzip.open(DATA / f"{way}.json.gz", "rt", encoding="utf-8") as file:
        return {net["name"]: net for net in json.load(file)["nets"]}


NETS = [(way, name) for way in ("torch", "keras") for name in recorded(way)]


def build(way, net):
    """The network as a spec of ours."""
    layers = [{kind: keys} for kind, keys in net["layers"]]
    shape = {"channels": CHANNELS, "size": net["size"]}
    return cnncalc.loads(json.dumps({"dialect": way, "input": shape, "layers": layers}))


@pytest.mark.parametrize(("way", "name"), NETS)
def test_every_size_is_the_real_one(way, name):
    net = recorded(way)[name]
    network = build(way, net)
    assert [list(node.output.size) for node in network.nodes[1:]] == net["sizes"][way]
    for target, sizes in net["sizes"].items():
        if target == way:
            continue
        there = port(network, target).networks[0]
        given = [layer.output and list(layer.output.size) for layer in there.layers[1:]]
        assert given == sizes, (target, net)


def test_there_are_networks_that_are_not_the_same_everywhere():
    # Otherwise a prediction that nothing ever changes would pass.
    nets = [net["sizes"] for way in ("torch", "keras") for net in recorded(way).values()]
    assert sum(len({json.dumps(sizes) for sizes in net.values()}) > 1 for net in nets) >= 3
