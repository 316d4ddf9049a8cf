"""What the styles show: texts, sizes and places that can be checked by eye."""

import re
from itertools import pairwise
from math import ceil, floor

import pytest

from cnncalc import UsageError, loads
from cnncalc.arithmetic.fractional import FractionalWindow
from cnncalc.arithmetic.resampling import Resampling
from cnncalc.arithmetic.rounding import ROUNDING
from cnncalc.arithmetic.windows import (
    AdaptiveWindow,
    BorderedWindow,
    Everything,
    TransposedWindow,
    Window,
)
from cnncalc.drawing.draw import draw
from cnncalc.drawing.families import family_of
from cnncalc.drawing.graph import graph_of
from cnncalc.drawing.lettering import text_width
from cnncalc.drawing.numbers import numbers_of
from cnncalc.drawing.scene import Part, Rect, Text
from cnncalc.drawing.styles import graph, layer, volumes
from cnncalc.drawing.styles.base.grid import DROPPED, HOLE, OVERHANG, PADDING, choose_cells, line_of
from cnncalc.drawing.styles.base.trunk import trunk_of

from ..nets import MAP, network, spec

ALL = "each unit of f may read all of its input, so there is no window to show"
NONE = "no layer of this network reads one or two axes by windows"


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
    assert found.note == "blocks folded to depth 2; --depth unfolds them"
    assert graph_of(RESIDUAL, depth=2).note == ""
    assert found.note in texts(graph.scene_of(RESIDUAL, found))


@pytest.mark.parametrize(("boxes", "expected"), [(8, (None, False)), (7, (2, True)), (5, (1, True)), (2, (1, True))])
def test_what_does_not_fit_is_folded_further(boxes, expected):
    found = graph_of(RESIDUAL, fits=lambda graph: len(graph.boxes) <= boxes)

    assert (found.depth, found.is_chosen) == expected
    assert graph_of(RESIDUAL, depth=2, fits=lambda _: False).depth == 2
    assert graph_of(net("relu"), fits=lambda _: False).depth is None


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
    (Window(2, 2, 1, (0, 0), "ceil"), 5, 3, (0, 5, (2, 3), {5: OVERHANG}, "⌈(5 + 0 + 0 − 2) / 2⌉ + 1 = 3")),
    (Window(1, 2, 1, (0, 0)), 6, 3, (0, 5, (2,), {1: DROPPED, 3: DROPPED, 5: DROPPED}, "⌊(6 + 0 + 0 − 1) / 2⌋ + 1 = 3")),
    (Window(2, 3, 1, (0, 0)), 9, 3, (0, 8, (3, 4), {2: DROPPED, 5: DROPPED, 8: DROPPED}, "⌊(9 + 0 + 0 − 2) / 3⌋ + 1 = 3")),
    (Window(2, 1, 2, (0, 0)), 3, 1, (0, 2, (0, 2), {1: DROPPED}, "⌊(3 + 0 + 0 − 3) / 1⌋ + 1 = 1")),
    (Window(2, 1, 1, (-1, -1)), 5, 2, (0, 4, (2, 3), {0: DROPPED, 4: DROPPED}, "⌊(5 − 1 − 1 − 2) / 1⌋ + 1 = 2")),
    # The last elements of a circle are read before the first.
    (BorderedWindow(2, 2, 1, (1, 0), mode="circular"), 4, 2,
     (-1, 3, (1, 2), {-1: PADDING}, "⌊(4 + 1 + 0 − 2) / 2⌋ + 1 = 2")),
    (AdaptiveWindow(2), 5, 2, (0, 4, (2, 3, 4), {}, "")),
    (Everything(), 5, 1, (0, 4, (0, 1, 2, 3, 4), {}, "")),
    (TransposedWindow(3, 2, 1, (1, 1)), 3, 5,
     (-1, 5, (0, 1, 2), {1: HOLE, 3: HOLE, -1: PADDING, 5: PADDING}, "(3 − 1) · 2 + 3 − 2 = 5")),
    # All that the first and the last element give is cut off.
    (TransposedWindow(1, 2, 1, (1, 1)), 3, 3, (0, 4, (2,), {0: DROPPED, 1: HOLE, 3: HOLE, 4: DROPPED}, "(3 − 1) · 2 + 1 − 2 = 3")),
])  # fmt: skip
def test_an_axis_of_a_layer_is_its_padded_cells(window, size, outputs, expected):
    found = line_of(window, size, outputs)

    assert (found.cells[0], found.cells[-1], found.taps, found.kinds, found.sum) == expected


@pytest.mark.parametrize("window", [
    Window(3, 2, 1, (1, 0)), Window(1, 3), Window(2, 5, 3, (2, 2)), Window(3, 2, 1, (-1, -2), "ceil"),
    Window(4, 3, 1, (1, 1), "full"), BorderedWindow(3, 4, 1, (2, 2), mode="reflect"),
    BorderedWindow(2, 3, 2, (3, 1), mode="circular"), BorderedWindow(2, 3, 1, (2, 3), mode="replicate"),
    TransposedWindow(2, 3, 2, (4, 5)), TransposedWindow(1, 2, 1, (3, 1)), AdaptiveWindow(5), AdaptiveWindow(20),
    FractionalWindow(2, 5), Resampling(11, 4), Resampling(11, 3, "linear"), Resampling(11, 22),
    Resampling(8, 2, start=2), Resampling(11, 3, step=(5, 2)),
], ids=str)  # fmt: skip
@pytest.mark.parametrize("size", [11, 14])
def test_what_is_dropped_is_what_no_unit_reads(window, size):
    outputs = window.positions(size)
    found = line_of(window, size, outputs)
    read = {tap for unit in range(outputs) for tap in window.taps(unit, size)}

    assert {int(found.labels[i]) for i, kind in found.kinds.items() if kind == DROPPED} == {*range(size)} - read


@pytest.mark.parametrize("rule", ROUNDING)
def test_the_arithmetic_of_sizes_is_that_of_the_rule(rule):
    for window in (Window(3, 2, 1, (1, 1), rule), Window(2, 3, 1, (0, 2), rule), Window(5, 4, 1, (0, 0), rule)):
        for size in range(4, 14):
            outputs = window.positions(size)
            told, _, count = line_of(window, size, outputs).sum.rpartition(" = ")
            for written, python in (("⌊", "floor("), ("⌈", "ceil("), ("⌋", ")"), ("⌉", ")"), ("−", "-"), ("½", "0.5")):
                told = told.replace(written, python)
            assert eval(told, {"floor": floor, "ceil": ceil}) == int(count) == outputs  # noqa: S307


def test_the_taps_of_the_picture_are_those_of_the_window():
    for window, size in ((Window(3, 2, 2, (2, 2)), 9), (Window(5, 1, 1, (2, 2)), 9)):
        found = line_of(window, size, window.positions(size))
        assert [tap for tap in found.taps if 0 <= tap < size] == list(window.taps(found.unit, size))
    transposed = TransposedWindow(4, 2, 1, (1, 1))
    found = line_of(transposed, 5, transposed.positions(5))
    elements = [int(found.labels[tap]) for tap in found.taps if tap in found.labels]
    assert elements == list(transposed.taps(found.unit, 5))


@pytest.mark.parametrize(("first", "last", "span", "cells"), [
    (-1, 18, (1, 3), [*range(-1, 19)]),
    (-3, 226, (1, 5), [*range(-3, 10), None, *range(221, 227)]),
    # Both ends of a long window, wherever it lies.
    (0, 50, (0, 46), [*range(13), None, *range(38, 51)]),
    (0, 783, (700, 783), [*range(13), None, *range(697, 709), None, *range(775, 784)]),
    (0, 10**12, (0, 10**12), [*range(13), None, *range(10**12 - 8, 10**12 + 1)]),
    (0, 30, (29, 31), [*range(13), None, *range(25, 31)]),
])  # fmt: skip
def test_of_a_long_axis_the_ends_are_shown(first, last, span, cells):
    assert [*choose_cells(first, last, span)] == cells


def test_a_layer_shows_its_arithmetic_and_what_is_dropped():
    found = net("conv: {filters: 4, kernel: 3, stride: 2, name: c}", "max_pool: {size: 2, name: p}")

    assert {"conv 3×3 s2", "size: ⌊(32 + 0 + 0 − 3) / 2⌋ + 1 = 15", "dropped"} <= set(texts(layer.draw(found, layer="c")))
    assert "dropped" in texts(layer.draw(found, layer="p"))


@pytest.mark.parametrize(("item", "told"), [
    ("global_avg_pool: {name: p}", "unit u reads: all 32 elements"),
    ("adaptive_avg_pool: {size: 7, name: p}", "unit u reads: from ⌊u · 32 / 7⌋ up to ⌈(u + 1) · 32 / 7⌉"),
    ("max_pool: {size: 3, stride: 2, ceil: true, name: p}", "size: ⌈(32 + 0 + 0 − 3) / 2⌉ + 1 = 16"),
])  # fmt: skip
def test_a_pool_says_what_a_unit_reads(item, told):
    found = texts(layer.draw(net(item, head="dialect: torch\n"), layer="p"))

    assert told in found
    assert ("beyond the end" in found) == ("ceil" in item)


def test_no_text_goes_beyond_the_picture():
    scene = layer.draw(net("global_avg_pool: {keep_size: true, name: p}"), layer="p")

    ends = [t.x + text_width(t.text, t.size) for t in flat(scene.things) if isinstance(t, Text) and t.anchor == "start"]
    assert max(ends) <= scene.width


@pytest.mark.parametrize(("items", "input", "layer_", "message"), [
    (["flatten: {name: f}"], MAP, "f", f"f reads no windows ({NONE})"),
    (["crop: {size: 4, name: f}", "conv: {filters: 2, kernel: 1, name: c}"], MAP, "f", "f reads no windows (layers with windows: c)"),
    (["instance_norm: {name: f}"], MAP, "f", f"{ALL} ({NONE})"),
    (["lstm: {units: 4, name: f}"], "input: {channels: 2, size: [6]}\n", "f", f"{ALL} ({NONE})"),
    (["multi_head_attention: {heads: 1, name: f}"], "input: {channels: 2, size: [6]}\n", "f", f"{ALL} ({NONE})"),
    (["roi_pool: {size: 2, rois: 3, name: f}"], MAP, "f", f"{ALL} ({NONE})"),
    (["roi_align: {size: 2, rois: 3, name: f}"], MAP, "f", f"{ALL} ({NONE})"),
    (["conv: {filters: 2, kernel: 2, name: f}"], "input: {channels: 2, size: [6, 6, 6]}\n", "f",
     "--style layer draws layers that read one or two axes, f has 2×6×6×6"),
    (["conv: {filters: 2, kernel: 2, name: f}"], "input: {channels: 2, size: [6, 6, 6]}\n", "g", f"there is no layer `g` ({NONE})"),
    (["relu"], MAP, "", f"--style layer shows one layer ({NONE})"),
])  # fmt: skip
def test_a_layer_without_windows_to_draw_is_refused(items, input, layer_, message):
    with pytest.raises(UsageError) as caught:
        layer.draw(net(*items, head="dialect: torch\n", input=input), layer=layer_)
    assert str(caught.value) == message


def test_a_pool_of_one_element_with_a_stride_is_drawn():
    found = net("max_pool: {size: 1, stride: 2, name: p}", input="input: {channels: 2, size: [9]}\n")

    assert {"2×9", "2×5"} <= set(texts(layer.draw(found, layer="p")))


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


@pytest.mark.parametrize("name", ["lenet5", "alexnet", "vgg16"])
def test_no_picture_of_volumes_has_more_below_than_its_margin(name):
    scene = volumes.draw(network(name))
    ends = [thing.y + text_width(thing.text, thing.size) for thing in flat(scene.things)
            if isinstance(thing, Text) and thing.turned]  # fmt: skip
    assert ends
    assert 16 <= scene.height - max(ends) <= 32
