"""Which sizes are accepted: what is solved is what building the spec for each size says."""

import random
from pathlib import Path

import pytest

import cnncalc
from cnncalc.errors import Source
from cnncalc.input_sizes.axes import solve_axes
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec

from .brute import STRIDE_16, disagreements

SPECS = Path(__file__).parent.parent.parent / "specs"


# As many sizes as it takes to see what repeats; `make integration` looks at all up to 1,024.
LIMITS = {"unet": 400, "deepface": 520, "pix2pix": 800, "resnet50": 96, "vgg16": 130}


def document(name):
    return Document(Source("stride16.yaml", STRIDE_16) if name == "stride16" else open_spec(str(SPECS / f"{name}.yaml")).source)


# Worked out by hand: four halvings, each of which must come out even where a merge follows.
@pytest.mark.slow
@pytest.mark.parametrize(("name", "accepted", "even"), [
    ("unet",       "n ≥ 188",                     "n ≡ 12 (mod 16), n ≥ 188"),
    ("unet_same",  "n ≡ 0 (mod 16)",              "n ≡ 0 (mod 16)"),
    ("fcn8s",      "every n",                     "every n"),
    ("yolov3",     "n ≡ 0, 25…31 (mod 32)",       "n ≡ 0, 25…31 (mod 32)"),
    ("resnet50",   "every n",                     "every n"),
    ("vgg16",      "n ≥ 32",                      "n ≡ 0 (mod 32)"),
    ("stride16",   "n ≡ 0 (mod 16)",              "n ≡ 0 (mod 16)"),
])  # fmt: skip
def test_the_sizes_that_are_accepted_in_words(name, accepted, even):
    axes, _ = solve_axes(build(document(name), None), LIMITS.get(name, 160))

    assert [axis.axis for axis in axes] == ["H", "W"]
    assert [str(axis.accepted) for axis in axes] == [accepted] * 2
    assert [str(axis.even) for axis in axes] == [even] * 2


@pytest.mark.slow
@pytest.mark.parametrize(("name", "model"), [
    ("unet", None), ("unet_same", None), ("fcn32s", None), ("yolov3", None), ("resnet50", None), ("stride16", None),
    ("lenet5", None), ("crnn", None), ("siamese_one_shot", None), ("pix2pix", "generator"), ("deepface", None),
])  # fmt: skip
def test_a_spec_is_built_at_the_sizes_accepted_and_at_no_others(name, model):
    compiled = document(name)
    network = build(compiled, model)
    axes, limit = solve_axes(network, LIMITS.get(name, 160))

    for axis in axes:
        least = axis.accepted.smallest
        ends = [end for first, last in axis.kept.besides for end in (first - 1, first, last, last + 1)]
        some = random.Random(axis.axis).sample(range(1, limit + 1), 6)  # noqa: S311
        numbers = {n for n in (1, least - 1, least, least + 1, *ends, *some) if 0 < n <= limit}
        assert disagreements(compiled, network, axis, sorted(numbers), model) == []


def test_a_wrong_answer_would_be_seen():
    compiled = document("stride16")
    network = build(compiled, None)
    axis = solve_axes(network, 80)[0][0]
    wrong = axis._replace(accepted=axis.accepted._replace(residues=(1,)))

    assert disagreements(compiled, network, wrong, [16, 17, 18]) == [(16, "accepted"), (17, "accepted")]


HEAD = "input: {channels: 4, size: [8, 8]}\nlayers:\n"


def axes_of(layers, head=HEAD):
    return solve_axes(cnncalc.loads(head + layers), 120)[0]


def test_a_dense_behind_flatten_accepts_every_size_but_keeps_its_weights_at_few():
    # 5×5 without padding, then halved: 8 and 9 leave 2.
    height, _ = axes_of("  - conv: {filters: 2, kernel: 5}\n  - max_pool: 2\n  - flatten\n  - dense: 3\n")

    assert str(height.accepted) == "n ≥ 6"
    assert str(height.kept) == "8, 9"
    assert height.kept_by == "dense1"
    assert str(height.even) == "n ≡ 0 (mod 2), n ≥ 6"


def test_a_reshape_to_fixed_sizes_binds_the_axes_to_each_other():
    height, width, both = axes_of("  - reshape: {to: {channels: 16, size: [4, 4]}}\n")

    assert [str(axis.accepted) for axis in (height, width, both)] == ["8"] * 3
    assert (height.bound_to, width.bound_to) == (((0, 1),), ((0, 0),))
    assert both.axis == "H = W"


def test_axes_that_must_be_equal_are_bound_to_each_other():
    height, width, both = axes_of("  - permute: {name: turned, axes: [c, w, h]}\n  - add: [turned, input]\n")

    assert [str(axis.accepted) for axis in (height, width, both)] == ["8", "8", "every n"]
    assert height.bound_to == ((0, 1),)
    assert width.bound_to == ((0, 0),)


def test_axes_of_unequal_sizes_are_bound_without_a_row_of_equal_ones():
    head = "input: {channels: 4, size: [8, 16]}\nlayers:\n"
    layers = ("  - conv: {filters: 4, kernel: 3, padding: half, stride: [1, 2], name: b}\n"
              "  - permute: {axes: [c, h, w]}\n"
              "  - conv: {from: input, filters: 4, kernel: 3, padding: half, stride: [1, 2], name: c}\n"
              "  - permute: {axes: [c, w, h]}\n  - add: [prev, b]\n")  # fmt: skip
    height, width = axes_of(layers, head)

    assert (str(height.accepted), str(width.accepted)) == ("8", "15, 16")
    assert height.bound_to


def test_axes_that_have_nothing_to_do_with_each_other_are_not_bound():
    assert [axis.bound_to for axis in axes_of("  - conv: {filters: 2, kernel: 5, stride: 2}\n")] == [(), ()]


def test_two_inputs_that_are_merged_change_together():
    spec = ("inputs:\n  a: {channels: 2, size: [8]}\n  b: {channels: 2, size: [8]}\n  c: {features: 3}\nlayers:\n"
            "  - conv: {from: a, filters: 2, kernel: 3, stride: 2, name: x}\n"
            "  - conv: {from: b, filters: 2, kernel: 3, stride: 2, name: y}\n"
            "  - add: [x, y]\n  - global_avg_pool\n  - concat: [prev, c]\n")  # fmt: skip
    a, b, both = solve_axes(cnncalc.loads(spec), 120)[0]

    assert [(axis.inputs, str(axis.accepted)) for axis in (a, b, both)] == [
        ("a", "7, 8"), ("b", "7, 8"), ("a, b", "n ≥ 3"),
    ]  # fmt: skip


TRIPLET = """
inputs:
  a: {channels: 1, size: [9]}
  b: {channels: 1, size: [9]}
  c: {channels: 1, size: [9]}
blocks:
  Encoder:
    layers: [{conv: {filters: 2, kernel: 3, stride: 2}}, flatten, {dense: 4}]
layers:
  - Encoder: {from: a, name: ea}
  - reuse: {layer: ea, from: b, name: eb}
  - reuse: {layer: ea, from: c, name: ec}
  - concat: [ea, eb, ec]
"""


def test_inputs_that_share_weights_change_together_though_no_two_of_them_can():
    axes = solve_axes(cnncalc.loads(TRIPLET), 60)[0]

    assert [(axis.inputs, str(axis.accepted)) for axis in axes] == [
        ("a", "9, 10"), ("b", "9, 10"), ("c", "9, 10"), ("a, b, c", "n ≥ 3"),
    ]  # fmt: skip
    assert {culprit.refused.refusal.code for culprit in axes[0].culprits} == {"E301", "E310"}


# `cin` behind a flatten depends on the size, and with it whether there is a shortcut, and the reshape.
BENT = """
input: {channels: 4, size: [4, 4]}
blocks:
  Fc:
    args: {n: required}
    layers:
      - dense: {units: $n, name: main}
      - dense: {units: $n, name: short, from: input, when: $(cin != n)}
      - add: [main, short]
      - reshape: {to: {channels: $cin, size: [-1]}}
layers:
  - flatten
  - Fc: 64
"""


def test_where_layers_depend_on_the_size_the_spec_itself_is_asked():
    compiled = Document(Source("bent.yaml", BENT))
    network = build(compiled, None)
    height = solve_axes(network, 64)[0][0]

    # 4·4·n features must divide 64.
    assert (str(height.accepted), str(height.kept)) == ("1, 2, 4", "4")
    assert disagreements(compiled, network, height, range(1, 65)) == []
    assert [network.nodes[culprit.refused.node].name for culprit in height.culprits] == ["Fc1.reshape1"]


def test_tokens_have_a_length():
    (length,) = solve_axes(cnncalc.load(str(SPECS / "text_cnn.yaml")), 100)[0]

    assert (length.axis, str(length.accepted)) == ("L", "n ≥ 5")


def test_the_elements_that_a_padding_has_added_may_be_left_over():
    # 8 and a margin of 1 on both sides: windows of 3 at stride 2 leave the last zero.
    layers = "  - pad: 1\n  - conv: {filters: 4, kernel: 3, stride: 2}\n"

    assert str(axes_of(layers)[0].even) == "every n"
    assert str(axes_of("  - relu\n" + layers[11:])[0].even) == "n ≡ 1 (mod 2), n ≥ 3"


def test_as_many_sizes_are_looked_at_as_are_asked_for():
    net = cnncalc.loads(HEAD + "  - relu\n")
    long = cnncalc.loads("input: {channels: 1, size: [9000]}\nlayers: [relu]\n")
    longer = cnncalc.loads("input: {channels: 1, size: [700]}\nlayers: [relu]\n")

    assert [solve_axes(net)[1], solve_axes(longer)[1], solve_axes(long)[1], solve_axes(long, 40)[1]] == [1024, 1400, 4096, 40]


def test_the_refusals_name_the_first_layer_and_the_nearest_size():
    network = build(document("unet_same"), None)
    axes, _ = solve_axes(network, 130)
    merges = {network.nodes[c.refused.node].name: (str(c.sizes), c.nearest) for c in axes[0].culprits
              if len(c.refused.operands) > 1}  # fmt: skip

    assert merges == {
        "d4.concat1": ("n ≡ 8…15 (mod 16), n ≥ 24", 511),
        "d3.concat1": ("n ≡ 4…7 (mod 16), n ≥ 20", 516),
        "d2.concat1": ("n ≡ 2, 3 (mod 16), n ≥ 18", 514),
        "d1.concat1": ("n ≡ 1 (mod 16), n ≥ 17", 513),
    }
