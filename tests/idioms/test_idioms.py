"""Layers that people asked for, each in a spec with the numbers that it must give."""

from pathlib import Path

import pytest

SPECS = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_the_spec_gives_what_it_expects(path, cnncalc):
    assert "expect:" in path.read_text(encoding="utf-8")

    assert cnncalc("check", path).code == 0


def test_there_are_specs():
    assert len(SPECS) == 22
