"""A block as a function of Keras, the network as one that makes the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.exporters.base.keras_rows import write_row
from cnncalc.exporters.base.torch_class import literal_of, type_of
from cnncalc.exporting.code import REQUIRED
from cnncalc.exporting.forward import Forward, Line, fill_in
from cnncalc.exporting.python import docstring, literal, statement, string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporting.classes import Classes
    from cnncalc.exporting.code import Made
    from cnncalc.exporting.parts import Class, Part, Run
    from cnncalc.layers.base.shape import Shape


class FunctionWriter:
    """Writes the functions of one network."""

    def __init__(self, classes: Classes) -> None:
        """All of them are found and have their names."""
        self.classes = classes
        self.network = classes.network
        shared = {node.shared_with for node in self.network.nodes}
        self.shared = {index for index in shared if index is not None}

    def write(self, made: Class) -> list[str]:
        """The lines of a function, with the empty ones before it."""
        lines = ["", "", *statement(self._signature(made), 0)]
        lines.append(f'    """{self._doc(made)}"""')
        forward = Forward(made, lambda part, reads: self._call(made, part, reads), "")
        forward.rows = lambda part, reads, name: write_row(self, made, part, reads, name)
        forward.before = lambda part: self._before(made, part)
        forward.joins_layers = False
        forward.reserved = {
            *made.arguments,
            *made.flags,
            *made.locals,
            *map(str, made.terms.values()),
        }
        if not made.kind and len(made.inputs) > 1:
            forward.reserved |= set(made.inputs)
        first = [] if made.kind else self._inputs(made)
        body: list[str] = []
        computed = forward.write_all() if made.kind else forward.write()
        for name, term in made.locals.items():
            body += statement(f"{name} = {term}", 4)
        for flag, term in made.flags.items():
            body += statement(f"{flag} = {term}", 4) if str(term) != flag else []
        for text, level in computed:
            body += statement(text, 4 + 4 * level)
        body = [*first, *self._channels(made, "\n".join(body)), *body]
        return lines + body + ([] if made.kind else self._end(made, forward))

    def _end(self, made: Class, forward: Forward) -> list[str]:
        """The model is made of what was computed."""
        result, given = forward.result(), ", ".join(made.inputs)
        inputs = "inputs" if len(made.inputs) == 1 else f"[{given}]"
        outputs = f"[{result}]" if len(made.outputs) > 1 else result
        return statement(f"return keras.Model({inputs}, {outputs}, name={string(made.name)})", 4)

    def _doc(self, made: Class) -> str:
        what = (
            f"{made.kind}, a block of {self.network.name}."
            if made.kind
            else f"{self.network.name}."
        )
        return docstring(what)

    def _signature(self, made: Class) -> str:
        required, others = list(made.inputs) if made.kind else [], []
        for name, column in self.arguments(made):
            default = self._default(made, name)
            if default is REQUIRED:
                required.append(f"{name}: {type_of(column)}")
            else:
                others.append(f"{name}: {type_of(column)} = {literal(default)}")
        more = ["*", "name: str"] if made.kind else []
        gives = " -> keras.Model" if not made.kind else ""
        return f"def {made.name}({', '.join([*required, *others, *more])}){gives}:"

    def arguments(self, made: Class) -> list[tuple[str, list[Any]]]:
        """The arguments but the channels of what is read, which Keras knows."""
        known = {str(term) for (name, _), term in made.terms.items() if not name}
        return [item for item in made.arguments.items() if item[0] not in known]

    def _channels(self, made: Class, text: str) -> list[str]:
        """The channels of what is read, where the statements name them."""
        lines = []
        for place, name in enumerate(made.inputs):
            term = str(made.terms.get(("", place), ""))
            if made.kind and re.search(rf"\b{re.escape(term)}\b", text) and term in made.arguments:
                lines.append(f"    {term} = {name}.shape[-1]")
        return lines

    def _default(self, made: Class, name: str) -> Any:
        if not made.kind:
            return made.arguments[name][0]
        return self.classes.default_of(made, name)

    def _inputs(self, made: Class) -> list[str]:
        lines = []
        for name, index in zip(made.inputs, made.bodies[0].inputs, strict=True):
            node = self.network.nodes[index]
            target = f"{name} = inputs" if len(made.inputs) == 1 else name
            dtype = ', dtype="int32"' if node.output.is_tokens else ""
            text = f"{target} = keras.Input({_shape(node.output)}{dtype}, name={string(node.name)})"
            lines += statement(text, 4)
        return lines

    # Parts ----------------------------------------------------------------------------------------

    def _call(self, made: Class, part: Part, reads: Sequence[str]) -> str:
        if part.code is None:
            return self.use(made, part.runs[0], reads, self._label(made, part.name))
        node = part.node
        more = {slot: literal_of(term) for slot, term in part.terms.items()}
        if node is not None and node.shared_with is not None:
            more["m"] = self._variable(made, node.shared_with)
        elif node is not None and node.index in self.shared:
            more["m"] = f"{part.name}_layer"
        elif "" in part.code.made:
            more["m"] = self._construct(made, part, part.code.made[""])
        return fill_in(part.code.given, reads, more)

    def _construct(self, made: Class, part: Part, what: Made) -> str:
        texts = {name: literal_of(term) for name, term in (part.terms or {}).items()}
        return what.write(texts, f"name={self._label(made, part.name)}")

    def _before(self, made: Class, part: Part) -> list[Line]:
        """A layer that is used again is made before its first use."""
        node = part.node
        if (
            node is None
            or node.index not in self.shared
            or part.code is None
            or "" not in part.code.made
        ):
            return []
        return [Line(f"{part.name}_layer = {self._construct(made, part, part.code.made[''])}")]

    def _variable(self, made: Class, index: int) -> str:
        for part in made.parts:
            if part.node is not None and part.node.index == index:
                return f"{part.name}_layer"
        return "layer"

    def _label(self, made: Class, name: str) -> str:
        """What a layer is called: in a block behind the name of the use."""
        return f'f"{{name}}-{name}"' if made.kind else string(name)

    def use(self, made: Class, run: Run, reads: Sequence[str], label: str) -> str:
        """The call of the function of a block."""
        arguments = list(reads)
        names = [name for name, _ in self.arguments(run.of)]
        defaults = {name: self._default(run.of, name) for name in names}
        names.sort(key=lambda name: defaults[name] is not REQUIRED)
        for place, name in enumerate(names):
            text = literal_of(run.arguments[name])
            if defaults[name] is not REQUIRED and text == literal(defaults[name]):
                continue
            bare = place < 3 and defaults[name] is REQUIRED and not any("=" in a for a in arguments)
            is_flag = isinstance(run.of.arguments[name][0], bool)
            arguments.append(text if bare and not is_flag else f"{name}={text}")
        return f"{run.of.name}({', '.join([*arguments, f'name={label}'])})"


def _shape(shape: Shape) -> str:
    if shape.is_tokens or shape.form:
        sizes = shape.size
    else:
        sizes = (*shape.size, shape.channels)
    return f"({', '.join(map(str, sizes))}{',' * (len(sizes) == 1)})"
