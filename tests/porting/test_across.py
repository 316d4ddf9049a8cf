"""A layer under the rules of all dialects, side by side."""

import pytest

import cnncalc
from cnncalc.dialects.base.dialect import dialect_names
from cnncalc.errors import UsageError
from tests.nets import spec

NET = spec(
    "conv: {name: stem, filters: 8, kernel: 3, stride: 2, padding: same, norm: batch_norm}",
    "avg_pool: {name: pool, size: 3, stride: 2, padding: 1}",
    "relu: {name: last}",
    input="input: {channels: 3, size: [224, 224]}\n",
)


def read(layer):
    """The readings of a layer by the names of dialects."""
    table = cnncalc.analyze(cnncalc.loads(NET), "padding", across=True, layer=layer)
    return {name: row.values for row in table.rows for name in row.values["runtimes"]}


def test_all_dialects_are_there_once():
    assert sorted(read("stem")) == list(dialect_names())


# ⌈224 / 2⌉ windows of 3 need one element more: behind the input, or in front of it where half of
# the kernel is padded there.
@pytest.mark.parametrize(
    ("name", "first", "odd"),
    [("keras", [0, 0], ["after", "after"]), ("tflite", [0, 0], ["after", "after"]),
     ("opencv", [-1, -1], ["before", "before"])],
)  # fmt: skip
def test_where_the_first_window_begins(name, first, odd):
    found = read("stem")[name]
    assert (found["length"], found["first"], found["odd"]) == ([112, 112], first, odd)


def test_what_is_refused_says_why():
    assert read("stem")["torch"]["refused"] == "padding='same' is not supported for strided convolutions"


# Windows of 3 from -1 on over 112: the first reads two elements, the last begins at 109.
@pytest.mark.parametrize(
    ("name", "wanted"),
    [("torch", [3, 3]), ("mlx", [3, 3]), ("keras", [2, 3]), ("onnx", [2, 3])],
)
def test_what_averages_divide_by(name, wanted):
    assert read("pool")[name]["divisors"] == [wanted, wanted]


def across(*layers, dialect="torch", size="10, 11"):
    """The readings of a network of these layers, by dialect, and the notes below them."""
    text = spec(*layers, head=f"dialect: {dialect}\n", input=f"input: {{channels: 4, size: [{size}]}}\n")
    table = cnncalc.analyze(cnncalc.loads(text), "padding", across=True)
    return {name: row.values for row in table.rows for name in row.values["runtimes"]}, table.caption.split("\n")


# What a runtime cannot say is in no line of those that can: `port` says of these what else becomes of them.
@pytest.mark.parametrize(("layer", "refused"), [
    ("conv: {filters: 4, kernel: 4, padding: same}",
     {"darknet": "it has no padding `same`", "theano": "it has no padding `same`", "caffe": "its padding is a number"}),
    ("conv: {filters: 4, kernel: 4, padding: [[1, 0], [1, 0]]}",
     {"caffe": "its padding is as much before as after", "darknet": "its padding is as much before as after",
      "tflite": "its padding is a word"}),
    ("max_pool: {size: 2, stride: 1, padding: same}", {"caffe": "its padding is a number", "theano": "its padding is a number"}),
])  # fmt: skip
def test_what_a_runtime_cannot_say_is_refused(layer, refused):
    found, _ = across(layer)
    assert {name: found[name]["refused"] for name in refused} == refused


def test_what_another_layer_pads_is_a_line_of_its_own():
    found, _ = across("conv: {filters: 4, kernel: 4, padding: [[1, 0], [1, 0]]}")
    assert {name for name, values in found.items() if values["apart"]} == {"keras", "torch"}
    assert (found["keras"]["length"], found["onnx"]["length"]) == ([8, 9], [8, 9])


POOL = "max_pool: {size: 3, stride: 2%s}"


# ⌊(8 − 3)/2⌋ + 1 = 3 with `ceil: false` written out; who leaves it out has ⌈(8 − 3)/2⌉ + 1 = 4 in Caffe.
@pytest.mark.parametrize(
    ("dialect", "said", "notes"),
    [("torch", "", ["`padding: same` holds in tensorlayerx", "`ceil: true` holds in caffe, chainer, mnn, ncnn, opencv4"]),
     ("torch", ", ceil: true, padding: 0", []),
     ("caffe", ", padding: 1", ["`ceil: false` holds in keras, torch, coreml, darknet, equinox and 21 more"])],
)  # fmt: skip
def test_defaults_that_are_others_are_told(dialect, said, notes):
    found, caption = across(POOL % said, dialect=dialect, size="8, 8")
    if not said:
        assert found["torch"]["length"] == found["caffe"]["length"] == [3, 3]
    assert caption[1].startswith("the same keys everywhere, defaults written out")
    assert caption[5:] == [f"where max_pool leaves it out, {note}" for note in notes]


@pytest.mark.parametrize(
    ("dialect", "note"),
    [("onnx", "`stride: 1` holds in equinox, flax, mindspore"),
     ("flax", "`stride: size` holds in keras, torch, caffe, chainer, coreml and 22 more")],
)  # fmt: skip
def test_a_stride_that_is_left_out_is_another(dialect, note):
    _, caption = across("max_pool: 3", dialect=dialect, size="8, 8")
    assert f"where max_pool leaves it out, {note}" in caption


def test_every_window_has_lines_of_its_own():
    table = cnncalc.analyze(cnncalc.loads(NET), "padding", across=True)
    assert list(dict.fromkeys(row.values["layer"] for row in table.rows)) == ["stem", "pool"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"across": True, "layer": "last"}, "`last` has no window that could be padded"),
     ({"across": True, "layer": "stm"}, "model has no layer `stm`"),
     ({"layer": "stem"}, "--layer goes with --across")],
)  # fmt: skip
def test_what_cannot_be_asked(options, message):
    with pytest.raises(UsageError, match=message):
        cnncalc.analyze(cnncalc.loads(NET), "padding", **options)
