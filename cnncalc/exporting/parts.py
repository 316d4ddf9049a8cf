"""What a piece of code is made of: its parts, its arguments, and the uses of other pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.exporting.bodies import Body
    from cnncalc.exporting.code import Code
    from cnncalc.exporting.terms import Term
    from cnncalc.network import Node

In = tuple[str, int]
"""What a step reads: ("", k) is an input of the body, otherwise the name of a step and which of its outputs."""


class Run(NamedTuple):
    """Uses of one class that stand behind each other: their arguments, and how many `times`."""

    of: Class
    arguments: Mapping[str, Term]
    times: Term


class Part:
    """A step of a class, in all of its bodies.

    `code` is that of a layer, its `terms` are the numbers in it; `runs` are the uses of other classes.
    `flag` is the name of the flag of a part that is not everywhere, `instead` what is read then.
    """

    def __init__(self, name: str, reads: tuple[In, ...], outputs: int) -> None:
        """`outputs` is how many tensors it gives."""
        self.name = name
        self.reads = reads
        self.outputs = outputs
        self.code: Code | None = None
        self.terms: dict[str, Term] = {}
        self.runs: list[Run] = []
        self.is_row = False
        self.total: Term | None = None
        """How many uses stand in a row, where the spec says it."""
        self.again: str = ""
        self.node: Node | None = None
        self.given = False
        self.called = name
        """What its result is called: a layer with its norm is one."""
        self.flag: str = ""
        self.instead: In | None = None


class Class:
    """A block, or the network: its parts, its arguments with the values of each of its uses."""

    def __init__(self, kind: str, bodies: Sequence[Body], inputs: Sequence[str]) -> None:
        """`kind` is the name of the block, "" for the network."""
        self.kind = kind
        self.name = kind
        self.bodies = list(bodies)
        self.inputs = list(inputs)
        self.parts: list[Part] = []
        self.outputs: list[In] = []
        self.arguments: dict[str, list[Any]] = {}
        self.outside: dict[str, list[str]] = {}
        """What it must be given besides its inputs, by the part that reads it."""
        self.locals: dict[str, Term] = {}
        """Variables of the spec that follow from arguments."""
        self.flags: dict[str, Term] = {}
        """The condition of each flag, over the arguments."""
        self.terms: dict[In, Term] = {}
        """The channels of what is read and given, as far as they are known."""
