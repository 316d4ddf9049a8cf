"""Boxes, anchors and regions of interest."""

import pytest

from cnncalc.arithmetic.windows import Everything
from cnncalc.errors import Refusal
from cnncalc.layers.anchor_boxes import AnchorBoxes
from cnncalc.layers.base.shape import Shape
from cnncalc.layers.conv import Conv
from cnncalc.layers.roi_align import RoiAlign
from cnncalc.layers.roi_pool import RoiPool
from cnncalc.layers.yolo_head import YoloHead


@pytest.mark.parametrize(("anchors", "classes", "channels", "grid"), [
    (3, 80, 255, 19), (3, 80, 255, 13), (5, 80, 425, 13), (1, 1, 6, 7),
])
def test_a_yolo_head_reads_boxes(anchors, classes, channels, grid):
    layer = YoloHead(anchors=anchors, classes=classes)
    facts = layer.apply(Shape(channels, (grid, grid)))

    assert facts.output == Shape(channels, (grid, grid))
    assert (facts.params, facts.macs, facts.flops, facts.windows) == (0, 0, 0, ())
    assert layer.boxes(facts.output) == grid * grid * anchors


def test_a_yolo_head_checks_the_channels():
    with pytest.raises(Refusal, match=r"3 anchors × \(5 \+ 80 classes\) are 255 channels") as refused:
        YoloHead(anchors=3, classes=80).apply(Shape(256, (13, 13)))
    assert refused.value.code == "E311"
    assert "filters: 255" in refused.value.help


def test_anchor_boxes_give_four_coordinates_each():
    layer = AnchorBoxes(ratios=(0.5, 1, 2), scales=(128, 256, 512))
    facts = layer.apply(Shape(512, (37, 50)))

    assert layer.anchors == 3 * 3
    assert facts.output == Shape(4 * 9, (37, 50))
    assert layer.boxes(facts.output) == 9 * 37 * 50
    assert facts.work == {"add": 4 * 9 * 37 * 50}


@pytest.mark.parametrize("layer", [RoiPool(size=7, rois=300), RoiAlign(size=(7, 7), rois=300, scale=0.0625)])
def test_regions_become_copies(layer):
    facts = layer.apply(Shape(512, (37, 50)))

    assert facts.output == Shape(512, (7, 7), copies=300)
    assert facts.output.elements == 300 * 512 * 7 * 7
    assert (facts.params, facts.macs) == (0, 0)
    assert facts.windows == (Everything(7), Everything(7))


def test_regions_of_regions_multiply():
    assert RoiPool(size=2, rois=3).apply(Shape(8, (7, 7), copies=4)).output.copies == 3 * 4


def test_the_comparisons_of_roi_pool_are_unknown():
    assert RoiPool(size=7, rois=300).apply(Shape(512, (37, 50))).flops is None


@pytest.mark.parametrize("sampling", [1, 2, 3])
def test_roi_align_interpolates_points(sampling):
    facts = RoiAlign(size=7, rois=300, sampling=sampling).apply(Shape(512, (37, 50)))

    points = 300 * 512 * 7 * 7 * sampling * sampling
    assert facts.work == {"interpolate": 4 * points, "add": points}


def test_layers_behind_regions_work_on_each_and_have_weights_once():
    regions = RoiAlign(size=7, rois=300).apply(Shape(16, (37, 50))).output
    facts = Conv(filters=8, kernel=3, padding="same").apply(regions)

    assert facts.params == 8 * (16 * 3 * 3 + 1)
    assert facts.macs == 300 * 7 * 7 * 8 * 16 * 3 * 3


@pytest.mark.parametrize("layer", [
    YoloHead(anchors=1, classes=1), AnchorBoxes(ratios=(1,), scales=(1,)), RoiPool(size=7, rois=2),
    RoiAlign(size=7, rois=2),
])
@pytest.mark.parametrize(("x", "code"), [
    (Shape(6), "E303"), (Shape(1, (6,), form="tokens"), "E303"), (Shape(6, (5,)), "E302"),
    (Shape(6, (5, 5, 5)), "E302"),
])
def test_detection_needs_a_map_of_two_axes(layer, x, code):
    with pytest.raises(Refusal) as refused:
        layer.apply(x)
    assert refused.value.code == code


def test_a_cell_is_read_at_two_points_along_each_axis():
    facts = RoiAlign(size=7, rois=2).apply(Shape(8, (32, 32)))

    assert facts.work == {"interpolate": 4 * 4 * 2 * 8 * 49, "add": 4 * 2 * 8 * 49}
