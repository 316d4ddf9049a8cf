"""Transposed convolutions by the sizes before and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.padding import CUTS, cut_by_mode
from cnncalc.keys import AMOUNT, key
from cnncalc.solving.windows import COLUMNS, Choice, Sides, WindowSolver
from cnncalc.spec.kinds import layer_class
from cnncalc.table import Column, show_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_KIND = __name__.rpartition(".")[2]
"""The layer is called like its solver."""


class ConvTranspose(WindowSolver):
    """All kernels, strides, paddings and output paddings that take one size to a larger one.

    Along one axis. Tried are kernels from 1 to 11, strides up to 11 or the ratio of the sizes,
    whichever is larger, paddings (what is cut from both sides) up to half of the kernel and output
    paddings below the stride, as both frameworks demand. A single input has no next one: then the
    smallest stride alone is told. Dilation is tried up to 16 where there is no solution without,
    the smallest that has one. What is given is fixed.

    The simplest comes first: no dilation; a kernel not smaller than the stride; no output padding; a
    kernel that the stride divides, so that every output is reached equally often (Odena et al.
    2016); then the smaller kernel, stride and padding. Keras takes no dilation with a stride.
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
    output_padding: int | None = key(AMOUNT, None, help="fixes what is added at the end")

    def proposed(self, output: int, dilation: int) -> Iterator[Choice]:
        """By (input − 1)·stride + extent − cuts + output padding, which is the output."""
        for kernel in self.kernels:
            if kernel == 1 and dilation > 1 and not self.dilation:
                continue
            choice = Choice(kernel, 1, dilation, (0, 0))
            for cuts in self._cuts(choice):
                if cuts is None:
                    yield from self._same(choice, output)
                    continue
                rest = output - choice.extent + sum(cuts)
                for stride in self._strides(rest):
                    extra = rest - (self.input - 1) * stride
                    if self.output_padding in (None, extra) and 0 <= extra < stride:
                        yield Choice(kernel, stride, dilation, cuts, extra)

    def given(self, choice: Choice) -> int | None:
        """What a transposed convolution gives."""
        padding: Any = self.padding if isinstance(self.padding, str) else (choice.padding,)
        extra = choice.extra or self.output_padding
        return self.applied(layer_class(_KIND)(
            filters=1, kernel=choice.kernel, stride=choice.stride, padding=padding,
            output_padding=extra, dilation=choice.dilation))  # fmt: skip

    def simplicity(self, choice: Choice) -> tuple[Any, ...]:
        """See the class."""
        before, after = choice.padding
        return (
            choice.dilation,
            choice.stride > choice.extent,
            before != after,
            choice.extra,
            choice.kernel % choice.stride != 0,
            choice.kernel,
            choice.stride,
            before,
        )

    def described(self, choice: Choice) -> dict[str, Any]:
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
            for cuts in self._cuts(choice):
                if cuts is None:
                    yield lambda s: self.input * s
                    continue
                start = choice.extent - sum(cuts)
                for most in (False, True):
                    yield lambda s, start=start, most=most: (  # type: ignore[misc]
                        (self.input - 1) * s + start + self._extra(s, most=most)
                    )

    def _extra(self, stride: int, *, most: bool) -> int:
        if self.output_padding is not None:
            return self.output_padding
        return stride - 1 if most else 0

    def _cuts(self, choice: Choice) -> Iterator[tuple[int, int] | None]:
        """What may be cut from both sides; None for `same`, which depends on the stride."""
        if self.padding == "same":
            yield None
        elif isinstance(self.padding, str):
            yield cut_by_mode(self.padding, choice.kernel, 1, choice.dilation, 0)
        elif self.padding is not None:
            yield self.padding if isinstance(self.padding, tuple) else (self.padding,) * 2
        else:
            most = self.most_padding(choice.kernel, choice.dilation)
            yield from ((cut, cut) for cut in range(most + 1))

    def _strides(self, rest: int) -> Sequence[int]:
        """The strides for which the rest of the output is that of all inputs but one, or little more."""
        if self.stride:
            return (self.stride,)
        if rest < 0:
            return ()
        if self.input == 1:
            return (rest + 1,) if rest < self.strides else ()
        return range(rest // self.input + 1, min(self.strides, rest // (self.input - 1)) + 1)

    def _same(self, choice: Choice, output: int) -> Iterator[Choice]:
        """Without output padding `same` gives stride outputs for every input."""
        stride = output // self.input
        if not stride or self.stride not in (None, stride) or stride > self.strides:
            return
        if self.output_padding is None:
            cuts = cut_by_mode("same", choice.kernel, stride, choice.dilation, None)
            yield choice._replace(stride=stride, padding=cuts)
