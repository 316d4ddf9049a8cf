"""Every row that was measured of a runtime is what its dialect says; those that no rule explains are listed."""

from collections import Counter

import pytest

from cnncalc.dialects.base.dialect import find

from .runtimes.judge import answers, judge
from .runtimes.read import DATA, FORMS, read

EXCEPTIONS: dict[tuple[str, str], dict[int, str]] = {
    ("mlx", "conv"): {48: "a kernel of 5 with stride 3 over 3 elements gives numbers that are not of the input"},
}
"""Rows that no rule explains, by dialect and operator, with what was seen."""

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
