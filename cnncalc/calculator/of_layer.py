"""Formulas that are a layer's own: its keys are the inputs, its `facts` the computation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from cnncalc import registry
from cnncalc.calculator.derivations.tracing import Traced
from cnncalc.calculator.formula import Formula
from cnncalc.dialects.base.dialect import dialect_names, find, spellings
from cnncalc.errors import Refusal
from cnncalc.language.kinds import WRAPPERS, layer_class
from cnncalc.layers.base.key_types import COUNT, Axes, Bad, Choice
from cnncalc.layers.base.keys import Key, key
from cnncalc.layers.base.shape import Shape
from cnncalc.vocabulary.base.vocabulary import synonyms
from cnncalc.working.steps import PLAIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cnncalc.layers.base.layer import Layer
    from cnncalc.working.steps import Plain

SIZE = Axes(COUNT, most=4)
DIALECT = Choice(*dialect_names())

_CHANNELS = "in_channels, features, in_features, input_size, input_dim, embed_dim"

SHARED = {
    name: declared._replace(name=name)
    for name, declared in {
        "input": key(SIZE, None, help="size of the input, a number for each axis"),
        "channels": key(
            COUNT, None, also=_CHANNELS, help="channels or features of the input, or of each"
        ),
        "dialect": key(DIALECT, None, help="whose rules count where they differ"),
    }.items()
}
"""What formulas of layers take besides the keys of the layer."""

ENOUGH = 1 << 12
"""A size into which every window fits, for numbers that do not depend on the size."""


class OfLayer(Formula):
    """Base of formulas about one kind of layer on one input."""

    kind: ClassVar[str]
    """The kind of layer."""

    def __init__(self, **values: Any) -> None:
        """Every key as a keyword; the defaults of the dialect before those of the formula."""
        if dialect := values.get("dialect"):
            defaults = find(dialect).defaults.get(self.kind, {})
            values = {**{k: v for k, v in defaults.items() if k in self.keys}, **values}
        super().__init__(**values)

    def layer(self) -> Layer:
        """The layer with the keys that are given."""
        layer = layer_class(self.kind)
        names = {name: _own(self.kind, name) for name in layer.keys}
        values = {name: self.__dict__[own] for name, own in names.items() if own in self.keys}
        return layer(dialect=self.__dict__["dialect"], **values)

    @classmethod
    def spellings(cls, key: str) -> Sequence[str]:
        """What frameworks call the key of the layer, and what else the input is called."""
        return [*spellings(cls.kind, key), *super().spellings(key)]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The size that is given, as a tuple; empty if none is."""
        given = self.__dict__["input"]
        return () if given is None else given if isinstance(given, tuple) else (given,)

    def trace(self, w: Plain, *, sized: bool) -> Traced:
        """The layer on the first input that it takes; raises Refusal if it takes none.

        A layer of several inputs has as many as it needs, all alike. Without a size, one that every
        window fits is taken, unless the number depends on it (`sized`): then Bad says what is missing.
        """
        layer, refused = self.layer(), []
        for shape in self._shapes():
            shapes = [shape] * max(1, layer.operands[0])
            try:
                Traced(PLAIN, layer, shapes)
            except Refusal as refusal:
                refused.append(refusal)
                continue
            if sized and shape.size and not self.sizes:
                raise Bad("is needed: the number depends on the size", at=("input",))
            return Traced(w, layer, shapes)
        if self.__dict__.get("channels", 1) is None:
            raise Bad("is needed", at=("channels",))
        raise next((r for r in refused if r.code not in ("E302", "E303")), refused[0])

    def _shapes(self) -> Iterator[Shape]:
        """The inputs that are tried: a map of the size given; else a vector, maps, ids."""
        channels, sizes = self.__dict__.get("channels"), self.sizes
        if channels is not None and not sizes:
            yield Shape(channels)
        if channels is not None:
            usual = layer_class(self.kind).usual_axes
            ranks = dict.fromkeys((usual, 2, 1, 3, 4)) if not sizes else (len(sizes),)
            for rank in ranks:
                yield Shape(channels, sizes or (ENOUGH,) * rank)
        else:
            yield Shape(1, sizes or (ENOUGH,), form="tokens")


class Family(OfLayer):
    """Base of formulas for every kind of layer: the word behind their name is the kind."""

    variants = tuple(sorted({*registry.names("layers"), *synonyms()} - WRAPPERS))
    # No option can say a layer.
    declined = dict.fromkeys(WRAPPERS, "applies another layer: ask for that one, or write a spec")

    @classmethod
    def variant(cls, word: str) -> type[Formula]:
        """The formula of one kind, with the keys of its layer."""
        kind = synonyms().get(word, word)
        layer = layer_class(kind)
        name = cls.__module__.rpartition(".")[2].replace("_", "-")
        spelt = word.replace("_", "-")
        summary = (layer.__doc__ or "").strip().split("\n")[0]
        return type(
            cls.__name__,
            (cls,),
            {
                "__doc__": f"{(cls.__doc__ or '').strip()}\n\n{kind}: {summary}",
                "__module__": cls.__module__,
                "called": f"{name} {spelt}",
                "keys": _keys(kind, layer),
                "examples": [call for call in cls.examples if call.split()[1] == spelt],
                "kind": kind,
                "source": layer.source,
                "variants": (),
            },
        )


def _keys(kind: str, layer: type[Layer]) -> dict[str, Key]:
    """The keys of a layer that can be given, and those of all, but channels where it has none."""
    found = {}
    for name, declared in layer.keys.items():
        if _can_be_given(declared):
            own = _own(kind, name)
            found[own] = declared._replace(name=own)
    shared = {name: k for name, k in SHARED.items() if name != "channels" or not layer.reads_ids}
    return {**found, **shared}


def _own(kind: str, name: str) -> str:
    """What a key of a layer is called: `slice_channels`, where `channels` are those of the input."""
    return f"{kind}_{name}" if name in SHARED else name


def keys_of(kind: str, *names: str) -> dict[str, Key]:
    """Some keys of a kind of layer, and those that all formulas of layers take."""
    layer = layer_class(kind)
    return {**{name: layer.keys[name] for name in names}, **SHARED}


def _can_be_given(declared: Key) -> bool:
    """Whether a key of a layer is data: neither another layer nor the name of one."""
    return not declared.kind.takes_layer and declared.name != "like"
