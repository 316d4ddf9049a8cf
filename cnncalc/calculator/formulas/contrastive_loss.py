"""Contrastive loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.distances import distance, same_lengths
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import POSITIVE, VECTOR
from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.working.traced import maximum
from cnncalc.working.vectors import square

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class ContrastiveLoss(Formula):
    """The contrastive loss of a pair of embeddings: D²/2 if alike, max(0, m − D)²/2 if not.

    D is the Euclidean distance and m the margin. The paper writes Y = 0 for a pair that is alike;
    many libraries write 1 for it and leave out the halves.
    """

    topic = "recognition and style"
    source = (
        "Hadsell, Chopra & LeCun 2006, Dimensionality Reduction by Learning an Invariant Mapping"
    )
    examples = (
        "contrastive-loss --a 0,0 --b 3,4 --alike",
        "contrastive-loss 0,0 0.3,0.4 --no-alike",
    )

    a: tuple[float, ...] = key(VECTOR, help="an embedding")
    b: tuple[float, ...] = key(VECTOR, help="the embedding of the other image of the pair")
    alike: bool = key(FLAG, help="whether the two are of one kind, such as images of one person")
    margin: float = key(POSITIVE, 1, help="m: how far apart a pair of two kinds is to be")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_lengths(a=self.a, b=self.b)
        a, b = w.array("a", self.a), w.array("b", self.b)
        margin = w.add_given("m", self.margin, "margin")
        w.remark("the paper's Y is 0 for a pair that is alike, many libraries' 1; and many leave out"
                 " the factor 1/2")  # fmt: skip
        apart = w.let("D", distance(w, "euclidean", a, b, "ab"))
        if self.alike:
            return w.let("L", square(apart) / 2, note="alike")
        return w.let("L", square(maximum(0, margin - apart)) / 2, note="not alike")
