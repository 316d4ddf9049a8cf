"""Small modules of PyTorch as TorchScript holds them, scripted and traced, and what PyTorch says of them.

`python -m tools.truth.torch_scripts ARCHIVE` writes a zip archive of the files, and `facts.json` with the
`params`, `macs` and `output` of each on one image of 3×32×32.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile

import torch
from torch import nn
from torch.nn import functional as f
from torch.utils.flop_counter import FlopCounterMode

_DATE = (2026, 1, 1, 0, 0, 0)


def _unit(channels: int, filters: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(channels, filters, 3, stride, 1, bias=False),
        nn.BatchNorm2d(filters),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """A sum in place, a layer that two calls share, and a pool that rounds up."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _unit(3, 8, 2)
        self.body = nn.ModuleList([_unit(8, 8), _unit(8, 8)])
        self.act = nn.ReLU6()
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.head = nn.Linear(8, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(self.stem(x))
        for block in self.body:
            y = block(x)
            y += x
            x = self.act(y)
        x = f.adaptive_avg_pool2d(x, (1, 1))
        return self.head(torch.flatten(x, 1))


class Shuffled(nn.Module):
    """Halves of channels, which are shuffled; a length that is computed of what goes in."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _unit(3, 8, 4)
        self.branch = nn.Conv2d(4, 4, 3, padding=1, groups=4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        a, b = x.chunk(2, 1)
        x = torch.cat([a, self.branch(b)], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, c, h, w)
        return x.mean([2, 3])


class Decoder(nn.Module):
    """What enlarges maps, gates them and normalises them."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.Conv2d(3, 6, 3, 2, 1)
        self.up = nn.ConvTranspose2d(6, 4, 2, 2)
        self.gate = nn.Conv2d(4, 4, 1)
        self.norm = nn.GroupNorm(2, 4)
        self.act = nn.LeakyReLU(0.2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.act(self.norm(self.up(f.hardswish(self.down(x)))))
        scale = torch.sigmoid(self.gate(f.adaptive_avg_pool2d(x, 1)))
        x = f.interpolate(x * scale, scale_factor=2.0, mode="nearest")
        return f.avg_pool2d(f.pad(x, [1, 1, 1, 1]), 2)


class Dense(nn.Module):
    """Maps in a list that grows."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.steps = nn.ModuleList([nn.Conv2d(4 + 4 * n, 4, 1) for n in range(3)])
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        maps = [self.stem(x)]
        for step in self.steps:
            maps.append(torch.tanh(step(torch.cat(maps, 1))))
        return self.drop(f.softmax(torch.cat(maps, 1), dim=1))


class Mixer(nn.Module):
    """Tokens of patches, between two turns."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 8, 8)
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Linear(16, 16)
        self.act = nn.GELU()
        self.head = nn.Linear(8, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patch(x).flatten(2).transpose(1, 2)
        y = self.mix(self.norm(x).permute(0, 2, 1))
        x = x + self.act(y).permute(0, 2, 1)
        return self.head(x[:, 0])


MODULES = {
    "residual": Residual,
    "shuffled": Shuffled,
    "decoder": Decoder,
    "dense": Dense,
    "mixer": Mixer,
}


def main(archive: str) -> None:
    """Write the archive."""
    torch.manual_seed(0)
    found = {}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for name, make in MODULES.items():
            module = make().eval()
            image = torch.zeros(1, 3, 32, 32)
            with torch.no_grad(), FlopCounterMode(display=False) as counter:
                given = module(image)
            for way, script in (
                ("script", torch.jit.script(module)), ("trace", torch.jit.trace(module, image))
            ):  # fmt: skip
                stream = io.BytesIO()
                torch.jit.save(script, stream)
                place = zipfile.ZipInfo(f"{name}.{way}.pt", _DATE)
                out.writestr(place, stream.getvalue(), zipfile.ZIP_DEFLATED)
            found[name] = {
                "params": sum(parameter.numel() for parameter in module.parameters()),
                "macs": counter.get_total_flops() // 2,
                "output": list(given.shape[1:]),
            }
        place = zipfile.ZipInfo("facts.json", _DATE)
        out.writestr(place, json.dumps(found, indent=1), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main(sys.argv[1])
