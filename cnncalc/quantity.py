"""The one place where numbers become words and words become numbers.

Integers only: 4.09G is the interval of all integers that round to it, never a float.
"""

from __future__ import annotations

import re
from math import gcd
from typing import NamedTuple

_LETTERS = "kmgtp"
_SCALES: dict[str, int] = {"": 1, **{letter: 1000**n for n, letter in enumerate(_LETTERS, 1)},
           **{f"{letter}i": 1024**n for n, letter in enumerate(_LETTERS, 1)}}  # fmt: skip
_UNIT = r"[kKmMgGtTpP][iI]?"
_BYTE = r"[bB](?:ytes?)?"
_PATTERN = re.compile(rf"(\d+)(?:\.(\d+))?(?:[eE]\+?(\d{{1,2}}))?\s*({_UNIT})?\s*(?:{_BYTE})?")
SIZES = "256KiB is 256 × 1,024 bytes, 256kB and 256k are 256 × 1,000"
"""How sizes are written, for messages: a unit means one thing, in capitals or not."""


class Quantity(NamedTuple):
    """A number at the precision it was written with: every integer in [low, high] equals it.

    `value` is the number itself, rounded down to an integer.
    """

    value: int
    low: int
    high: int

    def __contains__(self, number: object) -> bool:
        """Whether `number` equals the quantity at the precision it was written with."""
        return isinstance(number, int) and self.low <= number <= self.high


def parse(text: str) -> Quantity | None:
    """`25557032`, `4.09G`, `1e6`, `256KiB`, `97.5 MiB`: the quantity; None if it is none.

    Digits alone are exact. With a decimal point or a unit, the last digit written decides:
    `4.09G` is any number from 4.085 to 4.095 G. Separators `_` and `,` are allowed. Units are k, M, G, T
    and P of 1000 and Ki, Mi, … of 1024, in capitals or not; a `B` behind them changes nothing.

    >>> parse("4.09G")
    Quantity(value=4090000000, low=4085000000, high=4095000000)
    """
    match = _PATTERN.fullmatch(text.strip().replace("_", "").replace(",", ""))
    if match is None or len(text) > 40:
        return None
    whole, fraction, exponent, unit = match.groups()
    fraction = fraction or ""
    scale = _scale_of(unit) * 10 ** int(exponent or 0)
    digits = int(whole + fraction)
    ulp = 10 ** len(fraction)
    value = digits * scale // ulp
    if scale == 1 and not fraction:
        return Quantity(value, value, value)
    # Half a unit in the last place to either side, rounded inwards to integers.
    low = -((1 - 2 * digits) * scale // (2 * ulp))
    high = (2 * digits + 1) * scale // (2 * ulp)
    return Quantity(value, low, high)


def without_bytes(text: str) -> str | None:
    """A quantity that is said to be one of bytes without that word; None if it is not said.

    >>> without_bytes("256 KiB"), without_bytes("256K")
    ('256 Ki', None)
    """
    match = re.fullmatch(rf"(.*?)\s*{_BYTE}", text.strip())
    return match[1] if match and parse(text) is not None else None


def _scale_of(unit: str | None) -> int:
    """What a unit stands for: 1000 for `k`, 1024 for `Ki`; 1 where there is none."""
    return _SCALES[(unit or "").lower()]


_WRITTEN = re.compile(
    r"(?P<whole>\d[\d_,]*)(?:\.(?P<fraction>\d[\d_]*))?(?P<exponent>[eE]\+?\d{1,2})?"
    rf"(?P<gap>\s*)(?P<unit>{_UNIT})?(?P<byte>\s*(?:{_BYTE})?)"
)
_LADDERS = (("k", "M", "G", "T", "P"), ("Ki", "Mi", "Gi", "Ti", "Pi"))


def like(text: str, number: int) -> str | None:
    """`number` written as `text` is: all digits, or as many with a unit; None if `text` is no number.

    >>> like("4.09G", 7_801_405_440)
    '7.80G'
    >>> like("25_557_032", 11_689_512)
    '11_689_512'
    """
    match = _WRITTEN.fullmatch(text)
    quantity = parse(text)
    if match is None or quantity is None or number < 0:
        return None
    whole, fraction = match["whole"], match["fraction"] or ""
    if not (match["fraction"] or match["exponent"] or match["unit"]):
        mark = next((mark for mark in "_," if mark in whole), "")
        grouped = f"{number:,}".replace(",", mark) if mark else str(number)
        return grouped + text[match.end("whole") :]
    unit, scale = match["unit"] or "", _scale_of(match["unit"])
    scale *= 10 ** int((match["exponent"] or "e0")[1:])
    if not match["exponent"]:
        unit, scale = _climb(unit, scale, number, quantity.value, fraction=bool(fraction))
    if number and not fraction and not _round(number, scale, 0):
        # Rounded to nothing it would say nothing.
        return f"{number}{match['gap'] if match['byte'] else ''}{match['byte']}"
    decimals = 0
    if fraction:
        digits = len(re.sub("[_,]", "", whole)) + len(fraction.replace("_", ""))
        decimals = max(0, digits - len(str(number // scale)))
        if len(str(_round(number, scale, decimals))) > max(digits, decimals + 1):
            decimals = max(0, decimals - 1)
    rounded = f"{_round(number, scale, decimals):0{decimals + 1}d}"
    rounded = f"{rounded[:-decimals]}.{rounded[-decimals:]}" if decimals else rounded
    written = f"{rounded}{match['exponent'] or ''}{match['gap']}{unit}{match['byte']}"
    return written if number in (parse(written) or ()) else None


def _climb(unit: str, scale: int, number: int, before: int, *, fraction: bool) -> tuple[str, int]:
    """The unit for `number` where `before` had `unit`: another only if the digits do not fit."""
    ladder = next((names for names in _LADDERS if unit in names), None)
    if ladder is None:
        return unit, scale
    base, place = (1000, 1024)["i" in unit], ladder.index(unit)
    least = 10 if fraction else 2
    while place > 0 and number * least < scale <= before * least:
        place, scale = place - 1, scale // base
    while place < len(ladder) - 1 and number >= scale * base > before:
        place, scale = place + 1, scale * base
    return ladder[place], scale


def exact(number: int | None) -> str:
    """All digits, grouped: 25,557,032."""
    return "?" if number is None else f"{number:,}"


def short(number: int | None) -> str:
    """Three significant digits and a decimal unit: 4.09G, 118M, 9.54k, 0."""
    return "?" if number is None else _scale(number, 1000, ("", "k", "M", "G", "T", "P", "E"), "")


def figures(number: int) -> str:
    """Four digits and a unit: 300.8M, 4.089G; all of them below 10,000."""
    if number < 0:
        return f"−{figures(-number)}"
    for unit, scale in (("T", 10**12), ("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if number >= max(scale, 10**4):
            whole = len(str(number // scale))
            decimals = max(0, 4 - whole)
            rounded = (2 * number * 10**decimals + scale) // (2 * scale)
            digits = str(rounded)
            return (
                f"{digits[:-decimals]}.{digits[-decimals:]}{unit}"
                if decimals
                else f"{digits}{unit}"
            )
    return f"{number:,}"


def size(number: int | None) -> str:
    """Bytes with a binary unit: 97.5 MiB."""
    if number is None:
        return "?"
    return _scale(number, 1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB"), " ")


def round_size(number: int) -> str:
    """A size without fractions that is no smaller than so many bytes: `98KiB`, `12MiB`."""
    for unit, scale in (("MiB", 1024**2), ("KiB", 1024)):
        if number >= 10 * scale:
            return f"{-(-number // scale)}{unit}"
    return f"{-(-number // 1024)}KiB" if number > 1024 else f"{number}B"


def rational(part: int, whole: int) -> str | None:
    """The exact quotient in lowest terms, `4096/147` or `28`; None if `whole` is 0."""
    if whole == 0:
        return None
    common = gcd(part, whole)
    return f"{part // common}" + (f"/{whole // common}" if whole != common else "")


def round_quotient(fraction: str) -> str:
    """A quotient such as `4096/147` with three digits: 27.9, below one three decimals: 0.063."""
    part, _, whole = fraction.partition("/")
    number, unit = int(part), int(whole or 1)
    if number == 0:
        return "0"
    decimals = 2 if number >= unit else 3
    while decimals and _round(number, unit, decimals) >= 1000:
        decimals -= 1
    digits = f"{_round(number, unit, decimals):0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits


def decimal(number: int, power: int, places: int) -> str:
    """`number / 10^power` with so many decimals, rounded half up: 4.11 of 4,111,512,576 for (9, 2)."""
    digits = f"{_round(number, 10**power, places):0{places + 1}d}"
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def share(part: int, whole: int) -> str:
    """`part` of `whole` in per cent with one decimal, rounded half up: 16.3."""
    if whole == 0:
        return "0.0"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def _scale(number: int, base: int, units: tuple[str, ...], gap: str) -> str:
    if number < 0:
        return "-" + _scale(-number, base, units, gap)
    power = 0
    while number >= base ** (power + 1) and power < len(units) - 1:
        power += 1
    if power == 0:
        return f"{number}{gap}{units[0]}" if units[0] else str(number)
    unit = base**power
    decimals = 2 if _round(number, unit, 2) < 1000 else 1 if _round(number, unit, 1) < 1000 else 0
    rounded = _round(number, unit, decimals)
    if rounded >= base * 10**decimals and power < len(units) - 1:
        return _scale(base ** (power + 1), base, units, gap)
    digits = f"{rounded:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"{text}{gap}{units[power]}"


def _round(number: int, unit: int, decimals: int) -> int:
    """`number / unit` in units of the last of `decimals` places, rounded half up."""
    scaled: int = (2 * number * 10**decimals + unit) // (2 * unit)
    return scaled
