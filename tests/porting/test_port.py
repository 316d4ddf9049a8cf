"""What becomes of a layer elsewhere: verdicts that can be checked by eye."""

import pytest

import cnncalc
from cnncalc.porting.port import port
from tests.nets import spec

INPUT = "input: {channels: 4, size: [%s]}\n"


def carried(layers, to, *, source="torch", size="15, 15"):
    """What becomes of a network of these layers in a target."""
    head = f"dialect: {source}\n" if source else ""
    network = cnncalc.loads(spec(*layers, head=head, input=INPUT % size))
    return port(network, to).networks[0]


def told(layer, to, **options):
    """(verdict, why, fix) of a single layer."""
    judged = carried([layer], to, **options).layers[-1].judged
    return judged.verdict, judged.why, judged.fix


CASES = [
    # An odd size: TensorFlow's `same` of a stride of 2 pads both sides, as PyTorch's padding of 1.
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: 1}", "torch", "15, 15", "keras", ("same", "", "")),
    # An even size: it pads the end alone, so the converter adds a layer.
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: 1}", "torch", "16, 16", "keras",
     ("padded", "", "pad: 1, then padding: valid")),
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", "keras", "16, 16", "torch",
     ("padded", "", "pad: [[0, 1], [0, 1]], then padding: 0")),
    # The same as pairs, where a layer has them.
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", "keras", "16, 16", "onnx", ("same", "", "")),
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", "keras", "16, 16", "caffe",
     ("inexpressible", "Caffe cannot pad a `conv` like this", "")),
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", "keras", "15, 15", "caffe", ("same", "", "")),
    # Five windows of 3 by 3 from -1 on: the last starts at 11 of 13, and is dropped by nobody.
    ("max_pool: {size: 2, stride: 2, ceil: true}", "torch", "15, 15", "keras", ("same", "", "")),
    # 2 by 2 windows from -1 on: the one that starts at 15, behind the input, PyTorch drops and ncnn keeps.
    ("max_pool: {size: 2, stride: 2, padding: 1, ceil: true}", "torch", "14, 14", "ncnn",
     ("same", "", "")),
    ("max_pool: {size: 2, stride: 4, padding: 1, ceil: true}", "torch", "14, 14", "ncnn",
     ("size", "4×5×5, not 4×4×4", "ceil: false")),
    ("max_pool: {size: 3, dilation: 2}", "torch", "15, 15", "ncnn",
     ("inexpressible", "ncnn has no `dilation` of `max_pool`", "")),
    # Nine elements in PyTorch, four of them real in the corner.
    ("avg_pool: {size: 3, stride: 2, padding: 1}", "torch", "15, 15", "onnx", ("same", "", "")),
    ("avg_pool: {size: 3, stride: 2, padding: 1}", "torch", "15, 15", "keras",
     ("padded", "", "pad: 1, then padding: valid")),
    ("avg_pool: {size: 3, stride: 2, padding: same}", "keras", "15, 15", "caffe",
     ("averages", "divided by 9, not 4, at the border", "")),
    ("avg_pool: {size: 3, stride: 2, padding: same}", "keras", "15, 15", "ncnn",
     ("averages", "divided by 9, not 4, at the border", "padding: 1")),
    # Zeros take part in NNEF's max pools, unless a converter says that they do not.
    ("max_pool: {size: 3, stride: 2, padding: same}", "flax", "16, 16", "nnef",
     ("border", "reads zeros, not nothing, beyond the border", "pad: [[0, 1], [0, 1]], then padding: valid")),
    ("max_pool: {size: 3, stride: 2, padding: same}", "keras", "16, 16", "nnef", ("same", "", "")),
    ("max_pool: {size: 3, padding: same}", "flax", "16, 16", "nnef",
     ("border", "reads zeros, not nothing, beyond the border", "pad: 1, then padding: valid")),
    ("max_pool: {size: 2, stride: 2, padding: same}", "flax", "16, 16", "nnef", ("same", "", "")),
    ("conv: {filters: 4, kernel: 3, stride: 2, padding: same}", "flax", "16, 16", "tensorlayerx",
     ("border", "reads the last element again, not zeros, beyond the border", "pad: [[0, 1], [0, 1]], then padding: 0")),
    # Numbers are added to the stretched input: k - 1 - p says the same.
    ("conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 0}", "torch", "7, 7", "flax",
     ("size", "4×10×10, not 4×16×16", "padding: valid")),
    ("conv_transpose: {filters: 4, kernel: 4, stride: 2, padding: 1}", "torch", "7, 7", "keras",
     ("same", "", "")),
    ("conv_transpose: {filters: 4, kernel: 3, stride: 2, padding: 1, output_padding: 1}", "torch", "7, 7",
     "caffe", ("padded", "", "padding: valid, without output_padding, then crop: [[1, 0], [1, 0]]")),
    # Beside VALID neither MNN nor tract rounds up, though MNN's pools do by default: ⌊(8 − 3)/2⌋ + 1 = 3.
    ("max_pool: {size: 3, stride: 2}", "mnn", "8, 8", "mnn", ("same", "", "")),
    ("max_pool: {size: 3, stride: 2}", "mnn", "8, 8", "torch", ("same", "", "")),
    ("max_pool: {size: 3, stride: 2, ceil: true}", "tract", "8, 8", "torch", ("same", "", "")),
    ("max_pool: {size: 3, stride: 2, padding: 0}", "mnn", "8, 8", "torch", ("same", "", "")),
    ("max_pool: {size: 3, stride: 2, padding: 0}", "mnn", "8, 8", "darknet", ("same", "", "")),
    # SAME leaves the padding out in MNN, numbers count it.
    ("avg_pool: {size: 3, stride: 1, padding: same}", "mnn", "8, 8", "keras", ("same", "", "")),
    ("avg_pool: {size: 3, stride: 1, padding: 1}", "mnn", "8, 8", "keras",
     ("padded", "", "pad: 1, then padding: valid")),
    ("lp_pool: 3", "torch", "7, 7", "darknet", ("inexpressible", "Darknet has no `lp_pool`", "")),
    ("pixel_shuffle: 2", "torch", "7, 7", "ncnn",
     ("unknown", "`pixel_shuffle` was not looked at", "")),
]  # fmt: skip


@pytest.mark.parametrize(("layer", "source", "size", "to", "wanted"), CASES)
def test_a_layer(layer, source, size, to, wanted):
    assert told(layer, to, source=source, size=size) == wanted


def test_sizes_are_led_on_to_where_they_break():
    layers = [
        "conv: {name: a, filters: 4, kernel: 3, padding: 1}",
        "max_pool: {name: p, size: 2, stride: 4, padding: 1, ceil: true}",
        "conv: {name: b, filters: 4, kernel: 2, stride: 4, padding: 1, from: a}",
        "add: {name: s, from: [p, b]}",
    ]
    found = carried(layers, "ncnn", size="14, 14")
    assert [(layer.node.name, layer.breaks) for layer in found.breaks] == [
        ("s", "cannot add different shapes: 4×5×5 and 4×4×4")
    ]
    assert found.is_another


def test_the_nearest_element_is_another_one():
    layers = ["conv: {filters: 4, kernel: 3, stride: 2}", "resize: {size: [10, 10], mode: nearest}"]
    found = carried(layers, "keras")
    assert found.verdict == "shifted"
    assert found.layers[-1].judged.why == "windows over other elements"
