"""`cnncalc solve` and `cnncalc what-if` as they are typed."""

import json
import shlex

import pytest

import cnncalc
from cnncalc import UsageError, solve
from cnncalc.calculator.question import command_of
from cnncalc.cli import main as cli
from cnncalc.solving.solver import load, names

NET = """cnncalc: 1
name: net
vars: {w: 8, act: relu}
input: {channels: 3, size: [32, 32]}
layers:
  - conv: {name: stem, filters: $w, kernel: 3, padding: same, activation: $act}
  - global_avg_pool
  - dense: {name: head, units: 10}
budget: {params: 300}
"""


@pytest.fixture
def run(cnncalc, monkeypatch, tmp_path):
    """Exit code, what was printed, and what was complained, in a folder with `net.yaml`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)

    def call(line, stdin=""):
        return cnncalc(*shlex.split(line), stdin=stdin)

    return call


def test_windows(run):
    assert run("solve conv --input 224 --output 112 --kernel 7 --stride 2 --dilation 1") == (0, (
        "kernel  stride  padding  dilation  modes\n"
        "     7       2        3         1  half\n"
        "     7       2      2,3         1  same\n"
        "224 → 112: 2 choices, the simplest first\n"
    ), "")  # fmt: skip
    assert run("solve conv 224 112 7 2 3 --format csv") == (0, (
        "kernel,stride,padding,dilation,modes,dropped\n7,2,3,1,half,0\n"
    ), "")  # fmt: skip


@pytest.mark.slow
def test_people_are_shown_the_first_and_programs_all(run):
    _, shown, _ = run("solve conv 224 226")
    _, all_of_them, _ = run("solve conv 224 226 --limit 0")
    _, document, _ = run("solve conv 224 226 --limit 3 --format json")
    _, table, _ = run("solve conv 224 226 --limit 3 --format csv")
    count = len(json.loads(document)["solutions"])

    assert shown.splitlines()[1].split() == ["3", "1", "2", "1", "full"]
    assert shown.splitlines()[21:] == [
        f"224 → 226: 20 of {count:,} choices, the simplest first",
        "--limit 0 shows all; --kernel, --stride or --dilation leaves fewer",
    ]
    assert all_of_them.splitlines()[-1] == f"224 → 226: {count:,} choices, the simplest first"
    assert len(all_of_them.splitlines()) - 2 == len(table.splitlines()) - 1 == count > 1000
    assert len(run("solve conv 224 226 --limit 3")[1].splitlines()) == 1 + 3 + 2
    assert run("solve conv 224 112 7 2 --limit 1")[1].splitlines()[-1] == "--limit 0 shows all; --dilation leaves fewer"
    assert run("solve conv 224 112 7 2 --dilation 1 --limit 1")[1].splitlines()[-1] == "--limit 0 shows all"


def test_what_is_far_from_usual_is_shown_where_there_is_nothing_else(run):
    # With stride 2 the sides have 6 + 6·(dilation − 1) each; the others pad far beyond the window.
    _, usual, _ = run("solve conv 224 112 --kernel 7")
    _, far, _ = run("solve conv 224 300 --kernel 5 --dilation 1")

    assert usual.splitlines()[-3].split() == ["7", "2", "11,12", "4", "same"]
    assert usual.splitlines()[-2] == "224 → 112: 8 of 260 choices, the simplest first"
    # 224 + 2·40 − 5 + 1
    assert far.splitlines()[1].split() == ["5", "1", "40", "1"]
    assert "20 of 66 choices" in far


def test_no_solution(run):
    assert run("solve conv 224 113 3 1 --dilation 1") == (1, "", (
        "error: no convolution takes 224 to 113 with kernel 3, stride 1 and dilation 1\n"
        "  help: nearest is 222 (kernel 3)\n"
    ))  # fmt: skip
    code, out, _ = run("solve conv 224 113 3 1 --dilation 1 --format json")
    assert code == 1
    assert json.loads(out)["nearest"] == [
        {"output": 222, "kernel": 3, "stride": 1, "padding": 0, "dilation": 1, "modes": ["valid"], "dropped": 0}
    ]


def test_variables(run):
    # 28·w + 10·w + 10 params; 27·32²·w + 10·w MACs.
    assert run("solve vars net.yaml --var w=1:40:1 --budget params=300 --budget macs=200k") == (0, (
        "          value   budget    used\n"
        "params      276      300  92.0 %\n"
        "MACs    193,606  200,000  96.8 %\n"
        "by bisection, which takes for granted that numbers only rise or only fall with w: 15 of 40 settings built, "
        "none out of order\n"
        "cnncalc summary net.yaml --set w=7\n"
    ), "")  # fmt: skip


def test_variables_of_words_and_from_the_standard_input(run):
    code, out, err = run("solve vars - --var act=relu,nonsense --target params=300", NET)

    assert (code, err) == (0, "")
    assert out == (
        "        value  target  off by\n"
        "params    314     300  +4.7 %\n"
        "all 2 settings built\n"
        "left out: act=nonsense (E102: unknown kind of layer `nonsense`)\n"
        "cnncalc summary - --set act=relu\n"
    )


@pytest.mark.parametrize("format", ["text", "json", "csv", "markdown", "latex", "html", "rich"])
@pytest.mark.parametrize("line", [
    "solve conv 224 112", "solve pool 112 56", "solve conv-transpose 16 32", "solve receptive-field 31",
    "solve vars net.yaml --var w=1:9:1 --budget params=200",
])  # fmt: skip
@pytest.mark.slow
def test_every_format(run, line, format):
    code, out, err = run(f"{line} --format {format}")

    assert (code, err) == (0, "")
    assert out


@pytest.mark.parametrize("solver", names())
def test_the_manual(run, solver):
    code, out, err = run(f"explain solve:{solver} --format markdown")

    assert (code, err) == (0, "")
    assert out.startswith(f"## {solver}\n\n")
    for key in load(solver).keys:
        assert f"| --{key.replace('_', '-')} |" in out
    for example in load(solver).examples:
        assert f"$ cnncalc solve {example}\n" in out
    assert run(f"explain solve:{solver.replace('-', '_')} --format markdown")[1] == out


def test_a_name_of_its_own_needs_no_prefix(run):
    assert run("explain vars") == run("explain solve:vars")
    assert run("explain conv-transpose") != run("explain solve:conv-transpose")


@pytest.mark.parametrize("solver", names())
def test_the_examples_run(run, solver):
    for example in load(solver).examples:
        code, out, err = run(f"solve {example}")

        assert (code, err) == (0, "")
        assert out
        assert example.startswith(f"{command_of(load(solver))} ")


def test_alone_it_lists_what_there_is(run):
    code, out, _ = run("solve")

    assert code == 0
    listed, hint = out.split("\n\n")
    assert [line.split()[0] for line in listed.split("\n") if line[0] != " "] == names()
    assert "explain solve:NAME" in hint
    assert max(map(len, out.split("\n"))) <= 80
    assert names() == ["conv", "conv-transpose", "pool", "receptive-field", "vars"]


@pytest.mark.parametrize(("line", "message"), [
    ("solve cnv", "there is nothing to solve called `cnv` (did you mean `conv`?)"),
    ("solve conv 1", "conv needs --output (for example: cnncalc solve conv --input 224 --output 112)"),
    ("solve conv 224 112 --input 3", "--input is given twice: 3 and 224"),
    ("solve conv 224 112 --format sarif", "there is no format `sarif` for tables"),
    ("solve vars net.yaml --var w=1:2:1", "vars needs a --budget or a --target"),
    ("solve vars net.yaml --var w --budget params=1M", "--var takes NAME=VALUE, got w"),
    ("solve vars net.yaml --var w=1:2:1 --var act=1:1000000000000:1 --budget params=1M",
     "there are 2,000,000,000,000 settings, and no more than 10,000 are built"),
    ("solve vars net.yaml --var w=-3:-1:1 --budget params=-1", "--budget takes params=NUMBER"),
    ("solve vars net.yaml --var w=1:2:1 --budget params=1 --size a", "--size takes whole numbers, got a"),
    ("solve vars net.yaml --var w=1:2:1 --budget params=1 --set act", "--set takes NAME=VALUE, got act"),
    ("what-if net.yaml", "what-if needs a change (--set NAME=VALUE, --size H,W or --channels C)"),
    ("what-if net.yaml --set x=1", "net.yaml has no variable `x` (variables: w, act)"),
    ("what-if net.yaml --set w", "--set takes NAME=VALUE, got w"),
    ("what-if net.yaml --size 3", "the input `input` has 2 axes, got 1"),
    ("what-if . --set w=1", "what-if takes one spec (a file, REV:path in git, zoo:NAME, or -)"),
    ("what-if nothing.yaml --set w=1", "there is no nothing.yaml"),
    ("what-if net.yaml::x --set w=1", "has no model or variant `x`"),
    ("what-if net.yaml --set w=1 --format sarif",
     "there is no format `sarif` for tables (formats: csv, html, json, latex, markdown, rich, text)"),
    ("explain solve:cnv", "there is nothing to solve called `cnv` (did you mean `conv`?)"),
    ("explain vasr", "there is no code, kind of layer, key, formula or solver `vasr` (did you mean `vars`?)"),
])  # fmt: skip
def test_wrong_usage(run, line, message):
    code, out, err = run(line)

    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_spec_that_is_bad_whatever_is_set(run, tmp_path):
    (tmp_path / "net.yaml").write_text(NET.replace("kernel: 3", "kernal: 3"))
    code, out, err = run("solve vars net.yaml --var w=1:9:1 --budget params=200")

    assert (code, out) == (1, "")
    assert "net.yaml:6:" in err


def test_what_if(run):
    # 3·9·8 + 8 and 8·10 + 10 then; 3·9·6 + 6 and 6·10 + 10 now. The budget is the spec's.
    code, out, err = run("what-if net.yaml --set w=6")

    assert (code, err) == (0, "")
    assert out.startswith(
        "net         base   what if   change         budget\n"
        "params       314       238  −24.2 %  79.3 % of 300\n"
    )
    assert "w: 8 → 6\n" in out


def test_what_if_with_another_input(run):
    code, out, _ = run("what-if - --size 16,16 --channels 1 --exit-code --format json", NET)
    document = json.loads(out)
    [model] = document["models"]

    assert code == 1
    assert (document["analysis"], document["old"], document["new"]) == ("what-if", "base", "what if")
    assert model["status"] == "changed"
    assert model["totals"]["params"]["new"] == cnncalc.loads(NET, channels=1).params.value
    assert model["totals"]["macs"]["new"] == cnncalc.loads(NET, size=(16, 16), channels=1).macs.value


def test_what_if_for_spreadsheets(run):
    # 27 + 1 weights for each of w filters, as many for each of 10 units, and 10 biases.
    code, out, err = run("what-if net.yaml --set w=6 --format csv")
    lines = out.splitlines()

    assert (code, err) == (0, "")
    assert lines[:4] == [
        "model,layer,status,part,name,old,new,change,budget",
        "net,,changed,model,,net,net,,",
        "net,,changed,variable,w,8,6,,",
        "net,,changed,total,params,314,238,-76,300",
    ]
    assert 'net,,changed,total,receptive_field,"[3, 3]","[3, 3]",,' in lines
    assert "net,stem,changed,key,filters,8,6,," in lines
    assert "net,stem,changed,number,output,8×32×32,6×32×32,," in lines
    assert "net,stem,changed,number,params,224,168,-56," in lines
    # What is as before is left out.
    assert not [line for line in lines if line.startswith("net,stem,changed,number,buffers")]


def test_what_if_as_pages(run):
    _, latex, _ = run("what-if net.yaml --set w=6 --format latex")
    _, html, _ = run("what-if net.yaml --set w=6 --format html")

    assert latex.count("\\begin{tabular}") == latex.count("\\end{tabular}") == html.count("</table>") == 2
    assert "params & 314 & 238 & " in latex
    assert '<td style="text-align:right">79.3 % of 300</td>' in html


def test_what_if_nothing_changes(run):
    assert run("what-if net.yaml --set w=8 --exit-code") == (0, "           models\nunchanged  net\n", "")


def test_what_if_the_change_is_refused(run):
    code, out, err = run("what-if net.yaml --set act=nonsense")

    assert code == 1
    assert "not compared" in out
    assert "error[E102]: unknown kind of layer `nonsense`" in err
    assert err.count("error[") == 1


def test_what_if_of_a_variant(run, tmp_path):
    (tmp_path / "net.yaml").write_text(NET + "variants: [{name: wide, set: {w: 16}}]\n")
    _, out, _ = run("what-if net.yaml::wide --set act=silu --format json")
    [model] = json.loads(out)["models"]

    assert model["variables"] == {"act": {"old": "relu", "new": "silu"}}
    assert model["totals"]["params"]["old"] == model["totals"]["params"]["new"] == 3 * 9 * 16 + 16 + 170


def test_shells_are_told_what_may_stand_there(capsys, monkeypatch):
    def bash(line):
        words = line.split() + ([""] if line[-1] == " " else [])
        for name, value in (("_CNNCALC_COMPLETE", "complete_bash"), ("COMP_WORDS", "\n".join(words)),
                            ("COMP_CWORD", str(len(words) - 1))):  # fmt: skip
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(cli, "_COMPLETING", True)
        with pytest.raises(SystemExit):
            cli.main([])
        return capsys.readouterr().out.split()

    assert bash("cnncalc solve ") == names()
    assert bash("cnncalc solve conv-") == ["conv-transpose"]
    assert bash("cnncalc solve conv --outp") == ["--output"]
    assert bash("cnncalc solve conv --format l") == ["latex"]
    assert bash("cnncalc solve vars --maximise mem")[:2] == ["memory", "memory.weights"]
    assert bash("cnncalc calc iou --format l") == ["latex"]
    assert bash("cnncalc what-if --format ma") == ["markdown"]
    assert bash("cnncalc what-if --format ") == ["csv", "html", "json", "latex", "markdown", "rich", "text"]
    assert bash("cnncalc explain var") == ["vars"]


@pytest.mark.parametrize(("name", "inputs", "message"), [
    ("conv", {"input": "a"}, "`input` must be a whole number, got `a`"),
    ("conv", {"input": 8}, "conv needs `output` (conv takes `input`, `output`, `kernel`, `stride`, `padding`, `dilation`, "),
    ("pool", {"input": 8, "output": 4, "max_kernel": 0}, "`max_kernel` must be at least 1, got 0"),
    ("conv-transpose", {"input": 8, "output": 4, "stide": 0}, "conv-transpose takes no `stide` (did you mean `stride`?)"),
    ("receptive-field", {"target": 0}, "`target` must be at least 1, got 0"),
    ("vars", {"spec": "zoo:mobilenet_v2", "var": "w=1,2"},
     "vars needs a `budget` or a `target` (`budget` params=1M, or `target` macs=300M)"),
])  # fmt: skip
def test_messages_in_python_name_the_inputs(name, inputs, message):
    with pytest.raises(UsageError) as refused:
        solve(name, **inputs)

    assert str(refused.value).startswith(message)
    assert "--" not in str(refused.value)
