"""What Keras makes of the code of a network: the shapes of its layers, its weights."""

from __future__ import annotations

import os
from collections import Counter
from math import prod
from typing import TYPE_CHECKING, Any

# Tensors of PyTorch need have no values.
os.environ["KERAS_BACKEND"] = "torch"

import keras

from cnncalc.exporters.base.keras_table import LAYERS, WHY
from cnncalc.exporters.base.place import translate

if TYPE_CHECKING:
    from types import ModuleType

    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network

__all__ = ["ask", "params"]


def ask(module: ModuleType, network: Network) -> dict[str, Any]:
    """Builds the model that the last function of the module makes.

    Raises ArithmeticError if a layer has another output than cnncalc says.
    """
    functions = [v for v in vars(module).values() if callable(v) and v.__module__ == "exported"]
    model = make(functions[-1])
    compared = _compare(model, network)
    outputs = model.outputs
    return {
        "layers": compared,
        "outputs": [list(output.shape[1:]) for output in outputs],
        "params": sum(prod(w.shape) for w in model.trainable_weights),
        "buffers": sum(prod(w.shape) for w in model.non_trainable_weights if "seed" not in w.path),
    }


def params(module: ModuleType, **arguments: Any) -> int:
    """The parameters of the network with other arguments."""
    model = make(list(vars(module).values())[-1], **arguments)
    return sum(prod(weight.shape) for weight in model.trainable_weights)


def make(function: Any, **arguments: Any) -> keras.Model:
    """The model of a function: without values, unless an operation needs them to find a shape."""
    keras.backend.clear_session()
    try:
        with keras.device("meta"):
            return function(**arguments)
    except (RuntimeError, TypeError):
        keras.backend.clear_session()
        return function(**arguments)


def _compare(model: keras.Model, network: Network) -> int:
    """How many layers have the output that cnncalc says."""
    codes = translate(network, LAYERS, WHY, "Keras")
    made = [
        node
        for node in network.nodes
        if node.index in codes and "" in codes[node.index].made and node.shared_with is None
        and codes[node.index].given.startswith("{m}(")
    ]  # fmt: skip
    classes = {codes[node.index].made[""].function.rpartition(".")[2] for node in made}
    layers = [layer for layer in model.layers if type(layer).__name__ in classes]
    # Keras lists layers by their distance from the outputs, so that branches are mixed.
    found = Counter((type(layer).__name__, tuple(layer.output.shape[1:])) for layer in layers)
    said = Counter(
        (codes[n.index].made[""].function.rpartition(".")[2], _shape(n.output)) for n in made
    )
    if found != said:
        raise ArithmeticError(f"{network.name}: {found - said} in place of {said - found}")
    return len(layers)


def _shape(shape: Shape) -> tuple[int, ...]:
    return shape.size if shape.form else (*shape.size, shape.channels)
