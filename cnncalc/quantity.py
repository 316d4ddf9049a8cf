"""The one place where numbers become words and words become numbers.

Integers only: 4.09G is the interval of all integers that round to it, never a float.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_DECIMAL = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BINARY = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_UNITS = {**_DECIMAL, **_BINARY}
_PATTERN = re.compile(r"(\d+)(?:\.(\d+))?(?:[eE]\+?(\d{1,2}))? ?([kKMGTP]i?)?B?")


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
    `4.09G` is any number from 4.085 to 4.095 G. Separators `_` and `,` are allowed.

    >>> parse("4.09G")
    Quantity(value=4090000000, low=4085000000, high=4095000000)
    """
    match = _PATTERN.fullmatch(text.strip().replace("_", "").replace(",", ""))
    if match is None or len(text) > 40:
        return None
    whole, fraction, exponent, unit = match.groups()
    fraction = fraction or ""
    if (unit or "") not in _UNITS:
        return None
    scale = _UNITS[unit or ""] * 10 ** int(exponent or 0)
    digits = int(whole + fraction)
    ulp = 10 ** len(fraction)
    value = digits * scale // ulp
    if scale == 1 and not fraction:
        return Quantity(value, value, value)
    # Half a unit in the last place to either side, rounded inwards to integers.
    low = -((1 - 2 * digits) * scale // (2 * ulp))
    high = (2 * digits + 1) * scale // (2 * ulp)
    return Quantity(value, low, high)


def exact(number: int | None) -> str:
    """All digits, grouped: 25,557,032."""
    return "?" if number is None else f"{number:,}"


def short(number: int | None) -> str:
    """Three significant digits and a decimal unit: 4.09G, 118M, 9.54k, 0."""
    return "?" if number is None else _scaled(number, 1000, ("", "k", "M", "G", "T", "P", "E"), "")


def size(number: int | None) -> str:
    """Bytes with a binary unit: 97.5 MiB."""
    if number is None:
        return "?"
    return _scaled(number, 1024, ("B", "KiB", "MiB", "GiB", "TiB", "PiB"), " ")


def share(part: int, whole: int) -> str:
    """`part` of `whole` in per cent with one decimal, rounded half up: 16.3."""
    if whole == 0:
        return "0.0"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def _scaled(number: int, base: int, units: tuple[str, ...], gap: str) -> str:
    if number < 0:
        return "-" + _scaled(-number, base, units, gap)
    power = 0
    while number >= base ** (power + 1) and power < len(units) - 1:
        power += 1
    if power == 0:
        return f"{number}{gap}{units[0]}" if units[0] else str(number)
    unit = base**power
    decimals = 2 if _round(number, unit, 2) < 1000 else 1 if _round(number, unit, 1) < 1000 else 0
    rounded = _round(number, unit, decimals)
    if rounded >= base * 10**decimals and power < len(units) - 1:
        return _scaled(base ** (power + 1), base, units, gap)
    digits = f"{rounded:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"{text}{gap}{units[power]}"


def _round(number: int, unit: int, decimals: int) -> int:
    """`number / unit` in units of the last of `decimals` places, rounded half up."""
    scaled: int = (2 * number * 10**decimals + unit) // (2 * unit)
    return scaled
