"""Names, references and the wiring of layers."""

import pytest

import cnncalc
from cnncalc.errors import SpecError
from tests.nets import MAP, spec

from .reading import VECTOR, codes, finding, findings, layers, marked, names, net

BLOCK = "blocks: {Two: {layers: [{conv: {filters: 4, kernel: 1, name: first}}, {relu: {name: last}}]}}\n"
PAIR = "inputs: {a: {features: 6}, b: {features: 6}}\n"


# Generated names ----------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "expected"), [
    (("relu", "tanh", "relu"), ["relu1", "tanh1", "relu2"]),
    (("relu: {name: relu1}", "relu", "relu"), ["relu1", "relu2", "relu3"]),
    (("relu", "relu: {name: relu1}", "relu: {name: relu3}", "relu"), ["relu2", "relu1", "relu3", "relu4"]),
    (("conv2d: {filters: 3, kernel: 1}", "conv: {filters: 3, kernel: 1}"), ["conv1", "conv2"]),
    (("relu: {repeat: 2}", "relu"), ["relu1.0", "relu1.1", "relu2"]),
    (("relu: {when: false}", "relu"), ["relu2"]),
    (("relu: {repeat: 0}", "relu"), ["relu2"]),
    (("relu: {repeat: 1}",), ["relu1.0"]),
    (("conv: {filters: 3, kernel: 1, norm: batch_norm, activation: relu}",), ["conv1", "conv1.norm", "conv1.act"]),
    (("conv: {filters: 3, kernel: 1, activation: relu, repeat: 2, name: c}",), ["c.0", "c.0.act", "c.1", "c.1.act"]),
])
def test_a_layer_without_a_name_gets_the_next_free_number_of_its_kind(items, expected):
    assert names(net(*items)) == expected


def test_generated_names_count_in_every_block_anew():
    assert names(net("Two", "Two: {name: mine}", "Two", head="blocks: {Two: {layers: [relu, relu]}}\n")) == [
        "Two1.relu1", "Two1.relu2", "mine.relu1", "mine.relu2", "Two2.relu1", "Two2.relu2"]


def test_names_may_have_letters_of_any_script_digits_dashes_and_dots():
    given = ["größe", "層1", "a-b", "a_b", "a.b.c", "_x", "A", "relu", "conv2d", "null_", "x" * 100]
    assert names(net(*(f'relu: {{name: "{name}"}}' for name in given))) == given


@pytest.mark.parametrize(("name", "message"), [
    ("prev", "`prev` is taken: it refers to the input or the layer above"),
    ("input", "`input` is taken: it refers to the input or the layer above"),
    ("1a", None), ("a b", None), ("a/b", None), ("../x", None), ("a.", None), (".a", None), ("a..b", None), ("-a", None), ("a\\n", None),
    ("", None), ("$w", None), ("a:b", None), ("\\0", None), ("😀", None), ("x" * 101, None),
])
def test_what_cannot_be_a_name(name, message):
    found = finding(spec(f'relu: {{name: "{name}"}}'))
    assert found.code == "E204"
    assert message is None or found.message == message


@pytest.mark.parametrize("name", ["1", "true", "~", "1.5", "[a]", "{a: b}"])
def test_a_name_is_a_word(name):
    found = finding(spec(f"relu: {{name: {name}}}"))
    assert (found.code, found.message) == ("E204", "a name must be a word")


def test_the_name_of_an_input_cannot_be_given_again():
    found = finding(PAIR + "layers: [add: {from: [a, b], name: b}]\n")
    assert (found.code, found.message) == ("E204", "`b` is taken: it refers to the input or the layer above")


def test_a_name_used_twice_shows_the_first_use():
    found = finding(spec("relu: {name: a}", "tanh: {name: a}"))

    assert (found.code, found.message, found.span[:2]) == ("E203", "the name `a` is used twice", (4, 18))
    assert (found.related[0].span[:2], found.related[0].text) == ((3, 18), "first used here")


@pytest.mark.parametrize("items", [
    ("Two: {name: a}", "relu: {name: a.last}"),
    ("relu: {name: a.last}", "Two: {name: a}"),
    ("conv: {filters: 3, kernel: 1, norm: batch_norm, name: a}", "relu: {name: a.norm}"),
    ("relu: {name: a, repeat: 2}", "relu: {name: a.1}"),
    ("relu: {name: a.0}", "relu: {name: a, repeat: 1}"),
    ("Two", "relu: {name: Two1.last}"),
])
def test_a_name_with_dots_may_not_meet_a_name_inside(items):
    found = finding(spec(*items, head=BLOCK))
    assert found.code == "E203"


def test_block_scopes_do_not_see_each_other():
    found = net("Two: {name: last}", "Two: {name: first}", head=BLOCK)
    assert names(found) == ["last.first", "last.last", "first.first", "first.last"]


# References ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "inputs"), [
    (("relu: {name: a}", "tanh", "elu: {from: a}"), ["input", "a", "a"]),
    (("relu: {from: input}", "tanh: {from: input}"), ["input", "input"]),
    (("relu: {name: a}", "tanh: {from: prev}"), ["input", "a"]),
    (("relu: {name: a}", "tanh: {from: [a]}"), ["input", "a"]),
    (("relu: {name: a.b}", "relu", "tanh: {from: a.b}"), ["input", "a.b", "a.b"]),
    (("conv: {filters: 3, kernel: 1, norm: batch_norm, activation: relu, name: c}", "elu: {from: c}"), ["input", "c", "c.norm", "c.act"]),
    (("conv: {filters: 3, kernel: 1, norm: batch_norm, activation: relu, name: c}", "elu: {from: c.norm}"), ["input", "c", "c.norm", "c.norm"]),
    (("relu: {name: r, repeat: 3}", "elu: {from: r}"), ["input", "r.0", "r.1", "r.2"]),
    (("relu: {name: r, repeat: 3}", "elu: {from: r.0}"), ["input", "r.0", "r.1", "r.0"]),
    (("Two: {name: t}", "elu: {from: t}"), ["input", "t.first", "t.last"]),
    (("Two: {name: t}", "elu: {from: t.first}"), ["input", "t.first", "t.first"]),
    (("Two: {name: t, repeat: 2}", "elu: {from: t.0.first}"), ["input", "t.0.first", "t.0.last", "t.1.first", "t.0.first"]),
    (("relu: {name: a, when: false}", "elu: {from: a}"), ["input"]),
    (("relu: {name: a, repeat: 0}", "elu: {from: a}"), ["input"]),
    (("Two: {name: t, when: false}", "elu: {from: t}"), ["input"]),
])
def test_what_a_reference_means(items, inputs):
    found = net(*items, head=BLOCK)
    assert [found.nodes[i].name for node in found.nodes for i in node.inputs] == inputs


@pytest.mark.parametrize(("item", "code", "message", "mark"), [
    ("relu: {from: nope}", "E201", "unknown layer `nope`", "nope"),
    ("add: [prev, nope]", "E201", "unknown layer `nope`", "nope"),
    ("relu: {from: later}", "E201", "unknown layer `later`", "later"),
    ("relu: {from: self, name: self}", "E201", "unknown layer `self`", "self"),
    ("relu: {from: -1}", "E201", "a layer is referred to by its name", "-1"),
    ("relu: {from: 0}", "E201", "a layer is referred to by its name", "0"),
    ("add: [-1, -2]", "E201", "a layer is referred to by its name", "-1"),
    ("relu: {from: null}", "E201", "a layer is referred to by its name", "null"),
    ("relu: {from: [[a]]}", "E201", "a layer is referred to by its name", "[a]"),
    ("relu: {from: $a}", "E201", "unknown layer `$a`", "$a"),
    ("relu: {from: relu1}", "E202", "`relu1` is a generated name", "relu1"),
    ("relu: {from: conv2d1}", "E202", "`conv2d1` is a generated name", "conv2d1"),
    ("relu: {from: max_pool12}", "E202", "`max_pool12` is a generated name", "max_pool12"),
    ("relu: {from: foo1}", "E201", "unknown layer `foo1`", "foo1"),
    ("relu: {from: a.x}", "E201", "`a` has no layer named `x`", "a.x"),
    ("relu: {from: t.x}", "E201", "`t` has no layer named `x`", "t.x"),
    ("relu: {from: t.first.x}", "E201", "`t.first` has no layer named `x`", "t.first.x"),
    ("relu: {from: a.}", "E201", "`a` has no layer named ``", "a."),
    ("relu: {from: a..b}", "E201", "`a` has no layer named ``", "a..b"),
    ("relu: {from: first}", "E201", "unknown layer `first`", "first"),
    ("relu: {from: []}", "E207", "`from` names no layer", "[]"),
    ("crop: {like: nope}", "E201", "unknown layer `nope`", "nope"),
])
def test_what_is_no_reference(item, code, message, mark):
    found = findings(spec("relu: {name: a}", "Two: {name: t}", item, "tanh: {name: later}", head=BLOCK))[0]
    assert (found.code, found.message, marked(found)) == (code, message, mark)


def test_a_misspelt_reference_is_told_the_nearest_name():
    found = finding(spec("relu: {name: stage1}", "add: [prev, stge1]"))
    assert (found.label, found.help) == ("not defined above this line", "did you mean `stage1`?")


def test_a_generated_name_is_no_reference_even_where_it_exists():
    found = finding(spec("relu", "tanh: {from: relu1}"))

    assert found.code == "E202"
    assert "give the layer a name" in found.help


def test_a_layer_called_like_a_generated_name_can_be_referred_to():
    assert names(net("relu: {name: relu1}", "tanh: {from: relu1}")) == ["relu1", "tanh1"]


def test_names_outside_a_block_are_not_known_inside():
    head = "blocks: {B: {layers: [{relu: {from: outer}}]}}\n"
    found = finding(spec("relu: {name: outer}", "B", head=head))
    assert (found.code, found.message, found.span.line) == ("E201", "unknown layer `outer`", 1)


def test_a_missing_layer_poisons_only_what_reads_it():
    text = spec("conv: {filters: 3, kernel: 99, name: a}", "relu: {name: b}", "conv: {filters: 3, kernel: 77, from: input}", "conv: {filters: 3, kernel: 88, from: b}")
    assert codes(text) == ["E301", "E301"]


# Inputs and outputs -------------------------------------------------------------------------


def test_several_inputs_are_referred_to_by_name():
    found = net("dense: {units: 3, from: a}", "dense: {units: 3, from: b}", "add: {from: [prev, prev]}", input=PAIR)
    assert [node.inputs for node in found.nodes] == [(), (), (0,), (1,), (3, 3)]


@pytest.mark.parametrize(("items", "code", "message"), [
    (("relu",), "E208", "there is no layer above, and several inputs"),
    (("add: [prev, a]",), "E208", None),
    (("relu: {from: prev}",), "E208", "there is no layer above, and several inputs"),
    (("relu: {from: [prev]}", "relu: {from: a}", "add: [prev, b]"), "E208", "there is no layer above, and several inputs"),
    (("relu: {from: prev, repeat: 2}", "add: [a, b]"), "E208", None),
    (("relu: {when: false, from: prev}", "add: [a, b]"), "E208", None),
    (("crop: {from: a, like: prev}", "relu: {from: b}"), "E208", None),
    (("resize: {from: a, like: prev}", "relu: {from: b}"), "E208", None),
    (("relu: {from: input}", "add: [prev, a]"), "E201", "there are several inputs: say which"),
    (("relu: {from: a}",), "E210", "the input `b` is never read"),
])
def test_with_several_inputs_the_first_layer_says_which(items, code, message):
    found = findings(spec(*items, input=PAIR))[0]
    assert found.code == code or message is None
    assert message is None or found.message == message


def test_an_input_may_be_called_input():
    found = net("add: [input, b]", input="inputs: {input: {features: 6}, b: {features: 6}}\n")
    assert layers(found) == ["add1 6"]


def test_one_input_has_its_own_name_and_is_called_input_too():
    found = net("relu: {from: image}", "tanh: {from: input}", input="inputs: {image: {features: 6}}\n")
    assert [node.name for node in found.nodes] == ["image", "relu1", "tanh1"]


@pytest.mark.parametrize(("input", "code", "message"), [
    ("", "E106", "the network has no `input`"),
    ("inputs: {}\n", "E106", "the network has no input"),
    ("input: {features: 6}\ninputs: {a: {features: 6}}\n", "E106", "`input` and `inputs` exclude each other"),
    ("inputs: [a, b]\n", "E101", "`inputs` must be a mapping"),
    ("inputs: {prev: {features: 6}}\n", "E204", "`prev` cannot be the name of an input"),
    ("inputs: {a-b: {features: 6}}\n", "E204", "`a-b` cannot be the name of an input"),
    ("inputs: {1: {features: 6}}\n", "E204", "`1` cannot be the name of an input"),
    ("input: [3, 224, 224]\n", "E110", None),
    ("input: 3x224x224\n", "E110", None),
    ("input: {channels: 3}\n", "E110", None),
    ("input: {size: [3]}\n", "E110", None),
    ("input: {features: 6, channels: 3}\n", "E110", None),
    ("input: {features: 6, tokens: 3}\n", "E110", None),
    ("input: {chanels: 3, size: [8]}\n", "E110", "`input` has no `chanels`"),
    ("input: {channels: 3, size: 28}\n", "E111", "`size: 28` is ambiguous: 1-D or 2-D?"),
    ("input: {channels: 3, size: []}\n", "E302", None),
    ("input: {channels: 3, size: [1, 2, 3, 4, 5]}\n", "E302", None),
    ("input: {channels: 0, size: [8]}\n", "E105", "`channels` must be at least 1, got 0"),
    ("input: {channels: 3, size: [8, -1]}\n", "E105", "`size` must be at least 1, got -1"),
    ("input: {channels: 3, size: [8, null]}\n", "E104", None),
    ("input: {features: 1.5}\n", "E405", None),
])
def test_what_is_wrong_with_an_input(input, code, message):
    found = findings(spec("relu", input=input))[0]
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize(("input", "shape"), [
    ("input: {channels: 3, size: [7]}\n", "3×7"),
    ("input: {channels: 3, size: [7, 8]}\n", "3×7×8"),
    ("input: {size: [7, 8, 9], channels: 3}\n", "3×7×8×9"),
    ("input: {features: 100}\n", "100"),
    ("input: {tokens: 400}\n", "400 tokens"),
    ("input: {channels: $c, size: [$(2*c), $c]}\nvars: {c: 4}\n", "4×8×4"),
])
def test_the_shapes_of_inputs(input, shape):
    found = net("identity" if "tokens" not in input else "embedding: {vocab: 9, dim: 2}", input=input)
    assert str(found.nodes[0].output) == shape


def test_outputs_are_named_layers():
    found = net("relu: {name: a}", "tanh: {name: b}", "elu", tail="outputs: [b, a, prev, input]\n")
    assert {name: found.nodes[i].name for name, i in found.outputs.items()} == {"b": "b", "a": "a", "prev": "elu1", "input": "input"}


def test_without_outputs_the_last_layer_goes_out():
    found = net("relu", "tanh")
    assert found.outputs == {"output": 2}


def test_an_unknown_output_is_found():
    found = finding(spec("relu: {name: a}", tail="outputs: [aa]\n"))
    assert (found.code, found.help) == ("E201", "did you mean `a`?")


# Merges and arity ---------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "code", "message"), [
    (("add: prev",), "E207", None),
    (("add",), "E207", None),
    (("concat: [prev]",), "E207", None),
    (("relu: {from: [input, input]}",), "E207", None),
    (("matmul: [prev, prev, prev]",), "E207", None),
    (("conv: {filters: 4, kernel: 1, name: a}", "add: [a, input]"), "E306", "cannot add different shapes: a 4×32×32, input 3×32×32"),
    (("max_pool: {size: 2, name: a}", "add: [a, input]"), "E306", "cannot add different shapes: a 3×16×16, input 3×32×32"),
    (("global_avg_pool: {name: a}", "add: [input, a]"), "E306", None),
    (("conv: {filters: 1, kernel: 1, name: a}", "add: [a, input]"), "E306", None),
    (("global_avg_pool: {name: a}", "maximum: [input, a]"), "E306", None),
    (("conv: {filters: 4, kernel: 1, name: a}", "multiply: [a, input]"), "E306", None),
    (("max_pool: {size: 2, name: a}", "concat: [a, input]"), "E305", None),
])
def test_merges_are_strict(items, code, message):
    found = finding(spec(*items))
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize(("items", "output"), [
    (("relu: {name: a}", "add: [a, input]"), "3×32×32"),
    (("relu: {name: a}", "add: {from: [a, input, a, prev]}"), "3×32×32"),
    (("relu: {name: a}", "concat: [a, input, a]"), "9×32×32"),
    (("global_avg_pool: {name: a}", "multiply: [input, a]"), "3×32×32"),
    (("conv: {filters: 1, kernel: 1, name: a}", "multiply: [input, a]"), "3×32×32"),
])
def test_merges_name_all_their_operands(items, output):
    assert str(net(*items).nodes[-1].output) == output


def test_a_vector_has_no_axes():
    assert codes(spec("conv: {filters: 3, kernel: 1}", input=VECTOR)) == ["E303"]
    assert codes(MAP + "layers: [dense: 3]\n") == ["E307"]


# Several outputs, and every repetition -------------------------------------------------------------


@pytest.mark.parametrize(("items", "found"), [
    (("split: {parts: 2, name: s}", "add: [s.0, s.1]"), [("s.0", "slice", "4×8"), ("s.1", "slice", "4×8"), ("add1", "add", "4×8")]),
    (("split: {sizes: [1, 7], name: s}", "concat: [s.*]"), [("s.0", "slice", "1×8"), ("s.1", "slice", "7×8"), ("concat1", "concat", "8×8")]),
    (("split: {parts: 4, axis: l, name: s}", "concat: {from: [s.*], axis: l}"), [*((f"s.{i}", "slice", "8×2") for i in range(4)), ("concat1", "concat", "8×8")]),
    (("relu: {repeat: 2, name: m}", "concat: [input, m.*]"), [("m.0", "relu", "8×8"), ("m.1", "relu", "8×8"), ("concat1", "concat", "24×8")]),
    (("relu: {repeat: 0, name: m}", "concat: [input, prev, m.*]"), [("concat1", "concat", "16×8")]),
])  # fmt: skip
def test_parts_and_repetitions_have_numbers(items, found):
    network = net(*items, input="input: {channels: 8, size: [8]}\n")

    assert [(node.name, node.op, str(node.output)) for node in network.nodes[1:]] == found


@pytest.mark.parametrize(("items", "code", "message"), [
    (("split: {parts: 2, name: s}", "relu"), "E212", "the layer above has several outputs"),
    (("split: {parts: 2, name: s}", "relu: {from: s}"), "E212", "`s` has several outputs"),
    (("time_distributed: {layer: {split: {parts: 2}}}", "relu"), "E212", "the layer above has several outputs"),
    (("time_distributed: {layer: {split: {parts: 2}}, name: t}", "relu"), "E212", "the layer above has several outputs"),
    (("split: {parts: 2, name: s}", "relu: {from: s.2}"), "E201", "`s` has no layer named `2`"),
    (("split: {parts: 2, name: s}",), "E212", "the last layer has several outputs"),
    (("split: {parts: 1, name: s, repeat: 2}",), "E212", "`split` has several outputs, and the next repetition reads one"),
    (("relu: {name: a}", "concat: [input, a.*]"), "E201", "`a` is not repeated: `a.*` names nothing"),
    (("split: {parts: 3, name: s}", "relu: {from: s.0}"), "E304", None),
    (("split: {parts: 9, name: s}", "relu: {from: s.0}"), "E304", None),
    (("split: {parts: 10001, name: s}", "relu: {from: s.0}"), "E105", "a split has at most 10,000 parts, got 10,001"),
    (("split: {parts: 9007199254740992, name: s}", "relu: {from: s.0}"), "E105", None),
    (("split: {sizes: [4, 5], name: s}", "relu: {from: s.0}"), "E311", None),
    (("split: {parts: 2, sizes: [8], name: s}", "relu: {from: s.0}"), "E106", None),
])  # fmt: skip
def test_what_several_outputs_cannot_be(items, code, message):
    found = finding(spec(*items, input="input: {channels: 8, size: [8]}\n"))

    assert found.code == code
    assert message is None or found.message == message


def test_the_parts_of_a_split_are_outputs():
    text = spec("split: {parts: 2, name: s}", input="input: {channels: 8, size: [8]}\n") + "outputs: [s.*]\n"

    network = cnncalc.loads(text)
    assert {name: str(network.nodes[index].output) for name, index in network.outputs.items()} == {"s.0": "4×8", "s.1": "4×8"}


def test_a_split_is_used_again():
    network = net("conv: {filters: 8, kernel: 1, name: a}", "split: {from: input, parts: 2, name: s}",
                  "reuse: {layer: s, from: a, name: t}", "concat: [s.*, t.*]", input="input: {channels: 8, size: [8]}\n")  # fmt: skip

    assert str(network.nodes[-1].output) == "16×8"


@pytest.mark.parametrize(("dialect", "sizes"), [("torch", [3, 3, 1]), ("keras", None), (None, None)])
def test_only_pytorch_splits_unevenly(dialect, sizes):
    head = f"dialect: {dialect}\n" if dialect else ""
    text = head + spec("split: {parts: 3, name: s}", input="input: {channels: 7, size: [8]}\n") + "outputs: [s.*]\n"
    if sizes is None:
        with pytest.raises(SpecError, match="7 do not divide into 3 equal parts"):
            cnncalc.loads(text)
    else:
        assert [node.output.channels for node in cnncalc.loads(text).nodes[1:]] == sizes


@pytest.mark.parametrize(("source", "inside"), [("b", "b.NAME.0"), ("prev", "NAME.0")])
def test_a_block_that_ends_in_several_outputs_without_a_name(source, inside):
    with pytest.raises(SpecError) as caught:
        cnncalc.loads("input: {channels: 8, size: [8]}\nblocks: {B: {layers: [relu, {split: {parts: 2}}]}}\n"
              f"layers: [B: {{name: b}}, relu: {{from: {source}}}]")  # fmt: skip

    [found] = caught.value.diagnostics
    assert (found.code, found.help) == ("E212", f"give the layer in it that has them a name, and say which with `from:`: {inside}")
