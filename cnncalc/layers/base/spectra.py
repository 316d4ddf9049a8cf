"""Spectra of a signal: frames cut out of it, and what is made of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.arithmetic.moving import Moved
from cnncalc.arithmetic.windows import Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.bordering import BORDER, border_axis, continue_windows
from cnncalc.layers.base.key_types import COUNT, FLAG, Choice
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.shape import Shape, a_map
from cnncalc.layers.base.sliding import too_large

if TYPE_CHECKING:
    from cnncalc.arithmetic.windows import Sliding


class Spectrum(Layer):
    """Base of what transforms frames of a signal; `n_fft` elements make one frame."""

    differs = True
    usual_axes = 1

    n_fft: int = key(COUNT, symbol="N", help="elements that are transformed at once")
    hop: int = key(COUNT, symbol="S", help="from one frame to the next")
    window: int | None = key(
        COUNT, None, symbol="F",
        help="elements of a frame that count, in its middle; `n_fft` unless given",
    )  # fmt: skip
    center: bool = key(FLAG, True, help="whether frame t is centred on element t·hop")
    pad_mode: str = key(BORDER, "reflect", help="what is beyond the ends of a centred signal")
    bins: str = key(
        Choice("axis", "channels"), "axis", help="whether the bins are an axis, or the channels"
    )

    def frames(self, x: Shape) -> tuple[int, Sliding]:
        """How many frames there are, and what of the signal each of them reads; raises Refusal."""
        if a_map(x, self.kind).rank != 1:
            raise Refusal("E302", f"{self.kind} needs a signal of one axis, the input has {x.rank}",
                          help="`time_distributed` or `reshape` to {channels: C, size: [L]}",
                          operands=True)  # fmt: skip
        length, n_fft = x.size[0], self.n_fft
        read = n_fft if self.window is None else self.window
        if read > n_fft:
            raise Refusal("E311", f"a window of {read} is longer than the {n_fft} that are transformed",
                          key="window", help=f"n_fft: {read}, or a shorter window")  # fmt: skip
        pad = n_fft // 2 if self.center else 0
        if pad:
            border_axis(length, (pad, pad), self.pad_mode, "n_fft")
        whole = Window(n_fft, self.hop, padding=(pad, pad), rule="explicit")
        if whole.positions(length) < 1:
            raise too_large(whole, length, 0, 1, "n_fft")
        # The window stands in the middle of what is transformed: around it nothing is read.
        before = pad - (n_fft - read) // 2
        sides = (before, 2 * pad - n_fft + read - before)
        window = Window(read, self.hop, padding=sides, rule="explicit")
        (found,) = continue_windows((window,), x.size, self.pad_mode if pad else "zeros", "n_fft")
        return whole.positions(length), found

    def laid_out(
        self, x: Shape, bins: int, frames: int, window: Sliding, *, last: bool = False
    ) -> tuple[Shape, tuple[Sliding | Moved, ...]]:
        """The output with `bins` for every frame, and its windows; `last` puts the bins behind."""
        if self.bins == "channels":
            return x._replace(channels=x.channels * bins, size=(frames,)), (window,)
        if last:
            return x._replace(size=(frames, bins)), (Moved(0, window),)
        return x._replace(size=(bins, frames)), (Moved(1, window),)
