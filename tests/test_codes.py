"""The manual of the codes: complete, in order, and its examples do what they say."""

import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc.checks import budget, expect
from cnncalc.errors import Source, SpecError
from cnncalc.spec.build import build
from cnncalc.spec.document import Document

PACKAGE = Path(cnncalc.__file__).parent
SECTION = re.compile(
    r"## (?P<code>[EX]\d{3}) (?P<title>.+)\n\n(?P<text>.+?)\n\n"
    r"```yaml\n(?P<bad>.+?)```\n\nFix:\n\n```yaml\n(?P<fix>.+?)```\n",
    re.DOTALL,
)
_, *PARTS = re.split(r"^(?=## )", (PACKAGE / "codes.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
CODES = [part[3:7] for part in PARTS]


def findings(text):
    """The codes of everything that is wrong with a spec, the claims of all its models judged."""
    try:
        document = Document(Source("spec.yaml", text))
        if not document.models:
            raise document.report.error()
        networks = [build(document, name) for name in document.models]
    except SpecError as error:
        return [finding.code for finding in error.diagnostics]
    return [found.code for net in networks for check in (expect, budget) for found in check.judge(net)]


def of_source():
    """The codes that the program can raise."""
    texts = (path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    return {code for text in texts for code in re.findall(r'"([EX]\d{3})"', text)}


def test_every_code_that_can_be_raised_is_explained_and_no_other():
    assert set(CODES) == of_source()


def test_the_codes_are_in_order_and_each_stands_once():
    assert sorted(set(CODES)) == CODES


@pytest.mark.parametrize("part", PARTS, ids=CODES)
def test_a_section_explains_and_then_shows_the_fault_and_its_fix(part):
    section = SECTION.fullmatch(part.rstrip("\n") + "\n")
    assert section, part
    assert findings(section["bad"]) == [section["code"]]
    assert findings(section["fix"]) == []
