"""Cases in which other tools give wrong receptive fields, with the right answers.

Each was run on the tool that is named, at the version named; "reads" is where only its code was
read. What is right was measured with gradients, and is small enough to be counted on paper.
"""

from fractions import Fraction

import pytest

import cnncalc
from cnncalc.receptive_field.density import shares
from cnncalc.receptive_field.effective import spreads
from cnncalc.receptive_field.exact import find, find_seen
from cnncalc.receptive_field.merges import ALIGNED, OFFSET, meetings
from cnncalc.receptive_field.size_free import smallest, views
from cnncalc.receptive_field.survey import Survey
from tests.nets import spec

HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)


def net(layers, size="64, 64", top=""):
    """A network of these layers, one to a line."""
    lines = (line.strip() for line in layers.strip().splitlines())
    input = f"input: {{channels: 1, size: [{size}]}}\n"
    defaults = "defaults: {conv: {filters: 1}, conv_transpose: {filters: 1}}\n"
    return cnncalc.loads(spec(*lines, head=f"{top}\n{defaults}", input=input))


def fields(network, layer=None):
    """The fields of a layer along its axes, of the last one unless named."""
    index = find(network, layer) if layer else len(network.nodes) - 1
    return [view.field for view in views(network)[index]["input"]]


def share(network):
    """The part of its field that the last layer sees."""
    return shares(network, views(network))[-1]["input"]


# Sizes, strides and first centres -----------------------------------------------------------------

SMALL_U_NET = """
conv: {kernel: 3, padding: same, name: a}
max_pool: 2
conv: {kernel: 3, padding: same}
conv_transpose: {kernel: 2, stride: 2}
concat: [prev, a]
conv: {kernel: 3, padding: same}
"""

# Layers, size of the input, (smallest, largest field), stride, first centre.
CASES = {
    "two branches: Fangyh09 says 7":
        ("conv: {kernel: 5, padding: same, name: a}\nconv: {from: input, kernel: 3, padding: same}\nadd: [a, prev]",
         "64, 64", (5, 5), 1, 0),
    "dilation and padding: Fangyh09 starts at −1.5, rfa_toolbox and shelfwise say 5":
        ("conv: {kernel: 3, dilation: 2, padding: 2, repeat: 2}",
         "64, 64", (9, 9), 1, 0),
    "dilations 1, 2, 4: rfa_toolbox says 7":
        ("conv: {kernel: 3}\nconv: {kernel: 3, dilation: 2}\nconv: {kernel: 3, dilation: 4}",
         "64, 64", (15, 15), 1, 7),
    "the same in one dimension: Fangyh09 refuses it":
        ("conv: {kernel: 3}\nconv: {kernel: 3, dilation: 2}\nconv: {kernel: 3, dilation: 4}",
         "64", (15, 15), 1, 7),
    "transposed convolution: Fangyh09 says 0, torch-scan −4":
        ("conv_transpose: {kernel: 4, stride: 2, padding: 1}",
         "64, 64", (2, 2), HALF, -QUARTER),
    "strided, then transposed: Fangyh09 says 0, rfa_toolbox 17, torch-scan 0.1.2 −5":
        ("conv: {kernel: 3, stride: 2}\nconv_transpose: {kernel: 4, stride: 2, padding: 1}\nconv: {kernel: 3}",
         "63, 63", (7, 7), 1, HALF + 1),
    "strided, then nearest: rfa_toolbox says 7":
        ("conv: {kernel: 3, stride: 2}\nupsample: 2\nconv: {kernel: 3}",
         "63, 63", (5, 5), 1, HALF + 1),
    "strided, then nearest: shelfwise has a stride of 2":
        ("conv: {kernel: 3, stride: 2}\nupsample: 2",
         "63, 63", (3, 3), 1, HALF),
    "strided, then transposed: shelfwise has a stride of 0":
        ("conv: {kernel: 3, stride: 2}\nconv_transpose: {kernel: 2, stride: 2}",
         "63, 63", (3, 3), 1, HALF),
    "two of padding same: TorchLens knows no answer":
        ("conv: {kernel: 3, padding: same, repeat: 2}",
         "64, 64", (5, 5), 1, 0),
    "concatenation, the larger branch first: TorchLens gives a bound":
        ("conv: {kernel: 7, padding: same, name: a}\nconv: {from: input, kernel: 1}\nconcat: [a, prev]",
         "64, 64", (7, 7), 1, 0),
    "concatenation, the larger branch last: tools with hooks depend on the order":
        ("conv: {kernel: 1, name: a}\nconv: {from: input, kernel: 7, padding: same}\nconcat: [a, prev]",
         "64, 64", (7, 7), 1, 0),
    "a small U-Net: Fangyh09 says 0, rfa_toolbox 5 to 18, TorchLens 11":
        (SMALL_U_NET,
         "64, 64", (10, 10), 1, 0),
    "a pooling that is a function, not a module: Fangyh09 says 5":
        ("conv: {kernel: 3, padding: same}\navg_pool: 2\nconv: {kernel: 3, padding: same}",
         "64, 64", (8, 8), 2, HALF),
    "adaptive pooling: rfa_toolbox says infinite, TorchLens 12":
        ("conv: {kernel: 3, padding: same}\nadaptive_avg_pool: 8",
         "64, 64", (10, 10), 8, 3 + HALF),
    "adaptive pooling of a size that does not divide: rfa_toolbox reads infinite":
        ("adaptive_avg_pool: 7",
         "16, 16", (3, 4), Fraction(16, 7), None),
    "holes: shelfwise counts 3 columns":
        ("conv: {kernel: 1, stride: 2}\nconv: {kernel: 3}",
         "64, 64", (5, 5), 2, 2),
    "cropping: shelfwise has its first centre 4 before":
        ("crop: 4\nconv: {kernel: 3}",
         "64, 64", (3, 3), 1, 5),
    "a pooling with dilation: jotaf98 reads refused":
        ("max_pool: {size: 3, stride: 1, dilation: 2, padding: 2}",
         "64, 64", (5, 5), 1, 0),
    "an image smaller than the field: shelfwise, rogertrullo and jotaf98 need a larger one":
        ("conv: {kernel: 3, padding: same, repeat: 20}",
         "16, 16", (41, 41), 1, 0),
    "a stack of convolutions: torch-scan 0.2.0 has a field per module, 3":
        ("conv: {kernel: 3, repeat: 3}",
         "64, 64", (7, 7), 1, 3),
    "ReLU, norm and max pooling: shelfwise says 2":
        ("conv: {kernel: 3, padding: 1, norm: batch_norm, activation: relu}\nmax_pool: 2",
         "64, 64", (4, 4), 2, HALF),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_case_that_others_have_wrong(case):
    layers, size, sizes, stride, centre = CASES[case]
    for field in fields(net(layers, size)):
        assert (field.sizes, field.stride) == (sizes, stride)
        assert centre is None or field.centre == centre


SIDES = {
    "1×7: torch-scan says 1, Fangyh09 fails": ("conv: {kernel: [1, 7]}", "64, 64", [(1, 1), (7, 7)]),
    "3×5: shelfwise says 5×3": ("conv: {kernel: [3, 5]}", "64, 64", [(3, 3), (5, 5)]),
    # 64·u/5 are 0, 12.8, 25.6, 38.4, 51.2 and 64: windows of 13 or 14.
    "adaptive pooling of 64×48 to 5×3: torch-scan pads by −464":
        ("adaptive_avg_pool: [5, 3]", "64, 48", [(13, 14), (16, 16)]),
    "1×7, then 7×1": ("conv: {kernel: [1, 7]}\nconv: {kernel: [7, 1]}", "64, 64", [(7, 7), (7, 7)]),
}  # fmt: skip


@pytest.mark.parametrize("case", SIDES)
def test_a_case_of_unequal_axes(case):
    layers, size, sizes = SIDES[case]
    assert [field.sizes for field in fields(net(layers, size))] == sizes


# Spec, layer, field, stride.
NETWORKS = {
    "the trunk of ResNet-50: Fangyh09 says 1963 and 256": ("resnet50", "layer4", 427, 32),
    "ResNet-18, of basic blocks: Fangyh09 fails": ("resnet18", "layer4", 435, 32),
    "VGG-16: shelfwise says 0": ("vgg16", "max_pool5", 212, 32),
    "ResNet-50 v2 of Keras, aligned: google-research/receptive_field #9 says it is not":
        ("resnet50_v2", None, 483, 32),
}  # fmt: skip


@pytest.mark.parametrize("case", NETWORKS)
def test_a_network_that_others_have_wrong(case):
    spec, layer, size, stride = NETWORKS[case]
    survey = Survey(cnncalc.load(f"zoo:{spec}"))
    index = find(survey.network, layer) if layer else survey.of_network()[0]
    for view in survey.views[index]["input"]:
        assert (view.field.sizes, view.field.stride) == ((size, size), stride)
    assert {meeting.kind for meeting in survey.meetings} <= {ALIGNED}


def test_squeeze_and_excitation_sees_the_whole_input():
    """Fangyh09 does not have it; rfa_toolbox takes its gate for a window of one."""
    network = net("conv: {kernel: 3, padding: same, name: a}\nglobal_avg_pool\n"
                  "dense: {units: 1, activation: sigmoid}\nmultiply: [a, prev]")  # fmt: skip
    for view in views(network)[-1]["input"]:
        assert (view.field.sizes, view.whole) == ((3, 3), "global_avg_pool1")
    assert find_seen(network, len(network.nodes) - 1, (9, 9))["input"].box == ((0, 63), (0, 63))
    assert find_seen(network, len(network.nodes) - 1, (9, 9), local=True)["input"].box == ((8, 10), (8, 10))


@pytest.mark.parametrize(("convolutions", "size"), [(1, 1 + 3 * 7 * 15), (2, 1 + 3 * 2 * 7 * 15)])
def test_a_temporal_network(convolutions, size):
    """keras-tcn #8: k = 8, dilations 1, 2, 4, 8, three stacks of two convolutions; the answer was 192."""
    rates = "\n".join(f"conv: {{kernel: 8, dilation: {rate}, padding: causal, repeat: {convolutions}}}"
                      for _ in range(3) for rate in (1, 2, 4, 8))  # fmt: skip
    (field,) = fields(net(rates, "700"))
    assert (field.size, field.padding) == (size, size - 1)
    assert size == {1: 316, 2: 631}[convolutions]


def test_boxes_behind_a_transposed_convolution_alternate():
    """Tools that take the stride from one neighbour find 0 or 2."""
    network = net("conv: {kernel: 3, stride: 2}\nconv_transpose: {kernel: 4, stride: 2, padding: 1}\nconv: {kernel: 3}",
                  "63")  # fmt: skip
    boxes = [find_seen(network, 3, (u,))["input"].box[0] for u in range(20, 24)]
    assert boxes == [(18, 24), (20, 26), (20, 26), (22, 28)]


def test_a_u_net_that_is_larger_than_the_image_it_was_measured_on():
    """The study's tool (arXiv:2406.16701) says 570 of its largest network: 576 pixels cut it off."""
    def steps(line, end):
        return "".join(f"conv: {{kernel: 7, padding: same, repeat: 2, name: {line}}}\n{end}\n")

    down = "".join(steps(f"e{i}", "max_pool: 2") for i in range(4))
    up = "".join(f"conv_transpose: {{kernel: 2, stride: 2}}\nconcat: [prev, e{i}]\n{steps(f'd{i}', 'relu')}"
                 for i in (3, 2, 1, 0))  # fmt: skip
    (field,) = fields(net(down + steps("bottom", "relu") + up, "576"))
    assert (field.sizes, field.period) == ((564, 580), 16)


# Borders ------------------------------------------------------------------------------------------


def test_borders_cut_layer_by_layer():
    """The field of unit 2 is −1 … 7 without borders, 7 of which lie in an input of 8: the usual
    answer is 2 … 7. But the second layer's tap behind its last input is padding, not inputs 6 to 8."""
    network = net("conv: {kernel: 3, stride: 2}\nconv: {kernel: 3, padding: 1}", "8")
    (field,) = fields(network)
    assert field.bounds(2) == (2, 8)
    assert [find_seen(network, 2, (u,))["input"].box for u in range(3)] == [((0, 4),), ((0, 6),), ((2, 6),)]


# Holes --------------------------------------------------------------------------------------------

GRIDDING = [
    # (dilations of 3×3 convolutions, per cent of the field that is seen, (seen, side))
    ((2, 2, 2), 29, (7, 13)),
    ((1, 2, 5), 100, (17, 17)),
    ((1, 2, 9), 71, (21, 25)),
    ((2, 4, 8), 27, (15, 29)),
    ((1, 2, 4), 100, (15, 15)),
]  # fmt: skip


@pytest.mark.parametrize(("dilations", "percent", "side"), GRIDDING, ids=[str(row[0]) for row in GRIDDING])
def test_holes_of_dilated_convolutions(dilations, percent, side):
    found = share(net("\n".join(f"conv: {{kernel: 3, dilation: {rate}}}" for rate in dilations)))
    assert found == Fraction(*side) ** 2
    assert round(100 * found) == percent


def test_wavenet_has_no_holes():
    network = net("\n".join(f"conv: {{kernel: 2, dilation: {2**i}}}" for i in range(10)), "1100")
    assert (fields(network)[0].size, share(network)) == (1024, 1)


@pytest.mark.parametrize(("kernel", "dilations", "dense"), [
    (2, (1, 2, 6), False),   # the published rule of hybrid dilation passes it: offset 4 is not reached
    (5, (1, 1, 8), True),    # and refuses this: 1 + 4 + 4 = 9 reach further than 8
    (3, (1, 2, 9), False),
    (3, (1, 3, 9), True),
    (3, (1, 3, 10), False),
])  # fmt: skip
def test_the_exact_criterion_for_holes(kernel, dilations, dense):
    """Sorted by spacing, each at most one more than all before it reach: g ≤ 1 + Σ (k − 1)·g."""
    network = net("\n".join(f"conv: {{kernel: {kernel}, dilation: {rate}}}" for rate in dilations), "128")
    assert (share(network) == 1) == dense


def test_axes_apart_do_not_show_the_holes_of_a_plane():
    """Each axis of 1×7 beside 7×1 is seen in full; of the 7×7 only a cross is, 13 of 49."""
    network = net("conv: {kernel: [1, 7], padding: same, name: a}\nconv: {from: input, kernel: [7, 1], padding: same}\n"
                  "add: [a, prev]")  # fmt: skip
    assert share(network) == Fraction(13, 49)
    assert round(1000 * share(network)) == 265


def test_atrous_pyramid_pooling_sees_two_per_cent():
    """By axes apart it would be (7/37)², 3.6 %; it is the centre and three rings of eight."""
    rates = "".join(f"conv: {{from: input, kernel: 3, dilation: {r}, padding: {r}, name: r{r}}}\n" for r in (6, 12, 18))
    network = net("conv: {kernel: 1, name: r1}\n" + rates + "concat: [r1, r6, r12, r18]")
    assert share(network) == Fraction(1 + 3 * 8, 37**2)
    assert round(1000 * share(network)) == 18


# Decoders -----------------------------------------------------------------------------------------


def test_a_u_net_sees_188_to_204():
    """Depth 4, 3×3, valid: it depends on the place of a unit in its block of 16; 215 is a bound."""
    network = cnncalc.load("zoo:unet")
    for field in fields(network):
        assert (field.sizes, field.stride, field.period) == ((188, 204), 1, 16)
        assert {field.bounds(u)[1] - field.bounds(u)[0] + 1 for u in range(16)} == {188, 204}


DOWN = {
    "pool 2":     "max_pool: 2",
    "conv 4":     "conv: {kernel: 4, stride: 2, padding: 1}",
    "conv 3":     "conv: {kernel: 3, stride: 2, padding: 1}",
    "pool 3":     "max_pool: {size: 3, stride: 2, padding: 1}",
    "SAME":       "conv: {kernel: 3, stride: 2, padding: same_upper}",
}  # fmt: skip
UP = {
    "nearest":      "upsample: 2",
    "bilinear":     "upsample: {scale: 2, mode: linear}",
    "transposed 2": "conv_transpose: {kernel: 2, stride: 2}",
    "transposed 4": "conv_transpose: {kernel: 4, stride: 2, padding: 1}",
    "transposed 3": "conv_transpose: {kernel: 3, stride: 2, padding: 1, output_padding: 1}",
}  # fmt: skip
HALVES = [Fraction(16 * (2**i - 1), 2**i) for i in range(1, 6)]
"""8, 12, 14, 15, 15 1/2: half a cell more at every level, from the coarsest to the finest."""

MATRIX = [
    *((down, up, [0] * 5) for down in ("pool 2", "conv 4") for up in ("nearest", "bilinear", "transposed 2", "transposed 4")),
    ("pool 2", "transposed 3", HALVES), ("conv 4", "transposed 3", HALVES),
    ("conv 3", "transposed 3", [0] * 5), ("pool 3", "transposed 3", [0] * 5),
    *((down, up, HALVES) for down in ("conv 3", "pool 3") for up in ("nearest", "bilinear", "transposed 2", "transposed 4")),
    *(("SAME", up, HALVES) for up in ("nearest", "bilinear", "transposed 2", "transposed 4")),
    ("SAME", "transposed 3", [2 * half for half in HALVES]),
]  # fmt: skip


@pytest.mark.parametrize(("down", "up", "pixels"), MATRIX, ids=[f"{down}, {up}" for down, up, _ in MATRIX])
def test_an_encoder_and_a_decoder_are_aligned_or_not(down, up, pixels):
    """Each level of the decoder against the same level of the encoder, at 512 pixels."""
    encoder = "".join(f"identity: {{name: e{i}}}\n{DOWN[down]}\n" for i in range(5))
    decoder = "".join(f"{UP[up]}\nidentity: {{name: d{i}}}\n" for i in (4, 3, 2, 1, 0))
    merges = "".join(f"add: [e{i}, d{i}]\n" for i in (4, 3, 2, 1, 0))
    network = net(encoder + decoder + merges, "512", top="dialect: torch" if up == "bilinear" else "")
    found = list(meetings(network, views(network)))
    assert [meeting.pixels for meeting in found] == pixels
    assert [meeting.cells for meeting in found] == [p / 2**i for p, i in zip(pixels, (4, 3, 2, 1, 0), strict=True)]
    assert {meeting.kind for meeting in found} == {OFFSET if any(pixels) else ALIGNED}


def test_corners_that_are_aligned_suit_odd_sizes_only():
    """A stride of 2 with 3×3 halves 513 to 257; from corner to corner that is exactly two to one."""
    for size, aligned in ((513, True), (512, False)):
        half = (size + 1) // 2
        network = net(f"identity: {{name: e}}\n{DOWN['conv 3']}\nresize: {{size: {size}, align_corners: true}}\n"
                      "add: [e, prev]", f"{size}")  # fmt: skip
        assert network.nodes[2].output.size == (half,)
        (meeting,) = meetings(network, views(network))
        assert (meeting.kind == ALIGNED) == aligned


@pytest.mark.parametrize(("even", "odd"), [("h", "w"), ("w", "h")])
def test_of_three_operands_one_is_off_along_one_axis(even, odd):
    """A window of 2, padded at the end, sees half a pixel further than the other two."""
    two = {"h": ("[2, 1]", "[[0, 1], [0, 0]]"), "w": ("[1, 2]", "[[0, 0], [0, 1]]")}[odd]
    network = net(f"conv: {{kernel: 3, padding: same, name: a}}\nconv: {{from: input, kernel: {two[0]}, padding: {two[1]}}}\n"
                  "add: [a, input, prev]", "16, 16")  # fmt: skip
    found = {"hw"[meeting.axis]: (meeting.kind, meeting.pixels) for meeting in meetings(network, views(network))}
    assert found == {even: (ALIGNED, 0), odd: (OFFSET, Fraction(1, 2))}


# Paths and the effective field ---------------------------------------------------------------------

EFFECTIVE = [
    ("vgg16",       "max_pool5",   111),
    ("resnet50",    "layer4",      145),
    ("resnet50::resnet101", "layer4", 210),
    ("densenet121", "denseblock4", 355),
    ("inception_v3", "Mixed_7",    288),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "layer", "width"), EFFECTIVE, ids=[row[0] for row in EFFECTIVE])
def test_the_effective_field_in_closed_form(spec, layer, width):
    network = cnncalc.load(f"zoo:{spec}")
    known = views(network)
    index = find(network, layer)
    for spread, view in zip(spreads(network, known)[index]["input"], known[index]["input"], strict=True):
        assert round(spread.width(view.field.size)) == width


def test_the_shortest_path_of_a_residual_network():
    """Blocks are passed by: of the last sum of ResNet-50 one path sees 11 pixels."""
    network = cnncalc.load("zoo:resnet50")
    for view in views(network, smallest)[find(network, "layer4")]["input"]:
        assert view.field.size == 11
