"""Keras' dense layers, embeddings, activations and noise."""

from __future__ import annotations

from ..cases import Case
from ..stating import LAST, Stated, Statement, Unstated, embedded, layer
from .views import through

ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "silu": "silu", "swish": "silu", "mish": "mish",
    "sigmoid": "sigmoid", "hard_sigmoid": "hard_sigmoid", "hard_silu": "hard_swish",
    "hard_swish": "hard_swish", "hard_tanh": "hard_tanh", "tanh": "tanh", "softmax": "softmax",
    "log_softmax": "log_softmax", "log_sigmoid": "log_sigmoid", "softplus": "softplus",
    "softsign": "softsign", "exponential": "exponential", "linear": "identity",
    "glu": "glu", "hard_shrink": "hard_shrink", "soft_shrink": "soft_shrink",
    "tanh_shrink": "tanh_shrink", "squareplus": "squareplus", "sparse_plus": "sparse_plus",
    "sparsemax": "sparsemax", "sparse_sigmoid": "sparse_sigmoid", "threshold": "threshold",
}  # fmt: skip
"""What `Activation(…)` takes, and our kind."""


def dense(case: Case) -> Stated:
    """On a vector, or on the channels of every position."""
    return through(case, layer("dense", case.args))


def embedding(case: Case) -> Stated:
    """Token ids on any axes."""
    entry = layer("embedding", case.args, "mask_zero")
    return embedded(case, entry, case.args["output_dim"])


def activation(case: Case) -> Stated:
    """A function by its name."""
    return through(case, {ACTIVATIONS[case.args["activation"]]: {}})


def softmax(case: Case) -> Stated:
    """Over the channels unless `axis` says otherwise; that changes no number but the work."""
    if case.args.get("axis", -1) != -1:
        raise Unstated("softmax over another axis")
    return through(case, {"softmax": {}})


def rescaling(case: Case) -> Stated:
    """By two numbers."""
    return through(case, layer("rescaling", case.args))


def prelu(case: Case) -> Stated:
    """One slope for each element, but for the axes that share theirs."""
    rank = len(case.shapes[0]) - 1
    shared = case.args.get("shared_axes") or []
    if rank > 4:
        raise Unstated("more than three spatial axes")
    names = [LAST.name(i - 1, rank) if rank > 1 else "c" for i in shared]
    return through(case, layer("prelu", {}, shared=names))


def same(kind: str) -> Statement:
    """A layer of ours with no arguments but `rate`."""

    def state(case: Case) -> Stated:
        return through(case, layer(kind, {}, rate=case.args.get("rate")))

    return state


TABLE: dict[str, Statement] = {
    "Dense": dense,
    "Embedding": embedding,
    "Activation": activation,
    "Softmax": softmax,
    "PReLU": prelu,
    "ReLU": same("relu"),
    "LeakyReLU": same("leaky_relu"),
    "ELU": same("elu"),
    "Identity": same("identity"),
    "Dropout": same("dropout"),
    "SpatialDropout1D": same("spatial_dropout"),
    "SpatialDropout2D": same("spatial_dropout"),
    "SpatialDropout3D": same("spatial_dropout"),
    "AlphaDropout": same("alpha_dropout"),
    "GaussianDropout": same("gaussian_dropout"),
    "GaussianNoise": same("gaussian_noise"),
    "Rescaling": rescaling,
}
