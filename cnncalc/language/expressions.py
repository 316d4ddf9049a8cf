"""Expressions: `$name` and `$(…)` in a spec, evaluated over a closed list of operations.

Numbers, names, + - * / // % **, comparisons, and/or/not, `a if c else b`, `list[i]`, and a few
functions. No attributes or calls of anything else; operand types are checked before the operation,
and every intermediate value is limited, so no text can run away.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from functools import lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from cnncalc.layers.base.key_types import LIMIT, show
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.language.tree import Scalar

LENGTH = 200

_KEPT = 4096
"""So many expressions are remembered, whichever files they stand in."""

_NAME = re.compile(r"\$([A-Za-z_]\w*)").fullmatch
_BRACED = re.compile(r"\$\{")


class BadExpression(Exception):
    """An expression that cannot be read or evaluated: code, message and fix."""

    def __init__(self, code: str, message: str, help: str = "", label: str = "") -> None:
        """`label` stands beside the caret."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help
        self.label = label
        self.place: Scalar | None = None
        """Where it stands, once that is known."""


def make_divisible(value: float, divisor: float = 8) -> int:
    """The multiple of `divisor` nearest to `value`, not below 90 % of it.

    The rule of the MobileNet papers' reference code, by which widths are scaled.

    Raises BadExpression unless the divisor is above 0.

    >>> make_divisible(24 * 0.5), make_divisible(1280 * 0.5)
    (16, 640)
    """
    if divisor <= 0:
        raise BadExpression("E406", "make_divisible needs a divisor above 0")
    multiple = max(divisor, int(value + divisor / 2) // divisor * divisor)
    if multiple < 0.9 * value:
        multiple += divisor
    return int(multiple)


def _power(base: float, exponent: float) -> float:
    """`base ** exponent`; what is too large, or no real number, is refused before it is computed."""
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        # Of n bits, the power has more than (n − 1) · exponent.
        if (base.bit_length() - 1) * exponent > _BITS:
            raise BadExpression("E403", "a value is larger than 2^53, or not a number")
        return int(base**exponent)
    if base < 0 and exponent != int(exponent):
        raise BadExpression("E406", f"`{base} ** {exponent}` is no real number")
    try:
        return float(base**exponent)
    except OverflowError:
        raise BadExpression("E403", "a value is larger than 2^53, or not a number") from None


_BITS = LIMIT.bit_length()

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": min, "max": max, "abs": abs, "int": int, "round": round,
    "floor": floor, "ceil": ceil, "make_divisible": make_divisible,
}  # fmt: skip
_ARGUMENTS = {
    "min": (2, 20), "max": (2, 20), "abs": (1, 1), "int": (1, 1), "round": (1, 2),
    "floor": (1, 1), "ceil": (1, 1), "make_divisible": (1, 2),
}  # fmt: skip
_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add), ast.Sub: ("-", operator.sub), ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv), ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod), ast.Pow: ("**", _power),
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], bool]]] = {
    ast.Eq: ("==", operator.eq), ast.NotEq: ("!=", operator.ne), ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le), ast.Gt: (">", operator.gt), ast.GtE: (">=", operator.ge),
}  # fmt: skip


class Expression:
    """A checked expression: the names it needs, and its value in a scope."""

    __slots__ = ("name", "names", "steps", "text", "tree")

    def __init__(self, text: str, tree: ast.expr) -> None:
        """`text` as written, `tree` of allowed nodes only."""
        self.text = text
        self.tree = tree
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr)]
        self.names = frozenset(_free_names(nodes))
        self.steps = len(nodes)
        """How many steps it takes to evaluate all of it."""
        self.name = tree.id if isinstance(tree, ast.Name) else None
        """The name that is all of it: most expressions are `$name`."""

    def value(self, scope: Mapping[str, Any]) -> Any:
        """The value where the names mean what `scope` says; raises BadExpression."""
        if self.name is not None and self.name in scope:
            return scope[self.name]
        return _value(self.tree, scope)


def is_expression(text: str) -> bool:
    """Whether a scalar is meant as an expression."""
    return text[:1] == "$"


@lru_cache(_KEPT)
def parse(text: str) -> Expression:
    """The expression in `text`, which starts with `$`; raises BadExpression."""
    if _BRACED.match(text):
        raise BadExpression("E407", "`${…}` is not an expression", "write $name or $(…)")
    if len(text) > LENGTH:
        raise BadExpression("E403", f"an expression has at most {LENGTH} characters")
    named = _NAME(text)
    if named:
        return Expression(text, ast.Name(named[1]))
    if text[1:2] != "(":
        # `$w*2` is meant as a whole.
        whole = f": $({text.replace('$', '')})" if re.match(r"\$[^\W\d]\w*\s*[-+*/%]", text) else ""
        raise BadExpression("E402", f"cannot read the expression {show(text)}",
                            f"an expression is $name or $(…){whole}")  # fmt: skip
    if _count_unclosed(text) > 0:
        raise BadExpression("E402", f"cannot read the expression {show(text)}",
                            f"close it: {text}{')' * _count_unclosed(text)}", "`(` is never closed")  # fmt: skip
    if text[-1] != ")" or _count_unclosed(text[1:-1]) != 1:
        raise BadExpression("E402", f"cannot read the expression {show(text)}",
                            "all of it stands inside one $( … )")  # fmt: skip
    try:
        tree = _parse(text[2:-1].strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadExpression("E402", f"cannot read the expression {show(text)}",
                            "numbers, names, + - * / // % **, comparisons, and/or/not, list[i], "
                            "`a if c else b`, " + ", ".join(FUNCTIONS)) from None  # fmt: skip
    _check(tree)
    return Expression(text, tree)


def _parse(text: str) -> ast.expr:
    """The syntax of an expression; raises SyntaxError, also for what Python only warns of."""
    # `1or 2` is valid in some versions, or under some settings, and the language has neither.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return ast.parse(text, mode="eval").body


def _count_unclosed(text: str) -> int:
    depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return -1
    return depth


def _check(tree: ast.expr) -> None:
    """Refuse every node that is not on the list."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            _check_call(node)
        elif isinstance(node, ast.Subscript) and not isinstance(
            node.value, (ast.Name, ast.Subscript)
        ):
            raise BadExpression("E402", "an index stands behind the name of a list", "$(widths[i])")
        elif not isinstance(node, _ALLOWED) or (
            isinstance(node, ast.Constant) and not isinstance(node.value, (bool, int, float, str))
        ):
            raise BadExpression("E402", f"{_describe(node)} is not part of the language")


_ALLOWED = (
    ast.Constant, ast.Name, ast.Load, ast.BinOp, ast.UnaryOp, ast.USub, ast.UAdd, ast.Not,
    ast.Subscript, ast.BoolOp, ast.And, ast.Or, ast.Compare, ast.IfExp, ast.keyword, *_BINARY, *_COMPARE,
)  # fmt: skip


def _check_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        known = "the functions are " + ", ".join(FUNCTIONS)
        raise BadExpression("E402", f"unknown function `{name}`" if name else "only functions are called",
                            suggestion(name, FUNCTIONS) or known)  # fmt: skip
    least, most = _ARGUMENTS[name]
    if node.keywords and not (name == "make_divisible" and [k.arg for k in node.keywords] == ["d"]):
        raise BadExpression("E402", f"`{name}` takes no named arguments")
    given = len(node.args) + len(node.keywords)
    if not least <= given <= most:
        raise BadExpression("E402", f"`{name}` takes {least} to {most} arguments, got {given}")


def _describe(node: ast.AST) -> str:
    names = {ast.Attribute: "`.`", ast.Slice: "`:`", ast.Lambda: "`lambda`",
             ast.List: "a list", ast.Tuple: "a comma", ast.Dict: "a mapping"}  # fmt: skip
    return names.get(type(node), f"`{type(node).__name__.lower()}`")


def _free_names(nodes: list[ast.expr]) -> Iterator[str]:
    called = {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.Name) and id(node) not in called:
            yield node.id


def _value(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    return _RULES[type(node)](node, scope)


def _look_up(node: Any, scope: Mapping[str, Any]) -> Any:
    if node.id not in scope:
        raise BadExpression("E401", f"unknown name `{node.id}`", suggestion(node.id, scope))
    return scope[node.id]


def _binary(node: Any, scope: Mapping[str, Any]) -> Any:
    sign, apply = _BINARY[type(node.op)]
    left = _number(_value(node.left, scope), sign)
    right = _number(_value(node.right, scope), sign)
    try:
        return _limit(apply(left, right))
    except ZeroDivisionError:
        raise BadExpression("E406", f"division by zero in `{left} {sign} {right}`") from None


def _entry(node: Any, scope: Mapping[str, Any]) -> Any:
    found = _value(node.value, scope)
    if not isinstance(found, (list, tuple)):
        raise BadExpression("E406", f"`[ ]` takes a list, got {show(found)}")
    index = _number(_value(node.slice, scope), "[ ]")
    if index != int(index):
        raise BadExpression("E406", f"an index is a whole number, got {index}")
    if not -len(found) <= index < len(found):
        raise BadExpression("E406", f"there is no entry {int(index)}: the list has {len(found)}",
                            "entries count from 0, negative ones from the end")  # fmt: skip
    return found[int(index)]


def _unary(node: Any, scope: Mapping[str, Any]) -> Any:
    operand = _value(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not _truth(operand)
    return -_number(operand, "-") if isinstance(node.op, ast.USub) else _number(operand, "+")


def _logical(node: Any, scope: Mapping[str, Any]) -> bool:
    combine = any if isinstance(node.op, ast.Or) else all
    return combine(_truth(_value(value, scope)) for value in node.values)


def _choice(node: Any, scope: Mapping[str, Any]) -> Any:
    return _value(node.body if _truth(_value(node.test, scope)) else node.orelse, scope)


def _call(node: Any, scope: Mapping[str, Any]) -> Any:
    name = node.func.id
    given = [
        _number(_value(a, scope), name) for a in [*node.args, *(k.value for k in node.keywords)]
    ]
    if name == "round" and len(given) == 2 and given[1] not in range(16):
        raise BadExpression("E406", "`round` takes 0 to 15 digits")
    return _limit(FUNCTIONS[name](*given))


def _compare(node: ast.Compare, scope: Mapping[str, Any]) -> bool:
    left = _value(node.left, scope)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        sign, apply = _COMPARE[type(op)]
        right = _value(comparator, scope)
        if sign not in ("==", "!="):
            _number(left, sign)
            _number(right, sign)
        elif not (type(left) in _NUMBERS and type(right) in _NUMBERS):
            _comparable(left, sign)
            _comparable(right, sign)
        if not apply(left, right):
            return False
        left = right
    return True


_RULES: dict[type[ast.expr], Callable[[Any, Mapping[str, Any]], Any]] = {
    ast.Constant: lambda node, _: _limit(node.value), ast.Name: _look_up, ast.BinOp: _binary,
    ast.UnaryOp: _unary, ast.Subscript: _entry, ast.BoolOp: _logical,
    ast.Compare: _compare, ast.IfExp: _choice, ast.Call: _call,
}  # fmt: skip


def _number(value: Any, sign: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadExpression("E406", f"`{sign}` takes numbers, got {show(value)}")
    return value


_NUMBERS = (int, float, bool)


def _comparable(value: Any, sign: str) -> None:
    if isinstance(value, (list, dict)):
        raise BadExpression("E406", f"`{sign}` compares numbers and words, got {show(value)}")
    if isinstance(value, str) and len(value) > LENGTH:
        raise BadExpression("E403", f"a word that is compared has at most {LENGTH} characters")


def _truth(value: Any) -> bool:
    if isinstance(value, (bool, int, float)):
        return bool(value)
    raise BadExpression("E406", f"a condition must be true or false, got {show(value)}")


def _limit(value: Any) -> Any:
    if isinstance(value, (int, float)) and not -LIMIT <= value <= LIMIT:
        raise BadExpression("E403", "a value is larger than 2^53, or not a number")
    return value
