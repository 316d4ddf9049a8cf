"""Activations in double precision: PyTorch, Keras on JAX, and 60 digits rounded once."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_ENABLE_X64"] = "1"

from collections.abc import Callable, Sequence
from typing import Any

import keras
import mpmath
import numpy as np
import torch
from torch.nn import functional

from .recording import finite, head, rounded

mpmath.mp.dps = 60

NOTE = (
    "values[function][package][i] belongs to grid[i]; softmax[package][i] to vectors[i], of which the "
    "last has 1,000 entries ((37 i) mod 1000) / 50 - 10. exact is computed with 60 digits and "
    "rounded once. null: not_finite says what the package gave instead. keras is Keras on JAX, which "
    "computes tanh in single precision whatever it is given, and takes subnormals as 0"
)
MAGNITUDES = (0.0, 5e-324, 1e-310, 1e-300, 1e-20, 1e-8, 0.1, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 6.0,
              8.0, 10.0, 20.0, 30.0, 36.0, 37.0, 38.0, 38.5, 40.0, 88.0, 89.0, 100.0, 700.0, 709.0, 710.0,
              744.0, 745.0, 746.0, 1e3, 1e4, 1e10, 1e102, 1e103, 1e154, 1e200, 1e308)  # fmt: skip
GRID = sorted({*MAGNITUDES, *(-value for value in MAGNITUDES[1:])})
GRID.insert(GRID.index(0.0), -0.0)

VECTORS: list[list[float]] = [
    [0.0], [1e308], [-1e308], [1.0, 2.0, 3.0], [-1.0, -2.0, -3.0], [5.0] * 4, [1e308, -1e308],
    [1e308, 1e308, -1e308], [-1e308, -1e308], [1e308, 0.0, -1e308], [1000.0, 1001.0, 1002.0],
    [0.0, -745.0, -746.0], [0.0, -710.0], [710.0, 0.0], [0.1, 0.2], [-0.0, 0.0], [1e-300, -1e-300],
    [1e16, 1e16 + 2], [((37 * i) % 1000) / 50 - 10 for i in range(1000)],
]  # fmt: skip

Values = Callable[[Any], Any]
SELU = (
    mpmath.mpf("1.6732632423543772848170429916717"),
    mpmath.mpf("1.0507009873554804934193349852946"),
)
"""α and λ of Klambauer et al. 2017."""

TORCH: dict[str, Values] = {
    "relu": functional.relu,
    "leaky-relu 0.01": lambda x: functional.leaky_relu(x, 0.01),
    "leaky-relu 0.2": lambda x: functional.leaky_relu(x, 0.2),
    "leaky-relu 0.3": lambda x: functional.leaky_relu(x, 0.3),
    "elu 1": functional.elu,
    "elu 0.5": lambda x: functional.elu(x, 0.5),
    "selu": functional.selu,
    "gelu": functional.gelu,
    "gelu tanh": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}
KERAS: dict[str, Values] = {
    "relu": keras.activations.relu,
    "leaky-relu 0.01": lambda x: keras.activations.leaky_relu(x, 0.01),
    "leaky-relu 0.2": keras.activations.leaky_relu,
    "leaky-relu 0.3": lambda x: keras.activations.leaky_relu(x, 0.3),
    "elu 1": keras.activations.elu,
    "elu 0.5": lambda x: keras.activations.elu(x, 0.5),
    "selu": keras.activations.selu,
    "gelu": keras.activations.gelu,
    "gelu tanh": lambda x: keras.activations.gelu(x, approximate=True),
    "silu": keras.activations.silu,
    "sigmoid": keras.activations.sigmoid,
    "tanh": keras.activations.tanh,
}


def leaky(x: Any, slope: float) -> Any:
    return x if x > 0 else slope * x


def elu(x: Any, alpha: Any) -> Any:
    return x if x > 0 else alpha * mpmath.expm1(x)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x)) if x >= 0 else mpmath.exp(x) / (1 + mpmath.exp(x))


def tanh(x: Any) -> Any:
    # Beyond 200 the difference from 1 has more zeros than digits are kept.
    return mpmath.sign(x) if abs(x) > 200 else mpmath.tanh(x)


def upper(x: Any) -> Any:
    """1 + tanh(x), without cancellation for negative x."""
    return 2 * sigmoid(2 * x)


def normal(x: Any) -> Any:
    """The standard normal distribution; the density has underflowed long before 1e10."""
    if abs(x) > 1e10:
        return mpmath.mpf(x > 0)
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


EXACT: dict[str, Values] = {
    "relu": lambda x: max(x, 0),
    "leaky-relu 0.01": lambda x: leaky(x, 0.01),
    "leaky-relu 0.2": lambda x: leaky(x, 0.2),
    "leaky-relu 0.3": lambda x: leaky(x, 0.3),
    "elu 1": lambda x: elu(x, 1),
    "elu 0.5": lambda x: elu(x, 0.5),
    "selu": lambda x: SELU[1] * elu(x, SELU[0]),
    "gelu": lambda x: x * normal(x),
    "gelu tanh": lambda x: x / 2 * upper(mpmath.sqrt(2 / mpmath.pi) * (x + 0.044715 * x**3)),
    "silu": lambda x: x * sigmoid(x),
    "sigmoid": sigmoid,
    "tanh": tanh,
}


def softmax(values: Sequence[float]) -> list[float | None]:
    largest = max(values)
    weights = [mpmath.exp(mpmath.mpf(value) - largest) for value in values]
    total = mpmath.fsum(weights)
    return [rounded(lambda weight=weight: weight / total) for weight in weights]


def answers() -> dict[str, Any]:
    """Every function on the grid, softmax on vectors."""
    kept: list[dict[str, Any]] = []
    grid = torch.tensor(GRID, dtype=torch.float64)
    values = {}
    for name, function in TORCH.items():
        given = {
            "torch": function(grid).tolist(),
            "keras": np.asarray(KERAS[name](np.array(GRID))).tolist(),
        }
        exact = [rounded(lambda x=x, name=name: EXACT[name](mpmath.mpf(x))) for x in GRID]
        values[name] = {"exact": exact} | {
            package: clean(kept, package, name, GRID, row) for package, row in given.items()
        }
    soft: dict[str, Any] = {
        "exact": [softmax(vector) for vector in VECTORS],
        "torch": [],
        "keras": [],
    }
    for vector in VECTORS:
        row = functional.softmax(torch.tensor(vector, dtype=torch.float64), dim=0).tolist()
        soft["torch"].append(clean(kept, "torch", "softmax", vector, row))
        row = np.asarray(keras.activations.softmax(np.array([vector])))[0].tolist()
        soft["keras"].append(clean(kept, "keras", "softmax", vector, row))
    packages = ("torch", "keras", "jax", "mpmath")
    return head("activations", NOTE, *packages) | {
        "grid": GRID, "vectors": [*VECTORS[:-1], None], "values": values, "softmax": soft,
        "not_finite": kept,
    }  # fmt: skip


def clean(
    kept: list[dict[str, Any]],
    package: str,
    name: str,
    inputs: Sequence[float],
    row: Sequence[float],
) -> list[float | None]:
    """The row with None for what is not finite, which is listed by its input."""
    for x, value in zip(inputs, row, strict=True):
        if finite(value) is None:
            kept.append({"function": name, "package": package, "input": x, "gave": str(value)})
    return [finite(value) for value in row]
