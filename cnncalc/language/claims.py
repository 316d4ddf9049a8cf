"""`expect:` and `budget:` as claims to be judged: which number, what it should be, where it says so.

They are compiled with the rest of the file, faults included; but what is wrong with a claim is told
only where a network comes to it, as is what depends on names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc import metrics
from cnncalc.language.expressions import BadExpression
from cnncalc.language.grammar import DEPLOYMENT, fields
from cnncalc.language.report import Keeper, Told
from cnncalc.language.tree import Mapping, Node, Scalar, Sequence
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
from cnncalc.layers.base.keys import Key
from cnncalc.layers.base.shape import MOST_AXES, MOST_OF_TENSOR
from cnncalc.metrics import SHAPE_WORDS
from cnncalc.network import Claim
from cnncalc.quantity import SIZES, Quantity, parse, without_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Mapping as Names

    from cnncalc.language.context import CompileContext, ExpandContext
    from cnncalc.language.report import Report
    from cnncalc.layers.base.key_types import Kind


class Option(NamedTuple):
    """How the network is run for a number, compiled: a key of `DEPLOYMENT` and its value."""

    name: str
    kind: Kind
    node: Node
    data: Any

    def value(self, scope: Names[str, Any], report: Report) -> Any:
        """The value where names mean what `scope` says; None after reporting if it is none."""
        try:
            return self.kind.parse(evaluate_data(self.data, scope))
        except Bad as bad:
            report.find(bad.code, f"`{self.name}` {bad.message}", self.node.span, help=bad.help)
        except BadExpression as bad:
            report_bad(bad, self.node.span, report)
        return None


class Expected(NamedTuple):
    """A number as it is claimed, compiled: `keys` lead to it, `form` is how it is written.

    `options` are how the network is run then.
    """

    kind: str
    keys: tuple[str, ...]
    form: Form
    node: Node
    options: tuple[Option, ...] = ()

    @property
    def is_constant(self) -> bool:
        """Whether the claim is the same wherever it is expanded."""
        return self.form.is_constant and all(is_constant(option.data) for option in self.options)

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
        way = tuple((option.name, option.value(scope, report)) for option in self.options)
        if any(value is None for _, value in way):
            return None
        text = node.text if isinstance(node, Scalar) else ""
        return Claim(self.kind, self.keys, wanted, text, node.span, way=way)


Claims = tuple["Expected | Claim | Told", ...]
"""What an `expect:` or `budget:` is compiled to, in its order; claims are complete."""


def judgeable(claims: Claims, context: ExpandContext) -> Iterator[Claim]:
    """The claims where they are expanded; what is wrong with the others is reported."""
    for claim in claims:
        if isinstance(claim, Claim):
            yield claim
        elif isinstance(claim, Told):
            # What is said beside a model file concerns whoever judges it: its network is sound.
            if context.report.source.judged:
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
def _keys(names: tuple[str, ...], whole: str = "") -> dict[str, Key]:
    """The keys of a mapping of numbers, or of those that are the parts of a `whole`."""
    also = {name: metric.also for name, metric in metrics.METRICS.items()}
    prefix = f"{whole}." if whole else ""
    return {name: Key(name, COUNT, None, "", also=also.get(prefix + name, "")) for name in names}


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
        pairs = node.pairs if isinstance(node, Mapping) else ()
        by_name = pairs and all(key.text in self.outputs for key, _ in pairs)
        if self.outputs and by_name:
            for output, value in self._pairs(node, self.outputs, "output"):
                for name, part in self._shape(value, output):
                    self._claim(("output", output, name), part)
            return
        # One shape for several outputs is that of each of them.
        places = [("output", name) for name in self.outputs] if self.outputs[1:] else [("output",)]
        for name, part in self._shape(node, "output"):
            for place in places:
                self._claim((*place, name), part)

    def _shape(self, node: Node, what: str) -> list[tuple[str, Node]]:
        """The parts of a shape, of which there is one at least."""
        found = list(self._pairs(node, SHAPE_WORDS, what))
        if isinstance(node, Mapping) and not node.pairs:
            self._report_empty(node, what, "channels: 10")
        return found

    def _report_empty(self, node: Node, what: str, example: str) -> None:
        self.report.find("E104", f"`{what}` states no number", node.span,
                         help=f"{what}: {{{example}}}")  # fmt: skip

    def _claim(self, keys: tuple[str, ...], node: Node) -> None:
        """One number, or what it is made of."""
        if isinstance(node, Mapping) and (parts := metrics.parts(".".join(keys))):
            self._parts(keys, node, parts)
        else:
            self._number(keys, node)

    def _parts(self, keys: tuple[str, ...], node: Mapping, parts: tuple[str, ...]) -> None:
        """A number that is made of others: bounds, parts, and how the network is run for them."""
        known = {**_keys(_BOUNDS), **_keys(parts, keys[-1]), **DEPLOYMENT}
        found, sound = fields(node, known, f"in `{keys[-1]}`", self.report)
        options = [Option(name, known[name].kind, value, parse_node(value))
                   for name, (_, value) in found.items() if name in DEPLOYMENT]  # fmt: skip
        for option in options:
            if is_constant(option.data) and option.value({}, self.report) is None:
                return
        bounds = [found[word] for word in _BOUNDS if word in found]
        if bounds:
            self._number(keys, Mapping(bounds, node.start, node.end), options)
        for name in parts:
            if name in found:
                self._number((*keys, name), found[name][1], options)
        if sound and not {*found} - {*DEPLOYMENT}:
            self._report_empty(node, keys[-1], f"{parts[1]}: 256KiB")

    def _number(self, keys: tuple[str, ...], node: Node, options: Iterable[Option] = ()) -> None:
        """One number, however it is written."""
        expected = Expected(self.kind, keys, Form(keys, node), node, tuple(options))
        self.budget.steps.spend(READING * expected.form.weight, node)
        if expected.is_constant:
            claim = expected.claim({}, self.report)
            self.found += () if claim is None else (claim,)
        else:
            self.found.append(expected)


_BOUNDS = ("min", "max")


class Form:
    """How a number is written: one, a list of one per axis, or {min, max}."""

    __slots__ = (
        "_bounds",
        "_counts",
        "_data",
        "_node",
        "_of_tensor",
        "_per_axis",
        "is_constant",
        "weight",
    )

    def __init__(self, keys: tuple[str, ...], node: Node) -> None:
        """`keys` lead to the number."""
        name = keys[-1]
        metric = metrics.METRICS.get(".".join(keys))
        self._counts = name if metric is None or metric.unit is not metrics.BYTES else ""
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
            if not self._bounds or not set(self._bounds) <= {*_BOUNDS}:
                raise Bad("must be a number, or {min: …, max: …}")
            return tuple(
                _quantity(self._bounds[word], self._data[word], scope, self._counts)
                if word in self._bounds
                else None
                for word in _BOUNDS
            )
        if self._per_axis:
            value = evaluate_data(self._data, scope)
            if not isinstance(value, list):
                raise Bad(f"must be a list of one per axis, got {show(value)}", "write [H, W]")
            return Axes(COUNT, MOST_OF_TENSOR if self._of_tensor else MOST_AXES).parse(value)
        return _quantity(self._node, self._data, scope, self._counts)


def _is_on_axes(name: str) -> bool:
    metric = metrics.METRICS.get(name)
    return metric is not None and metric.unit is metrics.AXES


def _quantity(node: Node, data: Any, scope: Names[str, Any], counts: str) -> Quantity:
    """The quantity that is written; `counts` is the name of a number that is none of bytes."""
    if not isinstance(node, Scalar):
        raise Bad("must be a number such as 25557032, 4.09G or 256KiB")
    text = str(evaluate_data(data, scope)) if isinstance(data, Placed) else node.text
    quantity = parse(text)
    if quantity is None:
        looks = text[:1].isdigit() and not text.isdigit()
        raise Bad(f"must be a number such as 25557032, 4.09G or 256KiB, got {show(text or None)}",
                  SIZES if looks else "")  # fmt: skip
    if counts and (number := without_bytes(text)) is not None:
        raise Bad(f"is no number of bytes, got {show(text)}",
                  f"{number}, or {number}G for thousand millions" if number.isdigit() else number)  # fmt: skip
    return quantity
