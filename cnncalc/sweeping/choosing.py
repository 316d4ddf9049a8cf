"""Which rows of many are the best: those that no other one beats, or the first by a number."""

from __future__ import annotations

from bisect import insort
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cnncalc.sweeping.job import Row, Rows


class Aim(NamedTuple):
    """A number that is to be small, or large if `sign` is −1."""

    name: str
    sign: int = 1

    def cost(self, row: Mapping[str, Any]) -> Any:
        """What is to be small; None if it is not known."""
        value = row[self.name]
        return None if value is None else self.sign * value

    def __str__(self) -> str:
        """`params`, `-receptive_field`."""
        return f"{'-' * (self.sign < 0)}{self.name}"


def aims(text: str | Sequence[str], option: str) -> tuple[Aim, ...]:
    """`params,macs,-receptive_field`: small, small, large; raises UsageError if one is named twice or none."""
    names = text.split(",") if isinstance(text, str) else list(text)
    found = tuple(
        Aim(name.strip().lstrip("-"), -1 if name.strip()[:1] == "-" else 1) for name in names
    )
    if len({aim.name for aim in found}) < len(found) or not all(aim.name for aim in found):
        raise UsageError(f"{option} takes different names, got {','.join(names)}",
                         f"{option} params,macs,-receptive_field: a minus for what is to be large")  # fmt: skip
    return found


def pareto(rows: Iterable[Rows], aims: Sequence[Aim]) -> list[tuple[int, Row]]:
    """The rows that no other row beats: is as good in all and better in one. Those alike all stay."""
    front: list[tuple[tuple[Any, ...], int, Row]] = []
    for place, row in _each(rows):
        cost = tuple([aim.cost(row) for aim in aims])
        if None in cost or any(_beats(other, cost) for other, _, _ in front):
            continue
        front = [one for one in front if not _beats(cost, one[0])]
        front.append((cost, place, row))
    return [(place, row) for _, place, row in front]


def _beats(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))


def top(rows: Iterable[Rows], count: int, aim: Aim) -> list[tuple[int, Row]]:
    """So many rows with the smallest number, or the largest, the best first; of equals the first."""
    found: list[tuple[Any, int, Row]] = []
    for place, row in _each(rows):
        cost = aim.cost(row)
        if cost is None or (len(found) == count and cost >= found[-1][0]):
            continue
        # No two have the same place, so that rows are never compared.
        insort(found, (cost, place, row))
        del found[count:]
    return [(place, row) for _, place, row in found]


def _each(rows: Iterable[Rows]) -> Iterator[tuple[int, Row]]:
    for part in rows:
        yield from part
