"""Receptive fields along one axis, as if the input had no borders, in exact arithmetic.

A `Field` says of every unit of a layer which stretch of the input it sees. Along most layers all
units see the same, a stride further each; behind a transposed convolution or a resizing they
repeat after several units, and behind a merge of different strides never.

Sources: Araujo, Norris, Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks",
Distill, for sliding windows; the composition of periodic fields is our own.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.arithmetic.sequences import Prefix
from cnncalc.arithmetic.windows import Everything, TransposedWindow, Window, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cnncalc.arithmetic.windows import Axis
    from cnncalc.work import Work

Bounds = tuple["int | None", ...]


class Field(NamedTuple):
    """What the units along an axis see of the input: from `first` to `last`, both inclusive.

    Unit `u` is `q` rounds and entry `r` of the tuples: it sees what entry `r` says, moved by
    `q * shift`. A `shift` of None says that the tuples hold every unit there is, one by one. A
    unit that sees nothing (a hole of a transposed convolution) has None in both.
    """

    first: Bounds
    last: Bounds
    shift: int | None

    @property
    def period(self) -> int:
        """After how many units the field repeats itself."""
        return len(self.first)

    def bounds(self, u: int) -> tuple[int, int] | None:
        """What unit `u` sees, (first, last); None if nothing."""
        if self.shift is None:
            entry, moved = u, 0
        elif len(self.first) == 1:
            entry, moved = 0, u * self.shift
        else:
            rounds, entry = divmod(u, len(self.first))
            moved = rounds * self.shift
        first, last = self.first[entry], self.last[entry]
        return None if first is None or last is None else (first + moved, last + moved)

    @property
    def sizes(self) -> tuple[int, int]:
        """The smallest and the largest field of a unit; a unit that sees nothing has 0.

        >>> Field((0, 0), (2, 1), shift=1).sizes
        (2, 3)
        """
        if len(self.first) == 1:
            size = _size(self.first[0], self.last[0])
            return size, size
        found = list(map(_size, self.first, self.last))
        return min(found), max(found)

    @property
    def size(self) -> int:
        """The largest field of a unit."""
        if len(self.first) == 1:
            return _size(self.first[0], self.last[0])
        return self.sizes[1]

    @property
    def stride(self) -> Fraction | None:
        """How much further the next unit sees, on average; None if that differs.

        >>> Field((0, 0), (0, 0), shift=1).stride
        Fraction(1, 2)
        """
        return None if self.shift is None else Fraction(self.shift, len(self.first))

    @property
    def envelope(self) -> tuple[Fraction, Fraction] | None:
        """(A, B), so that unit u sees nothing outside of [stride·u + A, stride·u + B].

        None where there is no stride, or nothing is seen.

        >>> Field((0, 0), (0, 0), shift=1).envelope
        (Fraction(-1, 2), Fraction(0, 1))
        """
        stride = self.stride
        if stride is None:
            return None
        # Whole numbers, for a field may have many units: all of it times the period.
        period, shift = len(self.first), self.shift or 0
        starts = [f * period - shift * u for u, f in enumerate(self.first) if f is not None]
        ends = [f * period - shift * u for u, f in enumerate(self.last) if f is not None]
        if not starts:
            return None
        return Fraction(min(starts), period), Fraction(max(ends), period)

    @property
    def centre(self) -> Fraction | None:
        """The centre of what unit 0 sees, by the envelope; 0 is the middle of the first element."""
        first, last = self.first[0], self.last[0]
        if (
            self.shift is not None
            and len(self.first) == 1
            and first is not None
            and last is not None
        ):
            return Fraction(first + last, 2)
        found = self.envelope
        return sum(found) / Fraction(2) if found else None

    @property
    def padding(self) -> Fraction | None:
        """How far unit 0 looks beyond the beginning of the input."""
        found = self.envelope
        return -found[0] if found else None

    def has_blind(self) -> bool:
        """Whether some units see nothing."""
        return None in self.first


def _size(first: int | None, last: int | None) -> int:
    return 0 if first is None or last is None else last - first + 1


INPUT = Field((0,), (0,), 1)
"""The field of the input itself: every element sees itself."""

BLIND = Field((None,), (None,), 1)
"""Nothing at all."""


MOST = 1 << 16
"""Fields of units that do not all see alike are kept one by one up to so many of them."""

LARGEST = 10**150
"""No number of a field is larger: its square is a float, and a person can print it."""


def through(field: Field, axis: Axis, n: int, m: int, work: Work | None = None) -> Field | None:
    """The field of `m` units that read `n` units, whose own field is given, by `axis`.

    None if there is nothing shorter to say of them than one by one, and they are too many for it,
    or if a number would be larger than LARGEST. `work` counts units that are described one by one;
    raises TooMuch.

    >>> from cnncalc.arithmetic.windows import Window
    >>> three = Window(kernel=3, stride=2, padding=(1, 1))
    >>> through(through(INPUT, three, 8, 4), three, 4, 2)
    Field(first=(-3,), last=(3,), shift=4)
    """
    period = axis.period(n)
    if period is None or field.shift is None:
        if max(n, m) > MOST:
            return None
        _spend(work, m, field, axis, n)
        return _one_by_one(field, axis, n, m)
    outputs, inputs = period
    if outputs == 1 and len(field.first) == 1:
        return _plain(field, axis, n, inputs)
    rounds = len(field.first) // gcd(len(field.first), inputs)
    if rounds * outputs > MOST or length(axis.reach(0, n)) > MOST:
        return None
    _spend(work, rounds * outputs, field, axis, n)
    shift = rounds * inputs // len(field.first) * field.shift
    hulls = [_hull(field, axis.reach(u, n)) for u in range(rounds * outputs)]
    if shift > LARGEST or any(abs(place or 0) > LARGEST for hull in hulls for place in hull):
        return None
    return _reduce([h[0] for h in hulls], [h[1] for h in hulls], shift)


def _spend(work: Work | None, units: int, field: Field, axis: Axis, n: int) -> None:
    """Counts units of which each looks at all of its taps, if these do not all see alike."""
    if work is not None:
        alike = field.shift is not None and len(field.first) == 1
        work.spend(units if alike or isinstance(axis, Prefix) else units * _most_taps(axis, n))


def _most_taps(axis: Axis, n: int) -> int:
    """How many inputs an output reads, at most."""
    if isinstance(axis, Everything):
        return n
    if isinstance(axis, TransposedWindow):
        return axis.kernel * gcd(axis.stride, axis.dilation) // axis.stride + 1
    return length(axis.reach(0, n)) + 1


def slide(start: int, size: int, jump: int, window: Window) -> tuple[int, int, int]:
    """What a window makes of units that see `size` elements from `start` on, `jump` apart.

    Gives start, size and jump of what the window's outputs see:
    R' = R + (e − 1)·j, j' = j·s, start' = start − p·j.

    >>> from cnncalc.arithmetic.windows import Window
    >>> slide(0, 1, 1, Window(kernel=7, stride=2, padding=(3, 3)))
    (-3, 7, 2)
    """
    return (
        start - window.padding[0] * jump,
        size + (window.extent - 1) * jump,
        jump * window.stride,
    )


def union(fields: Sequence[Field], m: int, work: Work | None = None) -> Field | None:
    """What `m` units see that see what all of the fields see, each unit those of its own place.

    None and `work` as in `through`.
    """
    one = fields[0]
    if all(other == one for other in fields[1:]):
        return one
    shift = one.shift
    if shift is not None and all(f.shift == shift and len(f.first) == 1 for f in fields):
        span = _union([(f.first[0], f.last[0]) for f in fields])
        return Field(span[:1], span[1:], shift)
    if None in [field.shift for field in fields] or len({field.stride for field in fields}) > 1:
        if m > MOST:
            return None
        if work is not None:
            work.spend(m * len(fields))
        spans = [[field.bounds(u) for field in fields] for u in range(m)]
        pairs = [_union(span) for span in spans]
        return Field(tuple(p[0] for p in pairs), tuple(p[1] for p in pairs), None)
    period = lcm(*(len(field.first) for field in fields))
    if period > MOST:
        return None
    if work is not None:
        work.spend(period * len(fields))
    shift = period // len(one.first) * (one.shift or 0)
    pairs = [_union([field.bounds(u) for field in fields]) for u in range(period)]
    return _reduce([p[0] for p in pairs], [p[1] for p in pairs], shift)


def _plain(field: Field, axis: Axis, n: int, step: int) -> Field | None:
    """Where every unit sees alike and every output reads alike."""
    first, last, shift = field.first[0], field.last[0], field.shift or 0
    if first is None or last is None:
        return BLIND
    if isinstance(axis, Window):
        start, size, jump = slide(first, last - first + 1, shift, axis)
        if jump > LARGEST or size > LARGEST or start < -LARGEST:
            return None
        return Field((start,), (start + size - 1,), jump)
    reach = axis.reach(0, n)
    if not reach:
        return BLIND
    return Field((first + shift * reach[0],), (last + shift * reach[-1],), shift * step)


def _one_by_one(field: Field, axis: Axis, n: int, m: int) -> Field:
    """The fields of all units, where they have nothing in common."""
    if isinstance(axis, Everything):
        hull = _hull(field, range(n))
        return Field((hull[0],) * m, (hull[1],) * m, None)
    if isinstance(axis, Prefix):
        hulls = _growing(field, n)
    else:
        hulls = [_hull(field, axis.taps(u, n)) for u in range(m)]
    return Field(tuple(h[0] for h in hulls), tuple(h[1] for h in hulls), None)


def _growing(field: Field, n: int) -> list[tuple[int | None, int | None]]:
    """The hulls of the first unit, of the first two, and so on."""
    hulls: list[tuple[int | None, int | None]] = []
    for u in range(n):
        hulls.append(_union([field.bounds(u), *(hulls[-1:] if hulls else [])]))
    return hulls


def _hull(field: Field, units: Sequence[int]) -> tuple[int | None, int | None]:
    """The first and last that any of the units sees."""
    if len(field.first) == 1 and field.shift is not None and len(units):
        # The further the unit, the further it sees: only the first and the last matter.
        first, last = field.first[0], field.last[0]
        if first is None or last is None:
            return None, None
        return first + field.shift * units[0], last + field.shift * units[-1]
    return _union(map(field.bounds, units))


def _union(spans: Iterable[tuple[int | None, int | None] | None]) -> tuple[int | None, int | None]:
    found = [span for span in spans if span is not None and span[0] is not None]
    if not found:
        return None, None
    return min(s[0] for s in found), max(s[1] for s in found)  # type: ignore[type-var]


def _reduce(first: Sequence[int | None], last: Sequence[int | None], shift: int) -> Field:
    """The same in the smallest period."""
    period = len(first)
    for parts in range(1, period + 1):
        if period % parts or shift * parts % period:
            continue
        step = shift * parts // period
        if all(
            a == (None if b is None else b + step)
            for bounds in (first, last)
            for a, b in zip(bounds[parts:], bounds, strict=False)
        ):
            return Field(tuple(first[:parts]), tuple(last[:parts]), step)
    return Field(tuple(first), tuple(last), shift)
