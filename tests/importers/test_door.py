"""Model files go in wherever specs do, and what stands beside them is expected of them."""

import json
import os
import subprocess
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest

from cnncalc import SpecError, load
from cnncalc.check.judge import Task, judge_file
from cnncalc.diff.models import CHANGED, compare
from cnncalc.diff.sides import side
from cnncalc.language.importing import find_importer
from cnncalc.language.source import Origin

CFG = """[net]
height=16
width=16
channels=3

[convolutional]
filters=8
size=3
stride=2
pad=1
activation=relu

[avgpool]
"""
PARAMS = 3 * 8 * 9 + 8


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A model file in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "net.cfg"
    path.write_text(CFG)
    return path


def test_every_command_takes_it_where_it_takes_a_spec(model, cnncalc):
    for command in ("shapes", "padding", "params", "macs", "memory", "receptive-field", "summary", "inputs", "working", "expand", "check"):
        done = cnncalc(command, "net.cfg")
        assert done.code == 0, (command, done.err)
    assert "224 params" in cnncalc("shapes", "-", stdin=CFG).out
    assert cnncalc("what-if", "net.cfg", "--size", "32,32").code == 0
    assert json.loads(cnncalc("shapes", "net.cfg", "-f", "json").out)["totals"]["params"] == PARAMS


def test_what_expand_writes_of_it_gives_the_same_network(model, cnncalc, tmp_path):
    (tmp_path / "net.yaml").write_text(cnncalc("expand", "net.cfg").out)

    assert [(n.name, n.output) for n in load("net.yaml").nodes] == [(n.name, n.output) for n in load("net.cfg").nodes]
    assert "unchanged" in cnncalc("diff", "net.cfg", "net.yaml").out


def test_a_net_may_be_one(model, tmp_path):
    (tmp_path / "outer.yaml").write_text("dialect: darknet\ninput: {channels: 3, size: [8, 8]}\nlayers: [net: {of: net.cfg, name: n}]\n")

    assert [f"{n.name} {n.output}" for n in load("outer.yaml").nodes[1:]] == ["n.convolutional_0 8×4×4", "n.convolutional_0.act 8×4×4", "n.avgpool_1 8×1×1"]


def test_a_revision_of_it_is_read(model, tmp_path):
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, cwd=tmp_path)
    model.write_text(CFG.replace("filters=8", "filters=9"))

    assert load("HEAD:net.cfg").params.value == PARAMS
    [found] = compare(side("HEAD:net.cfg", "old"), side("net.cfg", "new")).models
    assert found.status == CHANGED


def test_what_stands_beside_a_model_is_read_in_a_revision_too(model, tmp_path, cnncalc):
    beside(model, "cnncalc: 1\ninput: {channels: 3, size: [32, 32]}\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, cwd=tmp_path)

    for text in ("HEAD:net.cfg", "HEAD:net.cfg.yaml"):
        assert str(load(text).nodes[0].output) == "3×32×32"
    model.write_text(CFG.replace("filters=8", "filters=9"))
    [found] = compare(side("HEAD:", "old"), side(".", "new")).models
    assert found.status == CHANGED
    (tmp_path / "link.cfg").symlink_to("net.cfg")
    for command in (["add", "."], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True, cwd=tmp_path)
    assert "link.cfg in HEAD is a link to net.cfg" in cnncalc("shapes", "HEAD:link.cfg").err


def test_a_finding_stands_in_the_line_of_the_layer(model):
    model.write_text(CFG.replace("size=3", "size=30").replace("pad=1", "pad=0"))
    with pytest.raises(SpecError) as caught:
        load("net.cfg")

    [found] = caught.value.diagnostics
    assert (found.code, found.source.name, found.span.line, found.layer) == ("E301", "net.cfg", 6, "convolutional_0")
    assert found.source.line(found.span.line) == "[convolutional]"


@pytest.mark.parametrize(("data", "message", "help"), [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "this is a pointer of Git LFS, not the file itself", "git lfs pull"),
    (b"\x80\x02}q\x00.", "this is a pickle, which is a program: it is not run", "export the model: torch.onnx.export, or torch.export.save"),
    (b"[net]\nheight=\xff\xfe\n", "not a text file in UTF-8: invalid start byte in line 2", ""),
    (b"<!DOCTYPE html>\n<html>", "this is a web page, not the file itself", "download the file again: the page may say why"),
    (b"\x1f\x8b\x08\0", "this file is packed by gzip", "unpack it: gunzip"),
    (b'\x40\0\0\0\0\0\0\0{"w": {}}', "this is a file of weights (safetensors)", "how the layers are connected is not in it: name the file that says it"),
    (b"x" * 257 + b"ustar", "this is a tar archive", "unpack it, and name the model in it"),
    (b"PK\x03\x04" + b"\0" * 26 + b"net/data.pkl", "the archive breaks off, or is damaged: the list of what is in it, at its end, leads nowhere", ""),
    (b"PK\x03\x04" + b"\0" * 26 + b"a.txt", "this is a zip archive in which there is no model of a known format", "unpack it, and name the model in it"),
    (b"weights are in the release\n", "this is a text that does not begin as files of Darknet do", "cnncalc formats lists what is read, and how files are called"),
    (b"\0\1\2\3", "this is a file that does not begin as files of Darknet do", "cnncalc formats lists what is read, and how files are called"),
    (b"", "the file is empty", "cnncalc formats lists what is read, and how files are called"),
    (b"[net]\n[convolutional]\n", "[net] does not say what goes in", "height, width and channels, or inputs"),
])  # fmt: skip
def test_what_cannot_be_read_says_why(model, data, message, help):
    model.write_bytes(data)
    with pytest.raises(SpecError) as caught:
        load("net.cfg")

    [found] = caught.value.diagnostics
    assert (found.code, found.message, found.help) == ("E701", message, help)


ONNX = Path(__file__).parents[2] / "docs" / "examples" / "head.onnx"


@pytest.mark.parametrize("name", ["net.yaml", "net.yml", "net.cfg", "net.bin", "net.keras", "net.tflite", "net.xml", "net.param", "net.pt", "net"])
def test_a_file_is_what_is_in_it_whatever_it_is_called(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(ONNX.read_bytes())

    assert load(path).params.value == load(ONNX).params.value


@pytest.mark.parametrize("name", ["net.onnx", "net.mlmodel", "net.prototxt"])
def test_a_file_that_is_called_otherwise_and_damaged_is_told_of_as_it_is_called(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"\0\1\2\3" * 20)

    with pytest.raises(SpecError) as caught:
        load(path)
    assert [finding.code for finding in caught.value.diagnostics] == ["E701"]


@pytest.mark.parametrize("data", [ONNX.read_bytes(), CFG.encode()])
def test_a_model_may_come_out_of_a_pipe(data, monkeypatch):
    read_end, write_end = os.pipe()
    os.write(write_end, data)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=pipe))
        assert load("-").params.value in (PARAMS, load(ONNX).params.value)


@pytest.mark.skipif(not os.path.isdir("/dev/fd"), reason="no files for descriptors on this system")
def test_a_pipe_may_be_called_as_a_file(tmp_path):
    read_end, write_end = os.pipe()
    os.write(write_end, ONNX.read_bytes())
    os.close(write_end)
    try:
        assert load(f"/dev/fd/{read_end}").params.value == load(ONNX).params.value
    finally:
        os.close(read_end)


def test_of_a_long_pipe_a_model_is_taken_whole_and_anything_else_in_part(monkeypatch):
    monkeypatch.setattr("cnncalc.language.source._MOST", 5000)
    long = ONNX.read_bytes() + b"\xfa\x01\x80\x80\x02" + b"\0" * 32768  # a field that nobody knows
    pipe = BytesIO(long)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=pipe))
    assert load("-").params.value == load(ONNX).params.value
    assert pipe.tell() == len(long)

    pipe = BytesIO(b"layers: []\n" * 1000)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=pipe))
    with pytest.raises(SpecError):
        load("-")
    assert pipe.tell() == 5000


@pytest.mark.parametrize("name", ["net.onnx.yaml", "net.cfg.yml"])
def test_what_stands_beside_a_model_that_is_gone_says_so(tmp_path, name):
    path = tmp_path / name
    path.write_text("cnncalc: 1\nexpect: {params: 1}\n")
    [found] = findings(path)

    assert (found.code, found.message) == ("E701", f"there is no {path.stem}, the model file that this is about")


def test_what_is_wrong_with_what_is_expected_stops_nobody_but_the_judge(model, cnncalc):
    beside(model, "cnncalc: 1\nexpect: {parms: 1}\n")

    assert cnncalc("shapes", "net.cfg").code == cnncalc("diff", "net.cfg", "net.cfg").code == 0
    assert cnncalc("check", "net.cfg").code == 1


def test_what_begins_as_a_spec_does_is_one_whatever_it_is_called(model):
    model.write_text("# a spec\ninput: {features: 3}\nlayers: [dense: 2]\n")

    assert load("net.cfg").params.value == 8


# What stands beside it --------------------------------------------------------------------------


def beside(model, text):
    path = model.with_name("net.cfg.yaml")
    path.write_text(text)
    return path


def findings(path, **keys):
    return judge_file(Task(Origin(str(path)), **keys)).findings


def test_what_is_expected_stands_beside_it(model, cnncalc):
    beside(model, f"cnncalc: 1\nexpect: {{params: {PARAMS}}}\nbudget: {{macs: 1k}}\n")
    checked = cnncalc("check", ".")

    assert checked.code == 1
    assert "error[X503]: net: macs 13,824 is over the budget 1k (by 12,824)\n  --> net.cfg.yaml:3:16" in checked.out + checked.err
    for path in ("net.cfg", "net.cfg.yaml"):
        [found] = findings(path)
        assert (found.code, found.source.name, found.span.line) == ("X503", "net.cfg.yaml", 3)


def test_in_a_folder_only_files_with_a_spec_beside_them_are_judged(model, cnncalc):
    assert "no spec found" in cnncalc("check", ".").err
    beside(model, f"cnncalc: 1\nexpect: {{params: {PARAMS}}}\n")
    (model.parent / "other.cfg").write_text("[net]\n")

    assert cnncalc("check", ".").code == 0


def test_the_size_that_goes_in_may_be_another(model):
    beside(model, "input: {channels: 3, size: [32, 32]}\n")

    assert [str(node.output) for node in load("net.cfg").nodes] == ["3×32×32", "8×16×16", "8×16×16", "8×1×1"]


def test_its_numbers_are_updated_there(model, cnncalc):
    path = beside(model, "cnncalc: 1\n# what it must give\nexpect: {params: 1}\n")
    updated = cnncalc("check", "--update", "net.cfg")

    assert updated.code == 0
    assert "net.cfg.yaml:3: params 1 → 224" in updated.err
    assert path.read_text() == "cnncalc: 1\n# what it must give\nexpect: {params: 224}\n"
    assert model.read_text() == CFG


@pytest.mark.parametrize(("text", "code", "message", "line"), [
    ("cnncalc: 1\nlayers: []\n", "E103", "unknown key `layers` beside a model file", 2),
    ("expect: [1}\n", "E001", "not valid YAML: did not find expected ',' or ']'", 1),
    ("- 1\n", "E101", "what is said of a model file must be a mapping", None),
    ("expect: {parms: 1}\n", "E103", "unknown key `parms` in `expect`", 1),
    ("input: {channels: 3}\n", "E110", "`input` is not the shape of a map, a vector, token ids or a tensor", 1),
])  # fmt: skip
def test_a_fault_in_it_stands_there(model, text, code, message, line):
    beside(model, text)
    [found] = findings("net.cfg")

    assert (found.code, found.message, found.source.name) == (code, message, "net.cfg.yaml")
    assert (found.span and found.span.line) == line


def test_a_spec_whose_name_has_a_point_is_not_about_another_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.v2").write_text("notes\n")
    (tmp_path / "net.v2.yaml").write_text("input: {features: 3}\nlayers: [dense: 2]\n")

    assert load("net.v2.yaml").params.value == 8


def test_a_budget_beside_a_model_is_found_in_a_folder_without_its_mark(model, tmp_path, cnncalc):
    beside(model, "budget: {macs: 1k}\n")
    (tmp_path / "notes.txt").write_text("notes\n")
    for name, text in (("other.cfg.yaml", "budget: {macs: 1k}\n"), ("notes.txt.yaml", "budget: {macs: 1k}\n"),
                       ("values.yaml", "budget: {macs: 1k}\n")):  # fmt: skip
        # There is no such model file, or it is none; or it is called after nothing.
        (tmp_path / name).write_text(text)
    checked = cnncalc("check", ".")

    assert "error[X503]: net: macs 13,824 is over the budget 1k (by 12,824)" in checked.out + checked.err
    assert "1 of 1 model failed" in checked.out + checked.err


def test_a_folder_without_specs_says_how_models_are_judged(model, cnncalc):
    checked = cnncalc("check", ".")

    assert checked.code == 2
    assert "of a model file net.onnx, net.onnx.yaml says what is expected" in checked.err


def test_folders_of_models_are_compared(model, tmp_path, cnncalc):
    beside(model, "cnncalc: 1\nexpect: {params: 224}\n")
    for name, text in (("old", CFG), ("new", CFG.replace("filters=8", "filters=9"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "net.cfg").write_text(text)
        (tmp_path / name / "net.cfg.yaml").write_text("cnncalc: 1\n")
    [found] = compare(side("old", "old"), side("new", "new")).models

    assert found.status == CHANGED


def test_the_formats_are_listed(cnncalc):
    listed = json.loads(cnncalc("formats", "--format", "json").out)["formats"]

    assert {row["name"] for row in listed} >= {"darknet"}
    assert all(row["endings"] and row["reads"] and row["title"] for row in listed)
    assert find_importer("net.cfg", CFG.encode()).__name__ == "cnncalc.importers.darknet"
    assert find_importer("net.cfg", b"[core]\n\tbare = false\n") is None
