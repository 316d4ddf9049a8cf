"""Recurrent layers and attention as Keras writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place

_MODES = {"concat": '"concat"', "sum": '"sum"', "average": '"ave"', "multiply": '"mul"'}
_CELLS = {"LSTM": "BiasedLSTMCell", "SimpleRNN": "BiasedRNNCell"}
"""Classes of the file whose gates have a second bias. That of a GRU is `reset_after`."""


def recurrent(function: str) -> Callable[[Place], Code]:
    """A recurrent layer, or a stack of them; raises Refusal of what cannot be said."""

    def translate(place: Place) -> Code:
        layer = place.layer
        if layer.projection is not None:
            raise place.refuse("Keras projects no state")
        resets = getattr(layer, "reset_after", True) is not False
        cell = _CELLS.get(function, "") if layer.biases > 1 and layer.bias else ""
        if function == "GRU" and layer.bias and resets != (layer.biases > 1):
            raise place.refuse("a GRU of Keras has two biases where it resets after the product, else one",
                               help="bias: false")  # fmt: skip
        slots = {
            "units": Slot(layer.units, "units", "out" if layer.bidirectional == "none" else "")
        }
        arguments = [Argument("{units}")]
        if not cell:
            slots["bias"] = Slot(layer.bias, "bias")
            arguments.append(Argument("{bias}", "use_bias", True))
        if not resets:
            arguments.append(Argument("False", "reset_after"))
        made = _stack(layer, function, cell, arguments)
        return Code("{m}({0})", {"": made}, slots, needs=(cell,) if cell else ())

    return translate


def _stack(layer: Any, function: str, cell: str, arguments: list[Argument]) -> Made:
    """One layer, or several behind each other, all but the last of which give every step."""
    sequence = Argument("True", "return_sequences")
    last = [sequence] if layer.return_ == "sequence" else []
    top = _layer(layer, function, cell, arguments, last)
    if layer.layers == 1:
        return top
    inner = _layer(layer, function, cell, arguments, [sequence])
    return Made("keras.Sequential", (Argument((*[inner] * (layer.layers - 1), top)),))


def _layer(
    layer: Any, function: str, cell: str, arguments: list[Argument], more: list[Argument]
) -> Made:
    """One layer of the stack."""
    made = Made(f"layers.{function}", (*arguments, *more))
    if cell:
        made = Made("layers.RNN", (Argument(Made(cell, tuple(arguments))), *more))
    if layer.bidirectional == "none":
        return made
    mode = Argument(_MODES[layer.bidirectional], "merge_mode", '"concat"')
    return Made("layers.Bidirectional", (Argument(made), mode))


def attention(place: Place) -> Code:
    """Self-attention over the positions of a map: Keras' own where it has it, otherwise a class of the file.

    Raises Refusal of what cannot be said.
    """
    layer, x = place.layer, place.x
    if len(place.inputs) > 1:
        raise place.refuse("attention between several tensors is not written yet")
    weights = place.node.facts.weights or {}
    channels, heads, key_dim = weights["query"]
    kv_heads, value_dim = weights["value"][1:]
    output = weights["output"][-1]
    slots = {
        "heads": Slot(heads, "heads"),
        "key_dim": Slot(key_dim, "key_dim"),
        "value_dim": Slot(value_dim, "value_dim"),
        "output": Slot(output, "output", "in" if output == channels else ""),
        "dropout": Slot(float(layer.dropout or 0), "dropout"),
    }
    dropout = Argument("{dropout}", "dropout", 0.0)
    if layer.window is None and x.rank == 1 and layer.bias in (True, False) and kv_heads == heads:
        slots["bias"] = Slot(bool(layer.bias), "bias")
        arguments = [
            Argument("{heads}"),
            Argument("{key_dim}"),
            Argument("{value_dim}", "value_dim", "{key_dim}"),
            dropout,
            Argument("{bias}", "use_bias", True),
        ]
        if output == channels:
            del slots["output"]
        else:
            arguments.append(Argument("{output}", "output_shape"))
        made = Made("layers.MultiHeadAttention", tuple(arguments))
        return Code("{m}({0}, {0})", {"": made}, slots)
    more = _keep_apart(place, slots)
    sizes = ("{heads}", "{key_dim}", "{value_dim}", "{output}")
    made = Made("Attention", (*(Argument(size) for size in sizes), *more, dropout))
    return Code("{m}({0})", {"": made}, slots, needs=("Attention",))


def _keep_apart(place: Place, slots: dict[str, Slot]) -> list[Argument]:
    """What Keras' own attention has not: keys of several heads, windows, distances, some of the biases."""
    layer, rank = place.layer, place.x.rank
    kv_heads = (place.node.facts.weights or {})["value"][1]
    arguments = []
    if kv_heads != slots["heads"].value:
        slots["kv_heads"] = Slot(kv_heads, "kv_heads")
        arguments.append(Argument("{kv_heads}", "kv_heads"))
    if layer.window is not None:
        window, shift = (per_axis(getattr(layer, key), rank, key) for key in ("window", "shift"))
        arguments += [_list_numbers("window", window, slots), _list_numbers("shift", shift, slots)]
    if layer.relative_bias:
        arguments.append(Argument("True", "relative"))
    if layer.bias is not True:
        names = "".join(f'"{name}", ' for name in layer.bias or ())
        arguments.append(Argument(f"({names})", "bias"))
    return arguments


def _list_numbers(name: str, values: tuple[int, ...], slots: dict[str, Slot]) -> Argument:
    """A tuple with a slot for each of its numbers."""
    for axis, value in enumerate(values):
        slots[f"{name}_{axis}"] = Slot(value)
    places = ", ".join(f"{{{name}_{axis}}}" for axis in range(len(values)))
    return Argument(f"({places}{',' * (len(values) == 1)})", name)
