"""Layers that exporters write as several nodes, recognised as what they are.

A pattern is an operator and its operands: a pattern, a name for what is read (the same name is the same
tensor), a number, `?name` for a constant, `_` for anything. `*` behind an operator says that it may have
more operands; the operands of a sum or a product may change places. What is inside must be read by nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.onnx.model import Node, Tensor
from cnncalc.importers.base.onnx.values import load_constant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cnncalc.importers.base.onnx.model import Graph
    from cnncalc.importers.base.wire import Wire

Pattern = Any


def with_scales(kind: str, cores: Iterable[Pattern]) -> list[tuple[str, Pattern]]:
    """Patterns of a norm behind which a learnt scale and a learnt shift stand."""
    return [
        (kind, pattern)
        for core in cores
        for pattern in (
            ("Add", ("Mul", core, "?scale"), "?shift"),
            # A script writes addcmul with its factor of 1.
            ("Add", ("Mul", ("Mul", core, "?scale"), 1.0), "?shift"),
            ("Addcmul", "?shift", core, "?scale"),
            ("Addcmul", "?shift", "?scale", core),
        )
    ]


_CLIP = ("Clip*", ("Add", "x", 3.0))
_ERF = [("Erf", ("Div", "x", 1.4142135)), ("Erf", ("Mul", "x", 0.70710678))]
_CUBE = [("Pow", "x", 3.0), ("Mul", ("Mul", "x", "x"), "x")]
_TANH = [("Tanh", ("Mul", ("Add", "x", ("Mul", cube, 0.044715)), 0.7978846)) for cube in _CUBE]
_GATE = [("Add", inner, 1.0) for inner in (*_ERF, *_TANH)]
LESS = ("Sub", "x", ("ReduceMean*", "x"))
_SQUARE = [("Pow", LESS, 2.0), ("Mul", LESS, LESS)]
_LAYER = [("Div", LESS, ("Sqrt", ("Add", ("ReduceMean*", square), "?eps"))) for square in _SQUARE]
_ROOT = ("Sqrt", ("Add", ("ReduceMean*", ("Pow", "x", 2.0)), "?eps"))
_LENGTH = ("ReduceL2*", "x")
_GRN = ("Mul", "x", ("Div", _LENGTH, ("Add", ("ReduceMean*", _LENGTH), "?eps")))
_GROUP = ("Reshape*", ("InstanceNormalization", ("Reshape*", "x"), "?ones", "?zeros"))
_NEIGHBOURS = [
    (last, ("AveragePool", ("Pad*", (first, square))))
    for last in ("Squeeze*", "Reshape*")
    for first in ("Unsqueeze*", "Reshape*")
    for square in (("Mul", "x", "x"), ("Pow", "x", 2.0))
]
_MEANS = [*_NEIGHBOURS, *(("Reshape*", mean) for mean in _NEIGHBOURS)]
_DIVISOR = [("Pow", ("Add", ("Mul", mean, "?alpha"), "?k"), "?beta") for mean in _MEANS]

PATTERNS: list[tuple[str, Pattern]] = [
    ("silu", ("Mul", "x", ("Sigmoid", "x"))),
    ("mish", ("Mul", "x", ("Tanh", ("Softplus", "x")))),
    ("softplus", ("Where", ("Greater", "x", "?most"), "x", ("Softplus", "x"))),
    ("log_sigmoid", ("Log", ("Sigmoid", "x"))),
    ("hard_swish", ("Mul", "x", ("HardSigmoid", "x"))),
    *(("hard_swish", ("Mul", "x", (op, _CLIP, by))) for op, by in (("Div", 6.0), ("Mul", 1 / 6))),
    *(("hard_swish", (op, ("Mul", "x", _CLIP), by)) for op, by in (("Div", 6.0), ("Mul", 1 / 6))),
    *(("hard_sigmoid", (op, _CLIP, by)) for op, by in (("Div", 6.0), ("Mul", 1 / 6))),
    *(("gelu", ("Mul", ("Mul", "x", gate), 0.5)) for gate in _GATE),
    *(("gelu", ("Mul", ("Mul", "x", 0.5), gate)) for gate in _GATE),
    *(("gelu", ("Mul", "x", ("Mul", gate, 0.5))) for gate in _GATE),
    ("softsign", ("Div", "x", ("Add", ("Abs", "x"), 1.0))),
    ("tanh_shrink", ("Sub", "x", ("Tanh", "x"))),
    *with_scales("layer_norm", _LAYER),
    *(("layer_norm", layer) for layer in _LAYER),
    ("rms_norm", ("Mul", ("Mul", "x", ("Reciprocal", _ROOT)), "?scale")),
    ("rms_norm", ("Mul", ("Div", "x", _ROOT), "?scale")),
    ("group_norm", ("Add", ("Mul", _GROUP, "?scale"), "?shift")),
    *((kind, ("Add", grn, "x")) for kind, grn in with_scales("global_response_norm", [_GRN])),
    ("l2_norm", ("Div", "x", ("ReduceL2*", "x"))),
    ("l2_norm", ("Div", "x", ("Clip*", ("ReduceL2*", "x")))),
    ("l2_norm", ("Div", "x", ("Expand*", ("Clip*", ("ReduceL2*", "x"))))),
    *(("local_response_norm", ("Div", "x", divisor)) for divisor in _DIVISOR),
    ("shuffle", ("Reshape*", ("Transpose", ("Reshape*", "x")))),
]

Roots = dict[str, list[tuple[str, Pattern, frozenset[str]]]]
"""By the last operator: kind and pattern, and the operators right above it."""


def roots_of(patterns: list[tuple[str, Pattern]]) -> Roots:
    """Patterns, each by its last operator."""
    roots: Roots = {}
    for kind, pattern in patterns:
        above = frozenset(part[0].rstrip("*") for part in pattern[1:] if isinstance(part, tuple))
        roots.setdefault(pattern[0].rstrip("*"), []).append((kind, pattern, above))
    return roots


_ROOTS = roots_of(PATTERNS)
_SAME = ("Identity", "CastLike")
_SWAPS = ("Add", "Mul", "ADD", "MUL")


class _Match(NamedTuple):
    """What names stand for, and the nodes that take part."""

    names: dict[str, str]
    nodes: dict[int, Node]


class Recogniser:
    """Finds patterns in one graph."""

    roots = _ROOTS

    def __init__(self, graph: Graph, wire: Wire, reads: dict[str, int]) -> None:
        """`reads` says how often a value is read."""
        self.graph, self.wire, self.reads = graph, wire, reads
        self.made_by = {name: node for node in graph.nodes for name in node.outputs}

    def fuse(self) -> list[Node]:
        """The nodes, with one in place of each pattern: its operator is a kind, `parts` are the nodes."""
        gone: set[int] = set()
        fused: dict[int, Node] = {}
        for node in reversed(self.graph.nodes):
            if node.domain or node.line in gone or node.op not in self.roots:
                continue
            above = {self.made_by[name].op for name in node.inputs if name in self.made_by}
            for kind, pattern, ops in self.roots[node.op]:
                if not ops <= above:
                    continue
                found = next(self._match(pattern, node, _Match({}, {})), None)
                if found is None or not self._is_closed(found, node):
                    continue
                inside = [found.nodes[line] for line in sorted(found.nodes)]
                if any(part.line in gone for part in inside):
                    continue
                gone.update(part.line for part in inside)
                fused[node.line] = self._one_node(kind, node, found, inside)
                break
        return [
            fused.get(node.line, node)
            for node in self.graph.nodes
            if node.line not in gone or node.line in fused
        ]

    def _one_node(self, kind: str, root: Node, found: _Match, inside: list[Node]) -> Node:
        held = [found.names[name] for name in ("?scale", "?shift", "?ones") if name in found.names]
        names = dict.fromkeys(name for part in inside for name in part.inputs)
        outputs = {name for part in inside for name in part.outputs}
        outside = [name for name in names if name not in outputs and name != found.names["x"]]
        attributes = {"parts": inside, "held": len(held)}
        rest = [name for name in outside if name not in held]
        inputs = [found.names["x"], *held, *rest]
        return root._replace(op=kind, domain="cnncalc", inputs=inputs, attributes=attributes)

    def _is_closed(self, found: _Match, root: Node) -> bool:
        """Whether what is inside is read inside only."""
        inside: dict[str, int] = {}
        for node in found.nodes.values():
            for name in node.inputs:
                inside[name] = inside.get(name, 0) + 1
        return all(
            self.reads.get(name, 0) == inside.get(name, 0)
            for node in found.nodes.values()
            if node.line != root.line
            for name in node.outputs
        )

    def _match(self, pattern: Pattern, node: Node, so_far: _Match) -> Iterator[_Match]:
        """All ways in which a node is a pattern."""
        op, *operands = pattern
        inputs = node.inputs
        if op.endswith("*"):
            inputs = inputs[: len(operands)]
        if op.rstrip("*") != node.op or node.domain or len(inputs) != len(operands):
            return
        held = _Match(so_far.names, {**so_far.nodes, node.line: node})
        orders = [inputs, inputs[::-1]] if op in _SWAPS else [inputs]
        for order in orders:
            yield from self._match_all(operands, order, held)

    def _match_all(
        self, patterns: list[Pattern], names: list[str], so_far: _Match
    ) -> Iterator[_Match]:
        if not patterns:
            yield so_far
            return
        for found in self._match_one(patterns[0], names[0], so_far):
            yield from self._match_all(patterns[1:], names[1:], found)

    def _match_one(self, pattern: Pattern, name: str, so_far: _Match) -> Iterator[_Match]:
        if isinstance(pattern, tuple):
            node = self.made_by.get(name)
            if node is not None and node.outputs[0] == name:
                yield from self._match(pattern, node, so_far)
        elif isinstance(pattern, float):
            value = self.number(name)
            if value is not None and abs(value - pattern) < 1e-3 * pattern:
                yield so_far
        elif so_far.names.get(pattern, name) == name and (
            not pattern.startswith("?") or self.constant(name) is not None
        ):
            yield _Match({**so_far.names, pattern: name}, so_far.nodes)

    def constant(self, name: str) -> Any:
        """A constant of the file, as it is stored."""
        tensor = self.graph.weights.get(name)
        if tensor is not None:
            return tensor
        node = self.made_by.get(name)
        if node is None:
            return None
        if node.op in _SAME and node.inputs and node.inputs[0] != name:
            return self.constant(node.inputs[0])
        constant = node.op == "Constant" and node.attributes
        return next(iter(node.attributes.values())) if constant else None

    def number(self, name: str) -> float | None:
        """The number of a constant that is one."""
        found = self.constant(name)
        if isinstance(found, Tensor):
            if found.elements != 1:
                return None
            numbers = load_constant(self.wire, found).numbers
            return numbers[0] if numbers else None
        return found if isinstance(found, (int, float)) else None
