"""Memory as devices have it: PyTorch's eager execution, quantised biases, depthwise convolutions in place."""

import pytest

import cnncalc
from cnncalc.cost.eager import find_held
from cnncalc.cost.memory import Memory, Way
from tests.nets import network

# torch 2.14.1 and torchvision on the CPU, evaluation without gradients: the storages alive at a time, at most, each
# counted from the operation that makes it until Python lets go of it; all ReLUs as they are, or all in place.
TRUTH = {
    ("resnet18", False): 7_024_640, ("resnet18", True): 7_024_640, ("resnet50", False): 11_038_720,
    ("resnet50", True): 11_038_720, ("vgg16", False): 26_292_224, ("vgg16", True): 26_292_224,
    ("mobilenet_v2", False): 11_038_720, ("mobilenet_v2", True): 11_038_720, ("squeezenet1_1", False): 6_910_464,
    ("squeezenet1_1", True): 6_079_488, ("googlenet", False): 7_024_640, ("googlenet", True): 7_024_640,
    ("alexnet", False): 2_150_912, ("alexnet", True): 1_936_384,
}  # fmt: skip


@pytest.mark.parametrize(("name", "inplace"), TRUTH)
def test_the_peak_is_that_of_pytorch(name, inplace):
    memory = Memory(network(name), Way(eager=True, inplace=inplace))

    assert memory.timeline.peak == TRUTH[name, inplace]


BLOCK = """\
blocks:
  Block: {args: {n: required}, layers: [{conv: {filters: $n, kernel: 3, padding: 1, activation: relu}},
                                        {conv: {filters: $n, kernel: 3, padding: 1, activation: relu}}]}
"""
UNET = f"""\
dialect: torch
input: {{channels: 3, size: [32, 32]}}
{BLOCK}layers:
  - Block: {{n: 8, name: a}}
  - avg_pool: 2
  - Block: {{n: 16}}
  - upsample: 2
  - concat: [prev, a]
  - Block: {{n: 8}}
  - conv: {{filters: 2, kernel: 1}}
"""
BODY = f"""\
dialect: torch
input: {{channels: 3, size: [32, 32]}}
{BLOCK}layers:
  - Block: {{n: 16, repeat: 2, name: body}}
  - conv: {{filters: 4, kernel: 3, padding: 1}}
"""


@pytest.mark.parametrize(("text", "plain", "eager"), [
    # Besides 24 + 24 maps at the concatenation, 3 of the input, whose caller has them; asked as above.
    (UNET, 4 * 1024 * 48, 208_896),
    # In the second block three tensors of 16 maps, for the first is its argument.
    (BODY, 4 * 1024 * 32, 208_896),
])  # fmt: skip
def test_variables_and_arguments_stay(text, plain, eager):
    net = cnncalc.loads(text)

    assert Memory(net).timeline.peak == plain
    assert Memory(net, Way(eager=True)).timeline.peak == eager == 4 * 1024 * 51


def names_held(text):
    net = cnncalc.loads(text)
    return {net.nodes[i].name: net.nodes[until].name for i, until in find_held(net).items()}


HEAD = "input: {channels: 2, size: [8, 8]}\nblocks:\n  B: {layers: [relu, relu]}\n"


@pytest.mark.parametrize(("layers", "held"), [
    ("[relu, relu, relu]", {"input": "relu3"}),
    # `a` is read by the statement after the next: a variable, to the end of the function.
    ("[{relu: {name: a}}, relu, {add: [a, prev]}, relu]", {"input": "relu2", "a": "relu2"}),
    # A block holds what it is given until it returns, and each repetition what it is given, and all the first.
    ("[{relu: {name: a}}, B, relu]", {"input": "relu1", "a": "B1.relu2"}),
    ("[{relu: {name: a}}, {B: {repeat: 2, name: r}}, relu]",
     {"input": "relu1", "a": "r.1.relu2", "r.0.relu2": "r.1.relu2"}),
])  # fmt: skip
def test_what_python_holds(layers, held):
    assert names_held(f"{HEAD}layers: {layers}\n") == held


def test_what_a_block_names_lives_until_it_returns():
    text = ("input: {channels: 2, size: [8, 8]}\nblocks:\n  R: {layers: [{relu: {name: x}}, relu, {add: [x, prev]}, relu]}\n"
            "layers: [R, relu]\n")  # fmt: skip

    assert names_held(text) == {"input": "relu1", "R1.x": "R1.relu2"}


BINARY = "input: {channels: 16, size: [8, 8]}\nlayers:\n  - conv: {filters: 32, kernel: 3, dtype: int1, bias: false}\n"
KERAS = """\
dialect: keras
input: {channels: 3, size: [96, 96]}
layers:
  - conv: {filters: 16, kernel: 3, stride: 2, padding: same, activation: relu}
  - global_avg_pool
  - dense: 10
"""
WIDENED = """\
input: {channels: 16, size: [112, 112]}
layers:
  - conv: {filters: 96, kernel: 1, bias: false, activation: relu6}
  - depthwise_conv: {kernel: 3, stride: 2, padding: 1, bias: false, activation: relu6}
  - conv: {filters: 24, kernel: 1, bias: false}
"""


@pytest.mark.parametrize(("text", "options", "key", "value"), [
    (BINARY, {}, "weight_bytes", 16 * 32 * 9 // 8),
    (BINARY.replace("false", "true"), {}, "weight_bytes", 576 + 4 * 32),
    (KERAS, {"dtype": "int8"}, "weight_bytes", 16 * 27 + 160 + 4 * 26),
    (KERAS, {"dtype": "int8", "bias_dtype": "int8"}, "weight_bytes", 16 * 27 + 160 + 26),
    (KERAS, {"dtype": "uint8", "bias_dtype": "int16"}, "weight_bytes", 16 * 27 + 160 + 2 * 26),
    (KERAS, {"dtype": "fp16"}, "weight_bytes", 2 * (16 * 27 + 160 + 26)),
    (WIDENED, {"dtype": "int8"}, "peak", 2 * 96 * 112 * 112),
    (WIDENED, {"dtype": "int8", "inplace": True}, "peak", 112 * (16 + 96) * 112),
    (WIDENED, {"dtype": "int8", "inplace": True, "eager": True}, "peak", 112 * 112 * 16 + 96 * (112 * 112 + 56 * 56)),
    # Groups of one channel are depthwise too, several filters for each are not.
    (WIDENED.replace("depthwise_conv: {", "conv: {filters: 96, groups: 96, "), {"dtype": "int8", "inplace": True}, "peak",
     1_404_928),
    (WIDENED.replace("depthwise_conv: {", "depthwise_conv: {multiplier: 2, "), {"dtype": "int8", "inplace": True}, "peak",
     96 * 112 * 112 + 192 * 56 * 56),
    (WIDENED.replace("depthwise_conv: {", "conv: {filters: 96, groups: 48, "), {"dtype": "int8", "inplace": True}, "peak",
     96 * (112 * 112 + 56 * 56)),
])  # fmt: skip
def test_a_device(text, options, key, value):
    assert cnncalc.analyze(cnncalc.loads(text), "memory", **options).totals[key] == value


@pytest.mark.parametrize(("options", "head"), [
    ({}, "model · dialect keras · batch 1 · fp32"),
    ({"dtype": "int8"}, "model · dialect keras · batch 1 · int8 · biases int32"),
    ({"dtype": "int8", "bias_dtype": "int8"}, "model · dialect keras · batch 1 · int8"),
    ({"bias_dtype": "fp16", "inplace": True}, "model · dialect keras · batch 1 · fp32 · biases fp16 · in place"),
])  # fmt: skip
def test_the_types_are_told_below_the_table(options, head):
    assert cnncalc.analyze(cnncalc.loads(KERAS), "memory", **options).caption.split("\n")[0] == head


def test_eager_says_in_which_order_it_is():
    table = cnncalc.analyze(cnncalc.loads(UNET), "memory", eager=True)

    assert "\nin the order of the spec, as PyTorch runs it: what Python still holds is alive, too\n" in table.caption
    assert (table.totals["better_order"], table.header["eager"]) == (None, True)


@pytest.mark.parametrize("option", ["dtype", "bias_dtype"])
def test_a_type_that_there_is_not(option):
    with pytest.raises(cnncalc.UsageError) as raised:
        cnncalc.analyze(cnncalc.loads(KERAS), "memory", **{option: "int7"})

    assert str(raised.value) == f"--{option.replace('_', '-')} takes a type of numbers, got int7 (did you mean `int8`?)"
