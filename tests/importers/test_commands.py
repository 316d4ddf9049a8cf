"""Every command takes a model file of every format where it takes a spec: what it prints, and how it ends."""

import gzip
import json
from pathlib import Path

import pytest

from cnncalc import registry
from cnncalc.language.importing import find_importer
from tests.importers.reading import DATA, public_files

ROOT = Path(__file__).parents[2]

KERAS = json.loads(gzip.decompress((DATA / "keras" / "networks.json.gz").read_bytes()))

FILES = {
    "onnx": ("net.onnx", (ROOT / "docs" / "examples" / "head.onnx").read_bytes()),
    "keras": ("net.json", next(json.dumps(net["config"]).encode() for net in KERAS if net["name"] == "separable_mini")),
    "darknet": ("net.cfg", b"[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=2\npad=1\nactivation=relu\n[avgpool]\n"),
    "caffe": ("net.prototxt", public_files("caffe")["lenet.prototxt"]["text"].encode()),
    "ncnn": ("net.param", public_files("ncnn")["squeezenet.param"]["text"].encode()),
}
"""A file of each format; those of other formats are tested beside their importers."""

COMMANDS = [
    ("shapes",), ("shapes", "--format", "json"), ("shapes", "--format", "csv"), ("shapes", "--format", "markdown"), ("shapes", "--depth", "1"),
    ("shapes", "--expand"), ("padding",), ("params",), ("macs",), ("macs", "--convention", "all"), ("memory",), ("memory", "--fits", "4GiB"),
    ("receptive-field",), ("summary",), ("summary", "--width", "80"), ("top",), ("inputs", "--up-to", "64"), ("working",), ("expand",),
    ("convert",), ("convert", "--flat"), ("check",), ("check", "--format", "github"), ("check", "--format", "json"),
]  # fmt: skip


@pytest.fixture(params=FILES)
def model(request, tmp_path, monkeypatch):
    """A model file in the current folder."""
    monkeypatch.chdir(tmp_path)
    name, data = FILES[request.param]
    (tmp_path / name).write_bytes(data)
    return name


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_takes_a_model_file(model, arguments, cnncalc):
    command, *options = arguments
    done = cnncalc(command, model, *options)

    assert done.code == 0, done.err
    assert done.out.strip() or arguments == ("check", "--format", "github")
    assert "Traceback" not in done.err
    if "json" in options:
        json.loads(done.out)
    if "--width" in options:
        assert max(map(len, done.out.splitlines())) <= 80


def test_it_is_compared_with_a_spec_and_with_another_file(model, cnncalc, tmp_path):
    (tmp_path / "design.yaml").write_text(cnncalc("convert", model).out)
    same = cnncalc("diff", "design.yaml", model)
    other = cnncalc("diff", model, "zoo:lenet5")

    assert same.code == other.code == 0
    assert "%" not in same.out
    assert "params" in other.out
    assert cnncalc("what-if", model, "--size", "64,64").err.count("Traceback") == 0


def test_a_folder_of_models_is_judged_by_what_stands_beside_them(model, cnncalc, tmp_path):
    params = json.loads(cnncalc("shapes", model, "-f", "json").out)["totals"]["params"]
    (tmp_path / "models").mkdir()
    (tmp_path / model).rename(tmp_path / "models" / model)
    beside = tmp_path / "models" / f"{model}.yaml"
    beside.write_text("cnncalc: 1\nexpect: {layers: 1}\nbudget: {macs: 1}\n")
    judged = cnncalc("check", "models", "--format", "github")

    assert judged.code == 1
    assert f"file=models/{model}.yaml,line=2" in judged.out
    assert f"file=models/{model}.yaml,line=3" in judged.out
    if params is not None:
        beside.write_text(f"cnncalc: 1\nexpect: {{params: {params}}}\n")
        assert cnncalc("check", "models").code == 0


def test_every_format_is_tried_here_or_beside_its_importer():
    for name, data in FILES.values():
        assert find_importer("file", data[:4096]) is not None, name
    assert set(FILES) <= set(registry.names("importers"))
