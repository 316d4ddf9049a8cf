"""Every format of findings on the same handful; written anew by `pytest tests/check --update`."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cnncalc import __version__, registry
from cnncalc.check.reporting import fingerprints
from cnncalc.check.verdict import Checked, Verdict
from cnncalc.errors import Diagnostic, Source, Span
from cnncalc.foreign import visible

from .handful import FILES, PATHS

GOLDEN = Path(__file__).parent / "golden"
FORMATS = ["concise", "github", "gitlab", "json", "junit", "markdown", "sarif", "text"]


@pytest.fixture
def handful(write):
    for name, text in FILES.items():
        write(name, text)


@pytest.fixture
def shown(handful, check):
    """What a format makes of the handful."""
    def run(name, *options):
        return check(*PATHS, "--format", name, "--color", "never", *options).out
    return run


def plain(name, out):
    """An output without what changes: the time, the version, the manuals of the codes."""
    out = re.sub(r" in \d+\.\d\d s$", " in … s", out, flags=re.MULTILINE).replace(f'"{__version__}"', '"…"')
    if name == "sarif":
        log = json.loads(out)
        for rule in log["runs"][0]["tool"]["driver"]["rules"]:
            assert rule.pop("help")["text"]
            assert rule.pop("fullDescription")["text"]
        out = json.dumps(log, ensure_ascii=False, indent=2) + "\n"
    return out


def test_every_format_of_findings_is_shown():
    assert [n for n in registry.names("formats") if hasattr(registry.load("formats", n), "report")] == FORMATS


@pytest.mark.parametrize("name", FORMATS)
def test_the_output_is_the_one_that_was_judged_good(name, shown, pytestconfig):
    out = plain(name, shown(name))
    golden = GOLDEN / f"{name}.txt"
    if pytestconfig.getoption("update"):
        golden.write_text(out, encoding="utf-8", newline="\n")

    assert out == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_no_output_holds_what_a_terminal_obeys(name, shown):
    out = shown(name)

    assert not re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", out)
    assert re.search(r"[^\n]\n$", out)


@pytest.mark.parametrize("name", FORMATS)
def test_a_clean_run_is_an_output_too(name, check, write):
    write("net.yaml", FILES["specs/sound.yaml"])
    done = check("net.yaml", "--format", name)

    assert done.code == 0
    expected = {"concise": "✓ 1 model", "github": "✓ 1 model", "text": "✓ 1 model", "gitlab": "[]\n", "markdown": "**✓ 1 model passed**"}
    assert done.out.startswith(expected.get(name, ""))


# Places --------------------------------------------------------------------------------------


def test_columns_count_code_points(shown):
    """The bricks are one code point, two units of UTF-16, four bytes and two cells."""
    line = FILES["specs/net.yaml"].split("\n")[5]
    column = line.index("[31, 30]") + 1

    assert f"net.yaml:6:{column}: X501" in shown("concise")
    assert f"line=6,col={column},endLine=6,endColumn={column + 8}," in shown("github")
    regions = [result["locations"][0]["physicalLocation"].get("region") for result in sarif(shown)["results"]]
    assert {"startLine": 6, "startColumn": column, "endLine": 6, "endColumn": column + 8} in regions
    # Under the line the caret stands where a terminal shows the place: two cells are two wide.
    text = shown("text")
    [under] = re.findall(r"^6 \|.*\n +\|( +\^+)$", text, re.MULTILINE)
    assert under == " " * (column + 2) + "^" * 8


def sarif(shown):
    return json.loads(shown("sarif"))["runs"][0]


@pytest.mark.parametrize(("name", "pattern"), [
    ("github", r"file=([^,]+),"), ("gitlab", r'"path": "([^"]+)"'), ("junit", r'classname="([^"]+)"'), ("sarif", r'"uri": "([^"]+)"'),
])
def test_paths_are_relative_to_the_repository(name, pattern, shown, handful, check, repository, monkeypatch):
    here = set(re.findall(pattern, shown(name)))
    monkeypatch.chdir(repository / "specs")
    there = set(re.findall(pattern, check(".", "empty.yaml", "--format", name).out))

    assert here == there
    assert all(path.startswith("specs/") for path in here)


def test_without_a_repository_paths_are_relative_to_the_current_folder(check, write, repository, monkeypatch):
    (repository / ".git").rmdir()
    name = write("a/b/net.yaml", "input: {features: 1}\nlayers: [relu]\nexpect: {params: 1}\n")
    monkeypatch.chdir(repository / "a")

    assert "file=b/net.yaml,line=3" in check("b/net.yaml", "--format", "github").out
    monkeypatch.chdir(repository / "a" / "b")
    (repository / "c").mkdir()
    monkeypatch.chdir(repository / "c")
    outside = check(f"../{name}", "--format", "sarif").out
    assert f'"uri": "file://{(repository / name).as_posix()}"' in outside
    assert "uriBaseId" not in outside


def test_a_long_line_is_not_cropped(check, write):
    words = ", ".join(f"a{n}: 1" for n in range(60))
    name = write("net.yaml", f"vars: {{{words}}}\ninput: {{features: 1}}\nlayers: [relu]\nexpect: {{params: 1}} # {'x' * 100}\n")
    for format in FORMATS:
        out = check(name, "--format", format).out
        assert "params is 0, expected 1 (-1)" in out
    assert f"# {'x' * 100}" in check(name).out


@pytest.mark.parametrize(("before", "after", "begins", "ends"), [(0, 300, False, True), (300, 0, True, False), (300, 300, True, True)])
def test_where_a_very_long_line_is_cut_there_are_dots(check, write, before, after, begins, ends):
    line = f"expect: {{{' ' * before}params: 1{' ' * after}}}"
    out = check(write("net.yaml", f"input: {{features: 1}}\nlayers: [relu]\n{line}\n")).out.split("\n")
    shown, carets = out[3].removeprefix("3 | "), out[4][4:]

    assert (shown.startswith("…"), shown.endswith("…"), len(shown) <= 160) == (begins, ends, True)
    assert shown[carets.index("^")] == "1", "the caret stays below its place"


# GitHub --------------------------------------------------------------------------------------


def many(errors, warnings):
    source = Source("net.yaml", "x\n" * 99)
    severities = ["warning"] * warnings + ["error"] * errors
    return [
        Diagnostic("W600" if s == "warning" else "X501", f"fault {n}", source, Span(n + 1, 1, n + 1, 2), severity=s)
        for n, s in enumerate(severities)
    ]


def github(findings):
    return registry.load("formats", "github").report(findings).splitlines()


@pytest.mark.parametrize(("errors", "warnings", "shown", "hidden"), [
    (3, 2, [3, 2], None), (10, 0, [10, 0], None), (9, 2, [9, 1], "1 more finding"), (12, 5, [10, 0], "7 more findings"), (0, 11, [0, 10], "1 more finding"),
])
def test_github_is_given_the_worst_ten_and_told_of_the_others(repository, errors, warnings, shown, hidden):
    lines = github(many(errors, warnings))

    assert [sum(line.startswith(f"::{kind} ") for line in lines) for kind in ("error", "warning")] == shown
    notices = [line for line in lines if line.startswith("::notice ")]
    assert [line.split("::")[2].split("%0A")[0] for line in notices] == ([hidden] if hidden else [])
    assert len(lines) == sum(shown) + len(notices)


def test_the_notice_of_github_has_an_end(repository):
    notice = github(many(99, 0))[-1].split("%0A")

    assert notice[0].endswith("89 more findings")
    assert notice[-2:] == ["net.yaml:60:1: X501: fault 59", "and 39 more"]


def test_everything_is_in_the_summary_of_the_step(handful, check, repository, monkeypatch):
    summary = repository / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    markdown = check(*PATHS, "--format", "markdown").out
    assert summary.read_text() == "before\n"

    check(*PATHS, "--format", "github")

    assert summary.read_text(encoding="utf-8") == f"before\n{markdown}"


def test_what_github_would_obey_is_escaped(repository):
    hostile = "a%b\r\nc,d:e::f"
    source = Source("x,y:z%.yaml", "x")
    [line] = github([Diagnostic("E102", hostile, source, Span(1, 1, 1, 2), help=hostile)])
    place, text = r"x,y:z%25.yaml:1:1: E102: ", r"a%25b\r\nc,d:e::f"

    assert line == (
        "::error file=x%2Cy%3Az%25.yaml,line=1,col=1,endLine=1,endColumn=2,title=cnncalc E102::"
        f"{place}{text}%0Ahelp: {text}"
    )


# GitLab and SARIF: fingerprints --------------------------------------------------------------


def prints(text):
    """The fingerprints of the two findings of a spec, by the JSON of GitLab."""
    source = Source("specs/net.yaml", text)
    line = text[: text.index("expect")].count("\n") + 1
    spans = [Span(line, 10, line, 11), Span(line, 13, line, 14)]
    return fingerprints([Diagnostic("X501", "it is 5", source, span, model="net") for span in spans])


def test_fingerprints_stay_when_lines_move_and_when_numbers_change(repository):
    text = "a\nexpect: [1, 2]\n"

    assert prints(text) == prints(f"# one\n\n{text}") == prints(f"{text}b\n")
    assert prints(text) != prints(text.replace("1", "3"))


def test_fingerprints_differ_between_findings_files_models_and_layers(repository):
    one = Diagnostic("X501", "m", Source("a.yaml", "x\n" * 3), Span(1, 1, 1, 2))
    others = [
        one, one, one._replace(code="X502"), one._replace(model="m"), one._replace(layer="m"), one._replace(span=None),
        one._replace(source=Source("b.yaml", "x\n")), one._replace(span=Span(2, 1, 2, 2)), Diagnostic("X501", "m"),
    ]

    assert len(set(fingerprints(others))) == len(others)


def test_every_fingerprint_of_the_handful_is_its_own(shown):
    found = [issue["fingerprint"] for issue in json.loads(shown("gitlab"))]

    assert len(set(found)) == len(found) > 5
    assert [f"{word}:1" for word in found] == [r["partialFingerprints"]["primaryLocationLineHash"] for r in sarif(shown)["results"]]


def test_sarif_says_what_its_codes_mean_and_refers_to_them(shown):
    run = sarif(shown)
    rules = run["tool"]["driver"]["rules"]

    assert run["columnKind"] == "unicodeCodePoints"
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [result["ruleId"] for result in run["results"]]
    assert next(r for r in rules if r["id"] == "X503")["shortDescription"]["text"] == "over the budget"
    assert {r["id"]: r["defaultConfiguration"]["level"] for r in rules}["W600"] == "warning"


def test_gitlab_has_a_line_for_every_issue(shown):
    issues = json.loads(shown("gitlab"))

    assert all(issue["location"]["lines"]["begin"] >= 1 for issue in issues)
    assert {issue["location"]["path"]: issue["location"]["lines"] for issue in issues}["specs/empty.yaml"] == {"begin": 1}


def parsed(xml):
    return ET.fromstring(xml)  # noqa: S314 - our own


# JUnit ---------------------------------------------------------------------------------------


def test_junit_has_a_case_for_every_model_and_variant(shown):
    suites = parsed(shown("junit"))
    cases = {
        (case.get("classname"), case.get("name")): [(child.tag, child.get("type")) for child in case] for case in suites.iter("testcase")
    }

    assert cases == {
        ("specs/net.yaml", "net"): [("failure", "X501"), ("system-out", None)],
        ("specs/net.yaml", "net (w=32)"): [],
        ("specs/net.yaml", "wide"): [("failure", "X501")],
        ("specs/sub dir/shape.yaml", "shape"): [("error", "E306")],
        ("specs/hostile,100%.yaml", "[red]<b>|@team"): [("error", "E102")],
        ("specs/sound.yaml", "sound"): [],
        ("specs/empty.yaml", "empty"): [("error", "E101")],
    }
    totals = {name: suites.get(name) for name in ("tests", "failures", "errors")}
    assert totals == {"tests": "7", "failures": "2", "errors": "3"}
    assert [sum(int(suite.get(name)) for suite in suites) for name in totals] == [7, 2, 3]


def test_in_junit_a_warning_fails_only_if_strict(check, write):
    write("net.yaml", FILES["specs/sound.yaml"] + "# cnncalc: ignore\n")
    for options, tag in (([], "system-out"), (["--strict"], "failure")):
        [case] = parsed(check("net.yaml", "-f", "junit", *options).out).iter("testcase")
        assert [child.tag for child in case] == [tag]


def test_xml_has_no_character_that_xml_may_not_have(repository):
    hostile = "".join(map(chr, [*range(0xA1), 0xD800, 0xFFFE, 0xFFFF, 0x1F9F1]))
    finding = Diagnostic("E102", hostile, Source("a.yaml", hostile), Span(1, 1, 1, 9), help=hostile, model=hostile)
    files = [Checked("a.yaml", (Verdict(hostile, findings=(finding,)),))]
    document = registry.load("formats", "junit").report([finding], files=files)

    [case] = parsed(document).iter("testcase")
    assert case.get("name") == visible(hostile)
    for name in FORMATS:
        registry.load("formats", name).report([finding], files=files).encode("utf-8")


# JSON ----------------------------------------------------------------------------------------


def test_the_json_document_keeps_the_contract(shown):
    document = json.loads(shown("json"))

    assert list(document) == ["schema", "cnncalc", "analysis", "diagnostics", "models"]
    keys = ["code", "severity", "message", "path", "line", "column", "end_line", "end_column", "model", "layer", "help", "related"]
    assert all(list(finding) == keys for finding in document["diagnostics"])
    sound = next(model for model in document["models"] if model["name"] == "sound")
    assert sound == {
        "name": "sound", "path": "specs/sound.yaml", "model": "sound", "variant": None, "passed": True,
        "params": 10, "trainable": 10, "buffers": 0, "macs": 8, "flops": 18,
        # 10 weights, 4 inputs and 2 outputs of 4 bytes; for training gradients and two numbers of Adam, the input being kept.
        "memory": 4 * 16, "memory.weights": 4 * 10, "memory.peak": 4 * 6, "memory.flash": 4 * 10, "memory.training": 4 * (4 * 10 + 4),
        "receptive_field": None, "depth": 1, "layers": 1, "outputs": {"output": {"features": 2}},
    }


def test_markdown_lists_at_most_as_much_as_a_summary_holds(repository):
    out = registry.load("formats", "markdown").report(many(0, 99) * 10)

    assert out.count("| W600 |") == 500
    assert out.rstrip().endswith("and 490 more")


def test_what_markdown_would_take_for_a_formula_is_escaped():
    out = registry.load("formats", "markdown").report([Diagnostic("W602", "a", help="write $a or $(b + 1)")])

    assert r"write \$a or \$(b + 1)" in out


def test_the_summaries_of_several_steps_do_not_run_together(handful, check, repository, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(repository / "summary.md"))
    for _ in range(2):
        check(*PATHS, "--format", "github")

    first, second = (repository / "summary.md").read_text(encoding="utf-8").split("**✗")[1:]
    assert first == second
    assert first.endswith("</details>\n\n")
