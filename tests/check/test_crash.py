"""An error of cnncalc itself in one file is a finding of that file, and the others are judged."""

import pytest

from cnncalc.check import parallel
from cnncalc.layers.tanh import Tanh

GOOD = "cnncalc: 1\ninput: {features: 3}\nlayers: [relu]\nexpect: {params: 0}\n"
WRONG = GOOD.replace("params: 0", "params: 1")
CRASHES = GOOD.replace("relu", "tanh")


@pytest.fixture
def specs(tmp_path, monkeypatch):
    """Three specs in a folder; at the second of them cnncalc fails."""
    def fail(*_):
        raise ZeroDivisionError("::error::of a test\nand more")

    monkeypatch.setattr(Tanh, "facts", fail)
    monkeypatch.chdir(tmp_path)
    for name, text in {"a": WRONG, "b": CRASHES, "c": GOOD}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_in_one_file_is_a_finding_and_the_others_are_judged(specs, cnncalc, monkeypatch, processes):
    if processes > 1:
        monkeypatch.setattr(parallel, "TRIAL", -1)
        monkeypatch.setattr(parallel, "WORTH", -1)
        monkeypatch.setattr(parallel, "processors", lambda: processes)
    ran = cnncalc("check", ".")

    assert ran.code == 3
    assert "error[X501]: a: params is 0, expected 1 (-1)" in ran.out
    assert "error[E900]: an error of cnncalc itself, not of the spec: ZeroDivisionError: " in ran.out
    assert "✗ 2 of 3 models failed (2 errors)" in ran.out
    assert "in fail\n" in ran.err
    assert ran.err.endswith("cnncalc: b.yaml: this is an error of cnncalc itself, not of the spec\n")
    # Nothing of the message of an error is obeyed by the log of a CI service.
    assert not any(line.startswith("::") for line in (ran.out + ran.err).splitlines())


@pytest.mark.parametrize("options", [("--exit-zero",), ("--ignore", "X"), ("--select", "W6"), ("--format", "json"), ("--format", "sarif")])
def test_no_option_hides_an_error_of_cnncalc(specs, cnncalc, options):
    ran = cnncalc("check", "b.yaml", *options)

    assert ran.code == 3
    assert "E900" in ran.out
