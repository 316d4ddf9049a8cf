"""Networks from waveform to waveform: Demucs."""

from __future__ import annotations

import torch
from torch import nn


class Level(nn.Module):
    """Down by four, whatever is within, and up by four; the skip connection is added."""

    def __init__(
        self, given: int, channels: int, back: int, within: nn.Module, *, last: bool
    ) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.Conv1d(given, channels, 8, stride=4), nn.ReLU(),
            nn.Conv1d(channels, 2 * channels, 1), nn.GLU(1),
        )  # fmt: skip
        self.within = within
        self.up = nn.Sequential(
            nn.Conv1d(channels, 2 * channels, 3), nn.GLU(1),
            nn.ConvTranspose1d(channels, back, 8, stride=4),
            nn.Identity() if last else nn.ReLU(),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Shorter than x, by what the windows need at both ends."""
        skip = self.down(x)
        x = self.within(skip)
        start = (skip.shape[-1] - x.shape[-1]) // 2
        return self.up(x + skip[..., start : start + x.shape[-1]])  # type: ignore[no-any-return]


class Sequence(nn.Module):
    """Two layers of LSTM in both directions, and a dense layer for every step."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.lstm = nn.LSTM(channels, channels, num_layers=2, bidirectional=True, batch_first=True)
        self.linear = nn.Linear(2 * channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The shape of x."""
        steps, _ = self.lstm(x.permute(0, 2, 1))
        return self.linear(steps).permute(0, 2, 1)  # type: ignore[no-any-return]


class Demucs(nn.Module):
    """A level in a level, `depth` deep, with twice the channels in each."""

    def __init__(self, channels: int = 64, depth: int = 6, sources: int = 4) -> None:
        super().__init__()
        self.sources = sources
        widths = [channels * 2**level for level in range(depth)]
        within: nn.Module = Sequence(widths[-1])
        for level in reversed(range(depth)):
            given = widths[level - 1] if level else 2
            back = given if level else 2 * sources
            within = Level(given, widths[level], back, within, last=not level)
        self.levels = within

    def forward(self, mix: torch.Tensor) -> torch.Tensor:
        """Every source in stereo."""
        found = self.levels(mix)
        return found.reshape(len(mix), self.sources, 2, -1)  # type: ignore[no-any-return]
