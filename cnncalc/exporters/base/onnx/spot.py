"""A layer at its place, as it becomes nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporters.base.onnx.graph import OnnxNode, Weight
from cnncalc.exporters.base.place import Place
from cnncalc.layers.base.shape import axes_of
from cnncalc.protobuf.onnx import FLOAT, INT64

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cnncalc.exporters.base.onnx.graph import Dims, Graph
    from cnncalc.layers.base.shape import Shape
    from cnncalc.network import Network, Node


class Spot(Place):
    """A node with the values that it reads, by name; what it adds to the graph is called after it.

    Maps are (batch, channels, size …), vectors (batch, channels), ids (batch, size …).
    """

    def __init__(self, network: Network, node: Node, graph: Graph) -> None:
        """`node` is not an input of the network."""
        super().__init__(network, node)
        self.graph = graph
        self.read = [network.nodes[i].name for i in node.inputs]
        self.normalise: Callable[[str, Sequence[int], int], str] | None = None
        """What a kernel becomes before it is used, from its name, its lengths and the axis of its rows."""
        self._used: dict[str, int] = {}
        owner = node
        while owner.shared_with is not None:
            owner = network.nodes[owner.shared_with]
        self.owner = owner.name

    def add(self, op: str, *inputs: str, part: str = "", **attributes: Any) -> str:
        """A node, and what its output is called: the layer and `part`, or the operator."""
        return self.add_many(1, op, *inputs, part=part, **attributes)[0]

    def add_many(
        self, outputs: int, op: str, *inputs: str, part: str = "", **attributes: Any
    ) -> list[str]:
        """A node of several outputs."""
        word = part or op.lower()
        number = self._used[word] = self._used.get(word, 0) + 1
        name = f"{self.node.name}/{word}{number if number > 1 else ''}"
        given = (name, *(f"{name}:{i}" for i in range(1, outputs)))
        self.graph.nodes.append(OnnxNode(op, name, inputs, given, attributes))
        return list(given)

    def weight(
        self, part: str, dims: Sequence[int], kind: str, fan_in: int = 1, *, rows: int = 0
    ) -> str:
        """A weight of the layer, or of the one whose weights it uses again.

        `rows` is the axis of a kernel that is the first in PyTorch.
        """
        name = f"{self.owner}/{part}"
        self.graph.weights.setdefault(name, Weight(name, tuple(dims), kind, fan_in))
        if self.normalise is not None and kind == "kernel":
            return self.normalise(part, dims, rows)
        return name

    def ints(self, *numbers: int) -> str:
        """A row of whole numbers."""
        return self.graph.constant(INT64, (len(numbers),), numbers)

    def int_tensor(self, dims: tuple[int, ...], numbers: Sequence[int]) -> str:
        """A tensor of whole numbers."""
        return self.graph.constant(INT64, dims, numbers)

    def number(self, value: float) -> str:
        """A number with a fraction."""
        return self.graph.constant(FLOAT, (), (float(value),))

    def floats(self, *numbers: float) -> str:
        """A row of numbers that are no weights: they stand in a node, and not among what is held."""
        return self.add("Constant", value_floats=tuple(map(float, numbers)))

    def reshape(self, x: str, *dims: int, part: str = "") -> str:
        """The same numbers behind the batch in another shape."""
        return self.add("Reshape", x, self.ints(0, *dims), part=part)

    def turn(self, x: str, *order: int) -> str:
        """The axes in another order."""
        return self.add("Transpose", x, perm=order)

    def to_last(self, x: str, rank: int) -> str:
        """Channels behind the axes of space."""
        return self.turn(x, 0, *range(2, 2 + rank), 1) if rank else x

    def to_first(self, x: str, rank: int) -> str:
        """Channels in front of the axes of space."""
        return self.turn(x, 0, 1 + rank, *range(1, 1 + rank)) if rank else x

    def pad(
        self, x: str, pads: Sequence[tuple[int, int]], mode: str = "constant", value: float = 0.0
    ) -> str:
        """The axes of space with more on both sides of each, or less."""
        rank = len(pads)
        amounts = self.ints(*(pad[0] for pad in pads), *(pad[1] for pad in pads))
        fill = self.number(value) if mode == "constant" and value else ""
        axes = self.ints(*range(2, 2 + rank))
        return self.add("Pad", x, amounts, fill, axes, mode=mode)

    def cut(self, x: str, axis: int, start: int, stop: int, step: int = 1) -> str:
        """Places `start` to `stop` along one axis."""
        return self.add(
            "Slice", x, self.ints(start), self.ints(stop), self.ints(axis), self.ints(step)
        )

    def batch_of(self, x: str, copies: int) -> str:
        """The number of examples as a row of one: a constant if it is known."""
        if isinstance(self.graph.batch, int):
            return self.ints(self.graph.batch * copies)
        return self.add("Shape", x, start=0, end=1)

    def spread(self, x: str, like: str, copies: int, dims: Sequence[int]) -> str:
        """What is the same for each example, as often as there are examples."""
        batch = self.batch_of(like, copies)
        shape = (
            self.ints(self.graph.batch * copies, *dims)
            if isinstance(self.graph.batch, int)
            else (self.add("Concat", batch, self.ints(*dims), axis=0, part="shape"))
        )
        return self.add("Expand", x, shape)

    def dims(self, shape: Shape) -> Dims:
        """The lengths of all axes of a value."""
        return dims_of(shape, self.graph.batch)


def dims_of(shape: Shape, batch: int | str) -> Dims:
    """The lengths of all axes of a value of so many examples."""
    lengths = axes_of(shape)[1:] if shape.is_tokens else axes_of(shape)
    if shape.copies > 1:
        # Regions of interest stand where examples do.
        batch = batch * shape.copies if isinstance(batch, int) else f"{shape.copies}_{batch}"
    return (batch, *lengths)
