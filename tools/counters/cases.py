"""Single layers, each as it is written in a spec and as a module of PyTorch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable


class Of(nn.Module):
    """A module out of a function of its submodules and its input."""

    def __init__(self, function: Callable[..., Any], *modules: nn.Module) -> None:
        super().__init__()
        self.parts = nn.ModuleList(modules)
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x, *self.parts)


MAP, ODD, LINE, VOLUME = (16, 12, 12), (16, 11, 9), (16, 20), (8, 6, 6, 6)
TORCH = "dialect: torch\n"

# name: (shape of the input, layers of the spec, the same in PyTorch)
CASES = {
    "conv": (MAP, "conv: {filters: 8, kernel: 3}", nn.Conv2d(16, 8, 3)),
    "conv without bias": (MAP, "conv: {filters: 8, kernel: 3, stride: 2, padding: 1, bias: false}",
                          nn.Conv2d(16, 8, 3, 2, 1, bias=False)),
    "grouped conv": (MAP, "conv: {filters: 8, kernel: 3, groups: 4}", nn.Conv2d(16, 8, 3, groups=4)),
    "dilated conv": (MAP, "conv: {filters: 8, kernel: 3, dilation: 2}", nn.Conv2d(16, 8, 3, dilation=2)),
    "depthwise conv": (MAP, "depthwise_conv: {kernel: 3, multiplier: 2}", nn.Conv2d(16, 32, 3, groups=16)),
    "separable conv": (MAP, "separable_conv: {filters: 24, kernel: 3}",
                       nn.Sequential(nn.Conv2d(16, 16, 3, groups=16, bias=False), nn.Conv2d(16, 24, 1))),
    "conv along one axis": (LINE, "conv: {filters: 8, kernel: 3}", nn.Conv1d(16, 8, 3)),
    "conv along three axes": (VOLUME, "conv: {filters: 8, kernel: 3}", nn.Conv3d(8, 8, 3)),
    "conv and norm": (MAP, "conv: {filters: 8, kernel: 3, norm: batch_norm, activation: relu}",
                      nn.Sequential(nn.Conv2d(16, 8, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU())),
    "conv with bias and norm": (MAP, "conv: {filters: 8, kernel: 3, bias: true, norm: batch_norm}",
                                nn.Sequential(nn.Conv2d(16, 8, 3), nn.BatchNorm2d(8))),
    "transposed": (MAP, "conv_transpose: {filters: 8, kernel: 4, stride: 2, padding: 1}",
                   nn.ConvTranspose2d(16, 8, 4, 2, 1)),
    "transposed and norm": (MAP, "conv_transpose: {filters: 8, kernel: 2, stride: 2, norm: batch_norm}",
                            nn.Sequential(nn.ConvTranspose2d(16, 8, 2, 2, bias=False), nn.BatchNorm2d(8))),
    "grouped transposed": (MAP, "conv_transpose: {filters: 8, kernel: 4, stride: 2, padding: 1, groups: 4}",
                           nn.ConvTranspose2d(16, 8, 4, 2, 1, groups=4)),
    "transposed along three axes": (VOLUME, "conv_transpose: {filters: 4, kernel: 2, stride: 2}",
                                    nn.ConvTranspose3d(8, 4, 2, 2)),
    "dense": ((64,), "dense: 10", nn.Linear(64, 10)),
    "dense without bias": ((64,), "dense: {units: 10, bias: false}", nn.Linear(64, 10, bias=False)),
    "dense at every step": ((16, 20), "time_distributed: {layer: {dense: 10}}",
                            Of(lambda x, f: f(x.transpose(1, 2)), nn.Linear(16, 10))),
    "batch norm": (MAP, "batch_norm", nn.BatchNorm2d(16)),
    "batch norm of a vector": ((64,), "batch_norm", nn.BatchNorm1d(64)),
    "batch norm along three axes": (VOLUME, "batch_norm", nn.BatchNorm3d(8)),
    "batch norm without scale": (MAP, "batch_norm: {scale: false, center: false}",
                                 nn.BatchNorm2d(16, affine=False)),
    "layer norm": ((64,), "layer_norm", nn.LayerNorm(64)),
    "layer norm without scale": ((64,), "layer_norm: {scale: false, center: false}",
                                 nn.LayerNorm(64, elementwise_affine=False)),
    "group norm": (MAP, "group_norm: {groups: 4}", nn.GroupNorm(4, 16)),
    "group norm without scale": (MAP, "group_norm: {groups: 4, scale: false, center: false}",
                                 nn.GroupNorm(4, 16, affine=False)),
    "instance norm": (MAP, "instance_norm", nn.InstanceNorm2d(16)),
    "affine instance norm": (MAP, "instance_norm: {affine: true}", nn.InstanceNorm2d(16, affine=True)),
    "local response norm": (MAP, "local_response_norm: {size: 5}", nn.LocalResponseNorm(5)),
    "relu": (MAP, "relu", nn.ReLU()),
    "relu6": (MAP, "relu6", nn.ReLU6()),
    "leaky_relu": (MAP, "leaky_relu", nn.LeakyReLU()),
    "prelu": (MAP, "prelu: {shared: all}", nn.PReLU()),
    "prelu of channels": (MAP, "prelu: {shared: space}", nn.PReLU(16)),
    "elu": (MAP, "elu", nn.ELU()),
    "selu": (MAP, "selu", nn.SELU()),
    "celu": (MAP, "celu", nn.CELU()),
    "gelu": (MAP, "gelu", nn.GELU()),
    "silu": (MAP, "silu", nn.SiLU()),
    "mish": (MAP, "mish", nn.Mish()),
    "sigmoid": (MAP, "sigmoid", nn.Sigmoid()),
    "tanh": (MAP, "tanh", nn.Tanh()),
    "hard_sigmoid": (MAP, "hard_sigmoid", nn.Hardsigmoid()),
    "hard_swish": (MAP, "hard_swish", nn.Hardswish()),
    "hard_tanh": (MAP, "hard_tanh", nn.Hardtanh()),
    "softplus": (MAP, "softplus", nn.Softplus()),
    "softmax": ((64,), "softmax", nn.Softmax(1)),
    "log_softmax": ((64,), "log_softmax", nn.LogSoftmax(1)),
    "max pool": (MAP, "max_pool: {size: 3, stride: 2, padding: 1}", nn.MaxPool2d(3, 2, 1)),
    "max pool along one axis": (LINE, "max_pool: 2", nn.MaxPool1d(2)),
    "max pool along three axes": (VOLUME, "max_pool: 2", nn.MaxPool3d(2)),
    "average pool": (MAP, "avg_pool: 2", nn.AvgPool2d(2)),
    "average pool along one axis": (LINE, "avg_pool: 2", nn.AvgPool1d(2)),
    "average pool along three axes": (VOLUME, "avg_pool: 2", nn.AvgPool3d(2)),
    "adaptive average pool": (MAP, "adaptive_avg_pool: 6", nn.AdaptiveAvgPool2d(6)),
    "adaptive average pool of its size": (MAP, "adaptive_avg_pool: 12", nn.AdaptiveAvgPool2d(12)),
    "adaptive average pool, uneven": (ODD, "adaptive_avg_pool: [5, 4]", nn.AdaptiveAvgPool2d((5, 4))),
    "adaptive average pool along one axis": (LINE, "adaptive_avg_pool: 5", nn.AdaptiveAvgPool1d(5)),
    "adaptive average pool along three axes": (VOLUME, "adaptive_avg_pool: 3", nn.AdaptiveAvgPool3d(3)),
    "adaptive max pool": (MAP, "adaptive_max_pool: 6", nn.AdaptiveMaxPool2d(6)),
    "global average pool": (MAP, "global_avg_pool", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())),
    "global average pool along one axis": (LINE, "global_avg_pool",
                                           nn.Sequential(nn.AdaptiveAvgPool1d(1), nn.Flatten())),
    "global max pool": (MAP, "global_max_pool", nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten())),
    "nearest": (MAP, "upsample: {size: 2}", nn.Upsample(scale_factor=2)),
    "bilinear": (MAP, "upsample: {size: 2, interpolation: bilinear}",
                 nn.Upsample(scale_factor=2, mode="bilinear")),
    "bicubic": (MAP, "upsample: {size: 2, interpolation: cubic}", nn.Upsample(scale_factor=2, mode="bicubic")),
    "nearest along one axis": (LINE, "upsample: {size: 2}", nn.Upsample(scale_factor=2)),
    "linear along one axis": (LINE, "upsample: {size: 2, interpolation: linear}",
                              nn.Upsample(scale_factor=2, mode="linear")),
    "trilinear": (VOLUME, "upsample: {size: 2, interpolation: trilinear}",
                  nn.Upsample(scale_factor=2, mode="trilinear")),
    "pixel shuffle": (MAP, "pixel_shuffle: 2", nn.PixelShuffle(2)),
    "dropout": (MAP, "dropout: 0.5", nn.Dropout()),
    "flatten": (MAP, "flatten", nn.Flatten()),
    "pad": (MAP, "pad: 1", nn.ZeroPad2d(1)),
    "add": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- add: [a, b]",
            Of(lambda x, f, g: f(x) + g(x), nn.ReLU(), nn.Sigmoid())),
    "multiply": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- multiply: [a, b]",
                 Of(lambda x, f, g: f(x) * g(x), nn.ReLU(), nn.Sigmoid())),
    "concat": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- concat: [a, b]",
               Of(lambda x, f, g: torch.cat([f(x), g(x)], 1), nn.ReLU(), nn.Sigmoid())),
    "squeeze and excitation": (
        MAP,
        """relu: {name: x}
- global_avg_pool: {keep_size: true}
- conv: {filters: 4, kernel: 1, activation: relu}
- conv: {filters: 16, kernel: 1, activation: sigmoid}
- multiply: [x, prev]""",
        Of(lambda x, f, g: (y := f(x)) * g(y), nn.ReLU(), nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 4, 1), nn.ReLU(), nn.Conv2d(4, 16, 1), nn.Sigmoid()))),
    "lstm": ((10, 5), "lstm: {units: 12, return: sequence}",
             Of(lambda x, f: f(x.transpose(1, 2))[0], nn.LSTM(10, 12, batch_first=True))),
    "lstm without bias": ((10, 5), "lstm: {units: 12, return: sequence, bias: false}",
             Of(lambda x, f: f(x.transpose(1, 2))[0],
                nn.LSTM(10, 12, bias=False, batch_first=True))),
    "two lstms in both directions": (
        (10, 5), "lstm: {units: 12, return: sequence, layers: 2, bidirectional: concat}",
        Of(lambda x, f: f(x.transpose(1, 2))[0], nn.LSTM(10, 12, 2, batch_first=True, bidirectional=True))),
    "gru": ((10, 5), "gru: {units: 12, return: sequence}",
            Of(lambda x, f: f(x.transpose(1, 2))[0], nn.GRU(10, 12, batch_first=True))),
    "rnn": ((10, 5), "simple_rnn: {units: 12, return: sequence}",
            Of(lambda x, f: f(x.transpose(1, 2))[0], nn.RNN(10, 12, batch_first=True))),
    "attention": ((16, 5), "multi_head_attention: {heads: 4}",
                  Of(lambda x, f: f(y := x.transpose(1, 2), y, y, need_weights=False)[0],
                     nn.MultiheadAttention(16, 4, batch_first=True))),
    "wide attention": ((24, 7), "multi_head_attention: {heads: 2}",
                       Of(lambda x, f: f(y := x.transpose(1, 2), y, y, need_weights=False)[0],
                          nn.MultiheadAttention(24, 2, batch_first=True))),
    "matrix product": ((16, 20), "relu: {name: a}\n- matmul: {from: [a, a], axes: [l, l]}",
                       Of(lambda x, f: (y := f(x)) @ y.transpose(1, 2), nn.ReLU())),
    "gram": ((16, 20), "relu\n- gram", Of(lambda x, f: (y := f(x)) @ y.transpose(1, 2), nn.ReLU())),
    "bilinear layer": ((64,), "relu: {name: a}\n- bilinear: {from: [a, a], units: 10}",
                       Of(lambda x, f, g: g(y := f(x), y), nn.ReLU(), nn.Bilinear(64, 64, 10))),
    "rms norm": ((64,), "rms_norm", nn.RMSNorm(64)),
    "glu": (MAP, "glu", nn.GLU(1)),
    "subtract": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- subtract: [a, b]",
                 Of(lambda x, f, g: f(x) - g(x), nn.ReLU(), nn.Sigmoid())),
    "maximum": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- maximum: [a, b]",
                Of(lambda x, f, g: torch.maximum(f(x), g(x)), nn.ReLU(), nn.Sigmoid())),
    "average": (MAP, "relu: {name: a}\n- sigmoid: {from: input, name: b}\n- average: [a, b]",
                Of(lambda x, f, g: (f(x) + g(x)) / 2, nn.ReLU(), nn.Sigmoid())),
    "conv at every step": ((16, 5, 12, 12), "time_distributed: {layer: {conv: {filters: 8, kernel: 3}}}",
                           Of(lambda x, f: f(x.transpose(1, 2).flatten(0, 1)), nn.Conv2d(16, 8, 3))),
    "embedding": ("tokens", "embedding: {vocab: 100, dim: 8}", nn.Embedding(100, 8)),
}  # fmt: skip
