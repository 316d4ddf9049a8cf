"""What makes a language of a list of layers: blocks with arguments, variables, expressions."""

from __future__ import annotations

import json
from random import Random
from typing import Any

Layers = list[Any]


def fold(dice: Random, layers: Layers, blocks: dict[str, Any]) -> None:
    """Move a run of layers into a block, if nothing else refers to them."""
    first = dice.randrange(len(layers))
    last = min(len(layers), first + dice.randint(1, 3))
    inside = layers[first:last]
    names = {keys["name"] for item in inside for keys in _keys(item) if "name" in keys}
    outside = json.dumps([*layers[:first], *layers[last:]])
    foreign = [key for item in inside for keys in _keys(item) for key in keys if key in _READS]
    if foreign or any(f'"{name}"' in outside for name in names):
        return
    block = f"B{len(blocks)}"
    arguments, use = {}, {}
    for item in inside:
        for keys in _keys(item):
            for key, value in keys.items():
                if type(value) is int and key not in _FIXED and dice.random() < 0.4:
                    name = f"p{len(arguments)}"
                    keys[key] = _told(dice, name, value, value)
                    if dice.random() < 0.5:
                        arguments[name], use[name] = "required", value
                    else:
                        arguments[name] = value
    made: dict[str, Any] = {"args": arguments} if arguments else {}
    blocks[block] = {**made, "layers": inside}
    if dice.random() < 0.15:
        use["repeat"] = dice.choice((1, 2, 3))
    if dice.random() < 0.2:
        use["name"] = f"u{block}"
    layers[first:last] = [{block: use} if use else block]


_READS = ("from", "layer")
_FIXED = ("repeat", "when", "expect", "name", "x-note")


def hide(dice: Random, layers: Layers, variables: dict[str, Any]) -> None:
    """Write some of the numbers as expressions in variables."""
    if dice.random() < 0.4:
        return
    for item in layers:
        for keys in _keys(item):
            for key, value in keys.items():
                if type(value) is int and key not in {"expect", "name"} and dice.random() < 0.25:
                    name = dice.choice(("w", "v", "k", "classes"))
                    start = variables.setdefault(name, value)
                    keys[key] = _told(dice, name, start, value)
    if variables and dice.random() < 0.2:
        name = dice.choice(list(variables))
        variables["d"] = dice.choice((f"$({name} * 2)", f"${name}", f"$({name} if {name} else 1)"))


def _told(dice: Random, name: str, start: Any, value: int) -> Any:
    """An expression that gives `value` where `name` is `start`."""
    if type(start) is not int or abs(value) > 10**6 or abs(start) > 10**6:
        return value
    if start == value:
        return dice.choice((f"${name}", f"$({name})", f"$({name} * 2 // 2)", f"$(max({name}, -9))",
                            f"$(int({name}))", f"$({name} if {name} == {value} else 1)",
                            f"$(round({name} + 0.2))"))  # fmt: skip
    return dice.choice((f"$({name} + {value - start})", f"$({value} if {name} > -1 else {name})",
                        f"$(min({value}, {value} + abs({name})))"))  # fmt: skip


def _keys(item: Any) -> list[dict[str, Any]]:
    """The keys of an item, if it has any."""
    return (
        [keys for keys in item.values() if isinstance(keys, dict)] if isinstance(item, dict) else []
    )
