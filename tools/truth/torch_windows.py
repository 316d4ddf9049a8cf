"""Draws for PyTorch's modules that slide a window, resample or pad."""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw

Drawn = tuple[dict[str, Any], list[Any]]
"""Arguments, and the shapes of the inputs."""


def shape(dice: Dice, channels: int, rank: int, low: int = 1) -> list[list[int]]:
    """A batch of two maps, now and then a single one."""
    one = [channels, *dice.axes(rank, low)]
    return [one if dice.chance(20) else [2, *one]]


def grouped(dice: Dice) -> tuple[int, int, dict[str, int]]:
    """Input and output channels, and groups that divide them, now and then not."""
    groups = dice.choice([1, 1, 1, 2, 3, 4])
    into, out = groups * dice.between(1, 4), groups * dice.between(1, 4)
    if dice.chance(25):
        out += 1
    return into, out, {"groups": groups} if groups > 1 else {}


def conv(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        into, out, args = grouped(dice)
        args = {"in_channels": into, "out_channels": out,
                "kernel_size": dice.spread(rank, 1, 6), **args}  # fmt: skip
        args |= dice.some(stride=dice.spread(rank, 1, 4), dilation=dice.spread(rank, 1, 3))
        words = ["same", "valid", -1]
        padding = dice.choice(words) if dice.chance(4) else dice.spread(rank, 0, 4)
        args |= dice.some(padding=padding, bias=False)
        if dice.chance(6):
            args["padding_mode"] = dice.choice(["reflect", "replicate", "circular"])
        return dice.spoilt(args), shape(dice, into, rank)

    return draw


def conv_transpose(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        into, out, args = grouped(dice)
        args = {"in_channels": into, "out_channels": out,
                "kernel_size": dice.spread(rank, 1, 6), **args}  # fmt: skip
        args |= dice.some(stride=dice.spread(rank, 1, 4), padding=dice.spread(rank, 0, 3))
        args |= dice.some(bias=False)
        if dice.chance(3):
            args["dilation"] = dice.spread(rank, 1, 3)
        if dice.chance(3):
            args["output_padding"] = dice.spread(rank, 0, 2)
        return dice.spoilt(args), shape(dice, into, rank)

    return draw


def pool(rank: int, *, dilates: bool) -> Draw:
    def draw(dice: Dice) -> Drawn:
        args = {"kernel_size": dice.spread(rank, 1, 5)}
        args |= dice.some(stride=dice.spread(rank, 1, 5), ceil_mode=True)
        args |= dice.some(padding=dice.spread(rank, 0, 2))
        if dilates and dice.chance(3):
            args["dilation"] = dice.spread(rank, 1, 3)
        return dice.spoilt(args), shape(dice, dice.between(1, 4), rank)

    return draw


def lp_pool(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        number = dice.between if rank == 1 else lambda low, high: dice.spread(rank, low, high)
        args = {"norm_type": dice.between(1, 3), "kernel_size": number(1, 4)}
        args |= dice.some(stride=number(1, 4), ceil_mode=True)
        return args, [[2, 2, *dice.axes(rank)]]

    return draw


def adaptive(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        size = dice.spread(rank, 1, 9)
        if isinstance(size, list) and dice.chance(3):
            size[dice.between(0, rank - 1)] = None
        return {"output_size": size}, shape(dice, dice.between(1, 4), rank)

    return draw


def fractional(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        args = {"kernel_size": dice.spread(rank, 1, 3)}
        if dice.chance(2):
            args["output_size"] = dice.spread(rank, 1, 6)
        else:
            args["output_ratio"] = dice.between(30, 95) / 100
        return args, [[2, 2, *dice.axes(rank, 4)]]

    return draw


def upsample(dice: Dice) -> Drawn:
    rank = dice.between(1, 3)
    smooth = {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}[rank]
    args: dict[str, Any] = {"mode": dice.choice(["nearest", "nearest-exact", *smooth])}
    if dice.chance(12):
        args["mode"] = dice.choice(["linear", "bilinear", "trilinear", "bicubic"])
    if dice.chance(2):
        args["size"] = dice.spread(rank, 1, 20)
    else:
        factors = [dice.choice([0.5, 0.7, 1.3, 1.5, 2, 2.63, 3, 1 / 3]) for _ in range(rank)]
        args["scale_factor"] = factors if dice.chance(2) else factors[0]
    if args["mode"] in smooth and dice.chance(2):
        args["align_corners"] = dice.chance(2)
    return args, [[2, dice.between(1, 4), *dice.axes(rank)]]


def upsampling_2d(dice: Dice) -> Drawn:
    scaled = {"scale_factor": dice.choice([2, 3, 1.5, 0.5])}
    args = scaled if dice.chance(2) else {"size": dice.axes(2)}
    return args, [[2, 2, *dice.axes(2, 2)]]


def pad(rank: int, *, value: bool = False) -> Draw:
    def draw(dice: Dice) -> Drawn:
        low = -2 if dice.chance(3) else 0
        amount = [dice.between(low, 4) for _ in range(2 * rank)]
        args: dict[str, Any] = {"padding": amount if dice.chance(2) else dice.between(low, 4)}
        return args | ({"value": 0.5} if value else {}), shape(dice, dice.between(1, 3), rank)

    return draw


def unfold(dice: Dice) -> Drawn:
    args = {"kernel_size": dice.spread(2, 1, 4)}
    args |= dice.some(stride=dice.spread(2, 1, 3), padding=dice.spread(2, 0, 2))
    args |= dice.some(dilation=dice.spread(2, 1, 3))
    return args, [[2, dice.between(1, 4), *dice.axes(2, 1, 12)]]


def fold(dice: Dice) -> Drawn:
    size, kernel = dice.axes(2, 3, 12), dice.axes(2, 1, 3)
    stride, padding, dilation = dice.between(1, 3), dice.between(0, 1), dice.choice([1, 1, 1, 2])
    args = {"output_size": size, "kernel_size": kernel, "stride": stride, "padding": padding}
    args |= {"dilation": dilation} if dilation > 1 else {}
    counts = [
        max(0, (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1)
        for n, k in zip(size, kernel, strict=True)
    ]
    blocks = max(1, counts[0] * counts[1] + dice.chance(8))
    channels = dice.between(1, 3) * kernel[0] * kernel[1] + dice.chance(12)
    return args, [[2, channels, blocks]]
