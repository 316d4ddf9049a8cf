"""The answers of the frameworks: what was called, on which shapes, and what came out.

`data/*_given.json.gz` and `data/*_drawn.json.gz` hold random single layers, `data/grids.json.gz`
exhaustive one-dimensional grids. `tools/truth` makes more of the same form.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(__file__).parent / "data"

Dims = list[Any]
"""The axes of a framework's tensor in its own order; None where it leaves one open."""


class Answer(NamedTuple):
    """What came out of an accepted call; `macs` for one example, None where not measured."""

    outputs: tuple[Dims, ...]
    params: int
    buffers: int
    macs: int | None


class Case(NamedTuple):
    """One call: a class, its arguments, the shapes it was applied to; no answer is a refusal."""

    framework: str
    cls: str
    args: dict[str, Any]
    shapes: tuple[Dims, ...]
    answer: Answer | None
    error: str = ""

    @property
    def rank(self) -> int:
        """The number in the name of the class: 2 for Conv2d; 0 if there is none."""
        return next((int(c) for c, d in pairwise(self.cls) if c in "123" and d in "dD"), 0)

    def __str__(self) -> str:
        """`Conv2D(filters=3, kernel_size=5)([None, 9, 9, 3])`."""
        args = ", ".join(f"{name}={value!r}" for name, value in self.args.items())
        return f"{self.cls}({args})({', '.join(map(str, self.shapes))})"


def read(framework: str, path: Path) -> list[Case]:
    """The cases of one file."""
    raw = path.read_bytes()
    document = json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return [_case(framework, entry) for entry in document["cases"]]


@cache
def cases(framework: str) -> dict[str, tuple[Case, ...]]:
    """All cases of a framework by class."""
    found: dict[str, list[Case]] = {}
    for path in sorted(DATA.glob(f"{framework}_*.json.gz")):
        for case in read(framework, path):
            found.setdefault(case.cls, []).append(case)
    return {cls: tuple(found[cls]) for cls in sorted(found)}


@cache
def reads() -> dict[str, list[tuple[Case, list[list[int]] | None]]]:
    """Calls on one channel by class, each with the inputs that every output reads.

    Outputs and inputs are those along the first axis; None is a refusal.
    """
    entries = []
    for path in sorted(DATA.glob("reads_*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            entries += json.load(file)["cases"]
    found: dict[str, list[tuple[Case, list[list[int]] | None]]] = {}
    for entry in entries:
        cls, error = entry["cls"], entry.get("error", "")
        case = Case("torch", cls, entry["args"], (entry["in"],), None, error)
        found.setdefault(cls, []).append((case, entry.get("reads")))
    return found


class Fields(NamedTuple):
    """A call and, for every output, its shape and of each input what each of its elements depends on.

    Elements are counted in the order of memory.
    """

    case: Case
    shapes: list[Dims]
    seen: list[list[list[list[int]]]]


@cache
def fields() -> dict[str, list[Fields]]:
    """Calls by class with what their outputs depend on, found by gradients."""
    with gzip.open(DATA / "fields_torch.json.gz", "rt", encoding="utf-8") as file:
        entries = json.load(file)["cases"]
    found: dict[str, list[Fields]] = {}
    for entry in entries:
        answer = Answer(tuple([None, *shape] for shape in entry["out"]), 0, 0, None)
        case = Case("torch", entry["cls"], entry["args"], tuple(_shapes(entry["in"])), answer)
        found.setdefault(entry["cls"], []).append(Fields(case, entry["out"], entry["fields"]))
    return found


@cache
def grids() -> dict[str, list[dict[str, Any]]]:
    """The rows of each grid, keyed by `framework class`, every row a mapping by column."""
    with gzip.open(DATA / "grids.json.gz", "rt", encoding="utf-8") as file:
        tables = json.load(file)
    return {
        name: [dict(zip(table["cols"], row, strict=True)) for row in table["rows"]]
        for name, table in tables.items()
    }


def _case(framework: str, entry: dict[str, Any]) -> Case:
    args = entry.get("config", entry.get("args")) or {}
    answer = None if "error" in entry else _answer(framework, entry)
    shapes = tuple(_shapes(entry["in"]))
    return Case(framework, entry["cls"], args, shapes, answer, entry.get("error", ""))


def _answer(framework: str, entry: dict[str, Any]) -> Answer:
    params, buffers = entry["params"], entry.get("buffers", 0)
    if framework == "keras":
        buffers = params - entry.get("trainable", params)
        params -= buffers
    elif buffers and "Norm" in entry["cls"]:
        # The step counter of a tracked norm: conventions count running statistics only.
        buffers -= 1
    return Answer(tuple(_shapes(entry["out"])), params, buffers, entry.get("macs_b1", 0))


def _shapes(value: Any) -> list[Dims]:
    """One shape, or several however nested, as a flat list."""
    if not value or not isinstance(value[0], list):
        return [value]
    return [shape for item in value for shape in _shapes(item)]
