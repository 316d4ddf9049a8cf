"""Loops of TensorFlow.js: recurrent layers of Keras, as nodes and as functions, and loops made by hand."""

import json
import random
import zipfile

import pytest

import cnncalc

from .exported import DATA
from .onnx_files import layers
from .reading import axes
from .test_tfjs import const, image, network, node

FILES = zipfile.ZipFile(DATA / "tfjs" / "loops.zip")
FACTS = json.loads(FILES.read("facts.json"))
KINDS = {"lstm": ["lstm", "dense"], "two": ["lstm", "lstm"], "no_bias": ["lstm", "dense"], "simple": ["simple_rnn"] * 2,
         "gru": ["gru", "gru"], "both_ways": ["opaque", "lstm", "opaque", "lstm", "dense"]}  # fmt: skip
"""What stands in place of each layer; a sequence that is read backwards is turned round before and behind."""


def unpack(name, folder):
    for member in FILES.namelist():
        if member.startswith(f"{name}/"):
            (folder / member.split("/")[1]).write_bytes(FILES.read(member))
    return folder / "model.json"


@pytest.mark.parametrize("way", ["lowered", "functions"])
@pytest.mark.parametrize("name", FACTS)
def test_recurrent_layers_of_keras(name, way, tmp_path):
    net, facts = cnncalc.load(unpack(f"{name}.{way}", tmp_path)), FACTS[name]

    assert (net.params.value, net.macs.value) == (facts["params"], facts["macs"])
    outputs = [sorted(axes(net.nodes[i].output)) for i in net.outputs.values()]
    assert outputs == [sorted(facts["outputs"])]
    kinds = [found.op for found in net.nodes[1:] if found.op not in ("reshape", "flatten", "concat", "permute")]
    assert sorted(kinds) == sorted(KINDS[name])


def function(name, inputs, outputs, *nodes):
    """A function: `outputs` are the values that it gives."""
    signature = {"name": name, "inputArg": [{"name": text} for text in inputs.split()],
                 "outputArg": [{"name": f"o{i}"} for i in range(len(outputs))]}  # fmt: skip
    return {"signature": signature, "nodeDef": list(nodes), "ret": {f"o{i}": text for i, text in enumerate(outputs)}}


def counting(limit=5, op="Less"):
    return function("again", "i s w", ["l:z:0"], const("n", (), [limit]), node(op, "l", "i", "n:output:0"))


def products(by=1, *extra):
    return function("step", "i s w", ["j:z:0", "t:y:0", "k:output:0"], const("d", (), [by]), node("AddV2", "j", "i", "d:output:0"),
                    node("Identity", "k", "w"), node("MatMul", "m", "s", "k:output:0"), node("Tanh", "t", "m:product:0"), *extra)  # fmt: skip


def loop(tmp_path, condition=None, body=None, *, start=0, called="step"):
    """A loop over a counter, a state that is what goes in, and a matrix of 4 × 4."""
    names = {"cond": {"func": {"name": "again"}}, "body": {"func": {"name": called}}}
    nodes = [image(1, 4), const("i", (), [start]), const("w", (4, 4)), node("StatelessWhile", "y", "i", "x", "w", **names),
             node("Relu", "z", "y:1")]  # fmt: skip
    topology = {"node": nodes, "library": {"function": [condition or counting(), body or products()]}}
    return network(tmp_path, modelTopology=topology)


# In each of 5 steps 16 products, of a matrix that counts once.
LOOPS = {
    "counted": ({}, 16, 5 * 16),
    "from 2": ({"start": 2}, 16, 3 * 16),
    "never": ({"condition": counting(0)}, 16, 0),
    "by two": ({"body": products(2)}, 16, None),
    "as long as is greater": ({"condition": counting(5, "Greater")}, 16, None),
    "an operator of its own": ({"body": products(1, node("Own", "o", "s"))}, 16, None),
    "a product of what is computed": ({"body": products(1, node("MatMul", "o", "s", "t:y:0"))}, 16, None),
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_is_its_step_as_often_as_it_runs(name, tmp_path):
    how, params, macs = LOOPS[name]
    net = loop(tmp_path, **how)

    assert layers(net)[1:] == [("opaque", "4"), ("relu", "4")]
    assert (net.params.value, net.macs.value) == (params, macs)


@pytest.mark.parametrize("how", [
    {"called": "other"},
    {"body": function("step", "i s", ["i", "s"])},
    {"condition": function("again", "i s", ["i"])},
])  # fmt: skip
def test_a_loop_whose_functions_do_not_fit_is_refused(how, tmp_path):
    with pytest.raises(cnncalc.SpecError) as refused:
        loop(tmp_path, **how)

    [found] = refused.value.diagnostics
    assert found.code == "E701"
    assert found.message in ("the node StatelessWhile `y` is part of a loop, which is not read",
                             "the node StatelessWhile `y` is not known here, and the file does not say what shape it gives")  # fmt: skip


def test_what_is_written_into_a_list_must_be_as_large_as_a_state(tmp_path):
    names = {"cond": {"func": {"name": "again"}}, "body": {"func": {"name": "step"}}}
    nodes = [image(1, 4), const("i", (), [0]), const("e", (2,), [1, 4]), const("n", (), [5]), node("TensorListReserve", "r", "e", "n"),
             node("StatelessWhile", "y", "i", "r", "x", **names), node("TensorListStack", "s", "y:1", "e"), node("Relu", "z", "s")]  # fmt: skip

    def net(item):
        body = function("step", "i s w", ["j:z:0", "t:output_handle:0", "v:y:0"], const("d", (), [1]), node("AddV2", "j", "i", "d:output:0"),
                        node("Tanh", "v", "w"), node("Exp", "u", "w"), node("TensorListSetItem", "t", "s", "i", item))  # fmt: skip
        return network(tmp_path, modelTopology={"node": nodes, "library": {"function": [counting(), body]}})

    assert layers(net("v:y:0"))[1:] == [("opaque", "4×5"), ("relu", "4×5")]
    with pytest.raises(cnncalc.SpecError, match="is part of a loop, which is not read"):
        net("u:y:0")


def test_a_loop_of_nodes_without_its_test_is_refused(tmp_path):
    nodes = [image(1, 4), node("Enter", "e", "x", frame_name="f"), node("Merge", "m", "e", "b"), node("Switch", "s", "m", "x"),
             node("NextIteration", "b", "s:1"), node("Exit", "y", "s")]  # fmt: skip
    with pytest.raises(cnncalc.SpecError, match="is part of a loop, which is not read"):
        network(tmp_path, *nodes)


def test_functions_have_so_many_nodes_at_most(tmp_path, monkeypatch):
    monkeypatch.setattr("cnncalc.importers.base.tfjs.graph.LIMITS", {"nodes": type("Limit", (), {"most": 6})})
    with pytest.raises(cnncalc.SpecError, match="the functions have more than 6 nodes"):
        loop(tmp_path)


@pytest.mark.parametrize("seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 300))])
def test_a_damaged_loop_is_a_finding(seed, tmp_path):
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    path = unpack(chance.choice(["two.lowered", "gru.functions", "simple.lowered"]), tmp_path)
    data = json.loads(path.read_text())
    topology = data["modelTopology"]
    parts = [*topology["node"], *(part for said in (topology.get("library") or {}).get("function", []) for part in said["nodeDef"])]
    for _ in range(chance.randint(1, 4)):
        part, other = chance.choice(parts), chance.choice(parts)
        way = chance.randrange(3)
        if way == 0 and part.get("input"):
            part["input"][chance.randrange(len(part["input"]))] = other["name"]
        elif way == 1:
            part["op"] = other["op"]
        else:
            part["attr"] = other.get("attr", {})
    path.write_text(json.dumps(data))
    try:
        cnncalc.load(path)
    except cnncalc.SpecError as error:
        assert all(found.code[0] == "E" for found in error.diagnostics)
