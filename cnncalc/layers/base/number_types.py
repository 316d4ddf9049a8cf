"""The types of a layer's numbers: one word for all, or one each for what it gives, its weights and biases."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc.layers.base.key_types import BITS, DTYPE, Bad, Kind, either


class Types(NamedTuple):
    """Types that are not all the same; what is not said follows from the others, and from what is read."""

    activations: str | None = None
    weights: str | None = None
    biases: str | None = None

    def to_dict(self) -> dict[str, str]:
        """As in a spec."""
        return {name: dtype for name, dtype in self._asdict().items() if dtype is not None}


NumberType = str | Types
"""What a `dtype` key holds."""


class TypesKind(Kind):
    """A type, or a mapping of the parts of a layer to types."""

    words = tuple(BITS)
    noun = "a type of numbers, or types of `activations`, `weights` and `biases`"

    def parse(self, value: Any) -> NumberType:
        """A word, or a record of several; raises Bad for words and parts that are none."""
        if not isinstance(value, dict):
            found: str = DTYPE.parse(value)
            return found
        for name in value:
            if name not in Types._fields:
                raise Bad(f"knows no `{name}`", "its parts are activations, weights and biases",
                          "E103", (name,), on_key=True)  # fmt: skip
        if not value:
            raise self._wrong(value)
        parts = {}
        for name, dtype in value.items():
            try:
                parts[name] = DTYPE.parse(dtype)
            except Bad as bad:
                raise bad.inside(name) from None
        return Types(**parts)

    def schema(self) -> dict[str, Any]:
        """A word, or an object of words."""
        parts = dict.fromkeys(Types._fields, DTYPE.schema())
        several = {"type": ["object"], "properties": parts, "additionalProperties": False,
                   "minProperties": 1}  # fmt: skip
        return either(DTYPE.schema(), several)


TYPES = TypesKind()


def type_of_output(dtype: NumberType | None) -> str | None:
    """The type of what a layer gives; None if it follows from elsewhere."""
    return dtype.activations if isinstance(dtype, Types) else dtype


def type_of_weights(dtype: NumberType | None) -> str | None:
    """The type of its weights, if it is another than that of what it gives."""
    return dtype.weights if isinstance(dtype, Types) else None


def type_of_biases(dtype: NumberType | None) -> str | None:
    """The type of its biases, if it is said."""
    return dtype.biases if isinstance(dtype, Types) else None


def plain_type(dtype: NumberType) -> Any:
    """As in a spec."""
    return dtype.to_dict() if isinstance(dtype, Types) else dtype
