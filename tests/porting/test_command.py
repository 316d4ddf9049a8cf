"""`cnncalc port`: what it prints, its document, and its exit codes."""

import csv
import io
import json
from pathlib import Path

import pytest

import cnncalc as library
from cnncalc.dialects.base.dialect import dialect_names, find
from tests.nets import spec

SPEC = Path(__file__).parent.parent.parent / "docs/data/ported.yaml"
TEXT = SPEC.read_text(encoding="utf-8")


@pytest.fixture
def run(cnncalc):
    """`cnncalc port` of a text."""
    return lambda text, *arguments: cnncalc("port", "-", *arguments, stdin=text)


def test_a_line_for_each_target_then_the_layers_that_differ(run):
    result = run(TEXT, "--to", "onnxruntime,openvino,keras")
    assert result.code == 1
    assert result.out == """\
target       converted by  the network there
onnxruntime  torch.onnx    the same
openvino     torch.onnx    another size: 1, it ends at sum
keras                      the same, explicit padding: 3
ported · from torch · the same in 2 of 3

target    layer   op        there                                                             write instead
openvino  pool    max_pool  another size: 16×18×18, not 16×17×17                              ceil: false
openvino  sum     add       it ends here: cannot add different shapes: 16×18×18 and 16×17×17
keras     stem    conv      explicit padding                                                  pad: 1, then padding: valid
keras     pool    max_pool  explicit padding                                                  pad: 1, then padding: valid, ceil: false
keras     smooth  avg_pool  explicit padding                                                  pad: 1, then padding: valid
a max_pool is padded with the lowest value; zeros do where nothing is negative
an avg_pool behind a pad counts the zeros
"""


def test_where_nothing_but_padding_differs_the_exit_code_is_0(run):
    assert run(TEXT, "--to", "keras").code == 0


def test_without_to_all_other_dialects_are_targets(run):
    document = json.loads(run(TEXT, "--format", "json").out)
    assert [there["target"] for there in document["targets"]] == [n for n in dialect_names() if n != "torch"]


def test_the_document_has_every_layer(run):
    document = json.loads(run(TEXT, "--to", "openvino", "--format", "json").out)
    (there,) = document["targets"]
    layers = {layer["layer"]: layer for layer in there["layers"]}
    assert (document["analysis"], document["from"]) == ("port", "torch")
    assert (there["same"], there["route"], there["converters"]) == (False, ["onnx", "openvino"], ["torch.onnx", ""])
    assert list(layers) == ["stem", "stem.act", "pool", "skip", "sum", "smooth"]
    assert layers["pool"] == {
        "layer": "pool", "op": "max_pool", "verdict": "size",
        "output": {"channels": 16, "size": [17, 17]}, "output_there": {"channels": 16, "size": [18, 18]},
        "shift": None, "why": "16×18×18, not 16×17×17", "fix": "ceil: false", "breaks": None,
        "inputs": ["stem.act"],
    }  # fmt: skip
    assert layers["smooth"]["output_there"] is None


def test_csv_has_a_line_for_every_layer_in_every_target(run):
    rows = list(csv.DictReader(io.StringIO(run(TEXT, "--to", "openvino,keras", "--format", "csv").out)))
    assert len(rows) == 2 * 6
    assert [row["verdict"] for row in rows if row["layer"] == "pool"] == ["size", "padded"]


def test_csv_has_what_is_known_of_the_target_and_the_outputs(run):
    net = spec(
        "conv: {name: c, filters: 8, kernel: 3, stride: 2, padding: same}",
        "upsample: {name: u, scale: 2}",
        head="dialect: keras\n",
    )
    rows = list(csv.DictReader(io.StringIO(run(net, "--to", "opencv,mxnet", "--format", "csv").out)))
    keys = ("target", "layer", "version", "route", "converters", "not_known", "offset_h", "offset_w")
    opencv, mxnet = find("opencv").version, find("mxnet").version
    assert [tuple(row[key] for key in keys) for row in rows] == [
        ("opencv", "c", opencv, "onnx, opencv", "tf2onnx", "", "", ""),
        ("opencv", "u", opencv, "onnx, opencv", "tf2onnx", "", "-1", "-1"),
        ("mxnet", "c", mxnet, "mxnet", "", "upsample", "", ""),
        ("mxnet", "u", mxnet, "mxnet", "", "upsample", "", ""),
    ]


def test_offsets_to_several_inputs_have_their_names(run):
    conv = "conv: {name: %s_conv, filters: 8, kernel: 3, stride: 2, padding: same, from: %s}"
    net = (
        "dialect: keras\ninputs:\n  a: {channels: 4, size: [8, 8]}\n  b: {channels: 4, size: [8, 8]}\nlayers:\n"
        f"  - {conv % ('a', 'a')}\n  - {conv % ('b', 'b')}\n  - add: {{from: [a_conv, b_conv]}}\n"
    )
    *_, last = csv.DictReader(io.StringIO(run(net, "--to", "opencv", "--format", "csv").out))
    assert [last[key] for key in ("a_offset_h", "a_offset_w", "b_offset_h", "b_offset_w")] == ["-1"] * 4


def test_a_narrow_terminal_is_told_of_the_options_there_are(run):
    out = run(TEXT, "--to", "openvino,tflite", "--width", "40").out
    assert "too narrow for: converted by (--width helps)" in " ".join(out.split())


@pytest.mark.parametrize("format", ["markdown", "html", "latex"])
def test_other_formats_have_both_tables(run, format):
    out = run(TEXT, "--to", "openvino", "--format", format).out
    assert "the network there" in out
    assert "write instead" in out


def test_a_shift_is_followed_to_the_outputs(run):
    # OpenCV pads one before where one is missing behind; behind it, one element is two of the input.
    net = spec(
        "conv: {filters: 8, kernel: 2, stride: 2}",
        "conv: {name: moved, filters: 8, kernel: 3, stride: 2, padding: same}",
        head="dialect: keras\n",
    )
    document = json.loads(run(net, "--to", "opencv", "--format", "json").out)
    assert document["targets"][0]["layers"][1]["shift"] == ["-1", "-1"]
    assert document["targets"][0]["outputs"][0]["offset"] == ["-2", "-2"]


def test_without_a_dialect_from_says_where_it_comes_from(run):
    net = spec("avg_pool: {size: 3, stride: 2, padding: 1}")
    assert "--from says where it comes from" in run(net, "--to", "darknet").out
    assert "divided by 4, not 9" in run(net, "--to", "darknet", "--from", "torch").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--to", "tflit"], "there is no dialect `tflit` (did you mean `tflite`?)"),
     (["--from", "keras"], "ported has the dialect torch, not keras (--from is for specs that have none)")],
)  # fmt: skip
def test_what_cannot_be_asked(run, arguments, message):
    result = run(TEXT, *arguments)
    assert (result.code, result.err) == (2, f"cnncalc: {message}\n")


def test_in_python():
    result = library.port(library.loads(TEXT), to=["keras"])
    assert [there.verdict for there in result.networks] == ["padded"]
    assert result.to_dict()["targets"][0]["same"] is True
    assert result._repr_html_().count("<table>") == 2
