"""What can be said of the playground without building it; tests/integration/test_playground.py uses it."""

import importlib.util
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cnncalc import registry
from cnncalc.language import zoo
from tests.nets import spec
from tools.playground import building
from tools.versions import LOCK

BAD = Path(__file__).parent / "bad"
UNUSED = {"pygments", "markdown-it-py"}  # Rich needs them to show code and Markdown, which nothing here does
LEFT_OUT = {*UNUSED, "colorama", "ipywidgets"}


def lines(path):
    """The requirements of a file by their names."""
    text = path.read_text(encoding="utf-8").replace(" --hash=", " # ")
    found = [Requirement(line.partition(" # ")[0]) for line in text.splitlines() if line[:1] not in ("#", "")]
    return {canonicalize_name(line.name): line for line in found if line.marker is None or line.marker.evaluate({"python_full_version": "3.14.2"})}


@pytest.fixture(scope="module")
def page():
    """The tags of the page, each with its attributes."""
    found = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attributes):
            found.append((tag, dict(attributes)))

    Reader().feed(building.page(""))
    return found


@pytest.fixture
def bridge(tmp_path, monkeypatch):
    """What the worker asks, here in this process."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    found = importlib.util.spec_from_file_location("bridge", building.HERE / "page" / "bridge.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_what_is_installed_there_has_the_versions_of_the_lock():
    there = lines(building.HERE / "requirements.txt")
    locked = lines(LOCK)
    assert {name: str(line.specifier) for name, line in there.items()} == {name: str(locked[name].specifier) for name in there}


def test_all_that_is_needed_is_there():
    there, looked_at, needed = lines(building.HERE / "requirements.txt"), set(), {"cnncalc"}
    while needed - looked_at - LEFT_OUT:
        name = (needed - looked_at - LEFT_OUT).pop()
        looked_at.add(name)
        needs = [Requirement(line) for line in requires(name) or ()]
        needed |= {canonicalize_name(need.name) for need in needs
                   if need.marker is None or need.marker.evaluate({"python_version": "3.14", "extra": ""})}  # fmt: skip
    assert looked_at - {"cnncalc"} == set(there)


def test_every_wheel_and_package_has_its_hash():
    text = (building.HERE / "requirements.txt").read_text(encoding="utf-8")
    assert len(re.findall(r"==\S+ --hash=sha256:[0-9a-f]{64}$", text, re.MULTILINE)) == len(lines(building.HERE / "requirements.txt"))
    lock = json.loads((building.HERE / "npm" / building.LOCK).read_text(encoding="utf-8"))
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package
               for name, package in lock["packages"].items() if name)  # fmt: skip


def test_the_page_has_no_script_of_its_own_and_names_no_other_address(page):
    assert [attributes for tag, attributes in page if tag == "script"] == [{"type": "module", "src": "page.mjs"}]
    assert [tag for tag, _ in page if tag == "style"] == []
    names = {name for _, attributes in page for name in attributes}
    assert not any(name.startswith("on") or name == "style" for name in names)
    assert {attributes[name] for _, attributes in page for name in ("src", "href") if name in attributes} == {"page.mjs", "style.css", "data:,", building.LIVE}


def test_the_policy_lets_the_page_run_itself_and_reach_nothing_else(page):
    [policy] = [attributes["content"] for tag, attributes in page if attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["connect-src"] == "'self'"
    assert not any(word in policy for word in ("*", "http", "'unsafe-inline'", "'unsafe-eval'"))


def test_every_analysis_and_every_example_can_be_chosen(page):
    offered = [attributes.get("value") for tag, attributes in page if tag == "option"]
    assert offered == ["", *zoo.names(), "shapes", *(name.replace("_", "-") for name in registry.names("analyzers") if name != "shapes"), *building.TEXTS]
    takes = {attributes["value"]: attributes.get("data-takes") for tag, attributes in page if tag == "option"}
    assert (takes["shapes"], takes["check"]) == ("size depth", None)


def test_the_docs_are_linked_where_there_are_some():
    assert '<a href="../index.html">Documentation</a>' in building.page("../index.html")
    assert "Documentation" not in building.page("")


def test_a_table_comes_as_html(bridge):
    told = json.loads(bridge.run("shapes", "", "--size 8,8", spec("relu")))
    assert (told["code"], told["out"], told["error"], told["findings"]) == (0, "", "", [])
    assert told["html"].startswith("<table>")
    assert "8×8" in told["html"]
    styles = set(re.findall(r'style="([^"]*)"', told["html"]))
    assert styles <= set(building.STYLES), "the page allows no other style"


def test_a_fault_comes_with_its_place_and_the_table_down_to_it(bridge):
    told = json.loads(bridge.run("shapes", "", "", (BAD / "shape.yaml").read_text(encoding="utf-8")))
    assert told["code"] == 1
    assert "stage2.main" in told["html"]
    assert told["error"].startswith("error[E306]: cannot add different shapes")
    [found] = told["findings"]
    assert (found["code"], found["line"], found["column"], found["path"]) == ("E306", 12, 14, "net.yaml")


@pytest.mark.parametrize(("options", "code", "key", "begins"), [
    ("--format csv", 0, "out", "layer,"),
    ("-f json", 0, "out", "{"),
    ("--help", 0, "out", "Usage: cnncalc shapes"),
    ("--explain 'conv1", 2, "error", "error: the options cannot be read: No closing quotation"),
    ("--depht 1", 2, "error", "Usage: "),
    ("--columns nonsense", 2, "error", "cnncalc: there is no column `nonsense`"),
])  # fmt: skip
def test_options_are_those_of_the_command_line(bridge, options, code, key, begins):
    told = json.loads(bridge.run("shapes", "", options, spec("relu")))
    assert (told["code"], told[key][: len(begins)], told["html"]) == (code, begins, "")


def test_one_of_several_models_is_chosen(bridge):
    text = bridge.example("dcgan")
    assert json.loads(bridge.run("shapes", "", "", text))["code"] == 2
    told = json.loads(bridge.run("shapes", "generator", "", text))
    assert (told["code"], told["html"][:7]) == (0, "<table>")
    assert "E306" in bridge.look("net.yaml", (BAD / "shape.yaml").read_text(encoding="utf-8"))


def test_other_commands_come_as_text(bridge):
    assert json.loads(bridge.run("check", "", "", spec("relu")))["out"].startswith("✓ 1 model passed")
    assert bridge.example("lenet5").startswith("# LeNet-5")


def test_an_archive_has_no_code_of_a_processor_and_is_the_same_each_time(tmp_path):
    wheel = tmp_path / "some.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        for name in ("some/__init__.py", "some/_fast.cpython-314-x86_64-linux-gnu.so", "some/__init__.pyi"):
            made.writestr(name, name)
    archives = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for archive in archives:
        building.pack(archive, [wheel])
    assert archives[0].read_bytes() == archives[1].read_bytes()
    assert zipfile.ZipFile(io.BytesIO(archives[0].read_bytes())).namelist() == ["bridge.py", "some/__init__.py"]


def test_what_cannot_be_had_is_said():
    with pytest.raises(building.NotBuilt, match="no-such-program is not installed; the playground needs it"):
        building.run("no-such-program")


def test_the_live_page_leads_back_and_to_the_docs():
    assert '"links":[["Tables","index.html"],["Documentation","../index.html"]]' in building.live_page("../index.html").replace(", ", ",").replace(": ", ":")
    assert '"links":[["Tables","index.html"]]' in building.live_page().replace(", ", ",").replace(": ", ":")
