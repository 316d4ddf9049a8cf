"""How much of a working is kept, and how long lists are shown."""

import pytest

from cnncalc.calculator.calculate import Result
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.question import accept
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.working.steps import PLAIN, Section, Step, Working
from cnncalc.working.values import show_value


class Squares(Formula):
    """The sum of squares."""

    count: int = key(COUNT, help="how many")

    def work(self, w):
        found = 0
        for n in range(self.count):
            found = w.let(f"s_{n}", found + w.part(f"x_{n}", n) ** 2)
        return found


def asked(count, limit):
    working = Working(limit)
    return Result(accept(Squares, {"count": count}), working), working


@pytest.mark.parametrize(("limit", "kept", "more"), [(None, 5, 0), (5, 5, 0), (3, 3, 2), (0, 0, 5)])
def test_steps_beyond_the_limit_are_counted(limit, kept, more):
    result, working = asked(5, limit)

    assert result.value == 30
    assert (len(result.working), working.more) == (kept, more)
    assert result.section().beyond(kept) == more


def test_a_part_has_a_symbol_and_is_not_listed():
    result, working = asked(3, None)

    assert working.givens == []
    assert [step.line() for step in result.working] == [
        "s_0 = x_0² = 0² = 0", "s_1 = s_0 + x_1² = 0 + 1² = 1", "s_2 = s_1 + x_2² = 1 + 2² = 5",
    ]  # fmt: skip


def test_only_the_steps_that_are_kept_are_made():
    made = []

    def steps():
        for n in range(10):
            made.append(n)
            yield Step(f"n_{n}", n)

    working = Working(4)
    working.say("first", "", "", 0)
    working.tell(10, steps())
    PLAIN.tell(10, steps())

    assert made == [0, 1, 2]
    assert [step.name for step in working.steps] == ["first", "n_0", "n_1", "n_2"]
    assert working.more == 7


def test_what_is_shown_of_a_list():
    step = Step("x", [*range(1000, 1025)])

    assert step.shown == "[1000, 1001, …, 1024]"
    assert step.to_dict()["value"] == [*range(1000, 1025)]
    assert show_value([{"index": 1234, "score": 0.5}, 2345]) == "[{index 1234, score 0.5}, 2345]"


@pytest.mark.parametrize(("format", "line"), [
    ("text", "  … 42 more steps: --format json has all"),
    ("markdown", "… 42 more steps"),
    ("latex", "42 more steps are left out."),
    ("html", "<li>… 42 more steps</li>"),
])  # fmt: skip
def test_every_format_says_how_many_steps_it_leaves_out(format, line):
    from cnncalc import registry

    section = Section("x", [], [Step(f"n_{n}", n) for n in range(62)], more=40)

    assert line in registry.load("formats", format).explain([section])
