"""What to ask PyTorch: for each class a way to draw its arguments and the shape of its input.

Most draws are legal; about one in eight asks for what should be refused.
"""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw
from .torch_windows import (
    Drawn,
    adaptive,
    conv,
    conv_transpose,
    fold,
    fractional,
    lp_pool,
    pad,
    pool,
    unfold,
    upsample,
    upsampling_2d,
)


def pixel(dice: Dice, key: str, *, up: bool) -> Drawn:
    factor = dice.between(1, 4)
    channels = dice.between(1, 3) * (factor**2 if up else 1) + dice.chance(8)
    size = [n * (1 if up else factor) + dice.chance(12) for n in dice.axes(2, 1, 6)]
    return {key: factor}, [[2, channels, *size]]


def pixel_shuffle(dice: Dice) -> Drawn:
    return pixel(dice, "upscale_factor", up=True)


def pixel_unshuffle(dice: Dice) -> Drawn:
    return pixel(dice, "downscale_factor", up=False)


def channel_shuffle(dice: Dice) -> Drawn:
    groups = dice.between(1, 4)
    return {"groups": groups}, [[2, groups * dice.between(1, 4) + dice.chance(8), *dice.axes(2)]]


def batch_norm(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        channels = dice.channels()
        args = {"num_features": channels}
        args |= dice.some(affine=dice.chance(2), track_running_stats=dice.chance(2))
        flat = rank == 1 and dice.chance(2)
        return args, [[2, channels] if flat else [2, channels, *dice.axes(rank, 2)]]

    return draw


def instance_norm(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        channels = dice.channels()
        args = {"num_features": channels} | dice.some(affine=True, track_running_stats=True)
        return args, [[2, channels, *dice.axes(rank, 2)]]

    return draw


def group_norm(dice: Dice) -> Drawn:
    groups = dice.between(1, 4)
    channels = groups * dice.between(1, 4) + dice.chance(12)
    args = {"num_groups": groups, "num_channels": channels} | dice.some(affine=dice.chance(2))
    return args, [[2, channels, *dice.axes(dice.between(1, 3), 1, 8)]]


def last_axes(dice: Dice) -> Drawn:
    size = dice.axes(dice.between(1, 3), 1, 8)
    full = [dice.between(1, 8), *size]
    count = dice.between(1, len(full))
    args: dict[str, Any] = {"normalized_shape": full[-1] if count == 1 else full[-count:]}
    return args | dice.some(elementwise_affine=dice.chance(2)), [[2, *full]]


def layer_norm(dice: Dice) -> Drawn:
    args, shapes = last_axes(dice)
    return args | dice.some(bias=False), shapes


def local_response_norm(dice: Dice) -> Drawn:
    return {"size": dice.between(1, 5)}, [[2, dice.between(1, 8), *dice.axes(2)]]


def prelu(dice: Dice) -> Drawn:
    channels = dice.between(1, 12)
    args = dice.some(num_parameters=channels)
    return args, [[2, channels, *dice.axes(dice.between(1, 3), 1, 8)]]


def embedding(dice: Dice) -> Drawn:
    args = {"num_embeddings": dice.between(1, 4000), "embedding_dim": dice.between(1, 40)}
    return args | dice.some(padding_idx=0), [[2, *dice.axes(dice.between(1, 3), 1, 8)]]


def embedding_bag(dice: Dice) -> Drawn:
    args = {"num_embeddings": dice.between(1, 400), "embedding_dim": dice.between(1, 30)}
    args |= {"mode": dice.choice(["mean", "max", "sum"])}
    return args, [[2, dice.between(1, 9)]]


def recurrent(dice: Dice) -> Drawn:
    features = dice.between(1, 20)
    args = {"input_size": features, "hidden_size": dice.between(1, 20)}
    args |= dice.some(num_layers=dice.between(1, 4), bias=False, batch_first=True)
    args |= dice.some(bidirectional=True)
    return args, [[2, dice.between(1, 8), features]]


def lstm(dice: Dice) -> Drawn:
    args, shapes = recurrent(dice)
    if dice.chance(3):
        args["proj_size"] = dice.between(1, args["hidden_size"])
    return args, shapes


def cell(dice: Dice) -> Drawn:
    features = dice.between(1, 20)
    args = {"input_size": features, "hidden_size": dice.between(1, 20)}
    return args | dice.some(bias=False), [[2, features]]


def linear(dice: Dice) -> Drawn:
    features = dice.between(1, 50)
    args = {"in_features": features, "out_features": dice.between(1, 50)}
    outer = [dice.between(1, 6) for _ in range(dice.between(0, 3))]
    return args | dice.some(bias=False), [[2, *outer, features]]


def bilinear(dice: Dice) -> Drawn:
    left, right = dice.between(1, 12), dice.between(1, 12)
    args = {"in1_features": left, "in2_features": right, "out_features": dice.between(1, 9)}
    return args | dice.some(bias=False), [[2, left], [2, right]]


def flatten(dice: Dice) -> Drawn:
    rank = dice.between(2, 5)
    args = dice.some(start_dim=dice.between(1, rank - 1), end_dim=-dice.between(1, 3))
    return args, [[2, *[dice.between(1, 6) for _ in range(rank - 1)]]]


def unflatten(dice: Dice) -> Drawn:
    parts = [dice.between(1, 5), dice.between(1, 5)]
    product = parts[0] * parts[1] + dice.chance(8)
    dim = dice.between(1, 2)
    axes = [2, dice.between(1, 6), dice.between(1, 6)]
    axes[dim] = product
    if dice.chance(3):
        parts[dice.between(0, 1)] = -1
    return {"dim": dim, "unflattened_size": parts}, [axes]


def attention(dice: Dice) -> Drawn:
    heads = dice.between(1, 4)
    embed = heads * dice.between(1, 6) + dice.chance(15)
    args = {"embed_dim": embed, "num_heads": heads} | dice.some(bias=False, batch_first=True)
    if dice.chance(2):
        return args, [[2, dice.between(1, 6), embed]]
    args |= {"kdim": dice.between(1, 9), "vdim": dice.between(1, 9), "batch_first": True}
    query, keys = dice.between(1, 6), dice.between(1, 6)
    return args, [[2, query, embed], [2, keys, args["kdim"]], [2, keys, args["vdim"]]]


def glu(dice: Dice) -> Drawn:
    axes = [2, 2 * dice.between(1, 6), *dice.axes(dice.between(1, 3), 1, 8)]
    return dice.some(dim=dice.between(1, len(axes) - 1)), [axes]


def softmax(dice: Dice) -> Drawn:
    return {"dim": 1}, any_map(dice)


def any_map(dice: Dice) -> list[list[int]]:
    return [[2, dice.between(1, 8), *[dice.between(1, 8) for _ in range(dice.between(0, 3))]]]


def plain(**args: Any) -> Draw:
    return lambda dice: (dict(args), any_map(dice))


def image(dice: Dice) -> Drawn:
    return {}, [[2, dice.between(1, 8), *dice.axes(2, 1, 8)]]


def dropout(rank: int) -> Draw:
    return lambda dice: (dice.some(p=0.25), [[2, dice.between(1, 6), *dice.axes(rank, 1, 8)]])


SIMPLE = (
    "CELU", "ELU", "GELU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "Identity",
    "LeakyReLU", "LogSigmoid", "Mish", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid",
    "Softmin", "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink",
)  # fmt: skip

FEW = (
    *SIMPLE, "AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout",
    "LocalResponseNorm", "LogSoftmax", "Softmax", "Softmax2d", "Threshold",
)  # fmt: skip
"""Classes with little to vary."""

DRAWS: dict[str, Draw] = {
    **{name: plain(dim=1) if name == "Softmin" else plain() for name in SIMPLE},
    "AlphaDropout": plain(p=0.1),
    "Bilinear": bilinear,
    "ChannelShuffle": channel_shuffle,
    "Dropout": plain(p=0.1),
    "Embedding": embedding,
    "EmbeddingBag": embedding_bag,
    "FeatureAlphaDropout": plain(p=0.1),
    "Flatten": flatten,
    "Fold": fold,
    "GLU": glu,
    "GRU": recurrent,
    "GRUCell": cell,
    "GroupNorm": group_norm,
    "LSTM": lstm,
    "LSTMCell": cell,
    "LayerNorm": layer_norm,
    "Linear": linear,
    "LocalResponseNorm": local_response_norm,
    "LogSoftmax": softmax,
    "MultiheadAttention": attention,
    "PReLU": prelu,
    "PixelShuffle": pixel_shuffle,
    "PixelUnshuffle": pixel_unshuffle,
    "RMSNorm": last_axes,
    "RNN": recurrent,
    "RNNCell": cell,
    "Softmax": softmax,
    "Softmax2d": image,
    "Threshold": plain(threshold=0.1, value=0.0),
    "Unflatten": unflatten,
    "Unfold": unfold,
    "Upsample": upsample,
    "UpsamplingBilinear2d": upsampling_2d,
    "UpsamplingNearest2d": upsampling_2d,
}
for rank in (1, 2, 3):
    DRAWS |= {
        f"AdaptiveAvgPool{rank}d": adaptive(rank),
        f"AdaptiveMaxPool{rank}d": adaptive(rank),
        f"AvgPool{rank}d": pool(rank, dilates=False),
        f"BatchNorm{rank}d": batch_norm(rank),
        f"CircularPad{rank}d": pad(rank),
        f"ConstantPad{rank}d": pad(rank, value=True),
        f"Conv{rank}d": conv(rank),
        f"ConvTranspose{rank}d": conv_transpose(rank),
        f"Dropout{rank}d": dropout(rank),
        f"InstanceNorm{rank}d": instance_norm(rank),
        f"LPPool{rank}d": lp_pool(rank),
        f"MaxPool{rank}d": pool(rank, dilates=True),
        f"ReflectionPad{rank}d": pad(rank),
        f"ReplicationPad{rank}d": pad(rank),
        f"ZeroPad{rank}d": pad(rank),
    }
for rank in (2, 3):
    DRAWS[f"FractionalMaxPool{rank}d"] = fractional(rank)
