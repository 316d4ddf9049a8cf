"""Short-time Fourier transform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.key_types import FLAG
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.spectra import Spectrum

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class Stft(Spectrum):
    """Transforms frames of a signal to frequencies: a spectrogram.

    Output: 1 + ⌊L / hop⌋ frames if centred and `n_fft` is even, else 1 + ⌊(L − n_fft) / hop⌋; each has
    ⌊n_fft / 2⌋ + 1 bins, n_fft if not `onesided`. The bins are an axis before the frames, in
    Keras behind them, or channels: C × bins. `complex` gives a real and an imaginary channel
    for each, else a bin is one number: a magnitude or a power.
    Weights: none; the window is an argument of the transform.
    MACs: none; the work of the transform depends on its algorithm, and is unknown.
    Window: `window` elements around the middle of the frame, `hop` apart.
    """

    source = "stft documentation of PyTorch, Spectrogram of torchaudio, ops.stft of Keras"
    example = "- slice: {channels: [0, 1]}\n- stft: {n_fft: 16, hop: 4, bins: channels}"

    onesided: bool = key(FLAG, True, help="whether the bins of negative frequencies are left out")
    complex: bool = key(FLAG, False, help="whether a bin is a real and an imaginary number")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class."""
        x = inputs[0]
        frames, window = self.frames(x)
        bins = self.n_fft // 2 + 1 if self.onesided else self.n_fft
        parts = x._replace(channels=x.channels * (2 if self.complex else 1))
        output, windows = self.laid_out(parts, bins, frames, window, last=self.rules.channels_last)
        return Facts(output, windows=windows, work=None)
