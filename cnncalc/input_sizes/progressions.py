"""Sets of whole numbers as a person would describe them: 4 (mod 16) from 188 on, and 12."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.input_sizes.columns import MOST_RUNS, Aperiodic, Column, runs, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Pattern(NamedTuple):
    """A set of positive whole numbers, of which those up to some limit were looked at.

    From `start` on, which is in it, n belongs to it if n mod `period` is one of `residues`;
    `besides` are the numbers below, as runs (first, last). A set that ends has no period.
    """

    period: int | None
    residues: tuple[int, ...]
    start: int | None
    besides: tuple[tuple[int, int], ...]

    def __contains__(self, n: object) -> bool:
        """Whether a number belongs to it."""
        if not isinstance(n, int):
            return False
        if self.period is not None and self.start is not None and n >= self.start:
            return n % self.period in self.residues
        return any(first <= n <= last for first, last in self.besides)

    @property
    def smallest(self) -> int | None:
        """The least of them; None if there is none."""
        return self.besides[0][0] if self.besides else self.start

    @property
    def step(self) -> int | None:
        """The distance from each to the next from `start` on, if it is always the same."""
        return self.period if len(self.residues) == 1 else None

    def __str__(self) -> str:
        """`n ≡ 12 (mod 16), n ≥ 188`, `every n`, `32…35`, `none`."""
        return " and ".join(filter(None, (_runs(self.besides), self._tail()))) or "none"

    def _tail(self) -> str:
        if self.period is None or self.start is None:
            return ""
        if self.period == 1:
            return "every n" if self.start == 1 else f"n ≥ {self.start:,}"
        text = f"n {_modulo(self.residues, self.period)}"
        first = min(r or self.period for r in self.residues)
        return text if self.start == first else f"{text}, n ≥ {self.start:,}"

    def below(self, n: int) -> int | None:
        """The largest of them that is less than `n`, however far away; None if there is none."""
        if self.period is not None and self.start is not None and n > self.start:
            rounds, rest = divmod(n, self.period)
            at = bisect_left(self.residues, rest)
            found = (
                rounds * self.period + self.residues[at - 1]
                if at
                else (rounds - 1) * self.period + self.residues[-1]
            )
            if found >= self.start:
                return found
        ends = [min(last, n - 1) for first, last in self.besides if first < n]
        return ends[-1] if ends else None

    def above(self, n: int) -> int | None:
        """The least of them that is more than `n`, however far away; None if there is none."""
        for first, last in self.besides:
            if last > n:
                return max(first, n + 1)
        if self.period is None or self.start is None:
            return None
        if n < self.start:
            return self.start
        rounds, rest = divmod(n, self.period)
        at = bisect_right(self.residues, rest)
        if at < len(self.residues):
            return rounds * self.period + self.residues[at]
        return (rounds + 1) * self.period + self.residues[0]

    def to_dict(self) -> dict[str, object]:
        """As in JSON."""
        return {
            "smallest": self.smallest,
            "step": self.step,
            "period": self.period,
            "residues": list(self.residues),
            "from": self.start,
            "besides": [list(run) for run in self.besides],
        }


def pattern(members: Iterable[int], limit: int) -> Pattern:
    """The pattern of those numbers from 1 to `limit` that are `members`.

    What is seen to repeat at least three times, over at least half of the range, is taken to go on.

    >>> str(pattern(range(188, 1025, 16), 1024))
    'n ≡ 12 (mod 16), n ≥ 188'
    """
    inside = [False] * (limit + 1)
    for n in members:
        inside[n] = True
    for period in range(1, limit // 4 + 1):
        begin = _repeats_from(inside, period)
        if begin <= limit // 2 and limit - begin + 1 >= 3 * period:
            residues = {n % period for n in range(begin, begin + period) if inside[n]}
            if not residues:
                break
            start = next(n for n in range(begin, begin + period) if inside[n])
            return Pattern(period, tuple(sorted(residues)), start, _find_runs(inside, start))
    return Pattern(None, (), None, _find_runs(inside, limit + 1))


def pattern_of(column: Column) -> Pattern:
    """The pattern of a set of sizes; raises Aperiodic if it takes too many numbers to say.

    >>> str(pattern_of(Column((1, 188, 189), (False, True, False), 188, 16)))
    'n ≡ 12 (mod 16), n ≥ 188'
    """
    column = _in_smallest_period(column)
    begin, period = column.start, column.period
    tail = list(_members(column, begin, begin + period))
    if sum(last - first + 1 for first, last in tail) > MOST_RUNS:
        raise Aperiodic
    if not tail:
        return Pattern(None, (), None, tuple(_members(column, 1, begin)))
    residues = {n % period for first, last in tail for n in range(first, last + 1)}
    besides = tuple(_members(column, 1, begin))
    return Pattern(period, tuple(sorted(residues)), tail[0][0], besides)


def _in_smallest_period(column: Column) -> Column:
    """The same set in the smallest period, which goes on from as early as it can."""
    start, period = column.start, column.period
    for prime in _prime_factors(period):
        part = period // prime
        found = [(first, values[0]) for first, values in runs([column], start + period + part)]
        whole = shorten(found, start + period, part)
        if whole.start <= start:
            period = part
    found = [(first, values[0]) for first, values in runs([column], start + period)]
    return shorten(found, start, period)


def _prime_factors(n: int) -> Iterator[int]:
    """The prime factors, each as often as it divides; one that is too large to be found stands last."""
    prime = 2
    while prime * prime <= n and prime < MOST_RUNS:
        while n % prime == 0:
            yield prime
            n //= prime
        prime += 1
    if n > 1:
        yield n


def _members(column: Column, first: int, stop: int) -> Iterator[tuple[int, int]]:
    """The members from `first` to before `stop`, as runs (first, last)."""
    n, begin = first, None
    while n < stop:
        inside, following = column.run(n)
        if inside and begin is None:
            begin = n
        if not inside and begin is not None:
            yield begin, n - 1
            begin = None
        n = following
    if begin is not None:
        yield begin, stop - 1


def extend(found: Pattern, limit: int, sizes: Sequence[int], members: Sequence[int]) -> Pattern:
    """A pattern up to `limit` when more `sizes` beyond it were looked at, and which are members.

    What does not go on there is no rule.
    """
    more = {n for n in members if n > limit}
    if all((n in found) == (n in more) for n in sizes):
        return found
    members_within = [n for n in range(1, limit + 1) if n in found]
    return Pattern(None, (), None, runs_of([*members_within, *sorted(more)]))


def runs_of(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Ascending numbers as runs (first, last)."""
    found: list[tuple[int, int]] = []
    for n in numbers:
        found.append((found.pop()[0] if found and found[-1][1] == n - 1 else n, n))
    return tuple(found)


def _repeats_from(inside: Sequence[bool], period: int) -> int:
    """The least number from which on all that is `period` apart is alike, up to the limit."""
    n = len(inside) - 1 - period
    while n > 0 and inside[n] == inside[n + period]:
        n -= 1
    return n + 1


def _find_runs(inside: Sequence[bool], stop: int) -> tuple[tuple[int, int], ...]:
    """The runs of members below `stop`."""
    return runs_of(n for n in range(1, stop) if inside[n])


_SHOWN = 6


def _runs(runs: Sequence[tuple[int, int]]) -> str:
    """`1…3, 7`; of many, the first and how many numbers there are."""
    texts = [_run_text(a, b) for a, b in runs]
    if len(texts) <= _SHOWN:
        return ", ".join(texts)
    left = sum(b - a + 1 for a, b in runs[_SHOWN:])
    return f"{', '.join(texts[:_SHOWN])}, … ({left:,} more)"


def _run_text(first: int, last: int) -> str:
    if last - first > 1:
        return f"{first:,}…{last:,}"
    return ", ".join(f"{n:,}" for n in range(first, last + 1))


def _modulo(residues: Sequence[int], period: int) -> str:
    """`≡ 0, 25…31 (mod 32)`, or what it is not where that is shorter."""
    present = set(residues)
    others = [r for r in range(period) if r not in present]
    unlike = len(others) == 1 and period > 2
    listed = _find_runs(
        [False, *(r in (others if unlike else present) for r in range(period))], period + 1
    )
    texts = [_run_text(a - 1, b - 1) for a, b in listed]
    return f"{'≢' if unlike else '≡'} {', '.join(texts)} (mod {period})"
