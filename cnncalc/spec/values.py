"""Values of keys: constants are parsed once, expressions wherever the spec is expanded."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from cnncalc.keys import ANY, Bad, Kind
from cnncalc.registry import suggestion
from cnncalc.spec.compose import BROKEN, Mapping, Node, Scalar, Sequence
from cnncalc.spec.expressions import BadExpression, is_expression, parse

if TYPE_CHECKING:
    from collections.abc import Collection

    from cnncalc.errors import Span
    from cnncalc.spec.report import Report

Scope = dict[str, Any]
"""What names mean in expressions."""


class Failed(Exception):
    """A finding has been reported; what depends on the value cannot go on."""


class Value:
    """The value of one key: `constant` if it contains no expression, else `names` are those in it.

    `by_default` marks values from `defaults:`, `of_file` those from the file's, whose expressions
    see only the file's variables.
    """

    __slots__ = ("by_default", "constant", "kind", "name", "names", "node", "of_file", "value",
                 "variables")  # fmt: skip

    def __init__(self, name: str, kind: Kind, node: Node, *, of_file: bool = False) -> None:
        """`name` is the key, for messages."""
        self.name = name
        self.kind = kind
        self.node = node
        self.of_file = of_file
        self.by_default = False
        self.constant = True
        self.names: Collection[str] = ()
        self.variables: Collection[str] = ()
        self.value: Any = None

    @classmethod
    def checked(
        cls,
        name: str,
        kind: Kind,
        node: Node,
        known: Collection[str],
        report: Report,
        *,
        of_file: bool = False,
    ) -> Value | None:
        """The value, as far as it can be checked before expansion; None if something is wrong.

        `known` are the names that expressions may use here.
        """
        if _is_broken(node):
            return None
        if kind is ANY and (endless := _endless(node)):
            report.find("E105", f"`{name}` must be finite, got {endless.text}", endless.span)
            return None
        value = cls(name, kind, node, of_file=of_file)
        value.variables = known
        try:
            names = _expressions(node, known, report)
            value.constant, value.names = names is None, names or ()
            if value.constant:
                value.value = value._parse(plain(node, {}), report)
        except Failed:
            return None
        return value

    def resolve(self, scope: Scope, root: Scope, report: Report) -> Any:
        """The value where names mean what `scope` says; raises Failed after reporting."""
        if self.constant:
            return self.value
        try:
            data = plain(self.node, root if self.of_file else scope)
        except BadExpression as bad:
            report_bad(bad, bad_place(bad, self.node), report)
            raise Failed from None
        return self._parse(data, report)

    def _parse(self, data: Any, report: Report) -> Any:
        try:
            return self.kind.parse(data)
        except Bad as bad:
            message = bad.message if bad.sentence else f"`{self.name}` {bad.message}"
            culprit = place(self.node, bad.at, key=bad.on_key)
            help = bad.help
            if not help and isinstance(data, str) and data in self.variables:
                help = f"did you mean `${data}`?"
            report.find(bad.code, message, culprit.span, help=help)
            raise Failed from None


def _is_broken(node: Node) -> bool:
    """Whether a value cannot be known because of a fault that is reported already."""
    if isinstance(node, Mapping):
        return any(key.value is BROKEN for key, _ in node.pairs)
    return isinstance(node, Scalar) and node.value is BROKEN


def _endless(node: Node) -> Scalar | None:
    """The first number in a value that is infinite, or none at all: nothing can be computed of it."""
    if isinstance(node, Scalar):
        return node if isinstance(node.value, float) and not isfinite(node.value) else None
    parts = node.items if isinstance(node, Sequence) else []
    if isinstance(node, Mapping):
        parts = [value for _, value in node.pairs]
    return next(filter(None, map(_endless, parts)), None)


def plain(node: Node, scope: Scope) -> Any:
    """A node as Python data, its expressions evaluated; raises BadExpression."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str) and is_expression(node.value):
            try:
                return parse(node.value).value(scope)
            except BadExpression as bad:
                bad.place = node  # type: ignore[attr-defined]
                raise
        return node.value
    if isinstance(node, Sequence):
        return [plain(item, scope) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: plain(value, scope) for key, value in node.pairs}
    return None


def bad_place(bad: BadExpression, node: Node) -> Span:
    """Where the expression stands that could not be evaluated inside `node`."""
    found: Node = getattr(bad, "place", node)
    return found.span


def report_bad(bad: BadExpression, span: Span, report: Report) -> None:
    """An expression's fault as a finding."""
    report.find(bad.code, bad.message, span, label=bad.label, help=bad.help)


def place(node: Node, at: tuple[int | str, ...], *, key: bool = False) -> Node:
    """The node inside `node` to which indices and keys lead, as far as they do.

    With `key`, the last step leads to the key itself, not to what stands under it.
    """
    for number, step in enumerate(at, 1):
        if key and number == len(at) and isinstance(node, Mapping):
            return next((name for name, _ in node.pairs if name.text == step), node)
        found: Node | None = None
        if isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            found = node.items[step]
        elif isinstance(node, Mapping):
            found = node.get(str(step))
        if found is None:
            return node
        node = found
    return node


def _expressions(node: Node, known: Collection[str], report: Report) -> frozenset[str] | None:
    """The names in the expressions of `node`, None if it has none; raises Failed after reporting."""
    if isinstance(node, Scalar):
        if not (isinstance(node.value, str) and is_expression(node.value)):
            return None
        try:
            expression = parse(node.value)
        except BadExpression as bad:
            report_bad(bad, node.span, report)
            raise Failed from None
        for name in sorted(expression.names):
            if name not in known:
                report.find("E401", f"unknown name `{name}`", node.span, help=_hint(name, known))
                raise Failed
        return expression.names
    children: list[Node] = []
    if isinstance(node, Sequence):
        children = node.items
    elif isinstance(node, Mapping):
        children = [value for _, value in node.pairs]
    # Every child is looked at, so that all faults of a list are reported.
    found: frozenset[str] | None = None
    failed = False
    for child in children:
        try:
            names = _expressions(child, known, report)
        except Failed:
            failed = True
        else:
            if names is not None:
                found = names | (found or frozenset())
    if failed:
        raise Failed
    return found


def _hint(name: str, known: Collection[str]) -> str:
    if name in ("i", "cin"):
        return f"`{name}` is known inside a block and in an item with `repeat`"
    if name in ("true", "false"):
        return f"write {name.capitalize()}, or 1 and 0"
    return suggestion(name, known) or (
        "known here: " + ", ".join(sorted(known)[:8]) if known else "declare it under `vars:`"
    )
