"""What stays alive where PyTorch runs a network layer by layer, because Python still holds it.

A block is a function. What it is given lives until it returns, for the frames of Python that call it hold
its arguments; what is read by another statement than the next one is a variable, and lives until the
function that has made it returns. What only the next statement reads is let go once that is done: its
name is given to the result, as in `x = f(x)`. The inputs of the network are their caller's.

Source: PyTorch frees a tensor when its last reference goes (the caching allocator's documentation);
`torch.nn.Module.__call__` and `nn.Sequential.forward`.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.network import Frame, Network, Node


def find_held(network: Network) -> dict[int, int]:
    """For the nodes whose tensors Python holds, the node at whose end it lets go of them."""
    functions = _Functions(network)
    end = len(network.nodes) - 1
    held: dict[int, int] = {}
    for index, node in enumerate(network.nodes):
        readers = network.readers[index]
        last = max((functions.held_until(index, reader) for reader in readers), default=index)
        last = end if node.layer is None else last
        if last > index:
            held[index] = last
    return held


class _Functions:
    """The blocks of a network as functions, each with its first and its last node."""

    def __init__(self, network: Network) -> None:
        self.around = [_blocks(node) for node in network.nodes]
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for index, blocks in enumerate(self.around):
            for block in map(id, blocks):
                self.first.setdefault(block, index)
                self.last[block] = index

    def held_until(self, index: int, reader: int) -> int:
        """Until when the tensor of a node is held for the sake of one of its readers."""
        mine, other = self.around[index], self.around[reader]
        shared = sum(1 for a, b in takewhile(_are_one, zip(mine, other, strict=False)))
        # The two statements, each a block or a layer, of the function in which both stand.
        end = self.last[id(mine[shared])] if shared < len(mine) else index
        block = id(other[shared]) if shared < len(other) else None
        start = reader if block is None else self.first[block]
        if start != end + 1:
            return self.last[id(mine[shared - 1])] if shared else len(self.around) - 1
        return index if block is None else self.last[block]


def _are_one(pair: tuple[Frame, Frame]) -> bool:
    return pair[0] is pair[1]


def _blocks(node: Node) -> list[Frame]:
    """The blocks around a node, from the outermost to the innermost."""
    return [] if node.frame is None else [f for f in node.frame.path() if not f.is_layer]
