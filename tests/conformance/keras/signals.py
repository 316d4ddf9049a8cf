"""Keras' spectra and masks."""

from __future__ import annotations

from ..cases import Case
from ..stating import FIRST, LAST, Stated, Statement, layer
from .views import through


def mel_spectrogram(case: Case) -> Stated:
    """The bins before the frames; a signal has no axis of channels."""
    _, length = case.shapes[0]
    entry = layer("mel_spectrogram", case.args, bins="channels")
    return Stated(({"channels": 1, "size": [length]},), [entry], FIRST)


def stft(case: Case) -> Stated:
    """The bins behind the frames."""
    _, length = case.shapes[0]
    return Stated(({"channels": 1, "size": [length]},), [layer("stft", case.args)], LAST)


def masking(case: Case) -> Stated:
    """Its arguments are ours."""
    return through(case, layer("masking", case.args))


TABLE: dict[str, Statement] = {
    "Masking": masking,
    "MelSpectrogram": mel_spectrogram,
    "Stft": stft,
}
