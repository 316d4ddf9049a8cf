"""What is refused for the input's sake says what the input is."""

import pytest

import cnncalc

MAP, ROW, VECTOR, IDS = "{channels: 4, size: [8, 8]}", "{channels: 4, size: [8]}", "{features: 6}", "{tokens: 5}"


@pytest.mark.parametrize(("given", "layer", "code", "shown"), [
    (MAP, "pad: {amount: 9, mode: reflect}",                   "E311", "4×8×8"),
    (MAP, "stft: {n_fft: 8, hop: 2}",                          "E302", "4×8×8"),
    (MAP, "pad: {amount: 9, mode: circular}",                  "E311", "4×8×8"),
    (MAP, "pad: {amount: -4}",                                 "E311", "4×8×8"),
    (MAP, "group_norm: {groups: 3}",                           "E304", "4×8×8"),
    (MAP, "repeat_vector: {times: 3}",                         "E303", "4×8×8"),
    (MAP, "conv: {filters: 6, kernel: 3, groups: 3}",          "E304", "4×8×8"),
    (MAP, "conv: {filters: 6, kernel: 9}",                     "E301", "4×8×8"),
    (MAP, "conv_transpose: {filters: 4, kernel: 2, padding: 5}", "E311", "4×8×8"),
    (MAP, "conv_transpose: {filters: 4, kernel: 2, stride: 2, output_size: 99}", "E311", "4×8×8"),
    (MAP, "max_pool: {size: 9}",                               "E301", "4×8×8"),
    (MAP, "reshape: {to: {features: 7}}",                      "E311", "4×8×8"),
    (MAP, "crop: {amount: 4}",                                 "E311", "4×8×8"),
    (MAP, "crop: {size: [9, 9]}",                              "E311", "4×8×8"),
    (MAP, "crop: {size: [6, 6], offset: 3}",                   "E311", "4×8×8"),
    (MAP, "channel_shuffle: {groups: 3}",                      "E304", "4×8×8"),
    (MAP, "pixel_shuffle: {factor: 3}",                        "E304", "4×8×8"),
    (MAP, "pixel_unshuffle: {factor: 3}",                      "E311", "4×8×8"),
    (MAP, "embedding: {vocab: 9, dim: 2}",                     "E303", "4×8×8"),
    (MAP, "lstm: {units: 3}",                                  "E302", "4×8×8"),
    (MAP, "fold: {size: [3, 3], kernel: 2}",                   "E302", "4×8×8"),
    (MAP, "upsample: {scale: 0.1}",                            "E311", "4×8×8"),
    (MAP, "fractional_max_pool: {size: 3, output_size: 7}",    "E301", "4×8×8"),
    (MAP, "fractional_max_pool: {size: 2, output_ratio: 0.1}", "E311", "4×8×8"),
    (MAP, "permute: {axes: [h, w]}",                           "E302", "4×8×8"),
    (MAP, "slice: {channels: [2, 9]}",                         "E311", "4×8×8"),
    (MAP, "resize: {size: [4, 4], mode: trilinear}",              "E302", "4×8×8"),
    (ROW, "conv_lstm: {filters: 2, kernel: 3}",                "E302", "4×8"),
    (ROW, "roi_pool: {size: 2, rois: 3}",                      "E302", "4×8"),
    (ROW, "multi_head_attention: {heads: 3}",                  "E304", "4×8"),
    (ROW, "fold: {size: [3, 3], kernel: 3}",                   "E304", "4×8"),
    (ROW, "fold: {size: [4, 4], kernel: 2}",                   "E311", "4×8"),
    ("{channels: 3, size: [8]}", "glu",                        "E304", "3×8"),
    (VECTOR, "conv: {filters: 6, kernel: 3}",                  "E303", "6"),
    (IDS, "conv: {filters: 6, kernel: 3}",                     "E303", "5 tokens"),
    (IDS, "relu",                                              "E303", "5 tokens"),
])  # fmt: skip
def test_the_input_is_shown(given, layer, code, shown):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(f"input: {given}\nlayers:\n- identity: {{name: here}}\n- {layer}")

    assert f": {code}: " in str(caught.value)
    assert str(caught.value.diagnostics[0]).endswith(f": here {shown}")


@pytest.mark.parametrize(("layer", "underlined"), [
    ("pad: {amount: [[-9, 0], [0, 0]]}", "[[-9, 0], [0, 0]]"), ("pad: {size: [99, 99], mode: reflect}", "[99, 99]"),
])  # fmt: skip
def test_the_key_at_fault_is_underlined(layer, underlined):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(f"input: {MAP}\nlayers:\n- {layer}\n")

    [found] = caught.value.diagnostics
    line = found.source.line(found.span.line)
    assert line[found.span.column - 1 : found.span.end_column - 1] == underlined


def test_attention_takes_at_most_three_tensors():
    with pytest.raises(cnncalc.SpecError, match="`multi_head_attention` takes 1 to 3 inputs, got 4"):
        cnncalc.loads("input: {channels: 4, size: [8]}\nlayers:\n- multi_head_attention: {heads: 2, from: [input, input, input, input]}\n")


def test_a_deformable_convolution_has_a_norm_and_an_activation_behind_it():
    found = cnncalc.loads(
        f"input: {MAP}\nlayers:\n- conv: {{filters: 18, kernel: 3, name: o}}\n"
        "- deform_conv: {from: [input, o], filters: 4, kernel: 3, norm: batch_norm, activation: relu}\n"
    )

    assert [node.op for node in found.nodes[-3:]] == ["deform_conv", "batch_norm", "relu"]


VOLUME, TENSOR = "{channels: 4, size: [2, 8, 8]}", "{shape: [2, 3, 4, 5]}"


@pytest.mark.parametrize(("given", "layer", "shown"), [
    (VECTOR, "conv: {filters: 1, kernel: 1}", "6"),
    ("{channels: 4, size: [2, 2, 8, 8]}", "conv: {filters: 1, kernel: 1}", "4×2×2×8×8"),
    (ROW, "yolo_head: {anchors: 1, classes: 1}", "4×8"),
])  # fmt: skip
def test_what_needs_a_map_says_what_it_was_given(given, layer, shown):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(f"input: {given}\nlayers:\n- {layer}\n")

    assert caught.value.diagnostics[0].message.endswith(f": input {shown}")


def test_a_bare_size_has_no_number_of_axes():
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads("input: {channels: 4, size: yes}\nlayers:\n- relu\n")

    [found] = caught.value.diagnostics
    assert found.message == "`size` must be a list of one number per axis, got `yes`"


def test_the_usual_shift_is_half_a_window():
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads("dialect: torch\ninput: {channels: 8, size: [9]}\nlayers:\n- multi_head_attention: {heads: 2, window: 5, shift: 5}\n")

    assert caught.value.diagnostics[0].help == "2 is usual"


@pytest.mark.parametrize(("given", "layers", "operands"), [
    (MAP, ["stft: {n_fft: 8, hop: 2}"], "input 4×8×8"),
    (MAP, ["max_unpool: {size: 2, output_size: 99}"], "input 4×8×8"),
    (MAP, ["scale: {axes: []}", "stft: {n_fft: 8, hop: 2}"], "scale1 4×8×8"),
])  # fmt: skip
def test_what_was_given_stands_behind_the_message(given, layers, operands):
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(f"input: {given}\nlayers:\n" + "".join(f"- {layer}\n" for layer in layers))

    assert caught.value.diagnostics[0].message.endswith(f": {operands}")


def test_offsets_that_are_too_few_are_counted_not_the_masks_beside_them():
    inputs = "{x: {channels: 4, size: [8, 8]}, offsets: {channels: 17, size: [6, 6]}, masks: {channels: 9, size: [6, 6]}}"
    with pytest.raises(cnncalc.SpecError) as caught:
        cnncalc.loads(f"dialect: torch\ninputs: {inputs}\nlayers:\n- deform_conv: {{filters: 2, kernel: 3, from: [x, offsets, masks]}}\n")

    assert caught.value.diagnostics[0].message.startswith("17 channels are no offsets of a 3×3 kernel")
