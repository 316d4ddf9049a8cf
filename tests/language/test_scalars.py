"""Plain scalars, by the core schema of YAML 1.2."""

import math
from time import process_time

import pytest

from cnncalc.language.scalars import resolve


@pytest.mark.parametrize(("text", "value"), [
    ("on", "on"), ("off", "off"), ("yes", "yes"), ("no", "no"), ("y", "y"), ("N", "N"),
    ("true", True), ("True", True), ("TRUE", True), ("tRUE", "tRUE"),
    ("false", False), ("False", False), ("FALSE", False),
    ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("nULL", "nULL"),
    ("none", "none"), ("None", "None"),
])  # fmt: skip
def test_only_true_false_and_null_are_words(text, value):
    assert resolve(text) is value or resolve(text) == value
    assert type(resolve(text)) is type(value)


@pytest.mark.parametrize(("text", "value"), [
    ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("010", 10), ("-010", -10), ("00", 0),
    ("0x1F", 31), ("0xff", 255), ("0o17", 15), ("0o0", 0),
    ("9007199254740993", 2**53 + 1), ("1" * 400, int("1" * 400)),
])  # fmt: skip
def test_whole_numbers_are_exact(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is int


@pytest.mark.parametrize(("text", "value"), [
    ("1e3", 1000.0), ("1E3", 1000.0), ("1.5", 1.5), (".5", 0.5), ("-.5", -0.5), ("5.", 5.0), ("1.e3", 1000.0),
    ("+1.5e-1", 0.15), (".inf", math.inf), ("-.inf", -math.inf), ("+.INF", math.inf), (".Inf", math.inf),
    ("1e400", math.inf), ("1e-400", 0.0),
])  # fmt: skip
def test_numbers_with_a_point_or_an_exponent_are_floats(text, value):
    assert resolve(text) == value
    assert type(resolve(text)) is float


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan_is_a_number(text):
    assert math.isnan(resolve(text))


@pytest.mark.parametrize("text", [
    "1:30", "1_000", "0b11", "0o8", "0xg", "0x", "0o", "-0x1", "1e", "e3", ".", "+", "-", "--1", "1.2.3", "inf", "nan", "-.nan",
    "3x3", "1 2", "2026-01-02", "4.09G", "٣", "1e3.5", "0x_1", "0x 1", "0x1_1", "0x-1", "0o+7", "1" * 401, "0x" + "f" * 401,
])  # fmt: skip
def test_everything_else_is_text(text):
    assert resolve(text) == text
    assert type(resolve(text)) is str


@pytest.mark.parametrize("text", ["1" * 100_000, "1." + "1" * 100_000, "." * 100_000, "0x" + "f" * 100_000, "-" * 100_000])
def test_a_very_long_scalar_is_read_at_once(text):
    began = process_time()
    assert resolve(text) == text
    assert process_time() - began < 0.2
