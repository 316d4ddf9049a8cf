"""Networks of odd sizes and what real converters make of them: the size of every window's output.

`python -m tools.truth ported` writes a file for each way: PyTorch → ONNX → onnxruntime and OpenVINO, and
Keras → TensorFlow Lite. A way whose packages are not installed is left out, and said.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .dice import Dice

if TYPE_CHECKING:
    from collections.abc import Iterator

Layers = list[tuple[str, dict[str, Any]]]
"""A network: kinds and keys of our language, one reading the other."""

WAYS = {"torch": "ported_torch", "keras": "ported_keras"}
"""Where networks come from, and the module that takes them to their targets."""

NETS = 16


def answers(only: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The answers by the name of the way."""
    for name, module in WAYS.items():
        if only and name not in only:
            continue
        try:
            way = import_module(f".{module}", __package__)
        except ImportError as error:
            print(f"{name}: left out, {error}")
            continue
        nets = []
        for seed in range(NETS):
            size, layers = draw(Dice(seed), way.LAYERS, way.accepts)
            nets.append(
                {"name": f"{name}{seed}", "size": size, "layers": layers, **way.ask(size, layers)}
            )
        yield name, {"versions": way.VERSIONS, "note": NOTE, "nets": nets}


NOTE = (
    "layers: kind and keys as in a spec, each reads the one before; sizes: what the output of each "
    "that slides a window measures in a target, or `error`"
)


def draw(dice: Dice, kinds: dict[str, Any], accepts: Any) -> tuple[list[int], Layers]:
    """An odd size and a network of layers that the framework accepts, one behind the other."""
    size = [dice.between(31, 75) | 1, dice.between(31, 75) | 1]
    layers: Layers = []
    for _ in range(60):
        kind = dice.choice(sorted(kinds))
        layer = (kind, kinds[kind](dice))
        if accepts(size, [*layers, layer]):
            layers.append(layer)
        if len(layers) == 8:
            break
    return size, layers
