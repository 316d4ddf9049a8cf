"""Keras: the picture of ResNet-152 by `plot_model`, laid out by Graphviz."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "torch")

import keras

if __name__ == "__main__":
    model = keras.applications.ResNet152(weights=None)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "resnet152.svg")
        keras.utils.plot_model(model, path, show_shapes=True)
