"""Core ML: networks that coremltools wrote of Keras' models, and files written by hand."""

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc

from .onnx_files import field, layers, message, network, varint

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "coreml.zip")
FACTS = json.loads(FILES.read("facts.json"))
NAMES = sorted(FACTS)


def model(data):
    return network(data, "net.mlmodel")


@pytest.mark.parametrize("name", NAMES)
def test_networks_of_keras(name):
    said, net = FACTS[name], model(FILES.read(f"{name}.mlmodel"))

    assert net.macs.value == said["macs"]
    assert sum(node.facts.params + node.facts.buffer_count for node in net.nodes) == said["numbers"]
    # Maps go out with their channels last.
    shapes = [net.nodes[index].output for index in net.outputs.values()]
    assert sorted((shape.size or (shape.channels,))[-1] for shape in shapes) == said["outputs"]


def packed(number, *numbers):
    """A list of whole numbers in one field."""
    return number, b"".join(map(varint, numbers))


def layer(number, name, reads, gives, *params):
    return message((1, name), *((2, n) for n in reads.split()), *((3, n) for n in gives.split()), (number, message(*params)))


def array(name, *dims):
    return message((1, name), (3, message((5, message(packed(1, *dims))))))


def file(*parts, dims=(1, 3, 8, 6), kind=500, outputs="y"):
    description = message((1, array("x", *dims)), *((10, array(name)) for name in outputs.split()))
    return message((1, 4), (2, description), (kind, message(*((1, part) for part in parts))))


def floats(count):
    return message((1, bytes(4 * count)))


CONV = [(1, 4), (2, 3), packed(20, 3, 3), packed(30, 2, 2), (70, 1), (90, floats(108)), (91, floats(4))]


@pytest.mark.parametrize(("number", "params", "wanted"), [
    (100, [*CONV, (51, b"")], "conv 4×4×3"),
    (100, [*CONV, (51, message((1, 1)))], "conv 4×4×3"),
    (100, [*CONV, (50, b"")], "conv 4×3×2"),
    # (8 − 1)·2 + 3 and (6 − 1)·2 + 3
    (100, [(1, 4), (2, 3), packed(30, 2, 2), (60, 1), (90, floats(108))], "conv_transpose 4×17×13"),
    (120, [packed(10, 2, 2), packed(20, 2, 2)], "max_pool 3×4×3"),
    (120, [(1, 1), (60, 1)], "global_avg_pool 3×1×1"),
    # Rounded up: ⌈(8 + 2 − 3) / 2⌉ + 1, and the window at 8 reads no more than what is beside the map.
    (120, [packed(10, 3, 3), packed(20, 2, 2), (32, message(packed(10, 1, 1)))], "max_pool 3×5×4"),
    (130, [(10, b"")], "relu 3×8×6"),
    (130, [(25, message((1, floats(3))))], "prelu 3×8×6"),
    (130, [(5, b"")], "rescaling 3×8×6"),
    (160, [(1, 3), *((n, floats(3)) for n in (15, 16, 17, 18))], "batch_norm 3×8×6"),
    (160, [(1, 3), (6, 1), *((n, floats(3)) for n in (15, 16, 17, 18))], "instance_norm 3×8×6"),
    (200, [(1, b""), (10, message((10, message((1, 1))), (10, message((2, 2)))))], "pad 3×9×8"),
    (210, [packed(1, 2, 2)], "upsample 3×16×12"),
    (210, [packed(1, 2, 2), (5, 1)], "upsample 3×16×12"),
    (920, [packed(1, 1, 2, 1, 1)], "tile 6×8×6"),
    (950, [(1, 1)], "softmax 3×8×6"),
    (985, [packed(1, 0, 2, 3, 1)], "permute 8×6×3"),
    (1140, [packed(1, 1, 144)], "flatten 144"),
    (1280, [packed(1, 2, 3), (2, 1)], "global_avg_pool 3×1×1"),
    (1280, [(3, 1)], "mean 1×1×1"),
    (230, [(1, 2.0)], "rescaling 3×8×6"),
    (995, [packed(1, 0, 1, 2, 0), packed(2, 1, 0, 0, 1), packed(3, 0, 3, 6, 0), packed(4, 1, 0, 0, 1), packed(5, 1, 1, 1, 1)],
     "slice 2×8×6"),
])  # fmt: skip
def test_single_layers(number, params, wanted):
    found = layers(model(file(layer(number, "it", "x", "y", *params))))[1]

    assert " ".join(found) == wanted


def test_a_product_and_a_constant():
    parts = [
        layer(140, "fc", "x", "a", (1, 6), (2, 4), (20, floats(24)), (21, floats(4))),
        layer(1070, "c", "", "c", packed(1, 4), (2, floats(4))),
        layer(880, "add", "a c", "y"),
    ]
    net = model(file(*parts, dims=(1, 6)))

    assert (net.params.value, net.macs.value) == (24 + 4 + 4, 24)


def test_an_image_goes_in():
    image = message((1, "x"), (3, message((4, message((1, 6), (2, 8), (3, 20))))))
    data = message((2, message((1, image), (10, array("y")))), (500, message((1, layer(130, "act", "x", "y", (10, b""))))))

    assert layers(model(data)) == [("input", "3×8×6"), ("relu", "3×8×6")]


def test_an_unknown_layer_is_opaque_with_the_shape_of_the_file():
    part = layer(500, "it", "x", "y", (10, "Own")) + field(5, message((1, 4), packed(2, 1, 5, 8, 6)))
    net = model(file(part))

    assert layers(net)[1:] == [("opaque", "5×8×6")]
    assert net.params.value is None
    assert net.description == "Core ML; parameters are those that the file holds; of unknown counts: layer 500 ×1"


def bad(data):
    with pytest.raises(cnncalc.SpecError) as refused:
        model(data)
    [found] = refused.value.diagnostics
    return found.code, found.message, found.span.line if found.span else None


@pytest.mark.parametrize(("data", "message", "line"), [
    (b"", "there is neither a program nor a neural network in the file", None),
    (file(layer(130, "a", "x", "y", (10, b"")), dims=()), "the input `x` has no shape", None),
    (file(layer(130, "a", "z", "y", (10, b""))), "nothing goes in: no input of the graph is read", None),
    (file(layer(500, "it", "x", "y")), "the node layer 500 `it` is not known here, and the file does not say what shape it gives", 1),
    (file(layer(140, "fc", "x", "y", (1, 5), (2, 4), (20, floats(20)))), "the node coreml.dense `fc` multiplies [1, 3, 8, 6] by 5×4", 1),
    (file(layer(995, "s", "x", "y", packed(1, 0))), "the node coreml.slice `s` cuts 1 of 4 axes", 1),
], ids=lambda x: x[:30] if isinstance(x, str) else None)  # fmt: skip
def test_files_that_cannot_be_read(data, message, line):
    assert bad(data) == ("E701", message, line)


def damage(data):
    """A file with bytes changed, exchanged or cut off."""
    found = bytearray(FILES.read(f"{data.draw(st.sampled_from(NAMES))}.mlmodel"))
    place = st.integers(0, len(found) - 8)
    for _ in range(data.draw(st.integers(0, 5))):
        at, other = data.draw(place), data.draw(place)
        if data.draw(st.booleans()):
            found[at] = data.draw(st.integers(0, 255))
        else:
            found[at : at + 8], found[other : other + 8] = found[other : other + 8], found[at : at + 8]
    return bytes(found[: data.draw(st.one_of(st.none(), st.integers(0, len(found))))])


def is_read_or_refused(data):
    try:
        model(data)
    except cnncalc.SpecError as error:
        assert all(found.code[0] == "E" for found in error.diagnostics)


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_file_is_a_finding(data):
    is_read_or_refused(damage(data))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=10_000, deadline=None)
def test_many_damaged_files_are_findings(data):
    is_read_or_refused(damage(data))


@given(st.binary(max_size=300))
@settings(max_examples=40)
def test_any_bytes_are_a_finding(data):
    with pytest.raises(cnncalc.SpecError):
        model(data)
