"""Triplet loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.distances import METRIC, distance, no_zero, same_lengths
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import POSITIVE, VECTOR
from cnncalc.layers.base.keys import key
from cnncalc.working.traced import maximum

if TYPE_CHECKING:
    from cnncalc.working.steps import Plain


class TripletLoss(Formula):
    """The triplet loss of one triplet of embeddings: max(d(A, P) − d(A, N) + α, 0).

    The anchor A is to be nearer to the positive P than to the negative N by the margin α. d is the
    squared Euclidean distance, as in FaceNet, unless `--distance` says otherwise. PyTorch's
    TripletMarginLoss takes the Euclidean norm of A − P + 1e-6, and 1 as the default margin; Keras
    has no triplet loss.
    """

    topic = "recognition and style"
    source = "Schroff et al. 2015, arXiv:1503.03832"
    examples = (
        "triplet-loss --anchor 0,0 --positive 0,0.5 --negative 0.6,0",
        "triplet-loss 0,0 0,0.5 0.6,0 --margin 1 --distance euclidean",
    )

    anchor: tuple[float, ...] = key(VECTOR, help="the embedding of an image")
    positive: tuple[float, ...] = key(
        VECTOR, help="the embedding of another image of the same person"
    )
    negative: tuple[float, ...] = key(VECTOR, help="the embedding of an image of somebody else")
    margin: float = key(POSITIVE, 0.2, help="α: how much nearer the positive is to be")
    distance: str = key(METRIC, "squared", help="which distance d is")

    def work(self, w: Plain) -> Any:
        """See the class."""
        same_lengths(anchor=self.anchor, positive=self.positive, negative=self.negative)
        no_zero(self.distance, anchor=self.anchor, positive=self.positive, negative=self.negative)
        anchor = w.array("A", self.anchor, "anchor")
        positive = w.array("P", self.positive, "positive")
        negative = w.array("N", self.negative, "negative")
        margin = w.add_given("α", self.margin, "margin")
        near = w.let("d_AP", distance(w, self.distance, anchor, positive, "AP"))
        far = w.let("d_AN", distance(w, self.distance, anchor, negative, "AN"))
        w.remark("PyTorch's TripletMarginLoss takes the Euclidean norm of A − P + 1e-6 as the distance,"
                 " and 1 as the default margin; Keras has no triplet loss")  # fmt: skip
        return w.let("L", maximum(near - far + margin, 0))
