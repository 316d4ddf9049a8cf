"""Windows of a layer by the sizes before and after it: what the solvers of layers share.

A solver proposes choices by arithmetic; each is then put into the real layer and applied to the
input, and only what gives the output is a solution.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from cnncalc.errors import Refusal, UsageError
from cnncalc.layers.base.shape import Shape
from cnncalc.solving.bounds import SHOWN, BoundedSolver
from cnncalc.solving.choices import in_words
from cnncalc.solving.solver import Answer, report_unsolved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from cnncalc.solving.choices import Choice
    from cnncalc.tables.table import Column


MOST = 100_000
"""More solutions than this are refused: something is to be fixed then."""

FAR = 8
"""Nothing more unusual is shown in tables if there are others."""


class WindowSolver(BoundedSolver):
    """Base of the solvers of layers with a window; `what` is the layer in a sentence."""

    what: str

    @abstractmethod
    def propose(self, output: int, dilation: int) -> Iterable[Choice]:
        """Every choice within the bounds that may give `output`, each once."""

    @abstractmethod
    def predict(self, choice: Choice) -> int | None:
        """The output by arithmetic alone, which takes less time; None if there is none."""

    @abstractmethod
    def output_of(self, choice: Choice) -> int | None:
        """The output of the real layer with this window; None if it refuses."""

    @property
    @abstractmethod
    def never(self) -> str:
        """Why there is no output of any size, where there is none."""

    @abstractmethod
    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """What solutions are sorted by, the simplest first."""

    @abstractmethod
    def describe(self, choice: Choice) -> dict[str, Any]:
        """A solution as plain data."""

    @abstractmethod
    def curves(self, dilation: int) -> Iterator[Callable[[int], int]]:
        """The output by the stride, for each kernel with the least and with the most padding.

        Each rises or falls, and for one stride all outputs between the least and the most occur.
        """

    columns: Sequence[Column]

    def solve(self) -> Answer:
        """All choices, or the nearest outputs that there are.

        Raises UsageError for more than MOST choices.
        """
        found = self.find_choices(self.output)
        if len(found) > MOST:
            raise UsageError(f"there are more than {MOST:,} choices",
                             "fix the kernel, the stride or the padding, or lower a bound")  # fmt: skip
        if not found:
            return self._none()
        count = f"{len(found):,} choices, the simplest first" if len(found) > 1 else "1 choice"
        shown = self._shown_count(found)
        if shown < len(found):
            count = f"{shown:,} of {count}\n--limit 0 shows all{self._fewer()}"
        return Answer([self.describe(choice) for choice in found], self.columns,
                      f"{self.input:,} → {self.output:,}: {count}", shown=shown)  # fmt: skip

    def _shown_count(self, found: Sequence[Choice]) -> int:
        """How many of the choices are shown."""
        if self.limit is not None:
            return min(self.limit, len(found)) or len(found)
        usual = sum(choice.unusual <= FAR for choice in found[:SHOWN])
        return usual or min(SHOWN, len(found))

    def _fewer(self) -> str:
        """`; --stride or --dilation fixes one`: what may be given so that there are fewer."""
        free = [f"--{key}" for key in ("kernel", "stride", "dilation") if not self.__dict__[key]]
        told = " or ".join(filter(None, (", ".join(free[:-1]), *free[-1:])))
        return f"; {told} leaves fewer" if told else ""

    def _none(self) -> Answer:
        """That there is no solution within the bounds, and what is nearest."""
        nearest = {output: self.describe(choice) for output, choice in self.nearest().items()}
        told = [f"{output:,} ({in_words(choice)})" for output, choice in nearest.items()]
        return Answer(
            [],
            self.columns,
            also={"nearest": [{"output": output, **choice} for output, choice in nearest.items()]},
            missing=report_unsolved(
                f"no {self.what} takes {self.input:,} to {self.output:,}{self._within()}",
                f"nearest {'are' if len(told) > 1 else 'is'} {' and '.join(told)}"
                if told
                else self.never,
            ),
        )

    def _within(self) -> str:
        """` with stride 1 and dilation 1 (tried: kernel up to 11)`."""
        fixed, bounds = self.describe_fixed(), self.bounds()
        told = (
            f" with {' and '.join(filter(None, (', '.join(fixed[:-1]), fixed[-1])))}"
            if fixed
            else ""
        )
        return told + (f" (tried: {', '.join(bounds)})" if bounds else "")

    def find_choices(self, output: int) -> list[Choice]:
        """The choices that the real layer confirms, the simplest first.

        Where there are more than MOST, so many and one, which it is not asked about.
        """
        for dilations in self._dilations():
            proposed: list[Choice] = []
            for dilation in dilations:
                for choice in self.propose(output, dilation):
                    if self.predict(choice) == output:
                        proposed.append(choice)
                    if len(proposed) > MOST:
                        return proposed
            found = [choice for choice in proposed if self.output_of(choice) == output]
            if found:
                return sorted(found, key=self.simplicity)
        return []

    def nearest(self) -> dict[int, Choice]:
        """The nearest outputs below and above that there are, each with its simplest choice."""
        low, high = (self.stride or 1, self.stride or self.strides)
        # A curve passes over what lies between the least and the most padding.
        values = {self.output - 1, self.output + 1}
        for dilations in self._dilations():
            for dilation in dilations:
                for curve in self.curves(dilation):
                    values.update(crossing(curve, self.output, low, high))
        below = sorted((n for n in values if 1 <= n < self.output), reverse=True)
        above = sorted(n for n in values if n > self.output)
        nearest: dict[int, Choice] = {}
        for side in (below, above):
            for output in side:
                choices = self.find_choices(output)
                if choices:
                    nearest[output] = choices[0]
                    break
        return nearest

    def apply(self, layer: Any) -> int | None:
        """The output of a layer along one axis; None if it refuses."""
        try:
            return int(layer.apply(Shape(1, (self.input,))).output.size[0])
        except Refusal:
            return None


def crossing(curve: Callable[[int], int], target: int, low: int, high: int) -> tuple[int, ...]:
    """The values of a curve that rises or falls, to both sides of where it passes `target`."""
    falls = curve(low) > curve(high)
    first, last = low, high
    # The first place that is beyond the target.
    while first < last:
        middle = (first + last) // 2
        value = curve(middle)
        if value < target if falls else value > target:
            last = middle
        else:
            first = middle + 1
    return tuple(curve(place) for place in {max(low, first - 1), first})
