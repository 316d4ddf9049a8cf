"""What comes behind a node whose result is as long as the data say: boxes that are kept, places of numbers.

No layer there has a shape. For each result of the network there is one layer, opaque, of one row of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import title

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk

BY_DATA = ("NonZero", "NonMaxSuppression", "Unique", "Compress")
"""Operators that give as much as the data say."""

_MULTIPLY = (
    "Conv",
    "ConvTranspose",
    "MatMul",
    "Gemm",
    "Einsum",
    "LSTM",
    "GRU",
    "RNN",
    "DeformConv",
)


class Beyond:
    """The nodes behind those, what they read of the layers before them, and the weights that they hold."""

    def __init__(self, walk: Walk) -> None:
        """Nothing is, until a node begins it."""
        self.walk = walk
        self.begun: dict[str, int] = {}
        """The operators with which it begins, and how often."""
        self._made_by: dict[str, Node] = {}
        self._reads: dict[str, Value] = {}
        self._weights: dict[str, Value] = {}
        self._multiplies = False

    def runner(
        self, nodes: Iterable[Node], run_node: Callable[[Node], None]
    ) -> Callable[[Node], None]:
        """What goes through these nodes: `run_node`, but for nodes that are there."""
        if not any(node.op in BY_DATA for node in nodes):
            return run_node

        def run(node: Node) -> None:
            if self._made_by and any(name in self._made_by for name in node.inputs):
                self._add(node)
            elif self._begins_at(node):
                self.begun[node.op] = self.begun.get(node.op, 0) + 1
                self._add(node)
            else:
                run_node(node)

        return run

    def _begins_at(self, node: Node) -> bool:
        """Whether a node gives as much as the data say, and the file says nothing of it."""
        if node.op not in BY_DATA or node.domain:
            return False
        known = all(self.walk.graph.stated.get(name) for name in node.outputs)
        return not known and any(
            value is not None and not value.is_constant
            for value in map(self.walk.values.get, node.inputs)
        )

    def _add(self, node: Node) -> None:
        """A node that is there; raises Unreadable if nothing above gives what it reads."""
        self._made_by.update(dict.fromkeys(node.outputs, node))
        parts = node.attributes.get("parts", ())
        self._multiplies = self._multiplies or any(part.op in _MULTIPLY for part in (node, *parts))
        inside = {name for part in parts for name in part.outputs}
        for name in node.inputs:
            if name in self._made_by or name in inside:
                continue
            value = self.walk.value(name, node)
            if value is None:
                continue
            if value.is_constant:
                self._weights[name] = value
            else:
                self._reads[value.layer] = value

    def close(self) -> None:
        """A layer for each result of the network that is there; raises Unreadable if its axes are not known."""
        for name in self.walk.graph.outputs:
            node = self._made_by.get(name)
            if node is None:
                continue
            said = self.walk.graph.stated.get(name)
            if said is None:
                raise Unreadable(f"how much {title(node)} gives depends on the data, and the file does not say "
                                 "how many axes it has", node.line)  # fmt: skip
            dims = tuple(n for n in said if isinstance(n, int) and n > 0) or (1,)
            macs = None if self._multiplies else 0
            params = self.walk.count([*self._weights.values()])
            made = self.walk.opaque(
                node, [*self._reads.values()], dims, None, params=params, macs=macs
            )
            self.walk.values[name] = made
            self._multiplies = False

    def tell(self) -> str:
        """What of it is said of the network."""
        if not self.begun:
            return ""
        return f"; behind {' and '.join(sorted(self.begun))} lengths depend on the data"
