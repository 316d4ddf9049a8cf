"""The manual of the codes: complete, in order, and its examples do what they say."""

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.check.judge import Task, judge_file
from cnncalc.check.linting import Rules
from cnncalc.language.source import Origin

PACKAGE = Path(cnncalc.__file__).parent
SECTION = re.compile(
    r"## (?P<code>[EXW]\d{3}) (?P<title>.+)\n\n(?P<text>.+?)\n\n"
    r"```(?P<format>\w+)\n(?P<bad>.+?)```\n\nFix:\n\n```(?P=format)\n(?P<fix>.+?)```\n",
    re.DOTALL,
)
_, *PARTS = re.split(r"^(?=## )", (PACKAGE / "codes.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
CODES = [part[3:7] for part in PARTS]


FILES = {"yaml": "spec.yaml", "ini": "net.cfg", "json": "model.json"}


def findings(text, code, format="yaml"):
    """The codes of everything that is wrong with a file; a quiet lint speaks in its own section."""
    if code.startswith("E8"):
        return exported(text)
    rules = Rules(select=("X", "W", code))
    task = Task(Origin(FILES[format]), rules, data=text.encode())
    return [finding.code for finding in judge_file(task).findings]


def exported(text):
    """The codes of what is found when a spec is written as code."""
    try:
        registry.load("exporters", "torch").export(cnncalc.loads(text))
    except cnncalc.SpecError as error:
        return [finding.code for finding in error.diagnostics]
    return []


def broken(*_):
    raise ZeroDivisionError("of a test")


def of_source():
    """The codes that the program can raise."""
    texts = (path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    return {code for text in texts for code in re.findall(r'"([EXW]\d{3})"', text)}


def test_every_code_that_can_be_raised_is_explained_and_no_other():
    assert set(CODES) == of_source()


def test_the_codes_are_in_order_and_each_stands_once():
    assert sorted(set(CODES), key=lambda code: ("EXW".index(code[0]), code)) == CODES


@pytest.mark.parametrize("part", PARTS, ids=CODES)
def test_a_section_explains_and_then_shows_the_fault_and_its_fix(part, monkeypatch):
    section = SECTION.fullmatch(part.rstrip("\n") + "\n")
    assert section, part
    if section["code"] == "E900":
        # A fault of cnncalc has to be made: no spec shows one.
        monkeypatch.setattr("cnncalc.layers.relu.Relu.facts", broken)
    assert findings(section["bad"], section["code"], section["format"]) == [section["code"]]
    assert findings(section["fix"], section["code"], section["format"]) == []
