"""Every number of a network by its name, on a net that can be counted by hand."""

import pytest

import cnncalc
from cnncalc.check.judge import judge_source
from cnncalc.errors import Source
from cnncalc.metrics import METRICS, of_layer, of_model, parts, per_layer_metrics, sums, totals
from tests.nets import network, spec

# 3×3 over 2×8×8 to 4×6×6, of stride 1; 4 running means, 4 variances; frozen 3×1 of stride 2 to 1×2×6.
NET = spec(
    "conv: {name: a, filters: 4, kernel: 3, norm: batch_norm}",
    "conv: {name: b, filters: 1, kernel: [3, 1], stride: [2, 1], bias: false, trainable: false}",
    input="input: {channels: 2, size: [8, 8]}\n",
)


@pytest.mark.parametrize(("name", "value"), [
    ("params", 4 * 2 * 9 + 2 * 4 + 4 * 3),  # a norm switches the bias off
    ("trainable", 4 * 2 * 9 + 2 * 4),
    ("buffers", 2 * 4),
    ("macs", 36 * 4 * 2 * 9 + 2 * 6 * 4 * 3),
    ("flops", 2 * (36 * 72 + 12 * 12) + 2 * 4 * 36),
    ("memory", 4 * (92 + 8 + 2 * 144)),
    ("memory.weights", 4 * 92),
    ("memory.peak", 4 * 2 * 144),
    ("memory.flash", 4 * (92 + 8)),
    ("receptive_field", [5, 3]),
    ("depth", 2),
    ("layers", 3),
    ("output", {"output": {"channels": 1, "size": [2, 6]}}),
])  # fmt: skip
def test_a_number_that_can_be_counted(name, value):
    assert METRICS[name].value(cnncalc.loads(NET)) == value


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v3::large", "siamese_triplet", "yolov3"])
def test_what_layers_add_is_the_number(name):
    net = network(name)
    for metric in sums().values():
        assert metric.compute(net) == net.total(metric.per_layer, shared=metric.work)


def judged(*items, tail=""):
    """What `check` finds in a spec of these items."""
    text = spec(*items, input="input: {channels: 1, size: [32, 32]}\n", tail=tail)
    return [finding.message for finding in judge_source(Source("net.yaml", text)).findings if finding.code[0] == "X"]


@pytest.mark.parametrize(("wanted", "message"), [
    ("3", None),
    ("5", "a: receptive_field is 3, expected 5 (-2)"),
    ("[3, 3]", None),
    ("[3, 1]", "a: receptive_field is 3, expected [3, 1]"),
])  # fmt: skip
def test_a_layer_expects_its_own_field(wanted, message):
    found = judged(f"conv: {{name: a, filters: 1, kernel: 3, expect: {{receptive_field: {wanted}}}}}",
                   "conv: {filters: 1, kernel: 3}", tail="expect: {receptive_field: 5}\n")  # fmt: skip

    assert found == ([] if message is None else [message])


@pytest.mark.parametrize(("wanted", "messages"), [
    ("[7, 3]", []), ("7", ["net: receptive_field is [7, 3], expected 7"]),
])  # fmt: skip
def test_a_field_has_a_number_for_each_axis_that_differs(wanted, messages):
    assert judged("conv: {filters: 1, kernel: [7, 3]}", tail=f"expect: {{receptive_field: {wanted}}}\n") == messages


def test_the_costliest_come_first():
    net = cnncalc.loads(NET)

    assert METRICS["params"].costliest(net) == [("a", 72), ("b", 12), ("a.norm", 8)]
    assert METRICS["params"].costliest(net, 1) == [("a", 72)]
    assert METRICS["memory.weights"].costliest(net, 2) == [("the weights of a", 288), ("the weights of b", 48)]


def test_names():
    assert of_model() == ("params", "trainable", "buffers", "macs", "flops", "memory", "receptive_field", "depth",
                          "layers", "output")  # fmt: skip
    assert of_layer() == ("channels", "size", "features", "tokens", "shape", "receptive_field")
    assert parts("memory") == ("weights", "peak", "flash", "training")
    assert parts("params") == ()
    assert set(METRICS) - set(totals()) == {"output"}
    assert list(per_layer_metrics()) == ["params", "buffers", "macs", "flops"]
