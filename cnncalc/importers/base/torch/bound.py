"""A call with its operands: what functions that read operators are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.onnx.nodes import axis_of, title
from cnncalc.importers.base.onnx.values import is_wide
from cnncalc.importers.base.onnx.walk import batch_behind
from cnncalc.importers.base.torch.program import Ref

if TYPE_CHECKING:
    from cnncalc.importers.base.onnx.model import Node
    from cnncalc.importers.base.onnx.values import Dims, Value
    from cnncalc.importers.base.torch.program import Call
    from cnncalc.importers.base.torch.walk import ProgramWalk


class Bound:
    """A call: its arguments by name, its operands as values, and the shapes that the program says it gives."""

    def __init__(self, walk: ProgramWalk, call: Call, node: Node) -> None:
        """`node` is what messages and names are made of."""
        self.walk, self.call, self.node = walk, call, node
        self.args = call.args
        self.op = call.op.removeprefix("aten.").rstrip("_")

    @property
    def given(self) -> list[Dims | None]:
        """The shapes of what it gives."""
        dims = self.walk.program.dims
        return [dims.get(name) for name in self.call.outputs]

    @property
    def dims(self) -> Dims:
        """The shape of what it gives; raises Unreadable if the program does not say it."""
        found = self.given[0] if self.call.outputs else None
        if found is None:
            raise Unreadable(f"of {title(self.node)} no shape is known", self.node.line)
        return found

    def value(self, name: str) -> Value:
        """A value of the program; raises Unreadable."""
        found = self.walk.values.get(self.walk.program.aliases.get(name, name))
        if found is None:
            raise Unreadable(
                f"{title(self.node)} reads `{cut(name, NAME)}`, which nothing above it gives",
                self.node.line,
            )
        return found

    def weight(self, name: str) -> Value | None:
        """An operand as it is; None if it is left out, or no tensor; raises Unreadable."""
        found = self.args.get(name)
        return self.value(found.name) if isinstance(found, Ref) else None

    def tensor(self, name: str = "self") -> Value:
        """An operand that is read as data; raises Unreadable if there is none."""
        found = self.weight(name)
        if found is None:
            raise Unreadable(f"{title(self.node)} lacks its operand `{name}`", self.node.line)
        return self.walk.data(found, self.node)

    def tensors(self, name: str) -> list[Value]:
        """A list of operands that are read as data."""
        found = self.args.get(name)
        refs = found if isinstance(found, list) else []
        return [self.walk.data(self.value(r.name), self.node) for r in refs if isinstance(r, Ref)]

    def is_read_once(self, name: str) -> bool:
        """Whether this call alone reads an operand."""
        found = self.args.get(name)
        if not isinstance(found, Ref):
            return False
        return self.walk.reads.get(self.walk.program.aliases.get(found.name, found.name)) == 1

    def operands(self) -> list[Value]:
        """All operands, in their order."""
        found = []
        for value in self.args.values():
            many = value if isinstance(value, list) else [value]
            found += [self.value(ref.name) for ref in many if isinstance(ref, Ref)]
        return found

    def get(self, name: str, default: Any) -> Any:
        """An argument that is plain data."""
        found = self.args.get(name, default)
        return default if found is None else found

    def number(self, name: str, default: float) -> float:
        """An argument that is a number; raises Unreadable."""
        found = self.get(name, default)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, (int, float)):
            raise Unreadable(f"`{name}` of {title(self.node)} must be a number", self.node.line)
        return found

    def integer(self, name: str, default: int) -> int:
        """An argument that is a whole number; raises Unreadable."""
        return int(self.number(name, default))

    def axis(self, x: Value, name: str = "dim", default: int = 0) -> int:
        """An argument that is an axis of `x`, counted from 0; raises Unreadable."""
        return axis_of(self.integer(name, default), len(x.dims), self.node)

    def integers(self, name: str, rank: int, default: int | None = None) -> list[int]:
        """An argument of a number for each axis, or one for all; raises Unreadable."""
        found = self.get(name, [])
        found = [found] if isinstance(found, int) else found
        if found == [] and default is not None:
            found = [default]
        if len(found) == 1:
            found = found * rank
        if len(found) != rank or not all(isinstance(n, int) for n in found):
            raise Unreadable(
                f"`{name}` of {title(self.node)} must be {rank} whole numbers", self.node.line
            )
        return list(found)

    def like(self, op: str, **attributes: Any) -> Node:
        """The node as one of ONNX with these attributes."""
        return self.node._replace(op=op, attributes=attributes)

    def reshape(self, x: Value, dims: Dims) -> Value:
        """The same numbers in another shape."""
        node = self.node._replace(op="Reshape")
        return self.walk.reshape(node, x, dims, batch_behind(x, dims, node))

    def permute(self, x: Value, order: list[int]) -> Value:
        """The axes in another order."""
        return self.walk.permute(self.node._replace(op="Transpose"), x, order)

    def read_values(self) -> list[Value]:
        """The operands that depend on what goes in, or on what the module holds, as data."""
        read = (v for v in self.operands() if not v.is_constant or self.walk.origin(v))
        return [self.walk.data(value, self.node) for value in read]

    def opaque(self, *, macs: int | None = 0, local: bool = False) -> Value:
        """A layer of which the shape is known, and its arithmetic if it is said."""
        data = self.read_values()
        if local and len(data) == 1 and data[0].dims == self.dims and not is_wide(data[0]):
            batch = data[0].batch
            return self.walk.opaque(
                self.node, data, self.dims, batch, params=0, macs=macs, local=True
            )
        return self.walk.vague(self.node, data, self.dims, macs)
