"""Blocks, repetition and conditions."""

from contextlib import suppress

import pytest

import cnncalc
from cnncalc.errors import Source
from cnncalc.language.build import build
from cnncalc.language.document import Document
from tests.nets import spec

from .reading import codes, finding, findings, layers, marked, names, net

SCALE = "blocks: {Scale: {args: {c: required, k: 1}, layers: [{conv: {filters: $c, kernel: $k, padding: half}}]}}\n"
UP = """blocks:
  Up:
    args: {n: required}
    inputs: [x, skip]
    layers:
      - conv_transpose: {name: up, from: x, filters: $n, kernel: 2, stride: 2}
      - crop: {from: skip, like: up}
      - concat: [prev, up]
"""


def block(*items, args=""):
    """A file with one block B of these items."""
    return f"blocks: {{B: {{{args}layers: [{', '.join(items)}]}}}}\n"


# Arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("use", "expected"), [
    ("Scale: {c: 5}", "Scale1.conv1 5×32×32"),
    ("Scale: 5", "Scale1.conv1 5×32×32"),
    ("Scale: $w", "Scale1.conv1 4×32×32"),
    ("Scale: {c: $(2*w), k: [3, 5]}", "Scale1.conv1 8×32×32"),
    ("Scale: {c: 5, name: here}", "here.conv1 5×32×32"),
])
def test_arguments_are_given_by_name_or_the_first_alone(use, expected):
    assert layers(net(use, head=SCALE + "vars: {w: 4}\n")) == [expected]


def test_the_default_of_an_argument_may_use_variables_and_the_arguments_before_it():
    head = block("conv: {filters: $c, kernel: $k}", args="args: {a: $w, b: $(a+1), c: $(a*b), k: 1}, ") + "vars: {w: 2}\n"
    assert layers(net("B", "B: {a: 3}", "B: {b: 1}", head=head)) == ["B1.conv1 6×32×32", "B2.conv1 12×32×32", "B3.conv1 2×32×32"]


def test_an_argument_hides_a_variable():
    assert layers(net("B: {w: 7}", head=block("conv: {filters: $w, kernel: 1}", args="args: {w: 1}, ") + "vars: {w: 2}\n")) == ["B1.conv1 7×32×32"]


@pytest.mark.parametrize(("use", "code", "message", "mark"), [
    ("Scale", "E106", "block `Scale` needs `c`", "Scale"),
    ("Scale: {k: 3}", "E106", "block `Scale` needs `c`", "Scale"),
    ("Scale: {d: 3, c: 1}", "E103", "unknown parameter `d` for `Scale`", "d"),
    ("Scale: {c: 1, c: 2}", "E002", "duplicate key `c`", "c"),
    ("Scale: {c: $nope}", "E401", "unknown name `nope`", "$nope"),
    ("Scale: {c: $(2.5)}", "E405", "`filters` must be a whole number, got 2.5", "$c"),
    ("Skale: {c: 1}", "E205", "unknown block `Skale`", "Skale"),
    ("Scale: {c: 1, from: [input, input]}", "E207", "block `Scale` takes 1 inputs (input), got 2", "Scale"),
    ("rescale: {c: 1}", "E102", "unknown kind of layer `rescale`", "rescale"),
])
def test_what_is_wrong_with_a_use(use, code, message, mark):
    found = finding(spec(use, head=SCALE))
    assert (found.code, found.message, marked(found)) == (code, message, mark)


def test_an_error_inside_a_block_is_reported_once_with_its_uses():
    found = finding(spec("Scale: {c: 4, k: 99}", "Scale: {c: 4, k: 99, from: input}", head="blocks: {Scale: {args: {c: 1, k: 1}, layers: [{conv: {filters: $c, kernel: $k}}]}}\n"))

    assert (found.code, marked(found)) == ("E301", "$k")
    assert [label.text for label in found.related[-2:]] == ["in this use of the block, as `Scale1`", "in this use of the block, as `Scale2`"]


@pytest.mark.parametrize(("head", "code", "message"), [
    ("blocks: {lower: {layers: [relu]}}\n", "E211", "the block name `lower` must start with a capital"),
    ("blocks: {A-b: {layers: [relu]}}\n", "E211", None),
    ("blocks: {A: [relu]}\n", "E101", "block `A` must be a mapping with `layers`"),
    ("blocks: {A: {}}\n", "E106", "block `A` needs `layers`"),
    ("blocks: {A: {layers: []}}\n", "E101", None),
    ("blocks: {A: {layers: relu}}\n", "E101", None),
    ("blocks: {A: {layers: [relu], budget: {params: 1}}}\n", "E103", None),
    ("blocks: {A: {layers: [relu], args: {name: 1}}}\n", "E204", "`name` cannot be an argument"),
    ("blocks: {A: {layers: [relu], args: {from: 1}}}\n", "E204", "`from` cannot be an argument"),
    ("blocks: {A: {layers: [relu], args: {i: 1}}}\n", "E204", "`i` cannot be an argument"),
    ("blocks: {A: {layers: [relu], args: {cin: 1}}}\n", "E204", "`cin` cannot be an argument"),
    ("blocks: {A: {layers: [relu], args: {a-b: 1}}}\n", "E204", "`a-b` cannot be an argument"),
    ("blocks: {A: {layers: [relu], args: {a: $nope}}}\n", "E401", "unknown name `nope`"),
    ("blocks: {A: {layers: [relu], args: {a: $b, b: 1}}}\n", "E401", "unknown name `b`"),
    ("blocks: {A: {layers: [relu], args: [a]}}\n", "E101", "`args` must be a mapping"),
    ("blocks: {A: {layers: [add: [x, x]], inputs: [x, x]}}\n", "E204", None),
    ("blocks: {A: {layers: [relu], inputs: [prev]}}\n", "E204", None),
    ("blocks: [A]\n", "E101", "`blocks` must be a mapping"),
])
def test_what_is_wrong_with_a_block(head, code, message):
    found = findings(spec("relu", head=head))[0]
    assert found.code == code
    assert message is None or found.message == message


# Inputs -------------------------------------------------------------------------------------


def test_a_block_of_two_inputs_knows_them_by_name():
    found = net("conv: {filters: 8, kernel: 3, name: skip}", "max_pool: 2", "Up: {from: [prev, skip], n: 6}", head=UP)
    assert layers(found)[2:] == ["Up1.up 6×30×30", "Up1.crop1 8×30×30", "Up1.concat1 14×30×30"]


def test_the_first_layer_of_a_block_reads_its_first_input():
    head = "blocks: {Two: {inputs: [x, y], layers: [relu, {add: [prev, y]}]}}\n"
    found = net("tanh: {name: t}", "Two: {from: [input, t]}", head=head)
    assert [found.nodes[i].name for i in found.nodes[2].inputs] == ["input"]


def test_a_block_of_several_inputs_needs_them_all():
    assert codes(spec("Up: {n: 3}", head=UP)) == ["E207"]


def test_the_input_of_a_block_is_called_input():
    found = net("relu", "B", head=block("conv: {filters: 3, kernel: 1, name: c}", "add: [c, input]"))
    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["B1.c", "relu1"]


def test_blocks_stand_in_blocks_in_any_order_of_the_file():
    head = "blocks:\n  Outer: {layers: [Inner: {name: a}, Inner: {name: b}]}\n  Inner: {layers: [relu]}\n"
    assert names(net("Outer: {name: o}", head=head)) == ["o.a.relu1", "o.b.relu1"]


# Recursion ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("blocks", "message"), [
    ("  A: {layers: [relu, A]}\n", "block `A` contains itself: A → A"),
    ("  A: {layers: [B]}\n  B: {layers: [relu, A]}\n", "block `A` contains itself: A → B → A"),
    ("  A: {layers: [A: {repeat: 0}]}\n", "block `A` contains itself: A → A"),
    ("  X: {layers: [A]}\n  A: {layers: [B]}\n  B: {layers: [C]}\n  C: {layers: [A]}\n", "block `A` contains itself: A → B → C → A"),
])
def test_a_block_may_not_contain_itself(blocks, message):
    found = finding(spec("A", head="blocks:\n" + blocks))
    assert (found.code, found.message, found.related[0].text) == ("E206", message, "declared here")


def test_a_condition_ends_a_block_in_itself():
    head = "blocks:\n  A:\n    args: {n: required}\n    layers:\n      - A: {n: $(n - 1), when: $(n > 1), name: in}\n      - relu\n"

    assert names(net("A: 3", head=head)) == ["A1.in.in.relu1", "A1.in.relu1", "A1.relu1"]


def test_blocks_may_call_each_other_until_a_condition_ends_it():
    head = ("blocks:\n  A: {args: {n: required}, layers: [relu, B: {n: $n}]}\n"
            "  B: {args: {n: required}, layers: [A: {n: $(n - 1), when: $(n > 1)}]}\n")  # fmt: skip

    assert names(net("A: 2", head=head)) == ["A1.relu1", "A1.B1.A1.relu1"]


def test_a_block_in_itself_is_no_deeper_than_others():
    head = "blocks:\n  A: {args: {n: required}, layers: [A: {n: $(n - 1), when: $(n > 0)}, relu]}\n"

    assert len(names(net("A: 31", head=head))) == 32
    found = finding(spec("A: 32", head=head))
    assert (found.code, found.message) == ("E206", "blocks stand more than 32 deep in each other")
    assert found.help == "does `when` ever become false?"


def test_an_unused_block_is_checked_too():
    assert codes(spec("relu", head="blocks: {A: {layers: [A]}}\n")) == ["E206"]
    assert codes(spec("relu", head=block("conv: {filters: $nope, kernel: 1}"))) == ["E401"]
    assert codes(spec("relu", head=block("covn: 3"))) == ["E102"]


def chain(length):
    return "blocks:\n" + "".join(f"  A{i}: {{layers: [A{i + 1}]}}\n" for i in range(length - 1)) + f"  A{length - 1}: {{layers: [relu]}}\n"


def test_blocks_stand_32_deep_and_no_deeper():
    assert names(net("A0", head=chain(32))) == [".".join(f"A{i}1" for i in range(32)) + ".relu1"]
    assert codes(spec("A0", head=chain(33))) == ["E206"]


# repeat, i, cin -----------------------------------------------------------------------------


@pytest.mark.parametrize(("item", "expected"), [
    ("conv: {filters: 4, kernel: 3, repeat: 2}", ["conv1.0 4×30×30", "conv1.1 4×28×28"]),
    ("conv: {filters: $(8*(i+1)), kernel: 1, repeat: 3}", ["conv1.0 8×32×32", "conv1.1 16×32×32", "conv1.2 24×32×32"]),
    ("conv: {filters: $(2*cin), kernel: 1, repeat: 3}", ["conv1.0 6×32×32", "conv1.1 12×32×32", "conv1.2 24×32×32"]),
    ("conv: {filters: 4, kernel: 1, repeat: $(w+1)}", ["conv1.0 4×32×32", "conv1.1 4×32×32", "conv1.2 4×32×32"]),
    ("conv: {filters: 4, kernel: 1, repeat: 3, when: $(i != 1)}", ["conv1.0 4×32×32", "conv1.2 4×32×32"]),
    ("conv: {filters: 4, kernel: 1, repeat: 3, when: $(cin < 4)}", ["conv1.0 4×32×32"]),
    ("conv: {filters: 4, kernel: 1, repeat: 0}", []),
    ("conv: {filters: 4, kernel: 1, repeat: 2.0}", ["conv1.0 4×32×32", "conv1.1 4×32×32"]),
    ("add: {from: [prev, input], repeat: 2}", ["add1.0 3×32×32", "add1.1 3×32×32"]),
    ("B: {repeat: 2}", ["B1.0.conv1 6×32×32", "B1.1.conv1 13×32×32"]),
    ("B: {k: $(cin+i), repeat: 2}", ["B1.0.conv1 6×30×30", "B1.1.conv1 13×24×24"]),
    ("B", ["B1.conv1 6×32×32"]),
    ("B: {repeat: 0}", []),
])
def test_what_repeats(item, expected):
    head = block("conv: {filters: $(2*cin+i), kernel: $k}", args="args: {k: 1}, ") + "vars: {w: 2}\n"
    assert layers(net(item, head=head)) == expected


def test_a_repetition_reads_the_one_before_and_keeps_the_other_operands():
    found = net("tanh: {name: t}", "subtract: {from: [input, t], repeat: 2, name: s}")
    assert [[found.nodes[i].name for i in node.inputs] for node in found.nodes[2:]] == [["input", "t"], ["s.0", "t"]]


def test_cin_is_the_channels_entering_the_block_not_the_layer():
    head = block("conv: {filters: $(cin*2), kernel: 1}", "conv: {filters: $(cin*2), kernel: 1}")
    assert layers(net("B", head=head)) == ["B1.conv1 6×32×32", "B1.conv2 6×32×32"]


def test_cin_is_the_number_of_features_of_a_vector():
    assert layers(net("dense: {units: $(cin//2), repeat: 2}", input="input: {features: 40}\n")) == ["dense1.0 20", "dense1.1 10"]


def test_i_and_cin_of_an_inner_repeat_hide_those_of_the_block():
    head = block("conv: {filters: $(cin+i+1), kernel: 1, repeat: 2}", "conv: {filters: $(100*(i+1)+cin), kernel: 1}")
    assert layers(net("B: {repeat: 2}", head=head)) == [
        "B1.0.conv1.0 4×32×32", "B1.0.conv1.1 6×32×32", "B1.0.conv2 103×32×32",
        "B1.1.conv1.0 104×32×32", "B1.1.conv1.1 106×32×32", "B1.1.conv2 303×32×32"]


@pytest.mark.parametrize("item", ["conv: {filters: $cin, kernel: 1}", "conv: {filters: $(i+1), kernel: 1}", "relu: {when: $(i == 0)}"])
def test_i_and_cin_are_unknown_outside_blocks_and_repeats(item):
    found = finding(spec(item))
    assert found.code == "E401"
    assert found.help.endswith("is known inside a block and in an item with `repeat`")


def test_repeat_itself_does_not_know_i():
    assert codes(spec("relu: {repeat: $(i+1)}")) == ["E401"]


@pytest.mark.parametrize(("repeat", "code"), [
    ("-1", "E105"), ("1.5", "E405"), ("many", "E104"), ("true", "E104"), ("[2]", "E104"), ("$(0/0)", "E406"),
    ("100001", "E408"), ("9007199254740992", "E408"), ("9007199254740993", "E105"),
])
def test_how_often_nothing_repeats(repeat, code):
    assert codes(spec(f"relu: {{repeat: {repeat}}}")) == [code]


@pytest.mark.slow
def test_100000_layers_are_the_limit():
    assert len(net("relu: {repeat: 100000}").nodes) == 100_001
    found = finding(spec("relu: {repeat: 60000}", "tanh: {repeat: 60000}"))
    assert (found.code, found.message) == ("E408", "the network would have more than 100,000 layers")


FORESEEN = """
vars: {n: 100001, yes: true}
blocks:
  One: {layers: [relu]}
  Two: {layers: [relu, tanh]}
  Hundred: {layers: [One: {repeat: 100}]}
  Most: {layers: [Hundred: {repeat: 999}, relu: {repeat: 99}, One]}
  More: {layers: [Hundred: {repeat: 999}, relu: {repeat: 99}, Two]}
  Deep: {layers: [relu: {repeat: 100001}]}
  Maybe: {layers: [Deep: {when: $yes}]}
  Some: {layers: [relu: {repeat: $n}]}
  Never: {layers: [Deep: {repeat: 0}]}
  Seldom: {layers: [Deep: {when: $(not yes)}]}
"""


@pytest.mark.parametrize(("item", "layers"), [
    # 999·100 + 99 + 1 or 2 layers: the most there may be, and one more.
    ("Most", "some"), ("More", "too many"), ("Deep", "too many"),
    ("Hundred: {repeat: 1000}", "some"), ("Hundred: {repeat: 1001}", "too many"),
    ("Two: {repeat: 50000}", "some"), ("Two: {repeat: 50001}", "too many"),
    ("relu: {repeat: 100000}", "some"), ("relu: {repeat: 100001}", "too many"),
    ("Some", "too many"), ("Deep: {when: $yes}", "too many"), ("Maybe", "too many"),
    # What may be skipped counts only if it is not, and what is repeated no time not at all.
    ("Deep: {when: $(not yes)}", "none"), ("Maybe: {when: $(not yes)}", "none"), ("Seldom", "none"),
    ("Never", "none"), ("Deep: {repeat: 0}", "none"),
])
def test_what_is_certain_to_be_too_much_is_refused_before_a_layer_is_built(item, layers, monkeypatch):
    added = []

    def add(*given, **_):
        added.append(given)
        raise StopIteration

    monkeypatch.setattr("cnncalc.language.nodes.Nodes.add", add)
    document = Document(Source("big.yaml", FORESEEN + spec(item)))
    if layers == "too many":
        with pytest.raises(cnncalc.SpecError) as error:
            build(document)
        assert [found.code for found in error.value.diagnostics] == ["E408"]
    else:
        with suppress(StopIteration):
            build(document)
    assert bool(added) == (layers == "some")


# when ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["false", "$(1 > 2)", "$(0)", "0"])
def test_a_skipped_layer_is_the_identity_on_its_first_input(when):
    found = net("tanh: {name: t}", f"conv: {{filters: 8, kernel: 3, from: input, when: {when}, name: c, activation: relu}}", "add: [c, t]")

    assert names(found) == ["t", "add1"]
    assert [found.nodes[i].name for i in found.nodes[-1].inputs] == ["input", "t"]


@pytest.mark.parametrize("when", ["true", "$(2 > 1)", "1", "$(0.5)"])
def test_a_condition_that_holds_changes_nothing(when):
    assert names(net(f"relu: {{when: {when}}}")) == ["relu1"]


def test_a_skipped_block_and_a_skipped_merge_are_identities_too():
    found = net("tanh", "B: {when: false, name: b}", "add: {from: [b, input], when: false, name: a}", "relu: {from: a}", head=block("conv: {filters: 9, kernel: 1}"))
    assert layers(found) == ["tanh1 3×32×32", "relu1 3×32×32"]


def test_a_skipped_layer_need_not_fit():
    assert layers(net("conv: {filters: 8, kernel: 99, when: false}", "relu")) == ["relu1 3×32×32"]


@pytest.mark.parametrize(("when", "code"), [("maybe", "E406"), ("[true]", "E406"), ("null", "E406"), ("$word", "E406"), ("$nope", "E401")])
def test_a_condition_is_true_or_false(when, code):
    assert codes(spec(f"relu: {{when: {when}}}", head="vars: {word: same}\n")) == [code]


@pytest.mark.parametrize(("before", "operand"), [
    ("conv: {filters: 2, kernel: 1, name: main, norm: batch_norm, activation: relu}", "main"),
    ("conv: {filters: 2, kernel: 1, norm: batch_norm, repeat: 2, name: main}", "main.1"),
    # What is called like the norm or the activation of another layer is called so.
    ("conv: {filters: 2, kernel: 1, name: norm}", "norm"),
    ("relu: {name: act}", "act"),
])
def test_a_refused_layer_names_what_it_reads_as_the_spec_does(before, operand):
    found = finding(spec("B: {name: b}", head=block(f"{{{before}}}", "max_pool: 99")))

    assert found.code == "E301"
    assert f": {operand} " in found.message
    assert found.related[0].text.startswith(f"`{operand}` is ")


@pytest.mark.parametrize(("norm", "learnt"), [
    ("{batch_norm: {trainable: $(i > 0)}}", 2 * 9 + 6),
    ("{batch_norm: {scale: $(i > 0)}}", (9 + 3) + (9 + 6)),
    # With a norm behind it a conv has no bias.
    ("$('batch_norm' if i else 'none')", (9 + 3) + (9 + 6)),
])
def test_the_norm_of_a_repeated_layer_knows_which_repetition_it_is(norm, learnt):
    assert net(f"conv: {{filters: 3, kernel: 1, norm: {norm}, repeat: 2}}").trainable.value == learnt


@pytest.mark.parametrize(("item", "reads"), [
    ("conv: {filters: $cin, kernel: 1}", True),
    ("B: $(2 * cin)", True),
    ("relu: {when: $(cin > 3)}", True),
    ("spectral_norm: {conv: {filters: $cin, kernel: 1}}", True),
    ("conv: {filters: 3, kernel: 1, norm: {group_norm: $cin}}", True),
    ("conv: {filters: 3, kernel: 1, norm: $('batch_norm' if cin > 3 else 'none')}", True),
    ("reshape: {to: {channels: $cin, size: [-1]}}", True),
    ("relu # cin", False),
    ("relu: {name: cinema}", False),
    ("conv: {filters: $(3 * i + 1), kernel: 1}", False),
])
def test_a_network_knows_whether_layers_read_cin(item, reads):
    blocks = f"dialect: torch\nblocks:\n  B: {{args: {{n: 1}}, layers: [conv: {{filters: $n, kernel: 1}}]}}\n  C:\n    layers:\n    - {item}\n"

    assert net("C", head=blocks).reads_cin == reads
