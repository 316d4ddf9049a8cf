"""Every answer of the frameworks, replayed class by class."""

import pytest

from .cases import cases
from .judge import judge_undecided, verdicts

CLASSES = [(framework, cls) for framework in ("keras", "torch") for cls in cases(framework)]


@pytest.mark.parametrize(("framework", "cls"), CLASSES)
def test_every_case_agrees_in_the_dialect_of_its_framework(framework, cls):
    complaints = [v.complaint for v in verdicts(framework, cls) if v.complaint]

    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:10])


@pytest.mark.parametrize(("framework", "cls"), CLASSES)
@pytest.mark.slow
def test_without_a_dialect_numbers_are_the_same_or_the_difference_is_pointed_out(framework, cls):
    # Every second case, for time.
    complaints = [text for case in cases(framework)[cls][::2] if (text := judge_undecided(case))]

    assert not complaints, f"{len(complaints)} disagree\n" + "\n".join(complaints[:10])
