"""Files of ONNX made by hand: a writer of protobuf's wire format, as short as can be."""

from struct import pack

from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import Origin, read

FLOAT, INT64 = 1, 7


def varint(number):
    """A number in groups of seven bits, the lowest first."""
    number &= (1 << 64) - 1
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def field(number, value):
    """A field of a message: a number, a text, bytes, or a number with a fraction."""
    if isinstance(value, float):
        return varint(number << 3 | 5) + pack("<f", value)
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def message(*fields):
    """Fields one behind the other."""
    return b"".join(field(number, value) for number, value in fields)


def tensor(name, dims, numbers=None, *, raw=None):
    """A tensor: of whole numbers if they are, else of zeros; `raw` bytes stand for numbers that are not read."""
    whole = numbers is not None and all(isinstance(n, int) for n in numbers)
    count = 1
    for n in dims:
        count *= n
    if raw is None:
        raw = b"".join(pack("<q" if whole else "<f", n) for n in numbers) if numbers is not None else bytes(4 * count)
    return message(*((1, n) for n in dims), (2, INT64 if whole else FLOAT), (8, name), (9, raw))


def attribute(name, value):
    """An attribute of a node."""
    if isinstance(value, bytes):
        return message((1, name), (5, value))
    if isinstance(value, str):
        return message((1, name), (4, value))
    if isinstance(value, float):
        return message((1, name), (2, value))
    if isinstance(value, int):
        return message((1, name), (3, value))
    if value and isinstance(value[0], float):
        return message((1, name), (7, b"".join(pack("<f", n) for n in value)))
    return message((1, name), *((8, n) for n in value))


def node(op, inputs, outputs, name="", domain="", **attributes):
    """A node; inputs and outputs are names, separated by spaces, `-` for one that is left out."""
    read_names = ["" if part == "-" else part for part in inputs.split()]
    return message(
        *((1, part) for part in read_names), *((2, part) for part in outputs.split()), (3, name), (4, op),
        *((5, attribute(key, value)) for key, value in attributes.items()), (7, domain),
    )  # fmt: skip


def value(name, dims, code=FLOAT):
    """What the file says of a value; axes are numbers, or symbols."""
    axes = [(1, message((2 if isinstance(n, str) else 1, n))) for n in dims]
    return message((1, name), (2, message((1, message((1, code), (2, message(*axes)))))))


def model(nodes, inputs, outputs, weights=(), stated=(), opset=17):
    """A file: `inputs` and `outputs` are values; weights are tensors."""
    graph = message(
        *((1, made) for made in nodes), (2, "made"), *((5, made) for made in weights),
        *((11, made) for made in inputs), *((12, made) for made in outputs), *((13, made) for made in stated),
    )  # fmt: skip
    return message((1, 8), (2, "hand"), (7, graph), (8, message((1, ""), (2, opset))))


def source(data, name="net.onnx"):
    """What a file is as a source."""
    return read(Origin(name), data)


def network(data, name="net.onnx"):
    """The network of a file."""
    return build(Document(source(data, name)))


def layers(net):
    """What came of the nodes: kind and output of each, without the input."""
    return [(node.layer.kind if node.layer else "input", str(node.output)) for node in net.nodes]
