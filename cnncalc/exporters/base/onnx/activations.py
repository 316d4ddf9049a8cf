"""Activations as nodes of ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.exporters.base.onnx.spot import Spot


def operator(op: str, **attributes: Any) -> Callable[[Spot], str]:
    """One operator of what is read."""

    def translate(spot: Spot) -> str:
        return spot.add(op, spot.read[0], **attributes)

    return translate


def curve(op: str, key: str, attribute: str, usual: float) -> Callable[[Spot], str]:
    """An operator with a number: the `usual` one unless the layer says it."""

    def translate(spot: Spot) -> str:
        value = getattr(spot.layer, key)
        said: dict[str, Any] = {attribute: float(usual if value is None else value)}
        return spot.add(op, spot.read[0], **said)

    return translate


def leaky_relu(spot: Spot) -> str:
    """A slope below zero."""
    return spot.add("LeakyRelu", spot.read[0], alpha=spot.slope())


def relu(spot: Spot) -> str:
    """Zero below zero; with a slope there, from a threshold on, or up to a largest value."""
    layer, given = spot.layer, spot.read[0]
    slope, threshold = layer.slope or 0, layer.threshold or 0
    if threshold:
        limit = spot.number(threshold)
        below = spot.add("Mul", spot.add("Sub", given, limit), spot.number(slope))
        made = spot.add("Where", spot.add("GreaterOrEqual", given, limit), given, below)
    elif slope:
        made = spot.add("LeakyRelu", given, alpha=float(slope))
    elif layer.max_value is not None:
        return spot.add("Clip", given, spot.number(0), spot.number(layer.max_value))
    else:
        return spot.add("Relu", given)
    return made if layer.max_value is None else spot.add("Min", made, spot.number(layer.max_value))


def clip(low: float, high: float) -> Callable[[Spot], str]:
    """Numbers kept between two."""

    def translate(spot: Spot) -> str:
        return spot.add("Clip", spot.read[0], spot.number(low), spot.number(high))

    return translate


def hard_tanh(spot: Spot) -> str:
    """Numbers kept between the two that the layer says."""
    low, high = spot.layer.min, spot.layer.max
    return clip(-1 if low is None else low, 1 if high is None else high)(spot)


def softplus(spot: Spot) -> str:
    """log(1 + exp(beta x)) / beta; from a threshold on, as it is."""
    layer, given = spot.layer, spot.read[0]
    beta = 1 if layer.beta is None else layer.beta
    scaled = given if beta == 1 else spot.add("Mul", given, spot.number(beta), part="scaled")
    made = spot.add("Softplus", scaled)
    if beta != 1:
        made = spot.add("Div", made, spot.number(beta))
    if layer.threshold is None:
        return made
    above = spot.add("Greater", scaled, spot.number(layer.threshold))
    return spot.add("Where", above, given, made)


def threshold(spot: Spot) -> str:
    """Another value up to a threshold."""
    given, layer = spot.read[0], spot.layer
    above = spot.add("Greater", given, spot.number(layer.threshold or 0))
    return spot.add("Where", above, given, spot.number(layer.value or 0))


def rescaling(spot: Spot) -> str:
    """A number times what is read, plus a number, without those that change nothing."""
    layer, given = spot.layer, spot.read[0]
    if layer.scale != 1:
        given = spot.add("Mul", given, spot.number(layer.scale))
    if layer.offset != 0:
        given = spot.add("Add", given, spot.number(layer.offset))
    return given if given != spot.read[0] else spot.add("Identity", given)


def sums(op: str, *, negative: bool = False) -> Callable[[Spot], str]:
    """Softmax or its logarithm along axes; several are written out: the operator takes one."""

    def translate(spot: Spot) -> str:
        given, axes = spot.read[0], spot.axes()
        if negative:
            given = spot.add("Neg", given)
        if len(axes) == 1:
            return spot.add(op, given, axis=axes[0])
        total = spot.add("ReduceLogSumExp", given, spot.ints(*axes), part="sum")
        less = spot.add("Sub", given, total)
        return less if op == "LogSoftmax" else spot.add("Exp", less)

    return translate


def gelu(spot: Spot) -> str:
    """By the normal distribution, or nearly."""
    return spot.add("Gelu", spot.read[0], approximate="tanh" if spot.is_approximate() else "none")


def silu(spot: Spot) -> str:
    """What is read, times its sigmoid."""
    return spot.add("Mul", spot.read[0], spot.add("Sigmoid", spot.read[0]))


def log_sigmoid(spot: Spot) -> str:
    """−log(1 + exp(−x)), which stays finite."""
    inner = spot.add("Softplus", spot.add("Neg", spot.read[0], part="negative"))
    return spot.add("Neg", inner)


def tanh_shrink(spot: Spot) -> str:
    """What is read, less its hyperbolic tangent."""
    return spot.add("Sub", spot.read[0], spot.add("Tanh", spot.read[0]))


def shrink(*, soft: bool) -> Callable[[Spot], str]:
    """Zero around zero; what is left may be moved by as much."""

    def translate(spot: Spot) -> str:
        value = 0.5 if spot.layer.threshold is None else float(spot.layer.threshold)
        return spot.add("Shrink", spot.read[0], lambd=value, bias=value if soft else 0.0)

    return translate
