"""`padding:` as it is written: words, numbers, one per axis, and pairs."""

import pytest

from tests.nets import MAP, spec

from .reading import codes, finding, net

LINE = "input: {channels: 3, size: [20]}\n"
CUBE = "input: {channels: 3, size: [20, 20, 20]}\n"


def padding(item, input=MAP, head=""):
    """What one layer pads, axis by axis, and the size it gives."""
    node = net(item, input=input, head=head).nodes[-1]
    return [window.padding for window in node.facts.windows], node.output.size


@pytest.mark.parametrize(("keys", "pads", "size"), [
    ("kernel: 5, padding: valid", [(0, 0), (0, 0)], (28, 28)),
    ("kernel: 5", [(0, 0), (0, 0)], (28, 28)),
    ("kernel: 5, padding: same", [(2, 2), (2, 2)], (32, 32)),
    ("kernel: 4, padding: same", [(1, 2), (1, 2)], (32, 32)),
    ("kernel: 4, padding: same_upper", [(1, 2), (1, 2)], (32, 32)),
    ("kernel: 4, padding: same_lower", [(2, 1), (2, 1)], (32, 32)),
    ("kernel: 3, padding: same_upper, stride: 2", [(0, 1), (0, 1)], (16, 16)),
    ("kernel: 3, padding: same_lower, stride: 2", [(1, 0), (1, 0)], (16, 16)),
    ("kernel: 5, padding: full", [(4, 4), (4, 4)], (36, 36)),
    ("kernel: 3, padding: full, dilation: 2", [(4, 4), (4, 4)], (36, 36)),
    ("kernel: 5, padding: half", [(2, 2), (2, 2)], (32, 32)),
    ("kernel: 4, padding: half", [(2, 2), (2, 2)], (33, 33)),
    ("kernel: 3, padding: half, dilation: 3", [(3, 3), (3, 3)], (32, 32)),
    ("kernel: 3, padding: causal, dilation: 2", [(4, 0), (4, 0)], (32, 32)),
    ("kernel: 3, padding: 0", [(0, 0), (0, 0)], (30, 30)),
    ("kernel: 3, padding: 1", [(1, 1), (1, 1)], (32, 32)),
    ("kernel: 3, padding: [1, 2]", [(1, 1), (2, 2)], (32, 34)),
    ("kernel: 3, padding: [[0, 1], [2, 3]]", [(0, 1), (2, 3)], (31, 35)),
    ("kernel: 3, padding: [1, [2, 3]]", [(1, 1), (2, 3)], (32, 35)),
    ("kernel: 3, padding: [causal, same]", [(2, 0), (1, 1)], (32, 32)),
    ("kernel: [3, 5], padding: [half, 0]", [(1, 1), (0, 0)], (32, 28)),
    ("kernel: 3, padding: 100", [(100, 100), (100, 100)], (230, 230)),
])
def test_what_padding_says_in_two_dimensions(keys, pads, size):
    assert padding(f"conv: {{filters: 4, {keys}}}") == (pads, size)


@pytest.mark.parametrize(("keys", "pads", "size"), [
    ("kernel: 3, padding: 2", [(2, 2)], (22,)),
    ("kernel: 3, padding: [2]", [(2, 2)], (22,)),
    ("kernel: 3, padding: [[2, 0]]", [(2, 0)], (20,)),
    ("kernel: [3], padding: causal", [(2, 0)], (20,)),
])
def test_what_padding_says_in_one_dimension(keys, pads, size):
    assert padding(f"conv: {{filters: 4, {keys}}}", LINE) == (pads, size)


def test_what_padding_says_in_three_dimensions():
    assert padding("conv: {filters: 4, kernel: 3, padding: [0, 1, [1, 2]]}", CUBE) == ([(0, 0), (1, 1), (1, 2)], (18, 20, 21))


@pytest.mark.parametrize("kind", ["conv: {filters: 3, kernel: 2, ", "max_pool: {size: 2, ", "depthwise_conv: {kernel: 2, ", "conv_transpose: {filters: 2, kernel: 4, "])
def test_a_flat_pair_in_one_dimension_is_an_error_that_shows_the_fix(kind):
    found = finding(spec(kind + "padding: [1, 0]}", input=LINE))

    assert (found.code, found.message) == ("E112", "`padding: [1, 0]` gives two axes, the input has one")
    assert found.help == "write [[1, 0]] for before and after"


@pytest.mark.parametrize(("keys", "input", "code"), [
    ("kernel: 3, padding: smae", MAP, "E104"), ("kernel: 3, padding: SAME", MAP, "E104"), ("kernel: 3, padding: true", MAP, "E104"),
    ("kernel: 3, padding: null", MAP, "E104"), ("kernel: 3, padding: {h: 1}", MAP, "E104"), ("kernel: 3, padding: -1", MAP, "E105"),
    ("kernel: 3, padding: [-1, 0]", MAP, "E105"), ("kernel: 3, padding: [[0, -1], 0]", MAP, "E105"), ("kernel: 3, padding: 0.5", MAP, "E405"),
    ("kernel: 3, padding: [1]", MAP, "E302"), ("kernel: 3, padding: [1, 1, 1]", MAP, "E302"), ("kernel: 3, padding: [[1, 1]]", MAP, "E302"),
    ("kernel: 3, padding: [1, 1, 1]", LINE, "E302"), ("kernel: 3, padding: []", MAP, "E302"), ("kernel: 3, padding: [1, 1, 1, 1]", MAP, "E302"),
    ("kernel: 3, padding: [[1], [1]]", MAP, "E104"), ("kernel: 3, padding: [[1, 1, 1], [1, 1]]", MAP, "E104"), ("kernel: 3, padding: [[[1, 1]], 1]", MAP, "E104"),
    ("kernel: 3, padding: [[], []]", MAP, "E104"), ("kernel: 3, padding: [[same, 1], 1]", MAP, "E104"),
    ("kernel: [3, 3, 3]", MAP, "E302"), ("kernel: [3]", MAP, "E302"), ("kernel: 3, stride: [1]", MAP, "E302"), ("kernel: 3, dilation: [1, 1, 1]", MAP, "E302"),
    ("kernel: 0", MAP, "E105"), ("kernel: 3, stride: 0", MAP, "E105"), ("kernel: 3, dilation: 0", MAP, "E105"), ("kernel: 33", MAP, "E301"),
    ("kernel: 3, dilation: 16", MAP, "E301"),
])
def test_what_padding_and_windows_cannot_be(keys, input, code):
    assert codes(spec(f"conv: {{filters: 4, {keys}}}", input=input)) == [code]


def test_a_misspelt_mode_is_told_the_right_one():
    assert finding(spec("conv: {filters: 4, kernel: 3, padding: smae}")).help == "did you mean `same`?"


@pytest.mark.parametrize(("dialect", "item", "code"), [
    ("torch", "conv: {filters: 4, kernel: 3, padding: same, stride: 2}", "E308"),
    ("torch", "max_pool: {size: 2, padding: 2}", "E308"),
    ("keras", "conv: {filters: 4, kernel: 3, stride: 2, dilation: 2}", "E308"),
])
def test_a_dialect_refuses_what_its_framework_refuses(dialect, item, code):
    assert codes(spec(item, head=f"dialect: {dialect}\n")) == [code]
    assert net(item)


@pytest.mark.parametrize(("kernel", "axes"), [("conv1d", 1), ("conv2d", 2), ("conv3d", 3)])
def test_a_kind_with_a_number_of_axes_asserts_it(kernel, axes):
    inputs = {1: LINE, 2: MAP, 3: CUBE}
    for rank, shape in inputs.items():
        text = spec(f"{kernel}: {{filters: 4, kernel: 3}}", input=shape)
        if rank == axes:
            assert net(f"{kernel}: {{filters: 4, kernel: 3}}", input=shape).nodes[-1].op == "conv"
        else:
            found = finding(text)
            plural = "axis" if axes == 1 else "axes"
            assert (found.code, found.message.split(":")[0]) == ("E302", f"`{kernel}` needs a map of {axes} {plural}")


@pytest.mark.parametrize("kind", ["max_pool2d: 2", "avg_pool2d: 2", "conv_transpose2d: {filters: 2, kernel: 2}", "depthwise_conv2d: {kernel: 3}",
                                  "batch_norm2d", "global_avg_pool2d", "spatial_dropout2d", "adaptive_avg_pool2d: 1"])
def test_every_kind_takes_the_assertion(kind):
    assert net(kind)
    assert codes(spec(kind, input=LINE)) == ["E302"]


@pytest.mark.parametrize("word", ["conv4d", "conv0d", "conv2D", "conv2", "2d", "reuse2d", "conv2d2d"])
def test_other_assertions_are_unknown_kinds(word):
    assert codes(spec(f"{word}: {{filters: 4, kernel: 3}}"))[0] in ("E102", "E205")
