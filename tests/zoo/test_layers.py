"""Layer by layer: the specs that follow a framework's own model have what that model has.

`data/` holds what PyTorch and Keras answered (tools/truth/networks.py): of every convolution, dense
layer, attention and norm the output, params and MACs. Here they are compared as multisets, for the same layers
may be written in another order.
"""

import gzip
import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cnncalc import SpecError
from tests.nets import network

from .models import names

DATA = Path(__file__).parent / "data"
ANSWERS = sorted(path.name.removesuffix(".json.gz") for path in DATA.glob("*.json.gz"))
CALLED = {name.rpartition(" ")[2].replace("::", "."): name for name in names()}
"""Our name of a network, by that of its file."""
KINDS = {
    "conv": "conv",
    "conv_transpose": "conv_transpose",
    "dense": "conv",
    "depthwise_conv": "conv",
    "separable_conv": "conv",
    "norm": "norm",
    "batch_norm": "norm",
    "group_norm": "norm",
    "instance_norm": "norm",
    "layer_norm": "norm",
    "attention": "attention",
    "multi_head_attention": "attention",
    "recurrent": "recurrent",
    "lstm": "recurrent",
    "gru": "recurrent",
}
"""Kinds that are one in the comparison: a dense layer is a 1×1 convolution."""


REFUSED = {
    **dict.fromkeys(("faster_rcnn", "mask_rcnn", "retinanet"), "cannot add different shapes"),
    **dict.fromkeys(("swin_b", "swin_s", "swin_t"), "do not divide into cells of 2"),
}
"""Specs whose sizes must be multiples of 32, and what they say of others.

Detectors enlarge by 2 what torchvision makes to fit, and Swin merges what torchvision pads before.
"""


@cache
def answer(name):
    """What the framework said."""
    return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_every_layer_is_that_of_the_framework(name):
    net = network(CALLED[name])

    compare(net, answer(name)["layers"])
    totals = answer(name)["totals"]
    assert {key: getattr(net, key).value for key in totals} == totals
    assert answer(name)["input"] in [dims(node.output) for node in net.nodes if node.layer is None]


@pytest.mark.parametrize("name", [name for name in ANSWERS if "odd" in answer(name)])
def test_at_odd_sizes_too(name):
    odd = answer(name)["odd"]
    size = tuple(odd["input"][1:])

    if name in REFUSED:
        with pytest.raises(SpecError, match=REFUSED[name]):
            network(CALLED[name], size)
    else:
        compare(network(CALLED[name], size), odd["layers"])


def compare(net, layers):
    """Asserts that the network has these layers, in whatever order."""
    differing = differences(counted(ours(net)), counted(layers))
    assert not differing, "only in one of both:\n" + "\n".join(differing)


def test_every_answer_is_about_a_spec():
    assert set(ANSWERS) <= set(CALLED)


def ours(net):
    """[kind, output, params, MACs] of the layers that are compared."""
    for node in net.nodes:
        if node.op in KINDS:
            yield node.op, dims(node.output), node.facts.params, node.facts.macs


def dims(shape):
    """Channels and size, of one of the regions if there are several."""
    return [shape.channels, *shape.size]


def counted(rows):
    """How often there is which row, whatever it is called where it is the same."""
    return Counter((KINDS[kind], vector(output), params, macs) for kind, output, params, macs in rows)


def vector(output):
    """A map of one position is a vector."""
    return tuple(output[:1] if set(output[1:]) == {1} else output)


def differences(got, wanted):
    """The rows that are only in one of both, those of equal outputs beside each other."""
    rows = [(row, count, "ours:     ") for row, count in (got - wanted).items()]
    rows += [(row, count, "framework:") for row, count in (wanted - got).items()]
    return [
        f"{count} × {whose} {kind} {'×'.join(map(str, output))}, {params:,} params, {macs:,} MACs"
        for (kind, output, params, macs), count, whose in sorted(rows)
    ]
