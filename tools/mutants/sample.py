"""The mutants: which places of which files are changed, and how, by the operators of cosmic-ray.

A place is an operator, a number, a condition, a decorator or a loop; of the changes that cosmic-ray
knows for it one is drawn, so that a `+`, for which there are eleven, weighs no more than a number.
Places are drawn by a hash of what they say and of the function they are in, not of where they stand:
to move a file or to change another line leaves the rest of the sample as it was.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code

AREAS = {
    "arithmetic": ("cnncalc/arithmetic/*.py",),
    "layers": ("cnncalc/layers/*.py", "cnncalc/layers/base/*.py"),
    "costs": ("cnncalc/cost/*.py", "cnncalc/counters/base/*.py"),
    "receptive fields": ("cnncalc/receptive_field/*.py",),
}
"""The globs of the files that are changed, from the root of the repository, by area."""

SEED = "cnncalc"

# `==` and `is` say the same of a small integer, `is` and `==` of None: no test could tell.
_SAME = ("_Eq_Is", "_NotEq_IsNot", "_Is_Eq", "_IsNot_NotEq")
_FAMILIES = ("ReplaceBinaryOperator", "ReplaceComparisonOperator", "ReplaceUnaryOperator")


@dataclass(frozen=True)
class Mutant:
    """One change: `source` is the whole file with it; `before` and `after` are the line (1-based)."""

    area: str
    path: str
    line: int
    operator: str
    definition: str
    before: str
    after: str
    source: str

    @property
    def change(self) -> str:
        """What is changed, in a form that says nothing of where the file lies."""
        return f"{self.before} → {self.after}"


@dataclass(frozen=True)
class _Place:
    rank: str
    area: str
    path: str
    line: int
    definition: str
    choices: tuple[tuple[str, int], ...]


def files(root: Path) -> dict[str, str]:
    """The area of each file that is changed, by its path from the root."""
    found: dict[str, str] = {}
    for area, globs in AREAS.items():
        for glob in globs:
            found |= {path.relative_to(root).as_posix(): area for path in sorted(root.glob(glob))}
    return found


def mutants(root: Path, count: int) -> list[Mutant]:
    """The first `count` mutants of the sample; a larger sample begins with the smaller one."""
    drawn: list[Mutant] = []
    texts = {path: (root / path).read_text(encoding="utf-8") for path in files(root)}
    for place in sorted(_places(texts, files(root)), key=lambda place: place.rank):
        mutant = _mutant(place, texts[place.path])
        if mutant is not None:
            drawn.append(mutant)
        if len(drawn) == count:
            break
    return drawn


def _places(texts: dict[str, str], areas: dict[str, str]) -> list[_Place]:
    operators = {
        name: plugins.get_operator(name)
        for name in sorted(plugins.operator_names())
        if not plugins.get_operator(name).arguments() and not name.endswith(_SAME)
    }
    seen: Counter[str] = Counter()
    found = []
    for path, text in texts.items():
        lines = text.splitlines()
        choices: dict[tuple[tuple[int, int], str], list[tuple[str, int]]] = {}
        definitions: dict[tuple[int, int], str] = {}
        nodes = list(ast_nodes(get_ast(text)))
        for name, operator_class in operators.items():
            occurrence = 0
            operator = operator_class()
            for node in nodes:
                for start, _ in operator.mutation_positions(node):
                    choices.setdefault((start, _family(name)), []).append((name, occurrence))
                    if start not in definitions:
                        definitions[start] = ASTQuery(node).get_definition_name() or ""
                    occurrence += 1
        for (start, family), known in sorted(choices.items()):
            says = f"{definitions[start]} {lines[start[0] - 1].strip()} {family}"
            seen[says] += 1
            rank = hashlib.sha256(f"{SEED} {says} {seen[says]}".encode()).hexdigest()
            found.append(
                _Place(rank, areas[path], path, start[0], definitions[start], tuple(known))
            )
    return found


def _family(operator: str) -> str:
    name = operator.rpartition("/")[2]
    return next((family for family in _FAMILIES if name.startswith(family)), name)


def _mutant(place: _Place, text: str) -> Mutant | None:
    """The change drawn for a place; None if it is none to Python, or none that it understands."""
    name, occurrence = place.choices[int(place.rank, 16) % len(place.choices)]
    source = mutate_code(text, plugins.get_operator(name)(), occurrence)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            same = _effect(source) == _effect(text)
            compile(source, place.path, "exec")
    except SyntaxError:
        return None
    if same:
        return None
    before, after = text.splitlines(), source.splitlines()
    if _is_never_seen(before[place.line - 1], after[place.line - 1]):
        return None
    return Mutant(
        place.area,
        place.path,
        place.line,
        name.rpartition("/")[2],
        place.definition,
        before[place.line - 1].strip(),
        # Where a decorator or a line has gone, the next one says nothing.
        after[place.line - 1].strip() if len(before) == len(after) else "(without it)",
        source,
    )


def _is_never_seen(before: str, after: str) -> bool:
    """Whether a change takes away a guard against faults of the code itself, or what makes it fast."""
    if before.strip() in ("@pause", "@cache"):
        return before != after
    return "strict=True" in before and before.replace("strict=True", "strict=False") == after


def _effect(source: str) -> str:
    """What Python runs of a source: without annotations, and without what only type checkers read."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.test, node.body = ast.Constant(None), []
    return ast.dump(tree)
