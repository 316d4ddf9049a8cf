"""Draws for layers of several operands, for functions, and for paddings that repeat the map."""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw
from .torch_windows import Drawn, conv_transpose, grouped

MODES = ("reflect", "replicate", "circular")


def max_unpool(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        kernel = dice.axes(rank, 1, 4)
        args: dict[str, Any] = {"kernel_size": kernel if dice.chance(2) else kernel[0]}
        strides = dice.axes(rank, 1, 4)
        args |= dice.some(stride=strides if dice.chance(2) else strides[0])
        args |= dice.some(padding=dice.spread(rank, 0, 2))
        size = dice.axes(rank, 1, 8)
        if dice.chance(2):
            args["output_size"] = near(dice, args, size)
        return args, [[2, dice.between(1, 4), *size]]

    return draw


def near(dice: Dice, args: dict[str, Any], size: list[int]) -> list[int]:
    """Sizes around that of the full output, some of them too far from it."""
    kernel, padding = args["kernel_size"], args.get("padding", 0)
    stride = args.get("stride", kernel)
    each = [v if isinstance(v, list) else [v] * len(size) for v in (kernel, stride, padding)]
    return [
        max(1, (n - 1) * s + k - 2 * p + dice.between(-s, s))
        for n, k, s, p in zip(size, *each, strict=True)
    ]


def deform_conv(dice: Dice) -> Drawn:
    into, out, args = grouped(dice)
    kernel, stride, dilation = dice.axes(2, 1, 4), dice.axes(2, 1, 3), dice.axes(2, 1, 2)
    padding, size = dice.axes(2, 0, 3), dice.axes(2, 3, 14)
    args = {"in_channels": into, "out_channels": out, "kernel_size": kernel, **args}
    args |= {"stride": stride, "padding": padding, "dilation": dilation} | dice.some(bias=False)
    output = [
        max(1, (n + 2 * p - d * (k - 1) - 1) // s + 1 + dice.chance(20))
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    ]
    parts = dice.choice([g for g in range(1, into + 1) if into % g == 0])
    if dice.chance(20):
        parts += 1
    taps = parts * kernel[0] * kernel[1]
    shapes = [[2, into, *size], [2, 2 * taps + dice.chance(15), *output]]
    if dice.chance(2):
        shapes.append([2, taps + dice.chance(15), *output])
    return args, shapes


def grid_sample(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        args: dict[str, Any] = {"mode": dice.choice(["bilinear", "nearest", "bicubic"])}
        args |= dice.some(padding_mode=dice.choice(["zeros", "border", "reflection"]))
        args |= {"align_corners": bool(dice.chance(2))}
        places = rank + dice.chance(15)
        x = [2, dice.between(1, 5), *dice.axes(rank, 1, 8)]
        return args, [x, [2, *dice.axes(rank, 1, 8), places]]

    return draw


def affine_grid(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        args = {"size": [2, dice.between(1, 4), *dice.axes(rank, 1, 9)]}
        args |= {"align_corners": bool(dice.chance(2))}
        return args, [[2, rank, rank + 1 + dice.chance(12)]]

    return draw


def stft(dice: Dice) -> Drawn:
    n_fft = dice.between(1, 32)
    args: dict[str, Any] = {"n_fft": n_fft, "hop_length": dice.between(1, 12)}
    args |= dice.some(win_length=max(1, dice.between(1, n_fft) + dice.chance(20)))
    args |= dice.some(center=not dice.chance(2), onesided=not dice.chance(2), parts=True)
    args |= dice.some(pad_mode=dice.choice(["constant", *MODES]))
    return args, [[2, dice.between(1, 3), dice.between(1, 80)]]


def functional_pad(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        low = -2 if dice.chance(3) else 0
        mode = dice.choice(["constant", "constant", *MODES])
        channels = mode == "constant" and dice.chance(2)
        flat = [dice.between(low, 4) for _ in range(2 * (rank + channels))]
        size = dice.axes(rank, 1, 8)
        return {"pad": flat, "mode": mode}, [[2, dice.between(1, 4), *size]]

    return draw


def continued_conv(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        into, out, args = grouped(dice)
        args = {"in_channels": into, "out_channels": out,
                "kernel_size": dice.spread(rank, 1, 5), **args}  # fmt: skip
        args |= dice.some(stride=dice.spread(rank, 1, 3), dilation=dice.spread(rank, 1, 2))
        args |= {"padding": "same" if dice.chance(5) else dice.spread(rank, 0, 4)}
        args |= dice.some(bias=False) | {"padding_mode": dice.choice(MODES)}
        return args, [[2, into, *dice.axes(rank, 1, 9)]]

    return draw


def continued_transpose(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        args, shapes = conv_transpose(rank)(dice)
        return args | {"padding_mode": dice.choice(["zeros", *MODES])}, shapes

    return draw


def cond_conv(dice: Dice) -> Drawn:
    into, out, args = grouped(dice)
    if out % args.get("groups", 1) or into % args.get("groups", 1):
        args = {}
    experts = dice.between(1, 5)
    args = {"in_channels": into, "out_channels": out, "kernel_size": dice.between(1, 4), **args}
    args |= {"stride": dice.between(1, 3), "padding": dice.between(0, 2), "num_experts": experts}
    args |= dice.some(dilation=dice.between(1, 2), bias=True)
    return args, [[2, into, *dice.axes(2, 1, 12)], [2, experts + dice.chance(12)]]


def blur_pool(dice: Dice) -> Drawn:
    channels = dice.between(1, 5)
    args: dict[str, Any] = {"channels": channels, "filt_size": dice.between(2, 7)}
    args |= {"stride": dice.between(1, 4)}
    args |= dice.some(pad_mode=dice.choice(["constant", *MODES]))
    return args, [[2, channels, *dice.axes(2, 1, 12)]]


FEW = ("AffineGrid2d", "AffineGrid3d")

DRAWS: dict[str, Draw] = {
    "BlurPool2d": blur_pool,
    "CondConv2d": cond_conv,
    "DeformConv2d": deform_conv,
    "Stft": stft,
}
for rank in (1, 2, 3):
    DRAWS |= {
        f"Conv{rank}d": continued_conv(rank),
        f"ConvTranspose{rank}d": continued_transpose(rank),
        f"FunctionalPad{rank}d": functional_pad(rank),
        f"MaxUnpool{rank}d": max_unpool(rank),
    }
for rank in (2, 3):
    DRAWS |= {f"AffineGrid{rank}d": affine_grid(rank), f"GridSample{rank}d": grid_sample(rank)}
