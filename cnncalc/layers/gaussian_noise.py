"""Additive noise."""

from __future__ import annotations

from cnncalc.layers.base.keys import key
from cnncalc.layers.base.noise import RATE, Noise


class GaussianNoise(Noise):
    """Adds noise of deviation `rate` while training; the identity at inference."""

    saves = ()
    source = "GaussianNoise documentation of Keras"
    example = "- gaussian_noise: 0.1"

    rate: float = key(RATE, 0.5, help="changes no count")
