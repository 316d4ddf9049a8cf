"""`expect:` and `budget:` as claims to be judged: which number, what it should be, where it says so."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from cnncalc import metrics
from cnncalc.keys import COUNT, Axes, Bad, keyed, show
from cnncalc.metrics import SHAPE_WORDS
from cnncalc.network import Claim
from cnncalc.quantity import Quantity, parse
from cnncalc.spec.compose import Mapping, Node, Scalar, Sequence
from cnncalc.spec.expressions import BadExpression, is_expression
from cnncalc.spec.grammar import fields
from cnncalc.spec.values import plain, report_bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.keys import Key
    from cnncalc.spec.report import Report
    from cnncalc.spec.values import Scope


@cache
def _keys(names: tuple[str, ...]) -> dict[str, Key]:
    """The keys of a mapping of numbers."""
    return keyed(*((name, COUNT, None, "") for name in names))


class Claims:
    """Reads claims where names mean what `scope` says."""

    def __init__(self, scope: Scope, report: Report) -> None:
        """Findings go to `report`."""
        self.scope = scope
        self.report = report

    def of_model(self, node: Node | None, kind: str, outputs: tuple[str, ...]) -> list[Claim]:
        """The claims of a model's `expect:` or `budget:` (the kind); `outputs` are named ones."""
        found: list[Claim] = []
        for name, value in self._pairs(node, metrics.of_model(), kind):
            if name == "output":
                found.extend(self._output(value, kind, outputs))
            else:
                found.extend(self._claim(kind, (name,), value))
        return found

    def of_layer(self, node: Node | None, index: int) -> list[Claim]:
        """The claims of a layer's `expect:` about node `index`."""
        return [
            claim._replace(node=index)
            for name, value in self._pairs(node, metrics.of_layer(), "expect")
            for claim in self._claim("expect", (name,), value)
        ]

    def _pairs(
        self, node: Node | None, names: tuple[str, ...], what: str
    ) -> Iterator[tuple[str, Node]]:
        if node is None:
            return
        if not isinstance(node, Mapping):
            self.report.find("E101", f"`{what}` must be a mapping", node.span,
                             help=f"{what}: {{{', '.join(names[:3])}, …}}")  # fmt: skip
            return
        found, _ = fields(node, _keys(names), f"in `{what}`", self.report)
        for name, (_, value) in found.items():
            yield name, value

    def _output(self, node: Node, kind: str, outputs: tuple[str, ...]) -> Iterator[Claim]:
        """`output: {channels: 2}`, or by name: `output: {p3: {channels: 255}}`."""
        by_name = isinstance(node, Mapping) and all(k.text in outputs for k, _ in node.pairs)
        if outputs and by_name:
            for output, value in self._pairs(node, outputs, "output"):
                for name, part in self._pairs(value, SHAPE_WORDS, output):
                    yield from self._claim(kind, ("output", output, name), part)
            return
        for name, part in self._pairs(node, SHAPE_WORDS, "output"):
            yield from self._claim(kind, ("output", name), part)

    def _claim(self, kind: str, keys: tuple[str, ...], node: Node) -> Iterator[Claim]:
        """One number, or a part of it."""
        is_range = isinstance(node, Mapping) and any(
            k.text in ("min", "max") for k, _ in node.pairs
        )
        parts = metrics.parts(".".join(keys))
        if parts and isinstance(node, Mapping) and not is_range:
            for name, part in self._pairs(node, parts, keys[-1]):
                yield from self._claim(kind, (*keys, name), part)
            return
        try:
            wanted = self._wanted(keys[-1], node)
        except Bad as bad:
            name = ".".join(keys)
            self.report.find(bad.code, f"`{name}` {bad.message}", node.span, help=bad.help)
            return
        except BadExpression as bad:
            report_bad(bad, node.span, self.report)
            return
        text = node.text if isinstance(node, Scalar) else ""
        yield Claim(kind, keys, wanted, text, node.span)

    def _wanted(self, name: str, node: Node) -> Any:
        if isinstance(node, Mapping):
            bounds = {key.text: value for key, value in node.pairs}
            if not bounds or not set(bounds) <= {"min", "max"}:
                raise Bad("must be a number, or {min: …, max: …}")
            return tuple(
                self._quantity(bounds[word]) if word in bounds else None for word in ("min", "max")
            )
        metric = metrics.METRICS.get(name)
        per_axis = metric is not None and metric.unit is metrics.AXES
        if name == "size" or (per_axis and isinstance(node, Sequence)):
            value = plain(node, self.scope)
            if not isinstance(value, list):
                raise Bad(f"must be a list of one per axis, got {show(value)}", "write [H, W]")
            return Axes(COUNT).parse(value)
        return self._quantity(node)

    def _quantity(self, node: Node) -> Quantity:
        if not isinstance(node, Scalar):
            raise Bad("must be a number such as 25557032, 4.09G or 256KiB")
        text = node.text
        if isinstance(node.value, str) and is_expression(text):
            text = str(plain(node, self.scope))
        quantity = parse(text)
        if quantity is None:
            raise Bad(f"must be a number such as 25557032, 4.09G or 256KiB, got {show(text)}")
        return quantity
