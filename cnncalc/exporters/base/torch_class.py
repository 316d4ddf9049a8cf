"""A block, or a network, as a class of PyTorch: `__init__` makes its parts, `forward` computes its outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc.exporting.code import REQUIRED
from cnncalc.exporting.forward import Forward, fill_in
from cnncalc.exporting.paths import find_path
from cnncalc.exporting.python import block, docstring, literal, statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporting.classes import Classes
    from cnncalc.exporting.parts import Class, Part, Run
    from cnncalc.exporting.terms import Term


class ClassWriter:
    """Writes the classes of one network."""

    def __init__(self, classes: Classes) -> None:
        """All of them are found and have their names."""
        self.classes = classes
        self.network = classes.network

    def write(self, made: Class) -> list[str]:
        """The lines of a class, with the empty ones before it."""
        lines = ["", "", f"class {made.name}(nn.Module):"]
        lines += [f'    """{self._doc(made)}"""', ""]
        lines += statement(self._signature(made), 4)
        lines.append("        super().__init__()")
        lines += self._init(made)
        lines.append("")
        lines += self._forward(made)
        return lines

    def _doc(self, made: Class) -> str:
        if made.kind:
            return docstring(f"{made.kind}, a block of {self.network.name}.")
        return docstring(f"{self.network.name}.")

    def _signature(self, made: Class) -> str:
        arguments = ["self"]
        required, others = [], []
        for name, column in self._order(made):
            kind = type_of(column)
            default = self._default(made, name)
            if default is REQUIRED:
                required.append(f"{name}: {kind}")
            else:
                others.append(f"{name}: {kind} = {literal(default)}")
        return f"def __init__({', '.join([*arguments, *required, *others])}) -> None:"

    def _order(self, made: Class) -> list[tuple[str, list[Any]]]:
        """The arguments, channels that are read first."""
        return sorted(made.arguments.items(), key=lambda item: not item[0].endswith("channels"))

    def _default(self, made: Class, name: str) -> Any:
        if not made.kind:
            return made.arguments[name][0]
        return self.classes.default_of(made, name)

    def _init(self, made: Class) -> list[str]:
        lines: list[str] = []
        for name, term in made.locals.items():
            lines += statement(f"{name} = {term}", 8)
        for flag, term in made.flags.items():
            lines += statement(f"self.{flag} = {term}", 8)
        at = 0
        parts = made.parts
        while at < len(parts):
            flag, stop = parts[at].flag, at
            inner: list[str] = []
            while stop < len(parts) and parts[stop].flag == flag:
                inner += self._make_parts(made, parts[stop])
                stop += 1
            if flag and inner:
                lines += [f"        if self.{flag}:", *block(inner, 12)]
            else:
                lines += block(inner, 8)
            at = stop
        return lines

    def _make_parts(self, made: Class, part: Part) -> list[str]:
        """The statements that make what a part needs."""
        if part.again or (part.node is not None and part.node.shared_with is not None):
            return []
        if part.code is None:
            return [f"self.{part.name} = {self._uses(part)}"]
        texts = {name: literal_of(term) for name, term in part.terms.items()}
        lines = []
        for suffix, what in part.code.made.items():
            lines.append(f"self.{_join(part.name, suffix)} = {what.write(texts)}")
        kept = [
            name for name in part.code.slots_in(part.code.given) if not part.terms[name].is_number
        ]
        lines += [f"self.{part.name}_{name} = {part.terms[name]}" for name in kept]
        return list(dict.fromkeys(lines))

    def _uses(self, part: Part) -> str:
        runs = [self._run(run) for run in part.runs]
        if len(part.runs) == 1 and str(part.runs[0].times) == "1" and not runs[0].startswith("*"):
            return runs[0]
        return f"nn.Sequential({', '.join(runs)})"

    def _run(self, run: Run) -> str:
        arguments: list[str] = []
        defaults = {name: self._default(run.of, name) for name, _ in self._order(run.of)}
        names = [name for name, _ in self._order(run.of)]
        names.sort(key=lambda name: defaults[name] is not REQUIRED)
        for place, name in enumerate(names):
            text = literal_of(run.arguments[name])
            if defaults[name] is not REQUIRED and text == literal(defaults[name]):
                continue
            bare = (place < 3 and defaults[name] is REQUIRED and "=" not in "".join(arguments)
                    and not isinstance(run.of.arguments[name][0], bool))  # fmt: skip
            arguments.append(text if bare else f"{name}={text}")
        call = f"{run.of.name}({', '.join(arguments)})"
        if str(run.times) == "1":
            return call
        return f"*({call} for _ in range({run.times}))"

    # Forward --------------------------------------------------------------------------------------

    def _forward(self, made: Class) -> list[str]:
        given = [*made.inputs, *(name for names in made.outside.values() for name in names)]
        arguments = ", ".join(f"{name}: torch.Tensor" for name in given)
        several = len(made.outputs) > 1
        gives = (
            f"tuple[{', '.join(['torch.Tensor'] * len(made.outputs))}]"
            if several
            else "torch.Tensor"
        )
        if len(made.outputs) > 3:
            gives = "tuple[torch.Tensor, ...]"
        forward = Forward(made, lambda part, reads: self._call(made, part, reads), "self.")
        lines = statement(f"def forward(self, {arguments}) -> {gives}:", 4)
        for text, level in forward.write_all():
            lines += statement(text, 8 + 4 * level)
        return lines

    def _call(self, made: Class, part: Part, reads: Sequence[str]) -> str:
        name = part.again or part.name
        if part.code is None:
            outside = made.outside.get(part.name, [])
            return f"self.{name}({', '.join([*reads, *outside])})"
        if part.node is not None and part.node.shared_with is not None:
            name = self._find_shared(made, part.node.shared_with)
        more = {"m": f"self.{name}", part.code.outside: ", ".join(made.outside.get(part.name, []))}
        for suffix in part.code.made:
            if suffix:
                more[f"m_{suffix}"] = f"self.{name}_{suffix}"
        for slot, term in part.terms.items():
            more[slot] = literal_of(term) if term.is_number else f"self.{name}_{slot}"
        return fill_in(part.code.given, reads, more)

    def _find_shared(self, made: Class, index: int) -> str:
        """The attribute that holds the weights of a node."""
        for part in made.parts:
            if part.node is not None and part.node.index == index:
                return part.name
        return find_path(self.classes, made, index)


def literal_of(term: Term) -> str:
    """A term as it is written."""
    return literal(term.tree.value) if term.is_number else str(term)  # type: ignore[attr-defined]


def _join(name: str, suffix: str) -> str:
    return f"{name}_{suffix}" if suffix else name


def type_of(column: Sequence[Any]) -> str:
    """What an argument with these values is: `int`, `float`, `tuple[int, int]`."""
    value = column[0]
    if isinstance(value, tuple):
        kind = f"tuple[{', '.join(['int'] * len(value))}]"
        # One of equal numbers is written as one number.
        return f"int | {kind}" if any(len(set(one)) == 1 for one in column) else kind
    if any(isinstance(one, float) for one in column):
        return "float"
    return type(value).__name__
