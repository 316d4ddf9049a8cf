"""One layer in a target: what becomes of it as a converter writes it, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.windows import SLIDING, AdaptiveWindow, TransposedWindow
from cnncalc.errors import Refusal
from cnncalc.porting.reading import STILL, compare
from cnncalc.porting.rewriting import Rewriting, assert_sayable, in_dialect, is_windowed
from cnncalc.porting.verdicts import (
    AVERAGES,
    BORDER,
    INEXPRESSIBLE,
    PADDED,
    REFUSED,
    SAME,
    SEVERITY,
    SHIFTED,
    SIZE,
    UNKNOWN,
)
from cnncalc.porting.way import Target, Unsayable, Way, borders, counts_padding, divisors
from cnncalc.porting.words import in_words, tell_borders, tell_divisors, tell_move

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.layers.base.layer import Facts, Layer
    from cnncalc.layers.base.shape import Shape
    from cnncalc.porting.reading import Moved

_ALONG = (*SLIDING, TransposedWindow, Resampling, AdaptiveWindow)
"""Readings that go along an axis of space, wherever the channels lie."""


class Judged(NamedTuple):
    """What becomes of a layer.

    `facts` are those of the target for the same input, None if there are none; `way` is how it is
    written; `why` says what is different, `fix` what to write instead, in words of the spec. `moves` are
    the elements of the input by which windows lie further on, an axis each.
    """

    verdict: str
    facts: Facts | None
    way: Way | None = None
    why: str = ""
    fix: str = ""
    moves: tuple[Moved, ...] = ()


class Origin(NamedTuple):
    """Where a network comes from: the dialect, None if nobody says."""

    dialect: Target | None

    def counts(self, layer: Layer, x: Shape) -> bool:
        """Whether the averages of a layer on this input count the padding."""
        if layer.kind != "avg_pool":
            return False
        return counts_padding(self.dialect.rules if self.dialect else layer.rules, layer, x)


class Judge:
    """Looks at layers of one origin on their way through the dialects of a route into the last one."""

    def __init__(
        self, origin: Origin, route: Sequence[Target], *, is_converted: bool = False
    ) -> None:
        """`route` begins behind the origin and ends with the target; `is_converted` if a tool goes it."""
        self.origin = origin
        self.route = route
        self.target = route[-1]
        self.is_converted = is_converted
        self._known: dict[Any, Judged] = {}

    def judge(self, layer: Layer, inputs: tuple[Shape, ...], facts: Facts) -> Judged:
        """What becomes of a layer with these facts on these inputs."""
        # Equal layers are one object, and it is kept by the network meanwhile.
        key = (id(layer), inputs)
        if key not in self._known:
            self._known[key] = self._judge(layer, inputs, facts)
        return self._known[key]

    def _judge(self, layer: Layer, inputs: tuple[Shape, ...], facts: Facts) -> Judged:
        rules = self.target.rules
        try:
            if not rules.covers(layer.kind):
                assert_sayable(layer, rules)
                if not facts.windows and inputs == (facts.output,):
                    # What works element by element can neither move nor change its size.
                    return Judged(SAME, facts)
                return Judged(UNKNOWN, facts, why=f"`{layer.kind}` was not looked at")
            if layer.dialect == self.target.name and not rules.pads_apart:
                # The dialect took it as it is.
                assert_sayable(layer, rules)
                return Judged(SAME, facts)
            if is_windowed(layer, facts):
                return self._judge_windows(layer, inputs, facts)
            assert_sayable(layer, rules)
            return self._judge_plain(layer, inputs, facts)
        except Unsayable as error:
            return Judged(INEXPRESSIBLE, None, why=error.reason)
        except Refusal as refusal:
            if refusal.key and layer.__dict__.get(refusal.key, "") is None:
                # What has no default there, converters write out.
                return Judged(SAME, facts)
            return Judged(REFUSED, None, why=refusal.message, fix=refusal.help)

    def _judge_plain(self, layer: Layer, inputs: tuple[Shape, ...], facts: Facts) -> Judged:
        """A layer that can be written in one way only."""
        origin = self.origin.dialect
        turned = (
            origin is not None and origin.rules.channels_last != self.target.rules.channels_last
        )
        if turned and layer.is_numbered:
            # Converters number axes anew where the channels lie elsewhere.
            return Judged(SAME, facts)
        way = Way(in_dialect(layer, self.target.name))
        found = way.apply(*inputs)
        along = all(isinstance(w, _ALONG) for w in (*facts.windows, *found.windows))
        if found.output == facts.output and not along:
            # They turn the axes around what depends on their order, such as a reshape.
            return Judged(SAME, facts)
        return self._compare(layer, way, inputs, facts, self.target)

    def _judge_windows(self, layer: Layer, inputs: tuple[Shape, ...], facts: Facts) -> Judged:
        written, known = layer, facts
        x = inputs[0]
        counts = self.origin.counts(layer, x)
        for between in self.route[:-1]:
            written, known = _written_between(written, known, inputs, between, counts)
        natural: Judged | None = None
        refused: Refusal | None = None
        others: list[Judged] = []
        for way in Rewriting(written, known, x, self.target, counts, layer).ways():
            try:
                found = self._compare(layer, way, inputs, facts, self.target)
            except Refusal as refusal:
                refused = refused or refusal
                continue
            if natural is None and (way.is_kept or found.verdict in (SAME, PADDED)):
                natural = found
                if found.verdict in (SAME, PADDED):
                    break
            else:
                others.append(found)
        natural = natural or min(others, key=lambda one: SEVERITY[one.verdict], default=None)
        if natural is None:
            assert_sayable(layer, self.target.rules)
            if refused is None:
                return Judged(
                    INEXPRESSIBLE,
                    None,
                    why=f"{self.target.rules.title} cannot pad a `{layer.kind}` like this",
                )
            return Judged(REFUSED, None, why=refused.message, fix=refused.help)
        if natural.verdict == SAME:
            return natural
        cures = [natural] if natural.verdict == PADDED else others
        return natural._replace(fix=self._fix(cures, layer, inputs, facts))

    def _fix(
        self, cures: Sequence[Judged], layer: Layer, inputs: tuple[Shape, ...], facts: Facts
    ) -> str:
        """What to write so that both give the same network, in words of the spec."""
        good = [c.way for c in cures if c.verdict in (SAME, PADDED) and c.way is not None]
        # Numbers hold for what a word does only at this size.
        good.sort(key=lambda way: isinstance(dict(way.keys).get("padding", 0), str))
        for way in good:
            if self._is_sound(way, layer, inputs, facts):
                return in_words(way)
        return f"in {self.target.name}: {in_words(good[0])}" if good else ""

    def _is_sound(self, way: Way, layer: Layer, inputs: tuple[Shape, ...], facts: Facts) -> bool:
        """Whether a way says in the source what is there now."""
        name = self.origin.dialect.name if self.origin.dialect else None
        values = {**layer.__dict__, **dict(way.keys), "dialect": name}
        pad, crop = (
            other and type(other)(**{**other.__dict__, "dialect": name})
            for other in (way.pad, way.crop)
        )
        back = way._replace(layer=type(layer)(**values), pad=pad, crop=crop)
        try:
            found = self._compare(layer, back, inputs, facts, self.origin.dialect or self.target)
        except Refusal:
            return False
        return found.verdict in (SAME, PADDED)

    def _compare(
        self, layer: Layer, way: Way, inputs: tuple[Shape, ...], facts: Facts, target: Target
    ) -> Judged:
        """What is different if a layer is written so in a target; raises Refusal."""
        found = way.apply(*inputs)
        if found.output != facts.output:
            why = f"{found.output}, not {facts.output}"
            return Judged(SIZE, found, way, why)
        moves = _moves(facts, found, inputs)
        if any(not move.is_still for move in moves):
            return Judged(SHIFTED, found, way, tell_move(moves), moves=moves)
        origin = self.origin.dialect
        if layer.kind == "avg_pool" and (origin or layer.__dict__["count_padding"] is not None):
            here = divisors(origin.rules if origin else layer.rules, layer, inputs[0])
            there = way.divisors(target, inputs[0])
            if here != there:
                return Judged(AVERAGES, found, way, tell_divisors(here, there))
        convolves = "kernel" in layer.keys and is_windowed(layer, facts)
        slides = convolves and "output_padding" not in layer.keys
        if (slides or layer.kind == "max_pool") and origin is not None and way.pad is None:
            known = borders(origin.rules, layer, inputs[0])
            new = borders(target.rules, way.layer, inputs[0], converted=self.is_converted)
            if known != new:
                return Judged(BORDER, found, way, tell_borders(known, new))
        return Judged(PADDED if way.is_several else SAME, found, way)


def _moves(facts: Facts, found: Facts, inputs: tuple[Shape, ...]) -> tuple[Moved, ...]:
    if facts.windows == found.windows or not inputs:
        return ()
    if len(facts.windows) != len(found.windows):
        return (STILL._replace(by=None),)
    sizes = inputs[0].size
    return tuple(
        compare(a, b, n) for a, b, n in zip(facts.windows, found.windows, sizes, strict=False)
    )


def _written_between(
    layer: Layer, facts: Facts, inputs: tuple[Shape, ...], target: Target, counts: bool
) -> tuple[Layer, Facts]:
    """The layer as a format between has it, and what it means there.

    What is written there with a layer besides, or not at all, goes on as it was.
    """
    for way in Rewriting(layer, facts, inputs[0], target, counts).ways():
        try:
            found = way.apply(*inputs)
        except Refusal:
            continue
        return (layer, facts) if way.is_several else (way.layer, found)
    return layer, facts


def is_moved(moves: Sequence[Moved]) -> bool:
    """Whether windows have moved by a number that is known."""
    return any(move.by for move in moves)
