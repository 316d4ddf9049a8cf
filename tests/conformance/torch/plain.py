"""PyTorch's linear layers, embeddings, activations and dropout."""

from __future__ import annotations

from ..cases import Case
from ..stating import FIRST, LAST, NAMES, Stated, Statement, Unstated, embedded, layer
from .views import claimed, through

ACTIVATIONS = {
    "CELU": "celu", "ELU": "elu", "GELU": "gelu", "Hardshrink": "hard_shrink",
    "Hardsigmoid": "hard_sigmoid", "Hardswish": "hard_swish", "Hardtanh": "hard_tanh",
    "LeakyReLU": "leaky_relu", "LogSigmoid": "log_sigmoid", "Mish": "mish", "ReLU": "relu",
    "ReLU6": "relu6", "RReLU": "rrelu", "SELU": "selu", "SiLU": "silu", "Sigmoid": "sigmoid",
    "Softplus": "softplus", "Softshrink": "soft_shrink", "Softsign": "softsign", "Tanh": "tanh",
    "Tanhshrink": "tanh_shrink", "Threshold": "threshold", "Identity": "identity",
    "Softmax2d": "softmax", "Softmin": "softmin",
}  # fmt: skip
"""Modules of one tensor whose arguments change values only."""

DROPOUTS = {
    "Dropout": "dropout", "Dropout1d": "spatial_dropout", "Dropout2d": "spatial_dropout",
    "Dropout3d": "spatial_dropout", "AlphaDropout": "alpha_dropout",
    "FeatureAlphaDropout": "feature_alpha_dropout",
}  # fmt: skip


def linear(case: Case) -> Stated:
    """On the last axis, which is that of the channels in a vector only."""
    claimed(case, "in_features", axis=-1)
    return Stated((FIRST.read(case.shapes[0]),), [layer("dense", case.args, "in_features")], FIRST)


def bilinear(case: Case) -> Stated:
    """Two vectors."""
    operands = list(NAMES[:2])
    inputs = tuple(LAST.read(shape) for shape in case.shapes)
    drop = ("in1_features", "in2_features")
    return Stated(inputs, [layer("bilinear", case.args, *drop, **{"from": operands})])


def embedding(case: Case) -> Stated:
    """Token ids on any axes; the features come last."""
    return embedded(case, layer("embedding", case.args), case.args["embedding_dim"])


def embedding_bag(case: Case) -> Stated:
    """An embedding, reduced over the tokens: by their mean if nothing else is said."""
    _, tokens = case.shapes[0]
    given = layer("embedding", case.args, mode=case.args.get("mode", "mean"))
    return Stated(({"tokens": tokens},), [given])


def activation(case: Case) -> Stated:
    """The module by our name."""
    return through(case, {ACTIVATIONS[case.cls]: {}})


def softmax(case: Case) -> Stated:
    """Over the channels, wherever they are."""
    kind = "log_softmax" if case.cls == "LogSoftmax" else "softmax"
    axes = len(case.shapes[0]) - 1
    return through(case, {kind: {"axis": FIRST.name(case.args["dim"] - 1, axes)}})


def dropout(case: Case) -> Stated:
    """At inference nothing happens; the rate counts nothing."""
    return through(case, layer(DROPOUTS[case.cls], {}, rate=case.args.get("p")))


def glu(case: Case) -> Stated:
    """Halves the axis `dim`, the last unless given."""
    rank = len(case.shapes[0])
    dim = case.args.get("dim", -1) % rank
    if dim == 0:
        raise Unstated("touches the batch axis")
    name = "channels" if dim == 1 else FIRST.name(dim - 1, rank - 1)
    return through(case, {"glu": {"axis": name}})


def prelu(case: Case) -> Stated:
    """One slope in all, or one for each channel."""
    slopes, shape = case.args.get("num_parameters", 1), case.shapes[0]
    rank = len(shape) - 1
    if slopes not in (1, shape[1]):
        raise Unstated("contradicts its input")
    spatial = list({1: "", 2: "l", 3: "hw", 4: "dhw"}[rank])
    return through(case, {"prelu": {"shared": spatial if slopes == shape[1] else ["c", *spatial]}})


TABLE: dict[str, Statement] = {
    "Linear": linear,
    "Bilinear": bilinear,
    "Embedding": embedding,
    "EmbeddingBag": embedding_bag,
    "GLU": glu,
    "PReLU": prelu,
    "Softmax": softmax,
    "LogSoftmax": softmax,
    **dict.fromkeys(ACTIVATIONS, activation),
    **dict.fromkeys(DROPOUTS, dropout),
}
