"""`convert` over all model files of the tests and all of the zoo: the result is loaded, and is the same network."""

import gzip
import json
import zipfile
from functools import cache

import pytest

from cnncalc import SpecError, loads
from cnncalc.converting.convert import convert
from cnncalc.converting.same import is_same
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import FILE, Origin, locate, read
from cnncalc.language.zoo import names as zoo_names
from tests.importers.reading import DATA, public_files


@cache
def keras_files():
    with gzip.open(DATA / "keras" / "networks.json.gz", "rt", encoding="utf-8") as file:
        return {entry["name"]: json.dumps(entry["config"]) for entry in json.load(file)}


def document(name, data):
    return Document(read(Origin(name, FILE), data))


def short_form(document, name=None):
    """How many times as long one line a layer is; it fails unless the short form is the same network."""
    network = build(document, name)
    text = convert(network)
    assert is_same(loads(text), network)
    return len(convert(network, flat=True).encode()) / len(text.encode())


@pytest.mark.parametrize("name", ["ResNet50", "MobileNetV2.notop_225x231", "EfficientNetB0"])
def test_a_keras_file_is_at_most_a_quarter_of_one_line_for_each_layer(name):
    assert short_form(document(f"{name}.json", keras_files()[name].encode())) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(keras_files()))
def test_files_of_keras(name):
    try:
        short_form(document(f"{name}.json", keras_files()[name].encode()))
    except SpecError as error:
        assert {finding.code for finding in error.diagnostics} == {"E703"}


@pytest.mark.slow
@pytest.mark.parametrize(("format", "name"), [(f, name) for f in ("caffe", "darknet", "ncnn") for name in sorted(public_files(f))])
def test_public_files(format, name):
    assert short_form(document(name, public_files(format)[name]["text"].encode())) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(zipfile.ZipFile(DATA / "onnx" / "exports.zip").namelist()))
def test_files_of_onnx(name):
    with zipfile.ZipFile(DATA / "onnx" / "exports.zip") as archive:
        data = archive.read(name)
    try:
        short_form(document(name, data))
    except SpecError as error:
        assert {finding.code for finding in error.diagnostics} <= {"E701", "E703"}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(zoo_names()))
def test_the_zoo(name):
    zoo = Document(read(locate(f"zoo:{name}")))
    for model in zoo.models:
        assert short_form(zoo, model) >= 1
