"""Loops of OpenVINO: as it writes them, and made by hand."""

import json
import random
import zipfile

import pytest

import cnncalc

from .exported import DATA
from .reading import axes
from .test_openvino import const, document, layer, port

FILES = zipfile.ZipFile(DATA / "openvino" / "loops.zip")
FACTS = json.loads(FILES.read("facts.json"))


def unpack(name, folder, *endings):
    for ending in endings:
        (folder / f"{name}.{ending}").write_bytes(FILES.read(f"{name}.{ending}"))
    return folder / f"{name}.xml"


@pytest.mark.parametrize("name", FACTS)
def test_a_loop_is_its_steps(name, tmp_path):
    net, facts = cnncalc.load(unpack(name, tmp_path, "xml", "bin")), FACTS[name]

    outputs = [axes(net.nodes[i].output) for i in net.outputs.values()]
    assert (net.params.value, net.macs.value) == (facts["params"], facts["macs"])
    assert [sorted(shape) for shape in outputs] == [sorted(shape) for shape in facts["outputs"]]


@pytest.mark.parametrize(("name", "macs"), [("cell", 504), ("parts", 72), ("counted", None)])
def test_without_its_weights_a_loop_has_the_steps_that_its_shapes_say(name, macs, tmp_path):
    net = cnncalc.load(unpack(name, tmp_path, "xml"))

    assert (net.params.value, net.macs.value) == (FACTS[name]["params"], macs)


def body(*layers, edges=()):
    said = "".join('<edge from-layer="{}" from-port="9" to-layer="{}" to-port="{}"/>'.format(*edge) for edge in edges)
    return f"<body><layers>{''.join(layers)}</layers><edges>{said}</edges></body>"


def loop(*layers, edges=(), dims=(1, 6, 8, 8), ports='<input axis="2" external_port_id="0" internal_layer_id="0"/>', inner=""):
    step = layer(0, "Parameter", (1, 6, 1, 8), shape="1,6,1,8", element_type="f32")
    inside = f"<port_map>{ports}</port_map>{body(step, *layers, edges=edges)}{inner}"
    return layer(1, "TensorIterator", dims, body=inside)


CONV = [(0, 3, 0), (2, 3, 1)]
# A step is 6 × 1 × 8 of a map of 6 × 8 × 8, so there are 8 of them.
LOOPS = {
    "a convolution": (loop(const(2, 5, 6, 1, 1), layer(3, "Convolution", (1, 5, 1, 8)), edges=CONV), 30, 8 * 30 * 8),
    "of groups": (loop(const(2, 2, 3, 3, 1, 1), layer(3, "GroupConvolution", (1, 6, 1, 8)), edges=CONV), 18, 8 * 18 * 8),
    # Each of 6 × 8 elements is multiplied by as many numbers as there are filters.
    "transposed": (loop(const(2, 6, 5, 1, 1), layer(3, "ConvolutionBackpropData", (1, 5, 1, 8)), edges=CONV), 30, 8 * 30 * 8),
    "a product": (loop(const(2, 8, 5), layer(3, "MatMul", (1, 6, 1, 5)), edges=CONV), 40, 8 * 6 * 5 * 8),
    "a turned product": (loop(const(2, 1, 5), layer(3, "MatMul", (1, 6, 8, 5), transpose_a="true"), edges=CONV), 5, 8 * 6 * 8 * 5),
    "no products": (loop(layer(3, "ReLU", (1, 6, 1, 8)), edges=[(0, 3, 0)]), 0, 0),
    "two rows at once": (loop(layer(3, "ReLU", (1, 6, 2, 8)), ports='<input axis="2" part_size="2" external_port_id="0"/>'), 0, 0),
    "an operator of its own": (loop(layer(3, "Magic", (1, 6, 1, 8), "mine"), edges=[(0, 3, 0)]), None, None),
    "an unknown type": (loop(layer(3, "Magic", (1, 6, 1, 8)), edges=[(0, 3, 0)]), None, None),
    "a step without shapes": (loop(const(2, 5, 6, 1, 1), layer(3, "Convolution", None), edges=CONV), None, None),
    "steps that are not said": (loop(const(2, 8, 5), layer(3, "MatMul", (1, 6, 1, 5)), edges=CONV, ports=""), 40, None),
}  # fmt: skip


def network(folder, layers, edges):
    (folder / "x.xml").write_text(document(layers, edges))
    return cnncalc.load(folder / "x.xml")


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_by_hand(name, tmp_path):
    made, params, macs = LOOPS[name]
    net = network(tmp_path, [made], ["0>1"])

    assert [f"{node.op} {node.output}" for node in net.nodes[1:]] == ["opaque 6×8×8"]
    assert (net.params.value, net.macs.value) == (params, macs)


def test_an_axis_that_is_no_number_is_a_damage(tmp_path):
    ports = '<input axis="x" external_port_id="0"/>'
    with pytest.raises(cnncalc.SpecError) as refused:
        network(tmp_path, [loop(layer(3, "ReLU", (1, 6, 1, 8)), ports=ports)], ["0>1"])

    [found] = refused.value.diagnostics
    assert found.message == "the node TensorIterator `TensorIterator_1` is damaged, or not as the format has it"


def test_loops_in_loops_are_of_unknown_numbers(tmp_path):
    inner = loop()
    for _ in range(8):
        inner = layer(1, "TensorIterator", (1, 6, 8, 8), body=body(inner))

    net = network(tmp_path, [inner], ["0>1"])

    assert (net.params.value, str(net.nodes[-1].output)) == (None, "6×8×8")


def test_a_loop_has_so_many_ports(tmp_path):
    ports = "<input external_port_id='0'/>" * 10_001
    with pytest.raises(cnncalc.SpecError) as refused:
        network(tmp_path, [loop(ports=ports)], ["0>1"])

    assert [found.message for found in refused.value.diagnostics] == ["a loop has more than 10,000 ports"]


def test_a_loop_of_two_open_axes_does_not_say_what_it_gives(tmp_path):
    made = layer(1, "TensorIterator", None, body=f"<output>{port(9, (-1, 4, -1))}</output>{body(layer(3, 'ReLU', (1, 4)))}")
    with pytest.raises(cnncalc.SpecError, match="is not known here, and the file does not say what shape it gives"):
        network(tmp_path, [made], ["0>1"])


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_loop_is_a_finding(seed, tmp_path):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    path = unpack(chance.choice(sorted(FACTS)), tmp_path, "xml", "bin")
    data = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.choice(b'0123456789<>"- ax')
    path.write_bytes(data)
    try:
        cnncalc.load(path)
    except cnncalc.SpecError as error:
        assert all(found.code[0] == "E" for found in error.diagnostics)
