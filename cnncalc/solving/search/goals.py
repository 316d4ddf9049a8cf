"""What a search is for: the largest within budgets, or the nearest to a target."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.layers.base.key_types import Bad
from cnncalc.metrics import BYTES, METRICS, totals
from cnncalc.quantity import parse, without_bytes
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping

Totals = dict[str, int]
"""Totals of a network by their names."""


class Goal(NamedTuple):
    """Upper bounds by metric; and the metric to be largest, or the one to be near to a number."""

    budgets: Mapping[str, int]
    maximise: str = ""
    target: tuple[str, int] | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """The numbers that it is about, the one that decides first."""
        return tuple(dict.fromkeys((self.chief, *self.budgets)))

    @property
    def chief(self) -> str:
        """The number by which settings are compared."""
        return self.target[0] if self.target else self.maximise

    def fits(self, totals: Totals) -> bool:
        """Whether no budget is exceeded."""
        return all(totals[name] <= bound for name, bound in self.budgets.items())

    def loss(self, totals: Totals) -> int:
        """What is to be small: the distance to the target, or the number to be largest, negated."""
        if self.target:
            return abs(totals[self.target[0]] - self.target[1])
        return -totals[self.maximise]

    def excess(self, totals: Totals) -> Fraction:
        """How far budgets are exceeded, as a share of each, the worst one."""
        return max((Fraction(totals[name] - bound, max(bound, 1))
                    for name, bound in self.budgets.items()), default=Fraction(0))  # fmt: skip


def known_metric(name: str) -> str:
    """The name of a total; raises Bad if there is none."""
    known = totals()
    if name not in known:
        raise Bad(f"knows no `{name}`", suggestion(name, known) or "one of " + ", ".join(known))
    return name


def amount(name: str, value: Any) -> int:
    """A number such as 300M or 97.5MiB as a whole one; raises Bad."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    found = parse(str(value)) if isinstance(value, (str, float)) else None
    if found is None:
        raise Bad(f"takes {name}=NUMBER such as 300M or 97.5MiB, got {name}={value}")
    number = without_bytes(str(value))
    if number is not None and name in METRICS and METRICS[name].unit is not BYTES:
        raise Bad(
            f"takes {name}=NUMBER, which is none of bytes, got {name}={value}", f"{name}={number}"
        )
    return found.value
