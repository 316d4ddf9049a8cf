"""The code of TorchScript, followed for one size of what goes in: of tensors shapes alone are known.

It is Python in its form. Only what is listed here has a meaning, so nothing of Python itself is ever called.
Loops run as often as their numbers say, within a limit. Of operators of tensors the caller says what they give.

Source: torch/csrc/jit/serialization/python_print.cpp of PyTorch.
"""

from __future__ import annotations

import ast
import operator
from math import prod
from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.importers.base.torch.code import Code

_STEPS = 400_000
"""So many expressions are computed at most."""
_DEPTH = 200
_LONGEST = 10_000
"""A list that is computed with has so many elements."""
_LARGEST = 2**62


class Tensor:
    """A tensor: what it is called in the program, and its shape. What works in place gives it another name."""

    def __init__(self, ref: str, dims: tuple[int, ...]) -> None:
        """`ref` is a value of the program."""
        self.ref = ref
        self.dims = dims


class Owner:
    """A module: its class, its attributes, and its path, `layer1.0.conv1`."""

    def __init__(self, kind: str, attributes: dict[str, Any], path: str) -> None:
        """`kind` is the name of its class in the file."""
        self.kind = kind
        self.attributes = attributes
        self.path = path


class Stop(Exception):
    """The code raises an error of its own."""


class _Return(Exception):
    """A function gives this."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class Machine:
    """Follows calls; `trace` says what an operator of tensors gives, by its name and its arguments."""

    def __init__(
        self,
        code: Code,
        trace: Callable[[str, list[Any], dict[str, Any]], Any],
        constants: Mapping[str, Any],
    ) -> None:
        """`constants` are those of the archive by their names, `c0`."""
        self.code, self._trace, self._constants = code, trace, constants
        self.owners: list[Owner] = []
        self._steps = 0

    def call_method(self, owner: Owner, name: str, given: Sequence[Any]) -> Any:
        """What a method of a module gives; raises Unreadable."""
        method = self.code.class_of(owner.kind).methods.get(name)
        if method is None:
            raise Unreadable(f"`{cut(owner.kind, NAME)}` has no `{cut(name, NAME)}`")
        self.owners.append(owner)
        try:
            return self._call(method, [owner, *given])
        finally:
            self.owners.pop()

    def _call(
        self, function: ast.FunctionDef, given: Sequence[Any], said: Mapping[str, Any] | None = None
    ) -> Any:
        arguments = function.args
        names = [part.arg for part in arguments.args]
        scope: dict[str, Any] = {}
        defaults = arguments.defaults
        for name, default in zip(names[len(names) - len(defaults) :], defaults, strict=True):
            scope[name] = self._value(default, {})
        scope |= dict(zip(names, given, strict=False))
        scope |= said or {}
        try:
            self._run(function.body, scope)
        except _Return as found:
            return found.value
        except RecursionError:
            raise Unreadable("the code calls itself too often") from None
        return None

    def _run(self, body: Sequence[ast.stmt], scope: dict[str, Any]) -> None:
        for part in body:
            self._spend()
            if isinstance(part, ast.Assign):
                self._assign(part.targets[0], self._value(part.value, scope), scope)
            elif isinstance(part, ast.AnnAssign) and part.value is not None:
                self._assign(part.target, self._value(part.value, scope), scope)
            elif isinstance(part, ast.Expr):
                self._value(part.value, scope)
            elif isinstance(part, ast.Return):
                raise _Return(None if part.value is None else self._value(part.value, scope))
            elif isinstance(part, ast.If):
                self._run(part.body if self._is_true(part.test, scope) else part.orelse, scope)
            elif isinstance(part, ast.For):
                for item in self._value(part.iter, scope):
                    self._assign(part.target, item, scope)
                    self._run(part.body, scope)
            elif isinstance(part, ast.While):
                while self._is_true(part.test, scope):
                    self._run(part.body, scope)
            elif not isinstance(part, ast.Pass):
                raise _unknown(part)

    def _spend(self, steps: int = 1) -> None:
        self._steps += steps
        if self._steps > _STEPS or len(self.owners) > _DEPTH:
            raise Unreadable(
                "following the code takes too long, or too many modules stand in each other"
            )

    def _is_true(self, test: ast.expr, scope: dict[str, Any]) -> bool:
        found = self._value(test, scope)
        if isinstance(found, Tensor):
            raise Unreadable("what the code does depends on the numbers that go in")
        return bool(found)

    def _assign(self, target: ast.expr, value: Any, scope: dict[str, Any]) -> None:
        if isinstance(target, ast.Name):
            scope[target.id] = value
        elif isinstance(target, ast.Tuple):
            for part, one in zip(target.elts, value, strict=True):
                self._assign(part, one, scope)
        elif isinstance(target, ast.Subscript):
            self._value(target.value, scope)[self._value(target.slice, scope)] = value
        # What is kept in a module is not kept here: nothing is trained.

    def _value(self, node: ast.expr, scope: dict[str, Any]) -> Any:
        self._spend()
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return scope.get(node.id, node.id)
        if isinstance(node, (ast.List, ast.Tuple)):
            items = [self._value(part, scope) for part in node.elts]
            return items if isinstance(node, ast.List) else tuple(items)
        if isinstance(node, ast.Dict):
            keys = [self._value(part, scope) for part in node.keys if part is not None]
            return dict(zip(keys, (self._value(part, scope) for part in node.values), strict=False))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._value(node.operand, scope)
        if isinstance(node, ast.Subscript):
            items = self._value(node.value, scope)
            # A type, `List[int]`, is its name.
            return ast.unparse(node) if items in _TYPES else items[self._value(node.slice, scope)]
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope)
        if isinstance(node, ast.Call):
            return self._follow_call(node, scope)
        raise _unknown(node)

    def _attribute(self, node: ast.Attribute, scope: dict[str, Any]) -> Any:
        owner = self._value(node.value, scope)
        if isinstance(owner, Owner):
            return self._get(owner, node.attr)
        if owner == "CONSTANTS":
            return self._constants[node.attr]
        # A name of the file, or of an operator.
        return f"{owner}.{node.attr}"

    def _get(self, owner: Owner, name: str) -> Any:
        """An attribute of a module, or a constant of its class; raises Unreadable."""
        if name in owner.attributes:
            return owner.attributes[name]
        said = self.code.class_of(owner.kind).said
        if name not in said:
            raise Unreadable(f"`{cut(owner.path, NAME)}` has no attribute `{cut(name, NAME)}`")
        return said[name]

    def _follow_call(self, node: ast.Call, scope: dict[str, Any]) -> Any:
        given = [self._value(part, scope) for part in node.args]
        said = {part.arg: self._value(part.value, scope) for part in node.keywords if part.arg}
        function = node.func
        if isinstance(function, ast.Attribute):
            owner = self._value(function.value, scope)
            if isinstance(owner, Owner):
                return self.call_method(owner, function.attr, given)
        name = self._value(function, scope)
        if not isinstance(name, str):
            raise _unknown(node)
        if name.startswith("__torch__."):
            found = self.code.find(name)
            if isinstance(found, ast.FunctionDef):
                return self._call(found, given, said)
            if isinstance(found, ast.ClassDef):
                # What is not a module is a tuple with names.
                return tuple(given)
            raise Unreadable(f"the code of `{cut(name, NAME)}` is not in the archive")
        if name == "ops.prim.RaiseException":
            said_why = given[0] if given and isinstance(given[0], str) else "it says no more"
            raise Stop(cut(said_why, NAME))
        if name == "getattr" and isinstance(given[0], Owner):
            return self._get(given[0], given[1])
        plain = name.removeprefix("torch.").removeprefix("ops.prim.").removeprefix("ops.aten.")
        if plain in _PLAIN and not any(isinstance(value, Tensor) for value in given):
            return self._compute(plain, given)
        if plain in _OF_TENSORS:
            return _OF_TENSORS[plain](*given)
        return self._trace(plain, given, said)

    def _compute(self, name: str, given: list[Any]) -> Any:
        """What is computed of plain data, which is neither long nor large; raises Unreadable."""
        items = [
            one
            for value in given
            for one in (value if isinstance(value, (list, tuple)) else [value])
        ]
        self._spend(len(items))
        plain = all(one is None or isinstance(one, (int, float, str, Tensor)) for one in items)
        lists = sum(isinstance(value, (list, tuple, str)) for value in given)
        bad = name in _OF_NUMBERS and (lists or (name == "pow" and abs(given[1]) > 64))
        found = None if bad or not plain or len(items) > _LONGEST else _PLAIN[name](*given)
        large = isinstance(found, int) and abs(found) >= _LARGEST
        if bad or not plain or large or len(items) > _LONGEST:
            raise Unreadable(f"what the code computes by `{name}` is too large, or no number")
        return found


def _unknown(node: ast.AST) -> Unreadable:
    return Unreadable(
        f"the code has `{type(node).__name__}`, which is not read", getattr(node, "lineno", None)
    )


def _slice(items: Any, start: Any = None, end: Any = None, step: Any = None) -> Any:
    return items[start:end:step]


def _append(items: list[Any], value: Any) -> list[Any]:
    items.append(value)
    return items


def _range(*bounds: Any) -> list[int]:
    found = range(*(int(n) for n in bounds))
    if len(found) > _LONGEST:
        raise Unreadable(f"a loop of the code runs more than {_LONGEST:,} times")
    return list(found)


_TYPES = ("List", "Optional", "Tuple", "Dict", "Final", "Union")

_OF_NUMBERS = ("mul", "pow", "div", "floordiv", "floor_divide", "remainder", "neg", "sub")
_ARITHMETIC = ("eq", "ne", "lt", "le", "gt", "ge", "add", "sub", "mul", "neg", "pow")

_PLAIN: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in _ARITHMETIC},
    "div": operator.truediv, "floordiv": operator.floordiv, "floor_divide": operator.floordiv,
    "remainder": operator.mod, "__not__": operator.not_, "__and__": operator.and_, "__or__": operator.or_,
    "slice": _slice, "select": operator.getitem, "format": lambda *parts: str(parts[0]),
    "__contains__": lambda items, one: one in items, "int": int, "float": float, "bool": bool,
    "Int": int, "Float": float, "Bool": bool, "floor": lambda n: int(n // 1), "ceil": lambda n: -int(-n // 1),
    "sqrt": lambda n: n**0.5, "min": min, "max": max, "range": _range, "NumToTensor": lambda n: n,
    "ScalarImplicit": lambda n: n, "copy": list, "list": list,
}  # fmt: skip
"""What is computed of plain data."""

_OF_TENSORS: dict[str, Callable[..., Any]] = {
    "size": lambda x, axis=None: list(x.dims) if axis is None else x.dims[axis],
    "dim": lambda x: len(x.dims), "numel": lambda x: prod(x.dims),
    "len": lambda x: x.dims[0] if isinstance(x, Tensor) else len(x),
    "__is__": lambda a, b: a is b, "__isnot__": lambda a, b: a is not b,
    "annotate": lambda _, value: value, "unchecked_cast": lambda _, value: value,
    "uninitialized": lambda _: None,
    "isinstance": lambda value, kind: isinstance(value, Tensor) == ("Tensor" in str(kind)),
    "append": _append, "is_scripting": lambda: True, "is_tracing": lambda: False, "device": lambda x: "cpu",
    "dtype": lambda x: 6, "requires_grad": lambda x: False, "is_cuda": lambda x: False, "warn": lambda *_: None,
    "is_floating_point": lambda x: True, "_log_api_usage_once": lambda *_: None,
}  # fmt: skip
"""What is asked of a tensor, or of anything."""
