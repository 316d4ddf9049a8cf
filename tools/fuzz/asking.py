"""What else a user may ask of a spec: other settings and sizes, options of analyses, workings."""

from __future__ import annotations

import inspect
from contextlib import suppress
from random import Random
from typing import Any

import cnncalc
from cnncalc import registry
from cnncalc.calculator.derivations.explain import PARTS, explain
from cnncalc.cost.training import OPTIMIZERS
from cnncalc.errors import SpecError, UsageError
from cnncalc.language.build import build
from cnncalc.layers.base.key_types import BITS
from cnncalc.network import Network
from tools.fuzz.loading import Loaded
from tools.fuzz.values import LARGE, ODD, SMALL

MOST_NODES = 200
NUMBERS = (*SMALL, *LARGE, 0, -1, 10**20)
WORDS = ("", "nope", "é", "0", "-1", "3.5", "1k", "8GiB", "256KiB", "::error::")
ANALYZERS = registry.names("analyzers")
FORMATS = registry.names("formats")
EXPLAINING = [name for name in FORMATS if hasattr(registry.load("formats", name), "explain")]


def settings(loaded: Loaded, dice: Random) -> int:
    """With other variables, sizes and channels a spec is a network, or refused."""
    count = 0
    for built in loaded.networks:
        if loaded.document is None:
            continue
        network = built.network
        inputs = [node for node in network.nodes if node.layer is None]
        rank = inputs[0].output.rank if dice.random() < 0.9 else dice.randint(0, 5)
        asked: dict[str, Any] = {
            "settings": {name: dice.choice(ODD) for name in loaded.document.variables if dice.random() < 0.6},
            "size": [dice.choice(NUMBERS) for _ in range(rank)],
            "channels": dice.choice(NUMBERS),
        }  # fmt: skip
        given = {key: value for key, value in asked.items() if dice.random() < 0.6}
        with suppress(SpecError):
            build(loaded.document, built.model, **given)
        count += 1
    return count


def options(loaded: Loaded, dice: Random) -> int:
    """With any options of it, an analysis ends in a table, or says what is wrong with them."""
    network = loaded.first.network
    if len(network.nodes) > MOST_NODES:
        return 0
    for name in ANALYZERS:
        known = list(inspect.signature(registry.load("analyzers", name).analyze).parameters)[1:]
        chosen = {key: _option(key, network, dice) for key in known if dice.random() < 0.4}
        if name == "inputs":
            chosen["up_to"] = dice.choice((1, 2, 33, 0, -1, 10**20))
        try:
            table = cnncalc.analyze(network, name, **chosen)
        except UsageError:
            continue
        registry.load("formats", dice.choice(("json", "csv", "text"))).render(table)
    return len(ANALYZERS)


def workings(loaded: Loaded, dice: Random) -> int:
    """How the numbers of a layer come about can be told for every analysis, in every format."""
    network = loaded.first.network
    node = dice.choice(network.nodes)
    for analysis in PARTS:
        told = explain(network, node.name, analysis)
        shown = registry.load("formats", dice.choice(EXPLAINING))
        shown.explain(told.sections, document=told.to_dict())
    return len(PARTS)


def _option(key: str, network: Network, dice: Random) -> Any:
    """A value of the type that an option has, for most of them a plausible one."""
    if key in {"batch", "top", "count"}:
        return dice.choice(NUMBERS)
    if key in _CHOICES:
        return dice.choice((*_CHOICES[key], *WORDS))
    if key in {"layer", "from_"}:
        node = dice.choice(network.nodes)
        return dice.choice((node.name, node.declared_name, "", "nope"))
    if key in {"unit", "project", "object_size"}:
        rank = max(1, network.nodes[-1].output.rank) if dice.random() < 0.9 else 4
        listed = ",".join(str(dice.choice((0, 0, 1, 2, 3, *NUMBERS))) for _ in range(rank))
        return dice.choice((listed, listed, listed, "", "x,y"))
    return dice.random() < 0.5


_CHOICES: dict[str, tuple[str, ...]] = {
    "convention": (*registry.names("counters"), "all"),
    "optimizer": tuple(OPTIMIZERS),
    "dtype": tuple(BITS),
    "by": ("block", "op", "depth", "macs", "params", "memory", "flops"),
    "fits": ("8GiB", "256KiB", "1M"),
    "flash": ("8GiB", "256KiB", "1M"),
}
