"""`targets:` in a spec: what `check` says of it."""

import json

import pytest

import cnncalc
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.converting.convert import convert
from cnncalc.errors import Diagnostic, Source
from cnncalc.language.write import write
from cnncalc.porting.promises import join_by_layer
from tests.nets import spec

POOL = "max_pool: {name: pool, size: 3, stride: 3, padding: 1, ceil: true}"
INPUT = "input: {channels: 4, size: [11, 11]}\n"


def found(text, select=("W63",)):
    """(code, severity, message, help) of what is said of a text."""
    findings = judge_source(Source("spec.yaml", text), rules=Rules(select=select)).findings
    return [(f.code, f.severity, f.message, f.help) for f in findings]


def net(targets, *layers, dialect="torch"):
    """A spec with these targets."""
    return spec(*layers, head=f"dialect: {dialect}\ntargets: {targets}\n", input=INPUT)


def test_targets_that_say_the_same_share_a_finding():
    assert found(net("[ncnn, openvino, onnxruntime]", POOL)) == [
        ("W631", "error", "`pool` has another size in ncnn and openvino: 4×5×5, not 4×4×4", "write ceil: false")
    ]


def test_where_maps_no_longer_meet_is_said():
    layers = [POOL, "conv: {name: skip, filters: 4, kernel: 1, stride: 3, from: input}", "add: {name: sum, from: [pool, skip]}"]
    assert found(net("ncnn", *layers))[1:] == [
        ("W631", "error", "`sum` cannot be built in ncnn: cannot add different shapes: 4×5×5 and 4×4×4", "")
    ]


def test_a_fix_in_the_words_of_the_target_says_so():
    layer = "conv_transpose: {name: up, filters: 4, kernel: 4, stride: 2, padding: 1}"
    assert found(net("flax", layer)) == [
        ("W631", "error", "`up` has another size in flax: 4×20×20, not 4×22×22", "in flax: padding: [[2, 2], [2, 2]]")
    ]


def test_padding_is_a_note_and_does_not_fail():
    checked = judge_source(Source("spec.yaml", net("keras", "conv: {filters: 4, kernel: 3, stride: 2, padding: 1, bias: false}")))
    assert not any(verdict.fails() for verdict in checked.verdicts)


def test_without_targets_and_in_its_own_dialect_nothing_is_said():
    assert found(net("[]", POOL)) == found(net("torch", POOL)) == []


def test_targets_of_the_file_hold_for_its_models_unless_they_have_their_own():
    model = {"input": {"channels": 4, "size": [11, 11]}, "layers": [json.loads('{"max_pool": {"size": 3, "stride": 3, "padding": 1, "ceil": true}}')]}
    text = json.dumps({"dialect": "torch", "targets": "ncnn", "models": {"a": model, "b": {**model, "targets": []}}})
    assert len(found(text)) == 1
    assert cnncalc.loads(text, model="a").targets == ("ncnn",)
    assert cnncalc.loads(text, model="b").targets == ()


def test_its_own_dialect_is_judged_as_well():
    # Keras has numbers for no pool: zeros before it would count, and are not counted here.
    pool = "avg_pool: {name: pool, size: 3, padding: 1}"
    assert found(net("keras", pool, dialect="keras")) == [
        ("W633", "error", "`pool` has other averages in keras: divided by 9, not 4, at the border", "")
    ]
    assert found(net("mnn", POOL, dialect="mnn")) == []


def test_all_targets_are_in_the_finding_of_a_layer():
    assert found(net("[mxnet, mlx, flax]", "upsample: {name: up, scale: 2}"))[0][2] == (
        "nobody knows of `up` in mxnet, mlx and flax: `upsample` was not looked at"
    )
    # None of them has a before and an after, and Caffe has no layer that pads.
    layer = "conv: {name: c, filters: 4, kernel: 4, stride: 1, padding: same}"
    assert found(net("[caffe, nnabla, chainer]", layer, dialect="keras")) == [
        ("W634", "note", "`c` needs a layer of padding in nnabla and chainer", "write pad: [[1, 2], [1, 2]], then padding: 0"),
        ("W635", "error", "`c` cannot be written in caffe: Caffe cannot pad a `conv` like this", ""),
    ]


def test_reasons_that_differ_are_all_told():
    layer = "max_pool: {name: p, size: 3, dilation: 2}"
    assert found(net("[ncnn, caffe, keras]", layer)) == [
        ("W635", "error", ("`p` cannot be written in ncnn: ncnn has no `dilation` of `max_pool`; in caffe: Caffe has no "
         "`dilation` of `max_pool`; in keras: Keras has no `dilation` of `max_pool`"), "")
    ]


def test_fixes_that_differ_say_for_which_target_they_are():
    layer = "conv: {name: c, filters: 4, kernel: 3, padding: [[1, 0], [1, 0]]}"
    assert found(net("[tflite, chainer, mxnet]", layer, dialect="onnx")) == [
        ("W634", "note", "`c` needs a layer of padding in tflite, chainer and mxnet", ("write pad: [[1, 0], [1, 0]], then "
         "padding: valid (tflite); write pad: [[1, 0], [1, 0]], then padding: 0 (chainer and mxnet)"))
    ]


def test_where_it_ends_is_one_finding_for_all_targets():
    layers = [POOL, "conv: {name: skip, filters: 4, kernel: 1, stride: 3, from: input}", "add: {name: sum, from: [pool, skip]}"]
    assert found(net("[ncnn, openvino]", *layers))[1:] == [
        ("W631", "error", "`sum` cannot be built in ncnn and openvino: cannot add different shapes: 4×5×5 and 4×4×4", "")
    ]


def test_what_several_say_of_a_layer_is_one_finding():
    a, b, c = (Diagnostic("W631", message, None, None, layer=layer, help=help) for message, layer, help in
               [("smaller", "x", "write 1"), ("it ends", "x", ""), ("larger", "y", "")])  # fmt: skip
    assert [(one.layer, one.message, one.help) for one in join_by_layer([a, b, c])] == [
        ("x", "smaller; it ends", "write 1"), ("y", "larger", "")
    ]  # fmt: skip


def test_padding_of_a_max_pool_says_what_zeros_do():
    assert found(net("tflite", "max_pool: {name: p, size: 3, stride: 3, padding: 1}")) == [
        ("W634", "note", "`p` needs a layer of padding in tflite", ("write pad: 1, then padding: valid; "
         "a max_pool is padded with the lowest value; zeros do where nothing is negative"))
    ]


AVERAGE = "avg_pool: {name: p, size: 3, stride: 2, padding: 1%s}"


# Over 11 elements `same` of a stride of 2 is a padding of 1, as is that of the pool.
@pytest.mark.parametrize(
    ("said", "wanted"),
    [("", [("W637", "note", ("nobody knows whether `p` has the same averages in torch and flax: without a dialect it is "
            "open whether they count the padding"), "name the `dialect:`, or write `count_padding`")]),
     (", count_padding: true", []),
     (", count_padding: false", [])],
)  # fmt: skip
def test_averages_of_which_nobody_says_what_they_count(said, wanted):
    text = spec(AVERAGE % said, head="targets: [torch, flax]\n", input=INPUT)
    assert found(text) == wanted


def test_averages_that_say_what_they_count_are_compared_without_a_dialect():
    # Nine elements of the window, or the four of them in the corner that are inputs.
    counted, inputs = (spec(AVERAGE % f", count_padding: {said}", head="targets: [caffe, darknet]\n", input=INPUT)
                       for said in ("true", "false"))  # fmt: skip
    assert [one[2] for one in found(counted)] == ["`p` has other averages in darknet: divided by 4, not 9, at the border"]
    assert [one[2] for one in found(inputs)] == ["`p` has other averages in caffe: divided by 9, not 4, at the border"]


def test_an_unknown_target_is_an_error_with_what_is_meant():
    assert found(net("[tflit, onnx]", "relu"))[0][::2][:1] == ("E104",)
    assert found(net("[tflit, onnx]", "relu"))[0][3] == "did you mean `tflite`?"


@pytest.mark.parametrize("written", [write, convert])
def test_a_spec_that_is_written_keeps_them(written):
    network = cnncalc.loads(net("[ncnn, onnx]", "relu"))
    assert "targets: [ncnn, onnx]\n" in written(network)


def test_a_spec_beside_a_model_file_may_have_them(tmp_path, cnncalc):
    (tmp_path / "net.cfg").write_text("[net]\nwidth=32\nheight=32\nchannels=3\n[maxpool]\nsize=3\nstride=2\n")
    (tmp_path / "net.cfg.yaml").write_text("targets: [keras, tflite]\n")
    result = cnncalc("check", str(tmp_path / "net.cfg"))
    assert "E1" not in result.out + result.err
