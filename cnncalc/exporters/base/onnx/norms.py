"""Normalisation as nodes of ONNX; what its operators do not have is written out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.exporters.base.onnx.elementwise import axis_numbers
from cnncalc.layers.base.shape import axes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.exporters.base.onnx.spot import Spot


def _affine(spot: Spot, given: str, dims: Sequence[int], *, scale: bool, center: bool) -> str:
    """What is normalised, times a scale and with a shift."""
    if scale:
        given = spot.add("Mul", given, spot.weight("scale", dims, "scale"))
    if center:
        given = spot.add("Add", given, spot.weight("center", dims, "bias"))
    return given


def _standardise(spot: Spot, given: str, axes: Sequence[int], eps: float) -> str:
    """Less the mean along axes, and divided by the root of the variance."""
    less = spot.add("Sub", given, spot.add("ReduceMean", given, spot.ints(*axes), part="mean"))
    squares = spot.add("Mul", less, less, part="squares")
    variance = spot.add("ReduceMean", squares, spot.ints(*axes), part="variance")
    root = spot.add("Sqrt", spot.add("Add", variance, spot.number(eps), part="eps"))
    return spot.add("Div", less, root)


def batch_norm(spot: Spot) -> str:
    """Batch normalisation; where no statistics are kept, by those of the batch."""
    layer, channels = spot.layer, spot.x.channels
    if not layer.track:
        axes = [0, *range(2, 2 + spot.x.rank)]
        dims = (channels, *(1,) * spot.x.rank)
        given = _standardise(spot, spot.read[0], axes, spot.epsilon())
        return _affine(spot, given, dims, scale=layer.scale, center=layer.center)
    return _by_statistics(spot, scale=layer.scale, center=layer.center)


def _by_statistics(spot: Spot, *, scale: bool, center: bool) -> str:
    """BatchNormalization, which always has four operands: those that are not learnt are no weights."""
    channels = spot.x.channels
    return spot.add(
        "BatchNormalization",
        spot.read[0],
        spot.weight("scale", (channels,), "scale") if scale else spot.floats(*[1.0] * channels),
        spot.weight("center", (channels,), "bias") if center else spot.floats(*[0.0] * channels),
        spot.weight("mean", (channels,), "bias"),
        spot.weight("variance", (channels,), "variance"),
        epsilon=spot.epsilon(),
    )


def group_norm(spot: Spot) -> str:
    """Group normalisation: an instance norm of groups; the operator of this version has scales per group."""
    layer, x = spot.layer, spot.x
    groups = x.channels if layer.groups == -1 else layer.groups
    grouped = spot.reshape(spot.read[0], groups, -1, part="groups")
    per_group = spot.plain.rules.scales_per_group
    learnt = per_group and layer.scale, per_group and layer.center
    pair = [
        spot.weight("scale", (groups,), "scale") if learnt[0] else spot.floats(*[1.0] * groups),
        spot.weight("center", (groups,), "bias") if learnt[1] else spot.floats(*[0.0] * groups),
    ]
    normed = spot.add("InstanceNormalization", grouped, *pair, epsilon=spot.epsilon())
    given = spot.reshape(normed, *axes_of(x))
    if per_group:
        return given
    dims = (x.channels, *(1,) * x.rank)
    return _affine(spot, given, dims, scale=layer.scale, center=layer.center)


def instance_norm(spot: Spot) -> str:
    """Instance normalisation; by its statistics where it keeps such."""
    layer, x = spot.layer, spot.x
    if layer.track:
        return _by_statistics(spot, scale=layer.affine, center=layer.affine)
    if not layer.affine:
        return _standardise(spot, spot.read[0], range(2, 2 + x.rank), spot.epsilon())
    weights = [
        spot.weight(name, (x.channels,), kind)
        for name, kind in (("scale", "scale"), ("center", "bias"))
    ]
    return spot.add("InstanceNormalization", spot.read[0], *weights, epsilon=spot.epsilon())


def layer_norm(spot: Spot) -> str:
    """Layer normalisation; axes that are not the last are brought there."""
    layer, x = spot.layer, spot.x
    axes = axis_numbers(spot, layer.axes)
    lengths = [axes_of(x)[axis - 1] for axis in axes]
    if not layer.scale:
        given = _standardise(spot, spot.read[0], axes, spot.epsilon())
        dims = [n if i in axes else 1 for i, n in enumerate(axes_of(x), 1)]
        return _affine(spot, given, dims, scale=False, center=layer.center)
    rank = len(axes_of(x)) + 1
    order = [*(axis for axis in range(rank) if axis not in axes), *axes]
    turned = order != sorted(order)
    given = spot.turn(spot.read[0], *order) if turned else spot.read[0]
    weights = [spot.weight("scale", lengths, "scale")]
    if layer.center:
        weights.append(spot.weight("center", lengths, "bias"))
    made = spot.add("LayerNormalization", given, *weights, axis=-len(axes), epsilon=spot.epsilon())
    return spot.turn(made, *(order.index(axis) for axis in range(rank))) if turned else made


def rms_norm(spot: Spot) -> str:
    """Root mean square normalisation, which this version has no operator for."""
    layer, x = spot.layer, spot.x
    axes = axis_numbers(spot, layer.axes)
    squares = spot.add("Pow", spot.read[0], spot.number(2), part="squares")
    mean = spot.add("ReduceMean", squares, spot.ints(*axes), part="mean")
    root = spot.add("Sqrt", spot.add("Add", mean, spot.number(spot.rms_epsilon()), part="eps"))
    given = spot.add("Div", spot.read[0], root)
    dims = [n if i in axes else 1 for i, n in enumerate(axes_of(x), 1)]
    while dims[0] == 1 and len(dims) > 1:
        del dims[0]
    return _affine(spot, given, dims, scale=layer.scale, center=False)


def l2_norm(spot: Spot) -> str:
    """Vectors of length one."""
    axes = axis_numbers(spot, spot.layer.axes)
    eps = 1e-12 if spot.layer.eps is None else float(spot.layer.eps)
    length = spot.add("ReduceL2", spot.read[0], spot.ints(*axes), part="length")
    return spot.add("Div", spot.read[0], spot.add("Clip", length, spot.number(eps)))


def local_response_norm(spot: Spot) -> str:
    """Normalisation over neighbouring channels: LRN where it has the same ones, else written out."""
    layer, x = spot.layer, spot.x
    numbers = {"alpha": 1e-4, "beta": 0.75, "k": 1.0}
    given = {key: getattr(layer, key) for key in numbers}
    numbers |= {key: float(value) for key, value in given.items() if value is not None}
    if layer.size % 2 and x.rank == 2:
        return spot.add("LRN", spot.read[0], size=layer.size, alpha=numbers["alpha"],
                        beta=numbers["beta"], bias=numbers["k"])  # fmt: skip
    # Of an even number of neighbours LRN has more above, PyTorch more below.
    squares = spot.add("Mul", spot.read[0], spot.read[0], part="squares")
    column = spot.reshape(squares, 1, x.channels, -1, part="column")
    pads = (layer.size // 2, 0, (layer.size - 1) // 2, 0)
    means = spot.add(
        "AveragePool", column, kernel_shape=(layer.size, 1), pads=pads, count_include_pad=1
    )
    back = spot.reshape(means, *axes_of(x))
    weighed = spot.add("Mul", back, spot.number(numbers["alpha"]), part="alpha")
    base = spot.add("Add", weighed, spot.number(numbers["k"]), part="k")
    return spot.add("Div", spot.read[0], spot.add("Pow", base, spot.number(numbers["beta"])))
