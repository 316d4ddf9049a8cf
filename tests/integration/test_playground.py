"""The playground in a browser: cnncalc itself runs there, and says what it says here."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

import cnncalc as library
from tools import playground
from tools.playground import __main__ as maker

from .conftest import ROOT, program


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Nothing is logged."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The playground, and the address at which it is served."""
    program("npm")
    folder = tmp_path_factory.mktemp("playground")
    try:
        maker.make(folder)
    except maker.subprocess.CalledProcessError:
        pytest.skip("npm cannot install pyodide")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


def total(browser, text):
    browser.wait(script=f"[...document.querySelectorAll('.totals dd')].some((one) => one.textContent === {text!r})")


def test_it_says_what_the_command_says(browser, site):
    _, url = site
    assert playground.__doc__
    browser.open(url=url)
    total(browser, f"{library.load(ROOT / 'specs/lenet5.yaml').params.value:,}")
    browser.choose(at=".live .bar select", value="resnet18.yaml")
    total(browser, "11,689,512")
    browser.fill(at=".text", text="cnncalc: 1\ninput: {channels: 3, size: [8, 8]}\nlayers:\n  - conv: {filters: 2, kernel: 30}\n")
    browser.wait(script="document.querySelectorAll('.marks mark').length === 1")
    told = browser.texts(at=".wrong li")
    assert "line 4" in told[0]
    assert [line for line in browser.heard() if not line.startswith((f"request: {url}", "request: blob:"))] == []


def test_it_is_small_enough_to_load(site):
    folder, _ = site
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size < 20_000_000
