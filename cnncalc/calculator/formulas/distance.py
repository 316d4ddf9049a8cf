"""Distance of two vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.distances import METRIC, distance, no_zero, same_lengths
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import VECTOR
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class Distance(Formula):
    """How far apart two vectors are.

    `squared` is the squared Euclidean distance Σ (a_i − b_i)², `euclidean` its root, `manhattan`
    Σ |a_i − b_i|, and `cosine` 1 minus the cosine of the angle between them.
    """

    topic = "recognition and style"
    source = "definitions; Schroff et al. 2015, arXiv:1503.03832, for the squared one of embeddings"
    examples = ("distance --a 1,2 --b 4,6", "distance 1,2 4,6 --metric euclidean",
                "distance 1,2 4,6 --metric manhattan", "distance 3,4 4,3 --metric cosine")  # fmt: skip

    a: tuple[float, ...] = key(VECTOR, help="a vector")
    b: tuple[float, ...] = key(VECTOR, help="another, as long")
    metric: str = key(METRIC, "squared", help="which distance")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_lengths(a=self.a, b=self.b)
        no_zero(self.metric, a=self.a, b=self.b)
        a, b = w.array("a", self.a), w.array("b", self.b)
        return w.let("d", distance(w, self.metric, a, b, "ab"))
