"""A layer and its inputs with symbols for their numbers.

The symbols are those of the cheat sheet and of the field: I and O for sizes, C for channels, K for
filters, F for kernels, S for strides, P for padding. Axes are told apart (`I_h`, `I_w`) only where
they differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.layer import Layer
from cnncalc.layers.base.ranges import RANGE, RANGES
from cnncalc.layers.base.shape import LETTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.keys import Key
    from cnncalc.layers.base.shape import Shape
    from cnncalc.working.steps import Plain

AXES = [tuple(letters) for letters in LETTERS]
"""The letters of the axes of a map, by their number."""

_ALWAYS = ("S", "P")
"""Symbols that stand in a formula even where the value is the default."""


class Traced:
    """A layer, the shapes that it reads, and what it makes of them, all with symbols."""

    def __init__(self, w: Plain, layer: Layer, inputs: Sequence[Shape]) -> None:
        """Applies the layer; raises Refusal as the layer does."""
        self.axes = _axes(layer, inputs)
        self.inputs = [self._shape(w, x, place, inputs) for place, x in enumerate(inputs)]
        self.layer = self._layer(w, layer)
        self.facts = self.layer.apply(*self.inputs)

    def _shape(self, w: Plain, x: Shape, place: int, inputs: Sequence[Shape]) -> Shape:
        """An input with symbols; of several, each has its number, unless all are alike."""
        number = f"_{place + 1}" if len(set(inputs)) > 1 else ""
        of = f" of input {place + 1}" if number else ""
        letter, word = ("T", "ids") if x.is_tokens else ("I", "input size")
        size = tuple(
            w.add_given(f"{letter}{number}{self._suffix(axis, x.rank)}", n, f"{word}{of}")
            for axis, n in enumerate(x.size)
        )
        noun = "input channels" if x.size else "input features"
        channels = x.channels if x.form else w.add_given(f"C{number}", x.channels, f"{noun}{of}")
        copies = x.copies if x.copies == 1 else w.add_given(f"n{number}", x.copies, f"regions{of}")
        return x._replace(channels=channels, size=size, copies=copies)

    def _suffix(self, axis: int, rank: int) -> str:
        return f"_{self.axes[axis]}" if rank == len(self.axes) else ""

    def _layer(self, w: Plain, layer: Layer) -> Layer:
        """The layer with symbols for the numbers of its keys, those within a wrapped layer too."""
        values: dict[str, Any] = {}
        for name, declared in layer.keys.items():
            value = layer.__dict__[name]
            if value is None and name == "stride" and "size" in layer.keys:
                value = layer.__dict__["size"]  # windows lie side by side
            values[name] = value
            if isinstance(value, Layer):
                values[name] = self._layer(w, value)
            elif value != declared.default or declared.symbol in _ALWAYS:
                values[name] = self._value(w, declared, value)
        made = type(layer)(dialect=layer.dialect, **values)
        gates = getattr(layer, "gate_names", ())
        if len(gates) > 1:
            return _having(made, w.add_given("g", len(gates), f"gates: {', '.join(gates)}"))
        return made

    def _value(self, w: Plain, declared: Key, value: Any) -> Any:
        """A value with its symbol: one for all axes, one for each, or one for each side."""
        symbol = declared.symbol or declared.name
        meaning = declared.help.partition(";")[0]
        if type(value) is not tuple:
            # A shape, which is a tuple as well, stays as it is.
            return w.add_given(symbol, value, meaning)
        if declared.kind in (RANGE, RANGES) and not any(isinstance(part, tuple) for part in value):
            return tuple(
                w.add_given(
                    f"{side}_{symbol}", n, f"of the {symbol}; below 0 it counts from the end"
                )
                for side, n in zip(("start", "stop"), value, strict=True)
            )
        found = []
        for axis, part in enumerate(value):
            place = self._suffix(axis, len(value))
            if isinstance(part, tuple):
                sides = ("start", "end") if len(part) == 2 else map(str, range(len(part)))
                found.append(tuple(
                    w.add_given(f"{symbol}_{side}{place}", n, meaning)
                    for side, n in zip(sides, part, strict=True)
                ))  # fmt: skip
            else:
                found.append(w.add_given(f"{symbol}{place}", part, meaning))
        return tuple(found)

    def mac_parts(self) -> dict[str, int]:
        """The MACs by what they are for, where the layer tells them apart."""
        parts = getattr(self.layer, "mac_parts", None)
        found: dict[str, int] = parts(*self.inputs) if parts else {}
        return found

    def of_one_gate(self) -> dict[str, tuple[int, ...]]:
        """The weights of one gate of a recurrent layer: those that its other gates have as well."""
        single = _having(self.layer, 1).apply(*self.inputs).weights or {}
        whole = self.facts.weights or {}
        return {name: shape for name, shape in single.items() if shape != whole[name]}


def _having(layer: Layer, gates: int) -> Layer:
    """A recurrent layer with so many gates; a class of its own, as what is undecided is made anew."""
    kind = type(layer)
    namespace = {"gates": gates, "__module__": kind.__module__, "__doc__": kind.__doc__}
    values = {name: layer.__dict__[name] for name in layer.keys}
    made: Layer = type(kind.__name__, (kind,), namespace)(dialect=layer.dialect, **values)
    return made


def _axes(layer: Layer, inputs: Sequence[Shape]) -> tuple[str, ...]:
    """The letters that tell the axes apart; empty where all axes are alike."""
    rank = max((x.rank for x in inputs), default=0)
    alike = all(len(set(x.size)) <= 1 for x in inputs) and all(
        len(set(value)) <= 1
        for name, value in layer.__dict__.items()
        if isinstance(value, tuple) and name in layer.keys and len(value) == rank
    )
    return () if alike else AXES[rank]
