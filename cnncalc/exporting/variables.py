"""Which variables of a spec become arguments of the code: those with which it is the right network, too.

A term that gives the number at hand may do so by chance, or a number may not be written as what it depends
on. So each variable is changed, the network built anew, and the code evaluated: where it is not the code of
that network, its numbers stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.errors import SpecError
from cnncalc.exporting.bodies import Body, Outline
from cnncalc.exporting.classes import Classes
from cnncalc.exporting.terms import Term, term_of_data
from cnncalc.language.build import build
from cnncalc.language.document import Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cnncalc.exporting.code import Code
    from cnncalc.exporting.parts import Class, Part
    from cnncalc.network import Network


class Variables:
    """The variables of the spec that a network comes from."""

    def __init__(self, network: Network, *, of_spec: bool = True) -> None:
        """`of_spec` is whether it comes of a text that can be read again."""
        self.network = network
        self.document = Document(network.source) if of_spec and network.source is not None else None
        known = self.document.variables if self.document is not None else {}
        self.values = {n: v for n, v in network.variables.items() if n in known and is_plain(v)}
        terms = {name: term_of_data(known[name].data) for name in self.values}
        self.derived: dict[str, Term] = {}
        for name, term in terms.items():
            if term is not None and _is_same(term.value(self.values), self.values[name]):
                self.derived[name] = term

    def offer(self, without: set[str]) -> dict[str, Any]:
        """Those that may become arguments, and those that follow from them."""
        found = {n: v for n, v in self.values.items() if n not in without}
        for name, term in self.derived.items():
            if not term.names <= set(found):
                found.pop(name, None)
        return found

    def others(self, name: str) -> Iterator[Network]:
        """The network with other values of a variable."""
        if self.document is None:
            return
        value = self.values[name]
        if isinstance(value, bool):
            options: list[Any] = [not value]
        elif isinstance(value, int):
            # A count of repetitions is at least one: without any the channels that follow are others.
            options = [value + 1, 2 * value, *([value - 1] if value > 2 else [])]
        else:
            options = [2 * value, value / 2]
        settings = {n: v for n, v in self.values.items() if n not in self.derived}
        for option in options:
            try:
                yield self._build({**settings, name: option})
            except SpecError:
                continue

    def _build(self, settings: Mapping[str, Any]) -> Network:
        """The network with other settings, of the same size of input if it was given one; raises SpecError."""
        if self.document is None:
            return self.network
        model = self.network.model
        other = build(self.document, model, settings=settings)
        given = [node for node in self.network.nodes if node.layer is None]
        same = find_inputs(other) == find_inputs(self.network)
        if same or any(node.output.kind != "map" for node in given):
            return other
        sizes = {node.name: node.output.size for node in given}
        return build(self.document, model, settings=settings, size=sizes)


def find_classes(
    network: Network,
    translate: Callable[[Network], Mapping[int, Code]],
    name: Callable[[str], str],
    *,
    anew: bool = False,
) -> tuple[Classes, list[Class]]:
    """The classes of a network, whose arguments are the variables with which the code is right.

    Raises SpecError where `translate` does.
    """
    codes = translate(network)
    variables = Variables(network)
    without: set[str] = set()
    while True:
        classes = Classes(network, codes, name)
        classes.variables = {name(n): v for n, v in variables.offer(without).items()}
        classes.derived = {name(n): _rename(t, name) for n, t in variables.derived.items()}
        found = classes.find(Outline(network, anew=anew).find())
        used = [n for n in variables.offer(without) if name(n) in found[-1].arguments]
        wrong = {
            n for n in used
            if not _is_right(n, found, variables, translate, name, anew=anew)
        }  # fmt: skip
        if not wrong:
            return classes, found
        without |= wrong


def _rename(term: Term, name: Callable[[str], str]) -> Term:
    return term.put({n: Term.name(name(n)) for n in term.names})


def _is_right(
    variable: str,
    found: list[Class],
    variables: Variables,
    translate: Callable[[Network], Mapping[int, Code]],
    name: Callable[[str], str],
    *,
    anew: bool,
) -> bool:
    """Whether the code is that of the network with other values of a variable, and there are such."""
    tried = 0
    for other in variables.others(variable):
        if find_inputs(other) != find_inputs(variables.network):
            return False
        try:
            codes = translate(other)
        except SpecError:
            continue
        tried += 1
        scope = {name(n): v for n, v in other.variables.items()}
        check = _Check(Classes(other, codes, name), codes)
        if not check.agrees(found[-1], Outline(other, anew=anew).find(), scope):
            return False
    return tried > 0


def find_inputs(network: Network) -> list[Any]:
    """The shapes that go in."""
    return [node.output for node in network.nodes if node.layer is None]


class _Check:
    """Compares code with the bodies of another network."""

    def __init__(self, classes: Classes, codes: Mapping[int, Code]) -> None:
        """`classes` are asked for names only."""
        self.classes = classes
        self.codes = codes

    def agrees(self, made: Class, body: Body, scope: Mapping[str, Any]) -> bool:
        """Whether a class with these arguments is the code of a body."""
        known = {n: scope[n] for n in made.arguments if n in scope}
        for name, term in made.locals.items():
            known[name] = term.value(known)
        for term in made.terms.values():
            # The channels of an input are known where the code says them by their name.
            if (
                isinstance(str(term), str)
                and str(term) in made.arguments
                and str(term) not in known
            ):
                return False
        flags = {name: bool(term.value(known)) for name, term in made.flags.items()}
        parts = [part for part in made.parts if not part.flag or flags[part.flag]]
        if [part.name for part in parts] != self.classes.step_names(body):
            return False
        return all(
            self._part(part, step, known) for part, step in zip(parts, body.steps, strict=True)
        )

    def _part(self, part: Part, step: Any, known: Mapping[str, Any]) -> bool:
        if step.node is not None:
            code = self.codes[step.node.index]
            if part.code is None or code.shape() != part.code.shape():
                return False
            return all(
                _is_same(term.value(known), code.slots[name].value)
                for name, term in part.terms.items()
            )
        if part.code is not None:
            return False
        if part.again or step.again is not None:
            return bool(part.again) == (step.again is not None)
        uses = []
        for run in part.runs:
            times = run.times.value(known)
            if not isinstance(times, int) or times > len(step.uses):
                return False
            arguments = {name: term.value(known) for name, term in run.arguments.items()}
            uses += [(run.of, arguments)] * times
        if len(uses) != len(step.uses):
            return False
        return all(
            self.agrees(of, use, given) for (of, given), use in zip(uses, step.uses, strict=True)
        )


def _is_same(found: Any, value: Any) -> bool:
    """Whether a number is another one; a tuple of equal numbers is one number."""
    if isinstance(value, tuple) and not isinstance(found, tuple):
        return all(_is_same(found, part) for part in value)
    return type(found) is type(value) and bool(found == value)


def is_plain(value: Any) -> bool:
    """Whether a value is a number, or true or false."""
    return isinstance(value, (int, float))
