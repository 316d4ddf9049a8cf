#!/usr/bin/env bash
# Keras 3.15.1 on JAX 0.10.2, get_config (what a .keras file holds) of a functional model with a model inside.
#
# One would guess: a call has one number in the whole file, its place in the layer's `inbound_nodes`; of what
# is called once that is 0.
# What happens: for an inner functional model that is called once, `inbound_nodes` holds one call, and a layer
# behind it reads call 0; but if the inner model gives an output of the outer one, `output_layers` says call 1,
# which is not in the file. Of a Sequential model, and of a layer, both say 0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 numpy==2.4.6
KERAS_BACKEND=jax "$folder/venv/bin/python" - <<'PYTHON'
import sys

import keras


def functional():
    a = keras.Input((4,), name="a")
    return keras.Model(a, keras.layers.Dense(3, name="d")(a), name="inner")


def sequential():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="d")], name="inner")


def layer():
    return keras.layers.Dense(3, name="inner")


print("Keras", keras.__version__)
found = {}
for make in (functional, sequential, layer):
    x = keras.Input((4,), name="x")
    config = keras.Model(x, make()(x)).get_config()
    (entry,) = (one for one in config["layers"] if one["name"] == "inner")
    calls, (_, last, _) = len(entry["inbound_nodes"]), config["output_layers"]
    x = keras.Input((4,), name="x")
    behind = keras.Model(x, keras.layers.ReLU()(make()(x))).get_config()["layers"][-1]
    _, read, _ = behind["inbound_nodes"][0]["args"][0]["config"]["keras_history"]
    found[make.__name__] = (calls, last, read)
    print(f"{make.__name__:10} calls written: {calls}, call in output_layers: {last}, call read by the layer behind: {read}")
sys.exit(found != {"functional": (1, 1, 0), "sequential": (1, 0, 0), "layer": (1, 0, 0)})
PYTHON
