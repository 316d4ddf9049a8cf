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
from cnncalc.layers.layer_norm import LayerNorm
from cnncalc.layers.lstm import Lstm
from cnncalc.layers.multi_head_attention import MultiHeadAttention
from cnncalc.layers.opaque import Opaque
from cnncalc.layers.prelu import Prelu
from cnncalc.layers.relu import Relu
from cnncalc.layers.separable_conv import SeparableConv
from cnncalc.layers.spectral_norm import SpectralNorm
from cnncalc.layers.time_distributed import TimeDistributed
from cnncalc.layers.weight_norm import WeightNorm

MAP, VECTOR, SEQUENCE, TOKENS = Shape(4, (9, 9)), Shape(7), Shape(4, (5,)), Shape(1, (5,), form="tokens")


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


@pytest.mark.parametrize(("layer", "x", "torch", "keras"), [
    # One length per filter; PyTorch has the inputs of a transposed convolution first, Keras last. Keras has the
    # filters of one channel of a depthwise convolution last.
    (Conv(filters=8, kernel=3), MAP, 8, 8),
    (Conv(filters=8, kernel=3, groups=2), MAP, 8, 8),
    (ConvTranspose(filters=6, kernel=3), MAP, 4, 4),
    (DepthwiseConv(kernel=3, multiplier=2), MAP, 8, 2),
    (SeparableConv(filters=5, kernel=3), MAP, 4 + 5, 1 + 5),
    (Dense(units=5), VECTOR, 5, 5),
    (Embedding(vocab=10, dim=4), TOKENS, 10, 4),
    (BatchNorm(), MAP, 4, 4),
    (Lstm(units=3, layers=2, bidirectional="concat"), SEQUENCE, 8 * 12, 8 * 12),
    (MultiHeadAttention(heads=2, key_dim=4), Shape(8, (5,)), 3 * 8 + 8, None),
])
def test_weight_norm_learns_a_length_of_each_row_of_the_kernel(layer, x, torch, keras):
    for dialect, more in (("torch", torch), ("keras", keras)):
        if more is not None:
            inside = type(layer)(**layer.chosen_keys(), dialect=dialect)
            plain, found = inside.apply(x), WeightNorm(layer=inside, dialect=dialect).apply(x)
            assert found.params - plain.params == more, dialect
            assert (found.output, found.buffers, found.macs, found.windows) == (
                plain.output, plain.buffers, plain.macs, plain.windows)  # fmt: skip


@pytest.mark.parametrize(("dim", "lengths"), [(0, 8), (1, 4), (2, 3), ("none", 1)])
def test_weight_norm_may_keep_lengths_along_another_axis(dim, lengths):
    layer = Conv(filters=8, kernel=3)

    assert WeightNorm(layer=layer, dim=dim, dialect="torch").apply(MAP).params == 8 * (4 * 9 + 1) + lengths


@pytest.mark.parametrize(("layer", "x", "buffers"), [
    (Lstm(units=3, layers=2, bidirectional="concat"), SEQUENCE, 2 * (12 + 4) + 2 * (12 + 6) + 4 * (12 + 3)),
    (Lstm(units=3, projection=2), SEQUENCE, (12 + 4) + (12 + 2) + (2 + 3)),
    (MultiHeadAttention(heads=2), Shape(8, (5,)), (24 + 8) + (8 + 8)),
    (MultiHeadAttention(heads=4, kv_heads=2), Shape(8, (5,)), (8 + 8) + 2 * (4 + 8) + (8 + 8)),
    (BatchNorm(), MAP, 8),  # the running statistics: weights of one axis have no vectors
    (LayerNorm(axes="all"), Shape(8, (3,)), 8 + 3),
    (Prelu(), MAP, 0), (Prelu(shared="space"), MAP, 0),
    (SpectralNorm(layer=Conv(filters=8, kernel=3), dialect="torch"), MAP, 2 * (8 + 36)),
    (WeightNorm(layer=Conv(filters=8, kernel=3), dialect="torch"), MAP, 8 + 36),
])
def test_spectral_norm_takes_every_kernel_of_a_layer(layer, x, buffers):
    inside = type(layer)(**{**layer.chosen_keys(), "dialect": "torch"})

    assert SpectralNorm(layer=inside, dialect="torch").apply(x).buffer_count == buffers


def test_without_a_dialect_normalised_weights_have_two_answers():
    with pytest.raises(Refusal, match="Keras 8 buffers, PyTorch 44 buffers"):
        SpectralNorm(layer=Conv(filters=8, kernel=3)).apply(MAP)
    with pytest.raises(Refusal, match="Keras 82 params, PyTorch 88 params"):
        WeightNorm(layer=DepthwiseConv(kernel=3, multiplier=2)).apply(MAP)
    assert WeightNorm(layer=Conv(filters=8, kernel=3)).apply(MAP).params == 8 * (4 * 9 + 2)


@pytest.mark.parametrize(("wrapper", "message"), [
    (SpectralNorm(layer=Relu(), dialect="torch"), "spectral_norm needs a layer with a kernel, relu has none"),
    (WeightNorm(layer=BatchNorm(scale=False), dialect="torch"), "weight_norm needs a layer with a kernel"),
    (SpectralNorm(layer=SeparableConv(filters=5, kernel=3), dialect="keras"), "needs a layer with one kernel, and `separable_conv`"),
    (SpectralNorm(layer=BatchNorm(), dialect="keras"), "Keras refuses this: .*`batch_norm`"),
    (SpectralNorm(layer=TimeDistributed(layer=Conv(filters=5, kernel=3)), dialect="keras"), "`time_distributed`"),
    (SpectralNorm(layer=Opaque(output=Shape(3), params=8), dialect="torch"), "nothing is known of the weights of `opaque`"),
    (WeightNorm(layer=Conv(filters=5, kernel=3), dim=4, dialect="torch"), "the axes of the kernel are 0 to 3, there is no axis 4"),
    (WeightNorm(layer=Conv(filters=5, kernel=3), dim=1, dialect="keras"), "along the last axis"),
    (WeightNorm(layer=WeightNorm(layer=Conv(filters=5, kernel=3)), dialect="torch"), "normalised already"),
    (WeightNorm(layer=SpectralNorm(layer=Conv(filters=5, kernel=3), dialect="torch"), dialect="torch"), "normalised already"),
])
def test_what_has_no_kernel_to_normalise(wrapper, message):
    with pytest.raises(Refusal, match=message):
        wrapper.apply(Shape(4, (2, 9, 9)) if wrapper.layer.kind == "time_distributed" else MAP)


# Everything else ------------------------------------------------------------------------------

CHANGED = {
    "spectral_norm": {"buffers", "buffer_count"},
    "weight_norm": {"weights", "params"},
    "time_distributed": {"output", "windows"},
}
WRAPPERS = [
    kind for kind in registry.names("layers")
    if any(key.kind.takes_layer for key in layer_class(kind).keys.values())
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
    least = {"conv", "dense"} if (wrapper, dialect) == ("spectral_norm", "keras") else {"lstm", "gru", "conv", "dense"}
    assert least <= set(compared)
    assert wrapper != "time_distributed" or {"separable_conv", "layer_norm", "opaque"} <= set(compared)


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
    ("{channels: 4, size: [5]}", ["weight_norm: {lstm: {units: 8}}"], [4 * 5 * 4, 5 * 8 * 5 * 4]),
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


DEFAULTS = "dialect: torch\ninput: {channels: 4, size: [9, 9]}\ndefaults: {conv: {kernel: 3, activation: relu}, weight_norm: {dim: 1}}\n"


def rows(layers, head=DEFAULTS):
    network = cnncalc.loads(f"{head}layers:\n{layers}")
    return [(node.name, node.op, node.facts.params) for node in network.nodes[1:]]


@pytest.mark.parametrize(("body", "found"), [
    # 8·4·9 + 8, and 4 lengths along the axis of the channels.
    ("  - weight_norm: {conv: 8}", [("weight_norm1", "weight_norm", 300), ("weight_norm1.act", "relu", 0)]),
    ("  - weight_norm: {conv: 8, dim: none}", [("weight_norm1", "weight_norm", 297), ("weight_norm1.act", "relu", 0)]),
    ("  - weight_norm: {conv: 8, name: w, activation: none}", [("w", "weight_norm", 300)]),
    ("  - weight_norm: {layer: {conv: 8}, norm: batch_norm}",
     [("weight_norm1", "weight_norm", 292), ("weight_norm1.norm", "batch_norm", 16), ("weight_norm1.act", "relu", 0)]),
    ("  - weight_norm: {conv: {filters: 8, bias: true, norm: batch_norm, activation: none}}",
     [("weight_norm1", "weight_norm", 300), ("weight_norm1.norm", "batch_norm", 16)]),
    ("  - weight_norm: {layer: [{conv: {filters: 8, norm: batch_norm}}, max_pool: 2, conv: {filters: 2, kernel: 1}], dim: 0, name: w, norm: batch_norm}",
     [("w.conv1", "weight_norm", 296), ("w.conv1.norm", "batch_norm", 16), ("w.conv1.act", "relu", 0),
      ("w.max_pool1", "max_pool", 0), ("w.conv2", "weight_norm", 20), ("w.conv2.act", "relu", 0), ("w.norm", "batch_norm", 4)]),
    ("  - weight_norm: {batch_norm: {}, dim: 0}", [("weight_norm1", "weight_norm", 12)]),
    ("  - spectral_norm: [weight_norm: {conv: 8}, relu]",
     [("spectral_norm1.weight_norm1", "spectral_norm", 300), ("spectral_norm1.weight_norm1.act", "relu", 0), ("spectral_norm1.relu1", "relu", 0)]),
    ("  - weight_norm: {layer: {conv: 8}, repeat: 2}",
     [("weight_norm1.0", "weight_norm", 300), ("weight_norm1.0.act", "relu", 0),
      ("weight_norm1.1", "weight_norm", 592), ("weight_norm1.1.act", "relu", 0)]),
])
def test_what_is_normalised_has_the_defaults_of_its_kind(body, found):
    assert rows(body) == found


def test_what_is_distributed_has_the_defaults_of_its_kind():
    head = DEFAULTS.replace("[9, 9]", "[5, 9, 9]")

    assert rows("  - time_distributed: {conv2d: 8}", head) == [
        ("time_distributed1.conv1", "time_distributed", 296), ("time_distributed1.conv1.act", "time_distributed", 0)]  # fmt: skip
    with pytest.raises(SpecError, match="`conv3d` needs a map of 3 axes"):
        rows("  - time_distributed: {conv3d: 8}", head)
    with pytest.raises(SpecError, match="`conv1d` needs a map of 1 axis"):
        rows("  - spectral_norm: {conv1d: {filters: 8, activation: none}}", head)


def test_what_stands_behind_a_body_can_be_named():
    network = cnncalc.loads(DEFAULTS + """layers:
  - spectral_norm: {name: s, layer: [conv: {filters: 4, padding: same, name: c}, dropout], activation: tanh}
  - add: [s, s.c, s.act]
""")

    assert [network.nodes[i].name for i in network.nodes[-1].inputs] == ["s.act", "s.c.act", "s.act"]


def test_pieces_inside_of_normalised_layers_keep_their_axes():
    assert rows("  - spectral_norm: [split: {parts: 2, name: a}, concat: [a.1, a.0], conv: 2]")[-2:] == [
        ("spectral_norm1.conv1", "spectral_norm", 74), ("spectral_norm1.conv1.act", "relu", 0)]  # fmt: skip


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


def test_a_weight_that_is_one_number_is_no_kernel():
    with pytest.raises(cnncalc.SpecError, match="weight_norm needs a layer with a kernel, layer_norm has none"):
        cnncalc.loads("input: {features: 16}\nlayers:\n- weight_norm: {layer: {layer_norm: {axes: space}}}\n")


@pytest.mark.parametrize("steps", [(3, 4), (4, 3)])
def test_operands_of_a_wrapper_have_as_many_steps(steps):
    a, b = steps
    with pytest.raises(cnncalc.SpecError, match="the operands have different numbers of steps"):
        cnncalc.loads(
            f"inputs: {{a: {{channels: 2, size: [{a}, 5]}}, b: {{channels: 2, size: [{b}, 5]}}}}\n"
            "layers:\n- time_distributed: {layer: add, from: [a, b]}\n"
        )
