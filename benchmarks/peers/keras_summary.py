"""Keras: a functional ResNet-50 and the text of its summary."""

from __future__ import annotations

import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "torch")

from typing import Any

import keras
from keras import layers
from timing import best

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))


def normed(x: Any, filters: int, kernel: int, stride: int = 1) -> Any:
    x = layers.ZeroPadding2D(kernel // 2)(x) if kernel > 1 else x
    return layers.BatchNormalization()(layers.Conv2D(filters, kernel, stride, use_bias=False)(x))


def resnet50() -> keras.Model:
    inputs = keras.Input((224, 224, 3))
    x = layers.ZeroPadding2D(1)(layers.ReLU()(normed(inputs, 64, 7, 2)))
    x = layers.MaxPooling2D(3, 2)(x)
    for mid, times in STAGES:
        for index in range(times):
            stride = 2 if index == 0 and mid > STAGES[0][0] else 1
            main = layers.ReLU()(normed(x, mid, 1))
            main = normed(layers.ReLU()(normed(main, mid, 3, stride)), 4 * mid, 1)
            shortcut = x if index else normed(x, 4 * mid, 1, stride)
            x = layers.ReLU()(layers.Add()([main, shortcut]))
    return keras.Model(inputs, layers.Dense(1000)(layers.GlobalAveragePooling2D()(x)))


def main() -> None:
    def once() -> keras.Model:
        model = resnet50()
        model.summary(print_fn=lambda text, **_: None)
        return model

    params = sum(weight.numpy().size for weight in once().trainable_weights)
    print(json.dumps({"params": params, "seconds": best(once, runs=2)}))


if __name__ == "__main__":
    main()
