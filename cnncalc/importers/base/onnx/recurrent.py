"""LSTM, GRU and RNN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.elementwise import tensor
from cnncalc.importers.base.onnx.nodes import integer, title, word

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Value
    from cnncalc.importers.base.onnx.walk import Walk


def recurrent(kind: str) -> Callable[[Walk, Node, list[Value | None]], list[Value]]:
    """A recurrent layer; its outputs are the state of every step, and the last one; raises Unreadable."""

    def read(walk: Walk, node: Node, operands: list[Value | None]) -> list[Value]:
        x, weight, inner = (tensor(node, operands, index) for index in range(3))
        if len(x.dims) != 3 or len(inner.dims) != 3 or len(weight.dims) != 3:
            raise Unreadable(f"{title(node)} needs three axes", node.line)
        batch = 0 if integer(node, "layout", 0) else 1
        if x.batch != batch and x.dims[batch] == 1:
            x = walk.reshape(node, x, x.dims, batch)
        # Rows of an example that are read alike, as those of a map, are as many sequences.
        if x.batch is not None and x.batch != batch:
            raise Unreadable(f"{title(node)} reads its batch as axis {batch}", node.line)
        return _Cell(walk, node, operands, kind, batch).read(x, weight, inner)

    return read


class _Cell:
    """One node, and where its batch is."""

    def __init__(
        self, walk: Walk, node: Node, operands: list[Value | None], kind: str, batch: int
    ) -> None:
        self.walk, self.node, self.kind, self.batch = walk, node, kind, batch
        self.operands = [*operands, *[None] * (8 - len(operands))]
        self.outputs = [name for name in node.outputs if walk.reads.get(name)]

    def read(self, x: Value, weight: Value, inner: Value) -> list[Value]:
        """All outputs."""
        directions, _, units = inner.dims
        steps = x.dims[1 - self.batch]
        bias, *more = self.operands[3:8]
        plain = (
            x.batch is not None
            and not any(state is not None and not state.is_constant for state in more)
            and self.operands[7] is None
        )
        if not (plain and weight.is_constant and inner.is_constant):
            return self._opaque(
                x, [weight, inner, bias, self.operands[7]], steps, directions, units
            )
        wants_all = bool(self.node.outputs and self.node.outputs[0] in self.outputs)
        keys: Data = {"units": units, "return": "sequence" if wants_all else "last"}
        if bias is None:
            keys["bias"] = False
        if directions > 1:
            keys["bidirectional"] = "concat"
        if self.kind == "gru" and not integer(self.node, "linear_before_reset", 0):
            keys["reset_after"] = False
        channels_first = self.walk.permute(self.node, x, (self.batch, 2, 1 - self.batch))
        length = (steps,) if wants_all else ()
        made = self.walk.add_weighted(self.node, self.kind, keys, channels_first, [weight, inner, bias],
                                  (1, directions * units, *length), 0)  # fmt: skip
        made = made._replace(dims=(x.dims[x.batch or 0], *made.dims[1:]))
        if not wants_all:
            last = self._last(made, directions, units)
            return [made, last, last]
        last = made
        if len(self.outputs) > 1:
            last = self._step(made, directions, units)
        return [self._all(made, directions, units, steps), last, last]

    def _all(self, made: Value, directions: int, units: int, steps: int) -> Value:
        """The states of all steps: time, direction, batch, units; or the batch in front."""
        n = made.dims[0]
        turned = self.walk.permute(self.node, made, (0, 2, 1))
        if self.batch == 0:
            return self.walk.reshape(self.node, turned, (n, steps, directions, units), 0)
        return self.walk.reshape(self.node, turned, (steps, directions, n, units), 2)

    def _last(self, made: Value, directions: int, units: int) -> Value:
        n = made.dims[0]
        if self.batch == 0:
            return self.walk.reshape(self.node, made, (n, directions, units), 0)
        return self.walk.reshape(self.node, made, (directions, n, units), 1)

    def _step(self, made: Value, directions: int, units: int) -> Value:
        """The last state, where that of every step is read as well."""
        n, _, steps = made.dims
        if directions > 1:
            found = self.walk.opaque(
                self.node, [made], (n, directions * units), 0, params=0, macs=0
            )
            return self._last(found, directions, units)
        backwards = word(self.node, "direction") == "reverse"
        at = [0, 1] if backwards else [steps - 1, steps]
        found = self.walk.add(
            self.node, "slice", {"axis": 2, "range": at}, [made], (n, units, 1), 0
        )
        return self._last(found, directions, units)

    def _opaque(
        self, x: Value, weights: list[Value | None], steps: int, directions: int, units: int
    ) -> list[Value]:
        """A cell with states from elsewhere, with weights for its memory, or that reads several sequences."""
        n = x.dims[self.batch]
        batches = (None, None) if x.batch is None else (0, 0) if self.batch == 0 else (2, 1)
        held = [weight for weight in weights if weight is not None and weight.is_constant]
        params = self.walk.count(held)
        sequences = n if x.batch is None else 1
        macs = (
            sequences * steps * sum(weight.elements for weight in weights[:2] if weight is not None)
        )
        data = [x, *(v for v in self.operands[1:] if v is not None and not v.is_constant)]
        dims = (n, steps, directions, units) if self.batch == 0 else (steps, directions, n, units)
        made = self.walk.opaque(self.node, data, dims, batches[0], params=params, macs=macs)
        ends = [name for name in self.node.outputs[1:] if name in self.outputs]
        last = (n, directions, units) if self.batch == 0 else (directions, n, units)
        if not ends:
            return [made, made, made]
        end = self.walk.opaque(self.node, [made], last, batches[1], params=0, macs=0)
        return [made, end, end]
