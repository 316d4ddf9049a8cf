"""Windows of a layer by the sizes before and after it: what the solvers of layers share.

A solver proposes choices by arithmetic; each is then put into the real layer and applied to the
input, and only what gives the output is a solution.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.errors import Refusal, UsageError
from cnncalc.keys import AMOUNT, COUNT, Bad, Integer, Padding, key, show
from cnncalc.layer import Shape
from cnncalc.solving.solver import Answer, Solver, unsolved
from cnncalc.table import Column, show_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

KERNELS = 11
"""Kernels up to this are tried unless told otherwise; strides as well, or as far as they must be."""

DILATIONS = 16
"""Up to this dilation a solution is looked for where there is none without."""

MOST = 10_000
"""More solutions than this are refused: something is to be fixed then."""

Pads = tuple[int, int]


class Choice(NamedTuple):
    """A window: what a solution is made of."""

    kernel: int
    stride: int
    dilation: int
    padding: Pads
    extra: int = 0

    @property
    def extent(self) -> int:
        """The elements it spans."""
        return (self.kernel - 1) * self.dilation + 1

    @property
    def half(self) -> int:
        """Half of the kernel, rounded down, as padding."""
        return self.dilation * (self.kernel // 2)


class Bounded(Integer):
    """A whole number from 1 that is not too large for a search."""

    def __init__(self, most: int) -> None:
        """`most` is allowed."""
        super().__init__(1)
        self.most = most

    def parse(self, value: Any) -> int:
        """The number."""
        number = super().parse(value)
        if number > self.most:
            raise Bad(f"must be at most {self.most:,}, got {number:,}")
        return number


class Sides(Padding):
    """The padding of one axis: a word, a number for both sides, or before,after."""

    def parse(self, value: Any) -> Any:
        """A pair becomes a tuple."""
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
            value = value[0]
        if isinstance(value, (list, tuple)):
            if len(value) != 2:
                raise Bad(f"must be a word, a number or before,after, got {show(value)}")
            return (AMOUNT.parse(value[0]), AMOUNT.parse(value[1]))
        return super().parse(value)


class WindowSolver(Solver):
    """Base of the solvers of layers with a window; `what` is the layer in a sentence."""

    what: str

    input: int = key(COUNT, help="the size of the input")
    output: int = key(COUNT, help="the size of the output")
    kernel: int | None = key(COUNT, None, also="kernel_size", help="fixes the kernel")
    stride: int | None = key(COUNT, None, also="strides", help="fixes the stride")
    padding: Any = key(Sides(), None, help="fixes the padding: a number, before,after or a word")
    dilation: int | None = key(COUNT, None, also="dilation_rate", help="fixes the dilation")
    max_kernel: int = key(Bounded(255), KERNELS, help="the largest kernel that is tried")
    max_stride: int | None = key(
        COUNT, None, help=f"the largest stride: {KERNELS}, or the ratio of the sizes"
    )
    max_padding: int | None = key(
        Bounded(10_000), None, help="the largest padding: half the kernel"
    )
    max_dilation: int | None = key(
        Bounded(64), None, help="the largest dilation: 1, or what is needed"
    )

    @abstractmethod
    def proposed(self, output: int, dilation: int) -> Iterable[Choice]:
        """Every choice within the bounds that may give `output`, each once."""

    @abstractmethod
    def given(self, choice: Choice) -> int | None:
        """The output of the real layer with this window; None if it refuses."""

    @abstractmethod
    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """What solutions are sorted by, the simplest first."""

    @abstractmethod
    def described(self, choice: Choice) -> dict[str, Any]:
        """A solution as plain data."""

    @abstractmethod
    def curves(self, dilation: int) -> Iterator[Callable[[int], int]]:
        """The output by the stride, for each kernel with the least and with the most padding.

        Each rises or falls, and for one stride all outputs between the least and the most occur.
        """

    columns: Sequence[Column]

    def solve(self) -> Answer:
        """All choices, or the nearest outputs that there are."""
        found = self.found(self.output)
        if len(found) > MOST:
            raise UsageError(f"there are more than {MOST:,} choices",
                             "fix the kernel, the stride or the padding, or lower a bound")  # fmt: skip
        if found:
            count = f"{len(found):,} choices, the simplest first" if len(found) > 1 else "1 choice"
            return Answer([self.described(choice) for choice in found], self.columns,
                          f"{self.input} → {self.output}: {count}")  # fmt: skip
        nearest = {output: self.described(choice) for output, choice in self.nearest().items()}
        named = [f"{name} {show(value).strip('`')}" for name, value in self._fixed().items()]
        fixed = (
            f" with {' and '.join(filter(None, (', '.join(named[:-1]), *named[-1:])))}"
            if named
            else ""
        )
        told = [f"{output} ({_in_words(choice)})" for output, choice in nearest.items()]
        help = f"nearest {'are' if len(told) > 1 else 'is'} {' and '.join(told)}"
        return Answer(
            [],
            self.columns,
            also={"nearest": [{"output": output, **choice} for output, choice in nearest.items()]},
            missing=unsolved(
                f"no {self.what} takes {self.input} to {self.output}{fixed}",
                help
                if told
                else "within the bounds there is no output at all: `--help` lists them",
            ),
        )

    def found(self, output: int) -> list[Choice]:
        """The choices that the real layer confirms, the simplest first; no more than MOST and one.

        Dilated windows are left out where there are others, unless asked for.
        """
        for dilations in self._dilations():
            found: list[Choice] = []
            for dilation in dilations:
                for choice in self.proposed(output, dilation):
                    if self.given(choice) == output:
                        found.append(choice)
                    if len(found) > MOST:
                        return found
            if found:
                return sorted(found, key=self.simplicity)
        return []

    def nearest(self) -> dict[int, Choice]:
        """The nearest outputs below and above that there are, each with its simplest choice."""
        low, high = (self.stride or 1, self.stride or self.strides)
        values: set[int] = set()
        for dilations in self._dilations():
            for dilation in dilations:
                for curve in self.curves(dilation):
                    values.update(crossing(curve, self.output, low, high))
        below = sorted((n for n in values if 1 <= n < self.output), reverse=True)
        above = sorted(n for n in values if n > self.output)
        nearest: dict[int, Choice] = {}
        for side in (below, above):
            for output in side:
                choices = self.found(output)
                if choices:
                    nearest[output] = choices[0]
                    break
        return nearest

    @property
    def strides(self) -> int:
        """The largest stride that is tried."""
        ratio = -(-max(self.input, self.output) // min(self.input, self.output))
        return self.max_stride or max(KERNELS, ratio)

    @property
    def kernels(self) -> Sequence[int]:
        """The kernels that are tried."""
        return (self.kernel,) if self.kernel else range(1, self.max_kernel + 1)

    def most_padding(self, kernel: int, dilation: int) -> int:
        """The largest padding that is tried: half the kernel, as `half` pads."""
        if self.max_padding is not None:
            return self.max_padding
        return dilation * (kernel // 2)

    def applied(self, layer: Any) -> int | None:
        """The output of a layer along one axis; None if it refuses."""
        try:
            return int(layer.apply(Shape(1, (self.input,))).output.size[0])
        except Refusal:
            return None

    def _dilations(self) -> Sequence[Sequence[int]]:
        """Groups of dilations: the first that has a solution is the answer."""
        if self.dilation:
            return [(self.dilation,)]
        if self.max_dilation:
            return [range(1, self.max_dilation + 1)]
        return [(dilation,) for dilation in range(1, DILATIONS + 1)]

    def _fixed(self) -> dict[str, Any]:
        unfixed = ("input", "output")
        stated = self.stated.items()
        return {name.replace("_", " "): value for name, value in stated if name not in unfixed}


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


def _in_words(choice: dict[str, Any]) -> str:
    """`kernel 3, stride 2, padding 1`: what is not as it would be without being said."""
    plain = {"stride": 1, "padding": 0, "dilation": 1, "output_padding": 0}
    return ", ".join(
        f"{name.replace('_', ' ')} {show(value)}"
        for name, value in choice.items()
        if name == "kernel" or value != plain.get(name, value)
    )


COLUMNS = (
    Column("kernel", "kernel", right=True),
    Column("stride", "stride", right=True),
    Column("padding", "padding", lambda p: f"{p[0]},{p[1]}" if isinstance(p, list) else str(p), right=True),
    Column("dilation", "dilation", right=True),
    Column("modes", "also written", ", ".join),
)  # fmt: skip
DROPPED = Column("dropped", "left over", show_count, right=True)
