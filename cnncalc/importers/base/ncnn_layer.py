"""A layer of ncnn: its parameters by number, its axes, and the activation that it may end with.

Source: docs/developer-guide/operators.md of Tencent/ncnn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Tensor

ABSENT = -233
"""What ncnn writes for a number that is not stated."""
_MOST = 2**31
"""Numbers are those of 32 bits."""


class Layer(NamedTuple):
    """A layer of the file: its parameters by number, as they are written."""

    name: str
    type: str
    line: int
    bottoms: list[str]
    tops: list[str]
    values: Mapping[int, list[str]]

    def has(self, number: int) -> bool:
        """Whether a parameter is stated."""
        return number in self.values

    def integer(self, number: int, default: int) -> int:
        """A whole number; raises Unreadable."""
        found = self.integers(number)
        return found[0] if found else default

    def integers(self, number: int) -> list[int]:
        """A list of whole numbers; raises Unreadable."""
        found = []
        for text in self.values.get(number, ()):
            try:
                value = int(text)
            except ValueError:
                value = _MOST
            if not -_MOST < value < _MOST:
                raise self.wrong(f"has {number}={cut(text, NAME)}, which must be a whole number")
            found.append(value)
        return found

    def numbers(self, number: int) -> list[float]:
        """A list of numbers; raises Unreadable."""
        try:
            return [float(text) for text in self.values.get(number, ())]
        except ValueError:
            said = cut(",".join(self.values[number]), NAME)
            raise self.wrong(f"has {number}={said}, which must be numbers") from None

    def number(self, number: int, default: float) -> float:
        """A number; raises Unreadable."""
        return (self.numbers(number) or [default])[0]

    def wrong(self, message: str, *, help: str = "") -> Unreadable:
        """An error that names the layer."""
        return Unreadable(f"{self.type} `{cut(self.name, NAME)}` {message}", self.line, help=help)


def place_of(layer: Layer, number: int, tensor: Tensor) -> int:
    """An axis, the outermost being 0, as a place; raises Unreadable if there is none."""
    rank = len(tensor.axes)
    if not -rank <= number < rank:
        raise layer.wrong(f"works along axis {number} of {rank}")
    return number % rank


def activation(layer: Layer, kind: int = 9, values: int = 10) -> Data:
    """The activation that a layer ends with; raises Unreadable for one that does not exist."""
    number = layer.integer(kind, 0)
    given = [*layer.numbers(values), 0.0, 0.0]
    if number == 3:
        six = given[:2] == [0.0, 6.0]
        return {"activation": "relu6" if six else {"hard_tanh": {"min": given[0], "max": given[1]}}}
    known: dict[int, Data] = {
        0: {}, 1: {"activation": "relu"}, 2: {"activation": {"leaky_relu": {"slope": given[0]}}},
        4: {"activation": "sigmoid"}, 5: {"activation": "mish"}, 6: {"activation": "hard_swish"},
        7: {"activation": "gelu"},
    }  # fmt: skip
    if number not in known:
        raise layer.wrong(f"has the activation {number}, which is not known here")
    return known[number]
