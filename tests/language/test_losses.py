"""Where the size of maps that meet was lost, in networks that can be followed by eye."""

import pytest

import cnncalc
from cnncalc.errors import SpecError
from cnncalc.language.losses import CUT, ROUNDED, STRIDED, find_loss

C1 = "conv: {filters: 4, kernel: 3"


def loss(size, *items):
    layers = "".join(f"- {item}\n" for item in items)
    with pytest.raises(SpecError) as refused:
        cnncalc.loads(f"input: {{channels: 4, size: {size}}}\nlayers:\n- identity: {{name: x}}\n{layers}")
    network = refused.value.network
    failure = network.failures[0]
    found = find_loss(network.nodes, failure.inputs, failure.code)
    return found and (found.how, found.node.declared_name, found.maps), refused.value.diagnostics[0]


# The first layer at which the maps part is the one to blame, whichever operand comes first.
@pytest.mark.parametrize(("size", "items", "found"), [
    ([9],     ["max_pool: 2", "upsample: 2", "add: [prev, x]"], (ROUNDED, "max_pool1", (0, 1))),
    ([9],     ["max_pool: 2", "upsample: 2", "add: [x, prev]"], (ROUNDED, "max_pool1", (1, 0))),
    ([8, 10], ["max_pool: 2", "max_pool: 2", "upsample: 4", "add: [prev, x]"], (ROUNDED, "max_pool2", (0, 1))),
    # Rounded up: 9 becomes 5, and 10.
    ([9],     [C1 + ", stride: 2, padding: 1}", "upsample: 2", "concat: [prev, x]"], (ROUNDED, "conv1", (0, 1))),
    ([9],     ["upsample: 0.5", "upsample: 2", "add: [prev, x]"], (ROUNDED, "upsample1", (0, 1))),
    # 15 is 7, and 14: no stride leaves a rest of 16, but without padding one of its windows is missing.
    ([16],    [C1 + ", stride: 2}", "upsample: 2", "add: [prev, x]"], (CUT, "conv1", (0, 1))),
    ([16],    [C1 + "}", "relu", "add: [prev, x]"], (CUT, "conv1", (0, 1))),
    ([16],    ["crop: 2", "add: [x, prev]"], (CUT, "crop1", (1, 0))),
    ([16],    ["max_pool: 2", "conv_transpose: {filters: 4, kernel: 3, stride: 2}", "add: [prev, x]"], (CUT, "conv_transpose1", (0, 1))),
    ([16],    ["max_pool: 2", "relu", "concat: [x, prev]"], (STRIDED, "max_pool1", (1, 0))),
    # What cannot be said: a size of its own, another number of axes, two strides.
    ([16],    ["resize: [15]", "add: [prev, x]"], None),
    ([16],    ["flatten", "dense: 4", "add: [prev, x]"], None),
    # Vectors between two maps have no axis that could be followed.
    ([16],    ["flatten", "dense: 128", "reshape: {to: {channels: 4, size: [32]}}", "add: [prev, x]"], None),
    ([16],    ["max_pool: {size: 2, name: p}", "max_pool: {size: 4, from: x}", "add: [prev, p]"], None),
])  # fmt: skip
def test_the_layer_that_lost_it(size, items, found):
    assert loss(size, *items)[0] == found


def test_maps_of_different_inputs_are_brought_together_by_these():
    with pytest.raises(SpecError) as refused:
        cnncalc.loads("inputs: {x: {channels: 4, size: [32, 32]}, y: {channels: 4, size: [15, 15]}}\n"
                      "layers:\n- max_pool: {size: 2, from: x}\n- add: [prev, y]\n")

    # 16 of 32 and 15: y must follow, or x be 30.
    assert refused.value.diagnostics[0].help == (
        "they come from different inputs: H of y and W of y must be 16 instead of 15; to keep any size, `resize` one of them"
    )


@pytest.mark.parametrize(("size", "items", "help"), [
    ([9], ["max_pool: 2", "upsample: {scale: 2, name: up}", "add: [up, x]"],
     ("`max_pool1` makes 4 of 9, which is no multiple of its stride 2: the size of the input must be a multiple of 2: "
     "8 or 10 instead of 9; to keep any size, put `resize: {like: x}` or `pad: {like: x}` behind `up`")),
    # What is too large is cropped.
    ([9], [C1 + ", stride: 2, padding: 1}", "upsample: {scale: 2, name: up}", "add: [up, x]"],
     ("`conv1` makes 5 of 9, which is no multiple of its stride 2: the size of the input must be a multiple of 2: "
     "8 or 10 instead of 9; to keep any size, put `resize: {like: x}` or `crop: {like: x}` behind `up`")),
    ([16, 16], [C1 + "}", "add: [prev, x]"],
     ("`conv1` makes 14×14 of 16×16: `padding: same` keeps the size; or put `resize: {like: x}` or `pad: {like: x}` "
     "behind the layer above")),
    ([16], [C1 + ", stride: 2}", "upsample: 2", "add: [prev, x]"],
     ("`conv1` makes 7 of 16: another `padding` makes it 8; or put `resize: {like: x}` or `pad: {like: x}` behind the "
     "layer above")),
    # (8 − 1)·2 + 3 − 2 = 15, and one more at the end; without padding 17, where one more each is cut.
    ([16], [C1 + ", stride: 2, padding: 1}", "conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: 1, name: u}", "add: [u, x]"],
     "`u` makes 15 of 8: `output_padding: 1` makes it 16; or put `resize: {like: x}` or `pad: {like: x}` behind `u`"),
    ([16], [C1 + ", stride: 2, padding: 1}", "conv_transpose: {filters: 4, kernel: 3, stride: 2, name: u}", "add: [u, x]"],
     ("`u` makes 17 of 8: another `padding`, with `output_padding` for what is left, makes it 16; or put `resize: {like: x}` or "
      "`crop: {like: x}` behind `u`")),
    ([16], ["crop: 2", "add: [prev, x]"],
     "`crop1` makes 12 of 16: put `resize: {like: x}` or `pad: {like: x}` behind the layer above"),
    ([16], ["max_pool: 2", "concat: [prev, x]"],
     "`max_pool1` makes 8 of 16, and the other map has no such stride: put `resize: {like: x}` behind the layer above"),
    ([16], [C1 + ", stride: 2, padding: 1}", "add: [prev, x]"],
     "`conv1` makes 8 of 16, and the shortcut has no stride: use a kernel-1 conv with stride 2 and 4 filters on the shortcut"),
])  # fmt: skip
def test_the_fix_can_be_written(size, items, help):
    assert loss(size, *items)[1].help == help


def test_the_layer_is_shown_with_the_operands():
    found = loss([9, 9], "max_pool: 2", "upsample: 2", "add: [prev, x]")[1]

    assert [label.text for label in found.related] == ["`upsample1` is 4×8×8", "`x` is 4×9×9", "`max_pool1` makes 4×4 of 9×9"]


def test_what_is_refused_in_every_use_of_a_block_is_told_once():
    text = ("input: {channels: 4, size: [9]}\nblocks:\n  B:\n    layers:\n    - max_pool: 2\n    - upsample: 2\n"
            "    - add: [prev, input]\nlayers:\n" + "- B: {from: input}\n" * 20)  # fmt: skip
    with pytest.raises(SpecError) as refused:
        cnncalc.loads(text)

    assert len(refused.value.diagnostics) == 1
