"""How much work a file may make, counted in steps, so that it ends alike on every machine.

A `Work` counts one thing. The reading of a file has a `Budget` of them, which all its models and
variants share; an analysis has a Work of its own for each network. What would be too much raises
TooMuch and is not spent: reading ends in one finding, an analysis is not computed and says why, and
whatever is cheap is computed behind it all the same.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Limit(NamedTuple):
    """At most so many steps, and what a step is, in the plural."""

    most: int
    steps: str


LIMITS = {
    # The text of a file.
    "text": Limit(5_000_000, "characters"),
    "levels": Limit(64, "levels"),
    "values": Limit(200_000, "values once variables are put in"),
    # What a file of another format brings: a large network has a tenth of that.
    "nodes": Limit(1_000_000, "nodes"),
    # What comes of it.
    "layers": Limit(100_000, "layers"),
    "networks": Limit(2_000, "models and variants"),
    "items": Limit(400_000, "items and layers in all models and variants"),
    "steps": Limit(1_000_000, "steps of evaluation"),
    "links": Limit(1_000_000, "operands"),
    "characters": Limit(20_000_000, "characters of names"),
    "findings": Limit(10_000, "findings"),
    # Analyses of one network.
    "fields": Limit(5_000_000, "fields of single units"),
    "views": Limit(400_000, "fields of layers over inputs"),
    "density": Limit(4_000_000, "rows of sets"),
    "coverage": Limit(4_000_000, "places of axes"),
    "unit": Limit(20_000_000, "rows of sets"),
    "paths": Limit(300_000_000, "elements on the way"),
    "inputs": Limit(3_000_000, "layers at sizes"),
}
"""By what is counted, or the name of an analysis. docs/spec.md has the same in words.

The largest spec of the zoo, with all its variants, needs less than a tenth of each.
"""


TOGETHER = 4
"""All networks that are judged of a file may take so many times as much of an analysis as one of them."""


class TooMuch(Exception):
    """Something would take more than its limit; the message says which."""

    def __init__(self, message: str, spent: Work | None = None, where: Any = None,
                 steps: int = 1) -> None:  # fmt: skip
        """`steps` were to be done at `where`, beside all that is `spent`."""
        super().__init__(message)
        self.spent = spent
        self.where = where
        self.steps = steps

    def largest(self) -> tuple[Any, int]:
        """What takes most, and how many percent of the whole; None and 0 if nobody was told."""
        shares = dict(self.spent.shares) if self.spent is not None else {}
        if self.where is not None:
            shares[self.where] = shares.get(self.where, 0) + self.steps
        if not shares:
            return None, 0
        top = max(shares, key=shares.__getitem__)
        return top, 100 * shares[top] // max(1, sum(shares.values()))


class Work:
    """Counts the steps of one thing, and at what in a file they are done where that is told."""

    __slots__ = ("behalf", "done", "is_over", "limit", "most", "shares", "whole")

    def __init__(self, name: str, most: int | None = None) -> None:
        """`name` is a key of LIMITS, whose number holds unless another one is given."""
        self.limit = LIMITS[name]
        self.most = self.limit.most if most is None else most
        self.done = 0
        self.is_over = False
        """Whether more was asked for than there is."""
        self.shares: dict[Any, int] = {}
        self.behalf: Any = None
        """What everything is done for, wherever it is told to be done."""
        self.whole: Work | None = None
        """What all networks of a file do of it together."""

    def spend(self, steps: int, where: Any = None) -> None:
        """Steps that are about to be done; raises TooMuch, and counts none, if they are too many."""
        done = self.done + steps
        if done > self.most:
            self.is_over = True
            raise TooMuch(
                f"it takes more than {self.most:,} {self.limit.steps}",
                self,
                self.behalf or where,
                steps,
            )
        if self.whole is not None:
            self.whole.spend(steps)
        self.done = done
        if where is not None:
            where = self.behalf or where
            self.shares[where] = self.shares.get(where, 0) + steps


class Budget:
    """What one reading of one file takes: all its models and variants share it.

    A network that is built anew with other settings is another reading, and has one of its own.
    """

    __slots__ = ("_wholes", "characters", "findings", "items", "links", "networks", "steps", "text")

    def __init__(self) -> None:
        """Nothing spent yet."""
        self.text = Work("text")
        self.networks = Work("networks")
        self.items = Work("items")
        self.steps = Work("steps")
        self.links = Work("links")
        self.characters = Work("characters")
        self.findings = Work("findings")
        self._wholes: dict[str, Work] = {}

    def part(self, name: str) -> Work:
        """The count of an analysis of one network, all of which may take TOGETHER times as much."""
        if name not in self._wholes:
            whole = self._wholes[name] = Work(name, TOGETHER * LIMITS[name].most)
            whole.limit = Limit(whole.most, f"{whole.limit.steps} in all models and variants")
        work = Work(name)
        work.whole = self._wholes[name]
        return work

    @contextmanager
    def on_behalf(self, where: Any) -> Iterator[None]:
        """Whatever is done meanwhile is done at `where`: what another file holds has no place in this one."""
        if self.text.behalf is not None:
            yield
            return
        for count in self._counts():
            count.behalf = where
        try:
            yield
        finally:
            for count in self._counts():
                count.behalf = None

    @property
    def is_over(self) -> bool:
        """Whether something of it is used up: nothing else of the file is read then."""
        return any(count.is_over for count in self._counts())

    def _counts(self) -> tuple[Work, ...]:
        return (
            self.text,
            self.networks,
            self.items,
            self.steps,
            self.links,
            self.characters,
            self.findings,
        )
