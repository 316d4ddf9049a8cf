"""Values of keys: all are parsed once; those with expressions are computed where they are expanded."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.language.expressions import BadExpression, Expression, is_expression, parse
from cnncalc.language.sizes import MEASURED, Listed, Mapped, measure
from cnncalc.language.tree import BROKEN, Mapping, Node, Scalar, Sequence
from cnncalc.layers.base.key_types import ANY, Bad, Kind
from cnncalc.registry import suggestion

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from collections.abc import Mapping as Names

    from cnncalc.errors import Span
    from cnncalc.language.context import CompileContext, ExpandContext
    from cnncalc.language.report import Report


HANDED_ON = 8
"""In a step, so many names are handed on, with their values or without."""
READING = 10
"""To read an expression takes as long as to evaluate it so many times, and it is kept."""


class Failed(Exception):
    """A finding has been reported; what depends on the value cannot go on."""


class Value:
    """The value of one key: `constant` if it contains no expression, else `names` are those in it.

    `by_default` marks values from `defaults:`, `of_file` those from the file's, whose expressions
    see only the file's variables.
    """

    __slots__ = ("by_default", "constant", "data", "kind", "name", "names", "node", "of_file", "value",
                 "variables", "weight")  # fmt: skip

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
        self.data: Any = None
        """What `parse_node` makes of the node."""
        self.weight = 1
        """The steps that it takes to evaluate it."""

    @classmethod
    def check(cls, name: str, kind: Kind, node: Node, context: CompileContext) -> Value | None:
        """The value, as far as it can be checked before expansion; None if something is wrong."""
        if _is_broken(node):
            return None
        if kind is ANY and (endless := _endless(node)):
            context.report.find(
                "E105", f"`{name}` must be finite, got {endless.text}", endless.span
            )
            return None
        value = cls(name, kind, node, of_file=context.of_file)
        value.variables = context.known
        try:
            if not isinstance(node, Scalar) or _is_expression(node):
                names = _expressions(node, context, value)
                value.constant, value.names = names is None, names or ()
            value.data = parse_node(node)
            if not (value.constant and isinstance(node, Scalar)):
                value.weight = weight(value.data, node)
            if value.constant:
                value.value = value._parse(value.data, context.report)
        except Failed:
            return None
        return value

    def resolve(self, context: ExpandContext) -> Any:
        """The value in this context, by which something is decided; raises Failed after reporting."""
        if self.constant:
            return self.value
        found = self.evaluate(context)
        if context.tape is not None:
            context.tape.decide(self, context, found)
        return found

    def evaluate(self, context: ExpandContext) -> Any:
        """The value in this context, to be handed on; raises Failed after reporting."""
        if self.constant:
            return self.value
        try:
            data = evaluate_data(self.data, context.root if self.of_file else context.scope, self)
        except BadExpression as bad:
            report_bad(bad, bad_place(bad, self.node), context.report)
            raise Failed from None
        if type(data) in MEASURED:
            # What variables bring in is looked at as well.
            context.budget.steps.spend(data.total, self)
        return self._parse(data, context.report)

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
    if isinstance(node, Scalar):
        return node.value is BROKEN
    return isinstance(node, Mapping) and any(key.value is BROKEN for key, _ in node.pairs)


def _endless(node: Node) -> Scalar | None:
    """The first number in a value that is infinite, or none at all: nothing can be computed of it."""
    if isinstance(node, Scalar):
        return node if isinstance(node.value, float) and not isfinite(node.value) else None
    parts = node.items if isinstance(node, Sequence) else []
    if isinstance(node, Mapping):
        parts = [value for _, value in node.pairs]
    return next(filter(None, map(_endless, parts)), None)


def _is_expression(node: Scalar) -> bool:
    return isinstance(node.value, str) and is_expression(node.value)


class Placed(NamedTuple):
    """An expression and where it stands; None for one that cannot be read."""

    expression: Expression | None
    node: Scalar


def parse_node(node: Node) -> Any:
    """A node as Python data, with `Placed` for its expressions. What cannot be read is kept."""
    if isinstance(node, Scalar):
        if _is_expression(node):
            try:
                return Placed(parse(node.value), node)
            except BadExpression:
                return Placed(None, node)
        return node.value
    if isinstance(node, Sequence):
        return [parse_node(item) for item in node.items]
    if isinstance(node, Mapping):
        return {key.text: parse_node(value) for key, value in node.pairs}
    return None


def is_constant(data: Any) -> bool:
    """Whether no expression is left in what `parse_node` made of a node."""
    if isinstance(data, (dict, list)):
        return all(map(is_constant, data.values() if isinstance(data, dict) else data))
    return not isinstance(data, Placed)


def weight(data: Any, node: Node) -> int:
    """The steps that it takes to compute what `parse_node` has made of a node."""
    if isinstance(data, Placed):
        return data.expression.steps if data.expression else 1
    if isinstance(data, (list, dict)):
        # Those of the expressions, beside one for each value.
        return node.size + sum(part.steps for part in _each_expression(data))
    return 1


def _each_expression(data: Any) -> Iterator[Expression]:
    for part in data.values() if isinstance(data, dict) else data:
        if isinstance(part, Placed) and part.expression:
            yield part.expression
        elif isinstance(part, (list, dict)):
            yield from _each_expression(part)


def _source(data: Any) -> Scalar | None:
    """Where the expression stands that a value is made of."""
    return data.node if isinstance(data, Placed) else None


def evaluate_data(data: Any, scope: Names[str, Any], where: Any = None) -> Any:
    """What `parse_node` made of a node, its expressions evaluated.

    Raises BadExpression, and TooMuch at `where` if it becomes too large.
    """
    if type(data) is Placed:
        expression, node = data
        try:
            return (expression or parse(node.text)).value(scope)
        except BadExpression as bad:
            bad.place = node
            raise
    if isinstance(data, list):
        items = [evaluate_data(item, scope, where) for item in data]
        return Listed(items, *measure(items, map(_source, data), where))
    if isinstance(data, dict):
        pairs = {key: evaluate_data(item, scope, where) for key, item in data.items()}
        return Mapped(pairs, *measure(pairs.values(), map(_source, data.values()), where))
    return data


def bad_place(bad: BadExpression, node: Node) -> Span:
    """Where the expression stands that could not be evaluated inside `node`."""
    return (bad.place or node).span


def constant(node: Node, report: Report) -> Any:
    """A value that no name enters into; None after reporting if it cannot be computed."""
    try:
        return evaluate_data(parse_node(node), {})
    except BadExpression as bad:
        report_bad(bad, bad_place(bad, node), report)
        return None


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


def _expressions(node: Node, context: CompileContext, value: Value) -> frozenset[str] | None:
    """The names in the expressions of `node`, None if it has none; raises Failed after reporting.

    `value` is what they are for.
    """
    if isinstance(node, Scalar):
        if not _is_expression(node):
            return None
        try:
            expression = parse(node.value)
        except BadExpression as bad:
            report_bad(bad, node.span, context.report)
            raise Failed from None
        context.budget.steps.spend(READING * expression.steps, value)
        for name in sorted(expression.names):
            if name not in context.known:
                context.report.find("E401", f"unknown name `{name}`", node.span,
                                    help=_hint(name, context.known))  # fmt: skip
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
            names = _expressions(child, context, value)
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
