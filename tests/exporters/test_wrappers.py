"""Layers around a layer as code: what is written, and that the frameworks count of it what cnncalc does."""

import hashlib
import json
from pathlib import Path

import pytest

from cnncalc import SpecError, loads, registry
from cnncalc.layers.base.shape import axes_of

DATA = Path(__file__).parent / "data"
ANSWERS = {
    target: json.loads((DATA / f"normalised_{target}.json").read_text(encoding="utf-8"))
    for target in ("keras", "onnx", "torch")
}
"""What the frameworks made of each line of `normalised.txt`: `python -m tools.truth exports`."""
NO_AXIS = "its lengths are those along the last axis of a kernel that has its channels last, where the one written here has no axis of that length"
CASES = [(target, name) for target, answers in ANSWERS.items() for name in answers]


def network(case):
    head, _, item = case.partition(" | ")
    dialect, _, shape = head.partition(" ")
    return loads(f"dialect: {dialect}\ninput: {shape}\nlayers:\n  - {item}\n", name="net.yaml")


def code(target, *items, dialect="torch", shape="{channels: 4, size: [3, 8, 8]}"):
    listed = "".join(f"  - {item}\n" for item in items)
    return registry.load("exporters", target).export(loads(f"dialect: {dialect}\ninput: {shape}\nlayers:\n{listed}"))


def test_every_case_was_run():
    said = [line for line in (DATA / "normalised.txt").read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#")]

    assert all([name.partition(" | ")[2] for name in answers] == said for answers in ANSWERS.values())


@pytest.mark.parametrize(("target", "case"), CASES)
def test_frameworks_count_of_a_normalised_layer_what_cnncalc_does(target, case):
    net, answer = network(case), ANSWERS[target][case]
    if "refused" in answer:
        with pytest.raises(SpecError) as caught:
            registry.load("exporters", target).export(net)
        assert [finding.message for finding in caught.value.diagnostics] == answer["refused"]
        return
    data = registry.load("exporters", target).export(net)
    again = "the code is not the one that was run: `make truth` runs it"
    assert hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()[:16] == answer["code"], again
    # ONNX holds the statistics of batch norms among what is learnt, and no vectors.
    statistics = sum(node.facts.buffer_count or 0 for node in net.nodes if node.op == "batch_norm")
    statistics += net.buffers.value if "spectral_norm: batch_norm" in case else 0
    assert answer["params"] == net.params.value + (statistics if target == "onnx" else 0)
    assert answer.get("buffers", net.buffers.value) == net.buffers.value
    assert answer.get("learnt", net.params.value) == net.params.value
    assert answer["output"] == list(axes_of(net.nodes[-1].output))


def test_why_normalised_layers_are_refused():
    reasons = {(target, reason.partition("): ")[2]) for target, answers in ANSWERS.items()
               for answer in answers.values() for reason in answer.get("refused", ())}  # fmt: skip

    assert reasons == {
        ("keras", "Keras has no weight normalisation"),
        ("keras", "Keras keeps one singular vector of a kernel, this dialect two"),
        ("keras", "Keras normalises the kernel of a layer, and this has none of that shape"),
        ("onnx", "kernels of `lstm` are not normalised here"),
        ("onnx", "kernels of `multi_head_attention` are not normalised here"),
        ("onnx", "kernels of `prelu` are not normalised here"),
        ("onnx", NO_AXIS),
        ("torch", "PyTorch keeps two singular vectors of a kernel, this dialect one"),
        ("torch", "PyTorch normalises weights of modules, and this is none of one"),
        ("torch", NO_AXIS),
    }


@pytest.mark.parametrize(
    ("item", "lines"),
    [
        ("spectral_norm: {conv: {filters: 6, kernel: 3}}", ["self.spectral_norm1 = parametrizations.spectral_norm(nn.Conv3d(4, 6, 3))", "return self.spectral_norm1(x)"]),
        ("weight_norm: {dense: 5}", ["self.weight_norm1 = parametrizations.weight_norm(nn.Linear(8, 5))"]),
        ("weight_norm: {layer: {dense: 5}, dim: none}", ["self.weight_norm1 = parametrizations.weight_norm(nn.Linear(8, 5), dim=-1)"]),
        ("time_distributed: {conv: {filters: 6, kernel: 3}}", ["self.time_distributed1 = nn.Conv2d(4, 6, 3)", "return unfold_steps(self.time_distributed1(fold_steps(x)), x.shape[2])"]),
        ("time_distributed: relu", ["return F.relu(x)"]),
        ("time_distributed: {softmax: {axis: c}}", ["return unfold_steps(fold_steps(x).softmax(1), x.shape[2])"]),
    ],
)  # fmt: skip
def test_pytorch_wraps_modules(item, lines):
    text = code("torch", item)

    assert [line for line in lines if f"        {line}\n" not in text] == []


@pytest.mark.parametrize(
    ("item", "lines"),
    [
        ("spectral_norm: {dense: 5}", ['x = layers.SpectralNormalization(layers.Dense(5), name="spectral_norm1")(x)']),
        ("time_distributed: {conv: {filters: 6, kernel: 3}}", ['x = layers.TimeDistributed(layers.Conv2D(6, 3), name="time_distributed1")(x)']),
        ("time_distributed: {conv: {filters: 6, kernel: 3, stride: 2, padding: 1}}", ["x = unfold_steps(", "ops.pad(fold_steps(x), ((0, 0), (1, 1), (1, 1), (0, 0)))"]),
        ("time_distributed: relu", ["x = ops.relu(x)"]),
    ],
)  # fmt: skip
def test_keras_wraps_layers(item, lines):
    text = code("keras", item, dialect="keras" if "same" not in item and "padding" not in item else "torch")

    assert [line for line in lines if f" {line}\n" not in text] == []


def test_regions_belong_to_no_step():
    with pytest.raises(SpecError, match="regions of interest belong to examples, not to steps"):
        code("torch", "time_distributed: {roi_align: {size: 2, rois: 3}}")


@pytest.mark.parametrize("target", ["keras", "onnx", "torch"])
def test_a_layer_within_that_no_target_has_is_refused_by_its_kind(target):
    with pytest.raises(SpecError, match=r"`time_distributed1.mean` \(time_distributed\): `gram` is not among the layers that are written for"):
        code(target, "time_distributed: {gram: {name: mean}}")


def test_numbers_of_the_spec_stay_arguments():
    text = registry.load("exporters", "torch").export(loads(
        "dialect: torch\nvars: {width: 6}\ninput: {channels: 4, size: [8, 8]}\nlayers:\n"
        "  - spectral_norm: {conv: {filters: $width, kernel: 3}}\n  - weight_norm: {conv: {filters: $(2*width), kernel: 1}}\n"
    ))  # fmt: skip

    assert "def __init__(self, width: int = 6) -> None:" in text
    assert "parametrizations.spectral_norm(nn.Conv2d(4, width, 3))" in text
