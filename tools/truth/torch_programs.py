"""Small networks and some of torchvision as `torch.export` saves them, with PyTorch's own facts of each.

`python -m tools.truth programs` writes tests/importers/data/torch.json.gz: by name the JSON of the program
and the list of its weights, without the places in the code that PyTorch notes; how many numbers the module
learns and keeps (counters of steps are none); the multiply-accumulates that its FlopCounterMode counts; the
shapes that go out; and each convolution and linear layer that a hook saw, with its shape and its own.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC = (
    "resnet18", "googlenet", "mobilenet_v3_small", "shufflenet_v2_x0_5", "densenet121", "convnext_tiny",
    "swin_t", "vit_b_32", "regnet_y_400mf", "inception_v3",
)  # fmt: skip
"""Networks of torchvision; the two with auxiliary heads have them."""


class Functional(nn.Module):
    """Calls that are no modules, in place and not, and a summand and a factor that are learnt."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.gain = nn.Parameter(torch.ones(8, 1, 1))
        self.shift = nn.Parameter(torch.zeros(1, 8, 1, 1))
        self.register_buffer("mean", torch.zeros(1, 3, 1, 1))

    def forward(self, x: Any) -> Any:
        x = self.conv(x - self.mean).relu_()
        x = x * self.gain + self.shift
        x += 1
        x = functional.interpolate(functional.pad(x, (1, 2, 0, 1)), size=(20, 24), mode="bilinear")
        x = torch.cat([x[:, ::2], functional.avg_pool2d(x, 3, 1, 1)], 1).clamp(0, 6)
        return functional.adaptive_max_pool2d(x, (3, 2)).flatten(1).mean(1, keepdim=True)


class Tied(nn.Module):
    """An embedding whose table is the last layer's weight, and a layer that is called twice."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50, 16)
        self.mix = nn.Linear(16, 16)
        self.head = nn.Linear(16, 50, bias=False)
        self.head.weight = self.table.weight

    def forward(self, x: Any) -> Any:
        x = self.table(x)
        return self.head(self.mix(functional.gelu(self.mix(x))))


class Heads(nn.Module):
    """A head that is asked in training only, a dropout, and a layer that nothing calls."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True))
        self.aux = nn.Sequential(nn.Flatten(), nn.Linear(4 * 36, 10), nn.BatchNorm1d(10))
        self.spare = nn.Parameter(torch.zeros(7))
        self.drop = nn.Dropout(0.4)
        self.fc = nn.Linear(4, 10)

    def forward(self, x: Any) -> Any:
        x = self.stem(x)
        out = self.fc(self.drop(functional.adaptive_avg_pool2d(x, 1).flatten(1)))
        return (out, self.aux(x)) if self.training else out


class Attends(nn.Module):
    """nn.MultiheadAttention with itself and with others, and attention that is written out."""

    def __init__(self) -> None:
        super().__init__()
        self.cls = nn.Parameter(torch.zeros(1, 1, 16))
        self.place = nn.Parameter(torch.zeros(1, 10, 16))
        self.norm = nn.LayerNorm(16)
        self.own = nn.MultiheadAttention(16, 4, batch_first=True)
        self.other = nn.MultiheadAttention(16, 2, batch_first=True, kdim=8, vdim=8)
        self.qkv = nn.Linear(16, 48)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)

    def forward(self, x: Any, y: Any) -> Any:
        x = torch.cat([self.cls.expand(x.shape[0], -1, -1), x], 1) + self.place
        x = x + self.own(self.norm(x), self.norm(x), self.norm(x), need_weights=False)[0]
        x = self.other(x, y, y)[0]
        q, k, v = self.qkv(x).reshape(x.shape[0], 10, 3, 2, 8).permute(2, 0, 3, 1, 4).unbind(0)
        x = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        return self.layer(x)[:, 0]


class Products(nn.Module):
    """Products that are no layers: einsum, matmul with learnt and with other operands, a bilinear one."""

    def __init__(self) -> None:
        super().__init__()
        self.proj = nn.Parameter(torch.zeros(12, 5))
        self.core = nn.Parameter(torch.zeros(4, 6, 6))

    def forward(self, x: Any) -> Any:
        scores = torch.einsum("bchw,kcd->bkdhw", x, self.core)
        y = scores.flatten(2).transpose(1, 2) @ scores.flatten(2)
        return y.flatten(1)[:, :12] @ self.proj


class Windows(nn.Module):
    """Windows of all kinds: transposed, `same`, dilated, ceil, one axis and three."""

    def __init__(self) -> None:
        super().__init__()
        self.line = nn.Conv1d(4, 6, 4, padding="same", dilation=2)
        self.up = nn.ConvTranspose2d(6, 4, 3, 2, 1, output_padding=1)
        self.group = nn.Conv2d(4, 8, (3, 1), stride=2, groups=2, padding_mode="circular", padding=1)
        self.depth = nn.Conv2d(8, 16, 3, groups=8)
        self.cube = nn.Conv3d(1, 2, 3, padding=1)
        self.slope = nn.PReLU(2)

    def forward(self, x: Any) -> Any:
        x = self.line(x.flatten(2)).unflatten(2, (16, 16))
        x = functional.max_pool2d(self.group(self.up(x)), 3, 2, 1, ceil_mode=True)
        x = functional.pixel_shuffle(self.depth(x), 2)
        x = self.slope(self.cube(x.unsqueeze(1)))
        return functional.max_pool3d(x, 2)


class Norms(nn.Module):
    """Norms, with what they learn and without; weights that are computed of others."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 8, 3))
        self.group = nn.GroupNorm(2, 8)
        self.each = nn.InstanceNorm2d(8, affine=True)
        self.plain = nn.InstanceNorm2d(8)
        self.bare = nn.LayerNorm(6, elementwise_affine=False)
        self.root = nn.RMSNorm(6)
        self.batch = nn.BatchNorm2d(8, affine=False)

    def forward(self, x: Any) -> Any:
        x = self.plain(self.each(self.group(self.conv(x))))
        return functional.local_response_norm(self.batch(self.root(self.bare(x))), 3)


class Recurrent(nn.Module):
    """Recurrent layers: two deep and both ways, without biases, and a last state that is read."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 5, num_layers=2, bidirectional=True, batch_first=True)
        self.gru = nn.GRU(10, 7, bias=False)
        self.rnn = nn.RNN(7, 3)
        self.fc = nn.Linear(3, 2)

    def forward(self, x: Any) -> Any:
        x, _ = self.lstm(x)
        x, _ = self.gru(x.transpose(0, 1))
        _, state = self.rnn(x)
        return self.fc(state[-1])


class Writes(nn.Module):
    """What is written into a part of a tensor that is read on, windows of seven axes, an unknown operator."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv3d(2, 4, 1)
        self.fc = nn.Linear(4, 4)

    def forward(self, x: Any) -> Any:
        x = self.conv(x)
        y = x.view(1, 4, 2, 2, 2, 2, 2, 2).permute(0, 2, 4, 6, 3, 5, 7, 1).reshape(8, 8, 4)
        y = self.fc(y)
        y[:, 1:] += 1
        mask = torch.zeros(8, 8, 1)
        mask[:4] = 1
        y = torch.cumsum(y * mask, 1).roll(1, 0)
        return torch.fft.rfft(y.reshape(1, -1)).abs()


class Twice(nn.Module):
    """Two inputs, and two outputs by name."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3, 2, 1), nn.Conv2d(1, 4, 3, 2, 1)
        self.low, self.high = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 5, 1)

    def forward(self, image: Any, depth: Any) -> Any:
        x = torch.relu(self.a(image)) + torch.sigmoid(self.b(depth))
        return {"low": self.low(x), "high": functional.interpolate(self.high(x), scale_factor=2)}


OWN: dict[str, tuple[type[nn.Module], list[tuple[int, ...]]]] = {
    "functional": (Functional, [(3, 16, 18)]),
    "tied": (Tied, [(9,)]),
    "heads": (Heads, [(1, 8, 8)]),
    "attends": (Attends, [(9, 16), (5, 8)]),
    "products": (Products, [(6, 3, 2)]),
    "windows": (Windows, [(4, 16, 16)]),
    "norms": (Norms, [(3, 8, 8)]),
    "recurrent": (Recurrent, [(11, 6)]),
    "writes": (Writes, [(2, 4, 4, 4)]),
    "twice": (Twice, [(3, 12, 12), (1, 12, 12)]),
}


def ask() -> dict[str, Any]:
    """All networks, by name; an open batch is that of `resnet18.open`."""
    return {name: _facts(*case) for name, case in _cases()}


def _cases() -> Iterator[tuple[str, tuple[nn.Module, list[Any], bool]]]:
    from torchvision import models

    for name, (cls, shapes) in OWN.items():
        whole = cls is Tied
        inputs = [torch.zeros(1, *s, dtype=torch.int64 if whole else torch.float32) for s in shapes]
        yield name, (cls(), inputs, False)
    for name in PUBLIC:
        side = 299 if name == "inception_v3" else 224
        said = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        made = models.get_model(name, weights=None, **said)
        yield name, (made, [torch.zeros(1, 3, side, side)], False)
    yield "resnet18.open", (models.resnet18(), [torch.zeros(2, 3, 64, 64)], True)
    yield "swin_t.open", (models.swin_t(), [torch.zeros(2, 3, 224, 224)], True)


def _facts(module: nn.Module, inputs: list[Any], is_open: bool) -> dict[str, Any]:
    module.eval()
    batch = torch.export.Dim("batch")
    shapes = tuple({0: batch} for _ in inputs) if is_open else None
    exported = torch.export.export(module, tuple(inputs), dynamic_shapes=shapes)
    file = io.BytesIO()
    torch.export.save(exported, file)
    program, weights = _texts(file)
    one = [x[:1] for x in inputs]
    layers, outputs = _run(module, one)
    counter = FlopCounterMode(display=False)
    # In evaluation, modules take ways that the counter does not know; what is exported does not.
    with torch.no_grad(), counter:
        exported.module()(*(inputs if not is_open else one))
    macs = counter.get_total_flops() // 2
    return {
        "program": program,
        "weights": weights,
        "params": sum(p.numel() for p in module.parameters()),
        "buffers": sum(b.numel() for n, b in module.named_buffers() if "num_batches" not in n),
        "macs": macs,
        "outputs": outputs,
        "layers": layers,
    }


def _run(module: nn.Module, inputs: list[Any]) -> tuple[list[Any], list[list[int]]]:
    layers: list[Any] = []

    def note(name: str) -> Any:
        def hook(part: Any, given: Any, out: Any) -> None:
            if isinstance(part, nn.Linear):
                macs = out.numel() * part.in_features
            elif isinstance(part, (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)):
                macs = given[0].numel() * part.weight[0].numel()
            else:
                macs = out.numel() * part.weight[0].numel()
            layers.append([name, list(out.shape[1:]), macs])

        return hook

    kinds = (nn.Linear, nn.modules.conv._ConvNd)  # noqa: SLF001 - what all convolutions are
    for name, part in module.named_modules():
        if isinstance(part, kinds):
            part.register_forward_hook(note(name))
    with torch.no_grad():
        found = module(*inputs)
    several = (
        [found]
        if isinstance(found, torch.Tensor)
        else list(getattr(found, "values", lambda: found)())
    )
    return layers, [list(out.shape[1:]) for out in several]


def _texts(file: io.BytesIO) -> tuple[Any, Any]:
    """The program and the list of weights, without notes about the code that made them."""
    with zipfile.ZipFile(file) as archive:
        found = {}
        for name in archive.namelist():
            if name.endswith(("models/model.json", "model_weights_config.json")):
                found[name.rpartition("/")[2]] = json.loads(archive.read(name))
    program = found["model.json"]
    for node in program["graph_module"]["graph"]["nodes"]:
        node["metadata"] = {"nn_module_stack": node["metadata"].get("nn_module_stack", "")}
    program["guards_code"] = []
    program["graph_module"]["module_call_graph"] = []
    return program, found["model_weights_config.json"]
