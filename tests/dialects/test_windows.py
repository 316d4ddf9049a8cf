"""The rules of windows, measured: some rows of every runtime, and any question that can be asked.

All rows are asked in `tests/conformance`, where nobody looks which lines run.
"""

from contextlib import suppress
from random import Random

import pytest

import cnncalc
from cnncalc.dialects.base.asked import Asked
from cnncalc.dialects.base.dialect import find
from cnncalc.errors import Refusal
from cnncalc.registry import names
from tests.conformance.runtimes.exceptions import EXCEPTIONS
from tests.conformance.runtimes.judge import judge
from tests.conformance.runtimes.read import DATA, read
from tests.nets import spec

EVERY = 11


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(DATA.iterdir()), ids=lambda path: path.name.partition("_windows")[0])
def test_some_rows_of_every_runtime(path):
    rows = [row for row in read(path)[::EVERY] if row.id not in EXCEPTIONS.get((row.dialect, row.operator), {})]

    assert [complaint for complaint in map(judge, rows) if complaint] == []


WORDS_FOR_PADDING = ("", "same", "same_lower", "same_upper", "valid", "half", "full", "causal", "unheard_of")


@pytest.mark.parametrize("name", names("dialects"))
def test_any_question_is_answered_or_refused(name):
    rules, draw = find(name), Random(name)  # noqa: S311
    answered = 0
    for _ in range(150):
        kind = draw.choice(["conv", "max_pool", "avg_pool", "lp_pool", "conv_transpose", "adaptive_avg_pool"])
        sides = (draw.randint(0, 3), draw.randint(0, 3))
        asked = Asked(
            kind, draw.randint(1, 14), draw.randint(1, 6), draw.randint(1, 5), draw.randint(1, 3),
            mode=draw.choice(WORDS_FOR_PADDING), sides=sides, single=sides[0] == sides[1],
            rounding=draw.choice(["", "floor", "ceil"]), counted=draw.choice([None, True, False]),
            extra=draw.choice([None, 0, 1, 2]), target=draw.choice([None, draw.randint(1, 30)]),
        )  # fmt: skip
        with suppress(Refusal):
            length, axis = rules.length(asked), rules.reading(asked)
            assert length <= max(0, axis.positions(asked.n))
            assert all(0 <= i < asked.n for u in range(length) for i in axis.taps(u, asked.n))
            if kind == "avg_pool" and length > 0:
                assert len(rules.divisors(asked)) == length
            answered += 1

    assert answered >= 1


# One element is missing of 8 for windows of 3 with a stride of 2: OpenCV pads it in front.
@pytest.mark.parametrize(
    ("name", "layer", "rule"),
    [("keras", "conv: {filters: 1, kernel: 3, stride: 2, padding: same}", "same: ⌈I / S⌉ outputs, the odd element after"),
     ("opencv", "conv: {filters: 1, kernel: 3, stride: 2, padding: same}", "same: ⌈I / S⌉ outputs, the odd element before"),
     ("opencv", "conv: {filters: 1, kernel: 7, stride: 4, padding: same}", "same: ⌈I / S⌉ outputs, more before"),
     ("ncnn", "conv_transpose: {filters: 1, kernel: 3, stride: 2, padding: same}", "same: nothing without an output size")],
)  # fmt: skip
def test_the_rule_of_a_padding_is_what_became_of_it(name, layer, rule):
    net = cnncalc.loads(spec(layer, head=f"dialect: {name}\n", input="input: {channels: 1, size: [8]}\n"))
    assert cnncalc.analyze(net, "padding").rows[-1].values["rule"] == [rule]
