"""The layers of ncnn that have no kind here, and whose shapes and numbers are known: regions, columns, scales.

Each function reads one layer and gives what its blobs are.
Source: docs/developer-guide/operators.md and src/layer of Tencent/ncnn; the shapes are those that it gives.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from cnncalc.importers.base.ncnn_layer import ABSENT
from cnncalc.importers.base.ncnn_windows import lengths

if TYPE_CHECKING:
    from cnncalc.importers.base.graph import Graph, Tensor
    from cnncalc.importers.base.ncnn_layer import Layer


def pool_regions(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ROIPooling, ROIAlign, and PSROIPooling, whose channels are cut by the places of a region."""
    channels = layer.integer(3, 0) if layer.type == "PSROIPooling" else reads[0].axes[0]
    axes = channels, layer.integer(1, 0), layer.integer(0, 0)
    return [graph.add_known(reads, axes, layer.name, layer.line)]


def propose(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Proposal: at most so many boxes, and their scores."""
    most = layer.integer(3, 300)
    boxes = [graph.add_known(reads, (most, 1, 4), layer.name, layer.line)]
    if len(layer.tops) > 1:
        boxes.append(graph.add_known(reads, (most, 1, 1), f"{layer.name}_scores", layer.line))
    return boxes


def pool_statistics(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """StatisticsPooling: the mean of each channel, and how far it varies if that is asked for."""
    count = reads[0].axes[0] * (2 if layer.integer(0, 0) else 1)
    return [graph.add_known(reads, (count,), layer.name, layer.line)]


def unfold(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Unfold: a column for each place of a window; raises Unreadable."""
    x = reads[0]
    kernel, sizes = lengths(layer, x)
    axes = x.axes[0] * prod(kernel), prod(sizes)
    return [graph.add_known(reads, axes, layer.name, layer.line)]


def fold(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Fold: columns back to a map of the size that is said; raises Unreadable."""
    width = layer.integer(1, 0)
    area = width * layer.integer(11, width)
    if area < 1 or reads[0].axes[0] % area:
        raise layer.wrong(f"cannot lay {reads[0].axes[0]} rows out in windows of {area}")
    out = layer.integer(20, 0)
    axes = reads[0].axes[0] // area, layer.integer(21, out), out
    return [graph.add_known(reads, axes, layer.name, layer.line)]


def deform(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """DeformableConv2D, of a map, offsets, and perhaps a mask; raises Unreadable."""
    filters, weights = layer.integer(0, 0), layer.integer(6, 0)
    _, sizes = lengths(layer, reads[0])
    params = weights + (filters if layer.integer(5, 0) else 0)
    macs = prod(sizes) * weights
    axes = filters, *sizes
    return [graph.add_known(reads, axes, layer.name, layer.line, params=params, macs=macs)]


def attend(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """SDPA: queries look at keys, and take of values; its heads are channels. Raises Unreadable."""
    if len(reads) < 3 or any(len(x.axes) != 3 for x in reads[:3]) or layer.integer(7, 0):
        raise layer.wrong("needs queries, keys and values of three axes")
    (heads, n, width), (_, m, _), (_, _, out) = (x.axes for x in reads[:3])
    macs = heads * n * m * (width + out)
    return [graph.add_known(reads, (heads, n, out), layer.name, layer.line, macs=macs)]


def turn(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """What keeps the shape of what it reads first, and holds nothing: Flip, MVN, RotaryEmbed."""
    return [graph.add_known(reads, reads[0].axes, layer.name, layer.line)]


def rescale(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Quantize, Dequantize and Requantize, by as many scales and summands as they say."""
    held = {"Quantize": (1,), "Dequantize": (1, 0), "Requantize": (1, 1, 0)}[layer.type]
    params = sum(max(layer.integer(number, usual), 0) for number, usual in enumerate(held))
    x = reads[0]
    return [graph.add_known([x], x.axes, layer.name, layer.line, params=params, each=True)]


def sample(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """GridSample: as large as the grid, whose coordinates are its last axis, or its channels.

    Raises Unreadable.
    """
    if len(reads) < 2 or len(reads[0].axes) != len(reads[1].axes):
        raise layer.wrong("needs a map, and a grid of as many axes")
    x, grid = reads[0].axes, reads[1].axes
    size = grid[1:] if layer.integer(3, 0) else grid[:-1]
    return [graph.add_known(reads, (x[0], *size), layer.name, layer.line)]


def take_diagonal(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Diag of a matrix; raises Unreadable."""
    at = layer.integer(0, 0)
    if len(reads[0].axes) != 2 or at == ABSENT:
        raise layer.wrong("needs a matrix")
    rows, columns = reads[0].axes
    count = min(rows + min(at, 0), columns - max(at, 0))
    return [graph.add_known(reads, (count,), layer.name, layer.line)]


def analyse(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Spectrogram of a row: half of the frequencies, and one, of each frame; raises Unreadable."""
    size = layer.integer(0, 0)
    hop = layer.integer(2, size // 4)
    if len(reads[0].axes) != 1 or size < 1 or hop < 1:
        raise layer.wrong("needs a row, and 0=n_fft")
    length = reads[0].axes[0] + (size // 2 * 2 if layer.integer(5, 1) else 0)
    bins = size // 2 + 1 if layer.integer(8, 1) else size
    parts = () if layer.integer(1, 0) else (2,)
    axes = bins, max((length - size) // hop + 1, 0), *parts
    return [graph.add_known(reads, axes, layer.name, layer.line)]
