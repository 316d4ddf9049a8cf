"""The figures of docs/testing.md, from the results of a run and the kinds in `survivors.yaml`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from tools.mutants import sample

_BLOCK = re.compile(r"(<!-- mutants -->\n).*?(<!-- end -->)", re.DOTALL)
_KINDS = Path(__file__).parent / "survivors.yaml"

Row = dict[str, object]


def write(results: Path, page: Path) -> None:
    """Write the figures into the page, and print them with every survivor of no known kind."""
    rows: list[Row] = [
        json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()
    ]
    kinds = yaml.safe_load(_KINDS.read_text(encoding="utf-8"))
    survivors = [row for row in rows if row["killer"] is None]
    text = "\n".join((*_scores(rows), "", *_survivors(survivors, kinds))) + "\n"
    page.write_text(
        _BLOCK.sub(lambda found: f"{found[1]}{text}{found[2]}", page.read_text(encoding="utf-8")),
        "utf-8",
    )
    print(text)
    known = {change for kind in kinds for change in kind["changes"]}
    for row in sorted(survivors, key=lambda row: (str(row["path"]), str(row["line"]))):
        if _change(row) not in known:
            print(
                f"{row['path']}:{row['line']} {row['operator']} ({row['tests']} tests)\n    {_change(row)}"
            )


def _change(row: Row) -> str:
    return f"{row['before']} → {row['after']}"


def _scores(rows: list[Row]) -> list[str]:
    lines = [
        "| area | mutants | killed | out of time | survive | score |",
        "| --- | --: | --: | --: | --: | --: |",
    ]
    for area in (*sample.AREAS, "all"):
        here = [row for row in rows if area in {row["area"], "all"}]
        late = sum(row["killer"] == "time" for row in here)
        survive = sum(row["killer"] is None for row in here)
        score = f"{100 * (len(here) - survive) / len(here):.1f} %" if here else "?"
        lines.append(
            f"| {area} | {len(here)} | {len(here) - survive - late} | {late} | {survive} | {score} |"
        )
    return lines


def _survivors(survivors: list[Row], kinds: list[dict[str, object]]) -> list[str]:
    lines = ["| survivors | what they change | for example |", "| --: | --- | --- |"]
    left = len(survivors)
    for kind in kinds:
        changes = [_change(row) for row in survivors if _change(row) in kind["changes"]]
        left -= len(changes)
        if changes:
            example = min(changes, key=lambda change: (len(change), change)).replace("|", "\\|")
            lines.append(f"| {len(changes)} | {kind['kind']} | `{example}` |")
    if left:
        lines.append(f"| {left} | not explained yet | |")
    return lines
