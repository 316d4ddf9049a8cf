"""What to ask Keras: for each class a way to draw its configuration and the shape of its input.

Most draws are legal; about one in eight asks for what should be refused.
"""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw
from .keras_windows import (
    Drawn,
    adaptive_pool,
    conv,
    conv_lstm,
    conv_transpose,
    depthwise,
    edges,
    equal_strides,
    global_pool,
    pool,
    separable,
    up_sampling,
    window,
)


def any_shape(dice: Dice, high: int = 8) -> list[Any]:
    return [None, *[dice.between(1, high) for _ in range(dice.between(0, 3))], dice.channels()]


def plain(**config: Any) -> Draw:
    return lambda dice: (dict(config), [any_shape(dice)])


def on_map(rank: int, **config: Any) -> Draw:
    return lambda dice: (dict(config), [[None, *dice.axes(rank, 1, 8), dice.channels()]])


def batch_normalization(dice: Dice) -> Drawn:
    axes = any_shape(dice)
    config = dice.some(scale=False, center=False, axis=dice.choice([-1, 1, len(axes) - 1]))
    return config, [axes]


def axis_list(dice: Dice) -> Drawn:
    axes = any_shape(dice)
    last = len(axes) - 1
    first = dice.between(1, last)
    config: dict[str, Any] = dice.some(axis=dice.choice([-1, first, list(range(first, last + 1))]))
    return config, [axes]


def layer_normalization(dice: Dice) -> Drawn:
    config, shapes = axis_list(dice)
    return config | dice.some(scale=False, center=False), shapes


def rms_normalization(dice: Dice) -> Drawn:
    return dice.some(axis=-1), [any_shape(dice)]


def group_normalization(dice: Dice) -> Drawn:
    groups = dice.between(1, 4)
    axes = any_shape(dice)
    axes[-1] = groups * dice.between(1, 4) + dice.chance(12)
    config: dict[str, Any] = {"groups": -1 if dice.chance(8) else groups}
    return config | dice.some(scale=False, center=False), [axes]


def prelu(dice: Dice) -> Drawn:
    axes = any_shape(dice)
    shared = sorted(dice.sample(range(1, len(axes)), dice.between(1, len(axes) - 1)))
    return dice.some(shared_axes=shared), [axes]


def activation(dice: Dice) -> Drawn:
    words = ["relu", "elu", "selu", "gelu", "silu", "mish", "sigmoid", "hard_sigmoid", "tanh",
             "softmax", "softplus", "softsign", "linear", "leaky_relu", "relu6", "log_softmax",
             "exponential", "hard_silu", "celu"]  # fmt: skip
    return {"activation": dice.choice(words)}, [any_shape(dice)]


def embedding(dice: Dice) -> Drawn:
    config = {"input_dim": dice.between(1, 4000), "output_dim": dice.between(1, 40)}
    return config, [[None, *[dice.between(1, 8) for _ in range(dice.between(1, 3))]]]


def dense(dice: Dice) -> Drawn:
    return {"units": dice.between(1, 50)} | dice.some(use_bias=False), [any_shape(dice)]


def recurrent_config(dice: Dice, cls: str) -> dict[str, Any]:
    config = {"units": dice.between(1, 20)} | dice.some(return_sequences=True, use_bias=False)
    if cls == "GRU":
        config |= dice.some(reset_after=False)
    if dice.chance(5):
        config["return_state"] = True
    return config


def recurrent(cls: str) -> Draw:
    def draw(dice: Dice) -> Drawn:
        axes = [None, dice.between(1, 10), dice.between(1, 20)]
        if dice.chance(20):
            axes.insert(1, 2)
        return recurrent_config(dice, cls), [axes]

    return draw


def bidirectional(dice: Dice) -> Drawn:
    cls = dice.choice(["SimpleRNN", "LSTM", "GRU"])
    config = {"layer": {"class_name": cls, "config": recurrent_config(dice, cls)}}
    config |= dice.some(merge_mode=dice.choice(["sum", "mul", "concat", "ave", None]))
    return config, [[None, dice.between(1, 10), dice.between(1, 16)]]


def time_distributed(dice: Dice) -> Drawn:
    cls = dice.choice(["Conv1D", "Conv2D", "Dense", "Flatten", "BatchNormalization", "MaxPooling2D",
                       "GlobalAveragePooling2D", "SeparableConv2D", "LayerNormalization", "LSTM"])  # fmt: skip
    ranks = {"Conv1D": 1, "Conv2D": 2, "MaxPooling2D": 2, "GlobalAveragePooling2D": 2,
             "SeparableConv2D": 2, "LSTM": 1}  # fmt: skip
    rank = ranks.get(cls, dice.between(0, 2))
    config: dict[str, Any] = {}
    if "Conv" in cls:
        config = {"filters": dice.channels()} | window(dice, rank, "same", "valid")
        equal_strides(config)
    elif cls == "Dense":
        config = {"units": dice.between(1, 20)}
    elif cls == "MaxPooling2D":
        config = {"pool_size": dice.between(1, 3)}
    elif cls == "LSTM":
        config = recurrent_config(dice, cls)
        config.pop("return_state", None)
    axes = (
        [None, dice.between(1, 5), *dice.axes(rank, 1, 9)] if rank else [None, dice.between(1, 5)]
    )
    return {"layer": {"class_name": cls, "config": config}}, [[*axes, dice.channels()]]


def spectral(dice: Dice) -> Drawn:
    config = {"filters": dice.channels(), "kernel_size": dice.between(1, 3)}
    axes = [None, *dice.axes(2, 3, 9), dice.channels()]
    return {"layer": {"class_name": "Conv2D", "config": config}}, [axes]


def reshape(dice: Dice) -> Drawn:
    target = [dice.between(1, 6) for _ in range(dice.between(1, 4))]
    total = 1
    for n in target:
        total *= n
    split = dice.choice([d for d in range(1, total + 1) if total % d == 0])
    if dice.chance(3):
        target[dice.between(0, len(target) - 1)] = -1
    axes = [None, split, total // split] if dice.chance(2) else [None, total + dice.chance(8)]
    return {"target_shape": target}, [axes]


def permute(dice: Dice) -> Drawn:
    axes = any_shape(dice)
    return {"dims": dice.sample(range(1, len(axes)), len(axes) - 1)}, [axes]


def repeat_vector(dice: Dice) -> Drawn:
    return {"n": dice.between(1, 8)}, [[None, dice.between(1, 16)]]


def image_size(dice: Dice, high: int) -> dict[str, Any]:
    return {"height": dice.between(1, high), "width": dice.between(1, high)}


def resizing(dice: Dice) -> Drawn:
    return image_size(dice, 25) | dice.some(crop_to_aspect_ratio=True), [
        [None, *dice.axes(2, 1, 30), 3]
    ]


def center_crop(dice: Dice) -> Drawn:
    return image_size(dice, 20), [[None, *dice.axes(2, 1, 30), 3]]


def merge(dice: Dice) -> Drawn:
    first = any_shape(dice, 12)
    others = [list(first) for _ in range(dice.between(1, 2))]
    if dice.chance(4):
        others[0][dice.between(1, len(first) - 1)] = 1
    elif len(first) > 2 and dice.chance(6):
        others[0].pop(1)
    elif dice.chance(8):
        others[0][-1] += 1
    return {}, [first, *others]


def subtract(dice: Dice) -> Drawn:
    _, shapes = merge(dice)
    return {}, shapes[:2]


def concatenate(dice: Dice) -> Drawn:
    first = any_shape(dice)
    axis = dice.choice([-1, len(first) - 1, dice.between(1, len(first) - 1)])
    others = [list(first) for _ in range(dice.between(1, 2))]
    for other in others:
        other[axis] = dice.between(1, 8)
    if dice.chance(8):
        others[0][dice.between(1, len(first) - 1)] += 1
    return dice.some(axis=axis), [first, *others]


def dot(dice: Dice) -> Drawn:
    left, right = ([None, *dice.axes(dice.between(1, 2), 1, 6)] for _ in range(2))
    axes = [dice.between(1, len(left) - 1), dice.between(1, len(right) - 1)]
    right[axes[1]] = left[axes[0]] + dice.chance(10)
    return {"axes": axes} | dice.some(normalize=True), [left, right]


def attention(dice: Dice) -> Drawn:
    config = {"num_heads": dice.between(1, 5), "key_dim": dice.between(1, 12)}
    config |= dice.some(value_dim=dice.between(1, 12), use_bias=False)
    config |= dice.some(output_shape=dice.between(1, 16))
    query = [None, dice.between(1, 9), dice.between(1, 16)]
    value = [None, dice.between(1, 9), dice.between(1, 16)]
    key = [[None, value[1], dice.between(1, 16)]] if dice.chance(3) else []
    return config, [query, value, *key]


def einsum_dense(dice: Dice) -> Drawn:
    axes = [None, dice.between(1, 6), dice.between(2, 6)]  # over one channel nothing is counted
    if dice.chance(2):
        config = {"equation": "abc,cd->abd", "output_shape": [None, dice.between(1, 8)]}
        return config | dice.some(bias_axes="d"), [axes]
    last = [None, dice.between(1, 5), dice.between(1, 5)]
    return {"equation": "abc,cde->abde", "output_shape": last} | dice.some(bias_axes="e"), [axes]


FEW = (
    "AlphaDropout", "Dropout", "ELU", "Flatten", "GaussianDropout", "GaussianNoise", "Identity",
    "LeakyReLU", "Normalization", "ReLU", "Rescaling", "Softmax", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "UnitNormalization",
)  # fmt: skip
"""Classes with little to vary."""

DRAWS: dict[str, Draw] = {
    "Activation": activation,
    "Add": merge,
    "AlphaDropout": plain(rate=0.2),
    "Average": merge,
    "BatchNormalization": batch_normalization,
    "Bidirectional": bidirectional,
    "CenterCrop": center_crop,
    "Concatenate": concatenate,
    "Dense": dense,
    "Dot": dot,
    "Dropout": plain(rate=0.2),
    "ELU": plain(),
    "EinsumDense": einsum_dense,
    "Embedding": embedding,
    "Flatten": plain(),
    "GRU": recurrent("GRU"),
    "GaussianDropout": plain(rate=0.2),
    "GaussianNoise": plain(stddev=0.2),
    "GroupNormalization": group_normalization,
    "Identity": plain(),
    "LSTM": recurrent("LSTM"),
    "LayerNormalization": layer_normalization,
    "LeakyReLU": plain(),
    "Maximum": merge,
    "Minimum": merge,
    "MultiHeadAttention": attention,
    "Multiply": merge,
    "Normalization": plain(axis=-1),
    "PReLU": prelu,
    "Permute": permute,
    "RMSNormalization": rms_normalization,
    "ReLU": plain(),
    "RepeatVector": repeat_vector,
    "Rescaling": plain(scale=0.5),
    "Reshape": reshape,
    "Resizing": resizing,
    "SimpleRNN": recurrent("SimpleRNN"),
    "Softmax": plain(),
    "SpatialDropout1D": on_map(1, rate=0.2),
    "SpatialDropout2D": on_map(2, rate=0.2),
    "SpatialDropout3D": on_map(3, rate=0.2),
    "SpectralNormalization": spectral,
    "Subtract": subtract,
    "TimeDistributed": time_distributed,
    "UnitNormalization": plain(),
}
for rank in (1, 2, 3):
    DRAWS |= {
        f"AdaptiveAveragePooling{rank}D": adaptive_pool(rank),
        f"AdaptiveMaxPooling{rank}D": adaptive_pool(rank),
        f"AveragePooling{rank}D": pool(rank),
        f"Conv{rank}D": conv(rank),
        f"Conv{rank}DTranspose": conv_transpose(rank),
        f"ConvLSTM{rank}D": conv_lstm(rank),
        f"Cropping{rank}D": edges(rank, "cropping", 0),
        f"GlobalAveragePooling{rank}D": global_pool(rank),
        f"GlobalMaxPooling{rank}D": global_pool(rank),
        f"MaxPooling{rank}D": pool(rank),
        f"UpSampling{rank}D": up_sampling(rank),
        f"ZeroPadding{rank}D": edges(rank, "padding", -1),
    }
for rank in (1, 2):
    DRAWS |= {
        f"DepthwiseConv{rank}D": depthwise(rank),
        f"SeparableConv{rank}D": separable(rank),
    }
