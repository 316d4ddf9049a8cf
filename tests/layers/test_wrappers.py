"""Layers around a layer: what they change of it, and that everything else of it is passed on."""

import pytest

import cnncalc
from cnncalc import registry
from cnncalc.arithmetic.windows import Window
from cnncalc.cost.memory import Memory
from cnncalc.cost.training import saved_bytes
from cnncalc.errors import Refusal, SpecError
from cnncalc.language.kinds import layer_class
from cnncalc.layers.base.layer import Facts
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.batch_norm import BatchNorm
from cnncalc.layers.conv import Conv
from cnncalc.layers.conv_transpose import ConvTranspose
from cnncalc.layers.dense import Dense
from cnncalc.layers.depthwise_conv import DepthwiseConv
from cnncalc.layers.embedding import Embedding
from cnncalc.layers.relu import Relu
from cnncalc.layers.separable_conv import SeparableConv
from cnncalc.layers.spectral_norm import SpectralNorm
from cnncalc.layers.time_distributed import TimeDistributed

MAP, VECTOR, TOKENS = Shape(4, (9, 9)), Shape(7), Shape(1, (5,), form="tokens")


@pytest.mark.parametrize(("layer", "x", "keras", "torch"), [
    # Keras keeps a vector along the last axis of its kernel, PyTorch one for each side of it.
    (Conv(filters=8, kernel=3), MAP, 8, 8 + 4 * 9),
    (Conv(filters=8, kernel=3, groups=2), MAP, 8, 8 + 2 * 9),
    (ConvTranspose(filters=6, kernel=3), MAP, 4, 6 + 4 * 9),
    (DepthwiseConv(kernel=3, multiplier=2), MAP, 2, 8 + 9),
    (Dense(units=5), VECTOR, 5, 5 + 7),
    (Embedding(vocab=10, dim=4), TOKENS, 4, 10 + 4),
])
def test_spectral_norm_keeps_singular_vectors(layer, x, keras, torch):
    plain = layer.apply(x)
    found = {name: SpectralNorm(layer=layer, dialect=name).apply(x) for name in ("keras", "torch")}

    assert {name: facts.buffer_count for name, facts in found.items()} == {"keras": keras, "torch": torch}
    for facts in found.values():
        assert (facts.output, facts.params, facts.macs, facts.windows) == (
            plain.output, plain.params, plain.macs, plain.windows)  # fmt: skip


def test_without_a_dialect_spectral_norm_has_two_answers():
    with pytest.raises(Refusal, match="Keras 8 buffers, PyTorch 44 buffers"):
        SpectralNorm(layer=Conv(filters=8, kernel=3)).apply(MAP)


@pytest.mark.parametrize("layer", [Relu(), SeparableConv(filters=5, kernel=3)])
def test_spectral_norm_needs_one_kernel(layer):
    with pytest.raises(Refusal, match="needs a layer with one kernel"):
        SpectralNorm(layer=layer, dialect="keras").apply(MAP)


# Everything else ------------------------------------------------------------------------------

CHANGED = {"spectral_norm": {"buffers", "buffer_count"}, "time_distributed": {"output", "windows"}}
WRAPPERS = [
    kind for kind in registry.names("layers")
    if any(getattr(key.kind, "takes_layer", False) for key in layer_class(kind).keys.values())
]  # fmt: skip
INPUTS = ("{channels: 64, size: [16]}", "{channels: 64, size: [32, 32]}", "{channels: 64, size: [4, 8, 8]}",
          "{features: 64}", "{tokens: 64}")  # fmt: skip


def example(kind, dialect):
    """The layer of the manual's example of a kind, with the shape it reads; None without one input."""
    for shape in INPUTS:
        text = f"dialect: {dialect}\ninput: {shape}\nlayers:\n{layer_class(kind).example}"
        try:
            network = cnncalc.loads(text)
        except SpecError:
            continue
        node = next((node for node in network.nodes if node.op == kind), None)
        if node is not None and len(node.inputs) == 1:
            return node.layer, network.nodes[node.inputs[0]].output
    return None


def wrapped(wrapper, layer, x, dialect):
    """The facts of a layer inside of another one, and of itself on the same numbers."""
    if wrapper == "time_distributed":
        return TimeDistributed(layer=layer).apply(x._replace(size=(3, *x.size))), layer.apply(x._replace(copies=3 * x.copies))
    return layer_class(wrapper)(layer=layer, dialect=dialect).apply(x), layer.apply(x)


@pytest.mark.parametrize("dialect", ["keras", "torch"])
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapper_passes_on_every_fact(wrapper, dialect):
    compared = []
    for kind in registry.names("layers"):
        if kind in WRAPPERS or (found := example(kind, dialect)) is None:
            continue
        try:
            outside, inside = wrapped(wrapper, *found, dialect)
        except Refusal:
            continue
        compared.append(kind)
        for name in Facts.__slots__:
            if name not in CHANGED[wrapper]:
                assert getattr(outside, name) == getattr(inside, name), f"{wrapper} {kind}: {name}"

    # Whatever has numbers of its own that training keeps, or works on its own results, is among them.
    assert {"lstm", "gru", "conv", "dense"} <= set(compared)
    assert wrapper == "spectral_norm" or {"separable_conv", "layer_norm", "opaque"} <= set(compared)


def test_facts_are_replaced_one_by_one():
    facts = BatchNorm().apply(MAP).replace(saved=3, inner=4, macs=5)
    parts = {name: getattr(facts, name) for name in Facts.__slots__}
    changed = facts.replace(weights={"w": (2, 3)}, saved=7)

    assert (facts.saved, facts.inner, facts.macs, facts.buffer_count) == (3, 4, 5, 8)
    assert {name: getattr(facts.replace(), name) for name in parts} == parts
    assert {name: getattr(changed, name) for name in parts} == {**parts, "weights": {"w": (2, 3)}, "params": 6, "saved": 7}
    with pytest.raises(TypeError):
        facts.replace(params=3)


POINT = "conv: {filters: 4, kernel: 1}"


@pytest.mark.parametrize(("input", "items", "kept"), [
    # The input, and of every step and unit the four gates and the cell.
    ("{channels: 4, size: [5]}", ["spectral_norm: {lstm: {units: 8}}"], [4 * 5 * 4, 5 * 8 * 5 * 4]),
    ("{channels: 4, size: [5, 6, 6]}", [POINT, "time_distributed: relu"], [2880, 0, 2880]),  # 4·5·6·6 numbers: its output
    ("{channels: 4, size: [5, 6, 6]}", [POINT, "time_distributed: {dropout: 0.5}"], [2880, 0, 720]),  # a byte for each
    ("{channels: 4, size: [5, 6, 6]}", [POINT, "time_distributed: global_max_pool"], [2880, 2880, 4 * 5 * 8]),
    ("{channels: 4, size: [5, 6, 6]}", [POINT, "time_distributed: {opaque: {output: {features: 3}}}"], [2880, 0, None]),
])  # fmt: skip
def test_training_keeps_of_a_wrapper_what_it_keeps_of_the_layer(input, items, kept):
    listed = "".join(f"  - {item}\n" for item in items)

    assert saved_bytes(Memory(cnncalc.loads(f"dialect: keras\ninput: {input}\nlayers:\n{listed}"))) == kept


# What stands for the layer of a wrapper ------------------------------------------------------------

HEAD = "dialect: keras\ninput: {channels: 8, size: [5, 16, 16]}\nblocks:\n  B: {layers: [conv: {filters: 4, kernel: 3, name: c}, relu]}\n"


def told(layers):
    network = cnncalc.loads(f"{HEAD}layers:\n{layers}")
    return [(str(node.output), node.facts.params, node.facts.macs, node.facts.windows) for node in network.nodes[1:]]


@pytest.mark.parametrize("body", [
    "  - time_distributed: {conv: {filters: 4, kernel: 3, activation: relu}}",
    "  - time_distributed: B",
    "  - time_distributed: {layer: B, name: t}",
    "  - time_distributed: [conv: {filters: 4, kernel: 3}, relu]",
    "  - time_distributed:\n      - conv: {filters: 4, kernel: 3, name: a}\n      - relu: {from: a}",
])
def test_a_block_or_a_list_is_applied_layer_by_layer(body):
    one_by_one = "  - time_distributed: {conv: {filters: 4, kernel: 3}}\n  - time_distributed: relu"

    assert told(body) == told(one_by_one)


def test_layers_inside_have_names_and_several_operands():
    network = cnncalc.loads(HEAD + """layers:
  - time_distributed:
      name: enc
      layer:
        - conv: {filters: 8, kernel: 3, padding: same, name: a}
        - split: {parts: 2, name: s}
        - concat: [s.1, s.0]
        - add: [prev, a]
  - identity: {from: enc.a}
  - add: [prev, enc]
""")

    assert [node.name for node in network.nodes[1:]] == ["enc.a", "enc.s.0", "enc.s.1", "enc.concat1", "enc.add1", "identity1", "add1"]
    assert {str(node.output) for node in network.nodes if "s." not in node.name} == {"8×5×16×16"}
    assert [network.nodes[i].name for i in network.nodes[5].inputs] == ["enc.concat1", "enc.a"]


def test_what_is_inside_sees_its_own_step():
    network = cnncalc.loads(HEAD + "layers:\n  - time_distributed: [conv: {filters: 8, kernel: 3}, conv: {filters: 8, kernel: 3}]\n")

    windows = [node.facts.windows for node in network.nodes[1:]]
    assert windows == [(Window(), Window(kernel=3, rule="valid"), Window(kernel=3, rule="valid"))] * 2


@pytest.mark.parametrize(("body", "code", "message"), [
    ("time_distributed: Nope", "E205", "unknown block `Nope`"),
    ("time_distributed: [relu, rellu]", "E102", "unknown kind of layer `rellu`"),
    ("time_distributed: []", "E101", None),
    ("time_distributed: {from: input}", "E106", None),
])
def test_what_a_wrapper_cannot_hold(body, code, message):
    with pytest.raises(SpecError) as error:
        cnncalc.loads(f"{HEAD}layers:\n  - {body}\n")

    found = error.value.diagnostics[0]
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize("steps", [(3, 4), (4, 3)])
def test_operands_of_a_wrapper_have_as_many_steps(steps):
    a, b = steps
    with pytest.raises(cnncalc.SpecError, match="the operands have different numbers of steps"):
        cnncalc.loads(
            f"inputs: {{a: {{channels: 2, size: [{a}, 5]}}, b: {{channels: 2, size: [{b}, 5]}}}}\n"
            "layers:\n- time_distributed: {layer: add, from: [a, b]}\n"
        )
