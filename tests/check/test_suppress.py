"""`# cnncalc: ignore[…]` at the end of a line."""

import time

import pytest

from cnncalc.check.judge import judge_source
from cnncalc.check.linting import Rules
from cnncalc.check.suppress import ignores
from cnncalc.errors import Diagnostic, Source, Span

NET = "input: {channels: 3, size: [32, 32]}\nlayers:\n  - conv: {filters: 16, kernel: 3}\n"
OFF = "expect: {params: 1, macs: 1}"
SEVERAL = "models:\n  a: {input: {features: 2}, layers: [dense: 3], expect: {params: 1}}  # cnncalc: ignore\n  b: {input: {features: 2}, layers: [relu]}  # cnncalc: ignore\n"


def found(text, **rules):
    checked = judge_source(Source("net.yaml", text), rules=Rules(**{k: tuple(v) for k, v in rules.items()}))
    return [(f.code, f.span.line, f.span.column) for f in checked.findings]


@pytest.mark.parametrize(("comment", "codes"), [
    ("",                                      ["X501", "X501"]),
    ("  # cnncalc: ignore",                   []),
    ("  # cnncalc: ignore[X501]",             []),
    ("  #cnncalc:ignore[X501]",               []),
    ("  # see #12 # cnncalc: ignore[X501]",   []),
    ("  # cnncalc: ignore[X501] # see #12",   []),
    ("  # cnncalc: ignore[ X501 , X502 ]",    ["W600"]),
    ("  # cnncalc: ignore[X502]",             ["X501", "X501", "W600"]),
    ("  # cnncalc: ignore[X5]",               ["X501", "X501", "W600"]),
    ("  # cnncalc: ignore[x501]",             ["X501", "X501", "W600"]),
    ("  # cnncalc: ignore[]",                 []),
    ("  # cnncalc: ignore[X501",              []),
    ("  # cnncalc: ignore[X502",              ["X501", "X501", "W600"]),
    ("  # cnncalc: ignored",                  ["X501", "X501"]),
    ("  # noqa",                              ["X501", "X501"]),
    ("  x# cnncalc: ignore",                  ["E001"]),
])
def test_a_comment_ignores_what_it_names_in_its_line(comment, codes):
    assert [code for code, _, _ in found(f"{NET}{OFF}{comment}\n")] == codes


def test_a_comment_is_about_its_own_line_only():
    text = f"{NET}# cnncalc: ignore[X501]\n{OFF}\n# cnncalc: ignore[X501]\n"

    assert found(text) == [("W600", 4, 1), ("X501", 5, 18), ("X501", 5, 27), ("W600", 6, 1)]


def test_an_unused_comment_says_what_is_not_there():
    checked = judge_source(Source("net.yaml", f"{NET}{OFF}  # cnncalc: ignore[X502, X501, W602, E306]\n"))

    [finding] = checked.findings
    assert (finding.severity, finding.span) == ("warning", Span(4, 31, 4, 72))
    assert finding.message == "nothing to ignore here: this line has no finding of `X502`, `W602`, `E306`"
    assert finding.help == "a spec that is wrong cannot be judged: correct it"


@pytest.mark.parametrize(("comment", "help"), [
    ("[X502]",       "remove it"),
    ("[X501, X502]", "leave `X502` out"),
    ("[x501]",       "there is no code `x501`; did you mean `X501`?"),
    ("[X5]",         "a comment names every code in full"),
    ("[]",           None),
    ("[X501, pdf]",  "there is no code `pdf`"),
    ("[X501, W600]", "leave `W600` out"),
    ("[E306]",       "a spec that is wrong cannot be judged: correct it"),
])
def test_an_unused_comment_says_what_to_do(comment, help):
    findings = judge_source(Source("net.yaml", f"{NET}{OFF}  # cnncalc: ignore{comment}\n")).findings

    assert [f.help for f in findings if f.code == "W600"] == ([help] if help else [])


@pytest.mark.parametrize("text", [
    f'{NET}x-a: "# cnncalc: ignore"\n',
    f"{NET}x-a: '\n  # cnncalc: ignore\n  '\n",
    f"{NET}x-a: |\n  # cnncalc: ignore\n",
    f"{NET}x-a: >-\n\n  # cnncalc: ignore[W601]\n\nx-b: 1\n",
    f"{NET}x-a: a#cnncalc:ignore\n",
])
def test_what_stands_in_a_text_is_no_comment(text):
    assert found(text) == []


def test_a_comment_behind_a_text_is_one():
    assert found(f'{NET}x-a: "#"  # cnncalc: ignore\n') == [("W600", 4, 11)]
    assert found(f"{NET}x-a: |  # cnncalc: ignore\n  b\n") == [("W600", 4, 9)]
    assert found(f"{NET}x-a: &a [1, 2]  # cnncalc: ignore\nx-b: *a  # cnncalc: ignore\n") == [("W600", 4, 17), ("W600", 5, 10)]


def test_what_makes_a_spec_unusable_cannot_be_ignored():
    text = "input: {channels: 3, size: [32, 32]}\nlayers:\n  - conv: {filters: 16, kernel: 99}  # cnncalc: ignore\n  - relu  # cnncalc: ignore\n"

    # Whether the second comment is needed nobody knows while the spec is wrong.
    assert found(text) == [("E301", 3, 33)]


def test_a_comment_is_not_unused_where_its_code_is_not_looked_for():
    text = f"{NET}  # cnncalc: ignore[X501]\n"

    assert found(text) == [("W600", 4, 3)]
    assert found(text, ignore=["X501"]) == []
    assert found(text, select=["W"]) == []
    assert found(text, ignore=["W600"]) == []
    assert found(f"{NET}  # cnncalc: ignore\n", ignore=["X501"]) == []


def test_a_comment_may_be_needed_by_any_model_of_the_file():
    assert found(SEVERAL) == [("W600", 3, 46)]
    one = judge_source(Source("net.yaml", SEVERAL), "b")
    assert one.findings == (), "of one model alone nobody knows what the file needs"


@pytest.mark.slow
def test_thousands_of_comments_take_no_time():
    text = f"{NET}x-a:\n" + "  - [1, 2, 3, 4, 5] # cnncalc: ignore\n" * 20_000
    started = time.process_time()

    assert len(ignores(Source("net.yaml", text))) == 20_000
    assert time.process_time() - started < 10


# Lints ---------------------------------------------------------------------------------------


def warning(network, line=3, **more):
    return Diagnostic("W601", "odd", network.source, Span(line, 5, line, 9), **{"severity": "warning", **more})


VARIANTS = f"vars: {{w: 16}}\n{NET.replace('16', '$w')}variants: [{{set: {{w: 1}}}}, {{set: {{w: 2}}}}]\n"


def test_a_lint_sees_every_network_and_is_heard_once(lint):
    seen = []
    lint(judge=lambda network: seen.append(network.name) or [warning(network)])
    checked = judge_source(Source("net.yaml", VARIANTS))

    assert seen == ["net", "net (w=1)", "net (w=2)"]
    assert [(f.code, f.model) for f in checked.findings] == [("W601", "net")]
    assert [len(v.findings) for v in checked.verdicts] == [1, 0, 0]


def test_what_a_lint_finds_in_a_variant_stands_with_it(lint):
    lint(judge=lambda network: [warning(network)] if "w=2" in network.name else [])
    checked = judge_source(Source("net.yaml", VARIANTS))

    assert [(f.code, f.model) for f in checked.findings] == [("W601", "net (w=2)")]
    assert [len(v.findings) for v in checked.verdicts] == [0, 0, 1]


def test_a_lint_may_survey_the_document_with_all_its_networks(lint):
    lint(survey=lambda document, networks: [warning(n, line) for line, n in enumerate(networks, 1) if document.models])

    assert found(VARIANTS) == [("W601", 1, 5), ("W601", 2, 5), ("W601", 3, 5)]
    assert found(VARIANTS.replace("kernel: 3", "kernel: 33")) == [("E301", 4, 33)], "no echoes"


def test_a_survey_needs_the_whole_file(lint):
    lint(survey=lambda document, networks: [warning(n) for n in networks])

    assert judge_source(Source("net.yaml", SEVERAL), "a").findings == ()


def test_a_file_of_too_many_networks_is_not_surveyed_and_nobody_says_what_it_lacks(lint, monkeypatch):
    from cnncalc.check import linting

    lint(survey=lambda document, networks: [warning(n) for n in networks])
    text = VARIANTS.rstrip() + "  # cnncalc: ignore[W601]\n"
    assert found(text) == [("W601", 3, 5), ("W600", 5, 43)]
    monkeypatch.setattr(linting, "_NODES", 5)  # of six: an input and a layer in each of three networks

    assert found(text) == []


def test_a_quiet_lint_is_heard_if_its_code_is_selected_in_full(lint):
    lint(judge=lambda network: [warning(network)], QUIET=True)

    assert found(NET) == found(NET, select=["W"]) == found(NET, select=["X", "W60"]) == []
    assert found(NET, select=["X", "W", "W601"]) == [("W601", 3, 5)]


def test_a_lint_is_ignored_by_option_and_by_comment(lint):
    lint(judge=lambda network: [warning(network)])

    assert found(NET) == [("W601", 3, 5)]
    assert found(NET, ignore=["W601"]) == found(NET, ignore=["W"]) == found(NET, select=["X"]) == []
    assert found(NET.rstrip() + "  # cnncalc: ignore[W601]\n") == []


def test_a_lint_is_heard_two_hundred_times(lint):
    lint(judge=lambda network: [warning(network, line) for line in range(1, 999)])

    assert len(found(NET)) == 200


def test_a_note_never_fails(lint):
    lint(judge=lambda network: [warning(network, severity="note")])
    [verdict] = judge_source(Source("net.yaml", NET)).verdicts

    assert not verdict.fails(strict=True)
