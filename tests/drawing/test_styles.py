"""What the styles show: texts, sizes and places that can be checked by eye."""

import re
from itertools import pairwise

import pytest

from cnncalc import UsageError, loads
from cnncalc.arithmetic.windows import TransposedWindow, Window
from cnncalc.drawing.draw import draw
from cnncalc.drawing.families import family_of
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.numbers import numbers_of
from cnncalc.drawing.scene import Part, Rect, Text
from cnncalc.drawing.styles import graph, layer, volumes
from cnncalc.drawing.styles.base.grid import DROPPED, HOLE, PADDING, choose_cells, line_of
from cnncalc.drawing.styles.base.trunk import trunk_of

from ..nets import network, spec


def flat(things):
    for thing in things:
        if isinstance(thing, Part):
            yield from flat(thing.items)
        else:
            yield thing


def texts(scene):
    return [thing.text for thing in flat(scene.things) if isinstance(thing, Text)]


def net(*items, **parts):
    return loads(spec(*items, **parts))


RESIDUAL = net(
    "conv: {filters: 8, kernel: 3, padding: 1, norm: batch_norm, activation: relu, name: stem}",
    "Block: {name: b, repeat: 2}", "global_avg_pool", "dense: {units: 10, name: fc}",
    head="blocks:\n  Block:\n    layers:\n      - conv: {filters: 8, kernel: 3, padding: 1}\n      - add: [input, prev]\n",
)  # fmt: skip


@pytest.mark.parametrize(("kind", "family"), [
    ("conv: {filters: 4, kernel: 3}", "conv"), ("conv_transpose: {filters: 4, kernel: 2, stride: 2}", "up"),
    ("upsample: 2", "up"), ("max_pool: 2", "pool"), ("global_avg_pool", "pool"), ("batch_norm", "norm"),
    ("relu", "act"), ("dense: 4", "dense"), ("flatten", "shape"), ("dropout: 0.5", "shape"),
    ("lstm: 4", "mix"), ("multi_head_attention: 1", "mix"),
])  # fmt: skip
def test_what_a_layer_is_for_follows_from_what_it_does(kind, family):
    sequence = "input: {channels: 8, size: [6]}\n"
    inputs = {"lstm: 4": sequence, "multi_head_attention: 1": sequence, "dense: 4": "input: {features: 8}\n"}
    given = {"input": inputs[kind]} if kind in inputs else {}
    nodes = net(kind, head="dialect: torch\n", **given).nodes

    assert family_of(nodes[1], nodes) == family
    assert family_of(nodes[0], nodes) == "input"


def test_boxes_are_the_rows_of_tables_and_groups_their_blocks():
    found = graph_of(RESIDUAL)

    assert [(box.name, box.label, box.op, box.window) for box in found.boxes] == [
        ("input", "input", "input", ""), ("stem", "stem", "conv+bn+relu", "3×3 p1"),
        ("b.0.conv1", "conv1", "conv", "3×3 p1"), ("b.0.add1", "add1", "add", ""),
        ("b.1.conv1", "conv1", "conv", "3×3 p1"), ("b.1.add1", "add1", "add", ""),
        ("global_avg_pool1", "global_avg_pool1", "global_avg_pool", ""), ("fc", "fc", "dense", ""),
    ]  # fmt: skip
    assert [(g.name, g.label, g.op, g.parent, g.first, g.last) for g in found.groups] == [
        ("b", "b", "Block ×2", -1, 2, 5), ("b.0", "b.0", "Block", 0, 2, 3), ("b.1", "b.1", "Block", 0, 4, 5),
    ]  # fmt: skip
    # By nodes: the norm and the activation of the stem give what is read.
    assert [(e.source, e.target, e.tensor) for e in found.edges][:4] == [(0, 1, 0), (1, 2, 3), (1, 3, 3), (2, 3, 4)]


@pytest.mark.parametrize(("depth", "expand", "count"), [(1, False, 5), (2, False, 6), (None, False, 8), (None, True, 10)])
def test_blocks_fold_as_in_tables(depth, expand, count):
    assert len(graph_of(RESIDUAL, depth=depth, expand=expand).boxes) == count


def test_of_too_many_boxes_blocks_are_folded_the_innermost_first():
    found = graph_of(RESIDUAL, most=6)

    assert (len(found.boxes), found.depth, found.is_chosen) == (6, 2, True)
    assert len(graph_of(RESIDUAL, most=1).boxes) == 5
    assert "blocks folded to depth 2; --depth unfolds them" in texts(graph.scene_of(RESIDUAL, found))


def test_a_picture_of_the_graph_has_every_name_and_shape():
    found = texts(graph.draw(RESIDUAL))

    assert {"stem", "conv+bn+relu 3×3 p1", "8×32×32", "b · Block ×2", "b.1 · Block", "10"} <= set(found)


@pytest.mark.parametrize(("name", "shown"), [
    ("params", ["0", "232", "584", "0", "584", "0", "0", "90"]),
    ("macs", ["0", "221k", "590k", "0", "590k", "0", "0", "80"]),
    ("receptive-field", ["1", "3", "5", "5", "7", "7", "?", "?"]),
    ("activation", ["12.0 KiB", "96.0 KiB", "32.0 KiB", "32.0 KiB", "32.0 KiB", "32.0 KiB", "32 B", "40 B"]),
    ("memory", ["12.0 KiB", "64.0 KiB", "64.0 KiB", "96.0 KiB", "64.0 KiB", "96.0 KiB", "32.0 KiB", "72 B"]),
])  # fmt: skip
def test_numbers_that_colour_are_those_of_the_rows(name, shown):
    found = numbers_of(RESIDUAL, graph_of(RESIDUAL), name)

    assert [found.show(value) for value in found.values] == shown


def test_shares_are_logarithms_from_nothing_to_the_largest():
    found = numbers_of(RESIDUAL, graph_of(RESIDUAL), "params")

    assert [round(found.share(i), 2) for i in (0, 2, 7)] == [0, 1, 0.61]


def test_the_trunk_is_the_longest_way_and_links_go_past_it():
    trunk, links = trunk_of(RESIDUAL, graph_of(RESIDUAL))

    assert trunk == list(range(8))
    assert links == [(1, 3), (3, 5)]


def test_what_is_read_for_its_shape_alone_is_no_link():
    found = net("conv: {filters: 4, kernel: 3, name: a}", "conv: {filters: 4, kernel: 3}", "upsample: 2",
                "crop: {like: a}")  # fmt: skip
    trunk, links = trunk_of(found, graph_of(found))

    assert (trunk, links) == ([0, 1, 2, 3, 4], [])


def test_volumes_leave_out_what_leaves_a_map_as_it_is():
    found = texts(volumes.draw(RESIDUAL))

    assert [t for t in found if t in ("stem", "b.0.conv1", "b.1.add1", "fc")] == ["stem", "b.0.conv1", "fc"]
    assert {"32×32", "3", "8", "10"} <= set(found)


def test_a_unet_is_drawn_as_a_u():
    rows = {}
    for thing in volumes.draw(network("unet")).things:
        if isinstance(thing, Part) and thing.id.startswith("n"):
            front = next(item for item in thing.items if isinstance(item, Rect))
            rows.setdefault(round(front.y + front.height / 2), []).append(front.x)
    levels = [rows[y] for y in sorted(rows)]

    assert len(levels) == 5
    # Each level lies within the one above, between its left part and its right part.
    for above, below in pairwise(levels):
        assert min(above) < min(below)
        assert max(below) < max(above)


@pytest.mark.parametrize("scale", volumes.SCALES)
def test_the_largest_map_is_the_largest_volume_on_every_scale(scale):
    fronts = [
        next(item for item in thing.items if isinstance(item, Rect))
        for thing in volumes.draw(network("vgg16"), scale=scale).things
        if isinstance(thing, Part)
    ]

    heights = [front.height for front in fronts]
    assert max(heights) == heights[0] == 150
    assert heights[:-3] == sorted(heights[:-3], reverse=True)


@pytest.mark.parametrize(("window", "size", "outputs", "expected"), [
    (Window(3, 2, 1, (1, 1)), 8, 4, (-1, 8, (1, 2, 3), {-1: PADDING, 8: PADDING}, "⌊(8 + 1 + 1 − 3) / 2⌋ + 1 = 4")),
    (Window(3, 1, 2, (0, 0)), 7, 3, (0, 6, (1, 3, 5), {}, "⌊(7 + 0 + 0 − 5) / 1⌋ + 1 = 3")),
    (Window(2, 2, 1, (0, 0)), 5, 2, (0, 4, (2, 3), {4: DROPPED}, "⌊(5 + 0 + 0 − 2) / 2⌋ + 1 = 2")),
    (Window(2, 2, 1, (0, 0), "ceil"), 5, 3, (0, 4, (2, 3), {}, "")),
    (TransposedWindow(3, 2, 1, (1, 1)), 3, 5,
     (-1, 5, (0, 1, 2), {1: HOLE, 3: HOLE, -1: PADDING, 5: PADDING}, "(3 − 1) · 2 + 3 − 2 = 5")),
])  # fmt: skip
def test_an_axis_of_a_layer_is_its_padded_cells(window, size, outputs, expected):
    found = line_of(window, size, outputs)

    assert (found.first, found.last, found.taps, found.kinds, found.sum) == expected


def test_the_taps_of_the_picture_are_those_of_the_window():
    for window, size in ((Window(3, 2, 2, (2, 2)), 9), (Window(5, 1, 1, (2, 2)), 9)):
        found = line_of(window, size, window.positions(size))
        assert [tap for tap in found.taps if 0 <= tap < size] == list(window.taps(found.unit, size))
    transposed = TransposedWindow(4, 2, 1, (1, 1))
    found = line_of(transposed, 5, transposed.positions(5))
    elements = [int(found.labels[tap]) for tap in found.taps if tap in found.labels]
    assert elements == list(transposed.taps(found.unit, 5))


def test_of_a_long_axis_the_ends_are_shown():
    assert choose_cells(-1, 18, 3) == [*range(-1, 19)]
    assert choose_cells(-3, 226, 5) == [*range(-3, 10), None, *range(221, 227)]
    assert choose_cells(0, 50, 47) == [*range(51)]


def test_a_layer_shows_its_arithmetic_and_what_is_dropped():
    found = net("conv: {filters: 4, kernel: 3, stride: 2, name: c}", "max_pool: {size: 2, name: p}")

    assert {"conv 3×3 s2", "size: ⌊(32 + 0 + 0 − 3) / 2⌋ + 1 = 15", "dropped"} <= set(texts(layer.draw(found, layer="c")))
    assert "dropped" in texts(layer.draw(found, layer="p"))


def test_a_layer_of_one_axis_is_a_row_above_another():
    found = net("conv: {filters: 4, kernel: 3, padding: 1, name: c}", input="input: {channels: 2, size: [9]}\n")

    scene = layer.draw(found, layer="c")
    assert {"2×9", "4×9"} <= set(texts(scene))
    cells = [part for part in scene.things if isinstance(part, Part)]
    counts = [sum(letter == "M" for path in part.items for letter, _ in path.steps) for part in cells]
    assert counts == [9 + 2, 9]


DRAWN = [
    ({"style": "graf"}, "there is no style `graf` (did you mean `graph`?)"),
    ({"target": "gif"}, "there is no kind of picture `gif`"),
    ({"style": "volumes", "target": "dot"}, "dot shows the graph of the layers, not --style volumes"),
    ({"by": "mac"}, "there is no number `mac` to colour by (did you mean `macs`?)"),
    ({"style": "volumes", "by": "macs"}, "--style volumes has no option `by` (options: depth, scale)"),
    ({"style": "volumes", "scale": "big"}, "--scale takes root, log or linear, got big"),
    ({"style": "layer"}, "--style layer shows one layer (--layer NAME, one of stem, b.0.conv1"),
    ({"style": "layer", "layer": "sten"}, "there is no layer `sten` (did you mean `stem`?)"),
    ({"style": "layer", "layer": "b.0.add1"}, "b.0.add1 reads no windows"),
    ({"target": "svg", "looks": {"width": 3}}, "a picture in svg has no option `width`"),
]


@pytest.mark.parametrize(("options", "message"), DRAWN)
def test_what_cannot_be_drawn_is_said(options, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        draw(RESIDUAL, **options)
