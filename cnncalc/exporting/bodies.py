"""A network as it is written: the uses of blocks in it, and what each of them reads and gives."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.network import Frame, Network, Node


class Step(NamedTuple):
    """A layer, a use of a block, or a row of uses, each of which reads the one before.

    `name` is what it is called where it stands; `reads` and `gives` are indices of nodes. `again` is the
    step whose weights are used once more.
    """

    name: str
    reads: tuple[int, ...]
    gives: tuple[int, ...]
    node: Node | None = None
    uses: tuple[Body, ...] = ()
    is_row: bool = False
    again: Step | None = None
    frame: Frame | None = None


class Body:
    """What stands in one use of a block, or in the network: its steps, what comes in and what goes out."""

    def __init__(self, frame: Frame | None, nodes: Sequence[Node]) -> None:
        """Its steps follow."""
        self.frame = frame
        self.nodes = nodes
        self.steps: list[Step] = []
        self.inputs: tuple[int, ...] = ()
        self.outputs: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """The name of the block; "" of the network."""
        return self.frame.op if self.frame is not None else ""


class Outline:
    """Finds the bodies of a network.

    A block whose weights are used again outside of it is a step `again`, or, if the code of a block makes
    its weights `anew` each time, no body of its own.
    """

    def __init__(self, network: Network, *, anew: bool = False) -> None:
        """Nothing found yet."""
        self.network = network
        self.anew = anew
        self.users: dict[int, list[int]] = {}
        for node in network.nodes:
            if node.shared_with is not None:
                self.users.setdefault(node.shared_with, []).append(node.index)
        self.read_by: dict[int, list[int]] = dict(enumerate(network.readers))
        self.given = set(network.outputs.values())

    def find(self) -> Body:
        """The body of the network, with all those in it."""
        return self._body(None, self.network.nodes, 0)

    def _body(self, frame: Frame | None, nodes: Sequence[Node], depth: int) -> Body:
        body = Body(frame, nodes)
        body.inputs, body.outputs = self._ends(nodes)
        if frame is None:
            body.inputs = tuple(node.index for node in nodes if node.layer is None)
            body.outputs = tuple(dict.fromkeys(self.network.outputs.values()))
        elif frame.use is not None:
            read = body.inputs
            body.inputs = tuple(i for i in dict.fromkeys(frame.use.operands) if i in read)
            body.inputs += tuple(i for i in read if i not in body.inputs)
        prefix = f"{frame.name}." if frame is not None else ""
        self._fill(body, nodes, depth, prefix)
        return body

    def _fill(self, body: Body, nodes: Sequence[Node], depth: int, prefix: str) -> None:
        at = 0
        while at < len(nodes):
            frame = _frame(nodes[at], depth)
            stop = at + 1
            while frame is not None and stop < len(nodes) and _frame(nodes[stop], depth) is frame:
                stop += 1
            group = nodes[at:stop]
            if frame is None:
                if nodes[at].layer is not None:
                    body.steps.append(self._leaf(nodes[at], prefix))
            elif frame.use is not None:
                self._use(body, frame, group, depth, prefix)
            elif frame.times is not None and (row := self._row(frame, group, depth, prefix)):
                body.steps.append(row)
            else:
                self._fill(body, group, depth + 1, prefix)
            at = stop

    def _leaf(self, node: Node, prefix: str) -> Step:
        return Step(node.name[len(prefix) :], node.inputs, (node.index,), node=node)

    def _use(
        self, body: Body, frame: Frame, group: Sequence[Node], depth: int, prefix: str
    ) -> None:
        name = frame.name[len(prefix) :]
        inside = {node.index for node in group}
        if self.anew and self._is_used_outside(group, inside):
            self._fill(body, group, depth + 1, prefix)
            return
        if any(node.shared_with not in (None, *inside) for node in group):
            again = _find_again(body, group)
            if again is None:
                self._fill(body, group, depth + 1, prefix)
                return
            inner = self._body(frame, group, depth + 1)
            again = _share_outputs(body, again, inner)
            body.steps.append(
                Step(name, inner.inputs, inner.outputs, uses=(inner,), again=again, frame=frame)
            )
            return
        inner = self._body(frame, group, depth + 1)
        if len(inner.inputs) == 0 or not inner.steps:
            self._fill(body, group, depth + 1, prefix)
            return
        body.steps.append(Step(name, inner.inputs, inner.outputs, uses=(inner,), frame=frame))

    def _row(self, frame: Frame, group: Sequence[Node], depth: int, prefix: str) -> Step | None:
        """A row of blocks that read each other alone; None if it is none."""
        if self._is_used_outside(group, {node.index for node in group}):
            return None
        parts: list[tuple[Frame, list[Node]]] = []
        for node in group:
            inner = _frame(node, depth + 1)
            if inner is None or inner.use is None:
                return None
            if not parts or parts[-1][0] is not inner:
                parts.append((inner, []))
            parts[-1][1].append(node)
        bodies = [self._body(inner, nodes, depth + 2) for inner, nodes in parts]
        for before, body in zip([None, *bodies], bodies, strict=False):
            if len(body.inputs) != 1 or len(body.outputs) != 1:
                return None
            if before is not None and body.inputs != before.outputs:
                return None
        inside = {node.index for node in group}
        for body in bodies[:-1]:
            [out] = body.outputs
            if out in self.given or not set(self.read_by[out]) <= inside:
                return None
        if len(bodies) < 2:
            return None
        name = frame.name[len(prefix) :]
        return Step(
            name, bodies[0].inputs, bodies[-1].outputs, uses=tuple(bodies), is_row=True, frame=frame
        )

    def _is_used_outside(self, group: Sequence[Node], inside: set[int]) -> bool:
        """Whether nodes share weights with others that do not stand among them."""
        return any(
            (node.shared_with is not None and node.shared_with not in inside)
            or not inside.issuperset(self.users.get(node.index, ()))
            for node in group
        )

    def _ends(self, nodes: Sequence[Node]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What nodes read of others, and what others read of them, in the order of first use."""
        inside = {node.index for node in nodes}
        reads = dict.fromkeys(i for node in nodes for i in node.inputs if i not in inside)
        gives = [
            node.index
            for node in nodes
            if node.index in self.given or not set(self.read_by[node.index]) <= inside
        ]
        if not gives:
            gives = [nodes[-1].index]
        return tuple(reads), tuple(gives)


def _frame(node: Node, depth: int) -> Frame | None:
    """The frame of a node at a depth that is no layer with what stands behind it."""
    path = node.frame.path() if node.frame is not None else []
    return path[depth] if depth < len(path) and not path[depth].is_layer else None


def _find_again(body: Body, group: Sequence[Node]) -> Step | None:
    """The use of a block whose weights a group of nodes uses once more."""
    for step in body.steps:
        if step.is_row or len(step.uses) != 1 or step.again is not None:
            continue
        first = step.uses[0].nodes
        if len(first) == len(group) and all(
            node.op == old.op
            and node.shared_with in (None, old.index)
            and (node.shared_with is not None) == bool(old.facts.params or old.facts.buffer_count)
            for node, old in zip(group, first, strict=True)
        ):
            return step
    return None


def _share_outputs(body: Body, first: Step, inner: Body) -> Step:
    """The first use of a block that is used again, which gives all that either of them gives."""
    [before] = first.uses
    start, again = before.nodes[0].index, inner.nodes[0].index
    places = [i - start for i in before.outputs]
    places += [i - again for i in inner.outputs if i - again not in places]
    before.outputs = tuple(start + place for place in places)
    inner.outputs = tuple(again + place for place in places)
    changed = first._replace(gives=before.outputs)
    for at, step in enumerate(body.steps):
        if step.again is first:
            [use] = step.uses
            use.outputs = tuple(use.nodes[0].index + place for place in places)
            body.steps[at] = step._replace(gives=use.outputs, again=changed)
        elif step is first:
            body.steps[at] = changed
    return changed
