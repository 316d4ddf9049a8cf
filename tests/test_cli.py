"""The command line as a user meets it: what it prints, where, and with which exit code."""

import json
import re
import sys

import pytest

from cnncalc import __version__, analyze, load, loads

RESNET = "specs/resnet50.yaml"


SMALL = "name: small\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 4, kernel: 3, activation: relu}\n  - flatten\n  - dense: 2\n"


def test_the_shapes_of_a_small_net_in_a_pipe(cnncalc):
    assert cnncalc("shapes", "-", stdin=SMALL) == (0, (
        "layer     op         window  output  params\n"
        "input     input               3×8×8\n"
        "conv1     conv+relu  3×3      4×6×6     112\n"
        "flatten1  flatten               144\n"
        "dense1    dense                   2     290\n"
        "small · 402 params\n"
    ), "")  # fmt: skip


def test_expand_shows_a_row_for_the_activation(cnncalc):
    _, out, _ = cnncalc("shapes", "-", "--expand", stdin=SMALL)

    assert [line.split()[0] for line in out.split("\n")[1:6]] == ["input", "conv1", "conv1.act", "flatten1", "dense1"]


def test_the_json_document_is_the_library_s(cnncalc):
    code, out, _ = cnncalc("shapes", RESNET, "--format", "json")

    assert code == 0
    assert json.loads(out) == analyze(load(RESNET), "shapes").to_dict()


def test_the_json_document_keeps_the_contract():
    document = analyze(load(RESNET), "summary").to_dict()
    stem = document["layers"][1]

    assert {k: v for k, v in document.items() if k not in ("layers", "totals")} == {
        "schema": 1, "cnncalc": __version__, "analysis": "summary", "model": "resnet50",
        "dialect": "torch", "batch": 1,
    }  # fmt: skip
    axis = {"size": 7, "stride": "2", "offset": "0", "padding": "3", "size_min": 7, "size_max": 7, "global": False}
    assert stem == {
        "layer": "stem", "op": "conv", "inputs": ["input"],
        "window": {"kernel": [7, 7], "stride": [2, 2], "dilation": [1, 1], "padding": [[3, 3], [3, 3]]},
        "output": {"channels": 64, "size": [112, 112]},
        "params": 64 * 3 * 49, "trainable": 64 * 3 * 49, "buffers": 0,
        "macs": 64 * 112 * 112 * 3 * 49, "flops": 2 * 64 * 112 * 112 * 3 * 49,
        "receptive_field": {"input": [axis, axis]},
    }  # fmt: skip
    assert document["totals"] == {
        "params": 25557032, "trainable": 25557032, "buffers": 53120, "macs": 4089184256,
        "flops": sum(row["flops"] for row in document["layers"]),
    }  # fmt: skip
    assert [row["layer"] for row in document["layers"][:4]] == ["input", "stem", "stem.norm", "stem.act"]


def test_batch_multiplies_work_and_no_weights():
    one, eight = (analyze(load(RESNET), "summary", batch=b).to_dict()["totals"] for b in (1, 8))

    assert eight["macs"] == 8 * one["macs"]
    assert eight["flops"] == 8 * one["flops"]
    assert eight["params"] == one["params"]


def test_depth_folds_blocks_in_every_format(cnncalc):
    _, out, _ = cnncalc("summary", RESNET, "--depth", "1", "--format", "json")
    rows = {row["layer"]: row for row in json.loads(out)["layers"]}

    assert list(rows) == ["input", "stem", "max_pool1", "layer1", "layer2", "layer3", "layer4", "global_avg_pool1", "fc"]
    assert rows["layer2"]["params"] == 1219584
    assert rows["layer2"]["op"] == "Bottleneck ×4"
    assert rows["layer2"]["inputs"] == ["layer1"]
    assert rows["stem"]["params"] == 9536

    _, out, _ = cnncalc("shapes", RESNET, "--depth", "2", "--format", "csv")

    assert "layer2.3,Bottleneck,,512×28×28,280064" in out


@pytest.mark.parametrize("name", ["text", "csv", "markdown", "html", "rich"])
def test_every_format_shows_every_folded_row(cnncalc, name):
    code, out, _ = cnncalc("params", RESNET, "--depth", "1", "--format", name, "--width", "120")

    assert code == 0
    for word in ("layer3", "Bottleneck ×6", "7,098,368" if name != "csv" else "7098368"):
        assert word in out


def test_rich_leaves_out_columns_rather_than_digits(cnncalc):
    _, wide, _ = cnncalc("summary", RESNET, "--depth", "1", "--width", "160", "--color", "never")
    _, narrow, _ = cnncalc("summary", RESNET, "--depth", "1", "--width", "80", "--color", "never")

    assert "FLOPs" in wide
    assert "14,964,736" in narrow
    assert "too narrow for: FLOPs" in narrow
    assert max(len(line.rstrip()) for line in narrow.split("\n")) <= 80


def test_rich_reads_no_markup_from_a_spec(cnncalc):
    text = 'name: "[bold]x[/relu]"\ninput: {features: 3}\nlayers: [dense: 2]'
    code, out, _ = cnncalc("shapes", "-", "--format", "rich", "--color", "never", "--width", "80", stdin=text)

    assert code == 0
    assert "[bold]x[/relu]" in out


@pytest.mark.parametrize(("choice", "environment", "colored"), [
    ("auto", {}, False), ("auto", {"FORCE_COLOR": "1"}, True), ("always", {"NO_COLOR": "1"}, True),
    ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ("never", {"FORCE_COLOR": "1"}, False),
])  # fmt: skip
def test_colour_is_as_asked_for(cnncalc, monkeypatch, choice, environment, colored):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _, out, _ = cnncalc("shapes", "specs/lenet5.yaml", "--color", choice)

    assert ("\x1b[" in out) == colored


@pytest.mark.parametrize(("arguments", "message"), [
    (["shaps", RESNET], "there is no command `shaps` (did you mean `shapes`?)"),
    (["shapes", RESNET, "--format", "jsn"], "there is no format `jsn` for tables (did you mean `json`?)"),
    (["shapes", RESNET, "--columns", "layer,parms"], "there is no column `parms` (did you mean `params`?)"),
    (["shapes", RESNET, "--set", "clases=3"], "specs/resnet50.yaml has no variable `clases` (did you mean `classes`?)"),
    (["shapes", RESNET, "--set", "classes"], "--set takes NAME=VALUE, got classes"),
    (["shapes", RESNET, "--size", "224"], "the input `input` has 2 axes, got 1 (it is 3×224×224)"),
    (["shapes", RESNET, "--size", "2x,3"], "--size takes whole numbers, got  (--size 224,224)"),
    (["shapes", RESNET, "--size", "image=64,64"], "there is no input `image` (inputs: input)"),
    (["shapes", RESNET, "--channels", "0"], "the input `input` cannot have 0 channels (it is 3×224×224)"),
    (["shapes", "specs/dcgan.yaml"], "specs/dcgan.yaml holds several models (name one of generator, discriminator: specs/dcgan.yaml::generator)"),
    (["shapes", "specs/dcgan.yaml::generatr"], "specs/dcgan.yaml has no model or variant `generatr` (did you mean `generator`?)"),
    (["shapes", "nowhere.yaml"], "cannot read nowhere.yaml: No such file or directory"),
    (["shapes", ""], "cannot read a file without a name: No such file or directory"),
    (["shapes", "specs"], "cannot read specs: Is a directory"),
    (["check", "tests/conformance"], "no spec found in tests/conformance (in a directory, specs are the YAML files that carry `cnncalc: 1`; of a model file net.onnx, net.onnx.yaml says what is expected)"),
    (["explain", "Conv2D"], "there is no code, kind of layer, key, formula or solver `Conv2D` (`Conv2D` is called `conv` here)"),
    (["params", RESNET, "--by", "colour"], "--by takes block, op or depth, got colour"),
    (["params", RESNET, "--top", "0"], "--top takes a number from 1, got 0"),
    (["shapes", RESNET, "--color", "red"], "--color takes auto, always or never, got red"),
])  # fmt: skip
def test_wrong_usage_is_one_line_and_exit_2(cnncalc, arguments, message):
    assert cnncalc(*arguments) == (2, "", f"cnncalc: {message}\n")


def test_set_size_and_channels_change_the_input(cnncalc):
    code, out, _ = cnncalc("summary", RESNET, "--set", "classes=10", "--size", "64,96", "--channels", "input=1", "--format", "json")
    document = json.loads(out)

    assert code == 0
    assert document["layers"][0]["output"] == {"channels": 1, "size": [64, 96]}
    assert document["totals"]["params"] == 25557032 - 990 * 2049 - 2 * 64 * 49


def test_columns_are_those_asked_for(cnncalc):
    _, out, _ = cnncalc("shapes", "-", "--columns", "layer,inputs,params", stdin=SMALL)

    assert out.split("\n")[2].split() == ["conv1", "input", "112"]


def test_params_by_op_and_top(cnncalc):
    _, out, _ = cnncalc("params", RESNET, "--by", "op")

    assert [line.split()[:3] for line in out.split("\n")[1:4]] == [
        ["conv", "53", "23,454,912"], ["dense", "1", "2,049,000"], ["batch_norm", "53", "53,120"],
    ]  # fmt: skip

    _, out, _ = cnncalc("params", RESNET, "--top", "2", "--by", "block")

    assert [line.split()[0] for line in out.split("\n")[1:3]] == ["layer4", "layer3"]


BROKEN = SMALL.replace("  - flatten\n", "  - conv: {filters: 4, kernel: 9}\n  - flatten\n")


def test_the_table_stands_down_to_the_failing_layer_then_the_error(cnncalc):
    code, out, err = cnncalc("shapes", "-", stdin=BROKEN)

    assert code == 1
    assert out == (
        "layer  op         window  output  params\n"
        "input  input               3×8×8\n"
        "conv1  conv+relu  3×3      4×6×6     112\n"
        "✗ conv2 (conv): E301, given conv1 4×6×6\n"
        "small · 112 params · incomplete\n"
    )
    assert err.startswith("error[E301]: ")
    assert "<stdin>:5:32" in err


def test_a_partial_document_says_where_it_ends(cnncalc):
    code, out, err = cnncalc("shapes", "-", "--format", "json", stdin=BROKEN)
    document = json.loads(out)

    assert code == 1
    assert document["failed"] == {"layer": "conv2", "op": "conv", "code": "E301"}
    assert [row["layer"] for row in document["layers"]] == ["input", "conv1", "conv1.act"]
    assert "E301" in err


def test_a_spec_without_any_sound_part_is_a_document_of_findings(cnncalc):
    code, out, _ = cnncalc("shapes", "-", "--format", "json", stdin=SMALL.replace("kernel", "kernal"))
    found = json.loads(out)["diagnostics"]

    assert code == 1
    assert [(f["code"], f["line"], f["column"]) for f in found] == [("E103", 4, 24)]
    assert found[0]["help"] == "did you mean `kernel`?"


@pytest.mark.parametrize("spec", ["resnet50", "unet", "siamese_triplet", "yolov3", "mobilenet_v2", "imdb_cnn_lstm", "alexnet_2012", "dcgan.yaml::generator"])
@pytest.mark.slow
def test_the_expanded_spec_gives_the_same_network(cnncalc, spec, tmp_path):
    path = f"specs/{spec if '::' in spec else spec + '.yaml'}"
    _, out, _ = cnncalc("expand", path)
    before, after = load(path), loads(out)

    assert [(n.name, n.op, n.inputs, n.layer, n.shared_with, n.trainable) for n in after.nodes] == [
        (n.name, n.op, n.inputs, n.layer, n.shared_with, n.trainable) for n in before.nodes
    ]
    assert "$" not in out
    (tmp_path / "expanded.yaml").write_text(out, encoding="utf-8")
    assert cnncalc("check", tmp_path / "expanded.yaml")[0] == 0


def test_check_judges_directories_variants_and_budgets(cnncalc, tmp_path):
    good = SMALL + "expect: {params: 402}\n"
    (tmp_path / "good.yaml").write_text("cnncalc: 1\n" + good, encoding="utf-8")
    (tmp_path / "other.yml").write_text("a: 1", encoding="utf-8")
    code, out, err = cnncalc("check", tmp_path)

    assert (code, err) == (0, "")
    assert out.startswith("✓ 1 model passed in ")

    (tmp_path / "bad.yaml").write_text("cnncalc: 1\n" + SMALL + "expect: {params: 400, output: {features: 3}}\nbudget: {macs: 1k}\n", encoding="utf-8")
    code, out, _ = cnncalc("check", tmp_path)

    assert code == 1
    assert "X501]: small: params is 402, expected 400 (+2)" in out
    assert "X501]: small: output.features is 2, expected 3 (-1)" in out
    assert "X503]: small: macs 4,176 is over the budget 1k (by 3,176)" in out
    assert "most is in conv1 3,888 (93.1 %), dense1 288 (6.9 %)" in out
    assert "✗ 1 of 2 models failed (3 errors)" in out


def test_an_expectation_that_forgot_the_buffers_is_explained(cnncalc, tmp_path):
    text = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers: [batch_norm]\nexpect: {params: 12}\n"
    (tmp_path / "net.yaml").write_text(text, encoding="utf-8")
    _, out, _ = cnncalc("check", tmp_path / "net.yaml")

    assert "the difference is the 6 buffers (running statistics), which Keras counts among its params" in out


def test_unknown_numbers_are_lower_bounds_never_zero(cnncalc):
    text = "input: {features: 3}\nlayers:\n  - dense: 4\n  - opaque: {output: {features: 2}}\n"
    _, out, _ = cnncalc("summary", "-", stdin=text)

    assert "≥ 16 params" in out
    assert "≥ 12 MACs" in out
    assert "?" in out

    _, out, _ = cnncalc("summary", "-", "--format", "json", stdin=text)
    totals = json.loads(out)["totals"]

    assert totals["params"] is None
    assert totals["lower_bound"]["params"] == 16
    assert totals["unknown"] == ["opaque1"]


def test_a_key_is_explained_for_every_kind_that_has_it(cnncalc):
    code, out, _ = cnncalc("explain", "multiplier", "--width", "200")

    assert code == 0
    assert out.startswith("multiplier\n\n- A key of `depthwise_conv`")
    assert "- A key of `carafe`" in cnncalc("explain", "groups").out


def test_a_terminal_has_no_links(cnncalc):
    assert "beyond the limits of what is computed" in " ".join(cnncalc("explain", "X502").out.split())


def test_explain_and_layers(cnncalc):
    code, out, _ = cnncalc("explain", "E306", "--format", "markdown")
    assert (code, out[:7]) == (0, "## E306")

    code, out, _ = cnncalc("explain", "conv2d", "--format", "markdown")
    assert code == 0
    assert "| filters | required |" in out

    code, out, _ = cnncalc("explain", "conv2d")
    assert (code, out[:5]) == (0, "conv\n")
    assert "\n  filters  [required]\n    output channels; a whole number\n" in out

    code, out, err = cnncalc("explain", "conv", "--format", "csv")
    assert (code, out) == (2, "")
    assert err == "cnncalc: there is no format `csv` for manuals (formats: markdown, text)\n"

    _, out, _ = cnncalc("layers")
    assert out.split("\n")[0].startswith("abs ")


def test_version_and_help(cnncalc):
    assert cnncalc("--version") == (0, f"cnncalc {__version__}\n", "")
    assert "shapes" in cnncalc("--help")[1]
    assert "--top" in cnncalc("params", "--help")[1]


def test_an_error_of_cnncalc_itself_is_exit_3(cnncalc, monkeypatch):
    from cnncalc.analyzers import shapes

    monkeypatch.setattr(shapes, "tabulate", lambda *_: 1 // 0)
    code, _, err = cnncalc("shapes", RESNET)

    assert code == 3
    assert err.endswith("cnncalc: this is an error of cnncalc itself, not of the spec\n")


def test_a_network_and_a_table_show_themselves_in_a_notebook():
    network = loads(SMALL.replace("small", "'<b>'"))

    assert '<td style="text-align:left">dense1</td>' in network._repr_html_()
    assert "&lt;b&gt;" in analyze(network, "shapes")._repr_html_()
    assert repr(network) == "<Network <b>: 5 nodes, 402 params>"
    assert repr(network.nodes[1]) == "<conv1: conv 4×6×6>"


# Specs on the standard input --------------------------------------------------------------------

LATIN = "input: {features: 3}\nlayers:\n  - dense: {units: 2, name: größe}\n".encode("latin-1")
COMMANDS = ("shapes", "summary", "macs", "expand", "inputs", "check", "receptive-field")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("data", [
    pytest.param(LATIN, id="latin-1"),
    pytest.param(SMALL.encode("utf-8-sig"), id="byte order mark"),
    pytest.param(SMALL.encode("utf-16"), id="utf-16"),
    pytest.param(SMALL.replace("small", "größe").encode(), id="utf-8"),
    pytest.param(b"", id="nothing"),
])  # fmt: skip
def test_stdin_is_read_as_a_file_is(cnncalc, tmp_path, monkeypatch, command, data):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.yaml").write_bytes(data)
    code, out, err = cnncalc(command, "model.yaml")
    timeless = re.compile(r"[\d.]+ s$", re.MULTILINE)
    piped = cnncalc(command, "-", stdin=data)

    assert piped[0] == code
    for text, wanted in zip(piped[1:], (out, err), strict=True):
        assert timeless.sub("", text.replace("<stdin>", "model.yaml")) == timeless.sub("", wanted)
    if data == LATIN:
        assert code == 1
        assert "model.yaml:3:31" in out + err
        assert "E001" in out + err


def test_diff_reads_stdin_as_a_file(cnncalc, tmp_path):
    (tmp_path / "latin.yaml").write_bytes(LATIN)
    (tmp_path / "model.yaml").write_bytes(SMALL.encode())
    code, out, err = cnncalc("diff", tmp_path / "model.yaml", tmp_path / "latin.yaml")
    piped = cnncalc("diff", tmp_path / "model.yaml", "-", stdin=LATIN)

    assert (code, "E001" in out + err) == (1, True)
    assert piped[0] == code
    assert "E001" in piped[1] + piped[2]


def test_the_library_reads_stdin_too(stdin):
    stdin(SMALL)
    assert load("-").params.value == 402


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_stdin_cannot_be_read(cnncalc, monkeypatch, command):
    monkeypatch.setattr(sys, "stdin", None)

    assert cnncalc(command, "-") == (2, "", "cnncalc: cannot read <stdin>: Bad file descriptor\n")


@pytest.mark.parametrize("character", ["x", "é", "€", "😀"])
def test_a_spec_that_is_too_long_is_too_long_in_any_alphabet(cnncalc, character):
    text = "#" + character * (20_000_000 // len(character.encode()) + 1)
    code, _, err = cnncalc("shapes", "-", stdin=text)

    assert code == 1
    assert "E004" in err
