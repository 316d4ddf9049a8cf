"""The uses of a block as one piece of code: what is the same in all, and its arguments, which are what differs.

Uses that have other layers are one piece of code too, if the one with fewer lacks layers that hand on what
they read; a flag says then whether they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from cnncalc.exporting.terms import Term, explain, holds, term_of, written_term
from cnncalc.language.item import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cnncalc.exporting.bodies import Body, Step
    from cnncalc.exporting.code import Code
    from cnncalc.network import Network, Node

In = tuple[str, int]
"""What a step reads: ("", k) is an input of the body, otherwise the name of a step and which of its outputs."""


class Run(NamedTuple):
    """Uses of one class that stand behind each other: their arguments, and how many there are."""

    of: Class
    arguments: Mapping[str, Term]
    count: Term


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
        self.outside: dict[str, str] = {}
        """What it must be given besides its inputs, by the part that reads it."""
        self.flags: dict[str, Term] = {}
        """The condition of each flag, over the arguments."""
        self.terms: dict[In, Term] = {}
        """The channels of what is read and given, as far as they are known."""


class Classes:
    """Finds the classes of a network; each stands behind those that it uses."""

    def __init__(self, network: Network, translate: Callable[[Node], Code], name: Callable[[str], str]) -> None:
        """`translate` gives the code of a layer, `name` what something is called in the code."""
        self.network = network
        self.nodes = network.nodes
        self.name = name
        self.codes: dict[int, Code] = {
            node.index: translate(node) for node in self.nodes if node.layer is not None
        }
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
            again = None if shared is None else self._reads(body).get(shared, ("?", shared))
            return step.node.op, self.codes[step.node.index].shape(), again
        classes = [self.of[id(use)][0] for use in step.uses]
        again = step.again and self.step_names(body)[body.steps.index(step.again)]
        if step.is_row:
            runs = self._runs(step)
            return "row", tuple(id(of) for of in dict.fromkeys(classes)), len(runs), len(step.gives)
        return "use", id(classes[0]), again, len(step.gives)

    def _runs(self, step: Step) -> list[list[Body]]:
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
        solver = _Solver(self, made)
        reads = self._reads(first)
        for name, step in zip(self.step_names(first), first.steps, strict=True):
            there = [place for place, gone in enumerate(missing) if name not in gone]
            part = Part(name, tuple(reads[i] for i in step.reads), len(step.gives))
            part.node = step.node
            part.given = bool(step.frame.given if step.frame else step.node and step.node.given)
            if step.node is not None and step.node.host is not None:
                host = self.nodes[step.node.host]
                part.given = host.given
                part.called = self._called(first, host.index) or name
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
            else:
                solver.uses(part, steps, there)
            self._outside(made, part)
        made.outputs = [reads[i] for i in first.outputs]

    def _outside(self, made: Class, part: Part) -> None:
        """Note what a part must be given besides what it reads; a block hands on what stands in it."""
        if part.code is not None and part.code.outside:
            made.outside[part.name] = f"{part.name}_{part.code.outside}"
        for run in part.runs:
            for name in run.of.outside.values():
                made.outside[part.name] = f"{part.name}_{name}"

    def _called(self, body: Body, index: int) -> str:
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
            names = [called.get(index, "") or f"x{place}" for place, index in enumerate(body.inputs)]
        return ["x"] if len(names) == 1 else [self.name(name) for name in names]


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
        inside = [visit(use, within) for step in body.steps for use in step.uses]
        depth = 1 + max(inside, default=0)
        bodies.setdefault(body.kind, []).append((depth, body))
        return depth

    visit(root, frozenset())
    groups: list[tuple[int, list[Body]]] = []
    for kind, found in bodies.items():
        if kind in nested:
            for depth in sorted({depth for depth, _ in found}):
                groups.append((depth, [body for at, body in found if at == depth]))
        else:
            groups.append((max(depth for depth, _ in found), [body for _, body in found]))
    return [group for _, group in sorted(groups, key=lambda entry: entry[0])]


class _Solver:
    """Finds the terms for the numbers of one class, and the arguments that they need."""

    def __init__(self, classes: Classes, made: Class) -> None:
        self.classes = classes
        self.made = made
        self.nodes = classes.nodes
        self.known: dict[str, list[Any]] = {}
        self.unused: dict[str, list[Any]] = {}
        """Arguments that the spec gives, which are taken when they are needed."""
        self.patterns: dict[tuple[bool, ...], str] = {}
        self._offer()

    def _offer(self) -> None:
        made = self.made
        if not made.kind:
            variables = self.classes.network.variables
            self.unused = {self.classes.name(n): [v] for n, v in variables.items() if _is_plain(v)}
            return
        uses = [body.frame.use for body in made.bodies if body.frame is not None]
        for name in uses[0].arguments if uses and uses[0] is not None else ():
            column = [use.arguments.get(name) for use in uses if use is not None]
            if len(column) == len(made.bodies) and all(map(_is_plain, column)):
                self.unused[self.classes.name(name)] = column
        for place, name in enumerate(made.inputs):
            called = "in_channels" if len(made.inputs) == 1 else f"{name}_channels"
            shapes = [self.nodes[body.inputs[place]].output for body in made.bodies]
            if all(not shape.form for shape in shapes) and called not in self.unused:
                self.unused[called] = [shape.channels for shape in shapes]
                made.terms["", place] = Term.name(called)

    def _all(self) -> dict[str, list[Any]]:
        return {**self.known, **self.unused}

    def _scopes(self, there: Sequence[int], names: set[str] | None = None) -> list[dict[str, Any]]:
        known = self._all()
        return [{name: column[place] for name, column in known.items()
                 if names is None or name in names} for place in there]  # fmt: skip

    def _use(self, term: Term) -> Term:
        """Note the arguments that a term needs."""
        for name in sorted(term.names):
            if name in self.unused:
                self.known[name] = self.unused.pop(name)
            if name not in self.made.arguments and name in self.known:
                self.made.arguments[name] = self.known[name]
        return term

    def _new(self, name: str, column: list[Any]) -> Term:
        """An argument of its own."""
        base, number = name, 1
        while name in self._all() or name in self.made.inputs:
            number += 1
            name = f"{base}_{number}"
        self.known[name] = self.made.arguments[name] = column
        return Term.name(name)

    def _full(self, column: Sequence[Any], there: Sequence[int]) -> list[Any]:
        """A column for all bodies: where a part is not there, any value serves."""
        values = dict(zip(there, column, strict=True))
        return [values.get(place, column[0]) for place in range(len(self.made.bodies))]

    def _said(self, term: Term | None, there: Sequence[int], column: Sequence[Any]) -> Term | None:
        """A term that the spec gives, if its names are known here and it has these values."""
        if term is None:
            return None
        renamed = {name: Term.name(self.classes.name(name)) for name in term.names if name != "cin"}
        if "cin" in term.names:
            channels = self.made.terms.get(("", 0))
            if channels is None:
                return None
            renamed["cin"] = channels
        term = term.put(renamed)
        if not term.names <= set(self._all()):
            return None
        scopes = self._scopes(there, term.names)
        # Where the language divides, what comes out whole is taken as such.
        options = [term, term.whole()] if all(type(value) is int for value in column) else [term]
        return next((option for option in options if holds(option, scopes, column)), None)

    def solve(
        self,
        column: Sequence[Any],
        there: Sequence[int],
        name: str,
        said: Term | None,
        follows: Term | None = None,
    ) -> Term:
        """The term for a number: what the spec says, what it follows from, or an argument."""
        column = _plain_column(column)
        found = self._said(said, there, column)
        if found is None and follows is not None and follows.names <= set(self._all()):
            fits = holds(follows, self._scopes(there, follows.names), column)
            found = follows if fits else None
        if found is not None:
            return self._use(found)
        if all(value == column[0] and type(value) is type(column[0]) for value in column):
            return Term.number(column[0])
        known = {key: [values[place] for place in there] for key, values in self._all().items()}
        found = explain(column, known, lambda key: not key.endswith("channels") or len(column) > 1)
        if found is not None:
            return self._use(found)
        return self._new(name, self._full(column, there))

    # Parts ----------------------------------------------------------------------------------------

    def flag(self, name: str, pattern: tuple[bool, ...], step: Step) -> str:
        """The flag of a part that is not in all bodies."""
        if pattern in self.patterns:
            return self.patterns[pattern]
        column = [not gone for gone in pattern]
        item = _item_of(step)
        said = term_of(item.when) if item is not None else None
        everywhere = range(len(self.made.bodies))
        term = self._said(said, everywhere, column)
        flag = f"has_{name}"
        if term is None:
            term = explain(column, self._all(), lambda _: True)
        term = self._use(term) if term is not None else self._new(flag, column)
        self.patterns[pattern] = flag
        self.made.flags[flag] = term
        return flag

    def layer(self, part: Part, steps: list[Step], there: Sequence[int]) -> None:
        """The numbers in the code of a layer."""
        nodes = [step.node for step in steps if step.node is not None]
        codes = [self.classes.codes[node.index] for node in nodes]
        part.code = codes[0]
        follows = self.made.terms.get(part.reads[0]) if part.reads else None
        for name, slot in codes[0].slots.items():
            column = [code.slots[name].value for code in codes]
            said = written_term(nodes[0].written, slot.key) if slot.key else None
            after = follows if slot.role == "in" else None
            if slot.key == "padding" and "kernel_size" in part.terms:
                # What keeps the size of a map depends on the kernel.
                after = part.terms["kernel_size"].over(2)
            term = self.solve(column, there, name, said, after)
            part.terms[name] = term
            if slot.role == "out":
                self.made.terms[part.name, 0] = term
        if (part.name, 0) not in self.made.terms:
            self._channels(part, nodes, there)
        if part.instead is not None and self.made.terms.get(part.instead) != self.made.terms.get((part.name, 0)):
            self.made.terms.pop((part.name, 0), None)

    def _channels(self, part: Part, nodes: Sequence[Node], there: Sequence[int]) -> None:
        """The channels of what a layer gives that does not say them: those of what it reads, or their sum."""
        if not part.reads or any(node.output.form for node in nodes):
            return
        column = [node.output.channels for node in nodes]
        read = [self.made.terms.get(place) for place in part.reads]
        options = [term for term in read if term is not None]
        if len(options) == len(read) > 1:
            total = options[0]
            for term in options[1:]:
                total = total.plus(term)
            options.append(total)
        for term in options:
            if term.names <= set(self._all()) and holds(term, self._scopes(there, term.names), column):
                self.made.terms[part.name, 0] = term
                return

    def uses(self, part: Part, steps: list[Step], there: Sequence[int]) -> None:
        """The arguments of the classes that are used."""
        rows = [self.classes._runs(step) if step.is_row else [list(step.uses)] for step in steps]
        for number, first in enumerate(rows[0]):
            of, _ = self.classes.of[id(first[0])]
            runs = [row[number] for row in rows]
            terms: dict[str, Term] = {}
            for name in of.arguments:
                column = [of.arguments[name][self.classes.of[id(run[0])][1]] for run in runs]
                said = self._argument(first[0], name)
                follows = self._follows(part, of, name, number)
                terms[name] = self.solve(column, there, f"{part.name}_{name}", said, follows)
            counts = [len(run) for run in runs]
            part.runs.append(Run(of, terms, self._count(steps, counts, there, len(rows[0]), number)))
            for place in range(part.outputs):
                given = of.terms.get(of.outputs[place]) if place < len(of.outputs) else None
                if given is not None and given.names <= set(terms):
                    self.made.terms[part.name, place] = given.put(terms)
                else:
                    self.made.terms.pop((part.name, place), None)

    def _follows(self, part: Part, of: Class, name: str, number: int) -> Term | None:
        """The channels that a use reads, for the argument that stands for them."""
        for place in range(len(of.inputs)):
            if of.terms.get(("", place)) == Term.name(name):
                if number:
                    return self.made.terms.get((part.name, 0))
                return self.made.terms.get(part.reads[place])
        return None

    def _argument(self, body: Body, name: str) -> Term | None:
        use = body.frame.use if body.frame is not None else None
        if use is None:
            return None
        for key, value in use.item.args.items():
            if self.classes.name(key) == name:
                return term_of(value)
        return None

    def _count(
        self, steps: Sequence[Step], counts: list[int], there: Sequence[int], runs: int, number: int
    ) -> Term:
        if runs > 2 or (runs == 2 and number == 0):
            return Term.number(1)
        less = number
        item = _item_of(steps[0])
        said = term_of(item.repeat) if item is not None and steps[0].is_row else None
        totals = [count + less for count in counts]
        found = self._said(said, there, totals)
        if found is not None:
            return self._use(found).less(less)
        return self.solve(counts, there, "repeat", None)


def _item_of(step: Step) -> Item | None:
    """The item of the spec that a step is."""
    if step.node is not None:
        return step.node.written if isinstance(step.node.written, Item) else None
    frame = step.uses[0].frame
    return frame.use.item if frame is not None and frame.use is not None else None


def _plain_column(column: Sequence[Any]) -> Sequence[Any]:
    """Tuples of equal numbers as the numbers, if all of them are such."""
    if all(isinstance(value, tuple) and len(set(value)) == 1 for value in column):
        return [value[0] for value in column]
    return column


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return False
    return isinstance(value, (int, float, bool))
