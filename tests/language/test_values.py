"""`expect:` and `budget:`: what may be claimed, and how it is judged."""

import pytest

import cnncalc
from cnncalc.check.claims import budget, expect
from tests.nets import spec

from .reading import codes, findings, marked, net

CONV = "conv: {filters: 4, kernel: 3, name: c}"  # 112 params, 4·30·30·27 = 97,200 MACs


def verdicts(tail, *items, **parts):
    """What is not as it is claimed."""
    found = net(*(items or (CONV,)), tail=tail, **parts)
    return [*expect.judge(found), *budget.judge(found)]


@pytest.mark.parametrize("claim", [
    "params: 112", "params: '112'", "params: 1_1_2", "params: '1,12'", "params: 0.11k", "params: 0.112k", "params: 1.1e2", "params: 112.0",
    "macs: 97200", "macs: 97.2k", "macs: 97k", "macs: 0.1M", "macs: {min: 97k, max: 98k}", "macs: {min: 1}", "macs: {max: 97200}",
    "flops: {min: 194400}", "depth: 1", "layers: 1", "buffers: 0", "trainable: 112", "params: $(100 + 12)", "params: $p",
    "output: {channels: 4}", "output: {size: [30, 30]}", "output: {channels: 4, size: [30, 30]}", "output: {channels: $(8//2)}",
])
def test_claims_that_hold(claim):
    assert verdicts(f"expect: {{{claim}}}\n", head="vars: {p: 112}\n") == []


@pytest.mark.parametrize(("claim", "message"), [
    ("params: 113", "params is 112, expected 113 (-1)"), ("params: 0.12k", None), ("params: {min: 113}", None), ("params: {max: 111}", None),
    ("macs: 97.3k", None), ("output: {channels: 5}", None), ("output: {size: [30, 31]}", None), ("output: {size: [30]}", None),
    ("output: {features: 4}", None), ("depth: 2", None), ("buffers: 1", None), ("trainable: 0", None),
])
def test_claims_that_do_not_hold(claim, message):
    (found,) = verdicts(f"expect: {{{claim}}}\n")
    assert (found.code, found.severity) == ("X501", "error")
    assert message is None or found.message == f"model: {message}"


def test_a_layer_may_claim_its_output():
    good = "conv: {filters: 4, kernel: 3, expect: {channels: 4, size: [30, 30]}}"
    bad = "conv: {filters: 4, kernel: 3, expect: {channels: 5, size: [30, 31]}, name: c}"
    assert verdicts("", good) == []
    assert [found.message for found in verdicts("", bad)] == ["c: channels is 4, expected 5 (-1)", "c: size is [30, 30], expected [30, 31] (0, -1)"]
    assert [found.layer for found in verdicts("", bad)] == ["c", "c"]


def test_the_claim_of_a_layer_is_about_its_activation_and_its_last_repetition():
    assert verdicts("", "conv: {filters: 4, kernel: 3, activation: glu, repeat: 2, expect: {channels: 2, size: [28, 28]}}") == []


def test_several_outputs_are_claimed_by_name():
    tail = "outputs: [a, b]\nexpect: {output: {a: {channels: 3}, b: {channels: 4}}}\n"
    assert verdicts(tail, "relu: {name: a}", "conv: {filters: 4, kernel: 1, name: b}") == []
    assert len(verdicts(tail.replace("3", "9"), "relu: {name: a}", "conv: {filters: 4, kernel: 1, name: b}")) == 1


@pytest.mark.parametrize(("claim", "count"), [
    ("params: 112", 0), ("params: 111", 1), ("params: 0.1k", 1), ("params: 0.2k", 0), ("macs: 97200", 0), ("macs: 97.1k", 1), ("params: {max: 112}", 0), ("params: {max: 111}", 1),
])
def test_a_budget_is_an_upper_bound(claim, count):
    found = verdicts(f"budget: {{{claim}}}\n")
    assert [finding.code for finding in found] == ["X503"] * count


def test_the_difference_of_running_statistics_is_explained():
    (found,) = verdicts("expect: {params: 128}\n", "conv: {filters: 4, kernel: 3, norm: batch_norm}", head="")
    assert "buffers" in found.help or "params is 116" in found.message


def test_what_is_unknown_is_not_judged_to_hold():
    found = verdicts("expect: {params: 3}\nbudget: {macs: 1G}\n", "opaque: {output: {features: 3}}")
    assert [finding.code for finding in found] == ["X502", "X502"]


@pytest.mark.parametrize(("tail", "code", "mark"), [
    ("expect: 3\n", "E101", "3"), ("expect: [params]\n", "E101", "[params]"), ("budget: {parms: 3}\n", "E103", "parms"), ("expect: {params: many}\n", "E104", "many"),
    ("expect: {params: -1}\n", "E104", "-1"), ("expect: {params: [1]}\n", "E104", "[1]"), ("expect: {params: {mn: 1}}\n", "E104", "{mn: 1}"), ("expect: {params: {}}\n", "E104", "{}"),
    ("expect: {params: 4X}\n", "E104", "4X"), ("expect: {params: .inf}\n", "E104", ".inf"), ("expect: {params: null}\n", "E104", "null"), ("expect: {params: true}\n", "E104", "true"),
    ("expect: {params: $nope}\n", "E401", "$nope"), ("expect: {output: 3}\n", "E101", "3"), ("expect: {output: {chanels: 3}}\n", "E103", "chanels"),
    ("expect: {output: {size: 30}}\n", "E104", "30"), ("expect: {output: {size: [30, x]}}\n", "E104", None), ("expect: {output: {size: []}}\n", None, None),
    ("expect: {macs: {min: x}}\n", "E104", None), ("expect: {params: " + "9" * 100 + "}\n", "E104", None), ("expect: {params: 1e99}\n", None, None),
    ("budget: {params: {min: 3}}\n", None, None),
])
def test_what_cannot_be_claimed(tail, code, mark):
    try:
        net("relu", tail=tail)
    except cnncalc.SpecError as error:
        assert code is None or error.diagnostics[0].code == code
        assert mark is None or marked(error.diagnostics[0]) == mark
    else:
        assert code is None


def test_a_budget_belongs_to_a_model():
    found = findings(spec("relu: {budget: {params: 3}}"))[0]
    assert (found.code, found.help) == ("E103", "a budget belongs to a model: write it beside `layers:`")


def test_a_claim_of_a_layer_that_is_not_there_is_not_judged_wrongly():
    assert codes(spec("relu: {when: false, expect: {channels: nope}}")) == ["E104"]
    assert verdicts("", "conv: {filters: 9, kernel: 1, when: false, expect: {channels: 3}}", "relu") == []
