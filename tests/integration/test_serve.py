"""The page of `cnncalc serve` in a browser: typed, judged, saved, and saved by somebody else."""

import threading

import pytest

from cnncalc.serving.folder import Folder
from cnncalc.serving.server import Server

SPEC = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 2, kernel: 3}\n"


@pytest.fixture
def served(tmp_path):
    """A folder with a spec, and the address at which it is served."""
    (tmp_path / "net.yaml").write_text(SPEC, encoding="utf-8", newline="\r\n")
    with Server(Folder(str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield tmp_path / "net.yaml", server.url
        server.shutdown()
        thread.join()


def total(browser, text):
    browser.wait(script=f"[...document.querySelectorAll('.totals dd')].some((one) => one.textContent === {text!r})")


def test_what_is_typed_is_judged_and_saved_when_asked(browser, served):
    spec, url = served
    browser.open(url=url)
    total(browser, "56")  # 2 · 3 · 3 · 3 weights and 2 biases
    assert browser.run(script="document.querySelector('.bench .bar button').disabled")

    browser.fill(at=".text", text=SPEC.replace("filters: 2", "filters: 5"))
    total(browser, "140")
    assert spec.read_bytes() == SPEC.replace("\n", "\r\n").encode()

    browser.fill(at=".text", text=SPEC.replace("kernel: 3", "kernel: 30"))
    browser.wait(script="document.querySelectorAll('.marks mark').length === 1")
    [told] = browser.texts(at=".wrong li")
    assert "line 4" in told

    browser.fill(at=".text", text=SPEC.replace("filters: 2", "filters: 5"))
    total(browser, "140")
    browser.click(at=".bench .bar button")
    browser.wait(script="document.querySelector('.bench [role=status]').textContent === 'saved'")
    assert spec.read_bytes() == SPEC.replace("filters: 2", "filters: 5").replace("\n", "\r\n").encode()
    assert silent(browser, url)


def test_what_somebody_else_saves_is_shown(browser, served):
    spec, url = served
    browser.open(url=url)
    total(browser, "56")
    spec.write_text(SPEC.replace("filters: 2", "filters: 7"), encoding="utf-8")
    total(browser, "196")
    assert "filters: 7" in browser.run(script="document.querySelector('.text').value")

    browser.fill(at=".text", text=SPEC.replace("filters: 2", "filters: 3"))
    spec.write_text(SPEC, encoding="utf-8")
    browser.wait(script="document.querySelector('.bench [role=status]').textContent.includes('somebody else')")
    assert "filters: 3" in browser.run(script="document.querySelector('.text').value")


def test_a_page_that_nobody_sees_asks_for_nothing_and_is_new_as_soon_as_it_is_shown(browser, served):
    spec, url = served
    browser.open(url=url)
    total(browser, "56")
    browser.run(script="""(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      window.asked = 0;
      const plain = window.fetch;
      window.fetch = (...given) => { window.asked += 1; return plain(...given); };
    })()""")
    # One look may be under way.
    browser.run(script="new Promise((done) => setTimeout(done, 1500))")
    before = browser.run(script="window.asked")
    spec.write_text(THEIRS, encoding="utf-8")
    browser.run(script="new Promise((done) => setTimeout(done, 2500))")
    assert browser.run(script="window.asked") == before
    browser.run(script="(() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); })()")
    total(browser, "196")


def test_what_is_unfolded_stays_so_while_the_text_changes(browser, served):
    _, url = served
    blocks = (
        "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nblocks:\n  B:\n    layers:\n"
        "      - conv: {filters: 2, kernel: 3, padding: same}\n      - relu\nlayers:\n  - B\n  - B\n"
    )
    browser.open(url=url)
    total(browser, "56")
    browser.fill(at=".text", text=blocks)
    total(browser, "94")  # 56, and 2 · 2 · 3 · 3 + 2
    browser.choose(at=".layers .bar select", value="1")
    browser.click(at=".node >> nth=1 >> .twist")
    open_ = "[...document.querySelectorAll('.heading')].length"
    assert browser.run(script=open_) == 1
    browser.fill(at=".text", text=blocks.replace("kernel: 3", "kernel: 1"))
    total(browser, "14")  # 2 · 3 + 2, and 2 · 2 + 2
    assert browser.run(script=open_) == 1


TWO = """cnncalc: 1
models:
  one:
    input: {channels: 3, size: [8, 8]}
    layers:
      - conv: {filters: 2, kernel: 3}
      - relu
  two:
    input: {channels: 3, size: [9, 9]}
    layers:
      - conv: {filters: 4, kernel: 3, name: first}
      - conv: {filters: 4, kernel: 3, name: second}
"""


def test_what_is_set_on_the_page_stays_so_while_the_text_changes(browser, served):
    _, url = served
    browser.open(url=url)
    total(browser, "56")
    browser.fill(at=".text", text=TWO)
    browser.wait(script="document.querySelector('select.network') !== null")
    browser.choose(at="select.network", value="1")
    total(browser, "260")  # 4 · 27 + 4, and 4 · 36 + 4
    browser.click(at="details.menu summary")
    browser.click(at="details.menu label >> text=FLOPs")
    browser.choose(at=".body.graph select[aria-label='Colour by']", value="macs")
    browser.click(at="th button >> text=params")
    browser.click(at="tr[data-place='1'] td:nth-child(2)")
    browser.click(at="#n1-tab-fields")
    browser.focus(at="canvas.map")
    browser.press(key="ArrowLeft", times=2)
    state = """[document.querySelector('h1').textContent, document.querySelector('select.network').value,
      [...document.querySelectorAll('th')].map((one) => one.textContent).join(),
      document.querySelector("select[aria-label='Colour by']")?.value ?? 'macs',
      document.querySelector('tr[aria-selected=true] td:first-child').title,
      document.querySelector('.body.fields .answer').textContent]"""
    before = browser.run(script=state)
    assert before[0].endswith("two")
    assert "FLOPs" in before[2]
    assert "▼" in before[2]

    browser.fill(at=".text", text=TWO.replace("name: first", "bias: false, name: first"))
    total(browser, "256")
    assert browser.run(script=state) == before
    browser.click(at="#n1-tab-graph")
    assert browser.run(script="document.querySelector(\"select[aria-label='Colour by']\").value") == "macs"


STATUS = "document.querySelector('.bench [role=status]').textContent"
WAYS = "!document.querySelector('.bench .bar > span:last-child').hidden"
MINE, THEIRS = SPEC.replace("filters: 2", "filters: 3"), SPEC.replace("filters: 2", "filters: 7")


@pytest.mark.parametrize(("way", "left", "status"), [(1, MINE, "saved"), (2, THEIRS, "read anew")])
def test_who_has_typed_while_somebody_else_saved_chooses_between_the_two(browser, served, way, left, status):
    spec, url = served
    browser.open(url=url)
    total(browser, "56")
    browser.fill(at=".text", text=MINE)
    spec.write_text(THEIRS, encoding="utf-8")
    browser.wait(script=WAYS)
    assert browser.run(script=STATUS) == "the file has been changed by somebody else, and so have you:"
    assert browser.run(script="document.querySelector('.bench .bar button').disabled")

    browser.click(at=f".bench .bar > span button:nth-child({way})")
    browser.wait(script=f"{STATUS} === {status!r}")
    assert spec.read_bytes().replace(b"\r\n", b"\n").decode() == left
    assert browser.run(script="document.querySelector('.text').value") == left
    assert not browser.run(script=WAYS)
    total(browser, "84" if way == 1 else "196")
    assert silent(browser, url)


def test_a_file_that_somebody_deletes_stays_open_and_can_be_saved_again(browser, served):
    spec, url = served
    browser.open(url=url)
    total(browser, "56")
    spec.unlink()
    browser.wait(script=f"{STATUS} === 'the file has been deleted by somebody else: Save writes it again'")
    assert browser.texts(at=".bench .left option") == ["net.yaml (gone)"]
    browser.click(at=".bench .bar button")
    browser.wait(script=f"{STATUS} === 'saved'")
    assert spec.read_bytes() == SPEC.replace("\n", "\r\n").encode()
    browser.wait(script="document.querySelector('.bench .left option').textContent === 'net.yaml'")

    # Who has typed nothing is not asked once it is there again.
    spec.unlink()
    browser.wait(script=f"{STATUS}.includes('deleted')")
    spec.write_text(THEIRS, encoding="utf-8")
    total(browser, "196")
    assert silent(browser, url)


def silent(browser, url):
    """Whether the browser has complained of nothing, and asked for nothing but what the server has."""
    return [line for line in browser.heard() if not line.startswith(f"request: {url.partition('?')[0]}")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_for_those_who_do_not_see_it(browser, served, scheme):
    _, url = served
    browser.open(url=url, scheme=scheme)
    total(browser, "56")
    assert browser.faults() == []
