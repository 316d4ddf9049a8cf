"""A picture is laid out so that nothing lies on anything else, and every wire goes down."""

from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.layered.level import Spacing
from cnncalc.drawing.layered.nested import Frame, Net, Size, layout
from cnncalc.drawing.styles.graph import place
from cnncalc.language import zoo

from ..nets import document, network

FEW = ("lenet5", "googlenet", "unet", "resnet18", "yolov3", "siamese_triplet")
EPSILON = 1e-6


def depths(net):
    """All that blocks can be folded to: the innermost frame says how many there are."""
    return range(1, 2 + max(len(n.frame.path()) if n.frame else 0 for n in net.nodes))


def overlaps(a, b):
    return (
        a.x < b.x + b.width - EPSILON and b.x < a.x + a.width - EPSILON
        and a.y < b.y + b.height - EPSILON and b.y < a.y + a.height - EPSILON
    )  # fmt: skip


def holds(outer, inner):
    return (
        outer.x - EPSILON <= inner.x and inner.x + inner.width <= outer.x + outer.width + EPSILON
        and outer.y - EPSILON <= inner.y and inner.y + inner.height <= outer.y + outer.height + EPSILON
    )  # fmt: skip


def overlapping(rectangles):
    """The pairs that lie on each other, found by a sweep from top to bottom."""
    found, open_ = [], []
    for place_, one in sorted(enumerate(rectangles), key=lambda pair: pair[1].y):
        open_ = [other for other in open_ if other[1].y + other[1].height > one.y + EPSILON]
        found += [(other, place_) for other, rectangle in open_ if overlaps(rectangle, one)]
        open_.append((place_, one))
    return found


def crossed(box, curve):
    """Whether a curve enters a box: it lies within the rectangle of its ends, and is straight in ranks."""
    left, right = sorted((curve.x1, curve.x2))
    return (
        left < box.x + box.width - EPSILON and box.x < right - EPSILON + (left == right) * 2 * EPSILON
        and curve.y1 < box.y + box.height - EPSILON and box.y < curve.y2 - EPSILON
    )  # fmt: skip


def check(graph, found):
    assert not overlapping(found.boxes)
    for outer, inner in combinations(graph.groups, 2):
        if inner.parent == outer.number or (outer.first <= inner.first and inner.last <= outer.last):
            assert holds(found.groups[outer.number], found.groups[inner.number])
        else:
            assert not overlaps(found.groups[outer.number], found.groups[inner.number])
    for group in graph.groups:
        for box in graph.boxes:
            here = found.groups[group.number], found.boxes[box.number]
            if group.first <= box.number <= group.last:
                assert holds(*here)
            else:
                assert not overlaps(*here)
    curves = sorted((curve for net in found.nets for curve in net), key=lambda curve: curve.y1)
    assert all(curve.y1 <= curve.y2 + EPSILON for curve in curves)
    boxes = sorted(found.boxes, key=lambda box: box.y)
    start = 0
    for curve in curves:
        while start < len(boxes) and boxes[start].y + 3000 < curve.y1:
            start += 1
        for box in boxes[start:]:
            if box.y > curve.y2:
                break
            assert not crossed(box, curve)


def check_network(net):
    seen = set()
    for depth in depths(net):
        graph = graph_of(net, depth=depth)
        if len(graph.boxes) not in seen:
            seen.add(len(graph.boxes))
            check(graph, place(net, graph))


@pytest.mark.parametrize("name", FEW)
def test_nothing_lies_on_anything_else_and_wires_go_down(name):
    check_network(network(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in zoo.names() if name not in FEW])
def test_so_it_is_in_all_of_the_zoo_at_every_depth(name):
    for model in document(name).models:
        check_network(network(f"{name}::{model}"))


def box(width=40, height=20, starts=(20,), margin=0):
    return Size(width, height, starts, margin)


def test_a_chain_is_a_straight_column():
    found = layout([box(), box(60, starts=(30,)), box()], [-1] * 3, [], [Net(0, 0, (1,)), Net(1, 0, (2,))])

    assert [(b.x, b.y) for b in found.boxes] == [(10, 0), (0, 54), (10, 108)]
    assert all(curve.x1 == curve.x2 == 30 for net in found.nets for curve in net)
    assert (found.width, found.height, found.crossings) == (60, 128, 0)


def test_a_skip_passes_at_the_right_and_the_trunk_stays_straight():
    nets = [Net(0, 0, (1, 3)), Net(1, 0, (2,)), Net(2, 0, (3,))]
    found = layout([box()] * 4, [-1] * 4, [], nets)

    assert {b.x for b in found.boxes} == {0}
    passing = [curve for curve in found.nets[0] if curve.x1 == curve.x2 > 40]
    assert passing
    assert {curve.x1 for curve in passing} == {40 + max(Spacing().bends, Spacing().items)}


def test_two_branches_lie_on_both_sides_of_what_they_come_from_and_go_to():
    nets = [Net(0, 0, (1, 2)), Net(1, 0, (3,)), Net(2, 0, (3,))]
    first, left, right, last = layout([box()] * 4, [-1] * 4, [], nets).boxes

    assert first.x == last.x == (left.x + right.x) / 2
    assert left.y == right.y


def test_a_cross_that_can_be_undone_is():
    nets = [Net(0, 0, (3,)), Net(1, 0, (2,))]

    assert layout([box()] * 4, [-1] * 4, [], nets).crossings == 0


def test_a_cross_that_cannot_be_undone_is_counted():
    nets = [Net(0, 0, (2, 3)), Net(1, 0, (2, 3))]

    assert layout([box()] * 4, [-1] * 4, [], nets).crossings == 1


def test_what_enters_a_group_and_leaves_it_crosses_its_border_once():
    nets = [Net(0, 0, (1, 2)), Net(1, 0, (2,)), Net(2, 0, (3,))]
    found = layout([box()] * 4, [-1, 0, 0, -1], [Frame(-1, 200, 24)], nets)
    group = found.groups[0]

    assert group.width == 200
    top, bottom = group.y, group.y + group.height
    assert sum(curve.y1 <= top < curve.y2 for curve in found.nets[0]) == 1
    assert sum(curve.y1 <= bottom - 0.1 < curve.y2 for net in found.nets for curve in net) == 1


class Named(NamedTuple):
    """What `check` asks of a box or a group."""

    number: int
    parent: int
    first: int
    last: int


class Drawing(NamedTuple):
    """What it asks of a graph."""

    boxes: list[Named]
    groups: list[Named]


@st.composite
def drawings(draw):
    """Boxes of any size in groups of groups, and nets that lead to later ones."""
    count = draw(st.integers(1, 14))
    sizes = []
    for _ in range(count):
        width = draw(st.integers(10, 90))
        ports = draw(st.integers(1, 2))
        starts = tuple(width * (2 * port + 1) / (2 * ports) for port in range(ports))
        sizes.append(Size(width, draw(st.integers(8, 60)), starts, draw(st.sampled_from([0, 25]))))
    groups, homes, spans = [], [-1] * count, []

    def split(first, last, parent, depth):
        start = first
        while start <= last and depth < 3:
            end = draw(st.integers(start, last))
            if draw(st.booleans()):
                number = len(groups)
                groups.append(Frame(parent, draw(st.sampled_from([0, 150])), 20))
                spans.append((start, end))
                homes[start : end + 1] = [number] * (end + 1 - start)
                split(start, end, number, depth + 1)
            start = end + 1

    split(0, count - 1, -1, 0)
    nets = []
    for source in range(count - 1):
        for port in range(len(sizes[source].starts)):
            targets = draw(st.sets(st.integers(source + 1, count - 1), max_size=3))
            if targets:
                nets.append(Net(source, port, tuple(sorted(targets))))
    return sizes, homes, groups, spans, nets


@given(drawings())
@settings(max_examples=60)
def test_whatever_is_drawn_nothing_lies_on_anything_else(drawing):
    sizes, homes, groups, spans, nets = drawing
    found = layout(sizes, homes, groups, nets)

    named = [Named(i, frame.parent, *span) for i, (frame, span) in enumerate(zip(groups, spans, strict=True))]
    check(Drawing([Named(i, home, i, i) for i, home in enumerate(homes)], named), found)
    assert [(r.width, r.height) for r in found.boxes] == [(s.width, s.height) for s in sizes]
    for net, curves in zip(nets, found.nets, strict=True):
        source = found.boxes[net.source]
        begin = (source.x + sizes[net.source].starts[net.port], source.y + source.height)
        assert any((c.x1, c.y1) == pytest.approx(begin, rel=0, abs=1e-6) for c in curves)
        for target in net.targets:
            end = (found.boxes[target].x + sizes[target].end, found.boxes[target].y)
            assert any((c.x2, c.y2) == pytest.approx(end, rel=0, abs=1e-6) for c in curves)


def test_nothing_to_draw_is_an_empty_picture():
    assert layout([], [], [], [])[:2] == (0, 0)


def test_the_label_of_what_nobody_reads_hangs_within_its_group():
    # A box with a reader in the same group, and the same without: its label of 11 is above the border.
    boxes = [Size(40, 20, (20,)), Size(40, 20, (20,))]
    read = layout(boxes, [0, 0], [Frame(-1, 0, 24)], [Net(0, 0, (1,))])
    both = layout(boxes, [0, 0], [Frame(-1, 0, 24)], [Net(0, 0, (1,)), Net(1, 0, ())])
    assert read.groups[0].height == 24 + 20 + 34 + 20 + Spacing().border
    assert both.groups[0].height == read.groups[0].height + Spacing().foot
    assert both.boxes == read.boxes
