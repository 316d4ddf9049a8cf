"""What the page is about: a network, and what `check` has found in its spec."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cnncalc.cost.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.cost.liveness import Graph
    from cnncalc.errors import Diagnostic
    from cnncalc.network import Network


class Subject:
    """A network and the findings in its spec; what several panels ask for is computed once."""

    def __init__(self, network: Network, findings: Sequence[Diagnostic] = ()) -> None:
        """`findings` are those of `check`."""
        self.network = network
        self.findings = tuple(findings)

    @cached_property
    def memory(self) -> Memory:
        """The memory of one example in fp32."""
        return Memory(self.network)

    @cached_property
    def steps(self) -> Graph:
        """The network as steps that write and read tensors."""
        return self.memory.graph()
