"""Lengths that are symbols, `s0`, and expressions of them: each as long as in the example, the batch 1."""

from __future__ import annotations

import ast
import math
import operator
import re
from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SYMBOL = re.compile(r"^(?:([a-z]\w*)|Symbol\('(\w+)'[^()]*\))$")
"""A symbol as it is, or as it is made."""
_LONGEST = 2000
_LARGEST = 2**48

_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "FloorDiv": operator.floordiv, "CleanDiv": operator.floordiv, "Mod": operator.mod,
    "PythonMod": operator.mod, "Max": max, "Min": min, "floor": math.floor, "ceiling": math.ceil,
    "IntTrueDiv": operator.truediv, "FloatTrueDiv": operator.truediv, "ToFloat": float,
    "TruncToInt": int, "FloorToInt": math.floor, "CeilToInt": math.ceil, "RoundToInt": round, "Abs": abs,
    "CeilDiv": lambda a, b: -(-a // b), "Integer": int, "Float": float,
    "Add": lambda *many: sum(many), "Mul": lambda *many: math.prod(many),
}  # fmt: skip


class Symbols:
    """What is known of the symbols of a program."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        """`values` are the numbers that a program computes with, by their names."""
        self._values = values
        self._batch = ""

    def set_batch(self, lengths: list[Any]) -> None:
        """The first lengths of the inputs: a symbol there is the batch, of which there is one example."""
        for length in lengths:
            text = (length.get("as_expr") or {}).get("expr_str")
            found = _SYMBOL.match(text) if isinstance(text, str) else None
            if found is not None:
                self._batch = found[1] or found[2]
                return

    def length(self, said: Mapping[str, Any]) -> int:
        """The length of an axis; raises Unreadable if it is not known."""
        if "as_int" in said:
            return _as_length(said["as_int"])
        return self._solve(said["as_expr"])

    def argument(self, said: Mapping[str, Any]) -> Any:
        """A number that is an argument, None if it is not known."""
        if "as_name" in said:
            found = self._values.get(said["as_name"])
            return None if found is None else self.length(found)
        return next(iter(said.values()))

    def _solve(self, said: Mapping[str, Any]) -> int:
        text = said.get("expr_str")
        hint = said.get("hint")
        known = _as_length(hint["as_int"]) if isinstance(hint, dict) and "as_int" in hint else None
        if not isinstance(text, str) or len(text) > _LONGEST:
            raise Unreadable("a length is no expression")
        if not self._batch or self._batch not in text:
            if known is None:
                raise Unreadable(f"the length `{text[:60]}` is open, and the file has no example of it",
                                 help="export the model with fixed sizes")  # fmt: skip
            return known
        try:
            found = _evaluate(ast.parse(text, mode="eval").body, {self._batch: 1})
            return _as_length(int(found))
        except (SyntaxError, ValueError, TypeError, ArithmeticError, LookupError,
                RecursionError, MemoryError):  # fmt: skip
            if known is None:
                raise Unreadable(f"the length `{text[:60]}` is not known") from None
            return known


def _as_length(n: Any) -> int:
    if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n < _LARGEST:
        raise Unreadable(f"{str(n)[:40]} is no length")
    return n


def _evaluate(node: ast.expr, names: Mapping[str, int]) -> Any:
    """The value of an expression; raises ValueError for what is not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, names)
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        one, other = _evaluate(node.left, names), _evaluate(node.right, names)
        return _OPERATIONS[type(node.op)](one, other)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id == "Symbol" and node.args and isinstance(node.args[0], ast.Constant):
            return names[str(node.args[0].value)]
        given = [_evaluate(one, names) for one in node.args]
        function = _FUNCTIONS.get(node.func.id)
        if function is not None:
            return function(*given)
    raise ValueError(ast.dump(node)[:60])
