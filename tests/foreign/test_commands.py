"""Commands given hostile specs, files, branches and settings; and what the console cannot show."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from unicodedata import category

import pytest

import cnncalc as library
from cnncalc import registry
from cnncalc.cli import main as cli
from cnncalc.errors import SpecError
from cnncalc.language.write import write as written

from .parsers import PARSERS
from .test_functions import UNSEEN
from .texts import HOSTILE

pytestmark = pytest.mark.slow

ANALYZERS = registry.names("analyzers")
LAYERS = "input: {channels: 3, size: [8, 8]}\nlayers: [{conv: {filters: 4, kernel: 3, name: stem}}, relu]\n"
NAMES = {name: text for name, text in HOSTILE.items() if not re.search("[\udcff\ufffe\uffff\x00]", text)}
"""Those that YAML may have."""


def quoted(text):
    return json.dumps(text)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return tmp_path


def look(ran, name="text"):
    """Hold what was printed against the rules for logs, and what is a format against its parser."""
    assert ran.code in (0, 1, 2), ran.err
    for text in (ran.out, ran.err):
        assert not any(category(c) in UNSEEN and c != "\n" for c in text), text
        assert not re.search(r"##\w*\[", text)
    assert not re.search(r"^\s*::", ran.err, re.MULTILINE)
    if name != "github":
        assert not re.search(r"^\s*::", ran.out, re.MULTILINE)
    if ran.out:
        # Below the commands of GitHub stands a verdict.
        PARSERS[name](ran.out.partition("\n\n")[0] if name == "github" else ran.out)
    return ran


# Names ---------------------------------------------------------------------------------------


TABLES = ("text", "rich", "markdown", "html", "json", "csv", "latex")
SHORT = ["::error::a\n::error::b", "##[a]\x1b[31m\u202e<b>[c](d)", "`a` *b* @c $d$ =1+1"]


@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_the_name_of_a_network_in_every_analysis(cnncalc, analyzer):
    for text in SHORT:
        Path("net.yaml").write_text(f"name: {quoted(text)}\n{LAYERS}", encoding="utf-8")
        for name in TABLES:
            ran = look(cnncalc(analyzer.replace("_", "-"), "net.yaml", "--format", name, "--color", "never"), name)
            assert ran.code == 0


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_the_name_of_a_network(cnncalc, text):
    Path("net.yaml").write_text(f"name: {quoted(text)}\n{LAYERS}", encoding="utf-8")

    for name in TABLES:
        look(cnncalc("shapes", "net.yaml", "--format", name, "--color", "never"), name)
    network = library.load("net.yaml")
    assert "\n" not in repr(network)
    again = library.loads(written(network))
    assert (again.name, again.params.value) == (network.name, 112)
    # A name is repeated in every row of a report.
    assert len(network.name) <= 100


FINDINGS = ("concise", "github", "gitlab", "json", "junit", "markdown", "sarif", "text")

PLACES = {
    "a name": "name: TEXT\n" + LAYERS + "expect: {params: 1}\n",
    "a model": "models:\n  TEXT: {input: {features: 2}, layers: [dense: 2], expect: {params: 1}}\n  b: {input: {features: 2}, layers: [dense: 3]}\n",
    "a variant": "vars: {w: 1}\n" + LAYERS + "variants: [{name: TEXT, set: {w: 2}, expect: {params: 1}}]\n",
    "a value of a variant": "vars: {w: 1}\n" + LAYERS + "variants: [{set: {w: TEXT}, expect: {params: 1}}]\n",
    "a variable": "vars: {TEXT: 1}\n" + LAYERS,
    "a text in a variable": "vars: {w: TEXT}\ninput: {features: 1}\nlayers: [dense: $w]\n",
    "a layer": "input: {features: 1}\nlayers: [dense: {units: 1, name: TEXT}]\n",
    "a reference": "input: {features: 1}\nlayers: [relu: {from: TEXT}]\n",
    "a kind": "input: {features: 1}\nlayers: [TEXT]\n",
    "a kind with keys": "input: {features: 1}\nlayers: [TEXT: 1]\n",
    "a key": "input: {features: 1}\nlayers: [dense: {units: 1, TEXT: 2}]\n",
    "a value": "input: {features: 1}\nlayers: [dense: TEXT]\n",
    "an expression": "input: {features: 1}\nlayers: [dense: $(TEXT)]\n",
    "a block": "blocks: {TEXT: {layers: [relu]}}\n" + LAYERS,
    "an argument": "blocks: {A: {args: {TEXT: 1}, layers: [relu]}}\n" + LAYERS,
    "a default": "defaults: {TEXT: {a: 1}}\n" + LAYERS,
    "a dialect": "dialect: TEXT\n" + LAYERS,
    "a number that is expected": LAYERS + "expect: {TEXT: 1}\n",
    "a budget": LAYERS + "budget: {TEXT: 1}\n",
    "an input": "inputs: {TEXT: {features: 1}}\nlayers: [relu]\n",
    "an output": LAYERS + "outputs: [TEXT]\n",
    "a key of the file": "TEXT: 1\n" + LAYERS,
    "a version": "cnncalc: TEXT\n" + LAYERS,
    "a file that is a text": "TEXT\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_every_place_of_a_spec_that_a_finding_repeats(cnncalc, place):
    for number, text in enumerate(NAMES.values()):
        Path(f"net{number}.yaml").write_text(PLACES[place].replace("TEXT", quoted(text)), encoding="utf-8")
    for name in FINDINGS:
        assert look(cnncalc("check", *Path().glob("*.yaml"), "--format", name, "--color", "never"), name).code in (0, 1)


@pytest.mark.parametrize("text", [text for text in NAMES.values() if "\n" not in text], ids=[n for n, t in NAMES.items() if "\n" not in t])
def test_comments_in_the_lines_that_findings_show(cnncalc, text):
    line = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\x85\u2028\u2029\ufeff\r\v\f]", "", text)
    Path("net.yaml").write_text(f"input: {{features: 1}}\nlayers: [dens: 1]  # {line}\n", encoding="utf-8")

    for name in FINDINGS:
        look(cnncalc("check", "net.yaml", "--format", name, "--color", "never"), name)
    look(cnncalc("shapes", "net.yaml"))


# Files, branches, settings -------------------------------------------------------------------

FILES = ["::error::x", "a::b::c", "##[error]x", "\x1b[31m", "\u202ea", "a\nb", "-", "=1+1", "<b>", "[a](b)", "a b,c:d%", "\udcff"]


@pytest.mark.skipif(sys.platform == "win32", reason="such names are those of Unix")
@pytest.mark.parametrize("text", FILES, ids=ascii)
def test_the_name_of_a_file(cnncalc, folder, text):
    (folder / "specs").mkdir()
    (folder / ".git").mkdir()
    path = os.path.join("specs", f"{text}.yaml")
    Path(path).write_text(f"cnncalc: 1\n{LAYERS}expect: {{params: 1}}\n", encoding="utf-8")

    for name in FINDINGS:
        look(cnncalc("check", "specs", "--format", name, "--color", "never"), name)
    for name in ("text", "json", "csv", "markdown"):
        look(cnncalc("shapes", path, "--format", name), name)
    if "json" in cnncalc("check", "specs", "--format", "json", "--output", "out.json").err:
        pytest.fail("nothing is wrong with the file that is written")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["diagnostics"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_typed_or_named_by_others(cnncalc, text):
    Path("net.yaml").write_text(LAYERS, encoding="utf-8")
    for arguments in (
        [text], ["shapes", text], ["shapes", f"net.yaml::{text}"], ["shapes", "net.yaml", "--set", f"{text}=1"], ["shapes", f"zoo:{text}"],
        ["shapes", "net.yaml", f"--format={text}"], ["shapes", "net.yaml", f"--columns={text}"], ["shapes", "net.yaml", f"--explain={text}"],
        ["check", f"./{text}"], ["check", "net.yaml", f"--select={text}"], ["diff", "net.yaml", f"{text}:net.yaml"], ["explain", text],
        ["receptive-field", "net.yaml", f"--layer={text}"], ["calc", text], ["solve", text], ["zoo", text], ["init", f"--template={text}"],
    ):  # fmt: skip
        if "\0" in text:
            continue
        look(cnncalc(*arguments))


def test_settings_of_a_project_that_cannot_be_read(cnncalc):
    Path("net.yaml").write_text(LAYERS, encoding="utf-8")
    for text in ('"::error::a" = 1', 'format = "##[a]"', 'select = ["::error::x"]', "::error::a", 'x\x1b = "'):
        Path(".cnncalc.toml").write_text(text, encoding="utf-8")
        ran = look(cnncalc("check", "net.yaml"))
        assert (ran.code, len(ran.err.splitlines())) == (2, 1)


@pytest.mark.parametrize("text", NAMES.values(), ids=NAMES)
def test_a_comparison(cnncalc, text):
    spec = f"name: {quoted(text)}\nvars: {{w: {quoted('a ' + text)}, n: 1}}\ninput: {{features: 4}}\nlayers: [{{dense: {{units: $n, name: a}}}}]\n"
    Path("old.yaml").write_text(spec, encoding="utf-8")
    Path("new.yaml").write_text(spec.replace("n: 1", "n: 2").replace('w: "a', 'w: "b'), encoding="utf-8")
    document = cnncalc("summary", "old.yaml", "--format", "json").out
    saved = json.loads(document)
    saved["layers"][-1]["layer"] = text
    Path("saved.json").write_text(json.dumps(saved), encoding="utf-8")

    for old in ("old.yaml", "saved.json"):
        for name in ("text", "rich", "json"):
            look(cnncalc("diff", old, "new.yaml", "--format", name, "--color", "never"), name)
    look(cnncalc("diff", "old.yaml", "new.yaml", "--format", "markdown"), "markdown")
    look(cnncalc("diff", "old.yaml", f"{text.replace(chr(0), '')}.yaml"))


def test_a_document_with_numbers_that_json_does_not_have(cnncalc):
    Path("net.yaml").write_text(LAYERS, encoding="utf-8")
    saved = cnncalc("check", "net.yaml", "--format", "json").out
    Path("old.json").write_text(saved.replace('"params": 112', '"params": NaN').replace('"macs": 3888', '"macs": Infinity'), encoding="utf-8")

    ran = look(cnncalc("diff", "old.json", "net.yaml", "--format", "json"))
    assert (ran.code, ran.out) == (2, "")
    assert "nan is not a whole number" in ran.err


# Pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("picture", ["memory", "receptive_field"])
def test_the_texts_of_a_picture(picture, tmp_path):
    pytest.importorskip("matplotlib")
    from tests.plots.pictures import Drawn

    network = library.loads(LAYERS)
    texts = iter([text for text in HOSTILE.values() if not text.isprintable() or re.search(r"[$<&:]|.{999}", text)])
    for text in texts:
        network.name = text
        for node in network.nodes[1:]:
            node.name = next(texts, text)
        library.plot(network, picture, tmp_path / "a.svg", overwrite=True)
        for shown in Drawn(tmp_path / "a.svg").texts:
            assert not any(category(c) in UNSEEN for c in shown)
            assert "::" not in shown or shown.count("::") == 1


# Numbers that nothing has --------------------------------------------------------------------


@pytest.mark.parametrize("value", [".nan", ".inf", "-.inf", "[1, .nan]", "{a: .inf}", "[$(1 + 1), .inf]"])
@pytest.mark.parametrize("head", ["vars: {{w: {}}}\n", "vars: {{w: 1}}\nsweep: {{w: [{}]}}\n", "blocks: {{A: {{args: {{w: {}}}, layers: [relu]}}}}\n"])
def test_no_variable_is_infinite(head, value):
    with pytest.raises(SpecError) as refused:
        library.loads(head.format(value) + LAYERS)
    found = [finding for finding in refused.value.diagnostics if finding.code == "E105"]
    assert re.fullmatch(r"`w` must be finite, got -?\.(nan|inf)", found[0].message)
    assert found[0].source.line(found[0].span.line)[found[0].span.column - 1 :].startswith(found[0].message.split()[-1])


def test_no_setting_is_infinite(cnncalc):
    for value in (".nan", "[1,.inf]"):
        ran = cnncalc("shapes", "zoo:resnet50", "--set", f"w={value}")
        assert (ran.code, ran.err) == (2, f"cnncalc: --set takes finite numbers, got w={value}\n")


# Warnings and encodings ----------------------------------------------------------------------


def process(*arguments, **environment):
    """A command in a process of its own, with bytes of what it printed."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB"))}
    done = subprocess.run([sys.executable, "-m", "cnncalc", *arguments], capture_output=True, check=False, env={**settings, **environment})
    return done.returncode, done.stdout, done.stderr


def test_what_is_valid_does_not_depend_on_the_filter_of_warnings():
    Path("net.yaml").write_text("vars: {w: 1}\ninput: {features: 1}\nlayers: [{dense: \"$(1if w else 2)\"}, {relu: {when: \"$(w == '\\\\d')\"}}]\n",
                                encoding="utf-8")  # fmt: skip
    found = [process("check", "net.yaml", "-f", "concise", PYTHONWARNINGS=word) for word in ("", "ignore", "error", "default")]

    outs = {re.sub(rb" in [\d.]+ s", b"", out) for _, out, _ in found}
    assert {(code, err) for code, _, err in found} == {(1, b"")}
    assert len(outs) == 1
    assert outs.pop().count(b"E402: cannot read the expression") == 2


def test_no_warning_of_python_reaches_a_user():
    code = "import warnings, cnncalc.cli.main; cnncalc.cli.main.main = lambda: warnings.warn('told'); from cnncalc.__main__ import main; main()"

    for word, told in ((None, False), ("default", True)):
        settings = {name: value for name, value in os.environ.items() if name != "PYTHONWARNINGS"} | ({"PYTHONWARNINGS": word} if word else {})
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=settings)
        assert (b"told" in done.stderr) == told


@pytest.mark.parametrize(("name", "arguments"), [
    *((name, ["shapes", "net.yaml", "--format", name]) for name in ("json", "csv", "markdown", "html", "latex")),
    *((name, ["check", "net.yaml", "--format", name]) for name in ("json", "github", "gitlab", "junit", "sarif", "markdown")),
    *((name, ["working", "net.yaml", "--format", name]) for name in ("json", "csv", "markdown", "html", "latex")),
    *((name, ["calc", "conv", "--input", "8", "--kernel", "3", "--format", name]) for name in ("json", "csv", "markdown", "html", "latex")),
    ("yaml", ["expand", "net.yaml"]), ("json", ["schema"]), ("json", ["diff", "net.yaml", "other.yaml", "--format", "json"]),
    ("markdown", ["diff", "net.yaml", "other.yaml", "--format", "markdown"]), ("yaml", ["zoo", "show", "resnet50"]),
])  # fmt: skip
def test_machine_formats_are_utf_8_whatever_the_console_says(name, arguments):
    spec = 'name: "é 界 ×"\n' + LAYERS.replace("stem", "é界")
    Path("net.yaml").write_text(spec + "expect: {params: 1}\n", encoding="utf-8")
    Path("other.yaml").write_text(spec.replace("filters: 4", "filters: 5"), encoding="utf-8")
    usual, strange = (process(*arguments, PYTHONIOENCODING=encoding) for encoding in ("utf-8", "ascii"))
    if name == "github":
        # The verdict below says how long it took.
        usual, strange = ((code, out.partition(b"\n\n")[0], err) for code, out, err in (usual, strange))

    assert usual == strange
    assert usual[1].decode("utf-8")
    if "net.yaml" in arguments[:2]:
        assert re.search("é ?(界|U\\+754C)", usual[1].decode("utf-8"))
    if name in PARSERS:
        PARSERS[name](usual[1].decode("utf-8"))


def test_text_is_what_the_console_can_show():
    Path("net.yaml").write_text('name: "é 界 ×"\n' + LAYERS, encoding="utf-8")

    code, out, _ = process("shapes", "net.yaml", PYTHONIOENCODING="latin-1")

    assert code == 0
    assert b"\xe9 ? \xd7" in out


def test_a_stream_that_is_no_file_gets_the_text(monkeypatch):
    Path("net.yaml").write_text(LAYERS, encoding="utf-8")
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit):
        cli.main(["shapes", "net.yaml", "--format", "json"])

    assert json.loads(stream.getvalue())["analysis"] == "shapes"
