"""Asks Keras for spectra and masks: layers executed, and `ops.stft` on every signal of a batch."""

from __future__ import annotations

import os
import warnings
from typing import Any

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np

from .dice import Dice, Draw
from .refusal import refusal

__all__ = ["ARGS", "DRAWS", "FEW", "NOTE", "VERSIONS", "ask"]

warnings.simplefilter("ignore")

ARGS = "config"
FEW = ("Masking",)
VERSIONS = {"keras": keras.__version__}
NOTE = (
    "out: of a call on a batch of 2, not of a symbolic one, whose MelSpectrogram has a frame too many where "
    "the stride divides the length + 1; Stft: the real part of ops.stft, with an axis of one channel; macs null"
)


def ask(cls: str, config: dict[str, Any], shapes: list[Any]) -> dict[str, Any]:
    """What Keras says to `cls(**config)` on a tensor of `shapes[0]`."""
    x = np.zeros(shapes[0], dtype="float32")
    try:
        if cls == "Stft":
            out = keras.ops.stft(x, **config)[0][..., None]
            return {"out": list(out.shape), "params": 0, "macs_b1": None}
        layer = getattr(keras.layers, cls)(**config)
        return {
            "out": list(layer(x).shape),
            "params": layer.count_params(),
            "macs_b1": None if cls == "MelSpectrogram" else 0,
        }
    except Exception as error:
        return refusal(error, "call")


def signal(dice: Dice) -> list[list[int]]:
    return [[2, dice.between(1, 80)]]


def mel_spectrogram(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    fft = 2 * dice.between(2, 16)
    config = {"fft_length": fft, "sequence_stride": dice.between(1, 12)}
    config |= {"num_mel_bins": dice.between(1, 24)}
    return config | dice.some(sequence_length=dice.between(1, fft)), signal(dice)


def stft(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    fft = dice.between(2, 32)
    config = {"fft_length": fft, "sequence_stride": dice.between(1, 12)}
    config |= {"sequence_length": max(1, dice.between(1, fft) + dice.chance(20))}
    return config | dice.some(center=not dice.chance(2)), signal(dice)


def masking(dice: Dice) -> tuple[dict[str, Any], list[Any]]:
    return dice.some(mask_value=1.0), [[2, *dice.axes(dice.between(2, 3), 1, 8)]]


DRAWS: dict[str, Draw] = {"Masking": masking, "MelSpectrogram": mel_spectrogram, "Stft": stft}
