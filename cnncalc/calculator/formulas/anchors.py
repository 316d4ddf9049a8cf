"""Anchor boxes by k-means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.clustering import cluster
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.sizes import IMAGE, SIZES, tell_left_out
from cnncalc.layers.base.key_types import AMOUNT, COUNT, Bad, Kind, show
from cnncalc.layers.base.keys import key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.working.steps import Plain

MOST_WORK = 100_000_000
"""Boxes × anchors × starts in one iteration; with a few dozen of these it takes minutes."""


class Counts(Kind):
    """A number of anchors, or the first and the last of a range, `1:9`."""

    noun = "a number, or a range such as 1:9"

    def parse(self, value: Any) -> tuple[int, ...]:
        """First and last; raises Bad unless it is a count or a range of counts."""
        if isinstance(value, str) and value.count(":") == 1:
            ends = value.split(":")
            if not all(end.strip().isdecimal() for end in ends):
                raise Bad(f"must be {self.noun}, got {show(value)}")
            value = [int(end) for end in ends]
        if not isinstance(value, (list, tuple)):
            return (COUNT.parse(value),)
        numbers = [*map(COUNT.parse, value)]
        if len(numbers) == 1:
            return (numbers[0],)
        # Python's range lists all its numbers.
        if not numbers or (len(numbers) > 2 and numbers != [*range(numbers[0], numbers[-1] + 1)]):
            raise Bad(f"must be {self.noun}, got {show(value)}")
        first, last = numbers[0], numbers[-1]
        if first > last:
            raise Bad(f"must be a range that ends where it begins or later, got {first}:{last}")
        return first, last

    def schema(self) -> dict[str, Any]:
        """A number, or text."""
        return {"type": ["integer", "string"]}


class Anchors(Formula):
    """Anchor boxes for a dataset: k-means of its boxes' sizes with the distance 1 − IoU.

    The value is a list of k anchors [w, h] by area; for a range of k a list of k, the mean over
    all boxes of the IoU with their best anchor, and the anchors. That mean says how well k anchors
    fit. It mostly grows with k, and k is chosen where it grows little more; since a mean of sizes is
    not the best anchor, and k-means may end before the best state, it can fall as well, and another
    `--seed` or more `--starts` may find better anchors.

    Boxes are `[[w, h], …]` or `[[x1, y1, x2, y2], …]`, inline or in a .json or .csv file (with or
    without a header); COCO's .json (`annotations`, without crowds; boxes 0 wide or high are left out
    and counted); YOLO's .txt, `class cx cy w h`; Pascal VOC's .xml, the width being xmax − xmin; or a
    folder of .txt or .xml files. Sides in shares of the image, as in YOLO's files, become pixels with
    `--image`.

    Each start draws its first anchors from the boxes, the likelier the worse the others fit; the
    best state of all starts counts. The same `--seed` gives the same anchors everywhere.
    """

    topic = "detection"
    source = "Redmon & Farhadi 2016, arXiv:1612.08242; first anchors: Arthur & Vassilvitskii 2007"
    examples = (
        "anchors --boxes '[[10, 12], [11, 13], [60, 30], [66, 33], [30, 90]]' --k 3",
        "anchors 10,12,11,13,60,30,66,33,30,90 --k 1:3",
    )

    boxes: tuple[tuple[float, float], ...] = key(
        SIZES, help="sizes or boxes: a list, a file or a folder of labels"
    )
    k: tuple[int, ...] = key(Counts(), (5,), help="number of anchors, or a range: 1:9")
    image: tuple[float, float] | None = key(
        IMAGE, None, help="width,height of the image, for sides that are shares of it"
    )
    seed: int = key(AMOUNT, 0, help="of the random starts")
    starts: int = key(COUNT, 10, help="how often k-means is started")

    def work(self, w: Plain) -> Any:
        """See the class."""
        from random import Random

        sizes = self._scale_boxes()
        count = w.add_given("n", len(sizes), "boxes")
        self._check(sizes)
        found = []
        for k in range(self.k[0], self.k[-1] + 1):
            best = cluster(sizes, k, self.starts, Random(self.seed))  # noqa: S311 - no secret
            mean = w.let(f"mean_{k}", w.part(f"Σ IoU_{k}", best.total) / count,
                         note=f"k = {k}: the mean best IoU; {best.iterations} iterations")  # fmt: skip
            anchors = [[*anchor] for anchor in best.anchors]
            w.say(f"anchors_{k}", "", "", anchors)
            found.append({"k": k, "iou": mean, "anchors": anchors})
        tell_left_out(w, self.boxes)
        return found if len(self.k) > 1 else found[0]["anchors"]

    def _scale_boxes(self) -> Sequence[tuple[float, float]]:
        if self.image is None:
            return self.boxes
        largest = max(map(max, self.boxes))
        if largest > 1:
            raise Bad(f"is for sides that are shares of the image, and one is {show(largest)}",
                      at=("image",))  # fmt: skip
        across, down = self.image
        return [(width * across, height * down) for width, height in self.boxes]

    def _check(self, sizes: Sequence[tuple[float, float]]) -> None:
        different = len(set(sizes))
        if self.k[-1] > different:
            raise Bad(f"is {self.k[-1]}, and there are only {different} different sizes", at=("k",))
        work = len(sizes) * sum(range(self.k[0], self.k[-1] + 1)) * self.starts
        if work > MOST_WORK:
            raise Bad(f"of {self.starts} with {len(sizes):,} boxes would take very long",
                      "fewer --starts, or a smaller --k", at=("starts",))  # fmt: skip
