"""Spectrogram on the mel scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import COUNT
from cnncalc.layers.base.keys import key
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.spectra import Spectrum

if TYPE_CHECKING:
    from cnncalc.layers.base.shape import Shape


class MelSpectrogram(Spectrum):
    """Transforms frames of a signal to frequencies, and sums these up on the mel scale.

    Output: 1 + ⌊L / hop⌋ frames if centred and `n_fft` is even, else 1 + ⌊(L − n_fft) / hop⌋; each
    has `mels` bins, or `mfcc` coefficients. The bins are an axis before the frames, or channels:
    C × mels.
    Weights: none. Buffers: in PyTorch the window, the filters, bins × mels, and the cosines, mels × mfcc.
    MACs: frames × (⌊n_fft / 2⌋ + 1) × mels for the filters, frames × mels × mfcc for the cosines;
    the work of the transform depends on its algorithm, and is unknown.
    Window: `window` elements around the middle of the frame, `hop` apart.
    """

    source = "MelSpectrogram and MFCC of torchaudio; MelSpectrogram documentation of Keras"
    example = "- slice: {channels: [0, 1]}\n- mel_spectrogram: {n_fft: 16, hop: 4, mels: 8}"

    mels: int = key(COUNT, 128, symbol="M", help="how many filters there are")
    mfcc: int | None = key(COUNT, None, help="how many cepstral coefficients are made of them")

    def facts(self, *inputs: Shape) -> Facts:
        """See the class; raises Refusal."""
        x = inputs[0]
        frames, window = self.frames(x)
        if self.mfcc is not None and self.mfcc > self.mels:
            raise Refusal("E311", f"{self.mels} mel bins give at most as many coefficients, not "
                          f"{self.mfcc}", key="mfcc")  # fmt: skip
        bins = self.n_fft // 2 + 1
        kept = {"window": (window.kernel,), "filters": (bins, self.mels)}
        each = bins * self.mels
        if self.mfcc is not None:
            kept["cosines"] = (self.mels, self.mfcc)
            each += self.mels * self.mfcc
        output, windows = self.laid_out(x, self.mfcc or self.mels, frames, window)
        return Facts(
            output,
            windows=windows,
            buffers=kept if self.rules.spectra_stored else {},
            macs=x.channels * x.copies * frames * each,
            work=None,
        )
