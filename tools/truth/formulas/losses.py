"""Losses and costs on small tensors: PyTorch in double precision, and fractions rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import torch
from torch.nn import functional

from tests.formulas.boxes import Draws

from .recording import head

mpmath.mp.dps = 60

NOTE = (
    "triplet: squared is max(d(A,P) - d(A,N) + margin, 0) with d the squared Euclidean distance, "
    "euclidean with its root, l1 with the sum of differences; torch is TripletMarginLoss, whose d is "
    "the Euclidean norm of A - P + 1e-6 (torch_l1: p=1). contrastive, y = 1 for alike: plain is "
    "y d² + (1-y) max(margin - d, 0)², hadsell half of it (Hadsell, Chopra & LeCun 2006, whose Y "
    "is 1 for unlike). distances: torch_pairwise is pairwise_distance, which adds 1e-6 to every "
    "difference; torch_norm and torch_cosine are vector_norm and cosine_similarity; cosine is the "
    "similarity, 1 minus it the distance. style: arrays are [row][column][channel]; gram[k][k'] = "
    "sum over positions of a[k] a[k']; content = 1/2 sum (a(C) - a(G))²; style = sum (G(S) - G(G))² "
    "/ (2 n_H n_W n_C)². All but torch's from fractions, rounded once"
)

Vector = list[float]


def answers() -> dict[str, Any]:
    """Each of the four groups."""
    draws = Draws(4)
    found = {
        "triplet": [triplet(draws, size, margin)
                    for size in (1, 2, 3, 8, 128) for margin in (0.01, 0.2, 1.0, 5.0)],
        "contrastive": [contrastive(draws, size, margin, alike)
                        for size in (1, 2, 8) for margin in (0.5, 1.0, 4.0) for alike in (0, 1)],
        "distances": [distances(draws, size) for size in (1, 2, 3, 8, 64) for _ in range(2)],
        "style": [style(draws, shape) for shape in ((1, 1, 1), (2, 2, 2), (3, 4, 2), (4, 3, 5))
                  for _ in range(2)],
    }  # fmt: skip
    return head("losses", NOTE, "torch", "mpmath") | {"seed": 4} | found


def vector(draws: Draws, size: int) -> Vector:
    return [draws.between(-300, 300) / 100 for _ in range(size)]


def squared(a: Vector, b: Vector) -> Fraction:
    return sum(((Fraction(x) - Fraction(y)) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


def first(a: Vector, b: Vector) -> Fraction:
    return sum((abs(Fraction(x) - Fraction(y)) for x, y in zip(a, b, strict=True)), Fraction(0))


def real(value: Fraction | float) -> Any:
    value = Fraction(value)
    return mpmath.mpf(value.numerator) / value.denominator


def root(value: Fraction) -> Any:
    return mpmath.sqrt(real(value))


def tensor(values: Any) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64)


def triplet(draws: Draws, size: int, margin: float) -> dict[str, Any]:
    a = vector(draws, size)
    p, n = ([x + draws.between(-50, 50) / 100 for x in a] for _ in range(2))
    given = [tensor(values)[None] for values in (a, p, n)]
    asked = {
        name: functional.triplet_margin_loss(*given, margin=margin, p=order).item()
        for name, order in (("torch", 2.0), ("torch_l1", 1.0))
    }
    gap = {
        "squared": real(squared(a, p) - squared(a, n)),
        "euclidean": root(squared(a, p)) - root(squared(a, n)),
        "l1": real(first(a, p) - first(a, n)),
    }
    ours = {name: float(max(value + real(margin), 0)) for name, value in gap.items()}
    return {"anchor": a, "positive": p, "negative": n, "margin": margin} | ours | asked


def contrastive(draws: Draws, size: int, margin: float, alike: int) -> dict[str, Any]:
    a = vector(draws, size)
    b = [x + draws.between(-100, 100) / 100 for x in a]
    d = root(squared(a, b))
    plain = real(squared(a, b)) if alike else max(real(margin) - d, 0) ** 2
    return {"a": a, "b": b, "margin": margin, "alike": alike, "distance": float(d),
            "plain": float(plain), "hadsell": float(plain / 2)}  # fmt: skip


def distances(draws: Draws, size: int) -> dict[str, Any]:
    a, b = vector(draws, size), vector(draws, size)
    x, y = tensor(a), tensor(b)
    zero, dot = [0.0] * size, sum(Fraction(p) * Fraction(q) for p, q in zip(a, b, strict=True))
    cosine = real(dot) / (root(squared(a, zero)) * root(squared(b, zero)))
    return {
        "a": a, "b": b, "euclidean": float(root(squared(a, b))), "squared": float(squared(a, b)),
        "l1": float(first(a, b)), "cosine": float(cosine),
        "torch_norm": torch.linalg.vector_norm(x - y).item(),
        "torch_pairwise": functional.pairwise_distance(x, y).item(),
        "torch_cosine": functional.cosine_similarity(x, y, dim=0).item(),
    }  # fmt: skip


def gram(values: list[list[Vector]]) -> list[list[Fraction]]:
    flat = [[Fraction(value) for value in pixel] for row in values for pixel in row]
    channels = range(len(flat[0]))
    return [[sum((p[k] * p[m] for p in flat), Fraction(0)) for m in channels] for k in channels]


def style(draws: Draws, shape: tuple[int, int, int]) -> dict[str, Any]:
    """The same pair of activations as content and generated image, and as style and generated."""
    rows, columns, channels = shape
    one, two = ([[vector(draws, channels) for _ in range(columns)] for _ in range(rows)]
                for _ in range(2))  # fmt: skip
    grams = [gram(one), gram(two)]
    content = sum(squared(p, q) for r, s in zip(one, two, strict=True)
                  for p, q in zip(r, s, strict=True)) / 2  # fmt: skip
    apart = sum(
        (x - y) ** 2 for r, s in zip(*grams, strict=True) for x, y in zip(r, s, strict=True)
    )
    x, y = tensor(one), tensor(two)
    told = [torch.einsum("ijk,ijm->km", values, values) for values in (x, y)]
    scale = 2 * rows * columns * channels
    return {
        "a": one, "generated": two, "gram": [[float(v) for v in row] for row in grams[0]],
        "content": float(content), "style": float(apart / scale**2),
        "torch_gram": told[0].tolist(), "torch_content": ((x - y) ** 2).sum().item() / 2,
        "torch_style": ((told[0] - told[1]) ** 2).sum().item() / scale**2,
    }  # fmt: skip
