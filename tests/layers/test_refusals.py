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
    assert str(caught.value).endswith(f": here {shown}")
