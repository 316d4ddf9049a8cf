"""Sigmoid linear unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.activations import Elementwise, silu

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.working.steps import Plain


class Silu(Elementwise):
    """The sigmoid linear unit, also swish: g(z) = z·σ(z) = z / (1 + e^−z).

    For z < 0 the same is computed as z·e^z / (1 + e^z): e^−z would overflow below −709.
    """

    source = "Elfwing et al. 2017, arXiv:1702.03118; Ramachandran et al. 2017, arXiv:1710.05941"
    examples = ("silu -1,2",)

    def function(self, w: Plain) -> Callable[[Any], Any]:
        """See the class."""
        w.remark("for z < 0 the fraction z / (1 + e^−z) is multiplied by e^z above and below,"
                 " so that nothing overflows")  # fmt: skip
        return silu
