"""Numbers as what they depend on: expressions over the arguments of a block, evaluated to be sure of them."""

from __future__ import annotations

import ast
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from cnncalc.language.expressions import BadExpression, Expression
from cnncalc.language.item import Item
from cnncalc.language.values import Placed, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.network import Written

CALLS = {"min", "max", "abs", "int", "round", "make_divisible"}
"""The functions of the language that mean the same in what is written."""


class Term:
    """An expression over names, such as `4 * mid`."""

    __slots__ = ("names", "tree")

    def __init__(self, tree: ast.expr) -> None:
        """`tree` is made of what the language allows."""
        self.tree = tree
        called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
        self.names = {
            n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called
        }

    @classmethod
    def name(cls, name: str) -> Term:
        """A name alone."""
        return cls(ast.Name(name, ast.Load()))

    @classmethod
    def number(cls, value: float) -> Term:
        """A number alone."""
        return cls(ast.Constant(value))

    def times(self, factor: int) -> Term:
        """Its product with a number."""
        return (
            self
            if factor == 1
            else Term(simplify(_binary(ast.Constant(factor), ast.Mult(), self.tree)))
        )

    def over(self, divisor: int) -> Term:
        """Its quotient by a number, rounded down."""
        if _is_whole(self.tree):
            return Term.number(_number(self.tree) // divisor)
        return Term(simplify(_binary(self.tree, ast.FloorDiv(), ast.Constant(divisor))))

    def less(self, number: int) -> Term:
        """What is left of it without a number."""
        if not number:
            return self
        if self.is_number:
            return Term.number(self.tree.value - number)  # type: ignore[attr-defined]
        return Term(_binary(self.tree, ast.Sub(), ast.Constant(number)))

    def plus(self, other: Term) -> Term:
        """The sum of both."""
        return Term(simplify(_binary(self.tree, ast.Add(), other.tree)))

    def whole(self) -> Term:
        """The same as a whole number."""
        return Term(ast.Call(ast.Name("int", ast.Load()), [self.tree], []))

    def put(self, terms: Mapping[str, Term]) -> Term:
        """The same with other terms for its names."""
        return Term(simplify(_Put(terms).visit(deepcopy(self.tree))))

    def value(self, scope: Mapping[str, Any]) -> Any:
        """Its value; None where it has none."""
        try:
            return Expression("", self.tree).value(scope)
        except (BadExpression, TypeError):
            return None

    def functions(self) -> set[str]:
        """The functions that it calls."""
        return {ast.unparse(n.func) for n in ast.walk(self.tree) if isinstance(n, ast.Call)}

    @property
    def is_number(self) -> bool:
        """Whether it depends on nothing."""
        return isinstance(self.tree, ast.Constant)

    def __str__(self) -> str:
        """As Python."""
        return ast.unparse(self.tree)

    def __eq__(self, other: object) -> bool:
        """The same text."""
        return isinstance(other, Term) and str(self) == str(other)

    def __hash__(self) -> int:
        """Consistent with equality."""
        return hash(str(self))


def _binary(left: ast.expr, sign: ast.operator, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, sign, right)


class _Put(ast.NodeTransformer):
    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = terms

    def visit_Call(self, node: ast.Call) -> ast.expr:
        node.args = [self.visit(argument) for argument in node.args]
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.terms[node.id].tree if node.id in self.terms else node


def simplify(tree: ast.expr) -> ast.expr:
    """The same with its constants multiplied and like terms added: `2 * (2 * f)` is `4 * f`."""
    if not isinstance(tree, ast.BinOp):
        return tree
    left, right = simplify(tree.left), simplify(tree.right)
    if isinstance(tree.op, ast.Mult):
        return _product(left, right)
    if isinstance(tree.op, ast.Add):
        return _sum(_addends(left) + _addends(right))
    return ast.BinOp(left, tree.op, right)


def _product(left: ast.expr, right: ast.expr) -> ast.expr:
    if _is_whole(right):
        left, right = right, left
    if not _is_whole(left):
        return ast.BinOp(left, ast.Mult(), right)
    factor, rest = _factor(right)
    if _is_whole(rest):
        return ast.Constant(_number(left) * _number(rest))
    total = _number(left) * factor
    return rest if total == 1 else ast.BinOp(ast.Constant(total), ast.Mult(), rest)


def _addends(tree: ast.expr) -> list[ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add):
        return _addends(tree.left) + _addends(tree.right)
    return [tree]


def _sum(addends: Sequence[ast.expr]) -> ast.expr:
    """Addends with those that are alike put together, numbers last."""
    factors: dict[str, int] = {}
    bases: dict[str, ast.expr] = {}
    number = 0
    for addend in addends:
        if _is_whole(addend):
            number += _number(addend)
            continue
        factor, base = _factor(addend)
        key = ast.dump(base)
        factors[key] = factors.get(key, 0) + factor
        bases.setdefault(key, base)
    parts = [_product(ast.Constant(factors[key]), base) for key, base in bases.items()]
    if number or not parts:
        parts.append(ast.Constant(number))
    total = parts[0]
    for part in parts[1:]:
        total = ast.BinOp(total, ast.Add(), part)
    return total


def _factor(tree: ast.expr) -> tuple[int, ast.expr]:
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Mult) and _is_whole(tree.left):
        return _number(tree.left), tree.right
    return 1, tree


def _number(tree: ast.expr) -> int:
    return int(tree.value) if isinstance(tree, ast.Constant) and type(tree.value) is int else 0


def _is_whole(tree: Any) -> bool:
    return isinstance(tree, ast.Constant) and type(tree.value) is int


def written_term(written: Written | None, key: str) -> Term | None:
    """The expression that the spec gives for a key of a layer; None where it gives none, or not one alone.

    `layer.KEY` is a key of the layer within.
    """
    value: object = written
    for name in key.split("."):
        value = value.values.get(name) if isinstance(value, Item) else None
    return term_of(value) if isinstance(value, Value) else None


def term_of(value: Value | None) -> Term | None:
    """The expression of a value; None where it is none, or several."""
    return None if value is None or value.constant else term_of_data(value.data)


def term_of_data(data: Any) -> Term | None:
    """The expression that data is; None where it is none, or calls what is no function of Python."""
    expression = data.expression if isinstance(data, Placed) else None
    if expression is None:
        return None
    term = Term(expression.tree)
    return term if term.functions() <= CALLS else None


def holds(term: Term, scopes: Sequence[Mapping[str, Any]], column: Sequence[Any]) -> bool:
    """Whether a term has these values in these scopes."""
    return all(_same(term.value(scope), value) for scope, value in zip(scopes, column, strict=True))


def _same(found: Any, value: Any) -> bool:
    if isinstance(value, tuple) and not isinstance(found, tuple):
        return bool(value) and all(_same(found, part) for part in value)
    return type(found) is type(value) and bool(found == value)


def _alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(type(a) is type(b) and a == b for a, b in zip(one, other, strict=True))


def explain(
    column: Sequence[Any], known: Mapping[str, Sequence[Any]], accept: Callable[[str], bool]
) -> Term | None:
    """A term over known columns that gives a column of whole numbers: a name, or a multiple or part of one."""
    names = [name for name in known if accept(name)]
    for name in names:
        if _alike(known[name], column):
            return Term.name(name)
    if not all(type(value) is int for value in column):
        return None
    for name in names:
        other = known[name]
        if not all(type(value) is int and value > 0 for value in other):
            continue
        if all(value % base == 0 for value, base in zip(column, other, strict=True)):
            factors = {value // base for value, base in zip(column, other, strict=True)}
            if len(factors) == 1 and (factor := factors.pop()) > 1:
                return Term.name(name).times(factor)
        if all(value > 0 and base % value == 0 for value, base in zip(column, other, strict=True)):
            divisors = {base // value for value, base in zip(column, other, strict=True)}
            if len(divisors) == 1 and (divisor := divisors.pop()) > 1:
                return Term.name(name).over(divisor)
    return None
