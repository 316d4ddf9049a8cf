"""Loops of TensorFlow's graphs as one node each, whether they are functions or nodes among the others.

A loop has slots: what goes in, what a step and the condition see, what a step hands on, and what comes out.

Sources: controlflow.md of TensorFlow's white paper on control flow; function.proto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.importers.base.onnx.model import Node

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from cnncalc.importers.base.onnx.model import Tensor
    from cnncalc.importers.base.onnx.values import Value

LOOP = "loop"
"""The attribute of a node that is a loop."""
WHILE = ("While", "StatelessWhile")
PARTS = ("Enter", "Exit", "Merge", "Switch", "NextIteration", "LoopCond")
"""The operators that a loop of nodes is made of."""


class Step(NamedTuple):
    """A part of a loop: its nodes, what each slot is called in it, what it gives, and its constants."""

    nodes: list[Node]
    inputs: list[str]
    outputs: list[str]
    weights: Mapping[str, Tensor]
    constants: Mapping[str, Value]


class Loop(NamedTuple):
    """Whether there is another step, and the step."""

    condition: Step
    body: Step


class _Slot(NamedTuple):
    """The nodes through which one value goes round."""

    enter: Node
    merge: Node
    back: Node
    switch: Node
    end: str
    """What comes out in the end."""


def call_functions(nodes: Iterable[Node], functions: Mapping[str, Step]) -> list[Node]:
    """The nodes, of which those that call functions as often as it takes have them."""
    found = []
    for node in nodes:
        parts = [functions.get(str(node.attributes.get(key))) for key in ("cond", "body")]
        if node.op in WHILE and parts[0] is not None and parts[1] is not None:
            outputs = [node.name, *(f"{node.name}:{i}" for i in range(1, len(node.inputs)))]
            said = {**node.attributes, LOOP: Loop(parts[0], parts[1])}
            found.append(node._replace(outputs=outputs, attributes=said))
        else:
            found.append(node)
    return found


def join_loops(
    nodes: Sequence[Node], weights: Mapping[str, Tensor], constants: Mapping[str, Value]
) -> list[Node]:
    """The nodes, of which those of a loop are one; a loop that is not made as usual is left as it is."""
    frames: dict[str, list[Node]] = {}
    for node in nodes:
        if node.op == "Enter":
            frames.setdefault(str(node.attributes.get("frame_name")), []).append(node)
    if not frames:
        return list(nodes)
    graph = _Wiring(nodes)
    gone: set[str] = set()
    made: list[Node] = []
    for enters in frames.values():
        joined = graph.join(enters, weights, constants)
        if joined is not None:
            made.append(joined[0])
            gone |= joined[1]
    return [node for node in nodes if node.name not in gone] + made


class _Wiring:
    """Who gives and who reads what."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.by_name = {node.name: node for node in nodes}
        self._readers: dict[str, list[Node]] = {}
        for node in nodes:
            for name in node.inputs:
                self._readers.setdefault(name, []).append(node)

    def join(
        self, enters: Sequence[Node], weights: Mapping[str, Tensor], constants: Mapping[str, Value]
    ) -> tuple[Node, set[str]] | None:
        """A loop as one node, and the names of the nodes that it is made of; None if it is none."""
        slots = [self._slot(enter) for enter in enters]
        round_ = [slot for slot in slots if slot is not None]
        # What enters and never comes back is the same in every step.
        same = [enter.name for enter, slot in zip(enters, slots, strict=True) if slot is None]
        tests = {slot.switch.inputs[1] for slot in round_}
        test = self.by_name.get(tests.pop()) if len(tests) == 1 else None
        if test is None or test.op != "LoopCond":
            return None
        inner = [*(f"{slot.switch.name}:1" for slot in round_), *same]
        seen = [*(slot.merge.name for slot in round_), *same]
        given = [*(slot.back.inputs[0] for slot in round_), *same]
        body, condition = self._between(given, inner), self._between(test.inputs, seen)
        if body is None or condition is None:
            return None
        ordered = [slot.enter for slot in round_] + [self.by_name[name] for name in same]
        loop = Loop(
            Step(condition, seen, list(test.inputs), weights, constants),
            Step(body, inner, given, weights, constants),
        )
        ends = [*(slot.end for slot in round_), *(f"{name}:end" for name in same)]
        name = enters[0].name.split("/enter/")[0]
        used = {part.name for slot in round_ for part in slot[:4]}
        used |= {
            *(slot.end for slot in round_),
            *same,
            test.name,
            *(part.name for part in body + condition),
        }
        whole = Node(
            "While", "", name, [enter.inputs[0] for enter in ordered], ends, {LOOP: loop}, 0
        )
        return whole, used

    def _slot(self, enter: Node) -> _Slot | None:
        merge = self._reader(enter.name, "Merge")
        back = [name for name in merge.inputs if name != enter.name] if merge is not None else []
        following = self.by_name.get(back[0]) if len(back) == 1 else None
        switch = self._reader(merge.name, "Switch") if merge is not None else None
        if merge is None or following is None or switch is None or following.op != "NextIteration":
            return None
        end = self._reader(switch.name, "Exit")
        return _Slot(enter, merge, following, switch, end.name if end else f"{enter.name}:end")

    def _reader(self, name: str, op: str) -> Node | None:
        return next((node for node in self._readers.get(name, ()) if node.op == op), None)

    def _between(self, given: Iterable[str], stops: Collection[str]) -> list[Node] | None:
        """The nodes that make what is given of the `stops`; None if parts of a loop are among them."""
        found: dict[str, Node] = {}
        waiting = list(given)
        while waiting:
            name = waiting.pop()
            node = None if name in stops else self.by_name.get(name.partition(":")[0])
            if node is None or node.name in found:
                continue
            if node.op in PARTS:
                return None
            found[node.name] = node
            waiting += node.inputs
        return list(found.values())


def reference(text: str) -> str:
    """What a value of a function is called, `node:output:place`: the first as the node itself."""
    name, *rest = text.split(":")
    return name if not rest or rest[-1] == "0" or not rest[-1].isdecimal() else f"{name}:{rest[-1]}"


def arguments(said: Any) -> list[str]:
    """The names of the arguments of a function."""
    return [str(argument["name"]) for argument in said or []]
