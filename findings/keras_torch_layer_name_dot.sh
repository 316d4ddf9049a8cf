#!/usr/bin/env bash
# Keras 3.15.1 with the backends JAX 0.10.2 and torch 2.13.0: names of layers with a dot.
#
# One would guess: what a layer may be called is up to Keras, and a .keras file is read by every backend.
# What happens: a layer named "features.0", as PyTorch numbers them, is built, saved and loaded with JAX; with
# PyTorch its variables cannot be registered ("parameter name can't contain "."": their path is the name), so neither
# the layer nor the file that JAX wrote can be built. A slash is refused by both, with Keras' own message.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check keras==3.15.1 jax==0.10.2 torch==2.13.0 numpy==2.4.6
cat >"$folder/names.py" <<'PYTHON'
import sys

import keras

path, expected = sys.argv[1], sys.argv[2].split()


def tried(make):
    try:
        make()
    except (KeyError, ValueError) as error:
        print("   ", str(error)[:100])
        return type(error).__name__
    return "works"


def built(name):
    return keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(4, 3, name=name)])


print("Keras", keras.__version__, "on", keras.backend.backend())
if keras.backend.backend() == "jax":
    built("features.0").save(path)
found = [tried(lambda: built("features.0")), tried(lambda: keras.saving.load_model(path)), tried(lambda: built("a/b"))]
print("built with a dot, file of JAX loaded, built with a slash:", found)
sys.exit(found != expected)
PYTHON
KERAS_BACKEND=jax "$folder/venv/bin/python" "$folder/names.py" "$folder/model.keras" "works works ValueError"
KERAS_BACKEND=torch "$folder/venv/bin/python" "$folder/names.py" "$folder/model.keras" "KeyError KeyError ValueError"
