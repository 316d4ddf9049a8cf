"""Core ML's programs: networks that coremltools wrote, packages, and programs written by hand."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cnncalc
from cnncalc.importers import coreml
from cnncalc.importers.base.model_file import ModelFile

from .onnx_files import layers, message, network

FILES = zipfile.ZipFile(Path(__file__).parent / "data" / "coreml_programs.zip")
FACTS = json.loads(FILES.read("facts.json"))
NAMES = sorted(FACTS)
OPEN = ("flexible", "loop")
CNN = "cnn.mlmodel"


def describe(data):
    return coreml.describe(ModelFile("net.mlmodel", BytesIO(data)))


def model(data):
    return network(data, "net.mlmodel")


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OPEN])
def test_networks_of_coremltools(name):
    said, net = FACTS[name], model(FILES.read(f"{name}.mlmodel"))

    assert sum(node.facts.params + node.facts.buffer_count for node in net.nodes) == said["params"]
    found = [str(net.nodes[index].output).split("×") for index in net.outputs.values()]
    assert [[int(n) for n in one if n != "1"] for one in found] == [[n for n in one if n != 1] for one in said["outputs"]]


@pytest.mark.parametrize(("name", "macs"), [
    # Stem, depthwise, 1×1 of two groups, dilated, head.
    ("cnn", 120 * 8 * 27 + 120 * 8 * 9 + 120 * 12 * 4 + 30 * 12 * 12 * 9 + 120),
    # 16×8 gates by 6 + 8 features, 16 by 16 + 4, each at 7 steps
    ("recurrent", 7 * (2 * 32 * (6 + 8) + 16 * (16 + 4))),
    # Queries, keys, their product, that with the tokens, and the head, of 16 tokens.
    ("attention", 16 * 16 * 16 * 4 + 16 * 16 * 5),
    ("palettized", 100 * 32 * 27 + 64 * 64 * 32 * 9),
    # 15 gates by 6 + 5 features, 4 units by 5 + 4
    ("cells", 7 * 15 * (6 + 5) + 7 * 4 * (5 + 4)),
    ("volume", 6 * 8 * 8 * 4 * 2 * 27 + 3 * 3 * 3 * 2 * 4 * 4),
    ("newest", 8 * 8 * 8 * 4 * 9 + 2 * 32 * 32 * 16),
])  # fmt: skip
def test_macs(name, macs):
    assert model(FILES.read(f"{name}.mlmodel")).macs.value == macs


def test_layers_of_a_network():
    kinds = [kind for kind, _ in layers(model(FILES.read(CNN)))]

    # The norm is folded into the stem.
    assert kinds == [
        "input", "conv", "relu6", "depthwise_conv", "threshold", "hard_swish", "conv", "silu", "max_pool", "conv", "prelu",
        "gelu", "avg_pool", "upsample", "leaky_relu", "elu", "global_avg_pool", "flatten", "dense", "softmax",
    ]  # fmt: skip


def test_control_flow_is_opaque_with_the_shape_of_the_file():
    net = model(FILES.read("loop.mlmodel"))

    assert net.params.value is None
    assert net.description == "Core ML; parameters are those that the file holds; of unknown counts: while_loop ×1"


def test_open_sizes_are_asked_for():
    data = FILES.read("flexible.mlmodel")

    assert bad(data) == ("E703", "the file leaves the size of `input` (?×?) open", None)


def test_an_open_size_is_given(tmp_path):
    file = tmp_path / "net.mlmodel"
    file.write_bytes(FILES.read("flexible.mlmodel"))
    net = cnncalc.load(file, size=(24, 20))

    # 24 / 2 / 2 − 1 = 5 and 20 / 2 / 2 − 1 = 4, upsampled
    assert layers(net)[-1] == ("elu", "12×10×8")


def package(tmp_path, manifest=None, *, data=None):
    """A package with the network `cnn`."""
    folder = tmp_path / "net.mlpackage"
    inside = folder / "Data" / "com.apple.CoreML"
    inside.mkdir(parents=True)
    (inside / "model.mlmodel").write_bytes(data or FILES.read(CNN))
    usual = {"itemInfoEntries": {"A": {"path": "com.apple.CoreML/model.mlmodel"}}, "rootModelIdentifier": "A"}
    (folder / "Manifest.json").write_text(json.dumps(usual) if manifest is None else manifest)
    return folder


@pytest.mark.parametrize("ending", ["", "/"])
def test_a_package_is_a_file(tmp_path, ending):
    net = cnncalc.load(f"{package(tmp_path)}{ending}")

    assert (net.name, net.params.value) == ("net", FACTS["cnn"]["params"])


def test_what_is_expected_of_a_package_stands_beside_it(tmp_path, cnncalc):
    folder = package(tmp_path)
    Path(f"{folder}.yaml").write_text("cnncalc: 1\nexpect: {params: 5}\n")

    for path in (folder, tmp_path, f"{folder}.yaml"):
        code, out, _ = cnncalc("check", str(path))
        assert code == 1
        assert "params" in out


def test_packages_are_compared(tmp_path, cnncalc):
    folder = str(package(tmp_path))

    assert cnncalc("diff", folder, folder).code == 0


def root(path):
    return json.dumps({"itemInfoEntries": {"A": {"path": path}}, "rootModelIdentifier": "A"})


@pytest.mark.parametrize(("manifest", "message"), [
    ("{", "Manifest.json does not say which file is the model"),
    ("[" * 100_000, "Manifest.json does not say which file is the model"),
    ("{}", "Manifest.json does not say which file is the model"),
    (root(5), "Manifest.json does not say which file is the model"),
    (root("../../other.mlmodel"), "Manifest.json names a file outside of the package: `../../other.mlmodel`"),
    (root("a.mlmodel"), "`a.mlmodel`, which Manifest.json names, is not there"),
    (" " * 1_000_001, "Manifest.json has more than 1,000,000 bytes"),
])  # fmt: skip
def test_packages_that_cannot_be_read(tmp_path, manifest, message):
    with pytest.raises(cnncalc.SpecError) as refused:
        cnncalc.load(package(tmp_path, manifest))

    assert [(found.code, found.message) for found in refused.value.diagnostics] == [("E701", message)]


def test_a_package_without_its_manifest(tmp_path):
    folder = package(tmp_path)
    (folder / "Manifest.json").unlink()

    with pytest.raises(cnncalc.SpecError, match=r"there is no Manifest\.json in this package"):
        cnncalc.load(folder)


def dims(*lengths):
    """The type of a tensor of float32; lengths that are None are open."""
    parts = [(3, message((2, b"")) if n is None else message((1, message((1, n))))) for n in lengths]
    return message((1, message((1, 11), (2, len(lengths)), *parts)))


def named(name, *lengths):
    return message((1, name), (2, dims(*lengths)))


def operation(kind, name, reads, *lengths, blocks=()):
    """An operation, what it reads by its arguments, and the shape that it gives."""
    given = [(2, message((1, key), (2, message((1, message((1, value))))))) for key, value in reads.items()]
    return message((1, kind), *given, (3, named(name, *lengths)), *((4, block) for block in blocks))


def function(*operations, gives="y"):
    block = message((2, gives), *((3, one) for one in operations))
    return message((1, named("x", 1, 3, 8, 6)), (2, "CoreML6"), (3, message((1, "CoreML6"), (2, block))))


def program(default="", **functions):
    described = message((21, default)) if default else b""
    return message((1, 7), (2, described), (502, message((1, 1), *((2, message((1, n), (2, f))) for n, f in functions.items()))))


RELU = operation("relu", "y", {"x": "x"}, 1, 3, 8, 6)


@pytest.mark.parametrize(("made", "wanted"), [
    (RELU, ("relu", "3×8×6")),
    (operation("own", "y", {"x": "x"}, 1, 5, 8), ("opaque", "5×8")),
    (operation("l2_norm", "y", {"x": "x"}, 1, 3, 8, 6), ("opaque", "3×8×6")),
    (operation("reduce_mean", "y", {"x": "x"}, 1), ("mean", "1×1×1")),
    (operation("cond", "y", {}, 1, 3, 8, 6, blocks=[message((2, "x"))]), ("opaque", "3×8×6")),
])  # fmt: skip
def test_single_operations(made, wanted):
    assert wanted in layers(model(program(main=function(made))))


@pytest.mark.parametrize(("kind", "keys"), [("l2_norm", set()), ("cumsum", set()), ("square", {"receptive_field"})])
def test_what_reads_along_an_axis_is_not_read_element_by_element(kind, keys):
    found = describe(program(main=function(operation(kind, "y", {"x": "x"}, 1, 3, 8, 6))))

    assert found.layers[0].keys.keys() - {"name", "output", "params", "buffers", "macs"} == keys


def test_one_function_of_several():
    tanh = operation("tanh", "y", {"x": "x"}, 1, 3, 8, 6)
    functions = {"first": function(RELU), "second": function(tanh)}
    first, second = model(program(**functions)), model(program("second", **functions))

    assert [layers(net)[1][0] for net in (first, second)] == ["relu", "tanh"]
    assert second.description == "Core ML, function second (the others: first); parameters are those that the file holds"


def test_a_function_is_a_model_of_the_file(tmp_path):
    tanh = operation("tanh", "y", {"x": "x"}, 1, 3, 8, 6)
    path = tmp_path / "net.mlmodel"
    path.write_bytes(program("first", first=function(RELU), second=function(tanh)))
    net = cnncalc.load(f"{path}::second")

    assert (net.name, layers(net)[1][0], layers(cnncalc.load(path))[1][0]) == ("second", "tanh", "relu")
    with pytest.raises(cnncalc.SpecError, match="has no model or variant `third`"):
        cnncalc.load(f"{path}::third")


def bad(data):
    with pytest.raises(cnncalc.SpecError) as refused:
        model(data)
    [found] = refused.value.diagnostics
    return found.code, found.message, found.span.line if found.span else None


def nest(depth):
    block = message((2, "x"))
    for _ in range(depth):
        block = message((3, message((1, "cond"), (4, block))))
    return block


@pytest.mark.parametrize(("data", "message", "line"), [
    (program(), "there is no function in the program", None),
    (program(main=message((2, "CoreML6"))), "the function `main` has no operations", None),
    (program(main=function(operation("own", "y", {"x": "x"}, 1, None, 8))),
     "the node own `y` is not known here, and the file does not say what shape it gives", 1),
    (program(main=function(operation("relu", "y", {"x": "z"}, 1))), "nothing goes in: no input of the graph is read", None),
    (program(main=function(operation("add", "y", {"x": "x", "y": "z"}, 1))),
     "the node Add `y` reads `z`, which nothing above it gives", 1),
    (program(main=function(operation("cond", "y", {}, 1, blocks=[nest(60)]))),
     "control flow is nested in more than 50 blocks", None),
    (program(main=function(operation("tanh", "y", {"x": "x"}, *[1] * 65))), "has a shape that is none", None),
], ids=range(7))  # fmt: skip
def test_programs_that_cannot_be_read(data, message, line):
    code, said, at = bad(data)

    assert (code, at) == ("E701", line)
    assert said.endswith(message)


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
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_a_finding(data):
    is_read_or_refused(damage(data))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=10_000, deadline=None)
def test_many_damaged_files_are_findings(data):
    is_read_or_refused(damage(data))
