"""`reuse`: weights used again count once, their work each time."""

import pytest

from tests.nets import spec

from .reading import codes, finding, findings, layers, names, net

PAIR = "inputs: {a: {features: 6}, b: {features: 6}}\n"
ENCODER = "blocks: {E: {layers: [{dense: {units: 4, name: in}}, {relu: {name: mid}}, {dense: {units: 2, name: out}}]}}\n"


def test_weights_count_once_and_macs_each_time():
    found = net("dense: {units: 4, from: a, name: first}", "reuse: {layer: first, from: b, name: second}", "add: [first, second]", input=PAIR)
    first, second = found.nodes[2:4]

    assert (found.params.value, found.macs.value) == (6 * 4 + 4, 2 * 6 * 4)
    assert (first.shared_with, second.shared_with) == (None, 2)
    assert (second.name, second.op, second.facts.params) == ("second", "dense", 28)


def test_a_block_is_used_again_as_a_whole():
    found = net("E: {name: ea, from: a}", "reuse: {name: eb, layer: ea, from: b}", "reuse: {name: ec, layer: eb, from: b}", "add: [ea, eb, ec]", head=ENCODER, input=PAIR)

    assert names(found) == ["ea.in", "ea.mid", "ea.out", "eb.in", "eb.mid", "eb.out", "ec.in", "ec.mid", "ec.out", "add1"]
    assert found.params.value == 6 * 4 + 4 + 4 * 2 + 2
    assert found.macs.value == 3 * (6 * 4 + 4 * 2)
    assert [node.shared_with for node in found.nodes[2:]] == [None, None, None, 2, None, 4, 2, None, 4, None]


@pytest.mark.parametrize(("layer", "expected"), [
    ("r", ["u.0 6", "u.1 6"]), ("r.1", ["u 6"]), ("c", ["u 4×8×8", "u.norm 4×8×8", "u.act 4×8×8"]), ("c.act", ["u 4×8×8"]),
])
def test_repetitions_and_parts_can_be_used_again(layer, expected):
    vector = layer[0] == "r"
    first = "dense: {units: 6, repeat: 2, name: r}" if vector else "conv: {filters: 4, kernel: 1, norm: batch_norm, activation: relu, name: c}"
    source = "input" if layer != "c.act" else "prev"
    found = net(first, f"reuse: {{layer: {layer}, from: {source}, name: u}}", input="input: {features: 6}\n" if vector else "input: {channels: 3, size: [8, 8]}\n")
    assert layers(found)[-len(expected):] == expected


def test_the_names_inside_a_use_can_be_referred_to():
    found = net("E: {name: ea, from: a}", "reuse: {name: eb, layer: ea, from: b}", "add: [ea.mid, eb.mid]", head=ENCODER, input=PAIR)
    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["ea.mid", "eb.mid"]


def test_what_the_original_read_from_outside_its_use_reads_too():
    head = "blocks: {M: {inputs: [x, y], layers: [{dense: {units: 6, from: x, name: d}}, {add: [d, y]}]}}\n"
    found = net("M: {name: m, from: [a, b]}", "reuse: {layer: m, from: [b, m], name: n}", head=head, input=PAIR)
    assert [[found.nodes[i].name for i in node.inputs] for node in found.nodes[-2:]] == [["b"], ["n.d", "m.add1"]]


def test_without_a_name_it_gets_a_number():
    assert names(net("dense: {units: 6, name: d}", "reuse: {layer: d, from: prev}", "reuse: {layer: d, from: prev}", input="input: {features: 6}\n")) == ["d", "reuse1", "reuse2"]


def test_the_size_may_differ_where_the_weights_do_not():
    found = net("conv: {filters: 3, kernel: 3, name: c}", "max_pool: 2", "reuse: {layer: c, from: prev, name: again}")
    assert (layers(found)[-1], found.params.value) == ("again 3×13×13", 3 * 3 * 9 + 3)


def test_a_skipped_layer_used_again_is_the_identity():
    found = net("relu: {name: r, when: false}", "tanh: {name: t}", "reuse: {layer: r, from: t, name: u}", "elu: {from: u}")
    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["t"]


def test_a_skipped_use_is_the_identity():
    found = net("dense: {units: 6, name: d}", "reuse: {layer: d, from: prev, when: false, name: u}", "relu: {from: u}", input="input: {features: 6}\n")
    assert names(found) == ["d", "relu1"]


def test_weights_that_do_not_fit_are_an_error():
    found = finding(spec("dense: {units: 4, name: d}", "reuse: {layer: d, from: prev}", input="input: {features: 6}\n"))

    assert found.code == "E310"
    assert found.message == "the weights of `d` do not fit this input: it would have 20 weights, not 28"


@pytest.mark.parametrize(("item", "code", "message"), [
    ("reuse: d", "E106", "`reuse` needs `layer` and `from`"),
    ("reuse", "E106", "`reuse` needs `layer` and `from`"),
    ("reuse: {layer: d}", "E106", "`reuse` needs `from`"),
    ("reuse: {from: d}", "E106", "`reuse` needs `layer`"),
    ("reuse: {layer: nope, from: prev}", "E201", "unknown layer `nope`"),
    ("reuse: {layer: input, from: prev}", "E201", "`reuse` takes a layer or block by its name"),
    ("reuse: {layer: prev, from: prev}", "E201", "`reuse` takes a layer or block by its name"),
    ("reuse: {layer: dense1, from: prev}", "E202", "`dense1` is a generated name"),
    ("reuse: {layer: d, from: nope}", "E201", "unknown layer `nope`"),
    ("reuse: {layer: d, from: [d, d]}", "E207", "`d` takes 1 inputs, got 2"),
    ("reuse: {layer: d, from: prev, units: 3}", "E103", "unknown parameter `units` for `reuse`"),
    ("reuse: {layer: d, from: prev, name: d}", "E203", "the name `d` is used twice"),
    ("reuse: {layer: d, from: prev, repeat: -1}", "E105", None),
    ("reuse: {layer: [d], from: prev}", "E201", None),
    ("reuse: {layer: $d, from: prev}", "E201", None),
])
def test_what_is_wrong_with_a_reuse(item, code, message):
    found = findings(spec("dense: {units: 6, name: d}", item, input="input: {features: 6}\n"))[0]
    assert found.code == code
    assert message is None or found.message == message


def test_a_layer_that_refuses_its_new_input_says_so():
    assert codes(spec("conv: {filters: 3, kernel: 20, name: c}", "reuse: {layer: c, from: prev}")) == ["E301"]


def test_weights_are_used_again_many_times_in_a_row():
    network = net("dense: {units: 64, name: d}", "reuse: {layer: d, from: prev, repeat: 99, name: r}", input="input: {features: 64}\n")

    assert [network.nodes[1].name, *(node.name for node in network.nodes[2:4])] == ["d", "r.0", "r.1"]
    assert len(network.nodes) == 101
    assert network.params.value == 64 * 64 + 64
    assert network.nodes[3].inputs == (2,)
