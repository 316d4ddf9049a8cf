"""Small texts that ask for much work: values that double, uses of uses, names joined to names."""

from __future__ import annotations

from random import Random
from typing import Any


def plant(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    """Put one into a spec whose layers are those of `net`."""
    dice.choice((_values, _words, _uses, _arguments, _repeats, _variants))(dice, spec, net)


def _values(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    many = dice.randint(2, 12)
    spec["vars"] |= {"b0": [1] * many}
    spec["vars"] |= {f"b{n}": [f"$b{n - 1}"] * many for n in range(1, dice.randint(3, 30))}
    net["layers"].append({"dense": f"${list(spec['vars'])[-1]}"})


def _words(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    last = dice.randint(5, 60)
    spec["vars"] |= {"b0": 1} | {f"b{n}": f"$(b{n - 1} + b{n - 1})" for n in range(1, last)}
    net["layers"].append({"identity": {"when": f"$(b{last - 1} > 0)"}})


def _uses(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    depth, wide = dice.randint(3, 40), dice.randint(2, 4)
    spec["blocks"] |= {"X0": {"layers": [{"relu": {"when": False}}]}}
    spec["blocks"] |= {
        f"X{n}": {"layers": [{f"X{n - 1}": {"name": "y" * dice.randint(1, 90) + str(k)}} for k in range(wide)]}
        for n in range(1, depth)
    }  # fmt: skip
    net["layers"].append(f"X{depth - 1}")


def _arguments(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    depth, wide = dice.randint(3, 30), dice.randint(2, 9)
    spec["blocks"] |= {"X0": {"args": {"a": 1}, "layers": [{"identity": {"when": "$(a == a)"}}]}}
    spec["blocks"] |= {
        f"X{n}": {"args": {"a": 1}, "layers": [{f"X{n - 1}": {"a": ["$a"] * wide}}]}
        for n in range(1, depth)
    }
    net["layers"].append({f"X{depth - 1}": {"a": 1}})


def _repeats(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    times = dice.choice((100, 10_000, 99_999, 100_001))
    reads = ["prev"] * dice.choice((2, 50, 500))
    net["layers"].append({"add": {"from": reads, "repeat": times}})
    net["layers"].append({"identity": {"repeat": times, "when": False}})


def _variants(dice: Random, spec: dict[str, Any], net: dict[str, Any]) -> None:
    spec["vars"] |= {"b0": 1}
    net["layers"].append({"identity": {"repeat": dice.choice((100, 5_000))}})
    net["variants"] = [{"set": {"b0": n}} for n in range(dice.choice((10, 400)))]
