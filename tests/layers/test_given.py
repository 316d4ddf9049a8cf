"""Tensors that read nothing: parameters and constants, and what the analyses make of them."""

import pytest

import cnncalc
from cnncalc import load
from cnncalc.cost.memory import Memory
from cnncalc.cost.training import saved_bytes
from cnncalc.errors import Refusal, SpecError
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.constant import Constant
from cnncalc.layers.parameter import Parameter

MAP, TENSOR = {"channels": 8, "size": (1, 4)}, Shape(1, (3, 4, 5), "tensor")


@pytest.mark.parametrize(("keys", "output", "elements"), [
    ({"features": 16}, Shape(16), 16),
    (MAP, Shape(8, (1, 4)), 32),
    ({"shape": (3, 4, 5)}, TENSOR, 60),
])
def test_what_is_given_has_the_shape_that_is_stated(keys, output, elements):
    learnt, buffer, constant = Parameter(**keys).apply(), Parameter(learnt=False, **keys).apply(), Constant(**keys).apply()

    assert {found.output for found in (learnt, buffer, constant)} == {output}
    assert [(found.params, found.buffer_count, found.flops) for found in (learnt, buffer, constant)] == [
        (elements, 0, 0), (0, elements, 0), (0, 0, 0)]  # fmt: skip


@pytest.mark.parametrize(("keys", "code", "message"), [
    ({}, "E110", "`parameter` needs a shape: {features: N}"),
    ({"channels": 8}, "E110", None), ({"features": 8, "shape": (2,)}, "E110", None),
    ({"channels": 8, "size": 4}, "E111", "`size: 4` is ambiguous"), ({"shape": 4}, "E111", "`shape: 4` is ambiguous"),
])
def test_a_shape_is_stated_in_one_way(keys, code, message):
    with pytest.raises(Refusal, match=message) as error:
        Parameter(**keys).apply()
    assert error.value.code == code


SPEC = """
dialect: torch
inputs: {a: {channels: 8, size: [16, 16]}, b: {channels: 8, size: [16, 16]}}
blocks:
  Gate: {layers: [parameter: {channels: 8, size: [1, 1], name: g}, multiply: [input, g]]}
layers:
  - parameter: {channels: 8, size: [1, 1], name: shift}
  - constant: {channels: 8, size: [16, 16], name: half}
  - conv: {from: a, filters: 8, kernel: 3, padding: 1, name: x}
  - add: [x, shift]
  - multiply: [prev, half]
  - Gate: {name: m}
  - reuse: {layer: m, from: b, name: n}
  - Gate: {from: m, name: r, repeat: 2}
outputs: [n, r]
"""


@pytest.fixture(scope="module")
def network():
    return cnncalc.loads(SPEC)


def test_what_is_given_reads_nothing_and_is_read(network):
    reads = {node.name: [network.nodes[i].name for i in node.inputs] for node in network.nodes}

    assert [name for name, read in reads.items() if not read] == ["a", "b", "shift", "half", "m.g", "r.0.g", "r.1.g"]
    assert (reads["add1"], reads["multiply1"]) == (["x", "shift"], ["add1", "half"])
    # Used again, it is the same tensor; each repetition has its own.
    assert (reads["n.multiply1"], reads["r.1.multiply1"]) == (["b", "m.g"], ["r.0.multiply1", "r.1.g"])
    assert (network.params.value, network.buffers.value) == (8 * (8 * 9 + 1) + 4 * 8, 0)


def test_memory_counts_a_parameter_as_a_weight_and_not_as_an_activation(network):
    memory, at = Memory(network), {node.name: node.index for node in network.nodes}
    steps = memory.graph().steps

    assert (memory.weight_bytes(at["shift"]), steps[at["shift"]].size) == (32, 0)
    assert (memory.weight_bytes(at["half"]), steps[at["half"]].size) == (0, 8192)
    assert memory.moved_bytes(at["shift"]) == 0
    assert memory.moved_bytes(at["add1"]) == 8192 + 32 + 8192
    # a, b, half and x: 4 · 8·16·16 numbers of four bytes.
    assert memory.timeline.peak == 4 * 8192
    kept = saved_bytes(memory)
    assert (kept[at["shift"]], kept[at["half"]], kept[at["m.g"]]) == (0, 8192, 0)


def test_fields_go_past_what_is_given(network):
    rows = {row["layer"]: row for row in cnncalc.analyze(network, "receptive_field").to_dict()["layers"]}

    assert [axis["size"] for axis in rows["r.1.multiply1"]["receptive_field"]["a"]] == [3, 3]
    assert rows["r.1.multiply1"]["receptive_field"].keys() == {"a"}
    assert (rows["shift"]["receptive_field"], rows["shift"]["inputs"]) == ({}, [])


@pytest.mark.slow
@pytest.mark.parametrize("command", [
    ("shapes",), ("params", "--by", "op"), ("macs", "--training"), ("macs", "--convention", "all"),
    ("memory", "--training"), ("memory", "--inplace"), ("receptive-field",), ("receptive-field", "--unit", "3,3"),
    ("padding",), ("summary",), ("inputs", "--up-to", "20"), ("working",), ("check",), ("expand",),
    ("memory", "--explain", "shift"), ("macs", "--explain", "shift"), ("receptive-field", "--explain", "half"),
])
def test_every_analysis_takes_it(command, cnncalc, tmp_path):
    path = tmp_path / "given.yaml"
    path.write_text(SPEC, encoding="utf-8")

    assert cnncalc(command[0], path, *command[1:]).code == 0


def test_expanded_it_is_the_same_network(network, cnncalc, tmp_path):
    path = tmp_path / "given.yaml"
    path.write_text(SPEC, encoding="utf-8")
    written = tmp_path / "written.yaml"
    written.write_text(cnncalc("expand", path).out, encoding="utf-8")
    again = load(str(written))

    assert [(n.name, n.op, n.inputs, n.facts.params) for n in again.nodes] == [
        (n.name, n.op, n.inputs, n.facts.params) for n in network.nodes]  # fmt: skip


def test_the_working_says_why_it_is_no_activation(cnncalc, tmp_path):
    path = tmp_path / "given.yaml"
    path.write_text(SPEC, encoding="utf-8")

    assert "writes = 0 B   (nothing: its output is in memory already, as a weight or a buffer)" in (
        cnncalc("memory", path, "--explain", "shift").out)  # fmt: skip


@pytest.mark.parametrize(("item", "message"), [
    ("parameter: {features: 8, from: input}", "unknown parameter `from` for `parameter`"),
    ("constant: {features: 8, repeat: 2}", "unknown parameter `repeat` for `constant`"),
    ("parameter: {features: 8, when: false}", "unknown parameter `when` for `parameter`"),
    ("parameter", "`parameter` needs a shape"),
    ("time_distributed: {parameter: 8}", "time_distributed gives its layer 1 input, this one needs 0"),
    ("spectral_norm: {parameter: 8}", "spectral_norm gives its layer 1 input, this one needs 0"),
])
def test_it_takes_no_operand(item, message):
    with pytest.raises(SpecError, match=message):
        cnncalc.loads(f"dialect: torch\ninput: {{channels: 8, size: [4, 8]}}\nlayers: [{item}, add: [prev, input]]\n")


def test_a_number_is_a_vector():
    network = cnncalc.loads("input: {features: 8}\nlayers: [parameter: {features: 8, trainable: false}, {add: {from: [input, prev], name: a}}, constant: 8, add: [prev, a]]\n")

    assert [str(node.output) for node in network.nodes] == ["8"] * 5
    assert (network.params.value, network.trainable.value) == (8, 0)


def test_a_word_with_axes_is_held_to_what_is_given():
    with pytest.raises(cnncalc.SpecError, match="`constant1d` needs a map of 1 axis"):
        cnncalc.loads("input: {channels: 3, size: [8]}\nlayers:\n- constant1d: {channels: 3, size: [2, 2]}\n")
