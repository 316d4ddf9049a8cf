"""The layers of Caffe's forks that look at regions of a map: those of Faster R-CNN, R-FCN and Mask R-CNN.

Source: proposal_layer.cpp and roi_pooling_layer.cpp of rbgirshick's fork, psroi_pooling_layer.cpp of R-FCN,
roi_align_layer.cpp of the forks for Mask R-CNN.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnncalc.importers.base.caffe_layers import Layer
    from cnncalc.importers.base.description import Data
    from cnncalc.importers.base.graph import Graph, Tensor


def propose(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """Proposal of Faster R-CNN: at most so many regions of five numbers, and a score of each.

    Raises Unreadable.
    """
    count = layer.options("proposal").integer("post_nms_topn", 300)
    regions = graph.add_known(reads, (count, 5), layer.name, layer.line)
    found = [regions._replace(axes=(5,), batch=count)]
    if len(layer.tops) > 1:
        scores = graph.add_known(reads, (count,), f"{layer.name}_scores", layer.line)
        found.append(scores._replace(axes=(1,), batch=count))
    return found


def pool_regions(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ROIPooling: a map of the same size for each region; raises Unreadable."""
    return _look(graph, layer, reads, "roi_pool", "roi_pooling", {})


def align_regions(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """ROIAlign: as ROIPooling, of points between the elements; raises Unreadable."""
    points = layer.options("roi_align").integer("sampling_ratio", 0)
    return _look(
        graph, layer, reads, "roi_align", "roi_align", {"sampling": points} if points > 0 else {}
    )


def pool_by_position(graph: Graph, layer: Layer, reads: list[Tensor]) -> list[Tensor]:
    """PSROIPooling of R-FCN: each cell reads channels of its own, which gives a part of them.

    Raises Unreadable.
    """
    options = layer.options("psroi_pooling")
    channels, cells = options.integer("output_dim", 0), options.integer("group_size", 0)
    if not reads or channels < 1 or cells < 1 or reads[0].axes[0] != channels * cells**2:
        raise layer.wrong("needs a map of output_dim × group_size² channels, and regions")
    x = reads[0]
    axes = (channels, *x.size)
    own = graph.add_known([x], axes, f"{layer.name}_own", layer.line, each=True)
    size = {"pooled_h": cells, "pooled_w": cells}
    return _look(graph, layer, [own, *reads[1:]], "roi_pool", "psroi_pooling", {}, size)


def _look(
    graph: Graph,
    layer: Layer,
    reads: list[Tensor],
    kind: str,
    options_name: str,
    keys: Data,
    sides: dict[str, int] | None = None,
) -> list[Tensor]:
    """A grid over each region of the map; `sides` stand for those of the options."""
    if len(reads) < 2 or len(reads[0].size) != 2:
        raise layer.wrong("needs a map and regions")
    x, regions, *rest = reads
    options = layer.options(options_name)
    sides = sides or {}
    size = [sides.get(key) or options.integer(key, 0) for key in ("pooled_h", "pooled_w")]
    said: Data = {
        "size": size,
        "rois": regions.batch,
        "scale": options.number("spatial_scale", 1.0),
        **keys,
    }
    made = graph.add(kind, said, [x], (x.axes[0], *size), layer.name, layer.line)
    for other in (regions, *rest):
        graph.forget(other)
    return [made._replace(batch=regions.batch)]
