"""Boxes that YOLO's tensors of offsets stand for: arithmetic in double precision by PyTorch."""

from __future__ import annotations

from typing import Any

import torch

from tests.formulas.boxes import Draws

from .recording import head

NOTE = (
    "tensor[row][column][anchor] is t_x, t_y, t_w, t_h, t_o, then a number per class; anchors are "
    "[p_w, p_h]. boxes, in the same order: x and y (the centre), width, height, score, class. "
    "x = (sigmoid(t_x) + column) × stride, width = p_w × exp(t_w). v2 (Redmon & Farhadi 2016, "
    "arXiv:1612.08242): anchors in cells, so widths are × stride too; class probabilities by "
    "softmax. v3 (2018, arXiv:1804.02767): anchors in pixels; class probabilities by sigmoid. "
    "Score = sigmoid(t_o) × the largest class probability, of several equal ones the first"
)
GRID, ANCHORS, CLASSES, STRIDE = 3, 2, 3, 32
PRIORS = {"v2": [[1.25, 1.625], [3.75, 2.875]], "v3": [[10.0, 13.0], [116.0, 90.0]]}


def answers() -> dict[str, Any]:
    """One tensor for each version."""
    found = {}
    for version, seed in (("v2", 2), ("v3", 3)):
        draws = Draws(seed)
        shape = (GRID, GRID, ANCHORS, 5 + CLASSES)
        flat = [
            draws.between(-400, 400) / 100 for _ in range(GRID * GRID * ANCHORS * (5 + CLASSES))
        ]
        tensor = torch.tensor(flat, dtype=torch.float64).reshape(shape)
        found[version] = {
            "stride": STRIDE, "anchors": PRIORS[version], "tensor": tensor.tolist(),
            "boxes": decoded(tensor, version),
        }  # fmt: skip
    return head("yolo", NOTE, "torch") | found


def decoded(tensor: torch.Tensor, version: str) -> list[list[float]]:
    priors = torch.tensor(PRIORS[version], dtype=torch.float64)
    cells = torch.arange(GRID, dtype=torch.float64)
    unit = STRIDE if version == "v2" else 1
    x = (torch.sigmoid(tensor[..., 0]) + cells[None, :, None]) * STRIDE
    y = (torch.sigmoid(tensor[..., 1]) + cells[:, None, None]) * STRIDE
    width = priors[:, 0] * torch.exp(tensor[..., 2]) * unit
    height = priors[:, 1] * torch.exp(tensor[..., 3]) * unit
    logits = tensor[..., 5:]
    chances = torch.softmax(logits, -1) if version == "v2" else torch.sigmoid(logits)
    best, name = chances.max(-1)
    score = torch.sigmoid(tensor[..., 4]) * best
    rows = torch.stack([x, y, width, height, score], -1).reshape(-1, 5).tolist()
    return [[*row, label] for row, label in zip(rows, name.flatten().tolist(), strict=True)]
