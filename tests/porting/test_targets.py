"""`targets:` in a spec: what `check` says of it."""

import json

import pytest

import cnncalc
from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.converting.convert import convert
from cnncalc.errors import Source
from cnncalc.language.write import write
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
