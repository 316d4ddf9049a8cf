"""What comes after the start: ResNet-50 against the frameworks, growing graphs, long files."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from measure import Failed, Subject, reported
from result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HERE = os.path.dirname(os.path.abspath(__file__))
BUDGET = 0.005
"""Seconds from a compiled ResNet-50 to its shapes, parameters, MACs and receptive fields."""

DEEP, DENSE = 0.030, 3.0
"""Seconds from a loaded network to its receptive fields: ResNet-152, and 80,000 links."""

ROOM = 200_000_000
"""Bytes that even the largest network should be loaded in."""

_PEERS = {
    "meta_device": ("torch", "PyTorch, meta device: build, run"),
    "torchinfo_summary": ("torchinfo", "torchinfo, meta device: build, summary"),
    "keras_summary": ("keras", "Keras: build, summary"),
    "onnx_inference": ("onnx", "ONNX: build, shape inference"),
}
_TENTH = 0.1
_FLAT = 2.0
"""A hundred times as many layers may cost twice as much each: they no longer fit the caches."""


def resnet(
    spec: str, rounds: int, env: Mapping[str, str], folder: str, interpreters: Sequence[str]
) -> list[Result]:
    """ResNet-50 from its compiled spec to its numbers, against whatever is installed."""
    subjects = [_subject("subjects", "resnet", sys.executable, spec)]
    for script, (module, _) in _PEERS.items():
        python = next((p for p in interpreters if has(p, module, env)), None)
        if python is not None:
            subjects.append(_subject("peers", script, python))
    found = reported(subjects, rounds, env, folder)
    ours = found.pop("resnet")
    for script, numbers in found.items():
        if numbers["params"] != ours["params"]:
            raise Failed(f"{script} measures another network: {numbers['params']:,.0f} params")
    results = [
        Result("ResNet-50, layers to all numbers", ours["all"], "the budget of 5 ms", BUDGET, 1.0),
        Result("  of which the tables", ours["tables"], "the whole", ours["all"]),
        Result("  with reading the spec", ours["load"] + ours["tables"], "the whole", ours["all"]),
    ]
    for script, (_, against) in _PEERS.items():
        peer = found.get(script, {}).get("seconds")
        limit = _TENTH if script == "meta_device" else None
        results.append(
            Result("ResNet-50, layers to all numbers", ours["all"], against, peer, limit)
        )
    return results


def growth(rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """Time and memory per layer from 10³ to 10⁵ layers, and per connection of dense graphs."""
    graphs = {
        "equal layers": ("chain", (1_000, 10_000, 100_000)),
        "growing layers, concatenated": ("growing", (1_000, 10_000, 100_000)),
        "each reads all before it": ("dense", (60, 190, 500)),
    }
    subjects = [
        _subject("subjects", "graph", sys.executable, graph, str(size), name=f"{graph} {size}")
        for graph, sizes in graphs.values()
        for size in sizes
    ]
    found = reported(subjects, rounds, env, folder)
    results = []
    for title, (graph, sizes) in graphs.items():
        least = found[f"{graph} {sizes[0]}"]
        each = "link" if graph == "dense" else "layer"
        for size in sizes[1:]:
            numbers = found[f"{graph} {size}"]
            for what in ("load", "tables"):
                measure = f"{what} per {each}, {title}, {numbers['count']:,.0f}"
                results.append(Result(measure, numbers[what], f"the same, {least['count']:,.0f}",
                                      least[what], _FLAT, "µs"))  # fmt: skip
        if each == "layer":
            measure = f"memory per layer, {title}, {numbers['count']:,.0f}"
            results.append(Result(measure, numbers["memory"], "200 MB for all of them",
                                  ROOM / numbers["count"], None, "bytes"))  # fmt: skip
    return results


def reading(rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """A file of 5,000 layers, with every position, key and shape checked."""
    found = reported([_subject("subjects", "reading", sys.executable)], rounds, env, folder)
    ours = found["reading"]
    against = "PyYAML CSafeLoader"
    return [
        Result("5,000 layers, text to tree", ours["compose"], against, ours["yaml"]),
        Result("5,000 layers, text to checked spec", ours["compile"], against, ours["yaml"], 3.0),
        Result("5,000 layers, text to network", ours["load"], against, ours["yaml"], 3.0),
    ]


def fields(spec: str, rounds: int, env: Mapping[str, str], folder: str) -> list[Result]:
    """Receptive fields: a deep network, a dense graph, and time per layer of growing chains."""
    subject = _subject("subjects", "fields", sys.executable, f"{spec}::resnet152")
    ours = reported([subject], rounds, env, folder)["fields"]
    links = f"{ours['links']:,.0f} links"
    results = [
        Result("fields of ResNet-152", ours["resnet"], "the budget of 30 ms", DEEP, 1.0),
        Result("  with all that its table says", ours["resnet_table"], "the same", DEEP, 1.0),
        Result(f"fields of a graph of {links}", ours["dense"], "the budget of 3 s", DENSE, 1.0),
    ]
    return results + [
        Result(f"fields per layer, {size:,} layers", ours[f"chain_{size}"], "the same, 1,000",
               ours["chain_1000"], _FLAT, "µs")
        for size in (10_000, 100_000)
    ]  # fmt: skip


def _subject(kind: str, script: str, python: str, *arguments: str, name: str = "") -> Subject:
    return Subject(name or script, [python, os.path.join(HERE, kind, f"{script}.py"), *arguments])


def has(python: str, module: str, env: Mapping[str, str]) -> bool:
    """Whether an interpreter could import a module."""
    asked = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    return subprocess.run([python, "-c", asked], env=env, check=False).returncode == 0
