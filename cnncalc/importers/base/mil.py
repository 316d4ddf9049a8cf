"""Core ML's programs, in its Model Intermediate Language, as a graph: operations as ONNX has them.

Constants are tensors of the graph. Those of weights lie in a file beside it, which is not read: of them the
shape is known, and so it is of weights that are stored in fewer bits (`constexpr_…`).

Source: MIL.proto of coremltools 9.0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from cnncalc.foreign import NAME, cut
from cnncalc.importers.base.description import Unreadable
from cnncalc.importers.base.mil_operators import TRANSLATED, Operation
from cnncalc.importers.base.onnx.model import Graph, Node, Tensor
from cnncalc.importers.base.onnx.running import DAMAGES, report_damage
from cnncalc.importers.base.wire import read
from cnncalc.protobuf.onnx import TENSOR
from cnncalc.work import LIMITS

if TYPE_CHECKING:
    from cnncalc.importers.base.wire import Field, Message, Wire

_AXES = 64
_TYPES = {
    1: 9,
    2: 8,
    10: 10,
    11: 1,
    12: 11,
    13: 16,
    21: 3,
    22: 5,
    23: 6,
    24: 7,
    31: 2,
    32: 4,
    33: 6,
    34: 13,
}
"""The types of numbers, as ONNX counts them; those of few bits hold parts of weights alone."""
_PLACES = {
    1: TENSOR.floats,
    2: TENSOR.int32s,
    3: TENSOR.int32s,
    5: TENSOR.int64s,
    6: TENSOR.doubles,
    7: TENSOR.raw,
}
_RAW = (2, 3, 6, 10)
"""The types whose numbers are read where they stand as bytes."""
_TEXTS = 4
_DEPTH = 50
_MADE_UP = re.compile(
    r"(?<=.)(?:_(?:to|cast)_fp(?:16|32)|_palettized|_quantized|_sparsified|_promoted)+$"
)
"""What coremltools adds to the names of what it computes or stores in another type."""


def _plain_name(name: str) -> str:
    """A name without what coremltools adds to it.

    >>> _plain_name("layer1_conv1_weight_to_fp16_palettized")
    'layer1_conv1_weight'
    """
    return _MADE_UP.sub("", name)


class _Type(NamedTuple):
    """What a value is: the type of its numbers, and its shape, where open lengths are ""."""

    number: int
    dims: tuple[int | str, ...] | None


class Program:
    """What a program says: the graph of one of its functions."""

    def __init__(self, wire: Wire, program: Field, default: str) -> None:
        """Read the function that is called `default`, else the only or first one; raises Unreadable."""
        self.wire = wire
        self.graph = Graph()
        self.gives: dict[str, str] = {}
        """What goes out, by the names of features."""
        self._aliases: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        functions = self._entries(read(wire, program), 2)
        if not functions:
            raise Unreadable("there is no function in the program")
        self.functions = list(functions)
        self.name = next(
            (name for name in (default, "main") if name in functions), self.functions[0]
        )
        self._read_function(read(wire, functions[self.name]))

    def _entries(self, message: Message, number: int) -> dict[str, Field]:
        """The entries of a map by their keys, as far as they have a value."""
        found = {}
        for part in message.get(number, ()):
            entry = read(self.wire, part)
            if 2 in entry:
                found[self._text(entry, 1)] = entry[2][0]
        return found

    def _text(self, message: Message, number: int) -> str:
        return self.wire.text(message[number][0]) if number in message else ""

    def _read_function(self, function: Message) -> None:
        for part in function.get(1, ()):
            name, type_ = self._name_and_type(part)
            self.graph.inputs[name] = type_
            if type_.dims is not None:
                self.graph.stated[name] = type_.dims
        blocks = self._entries(function, 3)
        block = blocks.get(self._text(function, 2)) or next(iter(blocks.values()), None)
        if block is None:
            raise Unreadable(f"the function `{cut(self.name, NAME)}` has no operations")
        said = read(self.wire, block)
        operations = said.get(3, ())
        # Nearly half of them are constants.
        if len(operations) > 4 * LIMITS["nodes"].most:
            raise Unreadable(f"the program has more than {4 * LIMITS['nodes'].most:,} operations")
        for part in operations:
            self._read_operation(read(self.wire, part))
        for part in said.get(2, ()):
            name = self.wire.text(part)
            self.gives[name] = self._find_name(name)
        self.graph.outputs += self.gives.values()

    def _find_name(self, name: str) -> str:
        return self._aliases.get(name, name)

    def _name_and_type(self, field: Field) -> tuple[str, _Type]:
        """A name and its type."""
        said = read(self.wire, field)
        return self._text(said, 1), self._type(said[2][0]) if 2 in said else _Type(0, None)

    def _type(self, field: Field) -> _Type:
        """The type of a tensor, or of what a state holds."""
        said = read(self.wire, field)
        if 5 in said:
            inner = read(self.wire, said[5][0])
            return self._type_of_tensor(inner.get(1))
        return self._type_of_tensor(said.get(1))

    def _type_of_tensor(self, fields: list[Field] | None) -> _Type:
        if not fields:
            return _Type(0, None)
        said = read(self.wire, fields[0])
        number = self.wire.integer(said[1][0]) if 1 in said else 0
        parts = said.get(3, ())
        if len(parts) > _AXES:
            raise Unreadable(f"the tensor at byte {fields[0].start:,} has a shape that is none")
        return _Type(_TYPES.get(number, 0), tuple(self._length(part) for part in parts))

    def _length(self, field: Field) -> int | str:
        said = read(self.wire, field)
        if 1 not in said:
            return ""
        constant = read(self.wire, said[1][0])
        return self.wire.integer(constant[1][0]) if 1 in constant else 0

    def _read_operation(self, said: Message) -> None:
        """Add a constant or a node to the graph."""
        op = self._text(said, 1)
        attributes = self._entries(said, 5)
        given = [self._name_and_type(part) for part in said.get(3, ())]
        if op == "const" and given and "val" in attributes:
            self._hold(given[0][0], attributes["val"], own=True)
            return
        if op.startswith("constexpr_") and given:
            name, type_ = given[0]
            self._keep(
                name, Tensor(name, self._whole(name, type_), type_.number or 1, None), own=True
            )
            return
        line = len(self.graph.nodes) + 1
        if line > LIMITS["nodes"].most:
            raise Unreadable(f"the program has more than {LIMITS['nodes'].most:,} operations")
        name = ""
        if "name" in attributes:
            self._hold(f"{line}:name", attributes["name"])
            name = _plain_name(self._texts.get(f"{line}:name", ""))
        name = name or (given[0][0] if given else op)
        arguments = {
            key: self._bindings(f"{name}.{key}", field)
            for key, field in self._entries(said, 2).items()
        }
        outputs = [output for output, _ in given]
        for output, type_ in given:
            if type_.dims:
                self.graph.stated[output] = type_.dims
        operation = Operation(
            op, name, arguments, outputs, line, self.graph, self._texts, self.wire
        )
        translate = TRANSLATED.get(op)
        if translate is not None:
            try:
                self.graph.nodes.append(translate(operation))
            except Unreadable:
                raise
            except DAMAGES as error:
                raise report_damage(Node(op, "", name, [], outputs, {}, line)) from error
            return
        reads = [name for names in arguments.values() for name in names if name not in self._texts]
        for block in said.get(4, ()):
            reads += self._read_inside(block)
        self.graph.nodes.append(Node(op, "", name, list(dict.fromkeys(reads)), outputs, {}, line))

    def _read_inside(self, block: Field, depth: int = 0) -> list[str]:
        """What control flow reads of what stands outside of it."""
        found: list[str] = []
        if depth > _DEPTH:
            raise Unreadable(f"control flow is nested in more than {_DEPTH} blocks")
        said = read(self.wire, block)
        for part in said.get(3, ()):
            operation = read(self.wire, part)
            for field in self._entries(operation, 2).values():
                for binding in read(self.wire, field).get(1, ()):
                    held = read(self.wire, binding)
                    found.append(self._find_name(self._text(held, 1)))
            for inner in operation.get(4, ()):
                found += self._read_inside(inner, depth + 1)
        found += [self._find_name(self.wire.text(part)) for part in said.get(2, ())]
        return [name for name in found if name in self.graph.stated]

    def _bindings(self, name: str, field: Field) -> list[str]:
        """The values that an argument is bound to, by their names; what stands there itself gets one."""
        found = []
        for part in read(self.wire, field).get(1, ()):
            said = read(self.wire, part)
            if 1 in said:
                found.append(self._find_name(self.wire.text(said[1][0])))
            elif 2 in said:
                own = f"{name}.{len(found)}" if found else name
                self._hold(own, said[2][0])
                found.append(own)
        return found

    def _whole(self, name: str, type_: _Type) -> tuple[int, ...]:
        """The shape of a constant; raises Unreadable."""
        dims = tuple(n for n in type_.dims or () if isinstance(n, int) and n >= 0)
        if len(dims) < len(type_.dims or ()):
            raise Unreadable(f"the constant `{cut(name, NAME)}` has a shape that is none")
        return dims

    def _hold(self, name: str, field: Field, *, own: bool = False) -> None:
        """A value of the file as a tensor of the graph; a text as one."""
        value = read(self.wire, field)
        type_ = self._type(value[2][0]) if 2 in value else _Type(0, None)
        place = None
        for part in value.get(3, ()):
            for tensor in read(self.wire, part).get(1, ()):
                for numbers in self.wire.message(tensor):
                    held = read(self.wire, numbers).get(1, ())
                    if numbers.number == _TEXTS and held:
                        self._texts[name] = self.wire.text(held[0])
                    elif numbers.number in _PLACES and len(held) == 1:
                        place = held[0]._replace(number=_PLACES[numbers.number])
        if name in self._texts:
            return
        if place and place.number == TENSOR.raw and type_.number not in _RAW:
            place = None
        self._keep(name, Tensor(name, self._whole(name, type_), type_.number, place), own=own)

    def _keep(self, name: str, tensor: Tensor, *, own: bool) -> None:
        """Add a tensor to the graph, called as its weight is where it has been stored in another way."""
        plain = _plain_name(name) if own else name
        if plain != name and plain not in self.graph.weights:
            self._aliases[name] = plain
            name = plain
        self.graph.weights[name] = tensor._replace(name=name)
