"""`inputs` within a measure of work: many operands are looked at once, and what is too much says why."""

import sys

import pytest

import cnncalc
from cnncalc.analyzers import inputs
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.errors import Source
from cnncalc.input_sizes.axes import scan_axes, solve_axes
from cnncalc.input_sizes.progressions import Pattern
from cnncalc.work import LIMITS, Work


def chain(size, *layers):
    return cnncalc.loads(f"input: {{channels: 1, size: {size}}}\nlayers:\n" + "\n".join(f"- {x}" for x in layers))


def calls(function):
    count = 0

    def hear(frame, event, arg):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(hear)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


def merged(n, merge):
    return chain([32, 32], "relu: {name: a}", merge.format(", ".join(["a"] * n)), "max_pool: 2")


@pytest.mark.parametrize("merge", ["add: [{}]", "concat: [{}]", "concat: {{from: [{}], axis: h}}"])
def test_many_operands_that_are_one_tensor_are_looked_at_once(merge):
    few, many = (calls(lambda n=n: solve_axes(merged(n, merge), 64)) for n in (1000, 2000))
    axes, limit = solve_axes(merged(2000, merge))

    # What grows is to read the spec, and to look at each operand once for an axis.
    assert many < 2.2 * few
    assert limit == 1024
    whole = "axis: h" in merge
    assert [str(axis.accepted) for axis in axes] == ["every n" if whole else "n ≥ 2", "n ≥ 2"]


def test_a_scan_of_many_operands_takes_no_steps_for_each(monkeypatch):
    made = []
    begin = Work.__init__

    def init(self, name, most=None):
        begin(self, name, most)
        made.append(self)

    monkeypatch.setattr(Work, "__init__", init)
    spent = []
    for n in (200, 2000):
        made.clear()
        scan_axes(merged(n, "concat: [{}]"))
        spent.append(sum(work.done for work in made if work.limit is LIMITS["inputs"]))

    # Each operand is looked at once by each of the few walks.
    assert spent[1] - spent[0] < 1800 / 10


@pytest.mark.parametrize("times", [(1, 1), (3, 2), (2, 5)])
@pytest.mark.parametrize("axis", ["channels", "h", "w"])
def test_operands_that_are_the_same_tensor_give_what_they_give_one_by_one(times, axis):
    names = ["a"] * times[0] + ["b"] * times[1]
    network = chain([6, 8], "conv: {filters: 2, kernel: 1, name: a}", "conv: {filters: 2, kernel: 1, from: input, name: b}",
                    f"concat: {{from: [{', '.join(names)}], axis: {axis}}}")  # fmt: skip
    node, (a, b) = network.nodes[-1], (network.nodes[i].output for i in (1, 2))
    found = node.layer.apply_often([a, b], [0] * times[0] + [1] * times[1])

    assert found.output == node.output


def test_operands_that_do_not_fit_are_refused_however_many_they_are():
    network = chain([8], "max_pool: {size: 2, name: a}", "max_pool: {size: 2, padding: 1, from: input, name: b}",
                    "conv: {filters: 1, kernel: 3, padding: 1, from: input, stride: 2, name: c}",
                    f"add: [{', '.join(['a', 'c'] * 50)}]")  # fmt: skip
    (axis,), _ = solve_axes(network, 40)

    # Three taps of which one is padding halve an odd size upwards, two downwards.
    assert axis.accepted == Pattern(2, (0,), 2, ()) or str(axis.accepted) == "n ≡ 0 (mod 2)"
    assert {culprit.refused.refusal.code for culprit in axis.culprits} >= {"E306"}


def test_fewer_sizes_are_looked_at_where_all_are_too_many(monkeypatch):
    network = chain([64], *[f"conv: {{filters: 1, kernel: 3, padding: 1, dilation: 1, stride: {1 + i % 2}}}" for i in range(4)],
                    "positional_embedding")  # fmt: skip
    full = inputs.analyze(network).to_dict()
    assert full["up_to"] == 1024
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=1500))
    table = inputs.analyze(network)

    assert table.to_dict()["up_to"] == 256
    assert "not_computed" not in table.to_dict()
    assert table.to_dict()["axes"][0]["accepted"] == full["axes"][0]["accepted"]


def test_an_axis_that_is_too_much_is_not_computed_and_says_why(monkeypatch):
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=10))
    table = inputs.analyze(chain([64, 64], "conv: {filters: 1, kernel: 3}"))

    assert table.to_dict()["axes"] == []
    assert table.to_dict()["not_computed"] == {
        f"{axis} of input": "it takes more than 10 layers at sizes" for axis in "HW"}  # fmt: skip
    assert table.notes == ["model", "not computed: H of input, W of input, it takes more than 10 layers at sizes"]


def test_more_inputs_than_can_be_looked_at_are_gaps_and_the_others_are_not(monkeypatch):
    names = [f"i{k}" for k in range(40)]
    spec = "inputs:\n" + "".join(f"  {name}: {{channels: 1, size: [16]}}\n" for name in names) + "layers:\n"
    spec += f"- add: [{', '.join(names)}]\n"
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=8000))
    found = scan_axes(cnncalc.loads(spec))

    assert (found.limit, found.gaps) == (64, {})
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=4000))
    found = scan_axes(cnncalc.loads(spec))
    assert 0 < len(found.axes) < 40
    assert len(found.axes) + len(found.gaps) == 40
    assert all(axis.size in axis.accepted for axis in found.axes)
    notes = inputs.analyze(cnncalc.loads(spec)).notes
    assert " more, it takes more than 4,000 layers at sizes" in notes[-1]


SKIP = """\
input: {channels: 1, size: [32]}
layers:
- relu: {name: a}
- max_pool: 2
- upsample: {scale: 2}
- add: [prev, a]
"""


def test_the_lint_of_sizes_says_that_it_gave_up(monkeypatch):
    rules = Rules(select=("W611",))
    assert ["does not line up" in f.message for f in judge_source(Source("x.yaml", SKIP), rules=rules).findings] == [True]
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=100))
    found = judge_source(Source("x.yaml", SKIP), rules=rules).findings

    assert [(f.code, f.severity) for f in found] == [("W611", "note")]
    assert found[0].message.startswith("not computed: ")


def test_a_spec_that_is_built_for_every_size_is_counted(monkeypatch):
    spec = "input: {channels: 1, size: [8]}\nblocks:\n  Twice:\n    layers:\n    - dense: $(cin * 2)\nlayers:\n- flatten\n- Twice\n"
    network = cnncalc.loads(spec)
    assert not scan_axes(network, 64).gaps
    monkeypatch.setitem(LIMITS, "inputs", LIMITS["inputs"]._replace(most=1000))

    assert scan_axes(network, 64).gaps == {"L of input": "it takes more than 1,000 layers at sizes"}
