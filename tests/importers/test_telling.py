"""What a file is, by its first bytes."""

from pathlib import Path

import pytest

from cnncalc import registry
from cnncalc.importers.base.looks import is_text
from cnncalc.importers.base.onnx.telling import is_model
from cnncalc.language.importing import find_importer

ROOT = Path(__file__).parents[2]
GRAPH = b"\x3a\x08\x0a\x06\x0a\x01x\x22\x01R"
"""A graph of one node, which reads x."""


@pytest.mark.parametrize(("data", "wanted"), [
    ((ROOT / "docs" / "examples" / "head.onnx").read_bytes()[:4096], True),
    (b"\x08\x08\x12\x07pytorch" + GRAPH, True),
    (GRAPH + b"\x08\x08", True),  # fields may stand in any order
    (b"\x08\x08" + GRAPH[:6], True),  # the beginning ends in the first node
    (b"\x08\x08\x42\x02\x10\x0d", True),  # the operators first, the graph further on
    (b"\x08\x08", False),
    (b"\x08\x01\x12\x10\x0a\x06\x12\x02\x0a\x00\x12\x06\x0a\x04main", False),  # a SavedModel: a message where a name would be
    (b"\x08\x04\x12\x08\x0a\x06\x0a\x01x\x1a\x00\xa2\x1f\x02\x0a\x00", False),  # Core ML, likewise
    (b"\x1c\0\0\0TFL3" + b"\0" * 20, False),
    (b"layers: []\n", False),
    (b":\n\n", False),
    (b"", False),
])  # fmt: skip
def test_a_model_of_onnx_is_told_by_its_fields(data, wanted):
    assert is_model(data) == wanted


@pytest.mark.parametrize(("data", "wanted"), [
    (b"", True), (b"a\r\n\tb", True), ("é".encode(), True), ("a€".encode()[:-1], True), (b"\xff", False), (b"a\0", False), (b"\xc3(  ....", False),
])  # fmt: skip
def test_texts(data, wanted):
    assert is_text(data) == wanted


def test_no_spec_is_taken_for_a_file_of_another_format():
    for path in [*(ROOT / "specs").glob("**/*.yaml"), *(ROOT / "docs").glob("**/*.yaml")]:
        assert find_importer(path.name, path.read_bytes()[:4096]) is None, path


def test_every_importer_says_what_it_reads_and_takes_nothing_for_its_own_that_says_nothing():
    for name in registry.names("importers"):
        module = registry.load("importers", name)
        assert module.TITLE
        assert module.READS
        assert not module.recognises("file", b"")
        assert not module.recognises("file", b"hello\n")
