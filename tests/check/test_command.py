"""`cnncalc check` as a whole: what is judged, in which order, and with which exit code."""

import json
import re

import pytest

from cnncalc import load

HEAD = "input: {channels: 3, size: [32, 32]}\nlayers:\n"
CONV = "  - conv: {filters: 16, kernel: 3}\n"  # 16·(3·3·3 + 1) = 448 params, 16·27·30·30 = 388,800 MACs
GOOD = f"cnncalc: 1\n{HEAD}{CONV}expect: {{params: 448}}\n"
OFF = f"cnncalc: 1\n{HEAD}{CONV}expect: {{params: 447}}\n"
WRONG = f"cnncalc: 1\n{HEAD}  - conv: {{filters: 16, kernel: 33}}\n"
WARNED = f"cnncalc: 1\n{HEAD}{CONV}# cnncalc: ignore[X501]\n"


# Exit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "options", "code"), [
    (GOOD,   [],                              0),
    (OFF,    [],                              1),
    (WRONG,  [],                              1),
    (WARNED, [],                              0),
    (WARNED, ["--strict"],                    1),
    (WARNED, ["--strict", "--ignore", "W"],   0),
    (OFF,    ["--exit-zero"],                 0),
    (WRONG,  ["--exit-zero"],                 0),
    (OFF,    ["--ignore", "X501"],            0),
    (OFF,    ["--ignore", "X502,X503"],       1),
    (OFF,    ["--ignore", "X502", "--ignore", "X501"], 0),
    (OFF,    ["--select", "W"],               0),
    (OFF,    ["--select", "X5"],              1),
    (OFF,    ["--select", "X", "--ignore", "X501"], 0),
    (WRONG,  ["--select", "W"],               1),
])
def test_errors_fail_and_warnings_only_if_strict(check, write, text, options, code):
    assert check(write("net.yaml", text), *options).code == code


@pytest.mark.parametrize(("arguments", "message"), [
    (["nowhere.yaml"],                    "cannot read nowhere.yaml: No such file or directory"),
    (["empty"],                           "no spec found in empty (in a directory, specs are the YAML files that carry `cnncalc: 1`; of a model file net.onnx, net.onnx.yaml says what is expected)"),
    (["net.yaml::gen"],                   "net.yaml has no model or variant `gen` (there are: net)"),
    (["net.yaml", "--format", "sarf"],    "there is no format `sarf` for findings (did you mean `sarif`?)"),
    (["net.yaml", "--format", "csv"],     "there is no format `csv` for findings (formats: concise, github, gitlab, json, junit, markdown, sarif, text)"),
    (["net.yaml", "--ignore", "E306"],    "--ignore: E306 is always raised (a spec that is wrong cannot be judged)"),
    (["net.yaml", "--select", "X5033"],   "--select: there is no code X5033 (did you mean `X503`?)"),
    (["net.yaml", "--output", "no/x"],    "cannot write no/x: No such file or directory"),
    (["-", "--update"],                   "--update needs a file, and stdin is none"),
])
def test_wrong_usage_is_exit_2_and_prints_no_result(check, write, repository, arguments, message):
    write("net.yaml", GOOD)
    (repository / "empty").mkdir()

    assert check(*arguments, stdin=GOOD) == (2, "", f"cnncalc: {message}\n")


def test_a_file_that_cannot_be_read_stops_the_run_before_any_is_rewritten(check, write, repository):
    write("a.yaml", OFF)

    assert check("a.yaml", "nowhere.yaml", "--update").code == 2
    assert (repository / "a.yaml").read_text() == OFF


def test_an_error_of_cnncalc_itself_is_exit_3(check, write, monkeypatch):
    monkeypatch.setattr("cnncalc.check.claims.expect.judge", lambda network: 1 // 0)

    assert check(write("net.yaml", GOOD)).code == 3


# What is judged ------------------------------------------------------------------------------


def test_directories_are_searched_for_files_that_say_that_they_are_specs(found, write):
    for name in ("b.yaml", "a.yml", "sub/c.yaml", ".hidden/d.yaml", "venv/e.yaml", "node_modules/f.yaml"):
        write(name, OFF)
    write("venv/pyvenv.cfg", "")
    write("workflow.yaml", "on: push\njobs: {cnncalc: 1}\n")
    write("indented.yaml", "x:\n  cnncalc: 1\n")
    write("net.txt", OFF)

    assert found() == ["a.yml:5:18: X501", "b.yaml:5:18: X501", "sub/c.yaml:5:18: X501"]
    assert found("sub") == ["sub/c.yaml:5:18: X501"]


def test_a_spec_is_judged_once_however_often_it_is_named(found, write):
    write("specs/a.yaml", OFF)

    assert found("specs", "./specs/a.yaml", "specs/../specs", "specs/a.yaml") == ["specs/a.yaml:5:18: X501"]


def test_a_named_file_must_be_a_spec(found, write):
    assert found(write("workflow.yaml", "on: push\n"))[0] == "workflow.yaml:1:1: E103"


def test_a_marked_spec_in_a_directory_that_is_no_utf8_is_an_error(found, write):
    write("net.yaml", b"cnncalc: 1\nname: \xff\n")

    assert found() == ["net.yaml:2:7: E001"]


def test_stdin_has_the_name_it_is_given(found, check):
    assert found("-", stdin=OFF) == ["<stdin>:5:18: X501"]
    assert found("-", "--stdin-filename", "specs/a.yaml", stdin=OFF) == ["specs/a.yaml:5:18: X501"]
    assert found("-", stdin=b"\xff") == ["<stdin>:1:1: E001"]
    document = json.loads(check("-", "--stdin-filename", "specs/a.yaml", "--format", "json", stdin=OFF).out)
    assert [model["path"] for model in document["models"]] == ["specs/a.yaml"]


MODELS = """\
models:
  gen:
    input: {features: 2}
    layers: [dense: 3]
    expect: {params: 1}
  dis:
    input: {features: 3}
    layers: [dense: 1]
    expect: {params: 1}
"""


def test_one_model_of_several_can_be_asked_for(found, write):
    name = write("gan.yaml", MODELS)

    assert found(name) == ["gan.yaml:5:22: X501", "gan.yaml:9:22: X501"]
    assert found(f"{name}::dis") == ["gan.yaml:9:22: X501"]


VARIANTS = f"""\
name: net
vars: {{w: 16, k: 3}}
{HEAD}  - conv: {{filters: $w, kernel: $k}}
expect: {{params: 448}}
variants:
  - {{set: {{w: 32}}, expect: {{params: 897}}, budget: {{macs: 700k}}}}
  - {{name: big, set: {{k: 40}}, expect: {{params: 1}}}}
  - {{name: bigger, set: {{k: 50}}, expect: {{params: 1}}}}
"""


def test_what_is_found_in_a_variant_names_it(check, write):
    document = json.loads(check(write("net.yaml", VARIANTS), "--format", "json").out)

    assert [(d["code"], d["line"], d["column"], d["model"]) for d in document["diagnostics"]] == [
        ("E301", 5, 33, "big"), ("X501", 8, 37, "net (w=32)"), ("X503", 8, 58, "net (w=32)"),
    ]
    assert [d["message"].split(": ")[0] for d in document["diagnostics"]] == ["big", "net (w=32)", "net (w=32)"]
    assert [(m["name"], m["variant"], m["passed"], m["params"]) for m in document["models"]] == [
        ("net", None, True, 448), ("net (w=32)", "w=32", False, 896), ("big", "big", False, None), ("bigger", "bigger", False, None),
    ]


def test_a_variant_can_be_asked_for(found, check, write):
    name = write("net.yaml", VARIANTS)

    assert found(f"{name}::w=32") == ["net.yaml:8:37: X501", "net.yaml:8:58: X503"]
    assert found(f"{name}::big") == ["net.yaml:5:33: E301"]
    assert "1 of 1 model failed" in check(f"{name}::w=32").out


def test_variants_of_a_model_that_is_wrong_are_not_judged(check, write):
    document = json.loads(check(write("net.yaml", VARIANTS.replace("k: 3}", "k: 33}")), "--format", "json").out)

    assert [(d["code"], d["model"]) for d in document["diagnostics"]] == [("E301", "net")]
    assert [model["name"] for model in document["models"]] == ["net"]


def test_the_other_models_are_judged_where_one_is_wrong(found, write):
    text = MODELS.replace("dense: 3", "max_pool: 3")

    assert found(write("gan.yaml", text)) == ["gan.yaml:4:14: E303", "gan.yaml:9:22: X501"]


@pytest.mark.parametrize("dialects", [("keras", "torch"), ("torch", "keras")])
def test_models_of_two_dialects_that_share_a_block_are_counted_each_in_its_own(check, write, dialects):
    # 4·8·(4 + 8 + 1) = 416 weights in Keras; PyTorch has two biases for each gate, 4·8 more.
    body = "input: {channels: 4, size: [5]}, layers: [Rnn]"
    models = "".join(f"  {name}: {{dialect: {name}, {body}}}\n" for name in dialects)
    write("net.yaml", f"cnncalc: 1\nblocks: {{Rnn: {{layers: [lstm: {{units: 8}}]}}}}\nmodels:\n{models}")

    judged = {m["model"]: m["params"] for m in json.loads(check("net.yaml", "--format", "json").out)["models"]}
    assert judged == {"keras": 416, "torch": 448}
    assert judged == {name: load(f"net.yaml::{name}").params.value for name in dialects}


def test_a_fault_in_a_block_that_two_models_use_is_one_fault(found, write):
    text = """\
blocks:
  Bad: {layers: [conv: {filters: 1, kernel: 9}]}
models:
  a: {input: {channels: 1, size: [4, 4]}, layers: [Bad]}
  b: {input: {channels: 1, size: [5, 5]}, layers: [Bad]}
"""
    assert found(write("net.yaml", text)) == ["net.yaml:2:45: E301"]


def test_lints_are_heard_as_warnings(found, check, write, every_lint):
    name = write("net.yaml", f"vars: {{w: 16}}\n{GOOD}")

    assert found(name) == ["net.yaml:1:8: W602"]
    assert (check(name).code, check(name, "--strict").code) == (0, 1)
    assert found(write("net.yaml", f"vars: {{w: 16}}\n{WRONG}")) == ["net.yaml:5:33: E301"], "no echoes"


@pytest.mark.parametrize(("claims", "message"), [
    ("expect: {params: 449}",                  "net: params is 448, expected 449 (-1)"),
    ("expect: {params: 0.45M}",                "net: params is 448, expected 0.45M (-449,552)"),
    ("expect: {params: {min: 450, max: 500}}", "net: params is 448, expected at least 450 and at most 500 (-2)"),
    ("expect: {params: {min: 1, max: 400}}",   "net: params is 448, expected at least 1 and at most 400 (+48)"),
    ("expect: {params: {max: 400}}",           "net: params is 448, expected at most 400 (+48)"),
    ("expect: {output: {size: {min: 31}}}",    "net: output.size is [30, 30], expected at least 31"),
    ("budget: {params: 400}",                  "net: params 448 is over the budget 400 (by 48)"),
])
def test_a_failure_says_expected_actual_and_the_difference(check, write, claims, message):
    document = json.loads(check(write("net.yaml", f"{HEAD}{CONV}{claims}\n"), "--format", "json").out)

    assert [finding["message"] for finding in document["diagnostics"]] == [message]


@pytest.mark.parametrize(("shape", "claim", "message"), [
    ("{channels: 2, size: [3, 4, 5, 6]}", "{size: [3, 4, 5, 6]}", None),
    ("{channels: 2, size: [3, 4, 5, 6]}", "{size: [3, 4, 5, 7]}", "net: output.size is [3, 4, 5, 6], expected [3, 4, 5, 7] (0, 0, 0, -1)"),
    ("{tokens: [6, 80]}",                 "{tokens: [6, 80]}",    None),
    ("{tokens: [6, 80]}",                 "{tokens: [6, 81]}",    "net: output.tokens is [6, 80], expected [6, 81] (0, -1)"),
    ("{tokens: [6, 80]}",                 "{tokens: {min: 7}}",   "net: output.tokens is [6, 80], expected at least 7"),
    ("{tokens: 6}",                       "{tokens: 6}",          None),
    ("{tokens: 6}",                       "{tokens: [7]}",        "net: output.tokens is 6, expected [7]"),
])  # fmt: skip
def test_any_shape_that_there_is_can_be_expected(check, write, shape, claim, message):
    text = f"name: net\ninput: {shape}\nlayers: [identity: {{expect: {claim}}}]\nexpect: {{output: {claim}}}\n"
    document = json.loads(check(write("net.yaml", text), "--format", "json").out)

    assert [finding["message"] for finding in document["diagnostics"]][-1:] == [message] * (message is not None)
    assert len(document["diagnostics"]) == 2 * (message is not None)


def test_a_layer_is_called_by_its_name_and_not_by_that_of_its_activation(check, write):
    name = write("net.yaml", f"{HEAD}  - conv: {{filters: 8, kernel: 3, name: stem, activation: relu, expect: {{channels: 9}}}}\n")

    assert "X501]: stem: channels is 8, expected 9 (-1)\n" in check(name).out


def test_a_budget_that_is_exceeded_says_which_layers_cost_most(check, write):
    text = f"{HEAD}{CONV}  - global_avg_pool\n  - dense: 10\nbudget: {{params: 600}}\n"
    document = json.loads(check(write("net.yaml", text), "--format", "json").out)

    [finding] = document["diagnostics"]
    assert (finding["code"], finding["line"], finding["column"]) == ("X503", 6, 18)
    assert finding["message"] == "net: params 618 is over the budget 600 (by 18)"
    assert finding["help"] == "most is in conv1 448 (72.5 %), dense1 170 (27.5 %)"


# The result ----------------------------------------------------------------------------------


def test_the_last_line_counts(check, write):
    write("a.yaml", GOOD)
    write("b.yaml", WARNED)
    assert re.fullmatch(r"✓ 1 model passed in \d+\.\d\d s\n", check("a.yaml").out)
    assert re.search(r"\n\n✓ 2 models passed \(1 warning\) in \d+\.\d\d s\n$", check(".").out)
    assert re.search(r"\n\n✗ 1 of 2 models failed \(1 warning; with `strict` warnings fail\) in ", check(".", "--strict").out)
    write("c.yaml", OFF)
    write("d.yaml", OFF)
    assert re.search(r"\n\n✗ 2 of 4 models failed \(2 errors, 1 warning\) in ", check(".").out)


def test_the_format_goes_to_a_file_and_the_text_to_the_output(check, write, repository):
    name = write("net.yaml", OFF)
    alone = check(name, "--format", "sarif").out
    text = check(name).out

    done = check(name, "--format", "sarif", "--output", "out.sarif")

    assert done.code == 1
    assert (repository / "out.sarif").read_text(encoding="utf-8") == alone
    assert done.out.split(" in ")[0] == text.split(" in ")[0]


def test_in_a_file_there_is_no_colour(check, write, repository):
    name = write("net.yaml", OFF)
    done = check(name, "--format", "text", "--output", "out.txt", "--color", "always")

    assert "\x1b[" in done.out
    assert "\x1b" not in (repository / "out.txt").read_text(encoding="utf-8")


def test_findings_are_in_the_order_of_the_paths_and_of_the_file(found, write):
    text = f"cnncalc: 1\nbudget: {{params: 1}}\n{HEAD}  - conv: {{filters: 16, kernel: 3, expect: {{size: [1, 1], channels: 1}}}}\n"
    write("b.yaml", text)
    write("a.yaml", text)
    lines = ["2:18: X503", "5:51: X501", "5:69: X501"]

    assert found("b.yaml", "a.yaml") == [f"{name}:{line}" for name in ("b.yaml", "a.yaml") for line in lines]
    assert found(".") == [f"{name}:{line}" for name in ("a.yaml", "b.yaml") for line in lines]

