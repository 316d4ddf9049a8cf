"""`defaults:` of the file and of blocks, and what `norm` and `activation` expand to."""

import pytest

from tests.nets import spec

from .reading import codes, finding, findings, layers, marked, names, net


def node(found, name):
    return next(node for node in found.nodes if node.name == name)


# Defaults -----------------------------------------------------------------------------------


def test_defaults_fill_in_what_a_layer_does_not_say():
    found = net("conv: 4", "conv: {filters: 4, kernel: 5, stride: 1}", "conv: {filters: 4, padding: 0}", head="defaults: {conv: {kernel: 3, stride: 2, padding: 1}}\n")
    assert layers(found) == ["conv1 4×16×16", "conv2 4×14×14", "conv3 4×6×6"]


def test_defaults_belong_to_one_kind():
    found = net("conv: 4", "depthwise_conv: {kernel: 1}", head="defaults: {conv: {kernel: 3}}\n")
    assert layers(found) == ["conv1 4×30×30", "depthwise_conv1 4×30×30"]


def test_defaults_hold_for_a_kind_with_an_assertion_of_axes():
    assert layers(net("conv2d: 4", head="defaults: {conv: {kernel: 3}}\n")) == ["conv1 4×30×30"]


def test_defaults_may_give_the_key_that_a_layer_needs():
    found = net("conv", "max_pool", head="defaults: {conv: {filters: 4, kernel: 3}, max_pool: {size: 2}}\n")
    assert layers(found) == ["conv1 4×30×30", "max_pool1 4×15×15"]


def test_defaults_of_a_block_win_key_by_key_inside_it_and_nowhere_else():
    head = "defaults: {conv: {kernel: 3, padding: 1}}\nblocks: {B: {defaults: {conv: {kernel: 1}}, layers: [conv: 4]}}\n"
    assert layers(net("B", "conv: 4", head=head)) == ["B1.conv1 4×34×34", "conv1 4×34×34"]


def test_defaults_of_the_file_see_its_variables_and_not_the_arguments_of_a_block():
    head = "vars: {k: 3}\ndefaults: {conv: {kernel: $k}}\nblocks: {B: {args: {k: 1}, layers: [conv: 4]}}\n"
    assert layers(net("B: {k: 5}", head=head)) == ["B1.conv1 4×30×30"]
    assert codes(spec("relu", head="defaults: {conv: {kernel: $i}}\n")) == ["E401"]


def test_defaults_of_a_block_see_its_arguments():
    head = "blocks: {B: {args: {k: 1}, defaults: {conv: {kernel: $k, filters: $cin}}, layers: [conv]}}\n"
    assert layers(net("B: {k: 5}", head=head)) == ["B1.conv1 3×28×28"]


def test_defaults_with_a_variable_follow_it():
    head = "vars: {k: 3}\ndefaults: {conv: {kernel: $k}}\n"
    assert layers(net("conv: 4", head=head, set={"k": 5})) == ["conv1 4×28×28"]


@pytest.mark.parametrize("defaults", [
    "{conv2d: {kernel: 3, padding: 1}}",
    "{conv2d: {kernel_size: 3, padding: 1}, batch_norm2d: {eps: 0.1}}",
])
def test_defaults_are_understood_under_the_words_of_a_layer_list(defaults):
    found = net("conv2d: 4", "conv: 4", "conv: {filters: 4, norm: batch_norm}", head=f"defaults: {defaults}\n")
    assert layers(found)[:2] == ["conv1 4×32×32", "conv2 4×32×32"]


HALVED = ("conv: {filters: 8, name: a}", "max_pool: 2", "conv: 8", "upsample: 2", "conv: 8", "add: [a, prev]")


@pytest.mark.parametrize(("defaults", "code"), [
    # Without them every conv lacks a kernel, or with one the operands of `add` have different sizes.
    ("{convv: {kernel: 3, padding: same}}", "E102"), ("{Conv2D: {kernel: 3, padding: same}}", "E102"),
    ("{conv: 3}", "E101"), ("{conv: [3]}", "E101"), ("[conv]", "E101"), ("conv", "E101"),
    ("{conv: {kernel: 3, paddin: same}}", "E103"), ("{conv: {kernel: 3, padding: sam}}", "E104"),
    ("{conv: {kernel: x, padding: same}}", "E104"), ("{conv: {kernel: $k, padding: same}}", "E401"),
    ("{conv: {kernel: 3, padding: same, kernel_size: 3}}", "E107"),
    ("{conv2d: {kernel: 3}, conv: {padding: same}}", "E107"), ("{conv2d: {kernel: 3}, conv3d: {padding: same}}", "E107"),
    ("{conv: {kernel: 3, padding: same, norm: group_norm}, group_norm: {grops: 2}}", "E103"),
    ("{conv: {kernel: 3, padding: same, norm: group_norm}, groupnorm: {groups: 2}}", "E102"),
    ('{conv: {kernel: 3, padding: same, norm: $("group_norm")}, group_norm: {grops: 2}}', "E103"),
    ("{conv: {kernel: 3, padding: same, activation: reluu}}", "E102"),
])
def test_a_fault_in_defaults_is_found_once(defaults, code):
    assert finding(spec(*HALVED, head=f"defaults: {defaults}\n")).code == code


def test_defaults_that_are_not_there_are_no_fault():
    assert layers(net("relu", head="defaults:\n")) == ["relu1 3×32×32"]


@pytest.mark.parametrize(("defaults", "code", "message"), [
    ("{covn: {kernel: 3}}", "E102", "unknown kind of layer `covn`"),
    ("{conv4d: {kernel: 3}}", "E102", "unknown kind of layer `conv4d`"),
    ("{conv2d: {kernal: 3}}", "E103", "unknown parameter `kernal` for `conv2d`"),
    ("{Conv: {kernel: 3}}", "E102", "unknown kind of layer `Conv`"),
    ("{conv: 3}", "E101", "the defaults of `conv` must be a mapping"),
    ("{conv: {kernal: 3}}", "E103", "unknown parameter `kernal` for `conv`"),
    ("{conv: {name: a}}", "E103", "unknown parameter `name` for `conv`"),
    ("{conv: {from: a}}", "E103", None), ("{conv: {repeat: 2}}", "E103", None), ("{conv: {when: true}}", "E103", None),
    ("{conv: {kernel: x}}", "E104", None), ("{conv: {kernel: $nope}}", "E401", "unknown name `nope`"),
    ("{relu: {norm: batch_norm}}", "E103", None),
    ("[conv]", "E101", "`defaults` must be a mapping"),
])
def test_what_is_wrong_with_defaults(defaults, code, message):
    found = findings(spec("relu", head=f"defaults: {defaults}\n"))[0]
    assert found.code == code
    assert message is None or found.message == message


# Aliases ------------------------------------------------------------------------------------


@pytest.mark.parametrize("item", [
    "conv: {filters: 4, kernel: 3, stride: 2, padding: 1, dilation: 1, groups: 1, bias: false, activation: relu}",
    "conv: {out_channels: 4, kernel_size: 3, strides: 2, padding: 1, dilation_rate: 1, groups: 1, use_bias: false, act: relu}",
    "conv: {out_channels: 4, kernel_size: 3, stride: 2, padding: 1, dilation: 1, bias: false, activation: relu}",
])
def test_the_words_of_the_frameworks_are_the_same_keys(item):
    found = net(item)
    assert (layers(found), found.params.value) == (["conv1 4×16×16", "conv1.act 4×16×16"], 4 * 3 * 9)


@pytest.mark.parametrize(("item", "output"), [
    ("max_pool: {pool_size: 2, strides: 1}", "3×31×31"), ("max_pool: {kernel_size: 2, stride: 1}", "3×31×31"),
])
def test_the_words_of_the_frameworks_for_pools(item, output):
    assert str(net(item).nodes[-1].output) == output


@pytest.mark.parametrize("item", ["dense: {out_features: 4}", "dense: {units: 4}"])
def test_the_words_of_the_frameworks_for_dense(item):
    assert layers(net(item, input="input: {features: 3}\n")) == ["dense1 4"]


def test_a_key_under_two_names_is_an_error():
    found = finding(spec("conv: {filters: 4, kernel: 3, out_channels: 8}"))
    assert (found.code, found.message) == ("E107", "`out_channels` and `filters` are the same key")
    assert found.related[0].text == "first given here"


def test_defaults_take_aliases_too():
    assert layers(net("conv: 4", head="defaults: {conv: {kernel_size: 3}}\n")) == ["conv1 4×30×30"]


# norm and activation ------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "expected", "params"), [
    ("", ["conv1"], 4 * 3 + 4),
    ("activation: relu", ["conv1", "conv1.act"], 4 * 3 + 4),
    ("norm: batch_norm", ["conv1", "conv1.norm"], 4 * 3 + 8),
    ("norm: batch_norm, activation: relu", ["conv1", "conv1.norm", "conv1.act"], 4 * 3 + 8),
    ("activation: relu, norm: batch_norm", ["conv1", "conv1.norm", "conv1.act"], 4 * 3 + 8),
    ("norm: batch_norm, bias: true", ["conv1", "conv1.norm"], 4 * 3 + 4 + 8),
    ("norm: batch_norm, bias: false", ["conv1", "conv1.norm"], 4 * 3 + 8),
    ("norm: none, activation: none", ["conv1"], 4 * 3 + 4),
    ("norm: {group_norm: {groups: 2}}", ["conv1", "conv1.norm"], 4 * 3 + 8),
    ("norm: {batch_norm: {scale: false}}", ["conv1", "conv1.norm"], 4 * 3 + 4),
    ("activation: {leaky_relu: {slope: 0.1}}", ["conv1", "conv1.act"], 4 * 3 + 4),
    ("activation: {prelu: {shared: space}}", ["conv1", "conv1.act"], 4 * 3 + 4 + 4),
    ("activation: $act, norm: $norm", ["conv1", "conv1.norm", "conv1.act"], 4 * 3 + 8),
    ("activation: $no, norm: $no", ["conv1"], 4 * 3 + 4),
    ("activation: \"$('relu' if 1 > 0 else 'none')\"", ["conv1", "conv1.act"], 4 * 3 + 4),
])
def test_norm_and_activation_become_nodes_in_that_order(keys, expected, params):
    found = net(f"conv: {{filters: 4, kernel: 1, {keys}}}", head="vars: {act: relu, norm: batch_norm, no: none}\n")
    assert (names(found), found.params.value) == (expected, params)


def test_a_default_norm_takes_the_bias_away_and_none_gives_it_back():
    found = net("conv: 4", "conv: {filters: 4, norm: none}", "conv: {filters: 4, bias: true}", head="defaults: {conv: {kernel: 1, norm: batch_norm}}\n")
    assert [node(found, name).facts.params for name in ("conv1", "conv2", "conv3")] == [12, 16 + 4, 16 + 4]


def test_a_default_bias_holds_with_a_norm():
    found = net("conv: 4", head="defaults: {conv: {kernel: 1, norm: batch_norm, bias: true}}\n")
    assert node(found, "conv1").facts.params == 16


def test_norms_and_activations_have_defaults_of_their_own():
    found = net("conv: {filters: 4, kernel: 1, norm: batch_norm}", "batch_norm", head="defaults: {batch_norm: {scale: false}}\n")
    assert [node(found, name).facts.params for name in ("conv1.norm", "batch_norm1")] == [4, 4]


@pytest.mark.parametrize("kind", [
    "depthwise_conv: {kernel: 3, ", "separable_conv: {filters: 4, kernel: 3, ", "conv_transpose: {filters: 4, kernel: 3, "])
def test_every_convolution_takes_both(kind):
    found = net(kind + "norm: batch_norm, activation: relu, name: a}")
    assert names(found) == ["a", "a.norm", "a.act"]


def test_dense_takes_both():
    found = net("dense: {units: 4, norm: batch_norm, activation: relu}", input="input: {features: 3}\n")
    assert (names(found), found.params.value) == (["dense1", "dense1.norm", "dense1.act"], 12 + 8)


@pytest.mark.parametrize(("keys", "code", "message"), [
    ("activation: batch_norm", "E104", "`activation` must be an activation, got `batch_norm`"),
    ("norm: relu", "E104", "`norm` must be a normalisation, got `relu`"),
    ("activation: rleu", "E102", None), ("norm: 3", None, None), ("activation: [relu]", None, None), ("norm: {}", None, None),
    ("activation: {relu: {name: a}}", None, None), ("norm: {batch_norm: {from: input}}", None, None),
    ("norm: {group_norm: {groups: 3}}", "E304", None), ("norm: {group_norm: {}}", "E106", None), ("activation: true", None, None),
    ("activation: $nope", "E401", None), ("activation: $w", None, None), ("norm: {group_norm: {groups: $w}, relu: {}}", None, None),
])
def test_what_cannot_stand_behind_a_convolution(keys, code, message):
    found = findings(spec(f"conv: {{filters: 4, kernel: 1, {keys}}}", head="vars: {w: 2}\n"))[0]
    assert code is None or found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize("word", ["2", "true", "nope", "[relu]", "{relu: {}}", "batch_norm", "0.5", "''"])
def test_an_expression_must_name_an_activation(word):
    found = findings(spec("conv: {filters: 4, kernel: 1, activation: $w}", head=f"vars: {{w: {word}}}\n"))
    assert [finding.code for finding in found] in (["E102"], ["E104"])


@pytest.mark.parametrize("word", ["group_norm", "relu", "3"])
def test_an_expression_must_name_a_norm_that_needs_no_more(word):
    for _ in range(2):
        assert codes(spec("conv: {filters: 4, kernel: 1, norm: $w}", head=f"vars: {{w: {word}}}\n"))[0] in ("E102", "E104", "E106")


def test_other_layers_take_neither():
    assert codes(spec("max_pool: {size: 2, activation: relu}", "batch_norm: {activation: relu}")) == ["E103", "E103"]


def test_constants_that_change_no_number_are_accepted():
    assert net("leaky_relu: 0.2", "batch_norm: {momentum: 0.1, eps: 0.001}", "dropout: 0.3", "elu: {alpha: 1.5}")


# trainable and dtype ------------------------------------------------------------------------


@pytest.mark.parametrize(("items", "head", "params", "trainable"), [
    (("conv: {filters: 4, kernel: 1, norm: batch_norm, trainable: false}", "conv: {filters: 4, kernel: 1}"), "", 12 + 8 + 20, 20),
    (("B: {trainable: false}", "B"), "blocks: {B: {layers: [conv: {filters: 3, kernel: 1}]}}\n", 24, 12),
    (("B: {trainable: false}",), "blocks: {B: {layers: [conv: {filters: 3, kernel: 1, trainable: true}]}}\n", 12, 0),
    (("conv: {filters: 4, kernel: 1}", "conv: {filters: 4, kernel: 1, trainable: true}"), "defaults: {conv: {trainable: false}}\n", 16 + 20, 20),
    (("conv: {filters: 3, kernel: 1, repeat: 3, trainable: $(i == 2)}",), "", 36, 12),
])
def test_frozen_weights_stay_params_and_are_not_trainable(items, head, params, trainable):
    found = net(*items, head=head)
    assert (found.params.value, found.trainable.value) == (params, trainable)


def test_the_type_of_numbers_is_kept_for_memory():
    found = net("relu: {dtype: fp16}", "B: {dtype: bf16}", "tanh", head="blocks: {B: {layers: [relu, elu: {dtype: int8}]}}\n")
    assert [node.dtype for node in found.nodes] == [None, "fp16", "bf16", "int8", None]


@pytest.mark.parametrize(("keys", "code"), [("trainable: maybe", "E104"), ("trainable: 1", "E104"), ("dtype: float99", "E104"), ("dtype: 16", "E104")])
def test_what_they_cannot_be(keys, code):
    found = finding(spec(f"relu: {{{keys}}}"))
    assert (found.code, marked(found)) == (code, keys.split(": ")[1])
