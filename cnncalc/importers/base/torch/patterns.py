"""Layers that modules write as several calls, recognised as what they are.

Calls whose meaning is that of an operator of ONNX are nodes of it, so most patterns are those of ONNX. A number
among the operands is a constant, and so is all that is computed of what the module holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.importers.base.onnx.model import Graph, Node
from cnncalc.importers.base.onnx.patterns import LESS, PATTERNS, Recogniser, roots_of, with_scales
from cnncalc.importers.base.torch.operators import SAME
from cnncalc.importers.base.torch.program import Ref, references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.importers.base.onnx.patterns import Pattern
    from cnncalc.importers.base.torch.program import Call, Program

_SQUARE = [("Pow", "x", 2.0), ("Mul", "x", "x"), ("Square", "x")]
_MEANS = [("ReduceMean*", square) for square in _SQUARE]
_RMS = [("Mul", "x", ("Rsqrt", ("Add", mean, "?eps"))) for mean in _MEANS]
_RMS += [("Div", "x", ("Sqrt", ("Add", mean, "?eps"))) for mean in _MEANS]
_SPREADS = [("ReduceMean*", ("Pow", LESS, 2.0)), ("ReduceMean*", ("Mul", LESS, LESS)),
            ("ReduceMean*", ("Square", LESS)), ("ReduceVar*", "x")]  # fmt: skip
_LAYER = [("Mul", LESS, ("Rsqrt", ("Add", spread, "?eps"))) for spread in _SPREADS]
_LAYER += [("Div", LESS, ("Sqrt", ("Add", spread, "?eps"))) for spread in _SPREADS]
_KINDS = ("silu", "mish", "log_sigmoid", "hard_swish", "hard_sigmoid", "gelu", "softsign", "tanh_shrink",
          "global_response_norm")  # fmt: skip

_PATTERNS: list[tuple[str, Pattern]] = [
    *((kind, pattern) for kind, pattern in PATTERNS if kind in _KINDS),
    *with_scales("layer_norm", _LAYER),
    *(("layer_norm", layer) for layer in _LAYER),
    *(("rms_norm", ("Mul", rms, "?scale")) for rms in _RMS),
    *(("rms_norm", rms) for rms in _RMS),
]

_WORDS = {
    "mul": "Mul", "multiply": "Mul", "add": "Add", "sub": "Sub", "div": "Div", "true_divide": "Div",
    "pow": "Pow", "square": "Square", "sqrt": "Sqrt", "rsqrt": "Rsqrt", "sigmoid": "Sigmoid", "tanh": "Tanh",
    "erf": "Erf", "abs": "Abs", "log": "Log", "softplus": "Softplus", "hardsigmoid": "HardSigmoid",
    "addcmul": "Addcmul", "mean": "ReduceMean", "var": "ReduceVar", "linalg_vector_norm": "ReduceL2",
    "hardtanh": "Clip", "clamp": "Clip", "relu6": "Clip",
}  # fmt: skip
"""Operators of ONNX by those of `aten`; `Square`, `Rsqrt`, `ReduceVar` and `Addcmul` are words of our own."""

_USUAL: dict[str, Any] = {
    "alpha": 1, "value": 1, "beta": 1, "threshold": 20, "ord": 2, "dtype": None, "rounding_mode": None,
    "min": 0, "max": 6, "min_val": 0, "max_val": 6, "unbiased": False, "correction": 0,
}  # fmt: skip
"""What arguments must be that are no operands."""

_REDUCES = ("ReduceMean", "ReduceVar", "ReduceL2")


class CallRecogniser(Recogniser):
    """Finds patterns in the calls of a program."""

    roots = roots_of(_PATTERNS)

    def __init__(self, program: Program, plan: Mapping[int, str]) -> None:
        """`plan` has the calls that matter, and what they write into."""
        self.program, self.plan = program, plan
        self._same: dict[str, str] = {}
        self._handing: dict[str, list[int]] = {}
        self._held = set(program.held)
        graph, reads = Graph(), {}  # type: Graph, dict[str, int]
        for call in program.calls:
            names = self.names_in(call)
            if self._hands_on(call, names):
                self._same[call.outputs[0]] = names[0]
                self._handing.setdefault(names[0], []).append(call.line)
                continue
            if self._held.issuperset(names):
                self._held.update(call.outputs)
                continue
            if call.line not in plan:
                continue
            for name in names:
                reads[name] = reads.get(name, 0) + 1
            node = None if plan[call.line] else self._node(call)
            if node is not None:
                graph.nodes.append(node)
        for ref in program.outputs:
            reads[self.name(ref)] = reads.get(self.name(ref), 0) + 1
        super().__init__(graph, None, reads)  # type: ignore[arg-type]

    def lines_of(self, node: Node) -> list[int]:
        """The calls that a pattern is made of, those between them included that hand on what they are given."""
        parts: list[Node] = node.attributes["parts"]
        inner = [name for part in parts if part.line != node.line for name in part.outputs]
        lines = {part.line for part in parts}.union(
            *(self._handing.get(name, ()) for name in inner)
        )
        return sorted(lines & set(self.plan))

    def name(self, ref: str) -> str:
        """The value that a name stands for, before what hands it on."""
        name = self.program.aliases.get(ref, ref)
        return self._same.get(name, name)

    def names_in(self, call: Call) -> list[str]:
        """The values that a call reads, each as often as it does."""
        return [self.name(ref) for value in call.args.values() for ref in references(value)]

    def is_beside(self, call: Call) -> bool:
        """Whether a call hands on what it is given, is computed of held tensors alone, or does not matter."""
        return call.line not in self.plan or all(
            name in self._same or name in self._held for name in call.outputs
        )

    def _hands_on(self, call: Call, names: list[str]) -> bool:
        dims = self.program.dims
        if call.op.removeprefix("aten.") not in SAME or len(names) != 1 or len(call.outputs) != 1:
            return False
        return dims.get(call.outputs[0]) == dims.get(names[0])

    def _node(self, call: Call) -> Node | None:
        """A call as a node of ONNX; None if it is none that a pattern could have."""
        op = _WORDS.get(call.op.removeprefix("aten.").rstrip("_"))
        if op is None or not call.op.startswith("aten.") or len(call.outputs) != 1:
            return None
        said = dict(call.args)
        attributes: dict[str, Any] = {}
        if op in _REDUCES:
            dim = said.pop("dim", None)
            attributes["axes"] = [dim] if isinstance(dim, int) else dim
            attributes["keepdims"] = int(bool(said.pop("keepdim", False)))
            if not attributes["axes"] or (
                op == "ReduceVar" and not {"unbiased", "correction"} & set(said)
            ):
                return None
        if op == "Clip" and call.op != "aten.relu6" and len(said) < 3:
            return None
        inputs = []
        for name, value in said.items():
            if isinstance(value, Ref):
                inputs.append(self.name(value.name))
            elif name in _USUAL:
                if value is not None and value != _USUAL[name]:
                    return None
            elif name in ("other", "exponent", "self") and isinstance(value, (int, float)):
                inputs.append(f"={float(value)}")
            else:
                return None
        return Node(op, "", "", inputs, list(call.outputs), attributes, call.line)

    def constant(self, name: str) -> Any:
        """A number, or the name of what is computed of held tensors alone."""
        return self.number(name) if name.startswith("=") else name if name in self._held else None

    def number(self, name: str) -> float | None:
        """The number of an operand that is one."""
        return float(name[1:]) if name.startswith("=") else None
