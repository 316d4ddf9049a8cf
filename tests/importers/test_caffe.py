"""Prototxt files written by hand, from the public description of the layers."""

from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.importers import caffe
from cnncalc.importers.base.textproto import parse

from .reading import complaint, describe, load_text, mutate, public_files, rows

INPUT = 'name: "net"\ninput: "data"\ninput_dim: 1 input_dim: 4 input_dim: 12 input_dim: 8\n'


def layer(kind, options="", bottom="data", top="out", name="out"):
    blobs = "".join(f' bottom: "{b}"' for b in bottom.split()) + "".join(f' top: "{t}"' for t in top.split())
    return f'layer {{ name: "{name}" type: "{kind}"{blobs} {options} }}\n'


# What is known of a shape while the file is read is what comes out: all of it in one column.
FOLDED = 'input: "x" input_shape { dim: 60 dim: 3 dim: 4 dim: 4 } input: "begins" input_shape { dim: 20 dim: 3 }'
AGAIN = layer("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 1 } }", "out", "again", "again")
CONV = layer("Convolution", "convolution_param { num_output: 6 kernel_size: 1 }", top="c", name="c")
C = ("c", [6, 12, 8], 6 * 4 + 6, 6 * 4 * 96)


@pytest.mark.parametrize(("kind", "options", "output", "numbers", "macs"), [
    ("Convolution", "convolution_param { num_output: 6 kernel_size: 3 pad: 1 stride: 2 }", [6, 6, 4], 6 * 4 * 9 + 6, 24 * 6 * 4 * 9),
    ("Convolution", "convolution_param { num_output: 6 kernel_h: 3 kernel_w: 1 pad_h: 1 pad_w: 0 bias_term: false }", [6, 12, 8], 72, 96 * 72),
    ("Convolution", "convolution_param { num_output: 8 kernel_size: 3 kernel_size: 1 group: 4 dilation: 2 }", [8, 8, 8], 8 * 3 + 8, 64 * 24),
    ("DepthwiseConvolution", "convolution_param { num_output: 4 kernel_size: 3 pad: 1 }", [4, 12, 8], 4 * 9 + 4, 96 * 36),
    ("Deconvolution", "convolution_param { num_output: 4 group: 4 kernel_size: 4 stride: 2 pad: 1 bias_term: false }", [4, 24, 16], 64, 96 * 64),
    # ⌈(12 − 3) / 2⌉ + 1 = 6 and ⌈(8 − 3) / 2⌉ + 1 = 4: pools round up.
    ("Pooling", "pooling_param { pool: MAX kernel_size: 3 stride: 2 }", [4, 6, 4], 0, 0),
    ("Pooling", "pooling_param { pool: AVE kernel_size: 3 stride: 2 round_mode: FLOOR }", [4, 5, 3], 0, 0),
    ("Pooling", "pooling_param { pool: AVE kernel_size: 3 stride: 2 ceil_mode: false }", [4, 5, 3], 0, 0),
    # 12 + 2 − 2 in steps of 3 is 4 and one more, which starts at 12 − 1 and stays; 8 + 2 − 2 are 3 and one more, at 9 − 1: dropped.
    ("Pooling", "pooling_param { pool: MAX kernel_size: 2 stride: 3 pad: 1 }", [4, 5, 3], 0, 0),
    ("Pooling", "pooling_param { pool: STOCHASTIC kernel_size: 2 stride: 2 }", [4, 6, 4], 0, 0),
    ("Pooling", "pooling_param { pool: AVE global_pooling: true }", [4, 1, 1], 0, 0),
    ("Pooling", "pooling_param { pool: MAX global_pooling: true }", [4, 1, 1], 0, 0),
    ("InnerProduct", "inner_product_param { num_output: 10 }", [10], 10 * 384 + 10, 3840),
    ("InnerProduct", "inner_product_param { num_output: 10 axis: 3 bias_term: false }", [4, 12, 10], 80, 48 * 80),
    ("BatchNorm", "batch_norm_param { use_global_stats: true }", [4, 12, 8], 2 * 4 + 1, 0),
    ("Scale", "scale_param { bias_term: true }", [4, 12, 8], 8, 0),
    ("Scale", "scale_param { axis: 2 num_axes: -1 }", [4, 12, 8], 96, 0),
    ("Scale", "scale_param { num_axes: 0 }", [4, 12, 8], 1, 0),
    ("Bias", "", [4, 12, 8], 4, 0),
    ("BN", "bn_param { scale_filler { } shift_filler { } }", [4, 12, 8], 8, 0),
    ("BN", "bn_param { slope_filler { } bias_filler { } frozen: true }", [4, 12, 8], 16, 0),
    ("LRN", "lrn_param { local_size: 3 }", [4, 12, 8], 0, 0),
    ("LRN", "lrn_param { norm_region: WITHIN_CHANNEL }", [4, 12, 8], 0, 0),
    ("MVN", "", [4, 12, 8], 0, 0),
    ("PReLU", "", [4, 12, 8], 4, 0),
    ("PReLU", "prelu_param { channel_shared: true }", [4, 12, 8], 1, 0),
    ("ReLU", "relu_param { negative_slope: 0.1 }", [4, 12, 8], 0, 0),
    ("Softmax", "softmax_param { axis: -1 }", [4, 12, 8], 0, 0),
    ("Power", "power_param { power: 2 }", [4, 12, 8], 0, 0),
    ("Dropout", "dropout_param { dropout_ratio: 0.4 }", [4, 12, 8], 0, 0),
    ("Flatten", "", [384], 0, 0),
    ("Flatten", "flatten_param { axis: 2 }", [4, 96], 0, 0),
    ("Flatten", "flatten_param { axis: 1 end_axis: -2 }", [48, 8], 0, 0),
    ("Reshape", "reshape_param { shape { dim: 0 dim: -1 dim: 6 } }", [64, 6], 0, 0),
    ("Reshape", "reshape_param { shape { dim: 0 dim: 0 dim: -1 } }", [4, 96], 0, 0),
    ("Reshape", "reshape_param { shape { dim: 1 dim: 384 } }", [384], 0, 0),
    ("Reshape", "reshape_param { axis: 1 num_axes: 0 shape { dim: 1 } }", [1, 4, 12, 8], 0, 0),
    ("Reshape", "reshape_param { axis: -3 num_axes: 2 shape { dim: -1 } }", [4, 96], 0, 0),
    ("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }", [12, 8, 4], 0, 0),
    ("Permute", "permute_param { order: 0 order: 3 }", [8, 4, 12], 0, 0),
    ("Permute", "permute_param { order: 0 order: 1 order: 2 order: 3 }", [4, 12, 8], 0, 0),
    ("Tile", "tile_param { axis: 2 tiles: 3 }", [4, 36, 8], 0, 0),
    ("ArgMax", "argmax_param { axis: 1 top_k: 2 }", [2, 12, 8], 0, 0),
    ("ArgMax", "argmax_param { out_max_val: true top_k: 5 }", [2, 5], 0, 0),
    ("Reduction", "reduction_param { axis: 2 operation: MEAN }", [4], 0, 0),
    ("Reduction", "", [1], 0, 0),
    ("ShuffleChannel", "shuffle_channel_param { group: 2 }", [4, 12, 8], 0, 0),
    # OpenCV 4.11 gives 16×6×4 by default; it does not read the stride.
    ("Reorg", "", [16, 6, 4], 0, 0),
    ("Reorg", "reorg_param { stride: 4 }", [64, 3, 2], 0, 0),
    ("SPP", "spp_param { pyramid_height: 2 }", [20], 0, 0),
    ("Embed", "embed_param { num_output: 5 input_dim: 100 }", [4, 12, 8, 5], 505, 0),
    ("Interp", "interp_param { height: 33 width: 17 }", [4, 33, 17], 0, 0),
    # 12 + 11·7 and 8 + 7·7
    ("Interp", "interp_param { zoom_factor: 8 }", [4, 89, 57], 0, 0),
    ("Interp", "interp_param { shrink_factor: 2 }", [4, 6, 4], 0, 0),
    ("Upsample", "upsample_param { scale: 2 }", [4, 24, 16], 0, 0),
    ("Upsample", "upsample_param { upsample_h: 23 upsample_w: 16 }", [4, 23, 16], 0, 0),
    # 1 + 2 ratios for one size, and one size more: 4 boxes of 4 coordinates.
    ("PriorBox", "prior_box_param { min_size: 30 max_size: 60 aspect_ratio: 2 }", [2, 96 * 4 * 4], 0, 0),
    ("PriorBox", "prior_box_param { min_size: 30 aspect_ratio: [2, 2, 3] flip: false }", [2, 96 * 3 * 4], 0, 0),
    ("SmoothL1Loss", "", [1], 0, 0),
])  # fmt: skip
def test_one_layer(kind, options, output, numbers, macs, tmp_path):
    net = load_text(tmp_path, "net.prototxt", INPUT + layer(kind, options) + AGAIN)

    assert rows(net) == [("out", output, numbers, macs), ("again", [prod(output), 1], 0, 0)]
    assert net.nodes[0].name == "data"
    assert net.dialect == "caffe"


@pytest.mark.parametrize(("text", "wanted"), [
    (layer("Eltwise", bottom="data data"), [("out", [4, 12, 8], 0, 0)]),
    (CONV + layer("Concat", bottom="data c"), [C, ("out", [10, 12, 8], 0, 0)]),
    (layer("Concat", "concat_param { axis: -1 }", bottom="data data"), [("out", [4, 12, 16], 0, 0)]),
    (layer("Slice", top="a b"), [("out.0", [2, 12, 8], 0, 0), ("out.1", [2, 12, 8], 0, 0)]),
    (layer("Slice", "slice_param { axis: 2 slice_point: 3 }", top="a b"), [("out.0", [4, 3, 8], 0, 0), ("out.1", [4, 9, 8], 0, 0)]),
    # The second half is what the third layer reads.
    (layer("Slice", top="a b", name="s") + layer("ReLU", bottom="b"),
     [("s.0", [2, 12, 8], 0, 0), ("s.1", [2, 12, 8], 0, 0), ("out", [2, 12, 8], 0, 0)]),
    (CONV + layer("Pooling", "pooling_param { global_pooling: true }", "c", "p", "p") + layer("Scale", "", "c p"),
     [C, ("p", [6, 1, 1], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    (CONV + layer("Pooling", "pooling_param { global_pooling: true }", "c", "p", "p") + layer("Axpy", "", "p c c"),
     [C, ("p", [6, 1, 1], 0, 0), ("out_product", [6, 12, 8], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    (layer("Scale", "scale_param { axis: 0 bias_term: true }", "data data"), [("out", [4, 12, 8], 384, 0)]),
    (layer("Normalize", "norm_param { across_spatial: false channel_shared: false }"),
     [("out_unit", [4, 12, 8], 0, 0), ("out", [4, 12, 8], 4, 0)]),
    (layer("Normalize"), [("out_unit", [4, 12, 8], 0, 0), ("out", [4, 12, 8], 1, 0)]),
    # In place: each of them reads what the one before has left.
    (CONV + layer("BatchNorm", "", "c", "c", "b") + layer("ReLU", "", "c", "c", "r") + layer("Eltwise", "", "c c"),
     [C, ("b", [6, 12, 8], 13, 0), ("r", [6, 12, 8], 0, 0), ("out", [6, 12, 8], 0, 0)]),
    # Names are unique, and legal.
    (layer("ReLU", name="conv1/relu") + layer("ReLU", name="conv1/relu") + layer("ReLU", name="1 $x"),
     [("conv1.relu", [4, 12, 8], 0, 0), ("conv1.relu_2", [4, 12, 8], 0, 0), ("n1_x", [4, 12, 8], 0, 0)]),
    # One set of weights for two maps.
    (layer("Convolution", "convolution_param { num_output: 6 kernel_size: 1 }", "data data", "a b"),
     [("out", [6, 12, 8], 30, 2304), ("out_2", [6, 12, 8], 30, 2304)]),
    (CONV.replace("size: 1", "size: 5") + layer("Crop", "crop_param { axis: 2 offset: 1 }", "data c"),
     [("c", [6, 8, 4], 6 * 100 + 6, 32 * 600), ("out", [4, 8, 4], 0, 0)]),
    (CONV.replace("size: 1", "size: 5") + layer("Crop", "crop_param { axis: 3 }", "data c"),
     [("c", [6, 8, 4], 606, 19200), ("out", [4, 12, 4], 0, 0)]),
    (CONV + layer("Crop", "crop_param { axis: 1 }", "c data"),
     [C, ("out_channels", [4, 12, 8], 0, 0), ("out_h", [4, 12, 8], 0, 0), ("out", [4, 12, 8], 0, 0)]),
    (layer("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", top="p mask", name="p")
     + layer("Upsample", "upsample_param { scale: 2 upsample_h: 11 upsample_w: 8 }", "p mask"),
     [("p", [4, 6, 4], 0, 0), ("out", [4, 11, 8], 0, 0)]),
    (layer("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", top="p mask", name="p") + layer("Upsample", "", "p mask"),
     [("p", [4, 6, 4], 0, 0), ("out", [4, 12, 8], 0, 0)]),
    (layer("Pooling", "pooling_param { kernel_size: 2 stride: 2 }", top="p mask", name="p")
     + layer("Upsample", "upsample_param { scale: 2 upsample_h: 20 upsample_w: 20 }", "p mask"),
     [("p", [4, 6, 4], 0, 0), ("out", [4, 20, 20], 0, 0)]),
    (CONV + layer("Interp", "", "c data"), [C, ("out", [6, 12, 8], 0, 0)]),
    (layer("Interp", "interp_param { pad_beg: 0 pad_end: -1 height: 5 width: 5 }"),
     [("out_crop", [4, 11, 7], 0, 0), ("out", [4, 5, 5], 0, 0)]),
    (layer("PriorBox", "prior_box_param { min_size: 30 }", "data data"), [("out", [2, 384], 0, 0)]),
    (layer("Flatten", top="f", name="f") + layer("DetectionOutput", "", "f f f"), [("f", [384], 0, 0), ("out", [1, 1, 7], 0, 0)]),
    (CONV + layer("Split", "", "c", "c1 c2", "s") + layer("Eltwise", "eltwise_param { coeff: 1 coeff: -1 }", "c1 c2"),
     [C, ("out", [6, 12, 8], 0, 0)]),
    # What is in another phase is left out, and so is what is in a stage.
    (layer("ReLU", "include { phase: TRAIN }", name="a") + layer("ReLU", "exclude { phase: TEST }", name="b")
     + layer("ReLU", 'include { stage: "x" }', name="d") + layer("ReLU", "include { min_level: 1 }", name="e")
     + layer("ReLU", 'include { phase: TEST not_stage: "x" }', name="f") + layer("ReLU", "exclude { phase: TRAIN }", name="g"),
     [("f", [4, 12, 8], 0, 0), ("g", [4, 12, 8], 0, 0)]),
])  # fmt: skip
def test_several_layers(text, wanted, tmp_path):
    assert rows(load_text(tmp_path, "net.prototxt", INPUT + text)) == wanted


OLD = """
input: "data" input_dim: 10 input_dim: 3 input_dim: 227 input_dim: 227
layers { name: "conv1" type: CONVOLUTION bottom: "data" top: "conv1" blobs_lr: 1
         convolution_param { num_output: 96 kernel_size: 11 stride: 4 } }
layers { name: "relu1" type: RELU bottom: "conv1" top: "conv1" }
layers { name: "norm1" type: LRN bottom: "conv1" top: "norm1" }
layers { name: "fc6" type: INNER_PRODUCT bottom: "norm1" top: "fc6" inner_product_param { num_output: 10 } }
layers { name: "loss" type: SOFTMAX_LOSS bottom: "fc6" bottom: "label" include { phase: TRAIN } }
layers { name: "prob" type: SOFTMAX bottom: "fc6" top: "prob" }
"""


def test_old_files(tmp_path):
    assert rows(load_text(tmp_path, "net.prototxt", OLD)) == [
        ("conv1", [96, 55, 55], 96 * 363 + 96, 96 * 363 * 3025), ("relu1", [96, 55, 55], 0, 0), ("norm1", [96, 55, 55], 0, 0),
        ("fc6", [10], 10 * 96 * 3025 + 10, 10 * 96 * 3025), ("prob", [10], 0, 0),
    ]  # fmt: skip


RELU = layer("ReLU")


@pytest.mark.parametrize(("text", "inputs"), [
    ('input: "data" input_shape { dim: 5 dim: 3 dim: 9 dim: 7 }' + RELU, {"data": [3, 9, 7]}),
    ('input: "data" input: "info" input_shape { dim: 1 dim: 3 dim: 9 dim: 7 } input_shape { dim: 1 dim: 6 }' + RELU
     + layer("ReLU", "", "info"), {"data": [3, 9, 7], "info": [6]}),
    ('input: "input" input_dim: [1, 3, 9, 7]' + layer("ReLU", "", "input"), {"input": [3, 9, 7]}),
    ('layer { name: "in" type: "Input" top: "data" top: "b" input_param { shape { dim: 1 dim: 3 dim: 9 dim: 7 } } }' + RELU
     + layer("ReLU", "", "b"), {"data": [3, 9, 7], "b": [3, 9, 7]}),
    ('layer { type: "DummyData" top: "data" dummy_data_param { shape { dim: 1 dim: 3 } } }' + RELU, {"data": [3]}),
    ('layer { type: "DummyData" top: "data" dummy_data_param { num: 1 channels: 3 height: 9 width: 7 } }' + RELU, {"data": [3, 9, 7]}),
    ('layer { type: "MemoryData" top: "data" top: "label" memory_data_param { batch_size: 1 channels: 3 height: 9 width: 7 } }'
     + RELU + layer("Accuracy", "", "out label", "acc", "acc"), {"data": [3, 9, 7], "label": [1]}),
    ('layer { type: "ImageData" top: "data" image_data_param { new_height: 9 new_width: 7 is_color: false } }' + RELU, {"data": [1, 9, 7]}),
    ('layer { type: "Data" top: "data" transform_param { crop_size: 9 mean_value: [1, 2, 3] } }' + RELU, {"data": [3, 9, 9]}),
    ('layer { type: "Data" top: "data" transform_param { crop_size: 9 force_color: true } }' + RELU, {"data": [3, 9, 9]}),
])  # fmt: skip
def test_what_goes_in(text, inputs, tmp_path):
    net = load_text(tmp_path, "net.prototxt", text)
    found = {node.name: [node.output.channels, *node.output.size] for node in net.nodes if node.layer is None}

    assert found == inputs


def test_an_input_that_nothing_reads_is_left_out(tmp_path):
    text = 'input: "info" input_dim: [1, 3, 1, 1] ' + INPUT.replace("input_dim: 1 ", "input_dim: [1]") + RELU

    assert [node.name for node in load_text(tmp_path, "net.prototxt", text).nodes] == ["data", "out"]


def test_weights_that_have_the_same_name_are_counted_once(tmp_path):
    def branch(bottom, name, filters=6):
        options = f'param {{ name: "w" }} param {{ name: "b" }} convolution_param {{ num_output: {filters} kernel_size: 1 }}'
        return layer("Convolution", options, bottom, name, name)

    net = load_text(tmp_path, "net.prototxt", INPUT + branch("data", "x") + branch("data", "y") + branch("data", "z", 3))

    assert [(node.name, str(node.output)) for node in net.nodes[1:]] == [("x", "6×12×8"), ("y", "6×12×8"), ("z", "3×12×8")]
    # What differs cannot share, whatever its name.
    assert net.params.value == 6 * 5 + 3 * 5


def test_a_reshape_follows_the_size_of_the_input(tmp_path):
    text = INPUT + layer("Reshape", "reshape_param { shape { dim: 0 dim: 4 dim: -1 } }") + layer("Flatten", "flatten_param { axis: 2 }", top="f", name="f")
    path = tmp_path / "net.prototxt"
    path.write_text(text)

    assert [str(node.output) for node in cnncalc.load(path, size=(6, 8)).nodes] == ["4×6×8", "4×48", "4×48"]


def test_inputs_may_come_late(tmp_path):
    late = 'layer { type: "Input" top: "b" input_param { shape { dim: 1 dim: 4 dim: 12 dim: 8 } } }'
    net = load_text(tmp_path, "net.prototxt", INPUT + CONV + late + layer("Eltwise", "", "data b"))

    assert [(node.name, node.inputs) for node in net.nodes] == [("data", ()), ("b", ()), ("c", (0,)), ("out", (0, 1))]


def test_what_nothing_reads_is_an_output(tmp_path):
    net = load_text(tmp_path, "net.prototxt", INPUT + CONV + layer("ReLU", "", "c", "a", "a") + layer("TanH", "", "c", "b", "b"))

    assert list(net.outputs) == ["a", "b"]

    silenced = INPUT + CONV + layer("Slice", "", "c", "a b", "s") + layer("Silence", "", "a", "", "x") + layer("ReLU", "", "b")
    assert len(load_text(tmp_path, "net.prototxt", silenced).outputs) == 1


@pytest.mark.parametrize(("text", "message", "line"), [
    ('net: "a.prototxt"\nbase_lr: 0.1\n', "the file has no layers", 1),
    (INPUT, "the file has no layers", 1),
    (layer("ReLU"), "nothing above gives `data`", 1),
    ('layer { type: "Parameter" top: "a" }', "Parameter `Parameter` is not known here, and the file does not say what it gives", 1),
    ('layer { name: "a" type: "ReLU" top: "a" }', "ReLU `a` reads nothing", 1),
    ('layer { type: "Input" top: "a" input_param { shape { dim: 1 dim: 2 } } }', "there is no layer behind the input", 1),
    ('layer { type: "Input" top: "a" input_param { shape { dim: 1 dim: 0 } } }', "[0] is not a shape of `a`", 1),
    ('layer { name: "d" type: "Silence" bottom: "a" }\ninput: "a"', "the file does not say the shape of `a`", 2),
    ('layer { name: "d" type: "Data" top: "a" }', "Data `d` does not say how large its images are, and of how many channels", 1),
    (INPUT + 'layer { name: "a" }', "layer `a` has no type", 4),
    (INPUT + layer("Python"), "Python `out` is not known here, and the file does not say what it gives", 4),
    (INPUT + layer("ReLU", bottom="other"), "nothing above gives `other`", 4),
    (INPUT + layer("Convolution"), "Convolution `out` has no num_output", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: 1 }"), "Convolution `out` needs a kernel_size, and a stride of at least 1", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: 1 kernel_size: [1, 1, 1] }"),
     "Convolution `out` has 3 numbers of `kernel_size` for 2 axes", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: 1 kernel_size: -1 }"), "Convolution `out` has a `kernel_size` of -1", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: 1.5 }"), "`num_output` must be a whole number, got `1.5`", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: {} }"), "`num_output` must be a whole number, got `{…}`", 4),
    (INPUT + layer("Convolution", "convolution_param { num_output: 1 kernel_size: 1 axis: 2 }"),
     "Convolution `out` needs a map, the channels being axis 1", 4),
    (INPUT + layer("Convolution", "convolution_param { bias_term: 7 num_output: 1 kernel_size: 1 }"),
     "`bias_term` must be true or false, got `7`", 4),
    (INPUT + layer("Convolution", "convolution_param: 3"), "`convolution_param` must be a message in braces, got `3`", 4),
    (INPUT + layer("Flatten", top="f", name="f") + layer("Pooling", bottom="f"), "Pooling `out` needs a map", 5),
    (INPUT + layer("InnerProduct"), "InnerProduct `out` has no num_output", 4),
    (INPUT + layer("Softmax", "softmax_param { axis: 4 }"), "Softmax `out` works along axis 4, which does not exist", 4),
    (INPUT + layer("Concat", "concat_param { axis: 0 }", "data data"), "Concat `out` works along axis 0, which is the batch", 4),
    (INPUT + layer("Reshape", "reshape_param { shape { dim: 0 dim: 5 } }"), "Reshape `out` cannot make [1, 5] of [1, 4, 12, 8]", 4),
    (INPUT + layer("Reshape", "reshape_param { shape { dim: 4 dim: 96 } }"),
     "Reshape `out` makes [4, 96] of [1, 4, 12, 8]: the batch does not stay", 4),
    (INPUT + layer("Reshape", "reshape_param { axis: 9 }"), "Reshape `out` reshapes axes that do not exist", 4),
    (INPUT + layer("Flatten", "flatten_param { axis: 3 end_axis: 1 }"), "Flatten `out` flattens from axis 3 to 1", 4),
    (INPUT + layer("Permute", "permute_param { order: 1 order: 0 }"), "Permute `out` must name axes once, the batch first", 4),
    (INPUT + layer("Slice", "slice_param { slice_point: 9 }", top="a b"), "Slice `out` cuts 4 at [9] for 2 tops", 4),
    (INPUT + layer("Slice", top="a b c"), "Slice `out` cuts 4 into 3 parts", 4),
    (INPUT + layer("Crop"), "Crop `out` needs two bottoms", 4),
    (INPUT + layer("Crop", "crop_param { offset: [1, 2, 3] }", "data data"),
     "Crop `out` needs an offset for each axis, and bottoms of as many axes", 4),
    (INPUT + layer("Eltwise"), "Eltwise `out` needs two bottoms and an operation: SUM, PROD or MAX", 4),
    (INPUT + layer("Axpy"), "Axpy `out` needs three bottoms", 4),
    (INPUT + layer("Interp", "interp_param { pad_beg: 1 }"), "Interp `out` needs a map of two axes, and padding that is not above 0", 4),
    (INPUT + layer("Interp", "interp_param { zoom_factor: 0 }"), "Interp `out` has a factor below 1", 4),
    (INPUT + layer("Upsample", "upsample_param { scale: 0 }"), "Upsample `out` needs a map of two axes, and a scale above 0", 4),
    (INPUT + layer("Reorg", "reorg_param { stride: 0 }"), "Reorg `out` needs a map of two axes, and a stride that divides both", 4),
    (INPUT + layer("Reorg", "reorg_param { stride: 5 }"), "Reorg `out` needs a map of two axes, and a stride that divides both", 4),
    (INPUT + layer("Reorg", "reorg_param { reverse: true }"), "Reorg `out` works in reverse, which is not read here", 4),
    (INPUT + layer("Proposal", "proposal_param { post_nms_topn: 0 }"), "nothing comes out of `out`: [0, 5]", 4),
    (INPUT + layer("PriorBox"), "PriorBox `out` has no min_size", 4),
    (INPUT + layer("PriorBox", "prior_box_param { min_size: 1 aspect_ratio: 0 }"), "PriorBox `out` has an aspect_ratio that is not above 0", 4),
    (INPUT + layer("PriorBox", f"prior_box_param {{ aspect_ratio: {[*range(101)]} }}"), "PriorBox `out` has more than 100 aspect ratios", 4),
    (INPUT + layer("SPP", "spp_param { pyramid_height: 99 }"), "SPP `out` has a pyramid_height of 99", 4),
    (FOLDED + layer("Reshape", "reshape_param { shape { dim: 7 dim: -1 dim: 1 } }", "x"),
     "Reshape `out` cannot make [7, -1, 1] of [60, 3, 4, 4]", 1),
    (FOLDED + layer("Reshape", "reshape_param { shape { dim: 6 dim: 5 dim: -1 } }", "x"),
     "Reshape `out` makes [6, 5, 96] of [60, 3, 4, 4]: the batch does not stay", 1),
    (INPUT + layer("PSROIPooling", "psroi_pooling_param { output_dim: 2 group_size: 3 }", "data data"),
     "PSROIPooling `out` needs a map of output_dim × group_size² channels, and regions", 4),
    (INPUT + layer("ROIPooling"), "ROIPooling `out` needs a map and regions", 4),
    (INPUT + layer("ArgMax", "argmax_param { top_k: 0 }"), "nothing comes out of `out`: [1, 0]", 4),
    (INPUT + 'layers { layer { name: "a" type: "conv" } }', "a layer within `layers`, as before 2013", 4),
])  # fmt: skip
def test_what_cannot_be_read(text, message, line, tmp_path):
    assert complaint(tmp_path, "net.prototxt", text)[:3] == ("E701", message, line)


def test_what_does_not_fit_is_told_as_in_a_spec(tmp_path):
    text = INPUT + layer("Convolution", "convolution_param { num_output: 1 kernel_size: 13 }")

    assert complaint(tmp_path, "net.prototxt", text)[:3] == (
        "E301", "kernel 13 does not fit: the input has 12 along axis H: data 4×12×8", 4,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "head", "known"), [
    ("net.prototxt", b"", True),
    ("-", b'name: "x"\nlayer {\n  type: "ReLU"\n', True),
    ("-", b'layers: { \n  name: "a" }', True),
    ("-", b"layer {\n", False),
    ("-", b"layers:\n  - conv: 3\n", False),
    ("-", b"[net]\n", False),
])  # fmt: skip
def test_what_is_recognised(name, head, known):
    assert caffe.recognises(name, head) == known


def test_a_file_without_its_suffix_is_read_too(tmp_path):
    assert rows(load_text(tmp_path, "net.txt", INPUT + CONV)) == [C]


def test_regions(tmp_path):
    text = (
        'input: "data" input_dim: [1, 4, 12, 8] input: "rois" input_dim: [5, 5, 1, 1]'
        + layer("ROIPooling", "roi_pooling_param { pooled_h: 3 pooled_w: 2 spatial_scale: 0.5 }", "data rois")
        + layer("InnerProduct", "inner_product_param { num_output: 2 }", "out", "f", "f")
    )
    net = load_text(tmp_path, "net.prototxt", text)

    assert [str(node.output) for node in net.nodes[1:]] == ["5 × (4×3×2)", "5 × (2)"]


@pytest.mark.parametrize("tops", ["rois", "rois scores"])
def test_regions_of_a_proposal(tops, tmp_path):
    # OpenCV 4.11 gives 30×5 and 30×1 for these three bottoms.
    text = (
        'input: "map" input_dim: [1, 18, 8, 12] input: "boxes" input_dim: [1, 36, 8, 12] input: "im_info" input_dim: [1, 3, 1, 1]'
        + layer("Proposal", "proposal_param { ratio: [0.5, 1, 2] scale: [8, 16, 32] post_nms_topn: 30 }", "map boxes im_info", tops, "p")
        + layer("ROIPooling", "roi_pooling_param { pooled_h: 3 pooled_w: 2 }", "map rois")
        + layer("InnerProduct", "inner_product_param { num_output: 2 }", "out", "f", "f")
    )
    found = {node.name: str(node.output) for node in load_text(tmp_path, "net.prototxt", text).nodes}

    assert (found["p"], found["out"], found["f"]) == ("30×5", "30 × (18×3×2)", "30 × (2)")
    assert found.get("p_scores") == ("30" if "scores" in tops else None)


# What OpenCV 4 says of the second of them is 5 × 2 × 3 × 3.
@pytest.mark.parametrize(("kind", "options", "keys", "outputs"), [
    ("ROIAlign", "roi_align_param { pooled_h: 3 pooled_w: 2 spatial_scale: 0.25 sampling_ratio: 3 }",
     {"size": (3, 2), "rois": 5, "scale": 0.25, "sampling": 3}, ["5 × (18×3×2)"]),
    ("ROIAlign", "roi_align_param { pooled_h: 3 pooled_w: 2 }", {"sampling": 2}, ["5 × (18×3×2)"]),
    ("PSROIPooling", "psroi_pooling_param { output_dim: 2 group_size: 3 spatial_scale: 0.0625 }",
     {"size": (3, 3), "rois": 5, "scale": 0.0625}, ["2×8×12", "5 × (2×3×3)"]),
])  # fmt: skip
def test_regions_of_forks(kind, options, keys, outputs, tmp_path):
    text = 'input: "data" input_dim: [1, 18, 8, 12] input: "rois" input_dim: [5, 5, 1, 1]' + layer(kind, options, "data rois")
    net = load_text(tmp_path, "net.prototxt", text)

    assert [str(node.output) for node in net.nodes[1:]] == outputs
    assert {key: getattr(net.nodes[-1].layer, key) for key in keys} == keys


def test_steps_and_examples_that_were_one_batch(tmp_path):
    """Convolutions see 60 frames, the LSTM 20 steps of 3 examples; all numbers are those of one frame."""
    text = (
        FOLDED
        + layer("InnerProduct", "inner_product_param { num_output: 7 }", "x", "f", "f")
        + layer("Reshape", "reshape_param { shape { dim: 20 dim: 3 dim: 7 } }", "f", "s", "s")
        + layer("LSTM", "recurrent_param { num_output: 5 }", "s begins", "h", "h")
        + layer("InnerProduct", "inner_product_param { num_output: 2 axis: 2 }", "h", "t", "t")
        + layer("Reshape", "reshape_param { shape { dim: 60 dim: 2 } }", "t", "flat", "flat")
        + layer("Reshape", "reshape_param { shape { dim: -1 dim: 3 dim: 2 } }", "flat", "again", "again")
    )
    assert rows(load_text(tmp_path, "net.prototxt", text)) == [
        ("f", [7], 48 * 7 + 7, 48 * 7), ("s", [1, 7], 0, 0), ("h", [1, 5], 4 * 5 * 12 + 20, 4 * 5 * 12),
        ("t", [1, 2], 12, 10), ("flat", [2], 0, 0), ("again", [1, 2], 0, 0),
    ]  # fmt: skip


SEQUENCE = 'input: "x" input_shape { dim: 20 dim: 3 dim: 7 } input: "begins" input_shape { dim: 20 dim: 3 }'


@pytest.mark.parametrize(("kind", "params", "macs"), [
    # Four gates of 5 read 7 features and 5 of the state, for 3 examples.
    ("LSTM", 4 * 5 * (7 + 5) + 4 * 5, 3 * 4 * 5 * (7 + 5)),
    # The state reads 7 and 5 with a bias, and the output 5 with a bias.
    ("RNN", 7 * 5 + 5 * 5 + 5 * 5 + 5 + 5, 3 * (7 * 5 + 5 * 5 + 5 * 5)),
])  # fmt: skip
def test_a_step_of_a_sequence(kind, params, macs, tmp_path):
    text = SEQUENCE + layer(kind, "recurrent_param { num_output: 5 }", "x begins") + layer(
        "InnerProduct", "inner_product_param { num_output: 2 axis: 2 }", "out", "f", "f")  # fmt: skip

    assert rows(load_text(tmp_path, "net.prototxt", text)) == [("out", [3, 5], params, macs), ("f", [3, 2], 12, 30)]


@pytest.mark.parametrize(("text", "message"), [
    (layer("LSTM", "", "x begins"), "LSTM `out` has no num_output"),
    (layer("LSTM", "recurrent_param { num_output: 5 }", "x"),
     "LSTM `out` is read with two bottoms alone: the sequence, and where one begins"),
    (layer("RNN", "recurrent_param { num_output: 5 expose_hidden: true }", "x begins"),
     "RNN `out` is read with two bottoms alone: the sequence, and where one begins"),
    (layer("RNN", "recurrent_param { num_output: 5 }", "begins begins"),
     "RNN `out` needs a sequence: the steps, the examples, and the features"),
])  # fmt: skip
def test_recurrent_layers_that_cannot_be_read(text, message, tmp_path):
    assert complaint(tmp_path, "net.prototxt", SEQUENCE + text)[:3] == ("E701", message, 1)


PUBLIC = sorted(file["text"] for file in public_files("caffe").values())


@settings(max_examples=150)
@given(st.sampled_from(PUBLIC), st.integers(0, 2**32))
@pytest.mark.slow
def test_files_that_are_not_whole_are_read_or_refused(text, seed):
    describe(caffe, mutate(text, seed).encode())


@settings(max_examples=100)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_bytes_are_read_or_refused(data, start):
    describe(caffe, data)
    describe(caffe, INPUT.encode()[:start] + data)


def test_every_type_is_tried_here():
    import re
    from pathlib import Path

    said = set(re.findall(r"\"(\w+)\"", Path(__file__).read_text(encoding="utf-8")))
    alike = {*caffe._KINDS, "ConvolutionDepthwise", "Log", "Threshold", "Clip", "SoftmaxWithLoss", "EuclideanLoss", "MultiBoxLoss",
             "SigmoidCrossEntropyLoss", "HingeLoss", "InfogainLoss", "ContrastiveLoss", "MultinomialLogisticLoss"}  # fmt: skip

    assert set(caffe._TYPES) - said <= alike


@pytest.mark.parametrize("kind", sorted(caffe._KINDS))
def test_types_with_a_kind_of_their_own(kind, tmp_path):
    net = load_text(tmp_path, "net.prototxt", INPUT + layer(kind))

    assert [node.layer.kind for node in net.nodes[1:]] == [caffe._KINDS[kind]]


def test_parse_is_what_reads_them():
    assert parse("layer {}").has("layer")
