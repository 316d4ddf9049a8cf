"""Einsum: a product of matrices where its equation is one."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import title, word
from cnncalc.importers.base.onnx.products import product
from cnncalc.importers.base.onnx.walk import batch_behind
from cnncalc.layers.base.shape import MOST_OF_TENSOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.onnx.walk import Walk


def einsum(walk: Walk, node: Node, operands: list[Value | None]) -> Value:
    """Einsum: as many products as there are places of all its letters; raises Unreadable."""
    given = [value for value in operands if value is not None]
    equation = word(node, "equation").replace(" ", "")
    left, arrow, right = equation.partition("->")
    terms = left.split(",")
    if (
        len(terms) != len(given)
        or "." in equation
        or any(len(term) != len(value.dims) for term, value in zip(terms, given, strict=False))
    ):
        raise Unreadable(f"the equation of {title(node)} is not read", node.line)
    lengths: dict[str, int] = {}
    for term, value in zip(terms, given, strict=True):
        lengths |= zip(term, value.dims, strict=True)
    if not arrow:
        right = "".join(sorted(letter for letter in lengths if left.count(letter) == 1))
    if any(letter not in lengths for letter in right):
        raise Unreadable(f"the equation of {title(node)} is not read", node.line)
    dims = tuple(lengths[letter] for letter in right)
    if len(given) == _PAIR and not any(value.is_constant for value in given):
        found = _as_matrices(walk, node, given, _Equation.of(terms, right), lengths)
        if found is not None:
            return found
    data = [value for value in given if not value.is_constant]
    batch = None
    for term, value in zip(terms, given, strict=True):
        if value.batch is not None and term[value.batch] in right:
            batch = right.index(term[value.batch])
    params = walk.count([value for value in given if value.is_constant])
    macs = prod(lengths.values()) if len(given) > 1 else 0
    return walk.opaque(node, data, dims, batch, params=params, macs=macs)


_PAIR = 2


class _Equation(NamedTuple):
    """The letters of two operands: those in both, those summed up, and those of one alone; and of the result."""

    terms: list[str]
    shared: str
    summed: str
    rows: str
    columns: str
    result: str

    @classmethod
    def of(cls, terms: list[str], result: str) -> _Equation:
        """Sort the letters of an equation."""
        first, second = terms
        both = [letter for letter in first if letter in second]
        return cls(
            terms,
            "".join(letter for letter in result if letter in both),
            "".join(letter for letter in both if letter not in result),
            "".join(letter for letter in first if letter not in second),
            "".join(letter for letter in second if letter not in first),
            result,
        )

    def is_product(self) -> bool:
        """Whether it is a product of matrices whose rows, columns and sums may each be several axes."""
        once = all(len(set(term)) == len(term) for term in (*self.terms, self.result))
        free = self.shared + self.rows + self.columns
        longest = max(map(len, (*self.terms, self.result, self.shared + "mk")))
        return (
            once
            and bool(self.summed)
            and sorted(free) == sorted(self.result)
            and longest <= MOST_OF_TENSOR
        )


def _as_matrices(
    walk: Walk, node: Node, given: list[Value], said: _Equation, lengths: dict[str, int]
) -> Value | None:
    """The product that an equation is; None if it is none, or the batch is in its way."""
    if not said.is_product():
        return None

    def sizes(letters: Iterable[str]) -> Dims:
        return tuple(lengths[letter] for letter in letters)

    before = len(walk.entries)
    try:
        level = []
        for x, term, groups in zip(
            given, said.terms, ((said.rows, said.summed), (said.summed, said.columns)), strict=True
        ):
            order = said.shared + "".join(groups)
            turned = walk.permute(node, x, [term.index(letter) for letter in order])
            dims = (*sizes(said.shared), *(prod(sizes(group)) for group in groups))
            level.append(_regroup(walk, node, turned, dims))
        dims = (*sizes(said.shared), level[0].dims[-2], level[1].dims[-1])
        made = product(walk, node, level[0], level[1], dims, None)
        order = said.shared + said.rows + said.columns
        made = _regroup(walk, node, made, sizes(order))
        return walk.permute(node, made, [order.index(letter) for letter in said.result])
    except Unreadable:
        del walk.entries[before:]
        return None


def _regroup(walk: Walk, node: Node, x: Value, dims: Dims) -> Value:
    """The same numbers with axes merged or apart; raises Unreadable."""
    return walk.reshape(node, x, dims, batch_behind(x, dims, node))
