"""Loops of TFLite and its variables: recurrent layers of Keras, and bodies made by hand."""

import json
import random
import zipfile

import pytest

import cnncalc

from .exported import DATA
from .flatbuffers import BOOL, INT32, File, network
from .onnx_files import layers
from .reading import axes

FILES = zipfile.ZipFile(DATA / "tflite" / "loops.zip")
FACTS = json.loads(FILES.read("facts.json"))
KINDS = {"sequence": ["lstm", "dense"], "two": ["lstm", "lstm"], "no_bias": ["lstm", "dense"], "simple": ["simple_rnn"] * 2,
         "gru": ["gru", "gru"], "both_ways": ["opaque", "lstm", "opaque", "lstm", "dense"]}  # fmt: skip
"""What stands in place of each layer; a sequence that is read backwards is turned round before and behind."""


@pytest.mark.parametrize("way", ["frozen", "variables", "open"])
@pytest.mark.parametrize("name", FACTS)
def test_recurrent_layers_of_keras(name, way):
    net, facts = network(FILES.read(f"{name}.{way}.tflite")), FACTS[name]

    assert (net.params.value, net.macs.value) == (facts["params"], facts["macs"])
    outputs = [sorted(axes(net.nodes[i].output)) for i in net.outputs.values()]
    assert outputs == [sorted(facts["outputs"])]
    kinds = [node.op for node in net.nodes[1:] if node.op not in ("reshape", "flatten", "concat", "permute", "scale", "add")]
    assert sorted(kinds) == sorted(KINDS[name])


def loop(condition=None, body=None, *, limit=5, start=0, step=1, attributes=None):
    """A file with a loop over a counter `i`, a state `s` and a row `x`; `condition` and `body` make its graphs."""
    file = File()
    file.tensor("x", (1, 4)).ints("i", start, shape=()).tensor("s", (1, 4), [0.0] * 4)
    file.tensor("i2", (), type=INT32).tensor("s2", (1, 4)).tensor("x2", (1, 4)).tensor("y", (1, 4))
    parts = []
    for own in (condition or counting(limit), body or products(step)):
        graph = File()
        graph.codes, graph.buffers = file.codes, file.buffers
        graph.tensor("i", (), type=INT32).tensor("s", (1, 4)).tensor("x", (1, 4))
        inputs, outputs = own(graph)
        names = list(graph.tensors)
        numbers = [[names.index(name) for name in text.split()] for text in (inputs, outputs)]
        parts.append(dict(enumerate([list(graph.tensors.values()), *numbers, graph.nodes, "part"])))
    file.node("WHILE", "i s x", "i2 s2 x2", **(attributes or {"cond": 1, "body": 2})).node("RELU", "s2", "y")
    return file.data(graphs=parts)


def counting(limit, op="LESS"):
    def graph(file):
        file.ints("n", limit, shape=()).tensor("again", (), type=BOOL).node(op, "i n", "again")
        return "i s x", "again"

    return graph


def products(step=1, *extra):
    def graph(file):
        file.tensor("w", (4, 4), [0.5] * 16).tensor("b", (4,), [0.5] * 4).ints("d", step, shape=())
        for name, shape in (("h", (1, 4)), ("t", (1, 4)), ("next", (1, 4))):
            file.tensor(name, shape)
        file.tensor("j", (), type=INT32)
        file.node("FULLY_CONNECTED", "s w -", "h").node("ADD", "h b", "t").node("ADD", "t x", "next").node("ADD", "i d", "j")
        for op in extra:
            file.tensor(op, (1, 4)).node(op, "next", op)
        return "i s x", "j next x"

    return graph


# A matrix of 4 × 4 and a row of 4; in each of 5 steps 16 products.
LOOPS = {
    "counted": (loop(), 20, 5 * 16),
    "from 2": (loop(start=2), 20, 3 * 16),
    "by two": (loop(step=2), 20, 3 * 16),
    "never": (loop(limit=0), 20, 0),
    "backwards": (loop(step=-1), 20, None),
    "as long as is greater": (loop(counting(5, "GREATER")), 20, None),
    "an operator of its own": (loop(body=products(1, "Own")), 20, None),
    "a cell in it": (loop(body=products(1, "SVDF")), 20, None),
    "no such graph": (loop(attributes={"cond": 1, "body": 7}), None, None),
    "graphs of other operands": (loop(attributes={"cond": 1, "body": 1}), None, None),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_its_body_as_often_as_it_runs(name):
    data, params, macs = LOOPS[name]
    net = network(data)

    assert layers(net)[1:] == [("opaque", "4"), ("relu", "4")]
    assert (net.params.value, net.macs.value) == (params, macs)


def test_a_limit_may_be_told_from_outside():
    def condition(file):
        file.tensor("again", (), type=BOOL).node("LESS", "i x", "again")
        return "i s x", "again"

    assert network(loop(condition)).macs.value is None


def with_variable(*, written):
    file = File().tensor("x", (1, 8)).tensor("h", ()).tensor("w", (8, 3)).tensor("y", (1, 3)).tensor("n", (8, 3))
    file.node("VAR_HANDLE", "", "h", container=b"a", name=b"b").node("READ_VARIABLE", "h", "w")
    file.node("BATCH_MATMUL", "x w", "y", adj_x=0, adj_y=0)
    return file.node("ASSIGN_VARIABLE", "h n", "") if written else file


def test_a_variable_is_a_weight():
    net = network(with_variable(written=False))

    assert (layers(net)[1:], net.params.value, net.macs.value) == ([("dense", "3")], 24, 24)


def test_a_variable_that_is_written_is_a_state():
    net = network(with_variable(written=True))

    assert (net.params.value, net.macs.value) == (0, 24)


def test_what_is_no_variable_cannot_be_read_as_one():
    file = File().tensor("x", (1, 8)).tensor("y", (1, 8)).node("READ_VARIABLE", "x", "y")
    with pytest.raises(cnncalc.SpecError) as refused:
        network(file)

    assert [found.message for found in refused.value.diagnostics] == ["the node READ_VARIABLE `y` reads no variable"]


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_loop_is_a_finding(seed):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    data = bytearray(FILES.read(chance.choice(["two.frozen.tflite", "gru.variables.tflite", "two.open.tflite"])) if seed % 2 else loop())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    try:
        network(bytes(data))
    except cnncalc.SpecError as error:
        assert all(found.code[0] == "E" for found in error.diagnostics)
