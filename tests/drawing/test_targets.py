"""Every kind of file says what it is to say, whatever the names are, and is the same file whenever it is made."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cnncalc import UsageError, loads, registry
from cnncalc.drawing.draw import draw, target_of
from cnncalc.drawing.palette import TONES
from cnncalc.drawing.scene import Scene, Text
from cnncalc.drawing.targets import dot, mermaid
from cnncalc.drawing.targets.base import painting
from cnncalc.language import zoo
from cnncalc.plots.base import style
from cnncalc.system.cells import cells

from ..nets import document, network, spec

HOSTILE = '</text><script>alert(1)</script>"; %%{init: {}}%% \\end{tikzpicture} $x$ ::error::x ##[y] \u202e\x1b[31m #1; `a` <b>&amp;'
SVG = "{http://www.w3.org/2000/svg}"

RESIDUAL = loads(spec(
    "conv: {filters: 8, kernel: 3, padding: 1, name: stem}", "B: {name: b}", "conv: {filters: 4, kernel: 1}",
    head="blocks:\n  B:\n    layers:\n      - conv: {filters: 8, kernel: 3, padding: 1}\n      - add: [input, prev]\n",
))  # fmt: skip


@pytest.fixture(scope="module")
def hostile():
    """A network in which all names are what a stranger may choose, as those of model files are."""
    net = loads(spec("relu: {name: a}", "max_pool: 2"))
    net.name = HOSTILE
    for index, node in enumerate(net.nodes):
        node.name, node.op = f"{index}{HOSTILE}", HOSTILE
    return net


TEXT = """\
●   input    input        3×32×32
●   stem     conv 3×3 p1  8×32×32
├─╮
│ ● b.conv1  conv 3×3 p1  8×32×32
├─╯
●   b.add1   add          8×32×32
●   conv1    conv 1×1     4×32×32
"""

MERMAID = """\
flowchart TD
  n0(["input"])
  n1["stem<br/>conv 3×3 p1"]
  subgraph g0["b · B"]
    n2["conv1<br/>conv 3×3 p1"]
    n3["add1<br/>add"]
  end
  n4["conv1<br/>conv 1×1"]
  n0 -->|"3×32×32"| n1
  n1 -->|"8×32×32"| n2
  n1 -->|"8×32×32"| n3
  n2 -->|"8×32×32"| n3
  n3 -->|"8×32×32"| n4
  classDef input fill:#dfe3e8,stroke:#3d444d,color:#1f2328
  class n0 input
  classDef conv fill:#bcdcf5,stroke:#3d444d,color:#1f2328
  class n1,n2,n4 conv
  classDef merge fill:#ffd9a8,stroke:#3d444d,color:#1f2328
  class n3 merge
"""

DOT = """\
digraph "model" {
  graph [rankdir=TB, fontname="Helvetica", fontsize=11, color="#c9ced4"]
  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, color="#3d444d"]
  edge [fontname="Helvetica", fontsize=9, color="#6e7781"]
  n0 [label="input", fillcolor="#dfe3e8"]
  n1 [label="stem\\nconv 3×3 p1", fillcolor="#bcdcf5"]
  subgraph cluster_0 {
    label="b · B"
    n2 [label="conv1\\nconv 3×3 p1", fillcolor="#bcdcf5"]
    n3 [label="add1\\nadd", fillcolor="#ffd9a8"]
  }
  n4 [label="conv1\\nconv 1×1", fillcolor="#bcdcf5"]
  n0 -> n1 [label="3×32×32"]
  n1 -> n2 [label="8×32×32"]
  n1 -> n3 [label="8×32×32"]
  n2 -> n3 [label="8×32×32"]
  n3 -> n4 [label="8×32×32"]
}
"""


@pytest.mark.parametrize(("target", "expected"), [("text", TEXT), ("mermaid", MERMAID), ("dot", DOT)])
def test_a_small_network_is_this_text(target, expected):
    assert draw(RESIDUAL, target=target) == expected


def test_exporters_write_the_same_graph(cnncalc, tmp_path):
    path = tmp_path / "model.yaml"
    path.write_text(spec("relu", "max_pool: 2"), encoding="utf-8")

    for target in ("mermaid", "dot"):
        assert cnncalc("export", path, "--to", target).out == cnncalc("draw", path, "-f", target).out


RAILS = [
    # Two that wait: the longer one stays at the left.
    (["relu: {name: a}", "relu: {name: b}", "add: [b, a]"],
     ["●", "●", "├─╮", "│ ●", "├─╯", "●"]),
    # What reads three tensors at once joins them in one line.
    (["relu: {name: a, from: input}", "relu: {name: b, from: input}", "add: [input, a, b]"],
     ["●", "├─╮", "│ ●", "├─│─╮", "│ │ ●", "├─┴─╯", "●"]),
    # A second output ends, and its rail is free again.
    (["relu: {name: a}", "relu: {name: b}", "relu: {name: c, from: a}", "relu: {name: d}"],
     ["●", "●", "├─╮", "│ ●", "●", "●"]),
]  # fmt: skip


@pytest.mark.parametrize(("items", "rails"), RAILS)
def test_rails_part_and_meet(items, rails):
    lines = draw(loads(spec(*items)), target="text").splitlines()

    assert [re.match(r"[●│├─╮╯╰┤┼┴┬╭ ]+", line)[0].rstrip() for line in lines] == rails


def test_a_terminal_has_colours_and_no_more_cells_than_it_is_wide():
    net = network("densenet121")
    plain = draw(net, target="text", looks={"width": 60})
    colourful = draw(net, target="text", looks={"width": 60, "color": True})

    assert max(map(len, plain.splitlines())) == 60
    assert re.sub(r"\x1b\[[\d;]+m", "", colourful) == plain


WIDE = "入力層の畳み込みと活性化関数の後の正規化の層をまとめたもの"


@pytest.mark.parametrize("width", [80, 50, 40])
def test_wide_letters_take_two_cells(width):
    net = loads(spec("conv: {filters: 8, kernel: 3, name: a}", "relu"))
    net.nodes[1].name = WIDE
    lines = draw(net, target="text", looks={"width": width}).splitlines()

    assert max(map(cells, lines)) <= width
    # The second column begins at the same cell in all lines, the shapes end at the same.
    ops = ("input", "conv 3", "relu")
    assert len({cells(line[: line.rindex(op)]) for line, op in zip(lines, ops, strict=True)}) == 1
    assert len({cells(line) for line in lines}) == 1


def branches(count):
    """A block in which so many layers wait for an addition."""
    items = "".join(f"      - relu: {{name: r{i}, from: input}}\n" for i in range(count))
    names = ", ".join(f"r{i}" for i in range(count))
    return loads(spec("B: {name: b}", head=f"blocks:\n  B:\n    layers:\n{items}      - add: [{names}]\n"))


def test_rails_that_leave_no_room_for_names_are_folded_away_unless_a_depth_is_asked_for():
    text = draw(branches(30), target="text", looks={"width": 80})

    assert text.splitlines() == ["● input  input  3×32×32", "● b      B      3×32×32",
                                 "blocks folded to depth 1; --depth unfolds them"]  # fmt: skip
    assert len(draw(branches(30), target="text", looks={"width": 100}).splitlines()) > 60
    message = "the rails of so many branches leave 20 cells for the names (--depth N folds blocks; or --width 92)"
    with pytest.raises(UsageError, match=re.escape(message)):
        draw(branches(30), target="text", looks={"width": 80}, depth=9)


@pytest.mark.parametrize(("options", "message"), [
    (["-f", "svg", "--width", "40"], "a picture in svg has no option `width` (options: none)"),
    (["-f", "dot", "--color", "always"], "a picture in dot has no option `color` (options: none)"),
    (["-f", "text", "--dpi", "90"], "a picture in text has no option `dpi` (options: width, color)"),
])  # fmt: skip
def test_looks_of_other_kinds_of_pictures_are_refused(cnncalc, options, message):
    assert cnncalc("draw", "zoo:lenet5", *options) == (2, "", f"cnncalc: {message}\n")


@pytest.mark.parametrize(("target", "line"), [("text", "{}"), ("mermaid", "  %% {}"), ("dot", "// {}")])
def test_what_is_folded_unasked_says_so(target, line):
    told = line.format("blocks folded to depth 2; --depth unfolds them")

    assert told in draw(network("densenet121"), target=target).splitlines()
    assert told not in draw(network("densenet121"), target=target, depth=2).splitlines()


def test_rails_that_leave_no_room_are_refused():
    names = [f"r{i}" for i in range(30)]
    net = loads(spec(*(f"relu: {{name: {name}, from: input}}" for name in names), f"add: [{', '.join(names)}]"))

    with pytest.raises(UsageError, match="the rails of so many branches leave"):
        draw(net, target="text")


def test_too_many_bends_are_refused():
    names = [f"r{i}" for i in range(300)]
    net = loads(spec(*(f"relu: {{name: {name}}}" for name in names), f"add: [{', '.join(names)}]"))

    with pytest.raises(UsageError, match="44,850 bends, at most 40,000"):
        draw(net)


def parse(svg):
    """The root of an SVG, which refers to nothing outside of it and runs nothing."""
    assert "<!DOCTYPE" not in svg
    assert not re.search(r"href|url\(|@import|javascript:", svg)
    root = ET.fromstring(svg)  # noqa: S314 - our own
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "style", "g", "rect", "path", "text"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    return root


STYLES = [{"style": "graph"}, {"style": "graph", "by": "macs"}, {"style": "volumes"}, {"style": "layer", "layer": "stem"}]


@pytest.mark.parametrize("options", STYLES)
def test_an_svg_is_valid_and_its_texts_are_texts(options):
    root = parse(draw(RESIDUAL, **options))
    ids = [element.get("id") for element in root.iter() if element.get("id")]

    assert root.find(f"{SVG}title").text
    assert len(ids) == len(set(ids))
    assert "stem" in " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


def test_a_page_finds_boxes_edges_and_groups_by_their_names():
    parts = {e.get("id"): e for e in parse(draw(RESIDUAL)).iter(f"{SVG}g")}

    assert [*parts] == ["g0", "e0-0", "e1-1", "e2-2", "e3-3", "e4-4", "n0", "n1", "n2", "n3", "n4"]
    assert {k: v for k, v in parts["n2"].items() if k.startswith("data")} == {"data-first": "2", "data-last": "2"}
    assert parts["e1-1"].get("data-to") == "2 3"
    assert parts["n1"].find(f"{SVG}title").text == "stem · conv 3×3 p1 · gives 8×32×32 · 224 params · 221,184 MACs"


@pytest.mark.parametrize("target", ["svg", "mermaid", "dot", "tikz", "text"])
@pytest.mark.parametrize("style", ["graph", "volumes"])
def test_names_of_others_are_texts_in_every_kind_of_file(hostile, target, style):
    if style == "volumes" and target in ("mermaid", "dot", "text"):
        return
    text = draw(hostile, style, target)

    also = {"svg": ("<script",), "mermaid": ("<script", "%%", '"; ', "`"), "dot": ('t>";',), "tikz": ("$x$", "\\end{tikzpicture} ")}
    for bad in ("\u202e", "\x1b", "##[", "::error", *also.get(target, ())):
        assert bad not in text
    if target == "svg":
        assert "<script>" in "".join(parse(text).itertext())
    if target == "tikz":
        assert text.count("\\end{tikzpicture}") == 1


@pytest.mark.parametrize(("text", "expected"), [
    ('a"b', "a#34;b"), ("a;b", "a#59;b"), ("<b>", "#60;b#62;"), ("%%{x}%%", "#37;#37;#123;x#125;#37;#37;"),
    ("`a`", "#96;a#96;"), ("#35;", "#35;35#59;"), ("猫 é", "猫 é"), ("a\nb", "a#92;nb"),
])  # fmt: skip
def test_what_mermaid_would_read_is_written_as_its_number(text, expected):
    assert mermaid.escape(text) == expected


@pytest.mark.parametrize(("text", "expected"), [
    ('a"b', 'a\\"b'), ("\\N", "\\\\N"), ("&lt;", "&amp;lt;"), ("a\nb", "a\\\\nb"),
])  # fmt: skip
def test_what_graphviz_would_read_is_escaped(text, expected):
    assert dot.escape(text) == expected


@pytest.mark.parametrize(("path", "target"), [
    ("net.svg", "svg"), ("a.b/net.PNG", "png"), ("net.pdf", "pdf"), ("net.mmd", "mermaid"), ("net.gv", "dot"),
    ("net.tex", "tikz"), ("net.txt", "text"),
])  # fmt: skip
def test_the_ending_says_the_kind(path, target):
    assert target_of(path) == target


def test_an_unknown_ending_is_refused():
    with pytest.raises(UsageError, match=re.escape("cannot tell from `net.gif`")):
        target_of("net.gif")


def test_a_png_and_a_pdf_show_the_scene():
    png, pdf = (draw(RESIDUAL, target=target) for target in ("png", "pdf"))

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert pdf[:5] == b"%PDF-"
    wide, high = (int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
    svg = ET.fromstring(draw(RESIDUAL))  # noqa: S314
    assert (wide, high) == tuple(int(float(svg.get(side)) * 2) for side in ("width", "height"))


@pytest.mark.parametrize(("anchor", "top", "bottom"), [("start", -1, 0), ("middle", -0.5, 0.5), ("end", 0, 1)])
def test_a_turned_text_is_painted_where_svg_has_it(anchor, top, bottom):
    """It stands at the left of its x; upwards from its y, around it, or below it, by its own length."""
    figure = style.figure(200 / 72, 200 / 72)
    place = figure.add_axes((0, 0, 1, 1))
    place.set(xlim=(0, 200), ylim=(200, 0))
    painting._write(place, Text(100, 100, "conv1_1", 10, anchor=anchor, turned=True), 1)
    box = place.texts[0].get_window_extent().transformed(place.transData.inverted())
    length = abs(box.y0 - box.y1)

    assert 85 < box.x0 < box.x1 < 105
    assert (box.y1, box.y0) == pytest.approx((100 + top * length, 100 + bottom * length), abs=1)


@pytest.mark.parametrize(("dots", "message"), [
    (0, "--dpi takes 30 to 2400, got 0"), (2, "--dpi takes 30 to 2400, got 2"),
    (-5, "--dpi takes 30 to 2400, got -5"), (99999, "--dpi takes 30 to 2400, got 99999"),
])  # fmt: skip
def test_dots_that_nobody_can_paint_are_refused(dots, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        draw(RESIDUAL, target="png", looks={"dpi": dots})


def test_more_dots_than_go_on_a_picture_are_refused():
    message = "at most 30,000 dots on a side, at --dpi 1000 this one has more (--dpi 300, or a PDF, which has no dots)"
    with pytest.raises(UsageError, match=re.escape(message)):
        painting.paint(Scene(72, 7200, (), "long"), "png", 1000)
    with pytest.raises(UsageError, match=re.escape("a PDF has no dots")):
        painting.paint(Scene(72, 72 * 2000, (), "longer"), "png", 30)


@pytest.mark.slow
def test_a_png_and_a_pdf_are_the_same_file_each_time():
    for target in ("png", "pdf"):
        assert draw(RESIDUAL, target=target) == draw(RESIDUAL, target=target) != draw(RESIDUAL, target=target, by="macs")
    assert len(draw(RESIDUAL, target="png", looks={"dpi": 40})) < len(draw(RESIDUAL, target="png"))


def test_every_tone_has_letters_that_are_read():
    """WCAG 2.1: 7 to 1 for letters on boxes, by day and by night."""

    def light(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05

    for name in ("paper", "group", "inner", "input", "conv", "up", "pool", "norm", "act", "merge", "dense", "mix",
                 "shape", "block"):  # fmt: skip
        for ink, ground in zip(TONES["ink"], TONES[name], strict=True):
            low, high = sorted((light(ink), light(ground)))
            assert high / low >= 7, name


def test_the_command_writes_a_file_once(cnncalc, tmp_path):
    path = tmp_path / "net.svg"
    first = cnncalc("draw", "zoo:lenet5", "-o", path)
    text = path.read_text(encoding="utf-8")
    second = cnncalc("draw", "zoo:lenet5", "-o", path, "--by", "macs")

    assert (first.code, first.out, first.err) == (0, "", f"wrote {path}\n")
    assert second.code == 2
    assert second.err == f"cnncalc: {path} exists already (--overwrite replaces it)\n"
    assert path.read_text(encoding="utf-8") == text == cnncalc("draw", "zoo:lenet5").out
    assert cnncalc("draw", "zoo:lenet5", "-o", path, "--by", "macs", "--overwrite").code == 0
    assert path.read_text(encoding="utf-8") != text


def test_bytes_are_not_printed(cnncalc):
    ran = cnncalc("draw", "zoo:lenet5", "-f", "png")

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "cnncalc: a picture in png is not printed (-o FILE.png writes it)\n"


def test_a_style_without_its_layer_is_refused(cnncalc):
    assert "--style layer shows one layer" in cnncalc("draw", "zoo:lenet5", "--style", "layer").err


def test_a_layer_of_the_terminal_is_drawn_at_its_width(cnncalc):
    out = cnncalc("draw", "zoo:lenet5", "-f", "text", "--width", "50", "--by", "params", "--color", "always").out

    assert "\x1b[34m●\x1b[0m" in out
    assert max(len(re.sub(r"\x1b\[[\d;]+m", "", line)) for line in out.splitlines()) <= 50


MADE_ANEW = """
import sys
from cnncalc import load
from cnncalc.drawing.draw import draw
net = load("zoo:nasnet_mobile")
for target in ("svg", "tikz", "dot", "mermaid", "text"):
    sys.stdout.write(draw(net, target=target))
sys.stdout.write(draw(net, "volumes"))
"""


@pytest.mark.slow
def test_pictures_are_the_same_files_in_every_process():
    made = {
        subprocess.run([sys.executable, "-c", MADE_ANEW], env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
                       capture_output=True, check=True).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip

    assert len(made) == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", zoo.names())
def test_all_of_the_zoo_is_drawn_in_every_style(name):
    for model in document(name).models:
        net = network(f"{name}::{model}")
        for shown in ("graph", "volumes"):
            parse(draw(net, shown))
        for target in registry.names("drawing.targets"):
            if target not in ("png", "pdf", "text", "svg"):
                assert draw(net, target=target)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("dot") is None, reason="no Graphviz")
def test_graphviz_reads_what_is_written_for_it(hostile):
    for net in (RESIDUAL, hostile, network("nasnet_mobile")):
        text = draw(net, target="dot")
        ran = subprocess.run([shutil.which("dot"), "-Tplain"], input=text.encode(), capture_output=True, check=True)
        assert not ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("options", [*STYLES, {"style": "graph", "net": "hostile"}, {"style": "volumes", "net": "unet"}])
def test_tex_sets_what_is_written_for_it(options, hostile, tmp_path):
    latex, find = shutil.which("pdflatex"), shutil.which("kpsewhich")
    if not latex or not find or subprocess.run([find, "tikz.sty"], capture_output=True, check=False).returncode:
        pytest.skip("no TikZ")
    options = dict(options)
    net = {"hostile": hostile, "unet": network("unet"), "": RESIDUAL}[options.pop("net", "")]
    body = draw(net, target="tikz", **options)
    (tmp_path / "a.tex").write_text(
        "\\documentclass{article}\\usepackage{tikz}\\pagestyle{empty}\\pdfpagewidth=2000bp\\pdfpageheight=2000bp\n"
        f"\\begin{{document}}\n{body}\n\\end{{document}}\n", encoding="utf-8",
    )  # fmt: skip
    ran = subprocess.run([latex, "-interaction=batchmode", "-halt-on-error", "a.tex"], cwd=tmp_path,
                         capture_output=True, check=False)  # fmt: skip

    assert ran.returncode == 0, (tmp_path / "a.log").read_text(encoding="utf-8", errors="replace")[-2000:]
    assert Path(tmp_path / "a.pdf").stat().st_size > 1000
