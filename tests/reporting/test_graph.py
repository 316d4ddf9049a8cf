"""The script that lays out the graph of the page against the layout of `cnncalc draw`, for blocks folded to any depth."""

from pathlib import Path

import pytest

import cnncalc
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.styles.graph import place
from cnncalc.errors import UsageError
from cnncalc.language.build import build
from cnncalc.language.document import Document
from cnncalc.language.source import open_spec
from cnncalc.reporting.base.subject import Subject
from cnncalc.reporting.panels import graph, layers

ROOT = Path(cnncalc.__file__).parent.parent
SCRIPTS = ("core", "sets", "folding", "layered", "nested", "boxes")
DRIVER = """
const {table, data, nodes, depths} = given;
const folding = new Folding(table);
return depths.map((depth) => {
  if (Array.isArray(depth)) depth.forEach((row) => folding.toggle(row));
  else folding.unfold(depth ?? folding.depths);
  const shown = new Boxes(folding, folding.open, data, nodes);
  const names = shown.boxes.map((box) => [box.lines[0][0], box.first, box.last, box.home]);
  const blocks = shown.groups.map((group) => [group.name, group.first, group.last, group.parent]);
  return {names, blocks, ...shown.layout()};
});
"""


def laid_out(run_scripts, network, depths):
    """What the script makes of a network at depths, None being unfolded; or after rows are folded or unfolded."""
    subject = Subject(network)
    nodes = {"inputs": [list(one.inputs) for one in network.nodes], "shape": [str(one.output) for one in network.nodes]}
    given = {"table": layers.data(subject), "data": graph.data(subject), "nodes": nodes, "depths": depths}
    return run_scripts(SCRIPTS, DRIVER, given)


def deepest(network):
    return max((len(one.frame.path()) for one in network.nodes if one.frame is not None), default=1)


def compare(network, found, drawn):
    expected = place(network, drawn)
    boxes = drawn.boxes
    assert [tuple(name[1:]) for name in found["names"]] == [(box.first, box.last, box.group) for box in boxes]
    assert [name[0] for name in found["names"]] == [box.label if len(box.label) <= 40 else name[0] for box, name in zip(boxes, found["names"], strict=True)]
    assert [(name, first, last, parent) for name, first, last, parent in found["blocks"]] == [
        (group.name, boxes[group.first].first, boxes[group.last].last, group.parent) for group in drawn.groups
    ]
    near = {"rel": 0, "abs": 0.05}
    assert (found["width"], found["height"]) == pytest.approx((expected.width, expected.height), **near)
    for one, other in ((found["boxes"], expected.boxes), (found["groups"], expected.groups)):
        assert [tuple(place) for place in one] == [pytest.approx(tuple(place), **near) for place in other]
    for one, other in zip(found["nets"], expected.nets, strict=True):
        assert [tuple(curve) for curve in one] == [pytest.approx(tuple(curve), **near) for curve in other]


def hold(run_scripts, network):
    depths = [depth for depth in [*range(1, deepest(network) + 1), None]
              if len(graph_of(network, depth=depth, most=10**9).boxes) <= graph.MOST]
    for depth, found in zip(depths, laid_out(run_scripts, network, depths), strict=True):
        try:
            drawn = graph_of(network, depth=depth, most=10**9)
            compare(network, found, drawn)
        except UsageError:
            continue


@pytest.mark.parametrize("name", ["googlenet", "unet"])
def test_blocks_folded_to_any_depth_lie_as_draw_has_them(run_scripts, name):
    hold(run_scripts, cnncalc.load(ROOT / "specs" / f"{name}.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((ROOT / "specs").glob("*.yaml")), ids=lambda path: path.stem)
def test_so_do_those_of_the_whole_zoo(run_scripts, path):
    document = Document(open_spec(str(path)).source)
    for model in document.models:
        hold(run_scripts, build(document, model))


def test_one_block_alone_is_unfolded(run_scripts):
    network = cnncalc.load(ROOT / "specs/resnet50.yaml")
    names = [cells[0] for cells in layers.data(Subject(network))["cells"]]
    toggled = [names.index("layer2")]
    first, open_, folded = laid_out(run_scripts, network, [1, toggled, toggled])
    assert [name[0] for name in first["names"]] == [
        "input", "stem", "max_pool1", "layer1", "layer2", "layer3", "layer4", "global_avg_pool1", "fc",
    ]  # fmt: skip
    assert [name[0] for name in open_["names"]] == [
        "input", "stem", "max_pool1", "layer1", "layer2.0", "layer2.1", "layer2.2", "layer2.3",
        "layer3", "layer4", "global_avg_pool1", "fc",
    ]  # fmt: skip
    assert [group[0] for group in open_["blocks"]] == ["layer2"]
    assert folded == first
