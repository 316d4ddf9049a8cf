"""Recurrent layers as nodes of ONNX: sequences are (steps, batch, features) there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.onnx.spot import Spot

_MERGES = {"sum": "ReduceSum", "average": "ReduceMean", "multiply": "ReduceProd"}


def recurrent(op: str, gates: int) -> Callable[[Spot], str]:
    """A recurrent layer; raises Refusal of what cannot be said."""

    def translate(spot: Spot) -> str:
        layer, rules = spot.layer, spot.plain.rules
        if layer.projection is not None:
            raise spot.refuse("ONNX's LSTM has no projection of its state")
        if op == "GRU" and layer.bias and rules.gru_state_biases == "new" and layer.reset_after:
            raise spot.refuse("a bias of the state for one gate alone is not written yet")
        both = 2 if layer.bidirectional != "none" else 1
        x = spot.turn(spot.read[0], 2, 0, 1)
        features = spot.x.channels
        for number in range(layer.layers):
            states, last = _cell(spot, op, gates, x, number, features)
            features = layer.units * (2 if layer.bidirectional == "concat" else 1)
            if number < layer.layers - 1 or layer.return_ == "sequence":
                x = _join(spot, states, 1, both)
        if layer.return_ == "last":
            return _join(spot, last, 0, both)
        return spot.turn(x, 1, 2, 0)

    return translate


def _cell(spot: Spot, op: str, gates: int, x: str, number: int, features: int) -> list[str]:
    """One layer of the stack: the states of all steps, and the last ones."""
    layer, units = spot.layer, spot.layer.units
    both = 2 if layer.bidirectional != "none" else 1
    rows = gates * units
    name = str(number) if layer.layers > 1 else ""
    weights = [
        spot.weight(f"kernel{name}", (both, rows, features), "kernel", features),
        spot.weight(f"recurrent{name}", (both, rows, units), "kernel", units),
    ]
    if layer.bias:
        weights.append(_biases(spot, f"bias{name}", both, rows))
    more: dict[str, Any] = {"direction": "bidirectional"} if both > 1 else {}
    if op == "GRU":
        more["linear_before_reset"] = int(layer.reset_after)
    return spot.add_many(2, op, x, *weights, hidden_size=units, **more)


def _biases(spot: Spot, name: str, both: int, rows: int) -> str:
    """The biases of the input and of the state; one that the dialect does not have is zero."""
    if spot.layer.biases > 1:
        return spot.weight(name, (both, 2 * rows), "bias")
    held = spot.weight(name, (both, rows), "bias")
    zeros = spot.add("ConstantOfShape", spot.ints(both, rows), part="zeros")
    return spot.add("Concat", held, zeros, axis=1, part="biases")


def _join(spot: Spot, states: str, axis: int, both: int) -> str:
    """Both directions as the layer merges them; `axis` is theirs."""
    layer = spot.layer
    if both == 1:
        return spot.add("Squeeze", states, spot.ints(axis))
    if layer.bidirectional != "concat":
        return spot.add(_MERGES[layer.bidirectional], states, spot.ints(axis), keepdims=0)
    if axis:
        turned = spot.turn(states, 0, 2, 1, 3)
        return spot.add("Reshape", turned, spot.ints(0, 0, 2 * layer.units))
    return spot.reshape(spot.turn(states, 1, 0, 2), 2 * layer.units)
