"""What a dialect says: its words and keys exist, and what it refuses is refused with its reason."""

import pytest

import cnncalc
from cnncalc.calculator.of_layer import DIALECT
from cnncalc.dialects.base import dialect as contract
from cnncalc.dialects.base.dialect import Dialect, asked_dialects, dialects, find
from cnncalc.errors import Refusal
from cnncalc.language.kinds import layer_class, spelling
from cnncalc.layers.avg_pool import AvgPool
from cnncalc.layers.base.key_types import Required
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_transpose import ConvTranspose
from cnncalc.layers.gru import Gru
from cnncalc.layers.lstm import Lstm
from cnncalc.layers.max_pool import MaxPool
from cnncalc.layers.multi_head_attention import MultiHeadAttention
from cnncalc.registry import names

ALL = list(dialects())


def test_keras_and_pytorch_are_asked_where_nothing_is_chosen():
    assert list(asked_dialects()) == ["keras", "torch"]
    assert ["keras", "torch", *sorted(set(names("dialects")) - {"keras", "torch"})] == ALL


@pytest.mark.parametrize("name", ALL)
def test_a_dialect_says_what_it_is(name):
    found = find(name)

    assert found.__doc__
    assert all((found.title, found.version, found.source, found.spelling))
    known = {name for base in found.__mro__[1:] for name in vars(base)}
    assert {name for name in vars(found) if not name.startswith("_")} <= known


@pytest.mark.parametrize("name", ALL)
def test_its_words_are_about_kinds_and_keys_that_exist(name):
    found = find(name)
    for kind in contract._read(found.spelling):
        assert kind in names("layers")
        keys = layer_class(kind).keys
        assert set(found.arguments(kind)) <= set(keys), kind
        for key, word in found.arguments(kind).items():
            assert word
            assert word == key or word not in keys, (kind, word)


@pytest.mark.parametrize("name", ALL)
def test_a_word_means_one_key_of_a_kind_in_all_frameworks(name):
    for kind in names("layers"):
        for key, word in find(name).arguments(kind).items():
            assert contract.key_of(kind, word) == key


@pytest.mark.parametrize("name", ALL)
def test_its_defaults_are_values_of_keys(name):
    for kind, defaults in find(name).defaults.items():
        for key, value in defaults.items():
            assert layer_class(kind).keys[key].kind.parse(value) == value
            needed = {key: least for key, least in _required(kind).items() if key not in defaults}
            assert getattr(layer_class(kind)(dialect=name, **needed), key) == value


def _required(kind):
    """The least that a kind can be made of."""
    values = {"filters": 1, "kernel": 1, "size": 1, "heads": 1}
    return {key: values[key] for key, found in layer_class(kind).keys.items() if isinstance(found.default, Required)}


@pytest.mark.parametrize("name", ALL)
def test_what_it_refuses_is_asked_by_a_layer(name):
    moments = {"side of conv_transpose", "output_padding", "ratios of fractional_max_pool", "interpolation",
               "features of multi_head_attention"}  # fmt: skip

    assert set(find(name).refusals) <= {*names("layers"), *moments}


X = Shape(4, (8,))
VOLUME = Shape(4, (8, 8))


@pytest.mark.parametrize(("layer", "x", "reason", "key"), [
    (MaxPool(size=2, padding=2, dialect="caffe"), X, "Caffe refuses this: pad must be less than the kernel 2, and is 2", "padding"),
    (AvgPool(size=2, padding=3, dialect="caffe"), X, "Caffe refuses this: pad must be less than the kernel 2, and is 3", "padding"),
    (MaxPool(size=2, dilation=2, dialect="caffe"), X, "Caffe refuses this: its pools have no dilation", "dilation"),
    (ConvTranspose(filters=1, kernel=2, output_padding=0, dialect="caffe"), X,
     "Caffe refuses this: its Deconvolution has no output_padding", "output_padding"),
    (ConvTranspose(filters=1, kernel=2, output_size=9, dialect="caffe"), X,
     "Caffe refuses this: its Deconvolution has no output_size", "output_size"),
    (Conv(filters=1, kernel=2, padding="causal", dialect="flax"), VOLUME,
     "Flax refuses this: causal padding is for convolutions along one axis", "padding"),
    (MaxPool(size=2, padding=1, dialect="flax"), X, "Flax refuses this: its pools take pairs of padding, not numbers", "padding"),
    (AvgPool(size=2, padding="causal", dialect="flax"), X, "Flax refuses this: its pools have no causal padding", "padding"),
    (MaxPool(size=2, ceil=True, dialect="flax"), X, "Flax refuses this: its pools have no ceil", "ceil"),
    (MaxPool(size=2, dilation=2, dialect="flax"), X, "Flax refuses this: its pools have no dilation", "dilation"),
    (ConvTranspose(filters=1, kernel=2, output_padding=1, stride=2, dialect="flax"), X,
     "Flax refuses this: its ConvTranspose has no output_padding", "output_padding"),
    (ConvTranspose(filters=2, kernel=2, groups=2, dialect="flax"), X, "Flax refuses this: its ConvTranspose has no groups", "groups"),
])  # fmt: skip
def test_what_a_framework_refuses(layer, x, reason, key):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)

    assert (refused.value.code, refused.value.message, refused.value.key) == ("E308", reason, key)


SAME_SIDES = "its padding is as much before as after"


# What the runtimes can say: Darknet ⌊F/2⌋ or one number, Caffe one number, TensorFlow Lite two words.
@pytest.mark.parametrize(("name", "kind", "padding", "reason", "help"), [
    ("darknet", Conv, "same", "it has no padding `same`", "write `valid`, `half` or one number for both sides"),
    ("darknet", Conv, "causal", "it has no padding `causal`", "write `valid`, `half` or one number for both sides"),
    ("darknet", Conv, ((0, 1),), SAME_SIDES, "write `valid`, `half` or one number for both sides"),
    ("theano", Conv, "same_lower", "it has no padding `same_lower`",
     "write `valid`, `full`, `half`, one number for both sides or `pad` before the layer"),
    ("theano", MaxPool, "half", "its padding is a number", "write how much is added"),
    ("caffe", Conv, ((0, 1),), SAME_SIDES, "write `valid` or one number for both sides"),
    ("caffe", MaxPool, "same", "its padding is a number", "write how much is added"),
    ("caffe", AvgPool, ((1, 0),), SAME_SIDES, "write `valid` or one number for both sides"),
    ("tflite", Conv, "half", "it has no padding `half`", "write `valid`, `same` or `pad` before the layer"),
    ("tflite", MaxPool, "same_lower", "it has no padding `same_lower`", "write `valid`, `same` or `pad` before the layer"),
    ("tflite", AvgPool, 1, "its padding is a word", "`pad` before the layer"),
    ("tflite", ConvTranspose, "full", "it has no padding `full`", "write `valid`, `same` or `pad` before the layer"),
    ("chainer", ConvTranspose, ((0, 1),), SAME_SIDES, "write `valid`, one number for both sides or `pad` before the layer"),
    ("mlx", ConvTranspose, ((1, 0),), SAME_SIDES, "write `valid`, one number for both sides or `pad` before the layer"),
    ("megengine", MaxPool, ((1, 0),), SAME_SIDES, "write `valid`, one number for both sides or `pad` before the layer"),
    ("mxnet", Conv, ((1, 0),), SAME_SIDES, "write `valid`, one number for both sides or `pad` before the layer"),
    ("nnabla", Conv, "same", "its padding is a number", "write how much is added"),
])  # fmt: skip
def test_padding_that_a_runtime_cannot_say_is_refused(name, kind, padding, reason, help):
    keys = {"size": 3} if kind in (MaxPool, AvgPool) else {"filters": 1, "kernel": 3}
    with pytest.raises(Refusal) as refused:
        kind(**keys, padding=padding, dialect=name).apply(X)

    told = refused.value
    assert (told.code, told.message, told.key) == (
        "E308",
        f"{find(name).title} refuses this: {reason}",
        "padding",
    )
    assert told.help == help


def test_a_word_is_for_all_axes_where_there_is_nothing_else():
    with pytest.raises(
        Refusal, match="TensorFlow Lite refuses this: a word is the padding of all axes"
    ):
        MaxPool(size=3, padding=("same", 0), dialect="tflite").apply(VOLUME)

    assert MaxPool(size=3, padding=("valid", 0), dialect="tflite").apply(VOLUME).output.size == (
        2,
        2,
    )


# MindSpore and mlx.core.conv_general take a number for each side; `half` of Theano is half of the extent.
@pytest.mark.parametrize(("layer", "length"), [
    (Conv(filters=1, kernel=3, padding=((0, 1),), dialect="mlx"), 7),
    (ConvTranspose(filters=1, kernel=3, padding=((0, 1),), dialect="mindspore"), 9),
    (Conv(filters=1, kernel=4, dilation=2, padding="half", dialect="theano"), 8),
    (MaxPool(size=2, stride=2, padding=((0, 1),), dialect="darknet"), 4),
    (Conv(filters=1, kernel=3, padding=((1, 0),), dialect="torch"), 7),
])  # fmt: skip
def test_padding_that_a_runtime_can_say(layer, length):
    assert layer.apply(X).output.size == (length,)


def test_a_kind_that_is_not_covered_is_refused_with_what_is():
    with pytest.raises(Refusal) as refused:
        Gru(units=4, dialect="caffe").apply(X)

    assert refused.value.message == "the dialect of Caffe does not cover `gru`"
    assert refused.value.help.startswith("it covers abs, add, avg_pool, batch_norm, channel_shuffle, concat, ")


def test_a_spec_of_a_framework_reads_as_its_files_do():
    net = cnncalc.loads("""
dialect: caffe
input: {channels: 3, size: [227, 227]}
layers:
  - conv: {num_output: 96, kernel_size: 11, stride: 4, bias_term: false}
  - max_pool: {kernel_size: 3, stride: 2}
  - max_pool: {kernel_size: 2, ceil_mode: false}
""")

    # ⌊(227 − 11) / 4⌋ + 1 = 55; ⌈(55 − 3) / 2⌉ + 1 = 27; ⌊(27 − 2) / 2⌋ + 1 = 13
    assert [node.output.size for node in net.nodes[1:]] == [(55, 55), (27, 27), (13, 13)]
    assert net.params.value == 96 * 3 * 11 * 11


def test_defaults_of_a_framework_are_not_stated_and_what_differs_is():
    usual, floor = MaxPool(size=2, dialect="caffe"), MaxPool(size=2, ceil=False, dialect="caffe")

    assert usual.chosen_keys() == {"size": 2}
    assert floor.chosen_keys() == {"size": 2, "ceil": False}
    assert Conv(filters=1, kernel=3, dialect="flax").chosen_keys() == {"filters": 1, "kernel": 3}


def test_a_spec_written_out_again_gives_the_same(tmp_path):
    text = "dialect: flax\ninput: {channels: 1, size: [9]}\nlayers:\n- conv: {features: 2, kernel_size: 3, padding: valid}\n- max_pool: 2\n"
    net = cnncalc.loads(text)
    from cnncalc.language.write import write

    again = cnncalc.loads(write(net))

    assert [node.output for node in again.nodes] == [node.output for node in net.nodes] == [
        Shape(1, (9,)), Shape(2, (7,)), Shape(2, (6,)),
    ]  # fmt: skip


# flax 0.12.12: linen.RNN(OptimizedLSTMCell(8)) holds 544 numbers, MultiHeadDotProductAttention(2) on 8 channels 288.
@pytest.mark.parametrize(("layer", "params"), [
    (Lstm(units=8, dialect="flax"), 544),
    (MultiHeadAttention(heads=2, dialect="flax"), 288),
])  # fmt: skip
def test_what_is_learnt(layer, params):
    assert layer.apply(Shape(8, (5,))).params == params


@pytest.mark.parametrize(("word", "kind"), [
    ("InnerProduct", "dense"), ("Deconvolution", "conv_transpose"), ("Convolution", "conv"), ("LRN", "local_response_norm"),
    ("OptimizedLSTMCell", "lstm"), ("Conv2d", "conv"), ("nn.BatchNorm2d", "batch_norm"), ("bn", "batch_norm"),
    ("Embed", "embedding"), ("nothing", ""),
])  # fmt: skip
def test_a_word_of_any_framework_leads_to_its_kind(word, kind):
    assert spelling(word) == kind


def test_no_dialect_is_loaded_before_it_is_named_or_a_word_is_unknown():
    import subprocess
    import sys

    code = (
        "import sys, cnncalc\n"
        "def loaded(): return sorted(m[17:] for m in sys.modules if m.startswith('cnncalc.dialects.') and '.base' not in m)\n"
        "net = 'input: {channels: 3, size: [8, 8]}\\nlayers: [conv: {filters: 4, kernel: 3, x-note: 1}]'\n"
        "cnncalc.loads(net); print(loaded())\n"
        "cnncalc.loads('dialect: flax\\n' + net); print(loaded())\n"
        "cnncalc.loads(net.replace('filters', 'out_channels')); print(loaded())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n['flax']\n['flax', 'keras', 'torch']\n"


def test_without_a_dialect_the_rules_are_neutral():
    assert Conv(filters=1, kernel=1).rules is Dialect
    assert Conv(filters=1, kernel=1, dialect="torch").rules is find("torch")


def test_an_unknown_dialect_is_told_the_known_ones():
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.loads("dialect: Flaxx\ninput: {features: 1}\nlayers: [dense: 1]")

    known = ", ".join(names("dialects"))
    assert refused.value.diagnostics[0].message == f"`dialect` must be one of {known}, got `Flaxx`"
    assert refused.value.diagnostics[0].help == "did you mean `flax`?"


def test_the_calculator_knows_all_dialects_and_takes_their_defaults():
    assert DIALECT.words == tuple(sorted(ALL))
    assert cnncalc.calculate("pool", input=8, kernel=3, stride=2, dialect="caffe").value == 4
    assert cnncalc.calculate("pool", input=8, kernel=3, stride=2, ceil=False, dialect="caffe").value == 3
    assert cnncalc.calculate("conv", input=9, kernel=3, dialect="flax").value == 9
    assert cnncalc.calculate("conv", input=9, kernel=3, dialect="torch").value == 7


@pytest.mark.parametrize("name", ALL)
def test_what_is_written_out_of_a_dialect_can_be_read_again(name):
    from cnncalc.language.write import write

    found = find(name)
    layers = "conv: {filters: 2, kernel: 3, padding: valid}\n- max_pool: {size: 2, stride: 2, padding: valid}"
    net = cnncalc.loads(f"dialect: {name}\ninput: {{channels: 1, size: [9, 9]}}\nlayers:\n- {layers}")

    again = cnncalc.loads(write(net))

    assert [node.output for node in again.nodes] == [node.output for node in net.nodes]
    assert found.covers("conv")
