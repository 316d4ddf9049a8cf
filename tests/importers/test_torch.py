"""Programs of `torch.export` against PyTorch's own facts of the modules that they were made of."""

import contextlib
import json
import random

import pytest

import cnncalc

from .onnx_files import network
from .reading import axes
from .torch_files import archive, call, file_of, program, recorded, saved, tensor

LARGE = {"densenet121", "inception_v3", "swin_t", "swin_t.open", "googlenet", "regnet_y_400mf", "vit_b_32", "convnext_tiny"}

NAMES = [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in recorded()]


# PyTorch's counter knows neither the LSTM of a CPU nor its attention: steps × gates × units × (inputs + units) for
# each direction of both layers; and twice queries × keys × channels.
UNCOUNTED = {
    "recurrent": 2 * 11 * 4 * 5 * (6 + 5) + 2 * 11 * 4 * 5 * (10 + 5),
    "attends": 3 * 2 * 10 * 10 * 16,
    "vit_b_32": 12 * 2 * 50 * 50 * 768,
}


@pytest.mark.parametrize("name", NAMES)
def test_a_network_is_what_pytorch_says(name):
    net, truth = network(file_of(name), "net.pt2"), recorded()[name]

    assert [axes(net.nodes[i].output) for i in net.outputs.values()] == truth["outputs"]
    assert (net.params.value, net.buffers.value) == (truth["params"], truth["buffers"])
    assert net.macs.value == truth["macs"] + UNCOUNTED.get(name, 0)


@pytest.mark.parametrize("name", NAMES)
def test_every_convolution_and_linear_layer_is_one_of_its_name_in_its_order(name):
    net, truth = network(file_of(name), "net.pt2"), recorded()[name]
    wanted = [(legal(layer), output[-1], macs) for layer, output, macs in truth["layers"]]
    found = [row for row in layers(net) if row[0] in {row[0] for row in wanted}]

    assert found == wanted


def layers(net):
    """Name, last axis and multiply-accumulates of what has some; of the second call of a layer its own name."""
    return [(node.name.removesuffix("_2"), axes(node.output)[-1], node.facts.macs) for node in net.nodes if node.facts.macs]


def legal(name):
    """A name begins with a letter."""
    return name if name[0].isalpha() else f"n{name}"


def test_what_is_held_is_whose_it_is():
    net = network(file_of("heads"), "net.pt2")

    # In evaluation nobody asks the auxiliary head, and nothing the spare numbers: they count, and no output reads them.
    assert [(node.name, node.facts.params, node.facts.buffer_count) for node in net.nodes[-3:]] == [
        ("spare.unread", 7, 0), ("aux.unread", 144 * 10 + 10 + 2 * 10, 0), ("aux.unread_2", 0, 2 * 10),
    ]  # fmt: skip
    assert list(net.outputs.values()) == [len(net.nodes) - 4]
    assert {node.layer.kind for node in net.nodes if node.layer} >= {"dropout", "batch_norm", "global_avg_pool"}


def kinds(name):
    """Names and kinds of a network's layers."""
    net = network(file_of(name), "net.pt2")
    return [(node.name, node.layer.kind) for node in net.nodes if node.layer]


def test_a_second_call_is_the_layer_once_more_and_a_shared_table_is_counted_once():
    assert kinds("tied") == [("table", "embedding"), ("table.permute", "permute"), ("mix", "dense"), ("gelu", "gelu"), ("mix_2", "dense"), ("head", "opaque")]


def test_calls_that_are_no_modules_are_layers():
    assert [kind for _, kind in kinds("functional")] == [
        "parameter", "subtract", "conv", "relu", "scale", "parameter", "add", "rescaling", "pad", "resize", "gather",
        "avg_pool", "concat", "relu6", "adaptive_max_pool", "flatten", "mean",
    ]  # fmt: skip


def test_the_description_says_what_made_it_and_what_is_not_known():
    conv = call("custom.fancy.default", "y", "body", input="x")
    tensors = {"x": tensor(1, 3, 8, 8), "y": tensor(1, 4, 4, 4), "out": tensor(1, 4, 4, 4)}
    net = network(saved(program([conv, call("aten.relu.default", "out", "act", self="y")], tensors)), "net.pt2")

    assert net.description == "PyTorch 2.14.1, torch.export; of unknown counts: fancy ×1"
    assert (str(net.params), str(net.macs)) == ("0", "≥ 0")
    assert [(node.name, str(node.output)) for node in net.nodes[1:]] == [("body", "4×4×4"), ("act", "4×4×4")]


def test_what_is_written_into_a_part_is_read_behind_it():
    tensors = {"x": tensor(1, 4, 8), "part": tensor(1, 2, 8), "made": tensor(1, 2, 8), "out": tensor(1, 4, 8)}
    calls = [
        call("aten.slice.Tensor", "part", self="x", dim=1, start=0, end=2),
        call("aten.relu_.default", "made", self="part"),
        call("aten.sigmoid.default", "out", self="x"),
    ]
    net = network(saved(program(calls, tensors)), "net.pt2")

    assert [(node.name, [net.nodes[i].name for i in node.inputs]) for node in net.nodes[1:]] == [
        ("slice", ["input"]), ("relu", ["slice"]), ("relu.write", ["input", "relu"]), ("sigmoid", ["relu.write"]),
    ]  # fmt: skip


S0 = "Symbol('s77', positive=True, integer=True)"


@pytest.mark.parametrize(("batch", "rows"), [
    (("s0", 2), ("2*s0", 4)),
    ((S0, 2), (f"Mul(Integer(2), {S0})", 4)),
    ((S0, 2), (f"Max(Integer(2), Add({S0}, Integer(1)))", 3)),
    ((S0, 2), (f"Unheard({S0})", 2)),
    (("s0", 2), ("s0 + -(-1)", 3)),
])  # fmt: skip
def test_of_an_open_batch_there_is_one_example(batch, rows):
    tensors = {"x": tensor(batch, 2, 8), "out": tensor(rows, 8)}
    net = network(saved(program([call("aten.reshape.default", "out", self="x")], tensors)), "net.pt2")

    assert str(net.nodes[0].output) == "2×8"
    assert net.nodes[-1].output.elements == 16


def refusal(data, name="net.pt2"):
    """Message and help of the one finding in which reading ends."""
    with pytest.raises(cnncalc.SpecError) as refused:
        network(data, name)
    [found] = refused.value.diagnostics
    assert found.code == "E701"
    return found.message, found.help


RELU = call("aten.relu.default", "out", self="x")
PAIR = {"x": tensor(1, 8), "out": tensor(1, 8)}


@pytest.mark.parametrize(("made", "message"), [
    (program([RELU], {**PAIR, "x": tensor(1, ("s3", None))}), "the length `s3` is open, and the file has no example of it"),
    (program([RELU], {**PAIR, "x": tensor(1, 0)}), "the input `x` has no elements"),
    (program([RELU], {**PAIR, "x": tensor(1, -2)}), "-2 is no length"),
    (program([RELU], {**PAIR, "x": tensor(*[1] * 70)}), "a tensor has 70 axes"),
    (program([RELU], {**PAIR, "x": tensor((7, 2))}), "a length is no expression"),
    (program([RELU], PAIR, "z"), "nothing comes out that depends on what goes in"),
    (program([call("aten.add.Tensor", "out", self="x", other="y")], PAIR), "the node add `add` reads `y`, which nothing above it gives"),
    (program([RELU], PAIR, inputs="y"), "nothing goes in: no input of the module is read"),
    ({}, "the program is not as torch.export writes it: KeyError: 'graph_module'"),
    ({"graph_module": {"graph": [], "signature": {}}}, "the program is not as torch.export writes it: AttributeError: 'list' object has no attribute 'get'"),
])  # fmt: skip
def test_a_program_that_is_none_is_refused(made, message):
    assert refusal(saved(made))[0] == message


EXPORT = "torch.export.save(torch.export.export(model, inputs), 'model.pt2') writes one that is read"


@pytest.mark.parametrize(("data", "name", "message"), [
    (archive({"m/data.pkl": "", "m/code/net.py": ""}), "m.pt", "a pickle in the archive is damaged: IndexError"),
    (archive({"m/data.pkl": "", "m/data/0": ""}), "m.pth", "this is a pickle in an archive, as torch.save writes it: weights, or a module whose code is elsewhere; a pickle is a program, and is not run"),
    (archive({"m/archive_format": "pt2", "m/data/aotinductor/model/a.so": ""}), "m.pt2", "this is a program that AOTInductor has compiled: its layers are not in it"),
    (archive({"a.txt": ""}), "m.pt2", "this archive holds no program of torch.export"),
    (b"\x80\x02\x8a\nl\xfc\x9c", "m.pt", "this is a pickle, which is a program: it is not run"),
    (saved({})[:100], "m.pt2", "the archive breaks off, or is damaged: the list of what is in it, at its end, leads nowhere"),
    (archive({"m/models/model.json": b"\xff"}), "m.pt2", "the program is not UTF-8"),
])  # fmt: skip
def test_what_holds_no_program_says_what_it_is(data, name, message):
    said, help = refusal(data, name)

    assert said == message
    assert help in (EXPORT, "export the model: torch.onnx.export, or torch.export.save", "")


def test_a_program_may_be_as_long_as_that_of_a_large_network():
    made = program([call("aten.relu.default", "out", self="x")], {"x": tensor(1, 3), "out": tensor(1, 3)})
    made["note"] = "x" * 5_000_000

    assert [node.op for node in network(saved(made), "net.pt2").nodes] == ["input", "relu"]


def test_an_older_file_has_its_program_under_another_name():
    data = archive({"serialized_exported_program.json": json.dumps(recorded()["heads"]["program"])})

    assert network(data, "old.pt2").params.value == recorded()["heads"]["params"]


# Damaged files ----------------------------------------------------------------------------------


def damaged(name, choose):
    """A file whose program has other values in some places, or whose bytes do: nothing but SpecError may come of it."""
    made = json.loads(json.dumps(recorded()[name]["program"]))
    for _ in range(choose.randint(1, 3)):
        place = made["graph_module"]
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = choose.choice(keys)
            inner = place[key]
            if not isinstance(inner, (dict, list)) or not inner or choose.random() < 0.1:
                break
            place = inner
        place[key] = choose.choice([None, 0, -1, 7, 2**40, 2**70, "", "x", [], {}, [1], {"as_int": 3}, {"as_tensor": {"name": "x"}}, True, 0.5])
    data = bytearray(saved(made, recorded()[name]["weights"]))
    if choose.random() < 0.3:
        data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)
    if choose.random() < 0.1:
        del data[choose.randrange(len(data)) :]
    return bytes(data)


@pytest.mark.parametrize("examples", [80, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_damaged_file_is_refused_or_read(examples):
    for seed in range(examples):
        choose = random.Random(seed)  # noqa: S311 - not for secrets
        data = damaged(choose.choice(["functional", "heads", "writes", "products", "twice", "windows", "recurrent"]), choose)
        with contextlib.suppress(cnncalc.SpecError):
            network(data, "net.pt2")
