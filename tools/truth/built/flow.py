"""Optical flow: RAFT of torchvision, which takes two images."""

from __future__ import annotations

import torch
from torch import nn
from torchvision.models import optical_flow


class OneByOne(nn.Module):
    """An encoder that reads the images of a batch one after the other."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """The maps of all images."""
        return torch.cat([self.encoder(image) for image in images.split(1)])


class Pair(nn.Module):
    """A model of two images, called with one that is both."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: torch.Tensor) -> list[torch.Tensor]:
        """The flow after every step."""
        return self.model(image, image)


def raft_small() -> nn.Module:
    """Twelve steps."""
    model = optical_flow.raft_small()
    model.feature_encoder = OneByOne(model.feature_encoder)
    return Pair(model)
