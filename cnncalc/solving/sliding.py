"""Sliding windows backwards: the choices for convolutions and pools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import by_mode
from cnncalc.arithmetic.windows import Window
from cnncalc.solving.choices import COLUMNS, DROPPED, Choice
from cnncalc.solving.windows import WindowSolver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.solving.choices import Pads

_MODES = ("valid", "same", "half")
"""The words that are told where they give the same."""

_WIDE = ("full", "causal")
"""So are these, but for a kernel of 1, of which all words are the same."""


class SlidingSolver(WindowSolver):
    """Base of the solvers of windows that slide over their input."""

    columns = (*COLUMNS, DROPPED)
    ceil = False

    def propose(self, output: int, dilation: int) -> Iterator[Choice]:
        """By the room that a padded input leaves to a window: ⌊room / stride⌋ + 1 is the output."""
        for kernel in self.kernels:
            if kernel == 1 and dilation > 1 and not self.dilation:
                continue
            choice = Choice(kernel, self.stride or 1, dilation, (0, 0))
            if output == 1 and not self.stride:
                yield from self._single(choice)
                continue
            for stride in self._strides(choice, output):
                for padding in self._paddings(choice._replace(stride=stride), output):
                    yield Choice(kernel, stride, dilation, padding)

    def predict(self, choice: Choice) -> int | None:
        """By the windows."""
        return self.window(choice).positions(self.input)

    @property
    def never(self) -> str:
        """See the base."""
        return "no window fits the input: take a smaller kernel or more padding"

    @property
    def ratio(self) -> int:
        """See the base."""
        return -(-self.input // self.output)

    def window(self, choice: Choice) -> Window:
        """The window of a choice."""
        rounding = "ceil" if self.ceil else "floor"
        return Window(choice.kernel, choice.stride, choice.dilation, choice.padding, rounding)

    def describe(self, choice: Choice) -> dict[str, Any]:
        """The keys of the layer, the words that give the same padding, and what is left over."""
        before, after = choice.padding
        k, s, d = choice.kernel, choice.stride, choice.dilation
        given = (self.padding,) if isinstance(self.padding, str) else ()
        told = dict.fromkeys((*_MODES, *(_WIDE if k > 1 else ()), *given))
        return {
            "kernel": k,
            "stride": s,
            "padding": before if before == after else [before, after],
            "dilation": d,
            "modes": [m for m in told if by_mode(m, self.input, k, s, d) == choice.padding],
            "dropped": self.window(choice).count_dropped(self.input),
        }

    def single_strides(self, choice: Choice, room: int) -> Sequence[int]:
        """Strides with which a window may stop once, the one to be told first."""
        return sorted({1, room + 1, 1 - room, self.input, self.input + choice.padding[0]})

    def curves(self, dilation: int) -> Iterator[Callable[[int], int]]:
        """See the base."""
        for kernel in self.kernels:
            choice = Choice(kernel, 1, dilation, (0, 0))
            if isinstance(self.padding, str):
                yield lambda s, c=choice: self._positions(  # type: ignore[misc]
                    c, s, by_mode(self.padding, self.input, c.kernel, s, c.dilation)
                )
            else:
                bounds = (self._least(choice), self._most(choice))
                for pads in dict.fromkeys(filter(None, bounds)):
                    yield lambda s, c=choice, p=pads: self._positions(c, s, p)  # type: ignore[misc]

    def _positions(self, choice: Choice, stride: int, padding: Pads) -> int:
        window = self.window(choice._replace(stride=stride, padding=padding))
        return window.positions(self.input)

    def _single(self, choice: Choice) -> Iterator[Choice]:
        """Windows that stop once: the stride makes no difference, so one is told."""
        for padding in self._all_paddings(choice):
            room = self.input + sum(padding) - choice.extent
            placed = choice._replace(padding=padding)
            for stride in self.single_strides(placed, room):
                made = placed._replace(stride=stride)
                if 1 <= stride <= self.strides and self.output_of(made) == 1:
                    if isinstance(self.padding, str):
                        k, d = choice.kernel, choice.dilation
                        made = made._replace(
                            padding=by_mode(self.padding, self.input, k, stride, d)
                        )
                    yield made
                    break

    def _strides(self, choice: Choice, output: int) -> Sequence[int]:
        """The strides with which some padding may give the output."""
        if self.stride:
            return (self.stride,)
        room = self.input - choice.extent
        least, most = room + sum(self._least(choice)), self._most(choice)
        # ⌊room / stride⌋ is output − 1; where a partial window may count, also output − 2.
        fewest = output - 1 - self.ceil
        first = max(1, -(-(max(least, 0) + 1) // output))
        last = self.strides
        if most is not None:
            room += sum(most)
            if room < 0 and not self.ceil:
                return ()
            last = min(last, room // fewest) if fewest > 0 else last
        return range(first, last + 1)

    def _paddings(self, choice: Choice, output: int) -> Iterator[Pads]:
        """The paddings that may give the output with this kernel and stride."""
        if self.padding is not None:
            yield from self._all_paddings(choice)
            return
        reach = choice.extent - self.input
        low = max(0, (output - 1 - self.ceil) * choice.stride + reach)
        high = output * choice.stride - 1 + reach
        most = self._most(choice)
        yield from _splits(low, high if most is None else min(sum(most), high))

    def _all_paddings(self, choice: Choice) -> Iterator[Pads]:
        """The paddings within the bounds; of two sides that differ the end has one more."""
        if isinstance(self.padding, str):
            k, s, d = choice.kernel, choice.stride, choice.dilation
            yield by_mode(self.padding, self.input, k, s, d)
        elif self.padding is not None:
            yield self._least(choice)
        else:
            # More than this is too much room for any stride to stop once.
            high = self.strides - 1 + choice.extent - self.input
            most = self._most(choice)
            yield from _splits(0, high if most is None else sum(most))

    def _least(self, choice: Choice) -> Pads:
        """The least padding on both sides; of a word for any stride."""
        if isinstance(self.padding, str):
            if self.padding[:4] == "same":
                return (0, 0)
            return by_mode(self.padding, self.input, choice.kernel, 1, choice.dilation)
        if self.padding is not None:
            pads: Pads = self.padding if isinstance(self.padding, tuple) else (self.padding,) * 2
            return pads
        return (0, 0)

    def _most(self, choice: Choice) -> Pads | None:
        """The most padding on both sides, of a word for any stride; None for no bound."""
        if isinstance(self.padding, str) and self.padding[:4] == "same":
            # What is added for n outputs of a stride is never more than the window less one.
            return (0, choice.extent - 1)
        if self.padding is not None:
            return self._least(choice)
        most = self.most_padding(choice.kernel, choice.dilation)
        return None if most is None else (most, most)


def _splits(low: int, high: int) -> Iterator[Pads]:
    """The totals from `low` to `high` on two sides, the odd element at the end."""
    for total in range(low, high + 1):
        yield (total // 2, total - total // 2)
