"""ResNet-50 and ResNet-152 in PyTorch, as torchvision builds them."""

from __future__ import annotations

from torch import Tensor, nn

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))


class Bottleneck(nn.Module):
    """1×1, 3×3, 1×1 beside a shortcut, which is projected where the shape changes."""

    def __init__(self, channels: int, mid: int, stride: int) -> None:
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.main = nn.Sequential(
            *normed(channels, mid, 1), self.relu,
            *normed(mid, mid, 3, stride), self.relu,
            *normed(mid, 4 * mid, 1),
        )  # fmt: skip
        changes = stride != 1 or channels != 4 * mid
        self.shortcut = nn.Sequential(*normed(channels, 4 * mid, 1, stride) if changes else ())

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.main(x) + self.shortcut(x))


def normed(channels: int, filters: int, kernel: int, stride: int = 1) -> tuple[nn.Module, ...]:
    conv = nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=False)
    return conv, nn.BatchNorm2d(filters)


def resnet50() -> nn.Module:
    return resnet(STAGES)


def resnet152() -> nn.Module:
    return resnet(((64, 3), (128, 8), (256, 36), (512, 3)))


def resnet(stages: tuple[tuple[int, int], ...]) -> nn.Module:
    layers = [*normed(3, 64, 7, 2), nn.ReLU(inplace=True), nn.MaxPool2d(3, 2, 1)]
    channels = 64
    for mid, times in stages:
        for index in range(times):
            stride = 2 if index == 0 and mid > stages[0][0] else 1
            layers.append(Bottleneck(channels, mid, stride))
            channels = 4 * mid
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 1000))
