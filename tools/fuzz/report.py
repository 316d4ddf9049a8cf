"""The figures of docs/testing.md, and the faults as a person reads them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tools.fuzz.drawing import SOURCES
from tools.fuzz.rates import ORACLES

_BLOCK = re.compile(r"(<!-- fuzz -->\n).*?(<!-- end -->)", re.DOTALL)
_TITLES = {"grammar": "from the grammar", "zoo": "real specs, changed", "damage": "damaged text"}


def counted(results: list[dict[str, Any]]) -> Counter[str]:
    """The counts of all runs together."""
    total: Counter[str] = Counter()
    for result in results:
        total.update(result["counts"])
    return total


def write(counts: Counter[str], seed: int, page: Path, rarer: int = 1) -> None:
    """Write the figures into the page."""
    text = "\n".join(lines(counts, seed, rarer)) + "\n"
    page.write_text(
        _BLOCK.sub(lambda found: f"{found[1]}{text}{found[2]}", page.read_text(encoding="utf-8")),
        "utf-8",
    )


def lines(counts: Counter[str], seed: int, rarer: int = 1) -> list[str]:
    """The figures as two tables."""
    loads = sum(counts[source] for source in SOURCES)
    seconds = counts["milliseconds"] / 1000 or 1
    speed = f"{loads / seconds:,.0f} loads a second of a core with all that is asked of them"
    found = [
        f"Seed {seed}: {loads:,} loads, {counts['faults']:,} faults, {speed}.",
        "",
        "| texts | loads | loaded | refused | share loaded |",
        "| --- | --: | --: | --: | --: |",
    ]
    total = [loads, *(sum(counts[f"{s} {state}"] for s in SOURCES) for state in _STATES)]
    rows = {
        _TITLES[s]: [counts[s], *(counts[f"{s} {state}"] for state in _STATES)] for s in SOURCES
    }
    for title, (all_, loaded, refused) in {**rows, "all": total}.items():
        share = f"{100 * loaded / all_:.1f} %" if all_ else "?"
        found.append(f"| {title} | {all_:,} | {loaded:,} | {refused:,} | {share} |")
    found += [
        "",
        "| oracle | what must hold | of | one in | answers |",
        "| --- | --- | --- | --: | --: |",
    ]
    for oracle in ORACLES:
        answers = counts[f"oracle {oracle.name}"]
        found.append(
            f"| {oracle.name} | {oracle.about} | {oracle.of} | {oracle.every * rarer:,} | {answers:,} |"
        )
    return found


_STATES = ("loaded", "refused")


def told(results: list[dict[str, Any]], seed: int) -> list[str]:
    """Every sort of fault, with the smallest text that shows it."""
    sorts: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for result in results:
        for fault in result["faults"]:
            sorts.setdefault((fault["oracle"], fault["place"]), []).append(fault)
    found = []
    for (oracle, place), faults in sorted(sorts.items()):
        least = min(faults, key=lambda fault: len(fault["text"]))
        found += [f"--- {oracle}, {place}: {len(faults)} kept", f"seed {seed}, number {least['number']}",
                  least["message"], least["text"]]  # fmt: skip
    return found
