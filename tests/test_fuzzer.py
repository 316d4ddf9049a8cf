"""The fuzzer of `make fuzz`, on a few hundred loads; and that it sees what it is there to see."""

import contextlib
import os
import signal

import pytest

from cnncalc import registry
from cnncalc.errors import Source, SpecError
from cnncalc.language.compose import compose
from cnncalc.language.write import write
from cnncalc.layers.conv_transpose import ConvTranspose
from tools.fuzz import asking, judging, oracles, references, report, writing
from tools.fuzz.drawing import SOURCES, drawn
from tools.fuzz.loading import load
from tools.fuzz.rates import ORACLES
from tools.fuzz.working import Plan, tally, work

pytest.importorskip("resource", reason="limits are set by Unix")

LOADS = 150
SEED = 14


@pytest.fixture(scope="module")
def found():
    return tally(Plan(SEED, LOADS, None), range(LOADS))


@pytest.mark.slow
def test_nothing_is_at_fault(found):
    assert [(fault["message"], fault["text"]) for fault in found["faults"]] == []


@pytest.mark.slow
def test_a_third_of_the_texts_load_of_the_grammar_and_of_the_zoo(found):
    counts = found["counts"]

    for source in ("grammar", "zoo"):
        assert counts[f"{source} loaded"] >= 0.3 * counts[source] > 0


def test_a_number_is_always_the_same_text():
    assert [drawn(1, n) for n in range(40)] == [drawn(1, n) for n in range(40)]
    assert drawn(1, 0) != drawn(2, 0)
    assert {drawn(1, n)[0] for n in range(100)} == set(SOURCES)


@pytest.mark.slow
def test_every_kind_of_layer_and_every_dialect_is_drawn():
    texts = "".join(drawn(SEED, n)[1] for n in range(3_000))

    assert [kind for kind in registry.names("layers") if f" {kind}" not in texts and f"{{{kind}" not in texts] == []
    assert [name for name in registry.names("dialects") if f"dialect: {name}" not in texts] == []
    for word in ("repeat", "when", "reuse", "args", "variants", "models", "defaults", "inputs", "outputs", "budget", "sweep"):
        assert f"{word}:" in texts, word


def test_texts_that_ask_for_much_work_are_drawn_where_they_are_wanted():
    plain, bombs = ([drawn(SEED, n, with_bombs=wanted)[1] for n in range(200)] for wanted in (False, True))

    assert 10 < sum(one != other for one, other in zip(plain, bombs, strict=True)) < 60
    for text in bombs:
        with contextlib.suppress(SpecError):
            compose(Source("net.yaml", text))


def test_what_is_written_is_what_was_drawn():
    spec = {"input": {"features": 3}, "vars": {"w": "$(1 + 1)", "no": None}, "blocks": {"A": {"layers": ["relu"]}},
            "layers": [{"dense": {"units": "$w", "name": "true"}}, "A"]}  # fmt: skip
    text = writing.text(spec)

    assert text.splitlines()[-2:] == ['  - {dense: {units: "$w", name: "true"}}', "  - A"]
    assert [node.name for node in load(text).first.network.nodes] == ["input", "true", "A1.relu1"]


# Every oracle sees the fault that it is for --------------------------------------------------------

SPEC = "input: {channels: 3, size: [9, 9]}\nlayers:\n  - conv: {filters: 4, kernel: 3, padding: 1, norm: batch_norm}\n  - relu\n"


class _Broken(Exception):
    pass


def _raise(*_, **__):
    raise _Broken


@pytest.mark.parametrize(("oracle", "target", "name", "stand_in", "text"), [
    ("expand",   oracles, "write", lambda network: write(network).replace("filters: 4", "filters: 5"), SPEC),
    ("sums",     oracles, "_count", lambda text: 1, SPEC),
    ("analyses", oracles.cnncalc, "analyze", _raise, SPEC),
    ("checks",   oracles.Lints, "look", _raise, SPEC),
    ("refusals", oracles, "MOST_TEXT", 10, "layers: []"),
    ("schema",   references, "_validator", lambda: references.Draft7Validator({"type": "string"}), SPEC),
    ("dialects", ConvTranspose, "differs", False, SPEC.replace("conv: {", "conv_transpose: {stride: 5, ").replace(", padding: 1", "")),
    ("settings", asking, "build", _raise, SPEC),
    ("options",  asking.cnncalc, "analyze", _raise, SPEC),
    ("workings", asking, "explain", _raise, SPEC),
    ("sizes",    references, "_ends", _raise, SPEC),
    ("fields",   references, "CHECKS", [(lambda *_: _raise(), references.drawing.EVERYTHING, 1)], SPEC),
])  # fmt: skip
def test_an_oracle_sees_its_fault(oracle, target, name, stand_in, text, monkeypatch):
    asks = next(one.asks for one in ORACLES if one.name == oracle)
    loaded = load(text)
    asks(loaded, judging.dice_of(1, 1))

    monkeypatch.setattr(target, name, stand_in)
    with pytest.raises((oracles.Fault, _Broken)):
        asks(loaded, judging.dice_of(1, 1))


# Faults ----------------------------------------------------------------------------------------


def test_a_fault_is_told_with_the_smallest_text_that_shows_it(monkeypatch):
    def suspicious(loaded, dice):
        if "relu6" in loaded.text and "classes" in loaded.text:
            raise oracles.Fault("it is suspicious", f"{len(loaded.text)} characters")
        return 1

    monkeypatch.setattr(judging, "ORACLES", [ORACLES[0]._replace(asks=suspicious, every=1)])
    text = "vars: {width: 2, classes: 10, more: [1, 2]}\n" + SPEC + "  - relu6\n  - flatten\n  - dense: $classes\n"
    finding = judging.Finding(7, "expand", "it is suspicious: 200 characters", "it is suspicious", text)
    least = judging.smaller(1, finding)

    assert least.text == "vars: {classes: 10, more: []}\ninput: {channels: 3, size: [9]}\nlayers:\n  - relu6"
    assert least.sort == finding.sort
    counts = report.counted([{"counts": {"grammar": 1, "faults": 1}}])
    assert "seed 1, number 7" in report.told([{"faults": [least._asdict()]}], 1)
    assert report.lines(counts, 1)[0].startswith("Seed 1: 1 loads, 1 faults,")


@pytest.mark.slow
def test_the_figures_are_written_between_their_marks(tmp_path, found):
    page = tmp_path / "testing.md"
    page.write_text("above\n<!-- fuzz -->\nold\n<!-- end -->\nbelow <!-- end -->\n", encoding="utf-8")
    report.write(report.counted([found, found]), SEED, page)
    head, *lines, tail = page.read_text(encoding="utf-8").splitlines()

    assert (head, tail) == ("above", "below <!-- end -->")
    assert lines[1].startswith(f"Seed {SEED}: {2 * LOADS} loads, 0 faults, ")
    assert [line.split(" | ")[0] for line in lines if line.startswith("| ") and "---" not in line] == [
        "| texts", *(f"| {title}" for title in ("from the grammar", "real specs, changed", "damaged text", "all")),
        "| oracle", *(f"| {oracle.name}" for oracle in ORACLES),
    ]  # fmt: skip


@pytest.mark.parametrize(("text", "error", "place"), [
    (SPEC, ZeroDivisionError("by 0"), "ZeroDivisionError tests/test_fuzzer.py"),
    (SPEC, UserWarning("careful"),    "UserWarning tests/test_fuzzer.py"),
])
def test_what_leaves_a_load_is_a_fault(text, error, place, monkeypatch):
    def fails(text):
        raise error

    monkeypatch.setattr(judging, "load", fails)
    [fault] = judging.judged(1, 1).faults

    assert (fault.number, fault.oracle, fault.place.split(":")[0]) == (1, "load", place)


def test_a_load_that_takes_too_long_is_a_fault(monkeypatch):
    def hangs(text):
        while True:
            pass

    monkeypatch.setattr(judging, "load", hangs)
    monkeypatch.setattr(judging, "SECONDS", 0.05)

    assert judging.judged(1, 1).faults[0].place == "Late"


def test_a_process_that_dies_is_a_fault_and_the_run_goes_on(tmp_path, monkeypatch):
    real = judging.judged

    def dies(seed, number, **options):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(seed, number, **options)

    monkeypatch.setattr("tools.fuzz.working.judged", dies)
    [result] = work(Plan(1, 4, tmp_path, jobs=2))

    assert [(fault["number"], fault["message"]) for fault in result["faults"]] == [(2, "the process ended with SIGKILL")]
    assert work(Plan(1, 4, tmp_path)) == [result], "what is done is not done again"
