"""Whole specs, drawn from the grammar: every kind, key and dialect, and all that a file may hold."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from cnncalc import SpecError, loads, metrics
from cnncalc.dialects.base.dialect import dialect_names, spellings
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.key_types import BITS
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.base.shape_key import SHAPE
from tools.fuzz import bombs, values
from tools.fuzz.items import Items
from tools.fuzz.parts import fold, hide
from tools.fuzz.writing import text

Spec = dict[str, Any]

NETS = (
    ("zoo:resnet20", ("stem", "layer1", "layer2", "layer3"), ("n", "classes")),
    ("zoo:srcnn", ("patches", "mapping", "reconstruction"), ("f2",)),
    ("zoo:unet", ("e1", "e2", "d1"), ("f",)),
)
"""Networks of the zoo, layers at which they may be cut, and their variables."""

DIALECTS = (None, None, None, "torch", "torch", "keras", "keras", *dialect_names())


def spec(dice: Random, *, with_bombs: bool = False) -> str:
    """The text of a spec."""
    odd = dice.choice((0, 0, 0, 0.01, 0.08))
    dialect = dice.choice(DIALECTS)
    drawn: Spec = {"cnncalc": 1} if dice.random() < 0.5 else {}
    if dialect:
        drawn["dialect"] = dialect
    drawn |= {"vars": {}, "defaults": {}, "blocks": {}}
    if dice.random() < 0.12:
        models = {name: model(dice, dialect, odd) for name in ("one", "two")[: dice.randint(1, 2)]}
        nets = list(models.values())
        drawn["models"] = models
    else:
        nets = [model(dice, dialect, odd)]
        drawn |= nets[0]
    for net in nets:
        for _ in range(dice.choice((0, 0, 1, 1, 2))):
            fold(dice, net["layers"], drawn["blocks"])
        _default(dice, net["layers"], drawn["defaults"])
    for net in nets:
        hide(dice, net["layers"], drawn["vars"])
        if drawn["vars"] and dice.random() < 0.3:
            net["variants"] = _variants(dice, drawn["vars"])
    if drawn["vars"] and dice.random() < 0.1:
        drawn["sweep"] = {dice.choice(list(drawn["vars"])): [1, 2, 4]}
    if with_bombs and dice.random() < 0.2:
        bombs.plant(dice, drawn, nets[0])
    return text({key: value for key, value in drawn.items() if value != {}})


def model(dice: Random, dialect: str | None, odd: float) -> Spec:
    """From `input` to `budget`."""
    count = dice.choice((1, 1, 1, 1, 1, 2, 3))
    large = dice.random() < 0.1
    sides = values.LARGE if large else values.SIDES
    shapes = [values.shape(dice, sides) for _ in range(count)]
    net: Spec = {"input": shapes[0]}
    names = ["input"]
    if count > 1:
        names = ["a", "b", "c"][:count]
        net = {"inputs": dict(zip(names, shapes, strict=True))}
    made = Items(dice, dialect, odd, values.LARGE if large else values.SMALL)
    layers = _Layers(dice, made, names, [SHAPE.parse(x) for x in shapes])
    layers.draw(dice.choice((1, 2, 3, 4, 4, 5, 6, 8, 12)))
    net["layers"] = layers.items
    if dice.random() < 0.1:
        chosen = dice.sample(layers.names[count:], dice.randint(1, min(3, len(layers.items))))
        named = [name for name in chosen if name in layers.given]
        net["outputs"] = [*named, "prev"] if dice.random() < 0.7 else chosen[0]
    for claim in ("expect", "budget"):
        if dice.random() < 0.1:
            net[claim] = _claims(dice, claim)
    return net


class _Layers:
    """The layers of a network, drawn one by one with the shapes that they give."""

    def __init__(self, dice: Random, made: Items, names: list[str], shapes: list[Shape]) -> None:
        self.dice = dice
        self.made = made
        self.names, self.shapes = list(names), list(shapes)
        self.unread = set(names) if len(names) > 1 else set()
        self.given: set[str] = set()
        self.items: list[Any] = []

    def draw(self, count: int) -> None:
        """So many layers, and one for each input that nothing reads yet."""
        for _ in range(count):
            if self.given and self.dice.random() < 0.05:
                self._reuse()
            elif self.dice.random() < 0.015:
                self._net()
            else:
                self._layer()
        for name in sorted(self.unread):
            self.items.append({"identity": {"from": name}})
            self.names.append("")
            self.shapes.append(self.shapes[self.names.index(name)])

    def _layer(self) -> None:
        kind, keys, operands, found = self.made.fitting(self.shapes)
        layer = layer_class(kind)
        keys = {self._spelt(kind, key): value for key, value in keys.items()}
        references = [self._name(at) for at in operands]
        own = len(operands) - len(layer.references)
        keys |= dict(zip(layer.references, references[own:], strict=True))
        if own > 1 or (len(self.unread) and not self.items) or operands[0] != len(self.shapes) - 1:
            keys["from"] = references[0] if own == 1 else references[:own]
        if layer.hosts:
            for role in ("norm", "activation"):
                if self.dice.random() < 0.25:
                    keys[role] = self.made.behind(role)
        same = found is not None and own == 1 and found == self.shapes[operands[0]]
        self._add(kind, keys | self._common(found, same=same), found or self.shapes[-1])

    def _add(self, kind: str, keys: dict[str, Any], found: Shape) -> None:
        name = f"n{len(self.items)}" if self.dice.random() < 0.4 else ""
        if name:
            keys["name"] = name
            self.given.add(name)
        self.names.append(name)
        self.shapes.append(found)
        rank = len(self.shapes[-2].size)
        word = f"{kind}{rank}d" if rank in {1, 2, 3} and self.dice.random() < 0.02 else kind
        self.items.append(word if not keys and self.dice.random() < 0.8 else {word: keys})

    def _reuse(self) -> None:
        name = self.dice.choice(sorted(self.given))
        at = self.dice.randrange(len(self.shapes))
        keys = {"layer": name, "from": self._name(at)}
        self._add("reuse", keys, self.shapes[self.names.index(name)])

    def _net(self) -> None:
        """A network of the zoo, or a part of one, whatever it is given."""
        name, ends, variables = self.dice.choice(NETS)
        keys: dict[str, Any] = {"of": name}
        if self.dice.random() < 0.8:
            keys["until"] = self.dice.choice(ends)
        if variables and self.dice.random() < 0.4:
            keys["set"] = {self.dice.choice(variables): self.dice.choice((1, 2, 3, 5, 8, 16))}
        if self.names[-1] in self.unread or (self.unread and not self.items):
            keys["from"] = self._name(len(self.shapes) - 1)
        head = f"dialect: {self.made.dialect}\n" if self.made.dialect else ""
        shape = json.dumps(self.shapes[-1].to_dict())
        try:
            made = loads(f"{head}input: {shape}\nlayers:\n  - net: {json.dumps(keys)}\n")
            found = made.nodes[-1].output
        except SpecError:
            found = self.shapes[-1]
        self._add("net", keys | self._common(found, same=found == self.shapes[-1]), found)

    def _name(self, at: int) -> str:
        """A reference to a layer, which gets a name if it has none."""
        if at < len(self.shapes) - 1 or self.names[at] in self.unread:
            if not self.names[at]:
                self._christen(at)
            self.unread.discard(self.names[at])
            return self.names[at]
        return "prev" if self.items else self.names[at]

    def _christen(self, at: int) -> None:
        place = at - (len(self.shapes) - len(self.items))
        name = f"n{place}"
        item = self.items[place]
        ((kind, keys),) = item.items() if isinstance(item, dict) else ((item, {}),)
        self.items[place] = {kind: {**keys, "name": name}}
        self.names[at] = name
        self.given.add(name)

    def _spelt(self, kind: str, key: str) -> str:
        words = spellings(kind, key) if self.dice.random() < 0.05 else ()
        return self.dice.choice(list(words)) if words else key

    def _common(self, found: Shape | None, *, same: bool) -> dict[str, Any]:
        """Keys that every layer may have."""
        dice, keys = self.dice, {}
        if dice.random() < (0.15 if same else 0.01):
            keys["repeat"] = dice.choice(
                (0, 1, 2, 2, 3, 3, 3, 4, 5, 8, 20, dice.choice((50, 200, 700)))
            )
        if dice.random() < (0.1 if same else 0.01):
            known = ("$(cin > 3)", "$(i % 2 == 0 or cin == 1)") if "repeat" in keys else ()
            keys["when"] = dice.choice((True, False, *known))
        if dice.random() < 0.04:
            keys["trainable"] = dice.random() < 0.5
        if dice.random() < 0.04:
            keys["dtype"] = dice.choice(list(BITS))
        if dice.random() < 0.03 and found is not None:
            keys["expect"] = found.to_dict()
        if dice.random() < 0.02:
            keys["x-note"] = dice.choice(values.ODD)
        return keys


def _default(dice: Random, layers: list[Any], defaults: Spec) -> None:
    """Move keys of a layer into `defaults`, now and then."""
    able = [item for item in layers if isinstance(item, dict) and "reuse" not in item]
    if not able or dice.random() < 0.75:
        return
    ((kind, keys),) = dice.choice(able).items()
    kind = kind[:-2] if kind[-2:] in ("1d", "2d", "3d") else kind
    moved = [key for key in keys if key in _defaultable(kind)]
    for key in dice.sample(moved, min(len(moved), 2)):
        defaults.setdefault(kind, {})[key] = keys.pop(key)


def _defaultable(kind: str) -> set[str]:
    try:
        layer = layer_class(kind)
    except KeyError:
        return set()  # a use of a block
    roles = {"norm", "activation"} if layer.hosts else set()
    return {*layer.keys, *roles, "trainable", "dtype"} - set(layer.references)


def _claims(dice: Random, claim: str) -> Spec:
    names = [
        n for n, metric in metrics.METRICS.items() if claim == "expect" or metric.may_be_limited
    ]
    claims: Spec = {}
    for name in dice.sample(names, 2):
        number = dice.choice((0, 1, 100, 1.5e3, "1k", "2.5M", "1GiB", "4e3", 2**53, 10**20))
        claims[name] = number if dice.random() < 0.7 else {dice.choice(("min", "max")): number}
    return {name: part for name, part in claims.items() if "." not in name and name != "output"}


def _variants(dice: Random, variables: Spec) -> list[Spec]:
    found = []
    for number in range(dice.randint(1, 3)):
        name = dice.choice(list(variables))
        variant: Spec = {"set": {name: dice.choice((variables[name], 1, 2, *values.SMALL))}}
        if dice.random() < 0.5:
            variant["name"] = f"v{number}"
        if dice.random() < 0.3:
            variant["expect"] = {"params": dice.choice((0, "1k"))}
        found.append(variant)
    return found
