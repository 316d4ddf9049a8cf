"""What divides a number of channels: groups, heads and the like, and the fix where they do not."""

from __future__ import annotations

from math import gcd, isqrt

_TRIED = 4096
_SHOWN = 8


def divisors(*counts: int, near: int) -> str:
    """What divides all of `counts`; of many the nearest to a number that does not.

    >>> divisors(3, 16, near=2)
    '1'
    >>> divisors(720, near=32)
    '16, 18, 20, 24, 30, 36, 40 and 45 near 32'
    """
    whole = gcd(*counts)
    small = [n for n in range(1, min(isqrt(whole), _TRIED) + 1) if not whole % n]
    found = sorted({*small, *(whole // n for n in small)})
    if len(found) > _SHOWN:
        found = sorted(sorted(found, key=lambda n: (abs(n - near), n))[:_SHOWN])
        return f"{_list(found)} near {near:,}"
    return _list(found)


def divide_by(what: str, count: int, *, near: int) -> str:
    """The sentence that says so.

    >>> divide_by("groups", 3, near=2)
    'groups that divide 3 are 1 and 3'
    """
    found = divisors(count, near=near)
    verb = "is" if found == "1" else "are"
    return f"{what} that divide {count:,} {verb} {found}"


def divide_both(what: str, count: int, other: int, word: str, *, near: int) -> str:
    """The sentence that says what divides one count, and which of these another one as well.

    >>> divide_both("groups", 3, 16, "filters", near=2)
    'groups that divide 3 are 1 and 3, and 1 divides the 16 filters as well'
    >>> divide_both("groups", 6, 16, "filters", near=4)
    'groups that divide 6 are 1, 2, 3 and 6, and 1 and 2 divide the 16 filters as well'
    """
    both = divisors(count, other, near=near)
    if both == divisors(count, near=near):
        return divide_by(what, count, near=near)
    verb = "divides" if both == "1" else "divide"
    return f"{divide_by(what, count, near=near)}, and {both} {verb} the {other:,} {word} as well"


def _list(numbers: list[int]) -> str:
    *most, last = (f"{n:,}" for n in numbers)
    return f"{', '.join(most)} and {last}" if most else last
