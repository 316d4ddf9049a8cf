"""The playground in a browser, as a visitor uses it: cnncalc itself runs there, and says what it says here."""

import io
import json
import time
from contextlib import redirect_stdout

import pytest

import cnncalc
from cnncalc.cli import main as cli
from tests.nets import spec
from tools.playground import building, measuring

from .conftest import ROOT

BAD = (ROOT / "tests/bad/shape.yaml").read_text(encoding="utf-8")
MARKUP = spec("conv: {filters: 2, kernel: 1, name: '<img src=x onerror=alert(1)>'}", "relu: {name: '</pre><script>alert(1)</script>'}")
TOO_LARGE = "cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 2, kernel: 30}\n"
DAMAGE = ("hash", "integrity")
"""What package managers say of a file that is not the one of the lock: no reason to skip a test."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The playground, built and served."""
    folder = tmp_path_factory.mktemp("playground")
    try:
        building.build(folder)
    except building.NotBuilt as error:
        if any(word in str(error).lower() for word in DAMAGE):
            raise
        pytest.skip(f"the playground cannot be built: {str(error)[:300]}")
    with measuring.served(folder) as found:
        yield found


@pytest.fixture
def visit(browser, address):
    """Opens the page and waits until it has shown its first table; then it asks for nothing, and complains of nothing."""
    loaded = []

    def visit(behind="", **given):
        browser.open(url=address + behind, **given)
        until(browser, "'shown' in document.body.dataset")
        loaded[:] = browser.heard()
        assert any("packages.zip" in line for line in loaded), "what the worker asks for is not heard"
        assert [line for line in loaded if not line.startswith((f"request: {address}", f"request: blob:{address}"))] == []
        return browser

    yield visit
    assert browser.heard() == loaded


def until(browser, script):
    """Wait for something to be so; the policy of the page forbids what Playwright has for that."""
    for _ in range(600):
        if browser.run(script=script):
            return
        time.sleep(0.05)
    pytest.fail(f"never: {script}")


def after(browser, act):
    """Do something, and wait for the output that follows."""
    before = browser.run(script="document.body.dataset.shown")
    act()
    until(browser, f"document.body.dataset.shown !== '{before}' && !document.querySelector('#output.stale')")


def printed(*arguments):
    """What the command prints here."""
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(SystemExit):
        cli.main(list(arguments))
    return out.getvalue()


TABLES = [
    ("shapes", "resnet50", "", ""),
    ("macs", "mobilenet_v2", "", ""),
    ("receptive-field", "unet", "", ""),
    ("padding", "googlenet", "", "--expand"),
    ("params", "resnet50", "resnet101", "--depth 1 --columns layer,params"),
    ("memory", "dcgan", "generator", "--size 2,2"),
]


def test_tables_are_those_that_the_commands_print(visit, tmp_path):
    browser = visit()
    for command, name, model, options in TABLES:
        file = tmp_path / "net.yaml"
        file.write_text((ROOT / f"specs/{name}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
        named = f"::{model}" if model else ""
        expected = printed(command, f"{file}{named}", "--format", "html", *options.split())
        browser.run(script="document.getElementById('output').replaceChildren()")
        browser.choose(at="#command", value=command)
        browser.choose(at="#example", value=name)
        browser.fill(at="#model", text=model)
        browser.fill(at="#options", text=options)
        line = f"cnncalc {command} net.yaml{named} {options}".strip()
        until(browser, f"document.getElementById('line').innerText === {json.dumps(line)} && document.getElementById('example').value === '{name}'")
        after(browser, lambda: browser.click(at="#run"))
        normal = f"(() => {{ const t = document.createElement('template'); t.innerHTML = {json.dumps(expected)}; return t.innerHTML; }})()"
        shown, wanted = browser.run(script="document.getElementById('output').innerHTML"), browser.run(script=normal)
        assert wanted.startswith("<table>")
        assert shown == wanted, line


def test_a_size_and_a_depth_are_fields(visit):
    browser = visit()
    browser.fill(at="#size", text="256, 256")
    browser.fill(at="#depth", text="1")
    browser.choose(at="#example", value="resnet50")
    until(browser, "document.getElementById('output').innerText.includes('layer4')")
    assert browser.text(at="#line") == "cnncalc shapes net.yaml --size 256,256 --depth 1"
    rows = browser.run(script="[...document.querySelectorAll('tbody tr')].map((row) => row.cells[0].textContent + ' ' + row.cells[3].textContent)")
    assert rows[3:7] == ["layer1 256×64×64", "layer2 512×32×32", "layer3 1024×16×16", "layer4 2048×8×8"]


def test_a_bad_spec_shows_its_finding_and_where_it_is(visit):
    browser = visit()
    after(browser, lambda: browser.fill(at="#text", text=BAD))
    [finding] = browser.texts(at="#findings li")
    assert finding.startswith("E306 line 12, column 14: cannot add different shapes: main 128×16×16, input 64×32×32")
    assert browser.texts(at="#numbers b") == ["12"]
    browser.click(at="#findings button")
    selected = "(() => { const t = document.getElementById('text'); return t.value.slice(t.selectionStart, t.selectionEnd); })()"
    assert browser.run(script=selected) == "[main, input]"

    after(browser, lambda: browser.fill(at="#text", text="input: {channels: 3, size: [8, 8]\nlayers: [relu]\n"))
    assert browser.texts(at="#findings li")[0].startswith("E001 line 1, column 8: not valid YAML: this `{` is never closed")


def test_names_of_markup_are_text(visit):
    browser = visit()
    after(browser, lambda: browser.fill(at="#text", text=MARKUP))
    for command in ("check", "expand", "working"):
        after(browser, lambda command=command: browser.choose(at="#command", value=command))
    assert "<img src=x onerror=alert(1)>" in browser.text(at="#output")
    assert browser.run(script="document.querySelectorAll('#output :is(img, script), #findings img').length") == 0


def test_an_address_holds_the_spec_the_command_and_its_options(visit, address):
    browser = visit()
    text = spec("conv: {filters: 7, kernel: 3}") + "# größer als × 日本 𝒳\n"
    after(browser, lambda: browser.fill(at="#text", text=text))
    after(browser, lambda: browser.choose(at="#command", value="macs"))
    after(browser, lambda: browser.fill(at="#options", text="--expand"))
    browser.click(at="#share")
    until(browser, "location.hash.length > 10")
    behind = browser.run(script="location.hash")
    assert len(behind) < 200

    browser = visit(behind)
    assert browser.run(script="document.getElementById('text').value") == text
    assert browser.text(at="#line") == "cnncalc macs net.yaml --expand"
    visit("#command=macs&spec=AAAA")
    assert browser.text(at="#line") == "cnncalc shapes net.yaml"


def test_the_keyboard_indents_and_can_leave(visit):
    browser = visit()
    after(browser, lambda: browser.fill(at="#text", text="a:"))
    for key in ("Enter", "Tab", "b", ":", "Enter", "-", "Space", "c", "Enter", "Shift+Tab", "Shift+Tab", "d"):
        browser.press(key=key)
    assert browser.run(script="document.getElementById('text').value") == "a:\n  b:\n  - c\nd"
    browser.press(key="Control+z", times=3)
    assert browser.run(script="document.getElementById('text').value.startsWith('a:\\n  b:')")
    browser.press(key="Escape")
    browser.press(key="Tab")
    assert browser.run(script="document.activeElement.id") != "text"


@pytest.mark.parametrize(("width", "scheme"), [(1366, "light"), (1366, "dark"), (390, "light"), (390, "dark")])
def test_nothing_keeps_people_out_and_nothing_sticks_out(visit, width, scheme):
    browser = visit(width=width, height=800, scheme=scheme)
    after(browser, lambda: browser.fill(at="#text", text=BAD))
    assert browser.faults() == []
    assert browser.run(script="document.documentElement.scrollWidth") == width


def test_the_page_of_report_is_live_there(browser, address):
    browser.open(url=address + building.LIVE)

    def total(text):
        until(browser, f"[...document.querySelectorAll('.totals dd')].some((one) => one.textContent === '{text}')")

    total(f"{cnncalc.load(ROOT / 'specs/lenet5.yaml').params.value:,}")
    browser.choose(at=".bench .bar select", value="resnet18.yaml")
    total("11,689,512")
    browser.fill(at=".text", text=TOO_LARGE)
    until(browser, "document.querySelectorAll('.marks mark').length === 1")
    assert "line 4" in browser.texts(at=".wrong li")[0]
    assert browser.faults() == []
    assert [line for line in browser.heard() if not line.startswith(f"request: {address}")] == []


def test_both_pages_lead_to_each_other(browser, address):
    browser.open(url=address + building.LIVE)
    until(browser, "!!document.querySelector('.links a')")
    browser.click(at=".links a")
    until(browser, "location.pathname.endsWith('/index.html') && !!document.querySelector('#output table')")
    browser.click(at="header nav a")
    until(browser, f"location.pathname.endsWith('/{building.LIVE}')")
