"""Every row that was measured of a runtime is what its dialect says; those that no rule explains are listed."""

from collections import Counter
from contextlib import suppress
from random import Random

import pytest

from cnncalc.dialects.base.asked import Asked
from cnncalc.dialects.base.dialect import find
from cnncalc.errors import Refusal
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.shape import Shape
from cnncalc.registry import names

from .runtimes.exceptions import EXCEPTIONS
from .runtimes.judge import answers, judge
from .runtimes.read import DATA, FORMS, read

FILES = sorted(path for path in DATA.iterdir() if path.name.partition("_windows")[0] in FORMS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition("_windows")[0])
def test_every_row_is_right(path):
    for (dialect, operator), judged in answers(read(path)).items():
        wrong = {row.id: complaint for row, complaint in judged if complaint}

        assert wrong.keys() == EXCEPTIONS.get((dialect, operator), {}).keys(), (operator, list(wrong.values())[:3])


def test_an_answer_that_is_wrong_is_noticed():
    rows = [row for row in read(DATA / "tflite_windows.json.gz") if row.length and row.length > 1 and row.divisors]
    row = rows[0]

    assert judge(row) == ""
    for wrong in (
        {"length": row.length + 1}, {"length": None}, {"reads": row.reads[1:]}, {"start": row.start - 1},
        {"divisors": [row.asked.k + 1] * row.length},
    ):  # fmt: skip
        assert judge(row._replace(**wrong))


def test_the_harness_prints_what_is_right_and_what_differs(tmp_path, capsys):
    from .runtimes.__main__ import main

    wrong = tmp_path / "coreml_windows.json"
    wrong.write_text('{"ops": {"conv": {"rows": [{"id": 3, "L": 5, "k": 3, "s": 1, "d": 1, "pad_type": "valid",'
                     ' "pad": null, "out": 4}, {"id": 4, "L": 5, "k": 3, "s": 1, "d": 1, "pad_type": "valid",'
                     ' "pad": null, "out": 3}]}}}')  # fmt: skip

    assert main([str(wrong)]) == 1
    assert capsys.readouterr().out == "coreml         conv                         1/2 differ: [3]\n"
    assert main([str(DATA / "coreml_windows.json.gz")]) == 0


def test_files_are_told_by_what_they_say_where_their_name_does_not(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text('{"runtime": "Core ML, type inference", "ops": {"conv": {"rows": []}}}')

    assert read(path) == []
    assert Counter(row.dialect for row in read(DATA / "onnx_windows.json.gz")).keys() >= {"onnx", "opencv", "tract"}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_of_a_dialect(form):
    assert find(FORMS[form].dialect).version


CONFIGURATIONS = [(n, k, s, pad) for n in (7, 10) for k in (2, 3, 5) for s in (1, 2, 3) for pad in ("same", "valid", (1, 2), 1)]


COVERED = [(name, kind) for name in names("dialects") for kind in ("conv", "max_pool", "avg_pool", "conv_transpose")
           if find(name).covers(kind)]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), COVERED)
def test_a_layer_of_a_spec_is_read_as_its_dialect_says(name, kind):
    rules, lengths = find(name), Counter()
    ceil = rules.defaults.get(kind, {}).get("ceil", False) if "pool" in kind else False
    for n, k, s, pad in CONFIGURATIONS:
        keys = {"size": k} if "pool" in kind else {"filters": 1, "kernel": k}
        layer = layer_class(kind)(dialect=name, stride=s, padding=(pad,) if isinstance(pad, tuple) else pad, **keys)
        said = {"mode": pad} if isinstance(pad, str) else {"sides": pad if isinstance(pad, tuple) else (pad, pad)}
        asked = Asked(kind, n, k, s, single=pad == 1, rounding="ceil" if ceil else "", **said)
        expected = found = None
        with suppress(Refusal):
            axis, length = rules.reading(asked), rules.length(asked)
            expected = [list(axis.taps(u, n)) for u in range(length)] or None
        with suppress(Refusal):
            facts = layer.apply(Shape(1, (n,)))
            found = [list(facts.windows[0].taps(u, n)) for u in range(facts.output.size[0])]
        lengths[expected is None] += 1
        if expected is None or found is None:
            # A layer may be refused for what is not a matter of windows, too.
            assert found is None, (layer, asked)
            assert expected is None or rules.refusals, (layer, asked)
            continue
        # What stands for a window without inputs is no input of the layer.
        shown = [theirs if ours else ours for ours, theirs in zip(found, expected, strict=True)]
        assert found == shown, (layer, asked)

    assert lengths[False] >= lengths[True]


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

    assert answered >= 3
