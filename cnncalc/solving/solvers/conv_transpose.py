"""Transposed convolutions by the sizes before and after them."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import CUTS, cut_by_mode
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import AMOUNT
from cnncalc.layers.base.keys import key
from cnncalc.solving.bounds import Sides
from cnncalc.solving.choices import COLUMNS, Choice
from cnncalc.solving.windows import WindowSolver
from cnncalc.tables.table import Column, show_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cnncalc.solving.choices import Pads

_KIND = __name__.rpartition(".")[2]
"""The layer is called like its solver."""


class ConvTranspose(WindowSolver):
    """All kernels, strides, paddings, output paddings and dilations that take one size to another.

    Along one axis. Tried are kernels from 1 to 11, strides up to 11 or the ratio of the sizes,
    whichever is larger, dilations up to 4, all paddings (what is cut from both sides) and output
    paddings below the stride or the dilation, as PyTorch takes them; Keras takes those below the
    stride. A single input has no next one: then the smallest stride alone is told. Where nothing
    else will do, dilation is tried up to 16, the smallest that does it. What is given is fixed.

    The simplest comes first: what is least unusual, each step of dilation counting one and each
    element of padding beyond the window's extent less one as well, for what is cut there are whole
    windows. Then a kernel not smaller than the stride; no output padding; a kernel that the stride
    divides, so that every output is reached equally often (Odena et al. 2016); then the smaller
    kernel, stride and padding. Keras takes no dilation with a stride.
    """

    what = "transposed convolution"
    source = "Dumoulin & Visin 2016, arXiv:1603.07285, §4; Odena, Dumoulin, Olah 2016, Distill"
    examples = (
        "conv-transpose --input 16 --output 32",
        "conv-transpose --input 16 --output 32 --kernel 3",
    )
    columns = (
        *COLUMNS[:3],
        Column("output_padding", "output padding", show_count, right=True),
        *COLUMNS[3:],
    )

    padding: Any = key(
        Sides(tuple(CUTS)), None, help="fixes the padding: a number, before,after or a word"
    )
    output_padding: int | None = key(AMOUNT, None, help="fixes how much is added at the end")

    @property
    def ratio(self) -> int:
        """See the base."""
        return -(-self.output // self.input)

    @property
    def never(self) -> str:
        """See the base."""
        if self.output_padding is None:
            return "nothing is left of the output: cut less, by a smaller padding"
        return "an output padding must be below the stride or the dilation, and less be cut than there is"

    def describe_fixed(self) -> list[str]:
        """See the base."""
        extra = self.output_padding
        return [*super().describe_fixed(), *([] if extra is None else [f"output padding {extra}"])]

    def propose(self, output: int, dilation: int) -> Iterator[Choice]:
        """By (input − 1)·stride + extent − cuts + output padding, which is the output."""
        for kernel in self.kernels:
            if kernel == 1 and dilation > 1 and not self.dilation:
                continue
            choice = Choice(kernel, 1, dilation, (0, 0))
            if self.padding == "same":
                yield from self._same(choice, output)
            elif self.input == 1 and not self.stride:
                yield from self._single(choice, output)
            else:
                for stride in self._strides(choice, output):
                    yield from self._cuts(choice._replace(stride=stride), output)

    def predict(self, choice: Choice) -> int | None:
        """By what is spread and what is cut."""
        full = (self.input - 1) * choice.stride + choice.extent
        return full + choice.extra - sum(choice.padding)

    def output_of(self, choice: Choice) -> int | None:
        """What a transposed convolution gives."""
        padding: Any = self.padding if isinstance(self.padding, str) else (choice.padding,)
        extra = choice.extra or self.output_padding
        return self.apply(layer_class(_KIND)(
            filters=1, kernel=choice.kernel, stride=choice.stride, padding=padding,
            output_padding=extra, dilation=choice.dilation))  # fmt: skip

    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """See the class."""
        before, after = choice.padding
        return (
            choice.unusual,
            choice.stride > choice.extent,
            before != after,
            choice.extra,
            choice.kernel % choice.stride != 0,
            choice.kernel,
            choice.stride,
            before,
            choice.dilation,
        )

    def describe(self, choice: Choice) -> dict[str, Any]:
        """The keys of the layer, and the words that cut the same."""
        before, after = choice.padding
        k, s, d = choice.kernel, choice.stride, choice.dilation
        modes = [] if choice.extra else [
            mode for mode in CUTS if cut_by_mode(mode, k, s, d, None) == choice.padding]  # fmt: skip
        return {
            "kernel": k,
            "stride": s,
            "padding": before if before == after else [before, after],
            "output_padding": choice.extra,
            "dilation": d,
            "modes": modes,
        }

    def curves(self, dilation: int) -> Iterator[Callable[[int], int]]:
        """See the base."""
        for kernel in self.kernels:
            choice = Choice(kernel, 1, dilation, (0, 0))
            if self.padding == "same":
                yield lambda s: self.input * s
                continue
            cuts = [cut for cut in self._bounds(choice) if cut is not None]
            for cut, most in product(dict.fromkeys(cuts), (False, True)):
                yield lambda s, start=choice.extent - cut, most=most: (  # type: ignore[misc]
                    (self.input - 1) * s + start + self._extra(max(s, dilation), most=most)
                )

    def _extra(self, below: int, *, most: bool) -> int:
        if self.output_padding is not None:
            return self.output_padding
        return below - 1 if most else 0

    def _bounds(self, choice: Choice) -> tuple[int, int | None]:
        """The least and the most that is cut from both sides together; None for no bound."""
        fixed = self._fixed_cuts(choice)
        if fixed is not None:
            return (sum(fixed), sum(fixed))
        most = self.most_padding(choice.kernel, choice.dilation)
        return (0, None if most is None else 2 * most)

    def _fixed_cuts(self, choice: Choice) -> Pads | None:
        """What is cut from both sides if it is given, `same` aside, which depends on the stride."""
        if isinstance(self.padding, str):
            return cut_by_mode(self.padding, choice.kernel, 1, choice.dilation, 0)
        return (self.padding,) * 2 if isinstance(self.padding, int) else self.padding

    def _strides(self, choice: Choice, output: int) -> Sequence[int]:
        """The strides for which the output is not out of reach."""
        if self.stride:
            return (self.stride,)
        least, most = self._bounds(choice)
        rest = output - choice.extent + least
        next_ones = max(1, self.input - 1)
        if self.output_padding is None:
            # Below the stride it adds as much as one more input would, but for one element.
            first = min(rest // self.input + 1, -(-(rest - choice.dilation + 1) // next_ones))
        else:
            first = -(-(rest - self.output_padding) // next_ones)
        last = self.strides
        if most is not None:
            last = min(last, (rest - least + most) // next_ones)
        return range(max(1, first), last + 1)

    def _cuts(self, choice: Choice, output: int) -> Iterator[Choice]:
        """The output paddings, each with what is then to be cut."""
        full = (self.input - 1) * choice.stride + choice.extent
        least, most = self._bounds(choice)
        fixed = self._fixed_cuts(choice)
        allowed = range(max(choice.stride, choice.dilation))
        if self.output_padding is None:
            last = allowed[-1] if most is None else min(allowed[-1], output + most - full)
            extras: Sequence[int] = range(max(0, output + least - full), last + 1)
        else:
            extras = [self.output_padding] if self.output_padding in allowed else []
        for extra in extras:
            cut = full + extra - output
            if fixed is not None:
                yield choice._replace(padding=fixed, extra=extra)
            elif cut % 2 == 0:
                yield choice._replace(padding=(cut // 2, cut // 2), extra=extra)

    def _single(self, choice: Choice, output: int) -> Iterator[Choice]:
        """A single input is spread once: the smallest stride above the output padding is told."""
        for made in self._cuts(choice._replace(stride=self.strides), output):
            stride = made.extra + 1 if made.extra >= choice.dilation else 1
            yield made._replace(stride=stride)

    def _same(self, choice: Choice, output: int) -> Iterator[Choice]:
        """Without output padding `same` gives stride outputs for every input."""
        stride = output // self.input
        if not stride or self.stride not in (None, stride) or stride > self.strides:
            return
        if self.output_padding is None:
            cuts = cut_by_mode("same", choice.kernel, stride, choice.dilation, None)
            yield choice._replace(stride=stride, padding=cuts)
