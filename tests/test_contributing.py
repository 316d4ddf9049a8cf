"""The worked example of CONTRIBUTING.md works as it is written there."""

import re
import runpy
import sys
from pathlib import Path

import pytest

import cnncalc
import cnncalc.layers
from cnncalc import registry

GUIDE = Path(__file__).parent.parent / "CONTRIBUTING.md"
BLOCK = re.compile(r"`([\w./]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """The files of the example by their paths; its layer counts as one of `cnncalc/layers`."""
    files = {}
    for name, text in BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        files[name] = tmp_path / name
        files[name].parent.mkdir(parents=True, exist_ok=True)
        files[name].write_text(text, encoding="utf-8")
    assert not registry.exists("layers", "maxout"), "it exists: the guide needs another example"
    folders = [*cnncalc.layers.__path__, str(tmp_path / "cnncalc" / "layers")]
    monkeypatch.setattr(cnncalc.layers, "__path__", folders)
    forget()
    yield files
    forget()


def forget():
    """Let the registry look again."""
    for answers in (registry.names, registry.exists, registry.load):
        answers.cache_clear()
    if sys.modules.pop("cnncalc.layers.maxout", None):
        del cnncalc.layers.maxout


def test_one_file_and_its_test_add_a_layer(example):
    assert list(example) == [
        "cnncalc/layers/maxout.py",
        "tests/layers/test_maxout.py",
        "net.yaml",
    ]


def test_the_spec_with_the_new_layer_loads(example):
    net = cnncalc.loads(example["net.yaml"].read_text(encoding="utf-8"))
    assert str(net.nodes[-1].output) == "32×8×8"


def test_the_test_of_the_new_layer_passes(example):
    found = runpy.run_path(str(example["tests/layers/test_maxout.py"]))
    tests = [value for name, value in found.items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()
