"""Numbers that files hold in 32 bits, as people write them."""

from __future__ import annotations

from struct import pack, unpack


def single(number: float) -> float:
    """A number as 32 bits hold it; raises OverflowError if it is too large for them."""
    found: float = unpack("<f", pack("<f", number))[0]
    return found


def shortest(number: float) -> float:
    """The shortest decimal that 32 bits hold as this number; the number itself if they do not hold it exactly.

    >>> shortest(0.20000000298023224), shortest(0.25), shortest(1 / 3)
    (0.2, 0.25, 0.3333333333333333)
    """
    try:
        if single(number) != number:
            return number
    except OverflowError:
        return number
    tries = (float(f"{number:.{digits}g}") for digits in range(1, 10))
    return next((found for found in tries if single(found) == number), number)
