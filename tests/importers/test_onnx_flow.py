"""ONNX files that branch, cut tensors into sequences, and write a factor and a summand as two nodes."""

import pytest

from cnncalc import SpecError

from .onnx_files import layers, message, model, network, node, tensor, value

MAP = (1, 4, 8, 6)


def net(nodes, weights=(), dims=MAP):
    """The network of nodes that read `x` and give `y`."""
    return network(model(nodes, [value("x", dims)], [value("y", ("N",))], weights))


def found(nodes, weights=(), dims=MAP):
    """The layers without the input."""
    return layers(net(nodes, weights, dims))[1:]


def number(name, *numbers):
    """A constant of the file."""
    return tensor(name, (len(numbers),) if len(numbers) > 1 else (), list(numbers))


def branch(nodes, output, weights=()):
    """The graph of a branch."""
    return message(
        *((1, made) for made in nodes),
        (2, "inner"),
        *((5, made) for made in weights),
        (12, value(output, ("N",))),
    )


def choose(condition, then, other, output="y"):
    """An `If`: what it gives where the condition holds, and where not."""
    graphs = [
        (5, message((1, key), (6, made)))
        for key, made in (("then_branch", then), ("else_branch", other))
    ]
    return node("If", condition, output, "choice") + message(*graphs)


RELU, TANH = branch([node("Relu", "x", "a")], "a"), branch([node("Tanh", "x", "b")], "b")
# Whether the second axis has a length of one, as scripts ask before they leave it out.
HAS_ONE = [node("Shape", "x", "s"), node("Gather", "s i", "n"), node("Equal", "n i", "c")]


@pytest.mark.parametrize(("dims", "kind"), [((1, 1, 8, 6), "relu"), (MAP, "tanh")])
def test_the_branch_of_a_known_condition_is_read(dims, kind):
    assert [
        made for made, _ in found([*HAS_ONE, choose("c", RELU, TANH)], [number("i", 1)], dims)
    ] == [kind]


def test_a_branch_reads_what_lies_outside_and_has_weights_of_its_own():
    weights = tensor("w", (5, 4, 1, 1))
    inner = branch([node("Conv", "before w", "a"), node("Relu", "a", "b")], "b", [weights])
    nodes = [
        node("Tanh", "x", "before"),
        *HAS_ONE,
        choose("c", TANH, inner, "z"),
        node("Sigmoid", "z", "y"),
    ]
    made = net(nodes, [number("i", 1)])

    assert [kind for kind, _ in layers(made)[1:]] == ["tanh", "conv", "relu", "sigmoid"]
    assert made.params.value == 20


def test_a_branch_in_a_branch():
    inner = choose("c", RELU, TANH, "q")

    assert found([*HAS_ONE, choose("c", RELU, branch([inner], "q"))], [number("i", 1)]) == [
        ("tanh", "4×8×6")
    ]


def test_a_branch_that_data_choose_is_opaque():
    nodes = [
        node("ReduceMax", "x", "m", keepdims=0),
        node("Greater", "m h", "c"),
        choose("c", RELU, TANH),
    ]

    assert [kind for kind, _ in found(nodes, [number("h", 0.5)])][-1] == "opaque"


CUT = [
    ([node("SplitToSequence", "x k", "s", axis=1)], [number("k", 2)], "2×8×6", "2×8×6"),
    ([node("SplitToSequence", "x k", "s", axis=1)], [number("k", 3)], "3×8×6", "1×8×6"),
    ([node("SplitToSequence", "x k", "s", axis=-2)], [number("k", 5, 3)], "4×5×6", "4×3×6"),
    ([node("SplitToSequence", "x", "s", axis=1)], [], "1×8×6", "1×8×6"),
    ([node("SplitToSequence", "x", "s", axis=1, keepdims=0)], [], "8×6", "8×6"),
    ([node("Relu", "x", "r"), node("SequenceConstruct", "x r", "s")], [], "4×8×6", "4×8×6"),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "weights", "first", "last"), CUT)
def test_parts_of_a_sequence(nodes, weights, first, last):
    for place, size in ((0, first), (-1, last)):
        part = [node("SequenceAt", "s at", "p"), node("Tanh", "p", "y")]

        assert found([*nodes, *part], [*weights, number("at", place)])[-1] == ("tanh", size)


@pytest.mark.parametrize(
    ("keys", "size"), [({"axis": 1}, "8×8×6"), ({"axis": 2, "new_axis": 1}, "4×2×8×6")]
)
def test_a_sequence_is_joined(keys, size):
    nodes = [
        node("Relu", "x", "r"),
        node("SequenceConstruct", "x r", "s"),
        node("ConcatFromSequence", "s", "y", **keys),
    ]

    assert found(nodes)[-1] == ("concat", size)


def test_the_length_of_a_sequence_is_a_number_of_shapes():
    nodes = [node("SplitToSequence", "x k", "s", axis=1), node("SequenceLength", "s", "n"), node("Unsqueeze", "n z", "m"),
             node("Concat", "rest m", "shape", axis=0), node("Reshape", "x shape", "y")]  # fmt: skip

    assert found(nodes, [number("k", 2), tensor("z", (1,), [0]), number("rest", 1, 96)])[-1] == (
        "reshape",
        "96×2",
    )


@pytest.mark.parametrize(
    ("nodes", "weights", "said"),
    [
        ([node("SplitToSequence", "x k", "s", axis=1), node("SequenceAt", "s at", "y", "third")],
         [number("k", 2), number("at", 2)], "the node SequenceAt `third` takes part 2 of 2"),
        ([node("SequenceAt", "x at", "y", "no")], [number("at", 0)], "the node SequenceAt `no` reads no sequence that is known here"),
        ([node("SequenceConstruct", "", "s", "none"), node("SequenceAt", "s at", "y"), node("Relu", "x", "z")], [number("at", 0)],
         "the node SequenceConstruct `none` makes a sequence of nothing"),
    ],
)  # fmt: skip
def test_a_sequence_that_is_none(nodes, weights, said):
    with pytest.raises(SpecError) as caught:
        net(nodes, weights)

    assert said in str(caught.value)


def test_a_factor_and_a_summand_are_one_layer():
    weights = [tensor("w", (4, 1, 1)), tensor("b", (1, 4, 1, 1))]
    made = net([node("Mul", "x w", "m"), node("Add", "m b", "y")], weights)

    assert layers(made)[1:] == [("scale", "4×8×6")]
    assert made.params.value == 8


@pytest.mark.parametrize(
    ("more", "weights"),
    [
        # Read elsewhere as well, along other axes, of other numbers that are known already.
        (
            [node("Mul", "x w", "m"), node("Add", "m b", "a"), node("Sub", "a m", "y")],
            [tensor("b", (4, 1, 1))],
        ),
        ([node("Mul", "x w", "m"), node("Add", "m b", "y")], [tensor("b", (8, 6))]),
        ([node("Mul", "x w", "m"), node("Add", "m w", "y")], []),
    ],
)
def test_a_summand_of_another_kind_stays_apart(more, weights):
    made = net(more, [tensor("w", (4, 1, 1)), *weights])
    [scale] = [node for node in made.nodes if node.op == "scale"]

    assert not scale.layer.shift
    assert made.nodes[-1].op in ("add", "opaque", "subtract")


def test_the_type_that_castlike_reads_is_no_read():
    weights = [tensor("w", (4, 1, 1)), tensor("b", (4, 1, 1))]
    nodes = [
        node("CastLike", "w x", "v"),
        node("Mul", "x v", "m"),
        node("CastLike", "b m", "c"),
        node("Add", "m c", "y"),
    ]

    assert found(nodes, weights) == [("scale", "4×8×6")]


NEIGHBOURS = [
    # As PyTorch's exporters write LocalResponseNorm(3) of maps: with the axes joined, or a new one.
    [node("Reshape", "q five", "f"), node("Pad", "f pads", "g"), node("AveragePool", "g", "p", kernel_shape=[3, 1, 1]),
     node("Squeeze", "p one", "s")],
    [node("Unsqueeze", "q one", "f"), node("Pad", "f pads", "g"),
     node("AveragePool", "g", "p", kernel_shape=[3, 1, 1], strides=[1, 1, 1]), node("Squeeze", "p one", "t"),
     node("Reshape", "t four", "s")],
]  # fmt: skip
NUMBERS = [number("five", 1, 1, 4, 8, 6), number("four", *MAP), tensor("one", (1,), [1]),
           number("pads", 0, 0, 1, 0, 0, 0, 0, 1, 0, 0), number("alpha", 1e-4), number("k", 1.0), number("beta", 0.75)]  # fmt: skip


@pytest.mark.parametrize("mean", NEIGHBOURS)
@pytest.mark.parametrize("square", [node("Mul", "x x", "q"), node("Pow", "x two", "q")])
def test_a_local_response_norm_that_is_written_out(mean, square):
    nodes = [square, *mean, node("Mul", "s alpha", "a"), node("Add", "a k", "b"), node("Pow", "b beta", "c"),
             node("Div", "x c", "y")]  # fmt: skip

    [made] = net(nodes, [*NUMBERS, number("two", 2.0)]).nodes[1:]

    assert (made.layer.kind, made.layer.size, str(made.output)) == (
        "local_response_norm",
        3,
        "4×8×6",
    )


VECTORS = [
    ([node("MatMul", "x v", "y")], [tensor("v", (6,))], MAP, "4×8", 6, 192),
    ([node("MatMul", "v x", "y")], [tensor("v", (8,))], MAP, "4×6", 8, 192),
    ([node("MatMul", "w v", "a"), node("Add", "x a", "y")], [tensor("w", (6, 5)), tensor("v", (5,))], (1, 6), "6", 35, 30),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "weights", "dims", "size", "params", "macs"), VECTORS)
def test_a_product_with_a_vector(nodes, weights, dims, size, params, macs):
    made = net(nodes, weights, dims)

    assert (str(made.nodes[-1].output), made.params.value, made.macs.value) == (size, params, macs)


def test_what_the_exporter_fills_with_one_number_is_not_learnt():
    made = net([node("InstanceNormalization", "x val_3 val_7", "y")],
               [tensor("val_3", (4,), [1.0] * 4), tensor("val_7", (4,), [0.0] * 4)])  # fmt: skip
    learnt = net([node("InstanceNormalization", "x n.weight n.bias", "y")],
                 [tensor("n.weight", (4,), [1.0] * 4), tensor("n.bias", (4,), [0.0] * 4)])  # fmt: skip

    assert (made.params.value, learnt.params.value) == (0, 8)


@pytest.mark.parametrize(
    ("made", "weights", "rate"),
    [
        (node("Dropout", "x", "y", ratio=0.25), [], 0.25),
        (node("Dropout", "x r", "y"), [number("r", 0.25)], 0.25),
        (node("Dropout", "x", "y"), [], 0.5),
    ],
)
def test_the_rate_of_a_dropout_is_an_attribute_or_an_operand(made, weights, rate):
    assert net([made], weights).nodes[1].layer.rate == rate


@pytest.mark.parametrize(("exponent", "kind"), [((2.0,), "multiply"), ((3.0,), "opaque"), ((2.0, 2.0), "opaque")])
def test_a_square_is_a_product(exponent, kind):
    assert found([node("Pow", "x e", "y")], [number("e", *exponent)], (1, 4, 8, 2)) == [(kind, "4×8×2")]
