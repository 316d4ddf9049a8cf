"""No key of a layer that changes numbers is passed over by a target."""

import pytest

from cnncalc import SpecError, loads, registry

CASES = [
    "relu: {max_value: 3}", "relu: {slope: 0.3}", "relu: {threshold: 3}", "gelu: {approximate: tanh}", "elu: 0.3", "celu: 0.3",
    "leaky_relu: 0.3", "hard_tanh: {min: -3}", "hard_tanh: {max: 3}", "softplus: {beta: 3}", "softplus: {threshold: 3}",
    "hard_shrink: 0.3", "soft_shrink: 0.3", "threshold: {threshold: 3}", "threshold: {value: 3}", "l2_norm: {eps: 0.3}",
    "l2_norm: {axes: all, eps: 0.3}", "group_norm: {groups: 2, eps: 0.3}", "layer_norm: {eps: 0.3}", "rms_norm: {eps: 0.3}",
    "batch_norm: {eps: 0.3}", "instance_norm: {eps: 0.3}", "lp_pool: {size: 2, p: 3}", "softmax: {axis: all}",
    "log_softmax: {axis: [c, w]}", "softmin: {axis: space}", "dropout: 0.3", "local_response_norm: {size: 3, alpha: 0.3}",
    "local_response_norm: {size: 3, beta: 0.3}", "local_response_norm: {size: 3, k: 0.3}",
    "conv: {filters: 4, kernel: 3, padding: 1, padding_mode: reflect}",
    "rescaling: {scale: 3}", "rescaling: {offset: 3}",
]  # fmt: skip
"""A layer with one key of its own; the same kind without it is another number."""
ONLY = {"threshold": "threshold: {}", "lp_pool": "lp_pool: {size: 2}", "group_norm": "group_norm: 2",
        "local_response_norm": "local_response_norm: 3", "conv": "conv: {filters: 4, kernel: 3, padding: 1}"}  # fmt: skip


def export(target, item):
    text = registry.load("exporters", target).export(loads(f"dialect: torch\ninput: {{channels: 4, size: [8, 6]}}\nlayers: [{item}]"))
    return text.partition(b"\x08")[2] if isinstance(text, bytes) else text


@pytest.mark.parametrize("target", ["torch", "keras", "onnx"])
@pytest.mark.parametrize("item", CASES)
def test_a_key_changes_the_code(item, target):
    kind = item.partition(":")[0]
    assert export(target, item) != export(target, ONLY.get(kind, kind))


@pytest.mark.parametrize("item", ["relu: {max_value: 3}", "softplus: {beta: 3}", "hard_tanh: {min: -3}", "elu: 0.3"])
def test_darknet_refuses_what_it_cannot_say(item):
    with pytest.raises(SpecError, match="Darknet"):
        export("darknet", f"conv: {{filters: 4, kernel: 1}}, {item}")
