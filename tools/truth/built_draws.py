"""Draws for layers of timm and torchvision, and for what papers say and no framework has as a layer."""

from __future__ import annotations

from .dice import Dice, Draw
from .torch_windows import Drawn


def class_token(dice: Dice) -> Drawn:
    """The front of a vision transformer: patches, tokens, positions."""
    patch, grid = dice.between(1, 3), dice.axes(2, 1, 4)
    channels = dice.between(1, 4)
    args = {"img_size": [n * patch for n in grid], "patch_size": patch, "in_chans": channels}
    args |= {"embed_dim": 2 * dice.between(1, 6), "class_token": bool(dice.chance(2))}
    args |= dice.some(reg_tokens=dice.between(1, 4), no_embed_class=True, pos_embed="none")
    return args, [[2, channels, *args["img_size"]]]


def positions(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        channels, size = dice.between(1, 6), dice.axes(rank, 1, 6)
        each = [max(1, n + dice.choice([0, 0, 1, 3]) - dice.chance(15)) for n in size]
        args = {"channels": channels, "positions": each, "learnt": not dice.chance(3)}
        return args, [[2, channels, *size]]

    return draw


def scale(dice: Dice) -> Drawn:
    shape = [2, dice.between(1, 6), *dice.axes(dice.between(0, 3), 1, 6)]
    axes = dice.sample(range(1, len(shape)), dice.between(0, len(shape) - 1))
    args = {"axes": axes, "sizes": [shape[i] for i in axes], "shift": bool(dice.chance(2))}
    return args, [shape]


def affine(dice: Dice) -> Drawn:
    features = dice.between(1, 12)
    return {"dim": features}, [[2, dice.between(1, 9), features]]


def layer_scale(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        dim = dice.between(1, 12)
        size = dice.axes(rank, 1, 6)
        return {"dim": dim}, [[2, dim, *size] if rank == 2 else [2, *size, dim]]

    return draw


def weighted_add(dice: Dice) -> Drawn:
    shape = [2, dice.between(1, 6), *dice.axes(dice.between(0, 3), 1, 6)]
    count = dice.between(2, 3)
    args = {"count": count, "normalise": dice.choice(["fast", "softmax", "none"])}
    if dice.chance(2):
        args["channels"] = shape[1]
    return args, [shape] * count


def locally_connected(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        into, size = dice.between(1, 4), dice.axes(rank, 1, {1: 12, 2: 8, 3: 5}[rank])
        args = {"in_channels": into, "out_channels": dice.between(1, 4), "size": size}
        args |= {"kernel_size": dice.axes(rank, 1, 3)}
        args |= dice.some(stride=dice.axes(rank, 1, 3), padding=dice.axes(rank, 0, 2), bias=False)
        return args, [[2, into, *size]]

    return draw


def involution(dice: Dice) -> Drawn:
    groups, size = dice.between(1, 3), dice.axes(2, 1, 9)
    kernel, stride = dice.axes(2, 1, 4), dice.axes(2, 1, 3)
    padding, dilation = dice.axes(2, 0, 2), dice.axes(2, 1, 2)
    args = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    made = [
        max(1, (n + 2 * p - d * (k - 1) - 1) // s + 1)
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    ]
    channels = groups * dice.between(1, 3) + dice.chance(12)
    weights = groups * kernel[0] * kernel[1] + dice.chance(12)
    return args | {"groups": groups}, [[2, channels, *size], [2, weights, *made]]


def carafe(dice: Dice) -> Drawn:
    groups, factor, kernel = dice.between(1, 3), dice.between(1, 4), 2 * dice.between(0, 2) + 1
    size = dice.axes(2, 1, 5)
    args = {"kernel_size": kernel, "scale_factor": factor, "groups": groups}
    channels = groups * dice.between(1, 3) + dice.chance(12)
    weights = groups * kernel**2 + dice.chance(12)
    made = [n * factor + dice.chance(20) for n in size]
    return args, [[2, channels, *size], [2, weights, *made]]


def coordinates(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        return {"radius": bool(dice.chance(2))}, [[2, dice.between(1, 5), *dice.axes(rank, 1, 8)]]

    return draw


def window_attention(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        heads = dice.between(1, 3)
        dim = heads * dice.between(1, 4) + dice.chance(15)
        window = dice.axes(rank, 1, {2: 4, 3: 3}[rank])
        shift = [dice.between(0, w - 1) for w in window]
        args = {"dim": dim, "window_size": window, "shift_size": shift, "num_heads": heads}
        args |= dice.some(qkv_bias=False, proj_bias=False)
        return args, [[2, *dice.axes(rank, 1, {2: 9, 3: 5}[rank]), dim]]

    return draw


def attention(dice: Dice) -> Drawn:
    heads = dice.between(1, 4)
    dim = heads * dice.between(1, 4) + dice.chance(12)
    args = {"dim": dim, "num_heads": heads} | dice.some(qkv_bias=True, proj_bias=False)
    return args, [[2, dice.between(1, 9), dim]]


def drop(dice: Dice) -> Drawn:
    return {"drop_prob": 0.1}, [[2, dice.between(1, 6), *dice.axes(dice.between(0, 3), 1, 6)]]


def stochastic_depth(dice: Dice) -> Drawn:
    args, shapes = drop(dice)
    return {"p": args["drop_prob"], "mode": dice.choice(["row", "batch"])}, shapes


def stub(dice: Dice) -> Drawn:
    return {}, drop(dice)[1]


def regions(dice: Dice) -> Drawn:
    size = dice.spread(2, 1, 5)
    args = {"output_size": size, "rois": dice.between(1, 6), "spatial_scale": 0.5}
    return args, [[2, dice.between(1, 5), *dice.axes(2, 1, 9)]]


def roi_align(dice: Dice) -> Drawn:
    args, shapes = regions(dice)
    return args | {"sampling_ratio": dice.between(1, 3)}, shapes


def anchors(dice: Dice) -> Drawn:
    args = {"sizes": dice.sample([8, 16, 32, 64], dice.between(1, 4))}
    args |= {"aspect_ratios": dice.sample([0.5, 1.0, 2.0], dice.between(1, 3))}
    return args, [[2, dice.between(1, 4), *dice.axes(2, 1, 8)]]


def gram(dice: Dice) -> Drawn:
    rank = dice.between(1, 3)
    return {}, [[2, dice.between(1, 6), *dice.axes(rank, 1, 8)]]


def pair(dice: Dice) -> Drawn:
    _, (shape,) = gram(dice)
    other = list(shape)
    other[1] += dice.chance(12)
    return {}, [shape, other]


def vectors(count: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        n = dice.between(1, 12)
        return {}, [[2, n]] * count

    return draw


FEW = ("Affine", "ContrastiveLoss", "DeQuantStub", "DropPath", "LayerScale", "LayerScale2d",
       "QuantStub", "StochasticDepth", "TripletMarginLoss")  # fmt: skip

DRAWS: dict[str, Draw] = {
    "Affine": affine,
    "AnchorGenerator": anchors,
    "Attention": attention,
    "Carafe2d": carafe,
    "ContentLoss": pair,
    "ContrastiveLoss": vectors(2),
    "DeQuantStub": stub,
    "DropPath": drop,
    "Gram": gram,
    "Involution2d": involution,
    "LayerScale": layer_scale(1),
    "LayerScale2d": layer_scale(2),
    "QuantStub": stub,
    "RoIAlign": roi_align,
    "RoIPool": regions,
    "Scale": scale,
    "ShiftedWindowAttention": window_attention(2),
    "ShiftedWindowAttention3d": window_attention(3),
    "StochasticDepth": stochastic_depth,
    "StyleLoss": pair,
    "TripletMarginLoss": vectors(3),
    "VisionTransformer": class_token,
    "WeightedAdd": weighted_add,
}
for rank in (1, 2, 3):
    DRAWS |= {
        f"Coordinates{rank}d": coordinates(rank),
        f"LocallyConnected{rank}d": locally_connected(rank),
        f"PositionalEmbedding{rank}d": positions(rank),
    }
