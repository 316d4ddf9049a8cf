"""Additive noise."""

from __future__ import annotations

from cnncalc.bases.noise import RATE, Noise
from cnncalc.keys import key


class GaussianNoise(Noise):
    """Adds noise of deviation `rate` while training; the identity at inference."""

    saves = ()
    source = "GaussianNoise documentation of Keras"
    example = "- gaussian_noise: 0.1"

    rate: float = key(RATE, 0.5, help="changes no count")
