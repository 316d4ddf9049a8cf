"""Networks that go down and up again: stacked hourglasses and Wave-U-Net."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional


class Residual(nn.Module):
    """Three convolutions, each behind a norm and an activation, beside the input."""

    def __init__(self, channels: int, filters: int) -> None:
        super().__init__()
        half = filters // 2
        layers: list[nn.Module] = []
        for given, made, kernel in ((channels, half, 1), (half, half, 3), (half, filters, 1)):
            convolution = nn.Conv2d(given, made, kernel, padding=kernel // 2)
            layers += [nn.BatchNorm2d(given), nn.ReLU(), convolution]
        self.main = nn.Sequential(*layers)
        self.beside = nn.Conv2d(channels, filters, 1) if channels != filters else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Channels become filters."""
        return self.main(x) + self.beside(x)


class Hourglass(nn.Module):
    """Half the size, another hourglass or a residual, and back."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.beside = Residual(256, 256)
        inner = Hourglass(depth - 1) if depth > 1 else Residual(256, 256)
        self.within = nn.Sequential(nn.MaxPool2d(2), Residual(256, 256), inner, Residual(256, 256))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The shape of x."""
        return self.beside(x) + functional.interpolate(self.within(x), scale_factor=2)


class Hourglasses(nn.Module):
    """So many of them; all but the last hand on what they have found."""

    def __init__(self, stacks: int) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 64, 7, stride=2, padding=3), nn.BatchNorm2d(64), nn.ReLU(),
            Residual(64, 128), nn.MaxPool2d(2), Residual(128, 256), Residual(256, 256),
        )  # fmt: skip
        self.found = nn.ModuleList(
            nn.Sequential(Hourglass(4), Residual(256, 256), nn.Conv2d(256, 256, 1),
                          nn.BatchNorm2d(256), nn.ReLU())
            for _ in range(stacks)
        )  # fmt: skip
        self.score = nn.ModuleList(nn.Conv2d(256, 16, 1) for _ in range(stacks))
        self.more = nn.ModuleList(nn.Conv2d(256, 256, 1) for _ in range(stacks - 1))
        self.scored = nn.ModuleList(nn.Conv2d(16, 256, 1) for _ in range(stacks - 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The heatmaps of the last."""
        x = self.stem(x)
        for index, (found, score) in enumerate(zip(self.found, self.score, strict=True)):
            features = found(x)
            heatmaps = score(features)
            if index < len(self.more):
                x = x + self.more[index](features) + self.scored[index](heatmaps)
        return heatmaps


class WaveUNet(nn.Module):
    """M4: valid convolutions, every second sample, and linear interpolation between samples."""

    def __init__(self, levels: int = 12, filters: int = 24) -> None:
        super().__init__()
        widths = [2, *(filters * (level + 1) for level in range(levels + 1))]
        self.down = nn.ModuleList(
            nn.Conv1d(given, made, 15) for given, made in pairwise(widths[:-1])
        )
        self.middle = nn.Conv1d(widths[-2], widths[-1], 15)
        self.up = nn.ModuleList(
            nn.Conv1d(made + more, made, 5)
            for made, more in zip(widths[-2:0:-1], widths[:1:-1], strict=True)
        )
        self.last = nn.Conv1d(2 + filters, 2, 1)

    def forward(self, mix: torch.Tensor) -> torch.Tensor:
        """The voice, of the samples in the middle."""
        x, skips = mix, []
        for convolution in self.down:
            x = functional.leaky_relu(convolution(x))
            skips.append(x)
            x = x[..., ::2]
        x = functional.leaky_relu(self.middle(x))
        for convolution, skip in zip(self.up, reversed(skips), strict=True):
            size = 2 * x.shape[-1] - 1
            x = functional.interpolate(x, size, mode="linear", align_corners=True)
            x = functional.leaky_relu(convolution(torch.cat([middle(skip, size), x], 1)))
        return torch.tanh(self.last(torch.cat([middle(mix, x.shape[-1]), x], 1)))


def middle(x: torch.Tensor, size: int) -> torch.Tensor:
    """So many samples in the middle."""
    return x.narrow(-1, (x.shape[-1] - size) // 2, size)
