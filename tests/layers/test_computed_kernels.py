"""Convolutions whose kernels or taps are computed by other layers, or differ from place to place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.counters.base.engine import counter, restate
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.carafe import Carafe
from cnncalc.layers.cond_conv import CondConv
from cnncalc.layers.deform_conv import DeformConv
from cnncalc.layers.involution import Involution
from cnncalc.layers.locally_connected import LocallyConnected

X = Shape(64, (64, 64))
SAME = {"filters": 64, "kernel": 3, "padding": 1}


# Deformable --------------------------------------------------------------------------------------


def test_a_deformable_convolution_counts_as_a_conv_and_reads_between_elements():
    facts = DeformConv(**SAME).apply(X, Shape(18, (64, 64)))

    assert facts.output == X
    assert facts.params == 64 * 64 * 9 + 64
    assert facts.macs == 64 * 64 * 64 * 64 * 9
    # Nine taps per channel and position, each between four elements; a bias per output.
    assert facts.work == {"interpolate": 4 * 64 * 9 * 64 * 64, "add": 64 * 64 * 64}


def test_a_mask_multiplies_what_is_read_once_for_all_filters():
    layer = DeformConv(filters=6, kernel=(1, 3), bias=False)
    facts = layer.apply(Shape(4, (5, 7), copies=2), Shape(6, (5, 5), copies=2), Shape(3, (5, 5), copies=2))

    read = 2 * 4 * 3 * 5 * 5
    assert facts.work == {"interpolate": 4 * read, "multiply": read}


@pytest.mark.parametrize(("size", "offsets", "work"), [((9,), 3, 2), ((5, 5), 18, 4), ((4, 4, 4), 81, 8)])
def test_there_is_an_offset_per_axis_and_tap(size, offsets, work):
    facts = DeformConv(filters=2, kernel=3, padding=1).apply(Shape(1, size), Shape(offsets, size))

    assert facts.work["interpolate"] == work * facts.macs // 2


def test_groups_of_channels_may_have_offsets_of_their_own():
    layer = DeformConv(**SAME, offset_groups=4)

    assert layer.apply(X, Shape(4 * 18, (64, 64)), Shape(4 * 9, (64, 64))).params == 36928
    assert DeformConv(**SAME).apply(X, Shape(4 * 18, (64, 64))).params == 36928


def test_a_deformable_convolution_sees_everything_and_its_own_offsets():
    layer = DeformConv(**SAME)
    inputs = [X, Shape(18, (64, 64)), Shape(9, (64, 64))]

    assert layer.reads_of_all(inputs, layer.apply(*inputs)) == [(Everything(64),) * 2, (), ()]


@pytest.mark.parametrize(("keys", "others", "message", "fix"), [
    ({}, [Shape(17, (64, 64))],
     "17 channels are no offsets of a 3×3 kernel: 2 × 9 = 18 are, or a multiple of that", "`filters: 18`"),
    ({}, [Shape(9, (64, 64))], "9 channels are no offsets of a 3×3 kernel", "`filters: 18`"),
    ({"offset_groups": 2}, [Shape(18, (64, 64))],
     "the offsets must have 2 × 2 offset groups × 9 taps = 36 channels, not 18", "`filters: 36`"),
    ({}, [Shape(18, (62, 64))], "the offsets must have the size of the output, 64×64, not 62×64", "stride"),
    ({}, [Shape(18, (64, 64)), Shape(18, (64, 64))],
     "the mask must have 1 offset groups × 9 taps = 9 channels, not 18", "`filters: 9`"),
    ({}, [Shape(18, (64, 64)), Shape(9, (32, 32))], "the mask must have the size of the output", ""),
    ({"offset_groups": 3}, [Shape(54, (64, 64))], "64 channels do not divide into 3 groups of offsets", ""),
    ({"groups": 3}, [Shape(18, (64, 64))], "64 input channels do not divide into 3 groups", ""),
    ({}, [Shape(18)], "offsets needs a map", ""),
])  # fmt: skip
def test_offsets_that_do_not_suit_are_told_the_number(keys, others, message, fix):
    with pytest.raises(Refusal) as refused:
        DeformConv(**SAME, **keys).apply(X, *others)

    assert message in refused.value.message
    assert fix in refused.value.help


def test_what_torchvision_refuses_of_deformable_convolutions():
    with pytest.raises(Refusal, match="DeformConv2d is for maps of two axes, not 1"):
        DeformConv(filters=1, kernel=3, dialect="torch").apply(Shape(1, (9,)), Shape(3, (7,)))
    with pytest.raises(Refusal, match="pads both sides of an axis alike"):
        DeformConv(filters=1, kernel=2, padding="same", dialect="torch").apply(Shape(1, (9, 9)), Shape(8, (9, 9)))


# Mixed -------------------------------------------------------------------------------------------


def test_experts_have_kernels_and_biases_of_which_one_is_mixed():
    # As CondConv2d of timm and PyTorch's counter say: 5400 + 648 + 18.
    facts = CondConv(filters=6, kernel=3, padding=1).apply(Shape(4, (5, 5)), Shape(3))

    assert facts.output == Shape(6, (5, 5))
    assert facts.weights == {"kernel": (3, 6, 4, 3, 3), "bias": (3, 6)}
    assert facts.macs == 5 * 5 * 6 * 4 * 9 + 3 * 6 * 4 * 9 + 3 * 6
    assert facts.work == {"add": 6 * 25}


@pytest.mark.parametrize("routing", [Shape(8), Shape(8, (1, 1))])
def test_the_weights_of_the_experts_concern_every_position(routing):
    layer = CondConv(filters=4, kernel=3, experts=8, groups=2, bias=False, stride=2)
    inputs = [Shape(4, (9, 9)), routing]
    facts = layer.apply(*inputs)

    assert facts.params == 8 * 4 * 2 * 9
    assert facts.work == {}
    assert layer.reads_of_all(inputs, facts) == [facts.windows, (Everything(4),) * routing.rank]


@pytest.mark.parametrize(("routing", "message", "fix"), [
    (Shape(3), "4 experts need as many weights, the second operand has 3", "`units: 4`"),
    (Shape(4, (9, 9)), "the second operand must be one number per expert, got a map", "global_avg_pool"),
    (Shape(1, (4,), form="tokens"), "needs numbers, got token ids", "embedding"),
])  # fmt: skip
def test_weights_of_experts_that_do_not_suit(routing, message, fix):
    with pytest.raises(Refusal) as refused:
        CondConv(filters=4, kernel=3, experts=4).apply(Shape(4, (9, 9)), routing)

    assert message in refused.value.message
    assert fix in refused.value.help


# Local -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("layer", "x", "output", "params", "macs"), [
    # The documentation of Keras 2 counts these: (30·30)·(3·3·3·64) + (30·30)·64.
    (LocallyConnected(filters=64, kernel=3), Shape(3, (32, 32)), (64, (30, 30)),
     30 * 30 * 3 * 3 * 3 * 64 + 30 * 30 * 64, 30 * 30 * 64 * 3 * 9),
    (LocallyConnected(filters=64, kernel=3), Shape(32, (10,)), (64, (8,)), 8 * 64 * 32 * 3 + 8 * 64, 8 * 64 * 96),
    (LocallyConnected(filters=2, kernel=2, stride=2, bias=False), Shape(3, (4, 4, 4)), (2, (2, 2, 2)),
     8 * 2 * 3 * 8, 8 * 2 * 3 * 8),
    # Darknet's `local` has weights for the padding, too.
    (LocallyConnected(filters=4, kernel=3, padding=1), Shape(2, (5, 5)), (4, (5, 5)),
     25 * 4 * 2 * 9 + 25 * 4, 25 * 4 * 2 * 9),
])  # fmt: skip
def test_every_position_has_filters_of_its_own(layer, x, output, params, macs):
    facts = layer.apply(x)

    assert (facts.output, facts.params, facts.macs) == (Shape(*output), params, macs)
    assert facts.work == ({"add": facts.output.elements} if layer.bias else {})
    assert all(isinstance(window, Window) for window in facts.windows)


def test_regions_share_the_filters_of_a_position():
    assert LocallyConnected(filters=1, kernel=3).apply(Shape(1, (7, 7), copies=9)).params == 25 * 10


def test_keras_pads_no_local_connections():
    with pytest.raises(Refusal, match="only `valid` is supported"):
        LocallyConnected(filters=1, kernel=3, padding="same", dialect="keras").apply(Shape(1, (7, 7)))


# Involution and CARAFE ----------------------------------------------------------------------------


@pytest.mark.parametrize(("keys", "x", "w", "output"), [
    ({"kernel": 7, "group_channels": 16}, Shape(64, (56, 56)), Shape(4 * 49, (56, 56)), (56, 56)),
    ({"kernel": 7, "groups": 4}, Shape(64, (56, 56)), Shape(4 * 49, (56, 56)), (56, 56)),
    ({"kernel": 3}, Shape(5, (9,)), Shape(3, (9,)), (9,)),
    ({"kernel": 3, "stride": 2}, Shape(4, (6, 6, 6)), Shape(27, (3, 3, 3)), (3, 3, 3)),
    ({"kernel": 3, "dilation": 2, "padding": "valid"}, Shape(4, (9, 9)), Shape(9, (5, 5)), (5, 5)),
])  # fmt: skip
def test_involution_sums_every_window_with_weights_of_its_own(keys, x, w, output):
    layer = Involution(**keys)
    facts = layer.apply(x, w)
    taps = 1
    for window in facts.windows:
        taps *= window.kernel

    assert facts.output == x._replace(size=output)
    assert (facts.params, facts.macs) == (0, facts.output.elements * taps)
    assert layer.reads_of_all([x, w], facts) == [facts.windows, ()]


@pytest.mark.parametrize(("keys", "w", "code", "message"), [
    ({}, Shape(48, (8, 8)), "E311", "the weights must have 1 group × 49 taps = 49 channels, not 48"),
    ({"groups": 4}, Shape(49, (8, 8)), "E311", "the weights must have 4 groups × 49 taps = 196 channels"),
    ({}, Shape(49, (7, 8)), "E311", "the weights must have the size of the output, 8×8, not 7×8"),
    ({"groups": 3}, Shape(49, (8, 8)), "E304", "8 channels do not divide into 3 groups"),
    ({"group_channels": 3}, Shape(49, (8, 8)), "E304", "8 channels do not divide into groups of 3"),
    ({"groups": 2, "group_channels": 4}, Shape(49, (8, 8)), "E106", "`group_channels` and `groups`"),
])  # fmt: skip
def test_involution_needs_weights_for_every_tap(keys, w, code, message):
    with pytest.raises(Refusal) as refused:
        Involution(kernel=7, **keys).apply(Shape(8, (8, 8)), w)

    assert refused.value.code == code
    assert message in refused.value.message


@pytest.mark.parametrize(("layer", "x", "w", "output"), [
    (Carafe(scale=2), Shape(16, (5, 5)), Shape(25, (10, 10)), Shape(16, (10, 10))),
    (Carafe(scale=(1, 3), kernel=(1, 3), groups=4), Shape(16, (5, 5)), Shape(12, (5, 15)), Shape(16, (5, 15))),
    (Carafe(scale=4, kernel=3), Shape(1, (5,)), Shape(3, (20,)), Shape(1, (20,))),
])
def test_carafe_sums_the_window_under_every_output(layer, x, w, output):
    facts = layer.apply(x, w)

    assert facts.output == output
    assert facts.macs == output.elements * (w.channels // layer.groups)
    assert layer.reads_of_all([x, w], facts) == [facts.windows, ()]


@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 3))
def test_an_output_of_carafe_reads_around_the_input_it_lies_over(n, scale, half):
    window = Carafe(scale=scale, kernel=2 * half + 1).apply(
        Shape(1, (n,)), Shape(2 * half + 1, (n * scale,))
    ).windows[0]

    assert window.positions(n) == n * scale
    for u in range(n * scale):
        centre = u // scale
        assert list(window.taps(u, n)) == [i for i in range(n) if abs(i - centre) <= half]


@pytest.mark.parametrize(("layer", "message"), [
    (Carafe(scale=2, kernel=4), "a window of 4 has no centre"),
    (Carafe(scale=2, groups=3), "4 channels do not divide into 3 groups"),
    (Carafe(scale=3), "the weights must have the size of the output, 9×9, not 6×6"),
])
def test_carafe_refuses(layer, message):
    with pytest.raises(Refusal, match=message):
        layer.apply(Shape(4, (3, 3)), Shape(25, (6, 6)))


def test_one_operand_alone_is_told_how_many_there_are():
    with pytest.raises(cnncalc.SpecError, match="`deform_conv` takes 2 to 3 inputs, got 1"):
        cnncalc.loads("input: {channels: 4, size: [9, 9]}\nlayers:\n- deform_conv: {filters: 4, kernel: 3}")


# Other counters -----------------------------------------------------------------------------------

COUNTED = """\
dialect: torch
inputs: {x: {channels: 4, size: [8, 8]}, w: {channels: 18, size: [8, 8]}, routing: {features: 3}}
layers:
- identity: {from: x}
- identity: {from: w}
- identity: {from: routing}
"""


@pytest.mark.parametrize(("layer", "counts"), [
    # As fvcore 0.1.5, thop 0.1.1, ptflops 0.7.5, torchinfo 1.8.0 and PyTorch's counter say to the modules.
    ("deform_conv: {from: [x, w], filters: 6, kernel: 3, padding: 1}",
     {"fvcore": 0, "thop": 0, "ptflops": None, "torchinfo": None, "torchvision": 0}),
    ("cond_conv: {from: [x, routing], filters: 6, kernel: 3, padding: 1}",
     {"fvcore": 14490, "thop": 0, "ptflops": None, "torchinfo": None, "torchvision": 14490}),
    ("blur_pool: {from: x}", {"fvcore": 576, "thop": 0, "ptflops": 0, "torchinfo": 0, "torchvision": 576}),
    ("involution: {from: [x, w], kernel: 3, groups: 2}",
     {"fvcore": 0, "thop": 0, "ptflops": 0, "torchinfo": 0, "torchvision": 0}),
])  # fmt: skip
def test_what_other_tools_count(layer, counts):
    network = cnncalc.loads(f"{COUNTED}- {layer}")

    for tool, count in counts.items():
        (number,) = restate(network, counter(tool))
        assert number.total.value == count, tool
