"""The page as a text: what stands in it, and that nothing in it is anything but what we wrote or data."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest

import cnncalc as library
from cnncalc.reporting.document import document
from cnncalc.reporting.page import asset, json_in_html, page, script_of
from cnncalc.reporting.subjects import comparison, subject_of

ROOT = Path(library.__file__).parent.parent

HOSTILE = "</script><script>alert(1)</script><!--<b onclick=alert(1)>&lt;\u2028\u202e"


def report(*networks):
    return page(document([subject_of(network) for network in networks]), title=networks[0].name)


def parts(text):
    """The style, the data and the script of a page."""
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1]
    script = re.search(r"<script>(.*?)</script>", text, re.DOTALL)[1]
    return style, data, script


@pytest.fixture(scope="module")
def hostile():
    """A page about a network of which every text is markup."""
    spec = json.dumps({
        "cnncalc": 1, "name": HOSTILE, "description": HOSTILE, "input": {"channels": 3, "size": [8, 8]},
        "layers": [{"conv": {"filters": 2, "kernel": 3, "name": "a"}}, {"conv": {"filters": 2, "kernel": 3}}],
        "expect": {"params": 1},
    })  # fmt: skip
    return report(library.loads(spec))


def test_the_policy_allows_what_stands_in_the_page_and_nothing_else(hostile):
    policy = unescape(re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', hostile)[1])
    style, _, script = parts(hostile)
    known = {name: f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
             for name, text in (("script-src", script), ("style-src", style))}  # fmt: skip
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules == {
        "default-src": "'none'", **known, "connect-src": "'none'", "worker-src": "'none'", "img-src": "data:",
        "base-uri": "'none'", "form-action": "'none'",
    }  # fmt: skip


@pytest.mark.parametrize(("name", "title"), [
    ("net $a$", "net $a$"), ("\\frac(1)", "\\frac(1)"), ("a & <b>", "a &amp; &lt;b&gt;"), ("</title>", "&lt;/title&gt;"),
    ("a\u202eb", "a\\u202eb"),
])  # fmt: skip
def test_a_title_has_no_elements(name, title):
    assert f"<title>{title}</title>" in page({}, title=name)


def test_there_are_two_scripts_and_neither_is_what_a_spec_says(hostile):
    assert hostile.count("<script") == 2
    assert hostile.count("</script>") == 2
    assert "<!--" not in hostile
    _, data, _ = parts(hostile)
    assert "<" not in data
    assert json.loads(data)["networks"][0]["name"].startswith("</script><script>alert(1)")


def test_what_turns_the_direction_of_writing_is_told(hostile):
    _, data, _ = parts(hostile)
    assert json.loads(data)["networks"][0]["about"].endswith("\\u2028\\u202e")


def test_nothing_is_fetched_from_anywhere(hostile):
    text = hostile.replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|url\(|@import|<link rel=\"style|src=", text)


@pytest.mark.parametrize("name", ["core.js", "graph.js", "layers.js", "fields.js", "start.js"])
def test_no_script_reads_text_as_markup_or_as_code(name):
    text = asset(name)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bon\w+=", text)


def test_the_styles_of_the_live_page_catch_nothing_in_other_panels():
    [home] = re.findall(r'home\.classList\.add\("(\w+)"\)', asset("live.js"))
    assert re.search(rf"^\.{home} \{{.*height: 100vh", asset("style.css"), re.MULTILINE)
    others = script_of(()).replace(asset("live.js"), "")
    assert not re.search(rf'class: ["`][^"`]*\b{home}\b', others)


@pytest.mark.parametrize(("data", "text"), [
    ("</script>", r'"\u003c/script\u003e"'), ("a&b", r'"a\u0026b"'), ("\u2028", r'"\u2028"'), (float("inf"), "null"),
])  # fmt: skip
def test_json_that_can_stand_in_a_page(data, text):
    assert json_in_html(data) == text


def test_the_same_page_is_the_same_text():
    spec = ROOT / "specs/lenet5.yaml"
    assert report(library.load(spec)) == report(library.load(spec))


def test_two_networks_and_how_they_differ():
    paths = [str(ROOT / "specs" / f"{name}.yaml") for name in ("resnet18", "resnet50")]
    subjects = [subject_of(library.load(path)) for path in paths]
    found = document(subjects, comparison(*paths))["comparison"]
    assert (found["old"], found["new"]) == ("resnet18", "resnet50")
    totals = {title: cells for title, *cells in found["totals"]}
    assert totals["params"] == ["11,689,512", "25,557,032", "+118.6 %"]
    assert ["n3", "2", "6"] in found["variables"]
    assert {status for status, _ in found["lines"]} == {"changed", "added"}


def test_the_page_tells_what_diff_tells(cnncalc):
    paths = [str(ROOT / "specs" / "resnet50.yaml"), "zoo:resnet101"]
    found = document([], comparison(*paths))["comparison"]
    text = cnncalc("diff", *paths).out

    for _, cells in found["lines"]:
        assert any(all(cell in line for cell in cells) for line in text.splitlines()), cells
    assert found["rest"] in text
    assert len(found["lines"]) == 1


def test_the_sizes_that_are_given_hold_for_both(tmp_path):
    paths = [str(ROOT / "specs" / f"{name}.yaml") for name in ("resnet18", "resnet50")]
    found = comparison(*paths, given={"size": (64, 64), "settings": {}, "channels": None})
    [model] = found.models
    macs = next(number for number in model.totals if number.key == "macs")
    assert macs.old == library.load(paths[0], size=(64, 64)).macs.value


def test_a_network_without_a_file_has_no_findings():
    network = library.loads("input: {features: 3}\nlayers: [dense: 2]")
    network.source = None
    assert subject_of(network).findings == ()


SPEC = "input: {channels: 3, size: [8, 8]}\nlayers: [conv: {filters: 2, kernel: 3}]"


def test_the_command_writes_a_page_and_never_over_another(cnncalc, tmp_path):
    spec, out = tmp_path / "net.yaml", tmp_path / "net.html"
    spec.write_text(SPEC, encoding="utf-8")
    assert cnncalc("report", spec, "-o", out) == (0, "", f"wrote {out}\n")
    first = out.read_text(encoding="utf-8")
    assert cnncalc("report", spec) == (0, first, "")
    code, _, told = cnncalc("report", spec, "-o", out)
    assert (code, told) == (2, f"cnncalc: {out} exists already (--overwrite replaces it)\n")
    assert cnncalc("report", spec, spec, "--set", "cnncalc=1", "-o", out).code == 2
    assert cnncalc("report", spec, spec, "-o", out, "--overwrite").code == 0
    assert "comparison" in out.read_text(encoding="utf-8")


def test_what_comes_with_cnncalc_is_named_as_users_name_it(cnncalc, tmp_path):
    cnncalc("report", "zoo:lenet5", "--output", str(tmp_path / "a.html"))
    page = (tmp_path / "a.html").read_text(encoding="utf-8")

    assert '"path":"zoo:lenet5"' in page.replace('"path": ', '"path":')
    assert str(ROOT) not in page


def test_a_terminal_gets_no_page(cnncalc, tmp_path, monkeypatch):
    spec = tmp_path / "net.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    assert cnncalc("report", spec).err == (
        "cnncalc: the page is for a browser (-o report.html writes it into a file)\n"
    )
    assert cnncalc("report", "-", "-", "-o", tmp_path / "x.html", stdin=SPEC).err == (
        "cnncalc: only one SPEC can be the standard input\n"
    )


def test_a_bad_spec_is_an_error_and_no_page(cnncalc, tmp_path):
    spec, out = tmp_path / "net.yaml", tmp_path / "net.html"
    spec.write_text(SPEC.replace("kernel: 3", "kernel: 30"), encoding="utf-8")
    code, _, told = cnncalc("report", spec, "-o", out)
    assert code == 1
    assert "error[E30" in told
    assert not out.exists()
