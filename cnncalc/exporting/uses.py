"""The uses of other pieces of code in one: their arguments, and how many stand in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.arguments import item_of
from cnncalc.exporting.parts import Run
from cnncalc.exporting.terms import Term, term_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporting.arguments import Arguments
    from cnncalc.exporting.bodies import Body, Step
    from cnncalc.exporting.classes import Classes
    from cnncalc.exporting.parts import Class, Part


class Uses:
    """Finds the terms for the arguments that the parts of one class hand on."""

    def __init__(self, classes: Classes, made: Class, numbers: Arguments) -> None:
        """`numbers` are those of the class."""
        self.classes = classes
        self.made = made
        self.numbers = numbers

    def add(self, part: Part, steps: list[Step], there: Sequence[int]) -> None:
        """The arguments of the classes that are used."""
        rows = [self.classes.runs(step) if step.is_row else [list(step.uses)] for step in steps]
        for number, first in enumerate(rows[0]):
            of, _ = self.classes.of[id(first[0])]
            runs = [row[number] for row in rows]
            terms: dict[str, Term] = {}
            for name in of.arguments:
                column = [of.arguments[name][self.classes.of[id(run[0])][1]] for run in runs]
                said = self._argument(first[0], name)
                if (
                    said is None
                    and name in self.classes.variables
                    and not self._is_own(first[0], name)
                ):
                    said = Term.name(name)
                follows = self._follows(part, of, name, number)
                terms[name] = self.numbers.solve(
                    column, there, f"{part.name}_{name}", said, follows
                )
            counts = [len(run) for run in runs]
            part.runs.append(
                Run(of, terms, self._count(part, steps, counts, there, len(rows[0]), number))
            )
            for place in range(part.outputs):
                given = of.terms.get(of.outputs[place]) if place < len(of.outputs) else None
                if given is not None and given.names <= set(terms):
                    self.made.terms[part.name, place] = given.put(terms)
                else:
                    self.made.terms.pop((part.name, place), None)

    def again(self, part: Part) -> None:
        """What is used once more gives the channels that it gave before."""
        for place in range(part.outputs):
            if (part.again, place) in self.made.terms:
                self.made.terms[part.name, place] = self.made.terms[part.again, place]

    def _follows(self, part: Part, of: Class, name: str, number: int) -> Term | None:
        """The channels that a use reads, for the argument that stands for them."""
        for place in range(len(of.inputs)):
            if of.terms.get(("", place)) == Term.name(name):
                if number:
                    return self.made.terms.get((part.name, 0))
                return self.made.terms.get(part.reads[place])
        return None

    def _is_own(self, body: Body, name: str) -> bool:
        """Whether an argument is one of the block, not a variable of the file."""
        use = body.frame.use if body.frame is not None else None
        return use is not None and any(self.classes.name(key) == name for key in use.arguments)

    def _argument(self, body: Body, name: str) -> Term | None:
        use = body.frame.use if body.frame is not None else None
        if use is None:
            return None
        for key, value in use.item.args.items():
            if self.classes.name(key) == name:
                return term_of(value)
        return None

    def _count(
        self,
        part: Part,
        steps: Sequence[Step],
        counts: list[int],
        there: Sequence[int],
        runs: int,
        number: int,
    ) -> Term:
        if runs > 2 or (runs == 2 and number == 0):
            return Term.number(1)
        less = number
        item = item_of(steps[0])
        said = term_of(item.repeat) if item is not None and steps[0].is_row else None
        totals = [count + less for count in counts]
        found = self.numbers.check_said(said, there, totals)
        if found is not None:
            part.total = self.numbers.use(found)
            return part.total.less(less)
        return self.numbers.solve(counts, there, "repeat", None)
