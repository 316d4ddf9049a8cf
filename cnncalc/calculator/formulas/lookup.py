"""Recognition by one image: whose vector is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.calculator.database import DATABASE
from cnncalc.calculator.distances import METRIC, distance, no_zero
from cnncalc.calculator.formula import Formula
from cnncalc.calculator.kinds import POSITIVE, VECTOR
from cnncalc.layers.base.key_types import TEXT, Bad
from cnncalc.layers.base.keys import key
from cnncalc.registry import suggestion
from cnncalc.working.steps import PLAIN
from cnncalc.working.values import show_value
from cnncalc.working.vectors import smallest

if TYPE_CHECKING:
    from cnncalc.calculator.database import Entries
    from cnncalc.working.steps import Plain

WRITTEN = 60
"""Of so many entries the distance is worked out in the working; of the others it has the value."""


class Lookup(Formula):
    """Verification and recognition by one known vector for each name.

    Without `--name` it is recognition, one against all: the value is the name whose vector is
    nearest to the query, the first of several equally near; with `--threshold` τ it is `unknown`
    if even that distance is larger than τ. With `--name` it is verification, one against one: the
    value is whether the distance to that entry is at most τ.

    The database is a mapping of names to vectors, in JSON `{"ann": [0.1, 0.9], …}`, or a CSV file
    with a row for each: the name first, or in the column whose header is `name`.
    """

    topic = "recognition and style"
    source = "Taigman et al. 2014, DeepFace; Schroff et al. 2015, arXiv:1503.03832"
    examples = (
        """lookup --query 0,1 --database '{"ann":[0,0.9],"bob":[1,0]}' --threshold 0.5""",
        """lookup 0,1 '{"ann":[0,0.9],"bob":[1,0]}' --name bob --threshold 0.5""",
    )

    query: tuple[float, ...] = key(VECTOR, help="the vector that is asked for")
    database: Entries = key(DATABASE, help="names and their vectors: JSON, or a .json or .csv file")
    threshold: float | None = key(
        POSITIVE, None, help="τ: the largest distance of one and the same"
    )
    name: str | None = key(TEXT, None, help="verify this entry instead of finding the nearest")
    distance: str = key(METRIC, "squared", help="which distance")

    def work(self, w: Plain) -> Any:
        """See the class."""
        self._check()
        query = w.array("q", self.query, "query")
        threshold = (
            None if self.threshold is None else w.add_given("τ", self.threshold, "threshold")
        )
        if self.name is None:
            return self._recognise(w, query, threshold)
        known = w.array("K", self.database[self.name], self.name)
        apart = w.let("d", distance(w, self.distance, query, known, "qK"))
        same = bool(apart <= threshold)
        sign = "≤" if same else ">"
        w.say(
            "same",
            "",
            "",
            same,
            note=f"d {sign} τ: {show_value(apart)} {sign} {show_value(threshold)}",
        )
        return same

    def _check(self) -> None:
        """Raise Bad for inputs that do not go together."""
        if self.name is not None and self.name not in self.database:
            raise Bad("is not in the database", suggestion(self.name, self.database), at=("name",))
        if self.name is not None and self.threshold is None:
            raise Bad("a verification needs --threshold", sentence=True)
        for name, vector in self.database.items():
            if len(vector) != len(self.query):
                raise Bad(f"--query has {len(self.query)} numbers, `{name}` of --database {len(vector)}",
                          sentence=True)  # fmt: skip
        no_zero(self.distance, query=self.query)
        for name, vector in self.database.items():
            if self.distance == "cosine" and not any(vector):
                raise Bad(
                    "is zero and has no direction, so there is no cosine", at=("database", name)
                )

    def _recognise(self, w: Plain, query: Any, threshold: Any) -> str:
        """The name of the nearest, or `unknown`."""
        found: list[Any] = []
        for i, (name, vector) in enumerate(self.database.items(), 1):
            if i <= WRITTEN:
                known = w.array(f"K_{i}", vector, name)
                apart = distance(w, self.distance, query, known, ("q", f"K_{i}"))
            else:
                apart = distance(PLAIN, self.distance, self.query, vector, ("q", "K"))
            found.append(w.let(f"d_{i}", apart, note=name))
        distances = w.flat("d", tuple(found))
        least = w.let("least", smallest(distances), kept=True)
        names = list(self.database)
        nearest = names[found.index(least)]
        known = threshold is None or least <= threshold
        answer = nearest if known else "unknown"
        note = f"the nearest is {nearest}"
        if threshold is not None:
            sign = "≤" if known else ">"
            note += f", and least {sign} τ: {show_value(least)} {sign} {show_value(threshold)}"
        w.say("answer", "", "", answer, note=note)
        return answer
