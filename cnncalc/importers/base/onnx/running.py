"""Nodes one by one, whatever their format: what a node reads, what comes of it, and faults that name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import title
from cnncalc.importers.base.onnx.values import FromData

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk


DAMAGES = (ArithmeticError, LookupError, TypeError, ValueError)
"""What comes of attributes that are not what an operator has."""


def report_damage(node: Node) -> Unreadable:
    """The error about a node whose attributes are not what its operator has."""
    return Unreadable(f"{title(node)} is damaged, or not as the format has it", node.line)


class NodeRunner:
    """Goes through the nodes of a graph; a format says what its operators give."""

    walk: Walk

    def results_of(self, node: Node, operands: list[Value | None]) -> list[Value] | None:
        """What a node gives; None for a pattern that is none after all, whose parts are run then."""
        raise NotImplementedError

    def results_by_file(self, node: Node, operands: list[Value]) -> list[Value] | None:
        """What a node gives by what the file says of its shape; None if it says nothing."""
        return None

    def run_node(self, node: Node) -> None:
        """One node; raises Unreadable that names it."""
        walk = self.walk
        before = len(walk.entries)
        try:
            operands = [walk.value(name, node) for name in node.inputs]
            try:
                results = self.results_of(node, operands)
            except FromData:
                del walk.entries[before:]
                found = self.results_by_file(
                    node, [value for value in operands if value is not None]
                )
                if found is None:
                    raise
                results = found
            if results is None:
                for part in node.attributes["parts"]:
                    self.run_node(part)
                return
        except Unreadable as error:
            error.line = error.line or node.line
            raise
        except DAMAGES as error:
            raise report_damage(node) from error
        for name, value in zip(node.outputs, results, strict=False):
            if name:
                walk.values[name] = value
                if value.learnt:
                    walk.derive(value, operands)
                walk.state(name, value, before)
