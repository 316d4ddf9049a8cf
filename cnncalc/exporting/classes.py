"""The uses of a block as one piece of code: what is the same in all, and its arguments, which are what differs.

Uses that have other layers are one piece of code too, if the one with fewer lacks layers that hand on what
they read; a flag says then whether they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporting.arguments import Arguments
from cnncalc.exporting.code import REQUIRED
from cnncalc.exporting.parts import Class, Part
from cnncalc.exporting.paths import find_inside
from cnncalc.exporting.uses import Uses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cnncalc.exporting.bodies import Body, Step
    from cnncalc.exporting.code import Code
    from cnncalc.exporting.parts import In
    from cnncalc.exporting.terms import Term
    from cnncalc.network import Network


class Classes:
    """Finds the classes of a network; each stands behind those that it uses."""

    def __init__(
        self, network: Network, codes: Mapping[int, Code], name: Callable[[str], str]
    ) -> None:
        """`codes` are those of the layers by their index, `name` gives what something is called in the code."""
        self.network = network
        self.nodes = network.nodes
        self.name = name
        self.codes = codes
        self.variables: dict[str, Any] = {}
        """The variables of the spec that may become arguments, by their names in the code."""
        self.derived: dict[str, Term] = {}
        """Those of them that follow from others."""
        self.list: list[Class] = []
        self.of: dict[int, tuple[Class, int]] = {}
        """By the identity of a body, its class and the place of the body among those of the class."""
        self._names: dict[int, list[str]] = {}

    def find(self, root: Body) -> list[Class]:
        """All classes, that of the network last."""
        for bodies in _in_order(root):
            for group in self._group(bodies):
                self._make(group[0].kind, group)
        return self.list

    def default_of(self, made: Class, name: str) -> Any:
        """What the spec says an argument of a block is where nobody gives it; REQUIRED if it says nothing."""
        frame = made.bodies[0].frame
        block = frame.use.item.block if frame is not None and frame.use is not None else None
        for key, value in block.args.items() if block is not None else ():
            if self.name(key) == name and value is not None and value.constant:
                return value.value if isinstance(value.value, (int, float, bool)) else REQUIRED
        return REQUIRED

    # Which bodies are one class -------------------------------------------------------------------

    def _group(self, bodies: list[Body]) -> list[list[Body]]:
        groups: list[list[Body]] = []
        for body in sorted(bodies, key=lambda body: -len(body.steps)):
            for group in groups:
                if self._missing(group[0], body) is not None:
                    group.append(body)
                    break
            else:
                groups.append([body])
        return groups

    def step_names(self, body: Body) -> list[str]:
        """What the steps of a body are called in the code: different names."""
        known = self._names.get(id(body))
        if known is None:
            known = self._names[id(body)] = []
            for step in body.steps:
                plain = step.frame is not None and not step.frame.given
                base = name = self.name(step.name.lower() if plain else step.name)
                number = 1
                while name in known:
                    number += 1
                    name = f"{base}_{number}"
                known.append(name)
        return known

    def _reads(self, body: Body) -> dict[int, In]:
        found: dict[int, In] = {index: ("", place) for place, index in enumerate(body.inputs)}
        for name, step in zip(self.step_names(body), body.steps, strict=True):
            for place, index in enumerate(step.gives):
                found[index] = (name, place)
        return found

    def _signature(self, body: Body) -> list[tuple[str, Any, tuple[In, ...]]]:
        reads = self._reads(body)
        return [
            (name, self._shape(body, step), tuple(reads[i] for i in step.reads))
            for name, step in zip(self.step_names(body), body.steps, strict=True)
        ]

    def _shape(self, body: Body, step: Step) -> Any:
        if step.node is not None:
            shared = step.node.shared_with
            again = None if shared is None else find_inside(self, body, shared) or ("?", shared)
            return step.node.op, self.codes[step.node.index].shape(), again
        if step.again is not None:
            return "again", self.step_names(body)[body.steps.index(step.again)], len(step.gives)
        classes = [self.of[id(use)][0] for use in step.uses]
        if step.is_row:
            runs = self.runs(step)
            return "row", tuple(id(of) for of in dict.fromkeys(classes)), len(runs), len(step.gives)
        return "use", id(classes[0]), len(step.gives)

    def runs(self, step: Step) -> list[list[Body]]:
        """The uses in a row: the first, and the others if they are all the same; or each by itself."""
        rest = step.uses[1:]
        keys = {self._arguments_of(use) for use in rest}
        if len(keys) <= 1 and self._arguments_of(step.uses[0]) in keys:
            return [list(step.uses)]
        return [[step.uses[0]], list(rest)] if len(keys) == 1 else [[use] for use in step.uses]

    def _arguments_of(self, body: Body) -> Any:
        of, place = self.of[id(body)]
        return id(of), tuple(column[place] for column in of.arguments.values())

    def _missing(self, full: Body, body: Body) -> dict[str, In] | None:
        """What a body lacks of another, and what is read instead of it; None if that is not all.

        Empty if both have the same.
        """
        if len(full.inputs) != len(body.inputs) or len(full.outputs) != len(body.outputs):
            return None
        whole, part = self._signature(full), self._signature(body)
        names = {name for name, _, _ in part}
        gone = [entry for entry in whole if entry[0] not in names]
        if len(whole) - len(gone) != len(part) or any(not reads for _, _, reads in gone):
            return None
        if any(self._is_counted(full, name) for name, _, _ in gone):
            return None
        for which in (0, -1):
            instead: dict[str, In] = {}
            for name, _, reads in gone:
                instead[name] = _past(reads[which], instead)
            kept = [
                (name, shape, tuple(_past(read, instead) for read in reads))
                for name, shape, reads in whole
                if name in names
            ]
            ends = [_past(self._reads(full)[i], instead) for i in full.outputs]
            if kept == part and ends == [self._reads(body)[i] for i in body.outputs]:
                return instead
        return None

    def _is_counted(self, body: Body, name: str) -> bool:
        """Whether a step gives more than one tensor, or its weights are used again."""
        step = body.steps[self.step_names(body).index(name)]
        return len(step.gives) != 1 or any(other.again is step for other in body.steps)

    # What is the same in all of them --------------------------------------------------------------

    def _make(self, kind: str, bodies: list[Body]) -> None:
        first = bodies[0]
        made = Class(kind, bodies, self._input_names(first))
        self.list.append(made)
        for place, body in enumerate(bodies):
            self.of[id(body)] = made, place
        missing = [self._missing(first, body) or {} for body in bodies]
        solver = Arguments(self, made)
        uses = Uses(self, made, solver)
        reads = self._reads(first)
        for name, step in zip(self.step_names(first), first.steps, strict=True):
            there = [place for place, gone in enumerate(missing) if name not in gone]
            part = Part(name, tuple(reads[i] for i in step.reads), len(step.gives))
            part.node, part.is_row = step.node, step.is_row
            part.given = bool(step.frame.given if step.frame else step.node and step.node.given)
            if step.node is not None and step.node.host is not None:
                host = self.nodes[step.node.host]
                part.given = host.given
                part.called = self._name_of(first, host.index) or name
            made.parts.append(part)
            steps = [self._step(bodies[place], name) for place in there]
            if len(there) < len(bodies):
                pattern = tuple(name in gone for gone in missing)
                part.instead = next(gone[name] for gone in missing if name in gone)
                part.flag = solver.flag(name, pattern, steps[0])
            if step.again is not None:
                part.again = self.step_names(first)[first.steps.index(step.again)]
            if step.node is not None:
                solver.layer(part, steps, there)
            elif step.again is not None:
                uses.again(part)
            else:
                uses.add(part, steps, there)
            _hand_on_outside(made, part)
        made.outputs = [reads[i] for i in first.outputs]

    def _name_of(self, body: Body, index: int) -> str:
        """The name of the layer at an index, if it stands in a body."""
        for name, step in zip(self.step_names(body), body.steps, strict=True):
            if step.node is not None and step.node.index == index:
                return name
        return ""

    def _step(self, body: Body, name: str) -> Step:
        return body.steps[self.step_names(body).index(name)]

    def _input_names(self, body: Body) -> list[str]:
        use = body.frame.use if body.frame is not None else None
        if use is None:
            names = [self.nodes[index].name for index in body.inputs]
        else:
            block = use.item.block
            called = dict(zip(use.operands, block.inputs if block else (), strict=False))
            names = [
                called.get(index, "") or f"x{place}" for place, index in enumerate(body.inputs)
            ]
        if len(names) == 1:
            return ["x"]
        return [name if name == "x" else self.name(name) for name in names]


def _hand_on_outside(made: Class, part: Part) -> None:
    """Note what a part must be given besides what it reads; a block hands on what stands in it."""
    inside = [part.code.outside] if part.code is not None and part.code.outside else []
    for run in part.runs:
        inside += [name for names in run.of.outside.values() for name in names]
    if inside:
        made.outside[part.name] = [f"{part.name}_{name}" for name in inside]


def _past(read: In, instead: Mapping[str, In]) -> In:
    return instead.get(read[0], read)


def _in_order(root: Body) -> list[list[Body]]:
    """The bodies of each kind, kinds behind those that stand in them; the network is the last.

    Of a block that stands in itself, those of each depth are a kind.
    """
    bodies: dict[str, list[tuple[int, Body]]] = {}
    nested: set[str] = set()

    def visit(body: Body, above: frozenset[str]) -> int:
        if body.kind in above:
            nested.add(body.kind)
        within = above | {body.kind}
        # What is used again is no other piece of code.
        uses = [use for step in body.steps if step.again is None for use in step.uses]
        inside = [visit(use, within) for use in uses]
        depth = 1 + max(inside, default=0)
        bodies.setdefault(body.kind, []).append((depth, body))
        return depth

    visit(root, frozenset())
    groups: list[tuple[int, list[Body]]] = []
    for kind, found in bodies.items():
        if kind in nested:
            depths = sorted({depth for depth, _ in found})
            groups += [(depth, [body for at, body in found if at == depth]) for depth in depths]
        else:
            groups.append((max(depth for depth, _ in found), [body for _, body in found]))
    return [group for _, group in sorted(groups, key=lambda entry: entry[0])]
