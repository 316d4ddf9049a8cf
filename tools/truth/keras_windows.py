"""Draws for Keras' layers that slide a window, resample, pad or crop."""

from __future__ import annotations

from typing import Any

from .dice import Dice, Draw

Drawn = tuple[dict[str, Any], list[Any]]
"""Arguments, and the shapes of the inputs."""


def shape(dice: Dice, config: dict[str, Any], channels: int, rank: int) -> list[list[Any]]:
    """A map with its channels last, now and then first."""
    size = dice.axes(rank)
    if dice.chance(5):
        config["data_format"] = "channels_first"
        return [[None, channels, *size]]
    return [[None, *size, channels]]


def window(dice: Dice, rank: int, *words: str) -> dict[str, Any]:
    """Kernel, stride, dilation and padding."""
    config = {"kernel_size": dice.spread(rank, 1, 6), "padding": dice.choice(words)}
    if dice.chance(2):
        config["strides"] = dice.spread(rank, 1, 4)
    elif dice.chance(2):
        config["dilation_rate"] = dice.spread(rank, 1, 3)
    if dice.chance(20):
        config |= {"strides": dice.spread(rank, 1, 3), "dilation_rate": dice.spread(rank, 1, 2)}
    return config | dice.some(use_bias=False)


def conv(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        groups = dice.choice([1, 1, 1, 2, 3, 4])
        channels = groups * dice.between(1, 4) + dice.chance(25)
        config = {"filters": groups * dice.between(1, 4) + dice.chance(25)}
        words = ("same", "valid", "causal") if rank == 1 or dice.chance(20) else ("same", "valid")
        config |= window(dice, rank, *words)
        if groups > 1:
            config["groups"] = groups
        return dice.spoilt(config), shape(dice, config, channels, rank)

    return draw


def depthwise(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = window(dice, rank, "same", "valid") | dice.some(
            depth_multiplier=dice.between(1, 3)
        )
        equal_strides(config)
        return config, shape(dice, config, dice.channels(), rank)

    return draw


def separable(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = {"filters": dice.channels()} | window(dice, rank, "same", "valid")
        equal_strides(config)
        config |= dice.some(depth_multiplier=dice.between(1, 3))
        return config, shape(dice, config, dice.channels(), rank)

    return draw


def equal_strides(config: dict[str, Any]) -> None:
    """TensorFlow has no depthwise convolution with unequal strides: not a question of ours."""
    for name in ("strides", "dilation_rate"):
        if isinstance(config.get(name), list):
            config[name] = config[name][0]


def conv_transpose(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = {"filters": dice.channels()} | window(dice, rank, "same", "valid")
        if dice.chance(3):
            config["output_padding"] = dice.spread(rank, 0, 2)
        return dice.spoilt(config), shape(dice, config, dice.channels(), rank)

    return draw


def pool(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = {"pool_size": dice.spread(rank, 1, 5), "padding": dice.choice(["same", "valid"])}
        config |= dice.some(strides=dice.spread(rank, 1, 4))
        return dice.spoilt(config), shape(dice, config, dice.channels(), rank)

    return draw


def global_pool(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = dice.some(keepdims=True)
        return config, shape(dice, config, dice.channels(), rank)

    return draw


def adaptive_pool(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        return {"output_size": dice.spread(rank, 1, 9)}, [[None, *dice.axes(rank), dice.channels()]]

    return draw


def up_sampling(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config: dict[str, Any] = {
            "size": dice.spread(rank, 1, 4) if rank > 1 else dice.between(1, 4)
        }
        channels = dice.channels()
        if rank == 1:
            return config, [[None, *dice.axes(1), channels]]
        if rank == 2 and dice.chance(2):
            config["interpolation"] = dice.choice(["nearest", "bilinear", "bicubic", "lanczos3"])
        return config, shape(dice, config, channels, rank)

    return draw


def sides(dice: Dice, rank: int, low: int) -> Any:
    """An amount for all sides, one for each axis, or pairs."""
    if dice.chance(3):
        return dice.between(low, 4)
    if rank == 1:
        return [dice.between(low, 4), dice.between(low, 4)]
    if dice.chance(2):
        return dice.axes(rank, low, 4)
    return [[dice.between(low, 4) for _ in range(2)] for _ in range(rank)]


def edges(rank: int, key: str, low: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = {key: sides(dice, rank, low if dice.chance(5) else 0)}
        channels = dice.channels()
        if rank == 1:
            return config, [[None, *dice.axes(1, 1, 16), channels]]
        return config, shape(dice, config, channels, rank)

    return draw


def conv_lstm(rank: int) -> Draw:
    def draw(dice: Dice) -> Drawn:
        config = {"filters": dice.between(1, 6), "kernel_size": dice.spread(rank, 1, 3)}
        config |= {"padding": dice.choice(["same", "valid"])}
        config |= dice.some(return_sequences=True, use_bias=False)
        if dice.chance(3):
            config["strides"] = 2
        return config, [[None, dice.between(1, 3), *dice.axes(rank, 2, 8), dice.between(1, 5)]]

    return draw
