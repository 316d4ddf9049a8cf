"""The checked-in page is the one that the cases give: a lost case or a new gap shows there."""

import pytest

from .report import PAGE, render


@pytest.mark.slow
def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(), "run python -m tests.conformance.report"
