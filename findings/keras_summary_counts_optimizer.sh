#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2, Model.summary and Model.count_params.
#
# One would guess: "Total params" of a summary is what count_params returns, and the sum of the lines "Trainable params"
# and "Non-trainable params", before and after training.
# What happens: once it was trained, a model of 3,241 parameters says "Total params: 9,725": the optimizer's are in the
# total, two numbers a parameter for Adam, one for SGD with momentum, and two more (step and learning rate) in any
# case. The file keeps them, and a network built anew from the JSON of a trained one, which has no weights in it, says
# 9,725, too. count_params says 3,241 throughout. Which of the two a size is read from, and when, decides it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
cd "$folder"
KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PYTHON'
import re
import sys

import keras
import numpy as np
from keras import layers


def network():
    return keras.Sequential(
        [layers.Input((8, 8, 4)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(10), layers.Dense(5)]
    )


def totals(model):
    """The total of the summary, the sum of its lines of layers, and count_params."""
    texts = []
    model.summary(print_fn=lambda text, **_: texts.append(text))
    lines = dict(re.findall(r"^ *([\w-]+) params: ([\d,]+)", "\n".join(texts), re.MULTILINE))
    numbers = {name: int(value.replace(",", "")) for name, value in lines.items()}
    print("   ", numbers)
    return numbers["Total"], numbers["Trainable"] + numbers["Non-trainable"], model.count_params()


found = {}
for optimizer in ("adam", keras.optimizers.SGD(momentum=0.9), keras.optimizers.SGD()):
    name = f"{optimizer if isinstance(optimizer, str) else f'SGD, momentum {optimizer.momentum}'}"
    model = network()
    found[name, "new"] = totals(model)
    model.compile(optimizer, "mse")
    found[name, "compiled"] = totals(model)
    model.fit(np.zeros((4, 8, 8, 4)), np.zeros((4, 5)), verbose=0)
    found[name, "trained"] = totals(model)
    model.save("model.keras")
    found[name, "loaded"] = totals(keras.saving.load_model("model.keras"))
    found[name, "from JSON"] = totals(keras.models.model_from_json(model.to_json()))
print("Keras", keras.__version__, "on", keras.backend.backend())
for (name, state), values in found.items():
    print(f"{name}, {state}: total, layers', count_params: {values}")
size = (3 * 3 * 4 + 1) * 8 + (6 * 6 * 8 + 1) * 10 + (10 + 1) * 5
with_state = {"adam": 3 * size + 2, "SGD, momentum 0.9": 2 * size + 2, "SGD, momentum 0.0": size + 2}
sys.exit(
    any(
        values != (size if state in {"new", "compiled"} else with_state[name], size, size)
        for (name, state), values in found.items()
    )
    or size != 3241
)
PYTHON
