"""The visual wake words of MLPerf Tiny."""

from __future__ import annotations

import keras
from keras import layers


def person_detection(input_shape: tuple[int, ...]) -> keras.Model:
    """MobileNet of a quarter of the channels, with biases before norms."""
    first = x = keras.Input(input_shape)
    x = _normalised(layers.Conv2D(8, 3, strides=2, padding="same"), x)
    widths = (
        (16, 1),
        (32, 2),
        (32, 1),
        (64, 2),
        (64, 1),
        (128, 2),
        *[(128, 1)] * 5,
        (256, 2),
        (256, 1),
    )
    for filters, stride in widths:
        x = _normalised(layers.DepthwiseConv2D(3, strides=stride, padding="same"), x)
        x = _normalised(layers.Conv2D(filters, 1, padding="same"), x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(first, layers.Dense(2, activation="softmax")(x))


def _normalised(layer: layers.Layer, x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.ReLU()(layers.BatchNormalization()(layer(x)))
