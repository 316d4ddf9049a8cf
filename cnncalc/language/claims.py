"""`expect:` and `budget:` as claims to be judged: which number, what it should be, where it says so.

They are compiled with the rest of the file, faults included; but what is wrong with a claim is told
only where a network comes to it, as is what depends on names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import metrics
from cnncalc.language.compose import Mapping, Node, Scalar, Sequence
from cnncalc.language.expressions import BadExpression
from cnncalc.language.grammar import fields
from cnncalc.language.report import Keeper, Told
from cnncalc.language.values import (
    READING,
    Placed,
    evaluate_data,
    is_constant,
    parse_node,
    report_bad,
    weight,
)
from cnncalc.layers.base.key_types import COUNT, Axes, Bad, show
from cnncalc.layers.base.keys import make_keys
from cnncalc.layers.base.shape import MOST_AXES, MOST_OF_TENSOR
from cnncalc.metrics import SHAPE_WORDS
from cnncalc.network import Claim
from cnncalc.quantity import Quantity, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Names

    from cnncalc.language.context import CompileContext, ExpandContext
    from cnncalc.language.report import Report
    from cnncalc.layers.base.keys import Key


class Expected(NamedTuple):
    """A number as it is claimed, compiled: `keys` lead to it, `form` is how it is written."""

    kind: str
    keys: tuple[str, ...]
    form: Form
    node: Node

    def claim(self, scope: Names[str, Any], report: Report) -> Claim | None:
        """The claim where names mean what `scope` says; None after reporting if there is none."""
        node = self.node
        try:
            wanted = self.form.evaluate(scope)
        except Bad as bad:
            name = ".".join(self.keys)
            report.find(bad.code, f"`{name}` {bad.message}", node.span, help=bad.help)
            return None
        except BadExpression as bad:
            report_bad(bad, node.span, report)
            return None
        text = node.text if isinstance(node, Scalar) else ""
        return Claim(self.kind, self.keys, wanted, text, node.span)


Claims = tuple["Expected | Claim | Told", ...]
"""What an `expect:` or `budget:` is compiled to, in its order; claims are complete."""


def judgeable(claims: Claims, context: ExpandContext) -> Iterator[Claim]:
    """The claims where they are expanded; what is wrong with the others is reported."""
    for claim in claims:
        if isinstance(claim, Claim):
            yield claim
        elif isinstance(claim, Told):
            claim.tell(context.report)
        else:
            context.budget.steps.spend(claim.form.weight, claim.node)
            found = claim.claim(context.scope, context.report)
            if found is not None:
                yield found


def claims_of_model(
    node: Node | None, kind: str, outputs: Iterable[str], context: CompileContext
) -> Claims:
    """The claims of a model's `expect:` or `budget:` (the kind); `outputs` are its named ones."""
    return () if node is None else _Compiler(kind, context, tuple(outputs)).of_model(node)


def claims_of_layer(node: Node | None, context: CompileContext) -> Claims:
    """The claims of a layer's `expect:`."""
    return () if node is None else _Compiler("expect", context).of_layer(node)


@cache
def _keys(names: tuple[str, ...]) -> dict[str, Key]:
    """The keys of a mapping of numbers."""
    return make_keys(*((name, COUNT, None, "") for name in names))


class _Compiler:
    """Compiles the claims of one kind."""

    def __init__(self, kind: str, context: CompileContext, outputs: tuple[str, ...] = ()) -> None:
        """`outputs` are the names under which outputs can be claimed."""
        self.budget = context.budget
        self.kind = kind
        self.outputs = outputs
        self.found: list[Expected | Claim | Told] = []
        self.report = Keeper(context.report.source, self.found, context.budget)

    def of_model(self, node: Node) -> Claims:
        """All claims of a mapping about a model."""
        for name, value in self._pairs(node, metrics.of_model(), self.kind):
            if name == "output":
                self._output(value)
            else:
                self._claim((name,), value)
        return tuple(self.found)

    def of_layer(self, node: Node) -> Claims:
        """All claims of a mapping about a layer."""
        for name, value in self._pairs(node, metrics.of_layer(), self.kind):
            self._claim((name,), value)
        return tuple(self.found)

    def _pairs(self, node: Node, names: tuple[str, ...], what: str) -> Iterator[tuple[str, Node]]:
        if not isinstance(node, Mapping):
            self.report.find("E101", f"`{what}` must be a mapping", node.span,
                             help=f"{what}: {{{', '.join(names[:3])}, …}}")  # fmt: skip
            return
        found, _ = fields(node, _keys(names), f"in `{what}`", self.report)
        for name, (_, value) in found.items():
            yield name, value

    def _output(self, node: Node) -> None:
        """`output: {channels: 2}`, or by name: `output: {p3: {channels: 255}}`."""
        by_name = isinstance(node, Mapping) and all(k.text in self.outputs for k, _ in node.pairs)
        if self.outputs and by_name:
            for output, value in self._pairs(node, self.outputs, "output"):
                for name, part in self._pairs(value, SHAPE_WORDS, output):
                    self._claim(("output", output, name), part)
            return
        for name, part in self._pairs(node, SHAPE_WORDS, "output"):
            self._claim(("output", name), part)

    def _claim(self, keys: tuple[str, ...], node: Node) -> None:
        """One number, or a part of it."""
        is_whole = isinstance(node, Mapping) and not any(
            key.text in ("min", "max") for key, _ in node.pairs
        )
        if is_whole and (parts := metrics.parts(".".join(keys))):
            for name, part in self._pairs(node, parts, keys[-1]):
                self._claim((*keys, name), part)
            return
        expected = Expected(self.kind, keys, Form(keys[-1], node), node)
        self.budget.steps.spend(READING * expected.form.weight, node)
        if expected.form.is_constant:
            claim = expected.claim({}, self.report)
            self.found += () if claim is None else (claim,)
        else:
            self.found.append(expected)


class Form:
    """How a number is written: one, a list of one per axis, or {min, max}."""

    __slots__ = ("_bounds", "_data", "_node", "_of_tensor", "_per_axis", "is_constant", "weight")

    def __init__(self, name: str, node: Node) -> None:
        """`name` is that of the number."""
        self._node = node
        listed = isinstance(node, Sequence) and (name in ("tokens", "shape") or _is_on_axes(name))
        self._of_tensor = name == "shape"
        self._per_axis = name == "size" or listed
        self._data = parse_node(node)
        self._bounds: dict[str, Node] | None = None
        if isinstance(node, Mapping):
            self._bounds = {key.text: value for key, value in node.pairs}
        self.is_constant = is_constant(self._data)
        self.weight = weight(self._data, node)
        """The steps that it takes to evaluate it."""

    def evaluate(self, scope: Names[str, Any]) -> Any:
        """What the number should be; raises Bad or BadExpression."""
        if self._bounds is not None:
            if not self._bounds or not set(self._bounds) <= {"min", "max"}:
                raise Bad("must be a number, or {min: …, max: …}")
            return tuple(
                _quantity(self._bounds[word], self._data[word], scope)
                if word in self._bounds
                else None
                for word in ("min", "max")
            )
        if self._per_axis:
            value = evaluate_data(self._data, scope)
            if not isinstance(value, list):
                raise Bad(f"must be a list of one per axis, got {show(value)}", "write [H, W]")
            return Axes(COUNT, MOST_OF_TENSOR if self._of_tensor else MOST_AXES).parse(value)
        return _quantity(self._node, self._data, scope)


def _is_on_axes(name: str) -> bool:
    metric = metrics.METRICS.get(name)
    return metric is not None and metric.unit is metrics.AXES


def _quantity(node: Node, data: Any, scope: Names[str, Any]) -> Quantity:
    if not isinstance(node, Scalar):
        raise Bad("must be a number such as 25557032, 4.09G or 256KiB")
    text = str(evaluate_data(data, scope)) if isinstance(data, Placed) else node.text
    quantity = parse(text)
    if quantity is None:
        raise Bad(f"must be a number such as 25557032, 4.09G or 256KiB, got {show(text or None)}")
    return quantity
