"""Recurrent layers and attention as PyTorch writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporting.code import Argument, Code, Made, Slot
from cnncalc.layers.base.shape import per_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.place import Place


def recurrent(function: str) -> Callable[[Place], Code]:
    """A recurrent layer on (batch, channels, steps); raises Refusal of what cannot be said."""

    def translate(place: Place) -> Code:
        layer = place.layer
        _refuse_cell(place, function)
        slots = {
            "in_channels": Slot(place.x.channels, "", "in"),
            "units": Slot(layer.units, "units", "out" if layer.bidirectional == "none" else ""),
            "layers": Slot(layer.layers, "layers"),
            "bias": Slot(layer.bias, "bias"),
        }
        both = layer.bidirectional == "concat"
        arguments = [
            Argument("{in_channels}"),
            Argument("{units}"),
            Argument("{layers}", "num_layers", 1),
            Argument("{bias}", "bias", True),
            Argument("True", "batch_first"),
        ]
        if layer.dropout and layer.layers > 1:
            # Between the layers that are stacked: there is none behind the last.
            slots["dropout"] = Slot(float(layer.dropout), "dropout")
            arguments.append(Argument("{dropout}", "dropout"))
        if both:
            arguments.append(Argument("True", "bidirectional"))
        if layer.projection is not None:
            slots["projection"] = Slot(layer.projection, "projection", "out")
            slots["units"] = slots["units"]._replace(role="")
            arguments.append(Argument("{projection}", "proj_size"))
        if layer.biases == 1 and layer.bias:
            inner = Argument(Made(function, tuple(arguments)))
            last = Argument(str(layer.return_ == "last"), "last")
            made = Made("Recurrent", (inner, last))
            return Code("{m}({0})", {"": made}, slots, needs=("Recurrent",))
        given = "{m}({0}.movedim(1, -1))[0]"
        given += "[:, -1]" if layer.return_ == "last" else ".movedim(-1, 1)"
        return Code(given, {"": Made(function, tuple(arguments))}, slots)

    return translate


def _refuse_cell(place: Place, function: str) -> None:
    """Raise Refusal of what PyTorch has not."""
    layer = place.layer
    if layer.bidirectional not in ("none", "concat"):
        raise place.refuse("PyTorch puts the two directions behind each other",
                           help="bidirectional: concat")  # fmt: skip
    if layer.bidirectional == "concat" and layer.return_ == "last":
        raise place.refuse("the last state of each direction is no step of the sequence in PyTorch",
                           help="`return: sequence`, and a pool over the steps")  # fmt: skip
    if function == "nn.GRU" and getattr(layer, "reset_after", True) is False:
        raise place.refuse("PyTorch resets the state after the product", help="reset_after: true")


def attention(place: Place) -> Code:
    """Self-attention: PyTorch's own where it has it, otherwise a class of the file.

    Raises Refusal of what cannot be said.
    """
    layer, x = place.layer, place.x
    if len(place.inputs) > 1:
        raise place.refuse("attention between several tensors is not written yet")
    weights = place.node.facts.weights or {}
    channels, heads, key_dim = weights["query"]
    kv_heads, value_dim = weights["value"][1:]
    output = weights["output"][-1]
    usual = (
        layer.window is None and heads * key_dim == channels == output and value_dim == key_dim
        and kv_heads == heads and layer.bias in (True, False)
    )  # fmt: skip
    slots = {"channels": Slot(channels, "", "in"), "heads": Slot(heads, "heads")}
    if usual and x.rank == 1:
        slots["bias"] = Slot(bool(layer.bias), "bias")
        slots["dropout"] = Slot(float(layer.dropout or 0), "dropout")
        given = (
            Argument("{channels}"),
            Argument("{heads}"),
            Argument("{dropout}", "dropout", 0.0),
            Argument("{bias}", "bias", True),
            Argument("True", "batch_first"),
        )
        made = Made("nn.MultiheadAttention", given)
        return Code("self_attention({m}, {0})", {"": made}, slots, needs=("self_attention",))
    slots |= {"key_dim": Slot(key_dim, "key_dim"), "value_dim": Slot(value_dim, "value_dim"),
              "output": Slot(output, "output", "in" if output == channels else "")}  # fmt: skip
    arguments = [Argument("{channels}"), Argument("{heads}"), Argument("{key_dim}"), Argument("{value_dim}"),
                 Argument("{output}")]  # fmt: skip
    arguments += _keep_apart(place, slots)
    return Code("{m}({0})", {"": Made("Attention", tuple(arguments))}, slots, needs=("Attention",))


def _keep_apart(place: Place, slots: dict[str, Slot]) -> list[Argument]:
    """What PyTorch's own attention has not: keys of several heads, windows, distances, some of the biases."""
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
    if layer.dropout:
        slots["dropout"] = Slot(float(layer.dropout), "dropout")
        arguments.append(Argument("{dropout}", "dropout"))
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
