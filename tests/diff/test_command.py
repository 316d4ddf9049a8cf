"""`cnncalc diff`: which networks are compared, and what is printed."""

import json
import re
from pathlib import Path

import pytest

from cnncalc.cli import main as cli

ROOT = Path(__file__).parent.parent.parent
OLD = """cnncalc: 1
name: net
vars: {w: 8}
input: {channels: 3, size: [32, 32]}
layers:
  - conv: {name: stem, filters: $w, kernel: 3, padding: same}
  - relu
  - global_avg_pool
  - dense: {name: head, units: 10}
"""
NEW = OLD.replace("w: 8", "w: 6") + "budget: {params: 300, macs: 170k}\n"


@pytest.fixture
def run(cnncalc, monkeypatch, tmp_path):
    """`cnncalc diff` in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments, stdin=""):
        return cnncalc("diff", *arguments, stdin=stdin)

    def write(name, text):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    call.write = write
    return call


def test_two_versions_of_a_net(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", NEW)

    # 3·9·8 + 8 and 8·10 + 10 then; 3·9·6 + 6 and 6·10 + 10 now.
    assert run("old.yaml", "new.yaml") == (0, (
        "net          old       new   change            budget\n"
        "params       314       238  −24.2 %     79.3 % of 300\n"
        "MACs      221.3k    165.9k  −25.0 %  97.6 % of 170.0k\n"
        "memory  65.2 KiB  48.9 KiB  −25.0 %\n"
        "w: 8 → 6\n"
        "\n"
        "   layer  change                    output  params     MACs  field\n"
        "~  stem   filters 8 → 6  8×32×32 → 6×32×32     −56  −55.30k      3\n"
        "3 layers follow from that: −20 params, −20 MACs, 1 as before\n"
    ), "")  # fmt: skip


def test_a_budget_of_a_way_to_run_it_is_judged_in_that_way(run):
    head = OLD.replace("  - relu\n", "")
    bound = "budget: {memory: {sram: 10KiB, dtype: int8}}\n"
    run.write("old.yaml", head + bound)
    run.write("new.yaml", head.replace("w: 8", "w: 6") + bound)
    run.write("free.yaml", head)

    # 3 and 8, or 6, channels of 32·32 bytes.
    told = "peak memory (int8)  11.0 KiB  9.00 KiB  −18.2 %  90.0 % of 10.0 KiB\n"
    assert told in run("old.yaml", "new.yaml").out
    # A side without a budget is run in the same way.
    assert told in run("free.yaml", "new.yaml").out
    assert "peak memory (int8)  9.00 KiB  11.0 KiB  +22.2 %  no more (was 10.0 KiB)\n" in run("new.yaml", "free.yaml").out
    totals = json.loads(run("new.yaml", "old.yaml", "--format", "json").out)["models"][0]["totals"]
    assert totals["memory.peak (int8)"] == {
        "old": 9216, "new": 11264, "change": 2048, "budget": {"old": 10240, "new": 10240}, "headroom": -1024,
    }  # fmt: skip


def test_equal_totals_are_said_in_a_line(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", OLD.replace("  - relu\n", "  - gelu\n").replace("same}", "[[0, 2], 1]}"))

    assert run("old.yaml", "new.yaml").out.startswith("net\ntotals as before\n\n   layer ")


def test_the_same_in_markdown(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", NEW)
    _, out, _ = run("old.yaml", "new.yaml", "--format", "markdown")

    assert "| params | 314 | 238 | −24.2 % | 79.3 % of 300 |\n" in out
    assert "\nw: 8 → 6\n\n" in out
    assert "| ~ | stem | filters 8 → 6 |" in out
    assert "<details>" not in out


def test_many_changes_are_folded_away_in_markdown(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", OLD + "".join(f"  - dense: {{name: d{i}, units: 10}}\n" for i in range(20)))
    _, out, _ = run("old.yaml", "new.yaml", "--format", "markdown")

    assert "\n<details><summary>20 changes</summary>\n\n|  | layer |" in out
    assert "\n\n</details>\n" in out


def test_many_changes_are_folded_away_in_html(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", OLD + "".join(f"  - dense: {{name: d{i}, units: 10}}\n" for i in range(20)))
    _, out, _ = run("old.yaml", "new.yaml", "--format", "html")

    assert "\n<details><summary>20 changes</summary>\n\n<table>\n" in out
    assert "</table>\n\n</details>\n" in out


def test_what_was_renamed_repeated_removed_and_added_for_spreadsheets(run):
    block = "blocks:\n  Res:\n    layers:\n      - conv: {filters: 8, kernel: 3, padding: same}\n"
    old = block + OLD.replace("  - global_avg_pool\n", "  - Res: {repeat: 2, name: body}\n  - global_avg_pool\n")
    new = old.replace("repeat: 2", "repeat: 3").replace("name: head", "name: top").replace("  - global", "  - relu\n  - global")
    run.write("old.yaml", old)
    run.write("new.yaml", new)
    _, out, _ = run("old.yaml", "new.yaml", "--format", "csv")
    lines = out.splitlines()

    assert "net,,changed,renamed,,head,top,," in lines
    assert "net,,changed,repeated,,body ×2,body ×3,," in lines
    # 8·9·8 + 8
    assert "net,body.2.conv1,added,number,params,,584,," in lines
    run.write("full/a.yaml", OLD)
    run.write("full/b.yaml", OLD.replace("name: net", "name: gone").replace("filters: $w", "filters: 3"))
    run.write("less/a.yaml", OLD)
    _, out, _ = run("full", "less", "--format", "csv")
    assert "a.yaml,,unchanged,model,,a.yaml,a.yaml,," in out.splitlines()
    assert "gone,,removed,model,,gone,,," in out.splitlines()


def test_on_a_narrow_terminal_the_columns_that_matter_least_give_way(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", NEW)
    _, out, _ = run("old.yaml", "new.yaml", "--width", "60")

    assert "too narrow for: field (--width helps)" in out
    assert max(map(len, out.split("\n"))) <= 60


def test_a_net_of_another_name_is_renamed(run):
    run.write("a/net.yaml", OLD)
    run.write("b/net.yaml", OLD.replace("name: net", "name: other"))

    assert run("a", "b")[1] == run("a/net.yaml", "b/net.yaml")[1] == "         models\nrenamed  net → other\n"


def test_nothing_has_changed(run):
    run.write("old.yaml", OLD)

    assert run("old.yaml", "old.yaml", "--exit-code") == (0, "           models\nunchanged  net\n", "")


def test_exit_code_as_git_has_it(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", NEW)

    assert run("old.yaml", "new.yaml")[0] == 0
    assert run("old.yaml", "new.yaml", "--exit-code")[0] == 1


def test_the_standard_input_on_one_side(run):
    run.write("old.yaml", OLD)

    assert "−24.2 %" in run("old.yaml", "-", stdin=NEW)[1]
    assert "+31.9 %" in run("-", "old.yaml", stdin=NEW)[1]


def test_the_document(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", NEW)
    document = json.loads(run("old.yaml", "new.yaml", "--format", "json")[1])
    (model,) = document["models"]

    assert {key: document[key] for key in ("schema", "analysis", "old", "new", "differs")} == {
        "schema": 1, "analysis": "diff", "old": "old", "new": "new", "differs": True,
    }  # fmt: skip
    assert model["status"] == "changed"
    assert model["old"] == {"path": None, "name": "net"}
    assert model["variables"] == {"w": {"old": 8, "new": 6}}
    assert model["totals"]["params"] == {
        "old": 314, "new": 238, "change": -76, "budget": {"old": None, "new": 300}, "headroom": 62,
    }  # fmt: skip
    assert model["totals"]["output"] == {"old": {"features": 10}, "new": {"features": 10}}
    assert model["totals"]["receptive_field"] == {"old": [3, 3], "new": [3, 3]}
    assert model["unchanged"] == 1
    assert [(layer["status"], layer["new"]) for layer in model["layers"]] == [
        ("changed", "stem"), ("affected", "relu1"), ("affected", "global_avg_pool1"), ("affected", "head"),
    ]  # fmt: skip
    assert model["layers"][0] == {
        "status": "changed", "old": "stem", "new": "stem", "op": "conv",
        "keys": {"filters": {"old": 8, "new": 6}},
        "output": {"old": {"channels": 8, "size": [32, 32]}, "new": {"channels": 6, "size": [32, 32]}},
        "params": {"old": 224, "new": 168}, "buffers": {"old": 0, "new": 0},
        "macs": {"old": 221184, "new": 165888},
        "flops": {"old": 2 * 221184 + 8 * 1024, "new": 2 * 165888 + 6 * 1024},
        "receptive_field": {"old": {"input": [3, 3]}, "new": {"input": [3, 3]}},
    }  # fmt: skip
    assert "diagnostics" not in document


def test_what_was_removed_added_renamed_and_repeated_in_the_document(run):
    block = "blocks:\n  Res:\n    layers:\n      - conv: {filters: 8, kernel: 3, padding: same}\n"
    run.write("old.yaml", OLD.replace("layers:", block + "layers:", 1) + "  - dense: 4\n")
    run.write("new.yaml", (OLD.replace("layers:", block + "layers:", 1).replace("head", "top")
                           .replace("  - relu\n", "  - relu\n  - Res: {name: r, repeat: 2}\n")))  # fmt: skip
    document = json.loads(run("old.yaml", "new.yaml", "--format", "json")[1])
    (model,) = document["models"]

    assert model["renamed"] == [{"old": "head", "new": "top"}]
    assert [(layer["status"], layer["old"], layer["new"], layer.get("group")) for layer in model["layers"]] == [
        ("added", None, "r.0.conv1", "r"), ("added", None, "r.1.conv1", "r"), ("removed", "dense1", None, "dense1"),
    ]  # fmt: skip


# Sides ---------------------------------------------------------------------------------------


def test_directories_are_paired_by_path_then_by_name_then_by_content(run):
    bigger = OLD.replace("units: 10", "units: 12")
    for folder, files in {
        "a": {"same.yaml": OLD, "deep/net.yaml": OLD.replace("name: net", "name: deep"), "gone.yaml": SMALL,
              "moved.yaml": OLD.replace("name: net", "name: wanderer"),
              "called.yaml": WIDE.replace("name: net", "name: first")},
        "b": {"same.yaml": OLD, "deep/net.yaml": bigger.replace("name: net", "name: deep"), "new.yaml": LONG,
              "other/place.yaml": OLD.replace("name: net", "name: wanderer"),
              "called_so.yaml": WIDE.replace("name: net", "name: second").replace("90", "91")},
    }.items():
        for name, text in files.items():
            run.write(f"{folder}/{name}", text)
    document = json.loads(run("a", "b", "--format", "json")[1])
    found = {(m["status"], m["old"] and m["old"]["path"], m["new"] and m["new"]["path"]) for m in document["models"]}

    assert found == {
        ("unchanged", "same.yaml", "same.yaml"),
        ("changed", "deep/net.yaml", "deep/net.yaml"),
        ("removed", "gone.yaml", None),
        ("added", None, "new.yaml"),
        ("renamed", "moved.yaml", "other/place.yaml"),
        ("changed", "called.yaml", "called_so.yaml"),
    }
    _, out, _ = run("a", "b")
    assert "first → second" in out
    assert "renamed    moved.yaml → other/place.yaml\n" in out
    assert "unchanged  same.yaml\n" in out
    assert "small (removed)" in out
    assert "long (added)" in out


SMALL = "cnncalc: 1\nname: small\ninput: {features: 3}\nlayers: [dense: 4]\n"
LONG = "cnncalc: 1\nname: long\ninput: {tokens: 30}\nlayers: [{embedding: {vocab: 9, dim: 4}}, {lstm: 5}]\ndialect: keras\n"
WIDE = ("cnncalc: 1\nname: net\ninput: {features: 7}\n"
        "layers: [{dense: 90}, relu, {dense: 50}, tanh, {dense: 40}, softmax]\n")  # fmt: skip


def test_the_models_of_a_file_are_paired_by_name(run):
    text = "cnncalc: 1\nmodels:\n  a:\n    input: {features: 3}\n    layers: [dense: 4]\n  b:\n    input: {features: 3}\n    layers: [dense: 5]\n"
    run.write("old.yaml", text)
    run.write("new.yaml", text.replace("dense: 5", "dense: 6"))
    document = json.loads(run("old.yaml", "new.yaml", "--format", "json")[1])

    assert [(m["status"], m["new"]["name"]) for m in document["models"]] == [
        ("unchanged", "new::a"), ("changed", "new::b"),
    ]  # fmt: skip
    assert "params" in run("old.yaml::b", "new.yaml::b")[1]
    assert run("old.yaml::b", "new.yaml")[0] == 2


def test_variants_are_networks_of_their_own_and_told_without_their_layers(run):
    variants = "variants:\n  - {name: wide, set: {w: 32}}\n  - {set: {w: 4}}\n"
    run.write("old.yaml", OLD + variants)
    run.write("new.yaml", (OLD + variants).replace("units: 10", "units: 20").replace("wide, set: {w: 32}", "wide, set: {w: 40}"))
    _, out, _ = run("old.yaml", "new.yaml")

    assert out.count("units 10 → 20") == 1
    assert [line.split("  ")[0] for line in out.split("\n") if line.endswith("change")] == ["net", "wide", "net (w=4)"]
    assert "w: 32 → 40" in out


def test_one_variant_is_compared_with_the_model(run):
    _, out, _ = run(str(ROOT / "specs/resnet50.yaml"), "zoo:resnet101")

    assert out.count("params") == 1 + out.count(" params")
    assert "resnet50 → resnet101" in out
    assert "repeat 6 → 23" in out


@pytest.mark.parametrize("saved", ["summary", "shapes"])
def test_a_saved_document_of_an_analysis(run, capsys, saved):
    spec = str(ROOT / "specs/lenet5.yaml")
    with pytest.raises(SystemExit):
        cli.main([saved, spec, "--format", "json"])
    run.write("base.json", capsys.readouterr().out)
    text = Path(spec).read_text(encoding="utf-8")
    run.write("new.yaml", text.replace("- conv: 16", "- conv: {filters: 16, kernel: 3}"))

    assert run("base.json", spec, "--exit-code")[0] == 0
    code, out, _ = run("base.json", "new.yaml", "--exit-code")
    assert code == 1
    assert "~  conv2  kernel 5 → 3" in out
    assert out.count("\n~") == 1


def test_a_document_tells_a_width_from_what_follows(run, capsys):
    with pytest.raises(SystemExit):
        cli.main(["summary", str(ROOT / "specs/unet_same.yaml"), "--format", "json"])
    run.write("base.json", capsys.readouterr().out)
    text = (ROOT / "specs/unet_same.yaml").read_text(encoding="utf-8")
    run.write("new.yaml", text.replace("size: [512, 512]", "size: [256, 256]"))
    _, out, _ = run("base.json", "new.yaml")

    assert "~  input  shape 3×512×512 → 3×256×256" in out
    assert out.count("\n~") == 1


def test_the_document_of_check(run, capsys):
    run.write("specs/one.yaml", OLD)
    run.write("specs/two.yaml", SMALL)
    with pytest.raises(SystemExit):
        cli.main(["check", "specs", "--format", "json"])
    run.write("base.json", capsys.readouterr().out)

    assert run("base.json", "specs", "--exit-code")[0] == 0
    run.write("specs/one.yaml", NEW)
    code, out, _ = run("base.json", "specs", "--exit-code")
    assert code == 1
    assert "−24.2 %" in out
    assert "unchanged  small" in out
    assert "layer " not in out
    assert re.search(r"^memory +\S+ KiB +\S+ KiB ", out, re.MULTILINE), "the document has what takes longer, too"


def test_a_field_that_has_changed_since_the_document_of_check(run, capsys):
    run.write("one.yaml", "input: {channels: 1, size: [9, 9]}\nlayers: [conv: {filters: 2, kernel: 3}]\n")
    with pytest.raises(SystemExit):
        cli.main(["check", "one.yaml", "--format", "json"])
    run.write("base.json", capsys.readouterr().out)
    run.write("one.yaml", "input: {channels: 1, size: [9, 9]}\nlayers: [conv: {filters: 2, kernel: [3, 5]}]\n")

    assert re.search(r"^receptive field +3×3 +3×5 +0 × \+2$", run("base.json", "one.yaml")[1], re.MULTILINE)


@pytest.mark.parametrize(("text", "message"), [
    ('{"analysis": "zoo", "models": []}', "is a document without a network"),
    ('{"analysis": "summary", "layers": [3], "totals": {}}', "the document is not one of a network's analysis"),
    ('{"analysis": "summary", "layers": [], "totals": 3}', "the document is not one of a network's analysis"),
    ('{"analysis": "summary", "layers": [], "totals": {"params": "3"}}', "'3' is not a whole number"),
    ('{"analysis": "summary", "layers": [], "totals": {}}', "KeyError: 'model'"),
    ('{"analysis": "summary", "layers": [], "totals": {}, "model": 3}', "3 is not a name"),
    ('{"analysis": "summary", "model": "m", "totals": {}, "layers": [{"layer": "a", "op": "relu", "inputs": [], "output": {}}]}', "KeyError: 'channels'"),
    ('{"analysis": "summary", "model": "m", "totals": {}, "layers": [{"layer": "a", "op": "relu", "inputs": [], "output": 4}]}', "4 is not a shape"),
    ('{"analysis": "check", "models": [{"name": "m", "params": 1.5, "outputs": {}}]}', "1.5 is not a whole number"),
    ('{"analysis": "check", "models": [{"name": "m", "receptive_field": 3, "outputs": {}}]}', "the document is not one of a network's analysis"),
    ('{"analysis": "check", "models": [{"name": "m", "receptive_field": ["3"], "outputs": {}}]}', "'3' is not a whole number"),
    ('{"analysis": "check", "models": [3]}', "is a document without a network"),
])  # fmt: skip
def test_a_document_of_something_else(run, text, message):
    run.write("base.json", text)
    run.write("old.yaml", OLD)
    code, _, err = run("base.json", "old.yaml")

    assert code == 2
    assert message in err


def test_a_document_of_a_batch_is_compared_for_one_example(run, capsys):
    spec = str(ROOT / "specs/lenet5.yaml")
    with pytest.raises(SystemExit):
        cli.main(["summary", spec, "--batch", "16", "--format", "json"])
    run.write("base.json", capsys.readouterr().out)

    assert run("base.json", spec, "--exit-code")[0] == 0


def test_a_model_of_the_document_of_check(run, capsys):
    run.write("specs/one.yaml", OLD)
    run.write("specs/two.yaml", SMALL)
    with pytest.raises(SystemExit):
        cli.main(["check", "specs", "--format", "json"])
    run.write("base.json", capsys.readouterr().out)

    assert run("base.json::small", "specs/two.yaml", "--exit-code")[0] == 0
    code, _, err = run("base.json::large", "specs/two.yaml")
    assert (code, err) == (2, "cnncalc: the document has no model large\n")


def test_another_dialect_changes_no_layer_and_what_follows_is_told(run):
    spec = "name: net\ninput: {channels: 8, size: [32, 32]}\nlayers: [prelu, {conv: {filters: 2, kernel: 3}}]\n"
    run.write("old.yaml", spec + "dialect: torch\n")
    run.write("new.yaml", spec + "dialect: keras\n")
    _, out, _ = run("old.yaml", "new.yaml")

    # Keras learns a slope for each element, PyTorch one.
    assert "dialect: torch → keras\n" in out
    assert "·  prelu1  1 layer affected  8×32×32  +8,191" in out
    assert out.endswith("\n2 layers as before\n")


def test_a_spec_in_json_is_a_spec(run):
    run.write("old.json", '{"input": {"features": 3}, "layers": [{"dense": 4}], "x-note": "\\"analysis\\""}')
    run.write("new.json", '{"input": {"features": 3}, "layers": [{"dense": 5}], "x-note": "analysis"}')

    assert "units 4 → 5" in run("old.json", "new.json")[1]


# What is wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize("bad", ["a", "b"])
def test_a_spec_that_is_bad_is_told_and_the_others_are_compared(run, bad):
    for folder in ("a", "b"):
        run.write(f"{folder}/good.yaml", OLD if folder == "a" else NEW)
        run.write(f"{folder}/bad.yaml", OLD.replace("filters: $w", "filtres: $w") if folder == bad else OLD)
    code, out, err = run("a", "b")

    assert code == 1
    assert "−24.2 %" in out
    assert "not compared  net\n" in out
    assert "error[E103]: unknown parameter `filtres`" in err
    assert f"--> {bad}/bad.yaml:6:24" in err


def test_the_findings_are_in_the_document(run):
    run.write("old.yaml", OLD)
    run.write("new.yaml", OLD.replace("kernel: 3", "kernel: 99, padding: 0").replace(", padding: same", ""))
    code, out, err = run("old.yaml", "new.yaml", "--format", "json")
    document = json.loads(out)

    assert code == 1
    assert [model["status"] for model in document["models"]] == ["failed"]
    assert [finding["code"] for finding in document["diagnostics"]] == ["E301"]
    assert "E301" in err


def test_a_file_that_is_no_text(run, tmp_path):
    run.write("old.yaml", OLD)
    (tmp_path / "new.yaml").write_bytes(b"\xff\xfe\x00")
    code, _, err = run("old.yaml", "new.yaml")

    assert code == 1
    assert "error[E00" in err


@pytest.mark.parametrize(("arguments", "message"), [
    (["-", "-"], "only one of OLD and NEW can be the standard input"),
    (["old.yaml", "old.yaml", "--format", "sarif"], "there is no format `sarif` for tables"),
    (["old.yaml", "folder"], "one is a directory, the other a file"),
    (["old.yaml", "old.yaml::x"], "has no model or variant `x`"),
    (["old.yaml", "nothing.yaml"], "there is no nothing.yaml"),
    (["old.yaml", "zoo:nothing"], "the zoo has no `nothing`"),
    (["old.yaml", "empty"], "no spec found in empty"),
    (["old.yaml", "folder::net"], "folder is a directory, and has no model net"),
])  # fmt: skip
def test_wrong_usage(run, tmp_path, arguments, message):
    run.write("old.yaml", OLD)
    run.write("folder/new.yaml", OLD)
    (tmp_path / "empty").mkdir()
    code, out, err = run(*arguments)

    assert (code, out) == (2, "")
    assert message in err


def test_names_of_specs_cannot_do_anything_in_a_terminal_or_a_comment(run):
    evil = OLD.replace("name: net", r'name: "@all \e[31m | <b>*x*"')
    run.write("old.yaml", evil)
    run.write("new.yaml", evil.replace("w: 8", "w: 9"))

    assert "\x1b" not in run("old.yaml", "new.yaml")[1]
    head = run("old.yaml", "new.yaml", "--format", "markdown")[1].split("\n")[0]
    assert head.startswith("| @&#8203;all \\\\x1b\\[31m \\| \\<b\\>\\*x\\* |")
