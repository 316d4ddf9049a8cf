"""Networks that have no names in common: which layer is which is told by what it reads, and what reads it."""

import random

import pytest

import cnncalc
from cnncalc.diff import layers
from cnncalc.diff.lines import lines
from cnncalc.diff.models import RENAMED, SAME, compare
from cnncalc.diff.sides import side
from cnncalc.diff.snapshot import of_network
from cnncalc.diff.structure import align_nodes
from cnncalc.network import Network, Node

from .nets import HEAD


def compared(before, after):
    """What differs of two networks, node by node."""
    then, now = of_network(before, apart=True), of_network(after, apart=True)
    return layers.compare(then, now, align_nodes(then, now, before, after))


def scrambled(network, seed):
    """The same network in another order, under names that say nothing."""
    draw = random.Random(seed)  # noqa: S311
    waiting = {node.index: set(node.inputs) | ({node.shared_with} - {None}) for node in network.nodes}
    places, nodes = {}, []
    while waiting:
        index = draw.choice([i for i, needed in waiting.items() if needed <= places.keys()])
        del waiting[index]
        old = network.nodes[index]
        shared = None if old.shared_with is None else places[old.shared_with]
        name = old.name if old.layer is None else f"x{len(nodes)}"
        inputs = tuple(places[i] for i in old.inputs)
        nodes.append(Node(name, old.op, old.layer, inputs, old.facts, len(nodes), shared_with=shared,
                          trainable=old.trainable, dtype=old.dtype))  # fmt: skip
        places[index] = len(nodes) - 1
    return Network(network.name, nodes, {name: places[i] for name, i in network.outputs.items()}, dialect=network.dialect)


@pytest.mark.parametrize("name", ["zoo:resnet18", "zoo:googlenet", "zoo:squeezenet1_0", "zoo:unet", "zoo:mobilenet_v2", "zoo:crnn"])
def test_a_network_is_found_again_in_any_order_and_under_any_names(name):
    network = cnncalc.load(name)
    found = compared(network, scrambled(network, 7))

    assert found.told == 0, [change for change in found.changes if change.status != "affected"][:5]
    assert found.same == len(network.nodes)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["inception_v3", "densenet121", "hrnet_w18", "nasnet_mobile", "vit_b_16", "yolov3", "efficientdet_d0",
                                  "faster_rcnn", "inception_resnet_v2", "siamese_one_shot", "raft_small"])  # fmt: skip
def test_so_are_large_ones(name, seed):
    network = cnncalc.load(f"zoo:{name}")
    found = compared(network, scrambled(network, seed))

    assert found.told == 0, [change for change in found.changes if change.status != "affected"][:5]
    assert found.same == len(network.nodes)


# Branches that are alike to begin with: each is found by where it leads.
BRANCHES = """
- conv: {filters: 8, kernel: 1, name: stem}
- conv: {filters: 4, kernel: 1, name: a1}
- conv: {filters: 6, kernel: [1, 5], name: a2}
- conv: {filters: 4, kernel: 1, from: stem, name: b1}
- conv: {filters: 6, kernel: [5, 1], name: b2}
- concat: {from: [a2, b2], name: join}
- conv: {filters: 8, kernel: 3, norm: batch_norm, activation: relu, name: c}
- conv: {filters: 8, kernel: 3, norm: batch_norm, activation: relu, name: d}
- global_avg_pool: {name: gap}
- dense: {units: 10, name: head}
"""
OTHERWISE = """
- conv: {filters: 8, kernel: 1, name: entry}
- conv: {filters: 4, kernel: 1, name: q}
- conv: {filters: 4, kernel: 1, from: entry, name: p}
- conv: {filters: 6, kernel: [5, 1], from: q, name: q2}
- conv: {filters: 6, kernel: [1, 5], from: p, name: p2}
- concat: {from: [p2, q2]}
- conv: {filters: 8, kernel: 3, bias: false}
- batch_norm
- relu
- conv: {filters: 8, kernel: 3, bias: false}
- batch_norm
- relu
- global_avg_pool
- dense: 10
"""


def files(tmp_path, monkeypatch, old, new):
    monkeypatch.chdir(tmp_path)
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.yaml").write_text(f"{HEAD}layers:{text}")
    [model] = compare(side("old.yaml", "old.yaml"), side("new.yaml", "new.yaml")).models
    return model


CASES = [
    # Only names, the order of branches and where norms stand.
    ([], []),
    ([("kernel: 3, bias", "kernel: 5, bias")], ["changed conv1: kernel 3 → 5", "changed conv2: kernel 3 → 5"]),
    ([("filters: 4, kernel: 1, from: entry, name: p", "filters: 5, kernel: 1, from: entry, name: p")], ["changed p: filters 4 → 5"]),
    ([("kernel: [5, 1]", "kernel: [7, 1]")], ["changed q2: kernel [5, 1] → [7, 1]"]),
    ([("kernel: [5, 1]", "kernel: [7, 1]"), ("dense: 10", "dense: 12")],
     ["changed q2: kernel [5, 1] → [7, 1]", "changed dense1: units 10 → 12"]),
    # A layer more.
    ([("- global_avg_pool", "- dropout\n- global_avg_pool")], ["added dropout1: dropout"]),
]  # fmt: skip


@pytest.mark.parametrize(("edits", "told"), CASES)
def test_what_differs_is_told_where_no_names_are_the_same(edits, told, tmp_path, monkeypatch):
    new = OTHERWISE
    for one, other in edits:
        assert one in new
        new = new.replace(one, other)
    model = files(tmp_path, monkeypatch, BRANCHES, new)
    shown = [f"{line.status} {line.name}: {line.what}" for line in lines(model.layers) if line.status != "renamed"]

    assert shown == told


def test_norms_that_are_folded_are_gone_and_nothing_else(tmp_path, monkeypatch):
    folded = OTHERWISE.replace(", bias: false", "").replace("- batch_norm\n", "")
    model = files(tmp_path, monkeypatch, BRANCHES, folded)
    shown = [f"{line.status} {line.name}: {line.what}" for line in lines(model.layers) if line.status != "renamed"]

    assert shown == [
        "changed conv1: bias false → true",
        "removed c.norm: batch_norm",
        "changed conv2: bias false → true",
        "removed d.norm: batch_norm",
    ]


def test_a_spec_is_the_same_as_itself_and_many_other_names_are_one_line(tmp_path, monkeypatch):
    chain = "".join(f"\n- conv: {{filters: {8 + i % 3}, name: a{i}}}\n- relu: {{name: r{i}}}" for i in range(15))
    assert files(tmp_path, monkeypatch, chain, chain).status in (SAME, RENAMED)

    # No name is the same, and an activation is part of its convolution.
    other = "".join(f"\n- conv: {{filters: {8 + i % 3}, activation: relu, name: b{i}}}" for i in range(15))
    model = files(tmp_path, monkeypatch, chain, other)
    [line] = lines(model.layers)

    assert (line.status, line.name, line.what) == ("renamed", "30 layers", "renamed, such as a0 → b0")


INPUT = "cnncalc: 1\ninput: {channels: 3, size: [16, 16]}\nlayers:\n"
CONV = "- conv: {filters: 8, kernel: 3, padding: same, name: NAME}\n"
STEM = "".join(CONV.replace("NAME", name) for name in "abc")
HEADS = {name: f"- conv: {{from: a, name: {name}, filters: 4, kernel: 1}}\n" for name in ("cls", "box")}
GATED = {name: text.replace("}", ", activation: sigmoid}") for name, text in HEADS.items()}
OUT = "outputs: [cls, box]\n"
PAIR = "cnncalc: 1\ninputs: {x: {channels: 3, size: [8, 8]}, y: {channels: 3, size: [8, 8]}}\nlayers:\n"


def pair(first, second):
    """Two branches, of which one has an activation, on two inputs."""
    return (
        f"{PAIR}- conv: {{filters: 8, kernel: 3, from: {first}, name: a}}\n"
        f"- conv: {{filters: 8, kernel: 3, activation: relu, from: {second}, name: b}}\n- subtract: [a, b]\n"
    )


TOLD = [
    # The weights of another layer are other weights.
    (f"{INPUT}{STEM}- reuse: {{layer: b, from: c, name: s}}\n", f"{INPUT}{STEM}- reuse: {{layer: c, from: c, name: s}}\n", ["~ s layer b → c"]),
    (f"{INPUT}{STEM}- reuse: {{layer: b, from: c}}\n", f"{INPUT}{STEM}- reuse: {{layer: b, from: c}}\n", []),
    # A name that somebody gave and that is no number of a list is that of the same layer.
    (INPUT + STEM + HEADS["cls"] + HEADS["box"] + OUT, INPUT + STEM + HEADS["box"] + HEADS["cls"] + OUT, []),
    (INPUT + STEM + GATED["cls"] + HEADS["box"] + OUT, INPUT + STEM + HEADS["cls"] + GATED["box"] + OUT, ["~ box.act reads cls → box"]),
    (pair("x", "y"), pair("y", "x"), ["~ a reads x → y", "~ b reads y → x"]),
    # A sum is one in any order, a difference is not.
    (f"{INPUT}{STEM}- add: [a, c]\n", f"{INPUT}{STEM}- add: [c, a]\n", []),
    (f"{INPUT}{STEM}- maximum: [a, b, c]\n", f"{INPUT}{STEM}- maximum: [c, a, b]\n", []),
    (f"{INPUT}{STEM}- subtract: [a, c]\n", f"{INPUT}{STEM}- subtract: [c, a]\n", ["~ subtract1 reads a, c → c, a"]),
    (f"{INPUT}{STEM}- add: [a, c]\n", f"{INPUT}{STEM}- add: [b, a]\n", ["~ add1 reads a, c → b, a"]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "said"), TOLD)
def test_what_is_told_of_names_sums_and_shared_weights(old, new, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("old", old), ("new", new)):
        (tmp_path / f"{name}.yaml").write_text(text)
    [model] = compare(side("old.yaml", "old.yaml"), side("new.yaml", "new.yaml")).models

    assert [f"~ {line.name} {line.what}" for line in lines(model.layers)] == said


PUT_IN = """cnncalc: 1
input: {channels: 3, size: [32, 32]}
blocks:
  Block:
    layers:
      - conv: {filters: 8, kernel: 3, padding: same, norm: batch_norm, activation: relu}
      - conv: {filters: 8, kernel: 3, padding: same, norm: batch_norm}
      MORE
      - add: [prev, input]
      - relu
layers:
  - conv: {filters: 8, kernel: 3, padding: same, name: stem}
  - Block
  - Block
  - Block
  - max_pool: {size: 2, stride: 2}
  - Block
  - Block
  - Block
  - global_avg_pool
  - dense: {units: 10}
"""


@pytest.mark.parametrize("more", ["- gelu", "- conv: {filters: 8, kernel: 1}"])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_put_into_a_block_that_is_used_often_is_all_that_is_told(more, seed):
    before, after = (cnncalc.loads(PUT_IN.replace("MORE", text)) for text in ("", more))
    for old, new, status in ((scrambled(before, seed), after, "added"), (after, scrambled(before, seed), "removed")):
        found = compared(old, new)

        assert [change.status for change in found.changes if change.status != "affected"] == [status] * 6


def test_axes_are_the_same_however_they_are_given(tmp_path, monkeypatch):
    text = "\n- conv: {filters: 4, kernel: 1, name: a}\n- concat: {from: [a, input], axis: AXIS}\n- softmax: {axis: AXIS}\n"
    old, new = (text.replace("AXIS", axis) for axis in ("channels", "1"))
    monkeypatch.setitem(globals(), "HEAD", f"dialect: torch\n{HEAD}")

    assert files(tmp_path, monkeypatch, old, new).status in (SAME, RENAMED)
    assert files(tmp_path, monkeypatch, old, text.replace("AXIS", "2")).status != SAME


PLACES = """
- OP1: {name: N1}
- OP2: {name: N2, from: input}
- conv: {name: N3, from: N2, filters: 4, kernel: 1}
- subtract: {name: N4, from: [N3, N2]}
- OP3: {name: N5, from: N2}
"""


def test_layers_that_change_places_are_told_of(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "HEAD", "input: {channels: 4, size: [8, 8]}\n")
    old = PLACES.replace("OP1", "elu").replace("OP2", "tanh").replace("OP3", "relu").replace("N", "a")
    new = PLACES.replace("OP1", "elu").replace("OP2", "relu").replace("OP3", "tanh").replace("N", "b")
    model = files(tmp_path, monkeypatch, old, new)

    assert {line.status for line in lines(model.layers)} - {RENAMED} != set()


KINDS = ("relu", "tanh", "conv: {filters: 4, kernel: 1", "conv: {filters: 4, kernel: 3, padding: same", "add", "subtract")


def drawn(draw):
    """A graph of small layers: kinds and what they read, the input being 0."""
    graph = [("input", ())]
    for _ in range(draw.randint(4, 12)):
        kind = draw.choice(KINDS)
        near = [max(0, len(graph) - 1 - draw.choice((0, 0, 1, 2))) for _ in range(2)]
        graph.append((kind, tuple(near) if kind in KINDS[-2:] else (near[0],)))
    return graph


def mutated(graph, draw):
    """The same graph in another order, or with another wiring or kind somewhere."""
    graph = list(graph)
    at = draw.randrange(1, len(graph))
    kind, reads = graph[at]
    match draw.choice(("order", "wire", "kind", "exchange")):
        case "wire":
            graph[at] = kind, (draw.randrange(at), *reads[1:])
        case "kind" if len(reads) == 1:
            graph[at] = draw.choice(KINDS[:4]), reads
        case "exchange" if len(reads) == 1:
            other = draw.choice([i for i, (_, read) in enumerate(graph) if len(read) == 1])
            graph[at], graph[other] = (graph[other][0], reads), (kind, graph[other][1])
        case _:
            order = [0]
            while len(order) < len(graph):
                order.append(draw.choice([i for i, (_, read) in enumerate(graph) if i not in order and set(read) <= set(order)]))
            graph = [(graph[i][0], tuple(map(order.index, graph[i][1]))) for i in order]
    return graph


def spec_of(graph, letter):
    """The graph as a spec, its layers called by a letter and a number; all that nothing reads comes out."""
    text = "cnncalc: 1\nname: drawn\ninput: {channels: 4, size: [8, 8]}\nlayers:\n"
    for index, (kind, reads) in enumerate(graph[1:], 1):
        names = ", ".join(f"{letter}{i}" if i else "input" for i in reads)
        head, _, keys = kind.partition(": {")
        text += f"- {head}: {{name: {letter}{index}, from: [{names}]{', ' if keys else ''}{keys}}}\n"
    ends = set(range(1, len(graph))) - {i for _, reads in graph for i in reads}
    return text + f"outputs: [{', '.join(f'{letter}{i}' for i in sorted(ends))}]\n"


def shape_of(graph):
    """Equal for graphs that are the same but for the order of layers and of the operands of sums."""
    up = []
    for kind, reads in graph:
        own = [up[i] for i in reads]
        up.append(hash((kind, tuple(sorted(own) if kind == "add" else own))))
    down = [0] * len(graph)
    for index in range(len(graph) - 1, -1, -1):
        readers = [(down[i], 0 if kind == "add" else place) for i, (kind, reads) in enumerate(graph)
                   for place, source in enumerate(reads) if source == index]  # fmt: skip
        down[index] = hash((up[index], graph[index][0], tuple(sorted(readers))))
    return sorted(down)


@pytest.mark.parametrize("seed", [*range(25), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(25, 400))])
def test_what_is_not_the_same_is_told_and_what_is_the_same_is_not(seed, tmp_path, monkeypatch):
    draw = random.Random(seed)  # noqa: S311
    monkeypatch.chdir(tmp_path)
    old = drawn(draw)
    new = mutated(old, draw)
    for name, graph, letter in (("old", old, "a"), ("new", new, draw.choice("ab"))):
        (tmp_path / f"{name}.yaml").write_text(spec_of(graph, letter))
    [model] = compare(side("old.yaml", "old.yaml"), side("new.yaml", "new.yaml")).models
    told = [line for line in lines(model.layers) if line.status != RENAMED] if model.layers else []

    assert bool(told) == (shape_of(old) != shape_of(new)), (spec_of(old, "a"), spec_of(new, "a"), told)
