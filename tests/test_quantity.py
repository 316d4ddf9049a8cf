"""Numbers as they are written: which integers a rounded one stands for."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.quantity import parse, round_size

UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}


@pytest.mark.parametrize(("text", "low", "high"), [
    ("448",       448,           448),             # digits alone are exact
    ("448B",      448,           448),
    ("4.09G",     4_085_000_000, 4_095_000_000),
    ("1k",        500,           1_500),
    ("1.0k",      950,           1_050),
    ("1e3",       500,           1_500),
    ("256KiB",    261_632,       262_656),         # 255.5 and 256.5 × 1,024
    # Rounded inwards: 97.545 and 97.555 × 1,024 are 99,886.08 and 99,896.32.
    ("97.55KiB",  99_887,        99_896),
    ("0.1KiB",    52,            153),             # 51.2 and 153.6
    ("1.5",       2,             1),               # no integer rounds to it
])
def test_every_integer_that_rounds_to_a_number_equals_it(text, low, high):
    found = parse(text)

    assert (found.low, found.high) == (low, high)
    if low <= high:
        assert (low in found, high in found, low - 1 in found, high + 1 in found) == (True, True, False, False)


@pytest.mark.parametrize(("texts", "value"), [
    (("256K", "256k", "256kB", "256kb", "256KB", "256Kb", "256 kB", "256 k bytes"), 256_000),
    (("256KiB", "256Ki", "256 KiB", "256kib", "256KIB", "256  KiB", " 256 kibytes"), 262_144),
    (("1M", "1m", "1mb", "1 MB"), 1_000_000), (("1MiB", "1mi", "1 mib"), 1_048_576), (("2P",), 2 * 10**15),
    (("2PiB",), 2 * 2**50), (("8b", "8B", "8 byte", "8 bytes"), 8),
])  # fmt: skip
def test_a_size_means_one_thing_however_it_is_written(texts, value):
    assert {parse(text).value for text in texts} == {value}


@pytest.mark.parametrize("text", ["", "K", "KiB", "-1", "1 2", "256KK", "256Kbit", "1iB", "1.5.2M", "0x10", "1e", "256 K i"])
def test_what_is_no_size(text):
    assert parse(text) is None


@pytest.mark.parametrize(("number", "text"), [
    (0, "0B"), (1024, "1024B"), (1025, "2KiB"), (10 * 2**20 - 1, "10240KiB"), (10 * 2**20, "10MiB"), (10 * 2**20 + 1, "11MiB"),
])  # fmt: skip
def test_a_round_size_is_no_smaller(number, text):
    assert round_size(number) == text
    assert parse(text).value >= number


@given(st.integers(0, 10**6), st.integers(0, 999), st.integers(0, 3), st.sampled_from([*UNITS]), st.integers(-3, 3))
def test_half_of_the_last_digit_to_either_side(whole, fraction, digits, unit, near):
    written = f"{whole}.{fraction % 10**digits:0{digits}d}" if digits else str(whole)
    found = parse(f"{written}{unit}")
    scale = UNITS[unit]
    if not digits and not unit:
        assert found == (whole, whole, whole)
        return
    value, half = Fraction(written) * scale, Fraction(scale, 2 * 10**digits)

    assert found.value == int(value)
    for edge in (value - half, value + half):
        number = int(edge) + near
        assert (number in found) == (value - half <= number <= value + half)
