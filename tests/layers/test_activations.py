"""Activations: one operation per element, but for those that look further."""

import pytest

from cnncalc.arithmetic.windows import Everything, Window
from cnncalc.errors import Refusal
from cnncalc.layers.base.key_types import Bad
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.gelu import Gelu
from cnncalc.layers.glu import Glu
from cnncalc.layers.identity import Identity
from cnncalc.layers.log_softmax import LogSoftmax
from cnncalc.layers.prelu import Prelu
from cnncalc.layers.softmax import Softmax
from cnncalc.layers.softmin import Softmin
from cnncalc.layers.sparsemax import Sparsemax
from cnncalc.registry import load

MAP = Shape(6, (4, 5))  # 6 · 20 = 120 elements
VECTOR = Shape(10)
TOKENS = Shape(1, (9,), form="tokens")

POINTWISE = {
    "celu": "exp", "elu": "exp", "exponential": "exp", "gelu": "erf", "hard_shrink": "compare",
    "hard_sigmoid": "compare", "hard_swish": "compare", "hard_tanh": "compare",
    "leaky_relu": "compare", "log_sigmoid": "exp", "mish": "exp", "relu": "compare",
    "relu6": "compare", "rrelu": "compare", "selu": "exp", "sigmoid": "exp", "silu": "exp",
    "soft_shrink": "compare", "softplus": "exp", "softsign": "divide", "sparse_plus": "compare",
    "sparse_sigmoid": "compare", "squareplus": "sqrt", "tanh": "exp", "tanh_shrink": "exp",
    "threshold": "compare",
}
OTHERS = ("glu", "log_softmax", "prelu", "softmax", "softmin", "sparsemax")


def named(kind):
    """The layer with every key at its default."""
    return getattr(load("layers", kind), "".join(word.title() for word in kind.split("_")))()


@pytest.mark.parametrize("x", [MAP, VECTOR, MAP._replace(copies=3)], ids=str)
@pytest.mark.parametrize(("kind", "operation"), POINTWISE.items())
def test_one_operation_per_element(kind, operation, x):
    facts = named(kind).apply(x)

    assert facts.output == x
    assert facts.work == {operation: x.elements}
    assert (facts.params, facts.buffer_count, facts.macs, facts.windows) == (0, 0, 0, ())


@pytest.mark.parametrize("kind", [*POINTWISE, *OTHERS, "identity"])
def test_it_may_stand_behind_activation(kind):
    assert named(kind).role == "activation"


@pytest.mark.parametrize("kind", [*POINTWISE, *OTHERS])
def test_tokens_are_not_activated(kind):
    with pytest.raises(Refusal, match=kind) as refused:
        named(kind).apply(TOKENS)
    assert refused.value.code == "E303"


@pytest.mark.parametrize("kind", POINTWISE)
def test_constants_change_nothing(kind):
    layer = named(kind)
    value = {"gelu": "tanh"}.get(kind, 2)

    assert type(layer)(**dict.fromkeys(layer.keys, value)).apply(MAP).work == layer.apply(MAP).work


@pytest.mark.parametrize("value", [True, False, "none", "tanh"])
def test_gelu_takes_the_words_of_both_frameworks(value):
    assert Gelu.keys["approximate"].kind.parse(value) == value


@pytest.mark.parametrize("x", [MAP, VECTOR, TOKENS], ids=str)
def test_identity_takes_anything_and_costs_nothing(x):
    facts = Identity().apply(x)

    assert (facts.output, facts.flops, facts.windows) == (x, 0, ())


@pytest.mark.parametrize(("layer", "x", "flops", "windows"), [
    # n exponentials, n − 1 additions, n divisions for each vector
    (Softmax(), VECTOR, 3 * 10 - 1, ()),
    (Softmax(), MAP, 20 * (3 * 6 - 1), ()),
    (Softmax(axis="w"), MAP, 6 * 4 * (3 * 5 - 1), (Window(), Everything(5))),
    (Softmax(axis="space"), MAP, 6 * (3 * 20 - 1), (Everything(4), Everything(5))),
    (Softmax(axis=("c", "h")), MAP, 5 * (3 * 24 - 1), (Everything(4), Window())),
    (Softmin(), VECTOR, 3 * 10 - 1, ()),
    (Softmin(axis="all"), MAP, 3 * 120 - 1, (Everything(4), Everything(5))),
    # n exponentials, n − 1 additions, a logarithm, n subtractions
    (LogSoftmax(), VECTOR, 10 + 9 + 1 + 10, ()),
    (LogSoftmax(axis="h"), MAP, 6 * 5 * (4 + 3 + 1 + 4), (Everything(4), Window())),
    # 10 in sorted order: 4 rounds of 10; maximum 10, sum 9, difference 10
    (Sparsemax(), VECTOR, 4 * 10 + 10 + 9 + 10, ()),
    (Sparsemax(), Shape(1), 1 + 1, ()),
    (Sparsemax(), Shape(8, (2,)), 2 * (3 * 8 + 8 + 7 + 8), ()),
])
def test_a_shared_sum(layer, x, flops, windows):
    facts = layer.apply(x)

    assert facts.output == x
    assert (facts.flops, facts.windows) == (flops, windows)


def test_a_shared_sum_needs_its_axis():
    with pytest.raises(Refusal, match="no axis `l`") as refused:
        Softmax(axis="l").apply(MAP)
    assert (refused.value.code, refused.value.key) == ("E302", "axis")


@pytest.mark.parametrize(("axis", "output", "windows"), [
    ("channels", Shape(3, (4, 5)), ()),
    ("c", Shape(3, (4, 5)), ()),
    ("h", Shape(6, (2, 5)), (Window(kernel=2, dilation=2), Window())),
])
def test_glu_halves_an_axis(axis, output, windows):
    facts = Glu(axis=axis).apply(MAP)

    assert facts.output == output
    assert facts.windows == windows
    assert facts.flops == 2 * 60


def test_glu_reads_a_value_and_its_gate():
    height, _ = Glu(axis="h").apply(MAP).windows

    assert [list(height.taps(u, 4)) for u in range(2)] == [[0, 2], [1, 3]]


@pytest.mark.parametrize(("axis", "x"), [("channels", Shape(7)), ("w", MAP)])
def test_an_odd_axis_is_not_halved(axis, x):
    with pytest.raises(Refusal, match="is odd") as refused:
        Glu(axis=axis).apply(x)
    assert refused.value.code == "E304"


@pytest.mark.parametrize("dialect", [None, "keras", "torch"])
@pytest.mark.parametrize(("shared", "x", "slopes"), [
    ("all", MAP, 1),
    ("space", MAP, 6),
    (("h", "w"), MAP, 6),
    ("space", VECTOR, 10),
    ((), VECTOR, 10),
    ("c", VECTOR, 1),
    # an axis of size 1 has one slope either way
    ((), Shape(6, (1, 1)), 6),
])
def test_slopes_on_which_both_frameworks_agree(shared, x, slopes, dialect):
    facts = Prelu(shared=shared, dialect=dialect).apply(x)

    assert facts.params == slopes
    assert facts.work == {"compare": x.elements}


@pytest.mark.parametrize(("shared", "dialect", "slopes"), [
    (None, "keras", 6 * 4 * 5),
    (None, "torch", 1),
    ((), "keras", 6 * 4 * 5),
    (("c",), "keras", 4 * 5),
    (("h",), "keras", 6 * 5),
    (("h",), None, 6 * 5),
])
def test_slopes_by_dialect(shared, dialect, slopes):
    assert Prelu(shared=shared, dialect=dialect).apply(MAP).params == slopes


def test_unshared_slopes_need_a_dialect():
    with pytest.raises(Refusal, match="Keras 120 params, PyTorch 1 params") as refused:
        Prelu().apply(MAP)
    assert refused.value.code == "E307"


@pytest.mark.parametrize("shared", [(), "c", ("h",), ("c", "h")])
def test_slopes_that_pytorch_does_not_have(shared):
    with pytest.raises(Refusal, match="one slope in all or one per channel") as refused:
        Prelu(shared=shared, dialect="torch").apply(MAP)
    assert refused.value.code == "E308"


def test_copies_share_their_slopes():
    facts = Prelu(shared="space").apply(MAP._replace(copies=3))

    assert facts.params == 6
    assert facts.flops == 3 * 120


def test_a_scalar_names_the_axis():
    assert [next(iter(named(kind).keys)) for kind in OTHERS] == [
        "axis", "axis", "shared", "axis", "axis", "axis",
    ]


@pytest.mark.parametrize("value", ["all", ["c", "h"], 7])
def test_glu_halves_one_axis(value):
    with pytest.raises(Bad):
        Glu.keys["axis"].kind.parse(value)
