"""Exponential linear unit."""

from __future__ import annotations

from functools import partial
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise, elu
from cnncalc.calculator.kinds import POSITIVE
from cnncalc.layers.base.keys import key
from cnncalc.working.traced import exp, expm1, expression, log, maximum, rename
from cnncalc.working.values import show_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnncalc.working.steps import Plain

LARGEST_POWER = 709
"""e to a larger integer overflows."""

COMPARED = 5
"""So many differences are told."""


class Elu(Elementwise):
    """The exponential linear unit: g(z) = z, and α·(e^z − 1) for z < 0.

    The cheat sheet writes g(z) = max(α·(e^z − 1), z). That is another function. α·(e^z − 1) and z
    cross at 0 and, unless α = 1, at one more place c: positive for α < 1, negative for α > 1.
    The maximum is the line z between the two and the exponential outside, so it is wrong for all
    z > c if 0 < α < 1, for all z > 0 if α = 1, and for c < z < 0 and all z > 0 if α > 1. Where the two
    differ, the working has the value of either (of the first few).
    """

    source = "Clevert et al. 2015, arXiv:1511.07289"
    examples = ("elu -1,2", "elu -1,0.5,3 --alpha 0.5")

    alpha: float = key(POSITIVE, 1, help="α: the limit for z → −∞ is −α")

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        alpha = w.add_given("α", self.alpha)
        return partial(elu, alpha=alpha)

    def work(self, w: Plain) -> Any:
        """As the class says, and where the cheat sheet's formula leads elsewhere."""
        found = super().work(w)
        if w.wanted:
            _compare(w, w.flat("z", self.z), rename("α", self.alpha))
        return found


def _compare(w: Plain, numbers: Iterable[Any], alpha: Any) -> None:
    """The first values of the sheet's formula that are others: each a step, all in a remark."""
    apart: list[str] = []
    for z in numbers:
        sheet, value = _sheet(z, alpha), elu(z, alpha)
        if sheet == value:
            continue
        if len(apart) == COMPARED:
            break
        if isfinite(sheet):
            w.let(expression(z).name.replace("z", "sheet", 1), sheet, note="by the sheet's formula")
        there = show_value(sheet) if isfinite(sheet) else "more than a 64-bit float holds"
        apart.append(f"{there} instead of {show_value(value)} at z = {show_value(z)}")
    shown = f": {', '.join(apart)}" if apart else ""
    w.remark(f"the cheat sheet's max(α·(e^z − 1), z) is another function{shown}")


def _sheet(z: Any, alpha: Any) -> Any:
    """The cheat sheet's formula; infinite where it is beyond the floats."""
    if not alpha:
        return maximum(0, z)
    if z <= LARGEST_POWER:
        return maximum(alpha * expm1(z), z)
    # e^z alone overflows, and the −1 is far below its last digit.
    power = z + log(alpha)
    return maximum(exp(power), z) if power <= LARGEST_POWER else inf
