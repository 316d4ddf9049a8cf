"""The numbers of one piece of code as terms, and the arguments that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporting.terms import Term, explain, holds, term_of, written_term
from cnncalc.language.item import Item

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporting.bodies import Step
    from cnncalc.exporting.classes import Classes
    from cnncalc.exporting.parts import Class, In, Part
    from cnncalc.network import Node


class Arguments:
    """Finds the terms for the numbers of one class, and the arguments that they need."""

    def __init__(self, classes: Classes, made: Class) -> None:
        """None are taken yet."""
        self.classes = classes
        self.made = made
        self.nodes = classes.nodes
        self.known: dict[str, list[Any]] = {}
        self.unused: dict[str, list[Any]] = {}
        """Arguments that the spec gives, which are taken when they are needed."""
        self.of_file: set[str] = set()
        """The variables of the file that a block may use."""
        self.patterns: dict[tuple[bool, ...], str] = {}
        self.inside: dict[In, tuple[str, Term | None]] = {}
        """The channels of parts that are not always there, and their flags."""
        self._offer()

    def _offer(self) -> None:
        made = self.made
        if not made.kind:
            self.unused = {name: [value] for name, value in self.classes.variables.items()}
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
        for name, value in self.classes.variables.items():
            # A block knows the variables of its file; they are handed to it.
            if name not in self.unused and name not in made.inputs:
                self.unused[name] = [value] * len(made.bodies)
                self.of_file.add(name)

    def _all(self) -> dict[str, list[Any]]:
        return {**self.known, **self.unused}

    def _scopes(self, there: Sequence[int], names: set[str] | None = None) -> list[dict[str, Any]]:
        known = self._all()
        return [{name: column[place] for name, column in known.items()
                 if names is None or name in names} for place in there]  # fmt: skip

    def use(self, term: Term) -> Term:
        """Note the arguments that a term needs."""
        for name in sorted(term.names):
            if name in self.unused:
                self.known[name] = self.unused.pop(name)
            if not self.made.kind and name in self.classes.derived:
                if name not in self.made.locals:
                    self.use(self.classes.derived[name])
                    self.made.locals[name] = self.classes.derived[name]
            elif name not in self.made.arguments and name in self.known:
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

    def check_said(
        self, term: Term | None, there: Sequence[int], column: Sequence[Any]
    ) -> Term | None:
        """A term that the spec gives, if its names are known here and it has these values."""
        if term is None:
            return None
        renamed = {
            name: Term.name(self.classes.name(name))
            for name in term.names
            if name != "cin" and name not in self.made.arguments | self.classes.variables
        }
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
        found = self.check_said(said, there, column)
        if found is None and follows is not None and follows.names <= set(self._all()):
            fits = holds(follows, self._scopes(there, follows.names), column)
            found = follows if fits else None
        if found is not None:
            return self.use(found)
        if all(value == column[0] and type(value) is type(column[0]) for value in column):
            return Term.number(column[0])
        known = {key: [values[place] for place in there] for key, values in self._all().items()}
        found = explain(column, known, lambda key: key not in self.of_file)
        if found is not None:
            return self.use(found)
        return self._new(name, self._full(column, there))

    # Parts ----------------------------------------------------------------------------------------

    def flag(self, name: str, pattern: tuple[bool, ...], step: Step) -> str:
        """The flag of a part that is not in all bodies."""
        if pattern in self.patterns:
            return self.patterns[pattern]
        column = [not gone for gone in pattern]
        item = item_of(step)
        said = term_of(item.when) if item is not None else None
        everywhere = range(len(self.made.bodies))
        term = self.check_said(said, everywhere, column)
        flag = f"has_{name}"
        if term is None:
            term = explain(column, self._all(), lambda key: key not in self.of_file)
        term = self.use(term) if term is not None else self._new(flag, column)
        self.patterns[pattern] = flag
        self.made.flags[flag] = term
        return flag

    def layer(self, part: Part, steps: list[Step], there: Sequence[int]) -> None:
        """The numbers in the code of a layer."""
        nodes = [step.node for step in steps if step.node is not None]
        codes = [self.classes.codes[node.index] for node in nodes]
        part.code = codes[0]
        follows = self._read_term(part)
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
        if part.instead is not None and not self._gives_alike(part, there):
            # What stands in the same condition may still go by it.
            self.inside[part.name, 0] = part.flag, self.made.terms.pop((part.name, 0), None)

    def _read_term(self, part: Part) -> Term | None:
        """The channels of what a part reads first."""
        if not part.reads:
            return None
        flag, term = self.inside.get(part.reads[0], ("", None))
        return term if term and flag == part.flag else self.made.terms.get(part.reads[0])

    def _gives_alike(self, part: Part, there: Sequence[int]) -> bool:
        """Whether the channels of a part are, by the same term, those of what is read where it is not there."""
        term = self.made.terms.get((part.name, 0))
        other = self.made.terms.get(part.instead) if part.instead else None
        if term is None or other is None or term == other:
            return term == other
        gone = [place for place in range(len(self.made.bodies)) if place not in there]
        scopes = self._scopes(gone, term.names | other.names)
        return holds(term, scopes, [other.value(scope) for scope in scopes])

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
            if term.names <= set(self._all()) and holds(
                term, self._scopes(there, term.names), column
            ):
                self.made.terms[part.name, 0] = term
                return


def item_of(step: Step) -> Item | None:
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
