"""Files of TFLite made by hand: a writer of flatbuffers, as short as can be."""

from math import prod
from struct import calcsize, pack, pack_into

from cnncalc.importers.base.tflite.codes import _NAMES, OPTIONS, TYPES

from .onnx_files import network as read_network

FLOAT, INT32, INT8, BOOL = 0, 2, 9, 6


def write(root, magic=b"TFL3"):
    """The bytes of a table: a dict of numbers, texts, bytes, lists, and tables by the numbers of their fields.

    A number, or a list of them, may be a pair with its letter in `struct`; else it is of 32 bits.
    """
    out = bytearray(b"\0\0\0\0" + magic)
    waiting = [(0, root)]
    while waiting:
        at, value = waiting.pop(0)
        out += bytes(-len(out) % 8)
        start = len(out)
        if isinstance(value, dict):
            start = _table(out, value, waiting)
        elif isinstance(value, (str, bytes)):
            data = value.encode() if isinstance(value, str) else value
            out += pack("<I", len(data)) + data + b"\0"
        elif isinstance(value, tuple):
            letter, numbers = value
            out += pack(f"<I{len(numbers)}{letter}", len(numbers), *numbers)
        elif value and isinstance(value[0], (dict, str, bytes)):
            out += pack("<I", len(value)) + bytes(4 * len(value))
            waiting += [(start + 4 + 4 * i, item) for i, item in enumerate(value)]
        else:
            letter = "f" if value and isinstance(value[0], float) else "i"
            out += pack(f"<I{len(value)}{letter}", len(value), *value)
        pack_into("<I", out, at, start - at)
    return bytes(out)


def _table(out, fields, waiting):
    """A table behind the list of its fields; gives where it is."""
    count = max(fields, default=-1) + 1
    inline, places, children = b"\0" * 4, [0] * count, []
    for number, value in fields.items():
        pair = value if isinstance(value, tuple) else ("i", value)
        scalar = isinstance(pair[1], (int, float))
        width = calcsize(f"<{pair[0]}") if scalar else 4
        inline += bytes(-len(inline) % width)
        places[number] = len(inline)
        if scalar:
            inline += pack(f"<{pair[0]}", pair[1])
        else:
            children.append((len(inline), value))
            inline += bytes(4)
    list_at = len(out)
    out += pack(f"<HH{count}H", 4 + 2 * count, len(inline), *places)
    out += bytes(-len(out) % 8)
    start = len(out)
    out += inline
    pack_into("<i", out, start, start - list_at)
    waiting += [(start + place, child) for place, child in children]
    return start


class File:
    """A graph of tensors by their names."""

    def __init__(self):
        self.tensors, self.buffers, self.nodes, self.codes = {}, [{}], [], []
        self.inputs, self.outputs, self.more = [], [], {}

    def tensor(self, name, shape, numbers=None, *, type=FLOAT, scale=None, zero=0, open=None, held=False):
        """A tensor; with `numbers`, or `held`, the file has them."""
        table = {0: list(shape), 1: ("b", type), 3: name}
        if numbers is not None or held:
            letter = TYPES[type].letter
            data = list(numbers) if numbers is not None else [0] * prod(shape)
            self.buffers.append({0: pack(f"<{len(data)}{letter}", *data)} if data else {})
            table[2] = ("I", len(self.buffers) - 1)
        if scale is not None:
            table[4] = {2: [float(scale)], 3: ("q", [zero])}
        if open is not None:
            table[7] = list(open)
        self.tensors[name] = table
        return self

    def ints(self, name, *numbers, shape=None):
        """A constant of whole numbers."""
        return self.tensor(name, (len(numbers),) if shape is None else shape, numbers, type=INT32)

    def node(self, op, reads, gives, **options):
        """An operator; `-` stands for an operand that is left out."""
        known = op in _NAMES
        self.codes.append({3: _NAMES.index(op)} if known else {3: 32, 1: op})
        fields = {option.name: option for option in OPTIONS.get(op, ())}
        table = {
            fields[name].field: list(value) if isinstance(value, (list, tuple)) else value if isinstance(value, bytes)
            else (fields[name].letter, value)
            for name, value in options.items()
        }
        names = list(self.tensors)
        reads, gives = ([-1 if n == "-" else names.index(n) for n in text.split()] for text in (reads, gives))
        self.nodes.append({0: ("I", len(self.codes) - 1), 1: reads, 2: gives, 4: table} if known
                          else {0: ("I", len(self.codes) - 1), 1: reads, 2: gives})  # fmt: skip
        return self

    def data(self, inputs="x", outputs="y", graphs=(), **more):
        """The bytes of the file; `graphs` are further ones, `more` further fields of the model."""
        names = list(self.tensors)
        numbers = ([names.index(n) for n in text.split()] for text in (inputs, outputs))
        graph = dict(enumerate([list(self.tensors.values()), *numbers, self.nodes, "main"]))
        root = {0: 3, 1: self.codes, 2: [graph, *graphs], 3: "by hand", 4: self.buffers}
        return write({**root, **{int(key[1:]): value for key, value in more.items()}})


def unary(op, shape, result, /, *constants, **options):
    """A file of one operator on `x` and some lists of whole numbers."""
    file = File().tensor("x", shape)
    for place, numbers in enumerate(constants):
        file.ints(f"c{place}", *numbers)
    file.tensor("y", result)
    return file.node(op, " ".join(["x", *(f"c{i}" for i in range(len(constants)))]), "y", **options)


def network(data, name="net.tflite"):
    """The network of a file."""
    return read_network(data if isinstance(data, bytes) else data.data(), name)
