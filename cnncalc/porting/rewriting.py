"""The ways to write a layer in another dialect, in the order in which converters take them."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from typing import TYPE_CHECKING, Any

from cnncalc.arithmetic.windows import SLIDING, TransposedWindow, Window
from cnncalc.layers.base.layer import Layer
from cnncalc.layers.crop import Crop
from cnncalc.layers.pad import Pad
from cnncalc.porting.way import Unsayable, Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.dialects.base.dialect import Dialect
    from cnncalc.layers.base.layer import Facts
    from cnncalc.layers.base.shape import Shape
    from cnncalc.porting.way import Target


def values_in(layer: Layer, name: str) -> dict[str, Any]:
    """The keys of a layer for one of another dialect; layers among them are of that dialect, too."""
    return {
        key: in_dialect(value, name) if isinstance(value, Layer) else value
        for key, value in ((key, layer.__dict__[key]) for key in layer.keys)
    }


def in_dialect(layer: Layer, name: str) -> Layer:
    """The same layer, its keys as they are, in another dialect."""
    return type(layer)(dialect=name, **values_in(layer, name))


def is_windowed(layer: Layer, facts: Facts) -> bool:
    """Whether its padding can be written in several ways."""
    if not facts.windows or "stride" not in layer.keys:
        return False
    if "output_padding" in layer.keys:
        return all(isinstance(window, TransposedWindow) for window in facts.windows)
    return all(isinstance(window, SLIDING) for window in facts.windows)


def assert_sayable(layer: Layer, rules: type[Dialect]) -> None:
    """Raises Unsayable if the target lacks the layer, or a key of it that is used."""
    lacking = rules.lacks.get(layer.kind, "").split()
    if "*" in lacking:
        raise Unsayable(f"{rules.title} has no `{layer.kind}`")
    for key in lacking:
        value = layer.__dict__.get(key)
        if value not in (None, False, 0, 1) and _most(value) != layer.keys[key].default:
            raise Unsayable(f"{rules.title} has no `{key}` of `{layer.kind}`")


def can_pad(layer: Layer, rules: type[Dialect]) -> bool:
    """Whether the target can say the padding of a layer in the layer itself, by any word that it knows."""
    try:
        assert_padding(layer, rules)
    except Unsayable:
        return not rules.pads_apart
    return True


def assert_padding(layer: Layer, rules: type[Dialect]) -> None:
    """Raises Unsayable if the target cannot say the padding of a layer in the layer itself."""
    padding = layer.__dict__.get("padding", "valid")
    axes = padding if isinstance(padding, tuple) else (padding,)
    for side in axes:
        if isinstance(side, str):
            sayable = side in ("valid", *rules.kept_words())
        elif isinstance(side, tuple):
            sayable = layer.kind in rules.pairs.split()
        else:
            sayable = not side or layer.kind in f"{rules.pairs} {rules.numbers}".split()
        if not sayable:
            raise Unsayable(f"{rules.title} cannot pad a `{layer.kind}` like this")


def _most(value: Any) -> Any:
    return max(value) if isinstance(value, tuple) and value else value


def _has_idle_ceil(layer: Layer, facts: Facts, x: Shape) -> bool:
    """Whether `ceil` is written, but beside this padding the framework does not look at it."""
    if not layer.__dict__.get("ceil"):
        return False
    if any(isinstance(window, Window) and window.rounding != "floor" for window in facts.windows):
        return False
    return _without_ceil(layer).apply(x).windows == facts.windows


def _without_ceil(layer: Layer) -> Layer:
    values = {key: layer.__dict__[key] for key in layer.keys}
    return type(layer)(**{**values, "ceil": False}, dialect=layer.dialect)


Sides = tuple[tuple[int, int], ...]
"""What is added or cut before and after, an axis each."""

Parts = tuple[dict[str, Any], "Layer | None", "Layer | None", bool]
"""The keys that say a padding, what stands before and behind the layer, and whether that is how the
source has it."""


class Rewriting:
    """A layer with windows on its way into a target.

    `facts` are those in the source, `counts` is whether averages count the padding there unless they
    say it.
    """

    def __init__(
        self,
        layer: Layer,
        facts: Facts,
        x: Shape,
        target: Target,
        counts: bool,
        original: Layer | None = None,
    ) -> None:
        """See the class; the keys of ways are those that differ from the `original`."""
        self.layer = _without_ceil(layer) if _has_idle_ceil(layer, facts, x) else layer
        self.original = original or layer
        self.facts = facts
        self.x = x
        self.target = target
        said = layer.__dict__.get("count_padding")
        self.counts = counts if said is None else said
        self.is_recounted = False
        known = layer.keys["padding"].kind.words if "padding" in layer.keys else ()
        self.words = [word for word in target.rules.kept_words() if word in known]

    def ways(self) -> Iterator[Way]:
        """The ways to write it, those that converters take first in front.

        Only those are given that the target has words for; it may refuse them all the same.
        """
        is_transposed = isinstance(self.facts.windows[0], TransposedWindow)
        for ceil in (True, False) if self.layer.__dict__.get("ceil") else (None,):
            keys = {} if ceil is not False else {"ceil": False}
            parts = self._cuts() if is_transposed else self._paddings(as_written=ceil is not False)
            for padding, pad, crop, is_kept in parts:
                yield from self._make({**keys, **padding}, pad, crop, is_kept=is_kept and not keys)
        if self._may_count and not self.is_recounted:
            again = copy(self)
            again.counts, again.is_recounted = not self.counts, True
            yield from again.ways()

    @property
    def _may_count(self) -> bool:
        """Whether averages of the target can be told what they count."""
        both = {"counted", "inputs"} <= self.target.rules.averages.keys()
        return self.layer.kind == "avg_pool" and both

    def _make(
        self, keys: dict[str, Any], pad: Layer | None, crop: Layer | None, *, is_kept: bool
    ) -> Iterator[Way]:
        values = {**values_in(self.layer, self.target.name), **keys}
        if "count_padding" in values:
            values["count_padding"] = self.counts if self._may_count else None
        layer = type(self.layer)(dialect=self.target.name, **values)
        before = self.original.__dict__
        changes = tuple(
            (name, value) for name, value in values.items()
            if not _is_equal(before[name], value) and (name != "count_padding" or self.is_recounted)
        )  # fmt: skip
        with suppress(Unsayable):
            assert_sayable(layer, self.target.rules)
            assert_padding(layer, self.target.rules)
            yield Way(layer, pad, crop, changes, is_kept and not self.is_recounted)

    def _paddings(self, *, as_written: bool) -> Iterator[Parts]:
        """Of a sliding window; unless `as_written`, padding at the end takes the place of `ceil`."""
        rules = self.target.rules
        sides = self._sides(as_written=as_written)
        none = not any(map(any, sides))
        if "padding" not in self.layer.keys:
            if none:
                yield {}, None, None, True
        else:
            word = self.layer.__dict__["padding"]
            if as_written and word in self.words and word != "valid":
                yield {"padding": word}, None, None, True
            if none:
                for nothing in self._nothings:
                    yield {"padding": nothing}, None, None, True
            else:
                yield {"padding": in_numbers(sides)}, None, None, True
                if in_numbers(sides) != sides:
                    yield {"padding": sides}, None, None, True
            for other in self.words:
                if other != "valid" and not (as_written and other == word):
                    yield {"padding": other}, None, None, False
        if rules.pad_layer and rules.covers("pad") and not none:
            yield from self._behind_pad(sides)

    def _behind_pad(self, sides: Sides) -> Iterator[Parts]:
        mode = self.layer.__dict__.get("padding_mode", "zeros")
        pad = Pad(dialect=self.target.name, amount=in_numbers(sides), mode=mode)
        for nothing in self._nothings:
            keys = {"padding": nothing, "padding_mode": "zeros"}
            yield {key: keys[key] for key in keys if key in self.layer.keys}, pad, None, False

    @property
    def _nothings(self) -> list[Any]:
        """No padding: a number where there are numbers, for `valid` has rules of its own in places."""
        rules = self.target.rules
        numbers = self.layer.kind in f"{rules.pairs} {rules.numbers}".split()
        return [0, "valid"] if numbers else ["valid"]

    def _sides(self, *, as_written: bool) -> Sides:
        """What the windows have around them in the source, without `ceil` as much as it adds."""
        found = []
        for window, n in zip(self.facts.windows, self.x.size, strict=True):
            before, after = window.padding  # type: ignore[union-attr]
            if not as_written and isinstance(window, Window):
                end = (window.positions(n) - 1) * window.stride + window.extent
                after = max(after, end - n - before)
            found.append((before, after))
        return tuple(found)

    def _cuts(self) -> Iterator[Parts]:
        """Of a transposed window: its keys as they are, words, numbers, and a crop behind it."""
        yield {}, None, None, True
        plain = {"output_padding": None, "output_size": None}
        for word in self.words:
            yield {**plain, "padding": word}, None, None, False
        windows = [w for w in self.facts.windows if isinstance(w, TransposedWindow)]
        sides = tuple(w.padding for w in windows)
        if self.target.rules.transposed_padding == "added":
            added = tuple(
                (w.extent - 1 - a, w.extent - 1 - b) for w in windows for a, b in [w.padding]
            )
            if min(map(min, added)) >= 0:
                yield {**plain, "padding": added}, None, None, False
        else:
            fewer = tuple(before - after for before, after in sides)
            if min(map(min, sides)) >= 0:
                yield {**plain, "padding": in_numbers(sides)}, None, None, False
            elif min(fewer) >= 0:
                both = in_numbers(tuple((before, before) for before, _ in sides))
                keys = {"output_size": None, "padding": both, "output_padding": _one(fewer)}
                yield keys, None, None, False
        if self.target.rules.covers("crop") and min(map(min, sides)) >= 0 and any(map(any, sides)):
            crop = Crop(dialect=self.target.name, amount=in_numbers(sides))
            yield {**plain, "padding": "valid"}, None, crop, False


def _is_equal(before: Any, value: Any) -> bool:
    """Whether a key says the same as before; `valid` is a padding of 0."""
    return before == value or (before == "valid" and value == 0 and value is not False)


def in_numbers(sides: Sides) -> Any:
    """Sides as a spec has them: `1`, `(1, 2)` for two axes, or pairs."""
    if any(before != after for before, after in sides):
        return sides
    return _one(tuple(before for before, _ in sides))


def _one(numbers: tuple[int, ...]) -> Any:
    """A number for all axes if it is the same for all."""
    return numbers[0] if len(set(numbers)) == 1 else numbers
