"""What holds of layers whatever their numbers are."""

from hypothesis import assume, given
from hypothesis import strategies as st

import cnncalc
from cnncalc.errors import Refusal
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_transpose import ConvTranspose
from cnncalc.layers.depthwise_conv import DepthwiseConv

small = st.integers(1, 9)
sizes = st.lists(st.integers(1, 40), min_size=1, max_size=3).map(tuple)


@given(sizes, small, small, small)
def test_same_with_stride_1_keeps_the_size(size, kernel, dilation, channels):
    layer = Conv(filters=channels, kernel=kernel, dilation=dilation, padding="same")

    assert layer.apply(Shape(3, size)).output == Shape(channels, size)


@given(st.integers(1, 60), small, small, small)
def test_valid_is_at_most_same_and_same_at_most_full(n, kernel, stride, dilation):
    def output(padding):
        layer = Conv(filters=1, kernel=kernel, stride=stride, dilation=dilation, padding=padding)
        try:
            return layer.apply(Shape(1, (n,))).output.size[0]
        except Refusal:
            return 0

    assert output("valid") <= output("same") <= max(output("full"), output("same_upper"))
    assert output("same") == -(-n // stride)
    if stride == 1:
        assert output("same") <= output("full") == n + dilation * (kernel - 1)


@given(sizes, sizes, small, st.sampled_from([Conv, DepthwiseConv, ConvTranspose]))
def test_parameters_do_not_depend_on_the_size(one, other, kernel, kind):
    assume(len(one) == len(other))
    values = {} if kind is DepthwiseConv else {"filters": 5}
    padding = "valid" if kind is ConvTranspose else "same"
    layer = kind(kernel=kernel, padding=padding, **values)

    assert layer.apply(Shape(4, one)).params == layer.apply(Shape(4, other)).params


@given(st.integers(1, 80), small, small, small, st.integers(0, 8))
def test_a_transposed_convolution_inverts_the_size_up_to_output_padding(n, kernel, stride, dilation, pad):
    extent = dilation * (kernel - 1) + 1
    assume(n + 2 * pad >= extent)
    down = Conv(filters=1, kernel=kernel, stride=stride, dilation=dilation, padding=pad)
    small_size = down.apply(Shape(1, (n,))).output.size[0]
    lost = (n + 2 * pad - extent) % stride
    up = ConvTranspose(filters=1, kernel=kernel, stride=stride, dilation=dilation, padding=pad,
                       output_padding=lost or None)  # fmt: skip

    assert up.apply(Shape(1, (small_size,))).output.size == (n,)


chains = st.lists(st.sampled_from([
    "conv: {filters: 4, kernel: 3, padding: same}", "conv: {filters: 6, kernel: 1, norm: batch_norm, activation: relu}",
    "max_pool: {size: 2, padding: same_upper}", "depthwise_conv: {kernel: 3, padding: half}", "relu", "batch_norm",
]), min_size=2, max_size=8)  # fmt: skip


def chain(layers, shape):
    text = f"input: {{channels: {shape.channels}, size: {list(shape.size)}}}\nlayers:\n"
    return cnncalc.loads(text + "".join(f"  - {layer}\n" for layer in layers))


@given(chains, st.integers(1, 7))
def test_the_parts_of_a_chain_add_up_to_the_whole(layers, place):
    place = min(place, len(layers) - 1)
    whole = chain(layers, Shape(3, (24, 20)))
    head = chain(layers[:place], Shape(3, (24, 20)))
    tail = chain(layers[place:], head.nodes[-1].output)

    assert tail.nodes[-1].output == whole.nodes[-1].output
    for number in ("params", "buffers", "macs", "flops"):
        total = getattr(head, number).value + getattr(tail, number).value
        assert total == getattr(whole, number).value


@given(st.permutations([2, 3, 5, 7]))
def test_the_order_of_channels_changes_nothing(widths):
    """Branches joined in any order are the same channels in another order."""
    branches = "".join(f"  - conv: {{name: b{w}, from: input, filters: {w}, kernel: 1}}\n" for w in widths)
    joined = f"  - concat: [{', '.join(f'b{w}' for w in widths)}]\n  - conv: {{filters: 4, kernel: 3}}\n"
    network = cnncalc.loads("input: {channels: 3, size: [8, 8]}\nlayers:\n" + branches + joined)

    assert network.params.value == 17 * (3 + 1) + 4 * (17 * 9 + 1)
    assert network.macs.value == 17 * 64 * 3 + 4 * 36 * 17 * 9
