"""Numbers of a comparison in words."""

import pytest

from cnncalc import quantity
from cnncalc.diff import words


@pytest.mark.parametrize(("number", "text"), [
    (0, "0"), (999, "999"), (9_999, "9,999"), (10_000, "10.00k"), (300_774_272, "300.8M"), (209_069_792, "209.1M"),
    (4_089_184_256, "4.089G"), (150_428_424_448, "150.4G"), (12_345_678_901_234, "12.35T"), (-2_710_000, "−2.710M"),
    (5 * 10**15, "5000T"),
])  # fmt: skip
def test_four_digits(number, text):
    assert quantity.figures(number) == text


@pytest.mark.parametrize(("key", "old", "new", "text"), [
    ("params", 3_504_872, 2_636_424, "−24.8 %"),
    ("macs", 300_774_272, 209_069_792, "−30.5 %"),
    ("params", 200, 201, "+0.5 %"),
    ("params", 1000, 1001, "+0.1 %"),
    ("params", 10_000, 10_004, "+4"),          # 0.04 %
    ("params", 10_000, 9_996, "−4"),
    ("macs", 300_000_000, 300_100_000, "+100.0k"),
    ("memory", 10 * 2**20, 10 * 2**20 - 2688, "−2.63 KiB"),
    ("params", 0, 12, "+12"),
    ("params", 12, 0, "−100.0 %"),
    ("params", 1, 30, "+2,900.0 %"),
    ("params", 5, 5, ""),
    ("params", None, 5, ""),
    ("depth", 50, 101, "+51"),
    ("receptive_field", [427, 427], [971, 971], "+544"),
    ("receptive_field", [3, 9], [3, 5], "0 × −4"),
    ("receptive_field", [3, 9], [3, 9], ""),
    ("receptive_field", [3, None], [3, 5], ""),
    ("receptive_field", [3], [3, 5], ""),
])  # fmt: skip
def test_a_change(key, old, new, text):
    assert words.change(key, old, new) == text


@pytest.mark.parametrize(("key", "number", "limit", "before", "text"), [
    ("params", 2_636_424, 3_000_000, 3_000_000, "87.9 % of 3,000,000"),
    ("params", 3_012_000, 3_000_000, 3_000_000, "12,000 over 3,000,000"),
    ("macs", 209_069_792, 200_000_000, None, "9.070M over 200.0M"),
    ("memory", 2**20, 2**21, 2**21, "50.0 % of 2.00 MiB"),
    ("params", 50, 100, 200, "50.0 % of 100 (was 200)"),
    ("params", 50, None, 200, "no more (was 200)"),
    ("params", None, 100, 100, "of 100"),
    ("params", 50, None, None, ""),
    # One number holds along every axis.
    ("receptive_field", [3, 7], 4, 4, "3 over 4"),
    ("receptive_field", [3, 7], 14, 14, "50.0 % of 14"),
    ("receptive_field", [3, None], 4, 4, "of 4"),
    ("memory.peak (int8)", 2**20, 2**21, 2**21, "50.0 % of 2.00 MiB"),
])  # fmt: skip
def test_what_is_left_of_a_budget(key, number, limit, before, text):
    assert words.describe_budget(key, number, limit, before) == text


@pytest.mark.parametrize(("key", "then", "now", "text"), [
    ("kernel", 3, [3, 5], "kernel 3 → [3, 5]"),
    ("bias", True, False, "bias true → false"),
    ("norm", None, {"group_norm": {"groups": 8}}, "norm none → {group_norm: {groups: 8}}"),
    ("from", ["a", "b"], ["c"], "reads a, b → c"),
    ("from", [], ["c"], "reads nothing → c"),
    ("shape", {"channels": 3, "size": [2, 4]}, {"features": 7}, "shape 3×2×4 → 7"),
])  # fmt: skip
def test_a_key_that_has_another_value(key, then, now, text):
    assert words.setting(key, then, now) == text


def test_what_is_unknown():
    assert (words.value("params", None), words.show_signed(None), words.show_signed_short(None)) == ("?", "?", "?")
    assert words.value("output", None) == ""
