"""What would take minutes or gigabytes ends in its finding, after few calls and in little memory."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import cnncalc
from cnncalc import work
from cnncalc.check.judge import Task, judge_file
from cnncalc.language.build import build
from cnncalc.language.source import Origin
from cnncalc.work import LIMITS, Budget
from tests.nets import document
from tests.nets import spec as net

from .excess import CASES

RUN = Path(__file__).parent / "judge.py"
CALLS = 12_000_000
"""A machine of today does as many in about two seconds."""
BYTES = 250_000_000
SAID = 12_000_000
"""10,000 findings, each with what would repair it, in the longest format."""
QUICK = ("lists of lists of variables", "lists of eight variables each", "99 arguments evaluated for every use",
         "a condition for every repetition", "a reference of 500,000 dots", "what Python warns of", "not a number in a variable",
         "a field of 5,000 digits", "4 MB in the line of the findings")  # fmt: skip

pytest.importorskip("resource", reason="limits are set by Unix")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in CASES])
def test_what_would_take_too_much_ends_in_its_finding(name):
    done = subprocess.run([sys.executable, str(RUN), name], capture_output=True, text=True, check=False,
                          cwd=Path(cnncalc.__file__).parent.parent, env={"PYTHONPATH": ".", "PYTHONIOENCODING": "utf-8"})  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)

    assert not found["crash"]
    assert set(found["codes"]) & set(CASES[name][0]) or (not found["codes"] and "" in CASES[name][0]), found["codes"]
    assert found["calls"] < CALLS
    assert found["bytes"] < BYTES
    assert found["said"] < SAID


# The one finding ------------------------------------------------------------------------------

COSTLY = "$(" + "+".join("1" * 90) + ")"


def judged(text):
    return judge_file(Task(Origin("spec.yaml"), data=text.encode()))


@pytest.mark.parametrize(("text", "place", "message", "help"), [
    (net(f'relu: {{repeat: 90000, when: "{COSTLY}"}}'), (3, 20), "the file comes to more than 1,000,000 steps of evaluation",
     "99 % is for `relu` in line 3, most for its `when`: shorter expressions, or fewer repetitions"),
    (f'blocks: {{A: {{args: {{n: 1, m: "{COSTLY}"}}, layers: [relu]}}}}\n' + net("tanh", "A: {repeat: 9000}"), (5, 17),
     "the file comes to more than 1,000,000 steps of evaluation",
     "99 % is for `A` in line 5, most for its `m`: shorter expressions, or fewer repetitions"),
    ("vars: {v: [" + "1, " * 70_000 + "1], w: [$v, $v], x: [$v, $v, 2, $v]}\n" + net("relu"), (1, 210019),
     "the file comes to more than 200,000 values once variables are put in", "66 % is for `w` in line 1: shorter lists"),
    ("vars: {v: " + "[" * 40 + "1" + "]" * 40 + ", w: " + "[" * 40 + "$v" + "]" * 40 + "}\n" + net("relu: {when: $w}"), (1, 97),
     "nested more than 64 levels deep once variables are put in", "lists that stand less deep in each other"),
    (net("relu: {name: a}", "add: {from: [" + "a, " * 20_000 + "a], repeat: 51}"), (4, 60030),
     "the file comes to more than 1,000,000 operands", "99 % is for `add` in line 4: fewer operands"),
    ("blocks: {A: {layers: [{relu: {name: " + "m" * 100 + ", repeat: 60000}}]}}\n" + net(f"A: {{name: {'n' * 100}}}"), (1, 147),
     "the file comes to more than 20,000,000 characters of names", "99 % is for `relu` in line 1: shorter names, or fewer repetitions"),
    (net("relu: {repeat: 60000}", "tanh: {repeat: 60000}"), (4, 20), "the network would have more than 100,000 layers",
     "66 % is for `relu` in line 3: fewer repetitions"),
    # Nothing is repeated: what doubles are the uses of blocks, the parts of a split.
    ("blocks:\n  A0: {layers: [relu]}\n" + "".join(f"  A{i}: {{layers: [A{i - 1}, A{i - 1}]}}\n" for i in range(1, 18)) + net("A17"),
     (22, 5), "the network would have more than 100,000 layers", "100 % is for `A17` in line 22: fewer uses of blocks in each other"),
    pytest.param("blocks:\n  D: {layers: [{split: {parts: $cin, axis: c, name: s}}, concat: {from: [s.*, s.*]}]}\n"
     "  E: {layers: [D: {repeat: 12}, conv: {filters: 2, kernel: 1}]}\n" + net("E: {repeat: 100}"), (2, 17),
     "the network would have more than 100,000 layers", "99 % is for `split` in line 2: fewer parts", marks=pytest.mark.slow),
], ids=["condition", "argument", "values", "levels", "operands", "names", "layers", "blocks", "parts"])  # fmt: skip
def test_the_finding_says_which_limit_where_and_what_takes_most(text, place, message, help):
    (found,) = [finding for finding in judged(text).findings if finding.code[0] == "E"]

    assert (found.code, found.message, found.help) == ("E003" if "levels" in message else "E408", message, help)
    assert found.span[:2] == place


def test_nothing_of_a_file_is_read_behind_the_end_of_its_budget(monkeypatch):
    monkeypatch.setitem(LIMITS, "items", LIMITS["items"]._replace(most=60))
    variants = "".join(f"  - {{set: {{w: {n}}}}}\n" for n in range(9))
    found = judged("vars: {w: 1}\n" + net("relu: {repeat: 10, when: $(w < 99)}", tail=f"variants:\n{variants}"))

    # The model and its first variant have 1 + 10 + 10 items and layers each.
    assert [verdict.variant for verdict in found.verdicts] == [None, "w=0", "w=1"]
    assert [finding.code for finding in found.findings] == ["E408"]


def test_models_share_the_budget_of_their_file(monkeypatch):
    monkeypatch.setitem(LIMITS, "networks", LIMITS["networks"]._replace(most=2))
    found = judged("models:\n" + "".join(f"  m{n}: {{input: {{features: 3}}, layers: [relu]}}\n" for n in range(5)))

    assert [verdict.model for verdict in found.verdicts] == ["m0", "m1", "m2"]
    assert found.findings[0].help == "several files"
    assert found.findings[0].span.line == 4


def test_findings_of_a_file_are_counted(monkeypatch):
    monkeypatch.setitem(LIMITS, "findings", LIMITS["findings"]._replace(most=3))
    found = judged(net(*["relu: {expect: {channels: 9}}"] * 5))

    assert [(finding.code, finding.span.line) for finding in found.findings] == [
        ("X501", 3), ("X501", 4), ("X501", 5), ("E408", 6)]  # fmt: skip
    assert found.findings[3].message == "the file comes to more than 3 findings"


def test_what_analyses_do_for_all_networks_of_a_file_is_added_up(monkeypatch):
    monkeypatch.setattr(work, "TOGETHER", 2)
    budget = Budget()
    first, second, third = budget.part("coverage"), budget.part("coverage"), budget.part("coverage")
    most = LIMITS["coverage"].most
    first.spend(most)
    second.spend(most)
    with pytest.raises(work.TooMuch, match="more than 8,000,000 places of axes in all models and variants"):
        third.spend(1)
    with pytest.raises(work.TooMuch, match="more than 4,000,000 places of axes$"):
        first.spend(1)
    assert third.done == 0
    assert not budget.is_over


def test_a_network_that_is_built_anew_has_a_budget_of_its_own(monkeypatch):
    compiled = document("mobilenet_v2")
    monkeypatch.setitem(LIMITS, "items", LIMITS["items"]._replace(most=600))

    assert len({build(compiled, settings={"w": width}).params.value for width in (0.25, 0.5, 0.75, 1, 1.25, 1.5)}) == 6
    shared = Budget()
    build(compiled, budget=shared)
    build(compiled, budget=shared)
    with pytest.raises(cnncalc.SpecError, match="E408"):
        build(compiled, budget=shared)
