"""Shapes as values of keys: `{channels: 3, size: [224, 224]}`, `{features: 100}`, `{tokens: 400}`.

A general tensor is `{shape: [12, 197, 64]}`.
"""

from __future__ import annotations

from typing import Any

from cnncalc.layers.base.key_types import COUNT, Axes, Bad, Kind, a_list, show
from cnncalc.layers.base.shape import MOST_AXES, MOST_OF_TENSOR, Shape
from cnncalc.registry import suggestion

_WORDS = ("channels", "size", "features", "shape", "tokens")
_FORMS = "write {channels: C, size: [H, W]}, {features: N}, {tokens: N} or {shape: [A, B, C]}"


class ShapeKind(Kind):
    """A map, a vector, token ids or a tensor; `each` is the kind of every number in it."""

    noun = "a shape: {channels: C, size: [H, W]}, {features: N}, {tokens: N} or {shape: [A, B, C]}"

    def __init__(self, each: Kind = COUNT, *, tokens: bool = True) -> None:
        """`tokens` says whether token ids are a possible answer."""
        self._each = each
        self._size = Axes(each, MOST_AXES)
        self._shape = Axes(each, MOST_OF_TENSOR)
        self._words = _WORDS if tokens else _WORDS[:-1]

    def parse(self, value: Any) -> Shape:
        """The shape; raises Bad unless exactly one of the four forms is given."""
        if isinstance(value, Shape):
            return value
        if not isinstance(value, dict):
            raise Bad(f"must be {self.noun}, got {show(value)}",
                      "channels and size are named because 3x224x224 and 224x224x3 look alike",
                      "E110")  # fmt: skip
        for word in value:
            if word not in self._words:
                help = suggestion(str(word), self._words) or _FORMS
                if str(word).startswith("batch"):
                    help = "leave it out: a spec is about one example, and `--batch` multiplies"
                raise Bad(f"has no `{word}`", help, "E110", (word,), on_key=True)
        given = set(value)
        if given == {"features"}:
            return Shape(self._part(value, "features", self._each))
        if given == {"tokens"}:
            tokens = self._part(value, "tokens", self._size)
            return Shape(1, tokens if isinstance(tokens, tuple) else (tokens,), form="tokens")
        if given == {"shape"} and isinstance(value["shape"], list):
            return Shape(1, self._part(value, "shape", self._shape), "tensor")
        if given != {"channels", "size"}:
            raise Bad("is not the shape of a map, a vector, token ids or a tensor", _FORMS, "E110")
        size = value["size"]
        if isinstance(size, (int, float)) and not isinstance(size, bool):
            raise Bad(f"`size: {size}` is ambiguous: 1-D or 2-D?",
                      f"write [{size}] for 1-D or [{size}, {size}] for 2-D", "E111", ("size",),
                      sentence=True)  # fmt: skip
        if not isinstance(size, list):
            raise Bad(f"`size` must be a list of one number per axis, got {show(size)}",
                      "write [L], [H, W] or [D, H, W]", "E110", ("size",), sentence=True)  # fmt: skip
        return Shape(
            self._part(value, "channels", self._each), self._part(value, "size", self._size)
        )

    def schema(self) -> dict[str, Any]:
        """A mapping of one of the four forms."""
        each = self._each.schema()
        words = {"channels": each, "size": a_list(each, 1, MOST_AXES), "features": each,
                 "shape": a_list(each, 1, MOST_OF_TENSOR), "tokens": self._size.schema()}  # fmt: skip
        return {
            "type": ["object"],
            "properties": {word: words[word] for word in self._words},
            "additionalProperties": False,
            "minProperties": 1,
            "dependencies": {"channels": ["size"], "size": ["channels"],
                             "features": {"maxProperties": 1}, "shape": {"maxProperties": 1},
                             "tokens": {"maxProperties": 1}},
        }  # fmt: skip

    def _part(self, value: dict[str, Any], word: str, kind: Kind) -> Any:
        try:
            return kind.parse(value[word])
        except Bad as bad:
            if not bad.sentence:
                bad = Bad(f"`{word}` {bad.message}", bad.help, bad.code, bad.at, sentence=True)
            raise bad.inside(word) from None


SHAPE = ShapeKind()
