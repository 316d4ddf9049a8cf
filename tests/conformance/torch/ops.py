"""Layers of several operands, and functions: torch.nn.functional, torchvision.ops and timm."""

from __future__ import annotations

from ..cases import Case, Dims
from ..stating import FIRST, LAST, NAMES, Entry, Stated, Statement, Unstated, layer
from .views import claimed, through

BORDERS = {"constant": "zeros"}
"""Words for what is beyond the ends that are not ours."""


def on(case: Case, entry: Entry, *operands: Entry) -> Stated:
    """A layer of several operands, channels first."""
    ((kind, keys),) = entry.items()
    return Stated(operands, [{kind: {"from": list(NAMES[: len(operands)]), **keys}}], FIRST)


def max_unpool(case: Case) -> Stated:
    """Its indices are those of a pool."""
    return through(case, layer("max_unpool", case.args))


def deform_conv(case: Case) -> Stated:
    """The groups of offsets follow from the number of these."""
    if case.args["in_channels"] != case.shapes[0][1]:
        raise Unstated("contradicts its input")
    inputs = tuple(FIRST.read(shape) for shape in case.shapes)
    return on(case, layer("deform_conv", case.args, "in_channels"), *inputs)


def grid_sample(case: Case) -> Stated:
    """A grid has its places last."""
    x, grid = case.shapes
    return on(case, layer("grid_sample", case.args), FIRST.read(x), LAST.read(grid))


def affine_grid(case: Case) -> Stated:
    """A matrix is so many numbers, and the batch is no part of the size."""
    _, rows, columns = case.shapes[0]
    _, _, *size = case.args["size"]
    entry = layer("affine_grid", case.args, size=size)
    return Stated(({"features": rows * columns},), [entry], LAST)


def stft(case: Case) -> Stated:
    """`parts` is what makes channels of complex numbers."""
    args = case.args
    mode = args.get("pad_mode", "reflect")
    keys = {"complex": args.get("parts"), "pad_mode": BORDERS.get(mode, mode)}
    # Which inputs a frame reads is asked along the first axis: the bins are no axis there.
    keys |= {"bins": "axis" if case.shapes[0][0] > 1 else "channels"}
    return through(case, layer("stft", args, "parts", "pad_mode", **keys))


def functional_pad(case: Case) -> Stated:
    """A flat list counts from the last axis backward, up to the channels."""
    flat: Dims = case.args["pad"]
    sides = [list(pair) for pair in zip(flat[::2], flat[1::2], strict=True)][::-1]
    channels = sides.pop(0) if len(sides) > case.rank else None
    mode = BORDERS.get(case.args["mode"], case.args["mode"])
    return through(case, layer("pad", {}, amount=sides, channels=channels, mode=mode))


def cond_conv(case: Case) -> Stated:
    """timm's has no bias unless it is asked for."""
    claimed(case, "in_channels")
    inputs = (FIRST.read(case.shapes[0]), FIRST.read(case.shapes[1]))
    bias = case.args.get("bias", False)
    return on(case, layer("cond_conv", case.args, "in_channels", bias=bias), *inputs)


def blur_pool(case: Case) -> Stated:
    """timm pads both sides alike, by what its stride asks for."""
    args = case.args
    padding = (args["stride"] + args["filt_size"] - 2) // 2
    mode = args.get("pad_mode", "reflect")
    keys = {"padding": padding, "pad_mode": BORDERS.get(mode, mode)}
    return through(case, layer("blur_pool", args, "channels", "pad_mode", **keys))


def involution(case: Case) -> Stated:
    """One channel, along the first axis; the weights have the size of the output."""
    args, (_, _, n, _) = case.args, case.shapes[0]
    k, s, p, d = (args[name] for name in ("kernel_size", "stride", "padding", "dilation"))
    size = (n + 2 * p - d * (k - 1) - 1) // s + 1
    keys = {"kernel": [k, 1], "stride": [s, 1], "padding": [p, 0], "dilation": [d, 1]}
    weights = {"channels": k, "size": [max(size, 1), 1]}
    return on(case, {"involution": keys}, {"channels": 1, "size": [n, 1]}, weights)


def carafe(case: Case) -> Stated:
    """One channel, along the first axis; the weights have the size of the output."""
    k, s, (_, _, n, _) = case.args["kernel_size"], case.args["scale_factor"], case.shapes[0]
    keys = {"kernel": [k, 1], "scale": [s, 1]}
    weights = {"channels": k, "size": [n * s, 1]}
    return on(case, {"carafe": keys}, {"channels": 1, "size": [n, 1]}, weights)


TABLE: dict[str, Statement] = {
    "BlurPool2d": blur_pool,
    "Carafe": carafe,
    "CondConv2d": cond_conv,
    "DeformConv2d": deform_conv,
    "Involution": involution,
    "Stft": stft,
}
for rank in (1, 2, 3):
    TABLE[f"FunctionalPad{rank}d"] = functional_pad
    TABLE[f"MaxUnpool{rank}d"] = max_unpool
for rank in (2, 3):
    TABLE[f"AffineGrid{rank}d"] = affine_grid
    TABLE[f"GridSample{rank}d"] = grid_sample
