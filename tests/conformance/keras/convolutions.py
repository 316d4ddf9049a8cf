"""Keras' convolutions."""

from __future__ import annotations

from ..cases import Case
from ..stating import Entry, Stated, Statement, Unstated, layer, ranked
from .views import through


def convolution(kind: str) -> Statement:
    """The class as `kind`, its arguments unchanged but for the case of `padding`."""

    def state(case: Case) -> Stated:
        padding = case.args.get("padding", "valid").lower()
        if padding == "full":
            raise Unstated("padding full")
        return through(case, layer(ranked(kind, case), case.args, "data_format", padding=padding))

    return state


def spectral(case: Case) -> Stated:
    """A wrapper that keeps a singular vector of the kernel as a further weight."""
    inner = case.args["layer"]
    if inner["class_name"] != "Conv2D":
        raise Unstated("spectral normalisation of another layer")
    given = layer("conv", inner["config"], "data_format")
    return through(case, {"spectral_norm": {"layer": given}})


def einsum_dense(case: Case) -> Stated:
    """`abc,cd->abd` is a convolution of kernel 1; with two new axes it spreads one axis over two."""
    *_, width = case.args["output_shape"]
    bias = case.args.get("bias_axes") is not None
    if case.args["equation"] == "abc,cd->abd":
        return through(case, {"conv": {"filters": width, "kernel": 1, "bias": bias}})
    if case.args["equation"] != "abc,cde->abde":
        raise Unstated("another einsum")
    _, length, channels = case.shapes[0]
    height = case.args["output_shape"][-2]
    spread: Entry = {"filters": width, "kernel": [1, height], "stride": [1, height], "bias": bias}
    return through(
        case,
        {"reshape": {"to": {"channels": channels, "size": [length, 1]}}},
        {"conv_transpose": spread},
    )


TABLE: dict[str, Statement] = {
    "SpectralNormalization": spectral,
    "EinsumDense": einsum_dense,
}
for rank in (1, 2, 3):
    TABLE[f"Conv{rank}D"] = convolution("conv")
    TABLE[f"DepthwiseConv{rank}D"] = convolution("depthwise_conv")
    TABLE[f"SeparableConv{rank}D"] = convolution("separable_conv")
    TABLE[f"Conv{rank}DTranspose"] = convolution("conv_transpose")
