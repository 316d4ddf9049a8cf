"""Which tests can see a mutant, from the lines that each test runs."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from pathlib import Path

from tools.mutants.sample import Mutant

LIMIT = 15.0
MOST = 25.0
"""A mutant is run against tests that take so many seconds in all, the quickest of those that can see it."""


class Seeing:
    """What tools.mutants.seeing has recorded, and the texts of the tests, in a copy of the tree."""

    def __init__(self, recorded: Path, root: Path) -> None:
        document = json.loads(recorded.read_text(encoding="utf-8"))
        self.tests: list[tuple[str, float]] = [
            (name, seconds) for name, seconds in document["tests"]
        ]
        self.modules: list[str] = document["modules"]
        self.quickest = sorted(self.tests, key=lambda test: (test[1], test[0]))
        self.lines: dict[str, dict[int, list[int]]] = {
            path: {int(line): numbers for line, numbers in lines.items()}
            for path, lines in document["lines"].items()
        }
        self.imported = {path: set(lines) for path, lines in document["imported"].items()}
        self.root = root

    def of(self, mutant: Mutant) -> dict[str, float]:
        """The tests that can see a mutant, with the seconds each takes: those that run the statement.

        A statement that runs when cnncalc is imported is seen by all that run a function of its file,
        and by those whose file names it (a layer may have no function of its own).
        """
        lines = self.lines[mutant.path]
        statement = _statement(self.root / mutant.path, mutant.line)
        seen = {number for line in statement for number in lines.get(line, ())}
        if not self.imported[mutant.path].isdisjoint(statement):
            seen |= {number for numbers in lines.values() for number in numbers}
            seen |= self._naming(Path(mutant.path).stem)
        chosen, spent = set(), 0.0
        for number in sorted(seen, key=lambda number: self.tests[number][1]):
            spent += self.tests[number][1]
            if spent > MOST and chosen:
                break
            chosen.add(number)
        return dict(self.tests[number] for number in sorted(chosen))

    def beside(self, tests: dict[str, float]) -> dict[str, float]:
        """The other tests of the same files, the quickest first, for at most LIMIT seconds.

        What one test of a file has computed, its neighbours may find in a cache, and look at.
        """
        files = {name.partition("::")[0] for name in tests}
        spent = 0.0
        found: dict[str, float] = {}
        for name, seconds in self.quickest:
            if name not in tests and name.partition("::")[0] in files and spent + seconds <= LIMIT:
                found[name] = seconds
                spent += seconds
        return found

    def _naming(self, word: str) -> set[int]:
        says = re.compile(rf"\b{re.escape(word)}\b")
        files = {name.partition("::")[0] for name, _ in self.tests}
        naming = {
            file for file in files if says.search(file) or says.search(_text(self.root / file))
        }
        return {
            number
            for number, (name, _) in enumerate(self.tests)
            if name.partition("::")[0] in naming
        }


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(_text(file))


def _statement(file: Path, line: int) -> range:
    """The lines of the smallest statement around a line; of one with a body, those above the body."""
    smallest = range(line, line + 1)
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            body = getattr(node, "body", None)
            end = body[0].lineno if body else (node.end_lineno or line) + 1
            if line < end or line == node.lineno:
                smallest = range(node.lineno, max(end, line + 1))
    return smallest
