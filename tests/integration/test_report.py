"""The page of `cnncalc report` in a browser, as a reader uses it."""

import json

import pytest

import cnncalc as library
from cnncalc.cli import main as cli

from .conftest import ROOT

OUTER = ["input", "stem", "max_pool1", "layer1", "layer2", "layer3", "layer4", "global_avg_pool1", "fc"]
"""The rows of ResNet-50 whose blocks are all folded."""
NETWORKS = ("resnet50", "unet", "yolov3", "densenet121")
MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>&lt;b&gt;\"'"


def write(path, *specs):
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", *map(str, specs), "-o", str(path)])
    assert not ended.value.code
    return path.as_uri()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The report of a network of the zoo."""
    folder = tmp_path_factory.mktemp("reports")
    made = {}

    def page(name):
        if name not in made:
            made[name] = write(folder / f"{name}.html", ROOT / "specs" / f"{name}.yaml")
        return made[name]

    return page


def tab(browser, name):
    browser.click(at=f"#n0-tab-{name}")


def drawn(browser):
    """The table is there, and so is the first panel."""
    browser.wait(script="document.querySelectorAll('[role=treegrid] tbody tr[data-place]').length > 3")


@pytest.mark.parametrize("name", NETWORKS)
def test_every_panel_is_drawn_without_a_word_of_complaint_or_a_request(browser, pages, name):
    browser.open(url=pages(name))
    drawn(browser)
    for panel in ("graph", "fields", "memory", "blocks", "padding", "findings"):
        tab(browser, panel)
        assert browser.run(script=f"document.querySelector('#n0-{panel}').innerText.length > 10")
    assert browser.heard() == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_row_shows_its_box_and_a_box_its_row(browser, pages, name):
    browser.open(url=pages(name))
    drawn(browser)
    browser.click(at="tr[data-place='2'] td:nth-child(2)")
    [chosen] = browser.texts(at="tr[aria-selected=true] td:first-child")
    boxes = browser.run(script="[...document.querySelectorAll('.node.chosen title')].map((title) => title.textContent)")
    assert boxes
    assert all(chosen.strip("▸▾ \n") in box for box in boxes)

    browser.run(script="document.querySelectorAll('.node')[4].dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    box = browser.run(script="document.querySelectorAll('.node title')[4].textContent.split(' · ')[0]")
    assert browser.run(script="document.querySelector('tr[aria-selected=true] td:first-child').title") == box


def test_blocks_fold_unfold_and_are_found(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="1")
    names = [text.strip("▸▾ \n") for text in browser.texts(at="tbody tr[data-place] td:first-child")]
    assert names == OUTER

    browser.focus(at="[role=treegrid]")
    browser.press(key="ArrowDown", times=3)
    browser.press(key="ArrowRight")
    assert browser.run(script="document.querySelector('tr.active').getAttribute('aria-expanded')") == "true"
    assert "layer1.0" in browser.run(script="[...document.querySelectorAll('tbody td:first-child')].map((cell) => cell.title)")
    browser.press(key="ArrowLeft")
    assert "layer1.0" not in browser.run(script="[...document.querySelectorAll('tbody td:first-child')].map((cell) => cell.title)")

    browser.fill(at="input[type=search]", text="shortcut")
    found = browser.run(script="[...document.querySelectorAll('tbody td:first-child')].map((cell) => cell.title)")
    assert {"layer1", "layer1.0", "layer1.0.shortcut"} <= set(found)
    assert "layer1.1" not in found


def rows(browser):
    return browser.run(script="[...document.querySelectorAll('tbody tr[data-place] td:first-child')].map((cell) => cell.title)")


def boxes(browser):
    """The names of the boxes of the graph, and of the blocks around them that are open."""
    return (browser.run(script="[...document.querySelectorAll('.node title')].map((title) => title.textContent.split(' · ')[0])"),
            browser.run(script="[...document.querySelectorAll('.heading')].map((one) => one.getAttribute('aria-label').split(' · ')[0])"))  # fmt: skip


def test_one_block_is_folded_and_unfolded_in_graph_and_table(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".body.graph .bar select >> nth=0", value="1")
    assert rows(browser) == OUTER
    assert boxes(browser) == (OUTER, [])

    inner = [f"layer2.{place}" for place in range(4)]
    before = browser.run(script="document.querySelectorAll('.node')[4].getBoundingClientRect().top")
    browser.click(at=".node >> nth=4 >> .twist")
    after = browser.run(script="document.querySelectorAll('.heading')[0].getBoundingClientRect().top")
    assert abs(after - before) <= 2
    assert boxes(browser) == ([*OUTER[:4], *inner, *OUTER[5:]], ["layer2"])
    assert rows(browser) == [*OUTER[:5], *inner, *OUTER[5:]]
    shown = browser.run(script="[...document.querySelectorAll('.bar select')].slice(0, 2).map((one) => one.selectedOptions[0].text)")
    assert shown == ["some blocks", "some blocks"]

    # What the table folds, the graph does.
    browser.click(at="tr[data-place='4'] .twist")
    assert boxes(browser) == (OUTER, [])
    browser.click(at="tr[data-place='6'] .twist")
    assert boxes(browser)[1] == ["layer4"]
    # Its title folds it again.
    browser.click(at=".heading")
    assert boxes(browser) == (OUTER, [])
    assert rows(browser) == OUTER
    assert browser.heard() == []


def test_blocks_of_the_graph_are_folded_by_keys(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".body.graph .bar select >> nth=0", value="1")
    browser.focus(at=".node >> nth=0")
    browser.press(key="ArrowDown", times=3)
    browser.press(key="+")
    assert boxes(browser)[1] == ["layer1"]
    # The title of the block has the focus; the next is its first box, which has blocks, too.
    browser.press(key="ArrowDown")
    browser.press(key="+")
    assert boxes(browser)[1] == ["layer1", "layer1.0"]
    browser.press(key="Enter")
    assert boxes(browser)[1] == ["layer1"]
    browser.press(key="-")
    assert boxes(browser)[1] == []
    assert (
        browser.run(
            script="document.activeElement.querySelector('title').textContent.split(' · ')[0]"
        )
        == "layer1"
    )
    browser.press(key="Enter")
    assert (
        browser.run(script="document.querySelector('tr[aria-selected=true] td').title") == "layer1"
    )
    assert browser.heard() == []


@pytest.mark.parametrize(("panel", "where", "told"), [
    ("fields", ".fields h3", "layer3.1.main"), ("memory", ".memory .answer", "layer3.1.main"),
    ("padding", ".padding h3", "layer3.1.main"), ("blocks", ".tile.chosen b", "layer3"),
    ("graph", ".node.chosen title", "layer3.1"),
])  # fmt: skip
def test_a_panel_that_is_opened_later_shows_what_is_chosen(browser, pages, panel, where, told):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    tab(browser, "findings")
    browser.fill(at="input[type=search]", text="layer3.1.main")
    browser.run(
        script="[...document.querySelectorAll('tbody tr')].find((row) => row.firstChild.title === 'layer3.1.main').querySelector('td').click()"
    )
    tab(browser, panel)
    browser.wait(
        script=f"document.querySelector({json.dumps(where)})?.textContent.startsWith({json.dumps(told)})"
    )


def test_sorted_by_parameters_the_largest_comes_first(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    at = browser.run(script="[...document.querySelectorAll('th button')].find((one) => one.textContent === 'params').dataset.column")
    browser.click(at=f"th [data-column='{at}']")
    cells = browser.texts(at="tbody tr[data-place]")
    network = library.load(ROOT / "specs/resnet50.yaml")
    # A layer of 3×3 with its norm: 512 · 512 · 9 + 2 · 512.
    assert max(node.facts.params or 0 for node in network.nodes) == 512 * 512 * 9
    assert f"{512 * 512 * 9 + 2 * 512:,}" in cells[0]
    assert browser.run(script="document.querySelector('th[aria-sort=descending]').innerText.includes('params')")


@pytest.mark.parametrize(("name", "layer", "unit"), [
    ("resnet50", "layer2.0.main", (3, 5)), ("resnet50", "stem", (0, 111)), ("unet", "up1", (10, 20)),
    ("yolov3", "input", (0, 0)), ("densenet121", "transition1.pool", (27, 0)),
])  # fmt: skip
def test_a_field_is_what_the_command_says(browser, pages, cnncalc, name, layer, unit):
    network = library.load(ROOT / "specs" / f"{name}.yaml")
    known = [node.name for node in network.nodes if len(node.output.size) == 2]
    layer = next((one for one in known if one.startswith(layer)), known[len(known) // 2])
    node = next(node for node in network.nodes if node.name == layer)
    unit = [min(place, size - 1) for place, size in zip(unit, node.output.size, strict=True)]
    document = json.loads(cnncalc("receptive-field", ROOT / "specs" / f"{name}.yaml", "--layer", layer,
                                  "--unit", ",".join(map(str, unit)), "--format", "json").out)  # fmt: skip
    [told] = document["units"]
    (rows, columns), elements = told["boxes"]["input"], told["elements"]["input"]

    browser.open(url=pages(name))
    drawn(browser)
    tab(browser, "fields")
    browser.choose(at=".layers .bar select", value="every")
    browser.fill(at="input[type=search]", text=layer)
    browser.run(script=f"[...document.querySelectorAll('tbody tr')].find((row) => row.firstChild.title === {json.dumps(layer)}).querySelector('td').click()")
    for at, place in enumerate(unit):
        browser.fill(at=f".places input:nth-child({at + 1})", text=str(place))
    answer = browser.text(at=".answer")

    assert answer.startswith(f"{told['layer']}[{unit[0]},{unit[1]}] sees of input rows {rows[0]}–{rows[1]}, columns {columns[0]}–{columns[1]}")
    whole = (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1)
    assert (f"{elements:,} elements" in answer) == (elements != whole)


@pytest.mark.parametrize("size", ["[200000]", "[40000, 40000]"])
def test_the_field_of_an_input_larger_than_any_canvas_is_painted(browser, tmp_path, size):
    spec = tmp_path / "long.yaml"
    spec.write_text(f"cnncalc: 1\ninput: {{channels: 1, size: {size}}}\nlayers:\n"
                    "  - max_pool: {size: 20000, stride: 20000}\n", encoding="utf-8")  # fmt: skip
    browser.open(url=write(tmp_path / "long.html", spec))
    browser.wait(script="!!document.querySelector('#n0-tab-fields')")
    tab(browser, "fields")
    sides = size.count(",") + 1
    # The unit in the middle of ten reads the sixth tenth, that of two the second half.
    assert "(20000" in browser.text(at=".answer")
    alpha = ("(() => { const c = document.querySelector('canvas.field'); const b = c.getContext('2d');"
             " return [0.1, 0.55, 0.9].map((at) => b.getImageData(c.width * at | 0, c.height * %s | 0, 1, 1).data.join()); })()")  # fmt: skip
    first, inside, last = browser.run(script=alpha % (0.55 if sides == 2 else 0.5))
    assert inside != first
    assert (last == inside) == (sides == 2)
    assert [line for line in browser.heard() if "willReadFrequently" not in line] == []


def test_every_element_that_no_window_reads_is_marked(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="every")
    browser.fill(at="input[type=search]", text="layer2.0.shortcut")
    browser.run(script="[...document.querySelectorAll('tbody tr')].find((row) => row.firstChild.title === 'layer2.0.shortcut').querySelector('td').click()")
    tab(browser, "padding")
    # A kernel of 1 with stride 2 along 56 elements reads every other one; eleven are drawn at either end.
    assert "28 of 56 never read" in browser.text(at=".padding .answer")
    marked = browser.run(script="[...document.querySelectorAll('.strip rect.dropped + text')].map((text) => text.textContent)")
    assert list(map(int, marked)) == [1, 3, 5, 7, 9, 45, 47, 49, 51, 53, 55]


def test_the_key_of_memory_is_small(browser, pages):
    browser.open(url=pages("unet"))
    drawn(browser)
    tab(browser, "memory")
    heights = browser.run(script="[...document.querySelectorAll('.memory .key')].map((key) => key.getBoundingClientRect().height)")
    assert heights == [12, 12]


def test_an_image_that_is_dropped_is_seen_through_the_field(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    tab(browser, "fields")
    browser.run(script="document.querySelector('tr[data-place=\"2\"] td').click()")
    browser.drop(at=".drop", colour="#ff0000")
    browser.wait(script="!document.querySelector('.fields .bar button[hidden]')")
    middle = "(() => { const c = document.querySelector('canvas.field'); return [...c.getContext('2d').getImageData(c.width / 2 | 0, c.height / 2 | 0, 1, 1).data]; })()"
    corner = "(() => { const c = document.querySelector('canvas.field'); return [...c.getContext('2d').getImageData(4, 4, 1, 1).data]; })()"
    assert browser.run(script=middle)[:3] == [255, 0, 0]
    red, green, blue, _ = browser.run(script=corner)
    assert red < 128
    assert (green, blue) == (0, 0)
    assert [line for line in browser.heard() if "willReadFrequently" not in line] == []


def test_sixty_rows_scroll_without_a_gap(browser, pages):
    browser.open(url=pages("densenet121"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="every")
    times = browser.run(script="""(async () => {
      const scroller = document.querySelector('.scroller');
      const times = [];
      const scroll = LayerTable.prototype.scroll;
      LayerTable.prototype.scroll = function () {
        const start = performance.now();
        scroll.call(this);
        scroller.offsetHeight; // laid out
        times.push(performance.now() - start);
      };
      for (let row = 0; row < 60; row += 1) {
        scroller.scrollTop += 28;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const box = scroller.getBoundingClientRect();
        for (const place of [30, box.height / 2, box.height - 20]) {
          const there = document.elementFromPoint(box.left + 40, box.top + place);
          if (!there.closest('tr[data-place]')) throw new Error('an empty row');
        }
      }
      LayerTable.prototype.scroll = scroll;
      return times;
    })()""")
    assert len(times) >= 30
    # A frame has 16 ms; the machine may be busy with something else in some of them.
    assert sorted(times)[len(times) // 2] < 16


def test_ten_thousand_layers_are_usable(browser, tmp_path):
    spec = tmp_path / "deep.yaml"
    spec.write_text(
        "cnncalc: 1\ninput: {channels: 8, size: [32, 32]}\nblocks:\n  Unit:\n    layers:\n"
        "      - conv: {filters: 8, kernel: 3, padding: same, norm: batch_norm, activation: relu}\n"
        "layers:\n" + "  - Unit: {repeat: 110}\n" * 31, encoding="utf-8",
    )  # fmt: skip
    network = library.load(spec)
    assert len(network.nodes) > 10_000
    browser.open(url=write(tmp_path / "deep.html", spec))
    drawn(browser)
    assert browser.run(script="document.querySelectorAll('[role=treegrid] tbody tr').length") < 100
    assert browser.run(script="document.querySelectorAll('.node').length") == 32
    browser.click(at=".node >> nth=1 >> .twist")
    assert browser.run(script="document.querySelectorAll('.node').length") == 141
    browser.choose(at=".layers .bar select", value="every")
    assert "folded to depth 1" in browser.text(at=".body.graph .bar [role=status]")
    took = browser.run(
        script="""(async () => {
      const start = performance.now();
      document.querySelector('.scroller').scrollTop = 200000;
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - start;
    })()"""
    )
    assert took < 3000  # on a machine that others use, without a graphics card
    assert browser.run(script="document.querySelectorAll('[role=treegrid] tbody tr').length") < 100
    # One of those that are folded in the graph alone is unfolded: the table follows.
    browser.click(at=".node >> nth=2 >> .twist")
    assert browser.run(script="document.querySelectorAll('.node').length") == 141
    assert browser.text(at=".layers [role=status]") == "142 rows"
    assert browser.heard() == []


def test_markup_in_every_name_is_text(browser, tmp_path):
    spec = tmp_path / "markup.yaml"
    spec.write_text(json.dumps({
        "cnncalc": 1, "name": MARKUP, "description": MARKUP, "input": {"channels": 3, "size": [8, 8]},
        "blocks": {"B": {"layers": [{"conv": {"filters": 4, "kernel": 3, "name": "inner"}}]}},
        "layers": [{"conv": {"filters": 4, "kernel": 1, "name": "first"}}, {"B": {"name": "second"}}],
        "expect": {"params": 1},
    }), encoding="utf-8")  # fmt: skip
    other = tmp_path / "other<b>.yaml"
    other.write_text(spec.read_text(encoding="utf-8").replace('"filters": 4', '"filters": 5'), encoding="utf-8")
    browser.open(url=write(tmp_path / "markup.html", spec, other))
    drawn(browser)
    assert MARKUP[:20] in browser.text(at="h1")
    for name in browser.run(script="[...document.querySelectorAll('[role=tab]')].map((one) => one.id)"):
        browser.click(at=f"#{name}")
    assert browser.run(script="document.querySelectorAll('img, script[src], b > script, iframe').length") == 0
    assert browser.heard() == []


def test_two_specs_are_compared(browser, tmp_path):
    browser.open(url=write(tmp_path / "both.html", ROOT / "specs/resnet18.yaml", ROOT / "specs/resnet50.yaml"))
    drawn(browser)
    told = browser.text(at="[role=tabpanel]")
    assert "resnet18 → resnet50" in told
    assert "25,557,032" in told
    assert "layers follow from that" in told
    assert "11,689,512" in told
    browser.choose(at="select.network", value="0")
    assert browser.text(at="h1") == "resnet18"
    assert browser.heard() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1366])
def test_no_serious_fault_for_those_who_do_not_see_it(browser, pages, scheme, width):
    browser.open(url=pages("resnet50"), width=width, scheme=scheme)
    drawn(browser)
    faults = {}
    for panel in ("graph", "fields", "memory", "blocks", "padding", "findings"):
        tab(browser, panel)
        browser.run(script="new Promise((done) => setTimeout(done, 200))")
        if found := browser.faults():
            faults[panel] = found
    assert faults == {}


CONTROLS = """(() => [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')].filter((one) =>
  one.checkVisibility() && !one.disabled && one.tabIndex >= 0))()"""


@pytest.mark.parametrize("panel", ["graph", "fields", "memory", "blocks", "padding", "findings"])
def test_every_control_is_reached_by_the_tab_key_and_left_again(browser, pages, panel):
    browser.open(url=pages("unet"))
    drawn(browser)
    tab(browser, panel)
    browser.run(script="new Promise((done) => setTimeout(done, 200))")
    # Radio buttons are one stop, at which the arrow keys choose.
    left = f"""{CONTROLS}.filter((one) => !window.reached.has(one) && !(one.type === 'radio' && !one.checked)).map((one) => one.outerHTML.slice(0, 120))"""
    count = browser.run(script=f"(() => {{ document.activeElement.blur(); window.reached = new Set(); return {CONTROLS}.length; }})()")
    assert count > 10
    browser.run(script="addEventListener('focusin', (event) => window.reached.add(event.target))")
    browser.press(key="Tab", times=count + 5)
    assert browser.run(script=left) == []


def test_nothing_is_wider_than_a_phone(browser, pages):
    browser.open(url=pages("resnet50"), width=390, height=844)
    drawn(browser)
    for panel in ("graph", "fields", "memory", "blocks", "padding", "findings"):
        tab(browser, panel)
        assert browser.run(script="document.documentElement.scrollWidth") <= 390


def test_it_prints_all_panels(browser, pages, tmp_path):
    browser.open(url=pages("unet"))
    drawn(browser)
    browser.pdf(path=str(tmp_path / "unet.pdf"))
    assert (tmp_path / "unet.pdf").read_bytes().startswith(b"%PDF")
    assert browser.heard() == []


def test_on_paper_nothing_is_cut_off_and_every_panel_has_its_title(browser, pages):
    browser.open(url=pages("resnet50"), width=794)  # that of A4
    drawn(browser)
    # All is there when the event ends, for the browser prints then.
    assert browser.run(script="""(() => {
      dispatchEvent(new Event('beforeprint'));
      return ['.graph svg', 'canvas.field', '.chart svg', '.tile', '.strip svg'].map((one) => document.querySelectorAll(one).length > 0);
    })()""") == [True] * 5
    browser.media(media="print")
    # In a flex box a picture higher than a page lies on what follows it.
    assert browser.run(script="getComputedStyle(document.querySelector('.body.graph')).display") == "block"
    # As high as the picture is, and as wide as the paper at most.
    frame, picture = (browser.run(script=f"(({{width, height}}) => [width, height])(document.querySelector('{at}').getBoundingClientRect())")
                      for at in (".body > .graph", ".body > .graph svg"))  # fmt: skip
    assert picture[1] > 1000
    assert picture[0] <= frame[0] <= 794
    assert picture[1] <= frame[1]
    titles = "[...document.querySelectorAll('.body')].map((one) => getComputedStyle(one, '::before').content)"
    assert browser.run(script=titles)[:3] == ['"Graph"', '"Receptive field"', '"Memory"']


def test_what_was_chosen_last_is_printed_in_the_colours_of_the_day(browser, pages):
    browser.open(url=pages("resnet50"), scheme="dark")
    drawn(browser)
    tab(browser, "fields")
    tab(browser, "memory")
    browser.click(at="tr[data-place='2'] td:nth-child(2)")
    dark = browser.run(script="getComputedStyle(document.documentElement).getPropertyValue('--element')")
    browser.run(script="dispatchEvent(new Event('beforeprint'))")
    [chosen] = browser.texts(at="tr[aria-selected=true] td:first-child")
    assert browser.run(script="document.querySelector('.body.fields h3').textContent").startswith(chosen.strip("▸▾ \n"))
    # The corner of a canvas is paper, and so is the ground of all that is not drawn on one.
    corner = "[...document.querySelector('canvas.field').getContext('2d').getImageData(3, 3, 1, 1).data].slice(0, 3)"
    assert min(browser.run(script=corner)) > 200
    browser.media(media="print")
    light = browser.run(script="getComputedStyle(document.documentElement).getPropertyValue('--element')")
    assert (dark, light) == ("#2b4157", "#cfe0f1")
    browser.media(media="screen")
    browser.run(script="dispatchEvent(new Event('afterprint'))")
    assert max(browser.run(script=corner)) < 100


def test_keys_with_ctrl_or_alt_are_the_browsers(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.run(script="document.addEventListener('keydown', (event) => { globalThis.taken = event.defaultPrevented; })")
    for at, keys in ((".heading", ("-", "ArrowDown")), ("[role=treegrid]", ("ArrowLeft", "Home")), ("#n0-tab-graph", ("ArrowRight",))):
        for key in keys:
            for held in ("Control", "Alt"):
                browser.run(script=f"document.querySelector('{at}').focus({{preventScroll: true}})")
                press = f"new KeyboardEvent('keydown', {{key: '{key}', {'ctrl' if held == 'Control' else 'alt'}Key: true, bubbles: true, cancelable: true}})"
                browser.run(script=f"document.querySelector('{at}').dispatchEvent({press})")
                assert browser.run(script="globalThis.taken") is False


INNER = """cnncalc: 1
input: {channels: 3, size: [8, 8]}
blocks:
  One:
    layers:
      - conv: {filters: 2, kernel: 3}
layers:
  - One: {name: single}
  - relu
"""


def test_a_block_of_one_layer_is_folded_where_it_was_unfolded(browser, tmp_path):
    (tmp_path / "inner.yaml").write_text(INNER)
    browser.open(url=write(tmp_path / "inner.html", tmp_path / "inner.yaml"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="1")
    assert boxes(browser)[0] == ["input", "single", "relu1"]
    for name, mark in (("single.conv1", "▾"), ("single", "▸")):
        browser.click(at=".node >> nth=1 >> .twist")
        assert boxes(browser)[0] == ["input", name, "relu1"]
        assert mark in browser.run(script="document.querySelectorAll('.node')[1].textContent")


def test_a_search_that_finds_nothing_chooses_nothing(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.fill(at="input[type=search]", text="zzzz")
    browser.focus(at="[role=treegrid]")
    browser.press(key="Enter")
    tab(browser, "fields")
    assert "sees" in browser.text(at=".body.fields")
    assert browser.heard() == []


def test_layers_in_an_order_stand_for_the_block_that_is_chosen(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="1")
    browser.click(at="th button >> text=params")
    browser.click(at=".node >> nth=3 >> text")
    chosen = browser.run(script="[...document.querySelectorAll('tr[aria-selected=true] td:first-child')].map((one) => one.title)")
    assert chosen
    assert all(name.startswith("layer1.") for name in chosen)


def test_a_double_click_on_a_mark_is_one_click_and_a_menu_is_closed(browser, pages):
    browser.open(url=pages("resnet50"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="1")
    browser.click(at=".node >> nth=3 >> .twist", times=2)
    assert boxes(browser)[1] == ["layer1"]

    menu = "document.querySelector('details.menu').open"
    browser.click(at="details.menu summary")
    assert browser.run(script=menu) is True
    browser.press(key="Escape")
    assert browser.run(script=menu) is False
    browser.click(at="details.menu summary")
    browser.click(at=".totals")
    assert browser.run(script=menu) is False


def test_a_block_of_too_many_boxes_is_folded_where_it_was_unfolded(browser, tmp_path):
    (tmp_path / "many.yaml").write_text(
        "cnncalc: 1\ninput: {channels: 1, size: [8]}\nblocks:\n  Long:\n    layers:\n" + 800 * "      - relu\n"
        + "  Short:\n    layers:\n      - relu\n      - tanh\nlayers:\n  - Short: {name: a}\n  - Long: {name: b}\n  - Short: {name: c}\n"
    )  # fmt: skip
    browser.open(url=write(tmp_path / "many.html", tmp_path / "many.yaml"))
    drawn(browser)
    browser.choose(at=".layers .bar select", value="1")
    browser.click(at=".node >> nth=1 >> .twist")
    assert boxes(browser)[1] == ["a"]
    for many in (806, 6):
        browser.click(at=".node >> nth=3 >> .twist")  # b
        assert boxes(browser)[1] == ["a"]
        assert f"{many} rows" in browser.text(at=".layers .bar")


def test_a_graph_that_nobody_could_follow_says_so(browser, tmp_path):
    (tmp_path / "flat.yaml").write_text("cnncalc: 1\ninput: {channels: 1, size: [8]}\nlayers:\n" + 701 * "  - relu\n")
    browser.open(url=write(tmp_path / "flat.html", tmp_path / "flat.yaml"))
    drawn(browser)
    assert "There is no graph: of 702 layers outside blocks more than 700 could not be followed" in browser.text(at=".body.graph")


def test_the_largest_of_the_zoo_is_small_and_opens_at_once(browser, tmp_path):
    path = tmp_path / "resnet152.html"
    url = write(path, "zoo:resnet152")
    assert path.stat().st_size < 1_500_000
    browser.open(url=url)
    drawn(browser)
    # To the end of its script; what it takes is measured by the benchmarks.
    assert browser.run(script="performance.getEntriesByType('navigation')[0].domInteractive") < 5000
