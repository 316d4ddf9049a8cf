"""ResNets whose blocks torchvision does not have: option A for CIFAR, and CBAM."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torchvision.models import resnet


class OptionA(nn.Module):
    """A shortcut without weights: every second position, and zeros for the channels that are new."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Half the size, twice the channels."""
        more = x.shape[1] // 2
        return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, more, more))


def cifar(blocks: int) -> nn.Module:
    """The ResNet of 6 · blocks + 2 layers for images of 32×32."""
    layers: list[nn.Module] = [nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)]
    layers.append(nn.ReLU())
    channels = 16
    for filters in (16, 32, 64):
        for _ in range(blocks):
            wider = filters != channels
            block = resnet.BasicBlock(channels, filters, 1 + wider, OptionA() if wider else None)
            layers.append(block)
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


class Cbam(nn.Module):
    """Attention over channels by one perceptron for mean and maximum, then over positions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        hidden = channels // 16
        self.perceptron = nn.Sequential(
            nn.Flatten(), nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, channels)
        )
        self.position = nn.Sequential(
            nn.Conv2d(2, 1, 7, padding=3, bias=False), nn.BatchNorm2d(1), nn.Sigmoid()
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The map, weighted twice."""
        mean = self.perceptron(functional.adaptive_avg_pool2d(x, 1))
        largest = self.perceptron(functional.adaptive_max_pool2d(x, 1))
        x = x * (mean + largest).sigmoid()[:, :, None, None]
        both = torch.cat([x.amax(1, keepdim=True), x.mean(1, keepdim=True)], 1)
        return x * self.position(both)


class CbamBottleneck(resnet.Bottleneck):
    """A bottleneck with both attentions before the sum."""

    def __init__(self, inplanes: int, planes: int, *rest: Any, **more: Any) -> None:
        super().__init__(inplanes, planes, *rest, **more)
        self.bn3 = nn.Sequential(self.bn3, Cbam(4 * planes))


def cbam(blocks: tuple[int, ...]) -> nn.Module:
    """A ResNet of so many of these bottlenecks in each stage."""
    return resnet.ResNet(CbamBottleneck, list(blocks))
