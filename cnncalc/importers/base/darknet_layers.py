"""The layers of Darknet that read the one above them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.importers.base.darknet_cells import ACTIVATIONS, KERNELS, count_cell
from cnncalc.importers.base.darknet_walk import behind, norm_of
from cnncalc.importers.base.description import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.importers.base.cfg import Section
    from cnncalc.importers.base.darknet_walk import Layer, Walk
    from cnncalc.importers.base.description import Data


_SHORT_BLUR = 2
"""The value of `antialiasing` that means a blur of 2 × 2, and not of 3 × 3."""


def _window(section: Section) -> Data:
    """Kernel, stride and padding of a convolution: the flag `pad` wins over the number `padding`."""
    size, dilation = section.integer("size", 1), section.integer("dilation", 1)
    stride = [section.integer(f"stride_{axis}", section.integer("stride", 1)) for axis in "yx"]
    padding = (size // 2 if section.integer("pad", 0) else section.integer("padding", 0)) * dilation
    keys: Data = {
        "kernel": size,
        "stride": stride[0] if stride[0] == stride[1] else stride,
        "padding": padding,
    }
    if dilation > 1:
        keys["dilation"] = dilation
    return keys


def _convolutional(walk: Walk, section: Section) -> Layer:
    filters, groups = section.integer("filters", 1), section.integer("groups", 1)
    keys = {"filters": filters, **_window(section), **({"groups": groups} if groups > 1 else {})}
    keys |= {**norm_of(section), **behind(section, "logistic")}
    if "share_index" in section.options:
        return _share(walk, section, keys)
    return _soften(walk, section, "conv", keys, filters)


def _soften(walk: Walk, section: Section, kind: str, keys: Data, channels: int | None) -> Layer:
    """A layer whose stride is taken by a fixed blur behind it, where the fork is told to smooth."""
    how = section.integer("antialiasing", 0)
    if not how:
        return walk.add(section, kind, keys, channels)
    walk.add(section, kind, {**keys, "stride": 1}, channels, "_sharp")
    size, padding = (2, 0) if how == _SHORT_BLUR else (3, 1)
    blur: Data = {"size": size, "stride": keys["stride"], "padding": padding, "mode": "zeros"}
    return walk.add(section, "blur_pool", blur, channels)


def _share(walk: Walk, section: Section, keys: Data) -> Layer:
    """A convolution with the weights of another, which must be of the same kind in all else."""
    layer = walk.at(section, section.integer("share_index", 0))
    entry = next((entry for entry in walk.entries if entry.keys["name"] == layer.name), None)
    if entry is None or {**entry.keys, "name": ""} != {"name": "", **keys}:
        raise Unreadable("[convolutional] shares the weights of a layer that differs in more",
                         section.line)  # fmt: skip
    return walk.add(section, "reuse", {"layer": layer.name, "from": walk.above.name},
                      layer.channels)  # fmt: skip


def _deconvolutional(walk: Walk, section: Section) -> Layer:
    filters = section.integer("filters", 1)
    keys = {
        "filters": filters,
        **_window(section),
        **norm_of(section),
        **behind(section, "logistic"),
    }
    return walk.add(section, "conv_transpose", keys, filters)


def _local(walk: Walk, section: Section) -> Layer:
    filters, size = section.integer("filters", 1), section.integer("size", 1)
    padding = size // 2 if section.integer("pad", 0) else 0
    keys: Data = {"filters": filters, "kernel": size, "stride": section.integer("stride", 1)}
    keys["padding"] = padding
    keys |= behind(section, "logistic")
    return walk.add(section, "locally_connected", keys, filters)


def _dense(walk: Walk, section: Section) -> Layer:
    keys = {
        "units": section.integer("output", 1),
        **norm_of(section),
        **behind(section, "logistic"),
    }
    return walk.add(section, "dense", keys, None)._replace(features=keys["units"])


def _cell(walk: Walk, section: Section) -> Layer:
    """A recurrent layer, one step of it; it reads a vector of so many features."""
    inputs = walk.above.features
    if inputs is None:
        raise Unreadable(f"[{section.kind}] must read a vector: the input, or a connected layer",
                         section.line)  # fmt: skip
    units = section.integer("output", 1)
    hidden = section.integer("hidden", units)
    keys: Data = {"output": {"features": units}}
    keys |= count_cell(
        KERNELS[section.kind](inputs, hidden, units),
        normed=bool(section.integer("batch_normalize", 0)),
    )
    return walk.add(section, "opaque", keys, None)._replace(features=units)


def _crop(walk: Walk, section: Section) -> Layer:
    size = [section.integer("crop_height", 1), section.integer("crop_width", 1)]
    return walk.add(section, "crop", {"size": size}, walk.above.channels)


def _maxpool(walk: Walk, section: Section) -> Layer:
    if section.integer("maxpool_depth", 0):
        raise Unreadable(f"[{section.kind}] takes the largest of channels, which is not known here",
                         section.line, help="maxpool_depth=0")  # fmt: skip
    stride = [section.integer(f"stride_{axis}", section.integer("stride", 1)) for axis in "yx"]
    size = section.integer("size", stride[0])
    total = section.integer("padding", (size - 1) // 2 * 2 if walk.of_yolor else size - 1)
    padding = [total // 2, total - total // 2]
    kind = "max_pool" if section.kind in ("maxpool", "max") else "avg_pool"
    keys: Data = {"size": size, "stride": stride[0] if stride[0] == stride[1] else stride}
    if total:
        keys["padding"] = [padding, padding]
    return _soften(walk, section, kind, keys, walk.above.channels)


def _avgpool(walk: Walk, section: Section) -> Layer:
    return walk.add(section, "global_avg_pool", {"keep_size": True}, walk.above.channels)


def _upsample(walk: Walk, section: Section) -> Layer:
    return walk.add(
        section, "upsample", {"scale": section.integer("stride", 2)}, walk.above.channels
    )


def _reorg(walk: Walk, section: Section) -> Layer:
    # YOLOR's has no options, and always takes every other place.
    factor, channels = section.integer("stride", 2 if walk.of_yolor else 1), walk.above.channels
    if factor < 1:
        raise Unreadable(f"[{section.kind}] has a stride of {factor}", section.line)
    if section.integer("reverse", 0):
        return walk.add(
            section, "depth_to_space", {"factor": factor}, channels and channels // factor**2
        )
    return walk.add(
        section, "space_to_depth", {"factor": factor}, channels and channels * factor**2
    )


def _head(walk: Walk, section: Section) -> Layer:
    boxes = len(section.integers("mask")) if section.kind == "yolo" else section.integer("num", 1)
    keys = {
        "anchors": boxes or section.integer("num", 1),
        "classes": section.integer("classes", 20),
    }
    return walk.add(section, "yolo_head", keys, walk.above.channels)


def _as_it_is(kind: str) -> Callable[[Walk, Section], Layer]:
    """A layer that keeps the shape and has no keys."""

    def read(walk: Walk, section: Section) -> Layer:
        above = walk.above
        return walk.add(section, kind, {}, above.channels)._replace(features=above.features)

    return read


def _activation(walk: Walk, section: Section) -> Layer:
    kind = ACTIVATIONS.get(section.options.get("activation", "linear"))
    if isinstance(kind, dict):
        [(kind, keys)] = kind.items()
        return walk.add(section, kind, keys, walk.above.channels)
    return walk.add(section, kind or "identity", {}, walk.above.channels)


LAYERS: dict[str, Callable[[Walk, Section], Layer]] = {
    "convolutional": _convolutional, "conv": _convolutional,
    "deconvolutional": _deconvolutional, "deconv": _deconvolutional,
    "local": _local, "crop": _crop,
    "rnn": _cell, "gru": _cell, "lstm": _cell,
    "connected": _dense, "conn": _dense,
    "maxpool": _maxpool, "max": _maxpool, "local_avgpool": _maxpool, "local_avg": _maxpool,
    "avgpool": _avgpool, "avg": _avgpool,
    "upsample": _upsample,
    "reorg": _reorg, "reorg3d": _reorg,
    "yolo": _head, "region": _head,
    "dropout": _as_it_is("dropout"),
    "batchnorm": _as_it_is("batch_norm"),
    "softmax": _as_it_is("softmax"), "soft": _as_it_is("softmax"), "logistic": _as_it_is("sigmoid"),
    "lrn": _as_it_is("local_response_norm"), "normalization": _as_it_is("local_response_norm"),
    "cost": _as_it_is("identity"), "contrastive": _as_it_is("identity"), "iseg": _as_it_is("identity"),
    "empty": _as_it_is("identity"), "silence": _as_it_is("identity"),
    "detection": _as_it_is("identity"), "Gaussian_yolo": _as_it_is("identity"),
    "l2norm": _as_it_is("l2_norm"),
    "activation": _activation,
}  # fmt: skip
"""How a section is read, by its type."""
